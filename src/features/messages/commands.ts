import type { Actor } from '../../kernel/actor.ts'
import { type Command, command, prepared, type Prepared } from '../../transport/ws/index.ts'
import { ListDms } from '../conversations/index.ts'
import {
  DmList,
  GetDmHistory,
  GetHistory,
  HistoryPage,
  type MessageDraft,
  SendDm,
  SendMessage,
  SentMessage,
  Sync,
  SyncResult,
} from './schema.ts'
import type { Messages } from './service.ts'

const historyReply = (result: object) => ('conversation_id' in result ? 'dm_history' : 'room_history')

export function messageCommands(messages: Messages): Command[] {
  /** The sender has the acknowledgement before anybody has the event. */
  const answeredFirst = async (actor: Actor, draft: MessageDraft) => {
    const { json, announce } = await messages.commit(actor, draft)
    return { [prepared]: { json, afterwards: announce } } satisfies Prepared
  }

  return [
    command({
      type: 'send_message',
      permission: 'send_messages',
      short: 'Sends a message to a room that one has joined (join_room); with parent_id, as a reply in a thread.',
      data: SendMessage,
      answers: { message_sent: SentMessage },
      limit: 'messages',
      // A slug must be looked up first, and would be overtaken.
      flies: ({ room_id }) => (typeof room_id === 'number' ? room_id : null),
      run: answeredFirst,
    }),
    command({
      type: 'send_dm',
      permission: 'send_dm',
      short: 'Sends a message to a DM.',
      data: SendDm,
      answers: { message_sent: SentMessage },
      limit: 'messages',
      flies: ({ conversation_id }) => conversation_id,
      run: answeredFirst,
    }),
    command({
      type: 'get_history',
      permission: 'read_messages',
      short: 'A page of a conversation, or of one thread of it, oldest first.',
      data: GetHistory,
      answers: { room_history: HistoryPage, dm_history: HistoryPage },
      reply: historyReply,
      run: (actor, query) => messages.history(actor, query),
    }),
    command({
      type: 'get_dm_history',
      permission: 'read_messages',
      short: 'A page of a DM, oldest first.',
      data: GetDmHistory,
      answers: { room_history: HistoryPage, dm_history: HistoryPage },
      reply: historyReply,
      run: (actor, query) => messages.history(actor, query),
    }),
    command({
      type: 'list_dms',
      permission: 'read_messages',
      short: 'The DMs of the caller, the one with the newest message first.',
      data: ListDms,
      answers: { dm_list: DmList },
      run: (actor, query, { node }) => messages.listDms(actor, query, node.isOnline),
    }),
    command({
      type: 'sync',
      permission: 'read_messages',
      short: 'What changed in several conversations, without joining them.',
      data: Sync,
      answers: { sync_result: SyncResult },
      run: async (actor, { cursors }) => ({ rooms: await messages.sync(actor, cursors) }),
    }),
  ]
}
