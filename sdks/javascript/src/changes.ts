// What each event of a log does to a message (docs/websocket_api.md, "How a client keeps its copy"). Messages are never changed in place.
import type { EventData, Message, MessageDeletedData, ReactionChange } from './protocol.gen.ts'

/** A change of a log, at its position. */
export type Change =
  /** The message as it is now, new or not. */
  | { kind: 'put'; at: number; message: Message; parent?: ParentCount }
  | { kind: 'deleted'; at: number; data: MessageDeletedData }
  | { kind: 'gone'; at: number; message_id: number; parent?: ParentCount }
  | { kind: 'reaction'; at: number; data: ReactionChange; added: boolean }

interface ParentCount {
  id: number
  thread_count: number
}

const parentOf = (id: number | null | undefined, count: number | null | undefined): { parent?: ParentCount } =>
  typeof id === 'number' && typeof count === 'number' ? { parent: { id, thread_count: count } } : {}

/** The change that an event tells; null for those that are not of the log. */
export function changeOf(type: string, data: unknown): Change | null {
  switch (type) {
    case 'room_message':
    case 'dm_message': {
      const { parent_thread_count, ...message } = data as EventData['room_message']
      return { kind: 'put', at: message.seq, message, ...parentOf(message.parent_id, parent_thread_count) }
    }
    case 'message_edited':
    case 'message_pinned':
    case 'message_unpinned': {
      const message = data as Message
      return { kind: 'put', at: message.change_seq, message }
    }
    case 'message_deleted': {
      const gone = data as MessageDeletedData
      const at = gone.seq ?? 0
      if (gone.deleted_by !== null) return { kind: 'deleted', at, data: gone }
      return { kind: 'gone', at, message_id: gone.message_id, ...parentOf(gone.parent_id, gone.parent_thread_count) }
    }
    case 'reaction_added':
    case 'reaction_removed': {
      const reaction = data as ReactionChange
      return { kind: 'reaction', at: reaction.seq ?? 0, data: reaction, added: type === 'reaction_added' }
    }
    default:
      return null
  }
}

/** A message that was missed. `now` is the time of the server in milliseconds. */
export const changeOfMissed = (message: Message, now: number): Change =>
  message.is_deleted && message.expires_at !== undefined && Date.parse(message.expires_at) <= now
    ? { kind: 'gone', at: message.change_seq, message_id: message.id }
    : { kind: 'put', at: message.change_seq, message }

/** Of one that has expired nobody says by whom. */
export const deleted = (
  { called: _, ...message }: Message,
  { seq = 0, deleted_by, timestamp }: Partial<MessageDeletedData>,
): Message => ({
  ...message,
  content: '',
  metadata: {},
  mention_count: 0,
  reactions: [],
  mentions: [],
  is_pinned: false,
  is_deleted: true,
  deleted_by: deleted_by as number,
  change_seq: seq,
  updated_at: timestamp ?? message.updated_at,
})

/** So many people of an emoji are named. */
const most_named = 10

/** An emoji that nobody had comes last, and so does who reacted last. */
export function reacted(message: Message, change: ReactionChange, added: boolean): Message {
  const { emoji, count, user_id, username } = change
  const before = message.reactions.find((each) => each.emoji === emoji)
  const others = (before?.users ?? []).filter((user) => user.user_id !== user_id)
  const now = {
    emoji,
    count,
    users: added && others.length < most_named ? [...others, { user_id, username }] : others,
  }
  const rest = message.reactions.filter((each) => each.emoji !== emoji)
  const reactions =
    count === 0
      ? rest
      : before === undefined || (added && count === 1)
        ? [...rest, now]
        : message.reactions.map((each) => (each === before ? now : each))
  return { ...message, reactions, change_seq: change.seq ?? message.change_seq }
}
