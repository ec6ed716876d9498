import type { Change } from './log-queries.ts'
import { type MessageRow, toMessage } from './message.ts'
import type { Message } from './schema.ts'

/** Where a change happened, as its event says it. */
export interface Where {
  conversation_id: number
  room_name: string | null
}

const placeOf = ({ conversation_id, room_name }: Where) =>
  room_name === null ? { conversation_id } : { room_id: conversation_id, room_name }

const eventTypes = {
  edited: 'message_edited',
  deleted: 'message_deleted',
  expired: 'message_deleted',
  pinned: 'message_pinned',
  unpinned: 'message_unpinned',
  reaction_added: 'reaction_added',
  reaction_removed: 'reaction_removed',
} as const satisfies Record<Change['change'], string>

/** The data of the event that tells a change; `row` is the message as it is after it. Null when the change cannot be told without the message, and that is gone. */
export function changeData(where: Where, change: Change, row: MessageRow | null): object | null {
  const place = { ...placeOf(where), message_id: change.message_id, seq: change.at_seq }
  const { emoji, count, reason = null, parent_id, parent_thread_count } = change.detail
  switch (change.change) {
    case 'edited':
    case 'pinned':
    case 'unpinned':
      // Its position in the log is its change_seq, also when it is told again after later changes.
      return row && { ...toMessage(row), change_seq: change.at_seq }
    case 'deleted':
      return { ...place, deleted_by: change.by_id, reason, timestamp: change.at.toISOString() }
    case 'expired':
      return {
        ...place,
        deleted_by: null,
        reason: 'expired',
        timestamp: change.at.toISOString(),
        parent_id,
        parent_thread_count,
      }
    case 'reaction_added':
    case 'reaction_removed':
      return {
        ...place,
        user_id: change.by_id,
        username: change.by_name,
        emoji,
        count,
        timestamp: change.at.toISOString(),
      }
  }
}

export const changeEvent = (change: Change['change'], json: string): string =>
  `{"type":"${eventTypes[change]}","data":${json}}`

/** An expired message as those get it who come back after it: as little as a deleted one. */
export const expiredMessage = (
  conversation_id: number,
  place: {
    message_id: number
    uuid: string
    author_id: number
    username: string
    seq: number
    change_seq: number
    number: number
    parent_id: number | null
    room_name: string | null
    created_at: string
    at: Date
  },
): Message =>
  toMessage({
    ...place,
    id: place.message_id,
    conversation_id,
    client_id: '~',
    content: '',
    content_type: 'text',
    thread_count: 0,
    mentions: [],
    called: null,
    metadata: null,
    edit_count: 0,
    edited_at: null,
    pinned_at: null,
    deleted_at: place.at,
    deleted_by: null,
    expires_at: place.at,
    created_at: new Date(place.created_at),
    updated_at: place.at,
    reactions: null,
  })
