import type { EventSpec } from '../../transport/ws/index.ts'
import { ChangedMessage, MentionEvent, Message, MessageDeleted, ReactionChanged } from './schema.ts'

const log = 'A position of the log.'

/** What is told of messages. Each but `mention` is a position in the log of its conversation: `seq`, or of a whole message its `change_seq`. */
export const messageEvents: EventSpec[] = [
  { type: 'room_message', short: `A message was sent to a room. ${log}`, data: Message },
  {
    type: 'dm_message',
    short: `A message was sent in a DM; on every connection of both people. ${log}`,
    data: Message,
  },
  { type: 'message_edited', short: `A message says something else now. ${log}`, data: ChangedMessage },
  { type: 'message_deleted', short: `A message was deleted, or has expired. ${log}`, data: MessageDeleted },
  { type: 'message_pinned', short: `A message was pinned. ${log}`, data: ChangedMessage },
  { type: 'message_unpinned', short: `A message was unpinned. ${log}`, data: ChangedMessage },
  { type: 'reaction_added', short: `Somebody reacted to a message. ${log}`, data: ReactionChanged },
  { type: 'reaction_removed', short: `Somebody took a reaction back. ${log}`, data: ReactionChanged },
  {
    type: 'mention',
    short: 'A message mentions the user, or calls everybody in the room; on every connection of theirs.',
    data: MentionEvent,
  },
]
