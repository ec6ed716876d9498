import type { Ref } from './api.ts'

/** A conversation by its integer. */
export type Place = { room_id: number } | { conversation_id: number }

/** What names a conversation in a frame. */
export interface Named {
  room_id?: number | string
  conversation_id?: number
}

export const keyOf = (named: Named): string =>
  named.room_id !== undefined ? `r:${named.room_id}` : `d:${named.conversation_id}`

export const placeOf = (named: Named): Place =>
  named.room_id !== undefined ? { room_id: Number(named.room_id) } : { conversation_id: Number(named.conversation_id) }

/** Null for a slug: which room that is only the server knows. */
export const placeOfRef = (ref: Ref): Place | null =>
  'room_id' in ref && typeof ref.room_id === 'string' ? null : placeOf(ref)

export const isDm = (ref: Ref): ref is { conversation_id: number } => 'conversation_id' in ref
