// A room of the scripted server: messages 1 to `last`, each at the position of its id.
import type { Message } from '../../../sdks/javascript/src/index.ts'
import type { Answer, Asked } from './scripted-server.ts'

export const room_id = 1

export const message = (id: number, more: Partial<Message> = {}): Message =>
  ({
    id,
    message_id: id,
    room_id,
    seq: id,
    change_seq: id,
    number: id,
    author_id: 2,
    username: 'bob',
    content: `message ${id}`,
    content_type: 'text',
    parent_id: null,
    thread_count: 0,
    is_pinned: false,
    is_edited: false,
    is_deleted: false,
    reactions: [],
    mentions: [],
    metadata: {},
    created_at: '2026-01-01T00:00:00.000Z',
    ...more,
  }) as unknown as Message

export const error = (code: string, retry_after: number | null = null): Answer => ({
  type: 'error',
  data: { code, message: code, retry_after, severity: 'low', action: null },
})

export interface ScriptedRoom {
  last: number
  answer(asked: Asked): Answer
}

export function scriptedRoom(last: number): ScriptedRoom {
  const own: ScriptedRoom = {
    last,
    answer: ({ type, data }) => {
      if (type === 'join_room') return { type: 'room_joined', data: joined(data) }
      if (type === 'get_pinned_messages') return { type: 'pinned_messages', data: { messages: [] } }
      if (type === 'get_history') return { type: 'room_history', data: page(data) }
      return undefined
    },
  }

  const range = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => message(from + index))

  const joined = ({ since_seq }: Asked['data']) => ({
    room_id,
    slug: 'kitchen',
    name: 'Kitchen',
    is_public: true,
    seq: own.last,
    last_message_id: own.last,
    message_number: own.last,
    last_read_number: 0,
    unread_count: 0,
    ...(since_seq !== undefined && { missed: range(Number(since_seq) + 1, own.last) }),
  })

  const page = ({ limit = 50, before_id, after_id }: Asked['data']) => {
    const from = after_id === undefined ? Math.max(1, Number(before_id ?? own.last + 1) - Number(limit)) : Number(after_id) + 1 // prettier-ignore
    const to = after_id === undefined ? Number(before_id ?? own.last + 1) - 1 : Math.min(own.last, from + Number(limit) - 1) // prettier-ignore
    return { messages: range(from, to), has_more: after_id === undefined ? from > 1 : to < own.last, seq: own.last }
  }

  return own
}
