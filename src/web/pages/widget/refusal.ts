import type { Chat, ChatError } from 'veza-js-sdk'
import { refOf, type Place } from 'veza-react-components'

import { ownWords } from './words.ts'

/** Why a conversation cannot be read. */
export interface Refusal {
  /** Of the server, or `ROOM_DELETED`. */
  code: string
  message: string
}

/** Of a room that goes while it is open, the last event says that it was deleted: afterwards it is one that does not exist. Returns what ends that. */
export const onDeleted = (chat: Chat, place: Place, deleted: () => void): (() => void) =>
  chat.on('room_deleted', ({ room_id, slug }) => {
    const ref = refOf(place)
    if ('room_id' in ref && (ref.room_id === room_id || ref.room_id === slug)) deleted()
  })

export function refusalOf(error: ChatError, isDeleted: boolean): Refusal {
  const code = isDeleted && error.code === 'ROOM_NOT_FOUND' ? 'ROOM_DELETED' : error.code
  // What the client itself concludes has no sentence of the server.
  return { code, message: error.message === error.code ? (ownWords.en.refused[code] ?? code) : error.message }
}
