import type { Message } from 'veza-js-sdk'

/** A message as the server tells it, of ada, bob and eve in turn, a minute after the one before. */
export function messageOf(number: number, own: Partial<Message> = {}): Message {
  const author = Math.floor(number / 3) % 3
  const at = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString()
  return {
    id: number,
    message_id: number,
    uuid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    room_id: 1,
    room_name: 'General',
    seq: number,
    change_seq: number,
    number,
    author_id: author + 1,
    username: ['ada', 'bob', 'eve'][author] ?? 'ada',
    content: `Message ${number}. ${'A few more words. '.repeat(number % 7)}`,
    content_type: 'text',
    parent_id: null,
    thread_count: 0,
    is_pinned: false,
    is_edited: false,
    edit_count: 0,
    is_deleted: false,
    reactions: [],
    mentions: [],
    mention_count: 0,
    attachments: [],
    metadata: {},
    created_at: at,
    updated_at: at,
    ...own,
  }
}

export const range = (from: number, to: number): Message[] =>
  Array.from({ length: to - from + 1 }, (_, at) => messageOf(from + at))
