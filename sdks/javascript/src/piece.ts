import type { ChatError } from './api.ts'

/** An unbroken piece of a conversation or of a thread: the ids of its messages, which grow along the timeline. */
export interface Piece {
  /** Of a thread; null for the whole conversation. */
  readonly parent_id: number | null
  ids: readonly number[]
  status: 'idle' | 'loading' | 'ready' | 'failed'
  error: ChatError | null
  has_older: boolean
  has_newer: boolean
  is_loading_older: boolean
  is_loading_newer: boolean
  /** Counts how often it became another piece: a page that was asked for before that has no place in it. */
  epoch: number
  /** How many messages somebody wanted to see. */
  wanted: number
}

export const createPiece = (parent_id: number | null): Piece => ({
  parent_id,
  ids: [],
  status: 'idle',
  error: null,
  has_older: false,
  has_newer: false,
  is_loading_older: false,
  is_loading_newer: false,
  epoch: 0,
  wanted: 0,
})

export const sorted = (ids: Iterable<number>): number[] => [...new Set(ids)].sort((a, b) => a - b)

/** Where an id is, or would be. */
export function indexOf(ids: readonly number[], id: number): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ids[middle] ?? 0) < id) low = middle + 1
    else high = middle
  }
  return low
}

export const holds = ({ ids }: Piece, id: number): boolean => ids[indexOf(ids, id)] === id

/** Whether a message that the piece does not have is within it, or next to it at an end that is open. */
export function reaches({ ids, status, has_older, has_newer }: Piece, id: number): boolean {
  if (status !== 'ready') return false
  const first = ids[0] ?? Infinity
  const last = ids[ids.length - 1] ?? -Infinity
  if (ids.length === 0) return !has_newer
  return (id >= first || !has_older) && (id <= last || !has_newer)
}

export function insert(piece: Piece, id: number): void {
  const at = indexOf(piece.ids, id)
  if (piece.ids[at] !== id) piece.ids = [...piece.ids.slice(0, at), id, ...piece.ids.slice(at)]
}

export function takeOut(piece: Piece, id: number): void {
  if (holds(piece, id)) piece.ids = piece.ids.filter((each) => each !== id)
}

/** Becomes another piece. */
export function begin(piece: Piece, ids: readonly number[], has_older: boolean, has_newer: boolean): void {
  forget(piece)
  Object.assign(piece, { ids: sorted(ids), wanted: ids.length, status: 'ready', has_older, has_newer })
}

/** Nothing of it is known any more. */
export function forget(piece: Piece): void {
  Object.assign(piece, { ...createPiece(piece.parent_id), epoch: piece.epoch + 1 })
}

/** Lets go of what is over `limit` at one end. */
export function trim(piece: Piece, limit: number, end: 'oldest' | 'newest'): void {
  if (piece.ids.length <= limit) return
  if (end === 'oldest') {
    piece.ids = piece.ids.slice(-limit)
    piece.has_older = true
  } else {
    piece.ids = piece.ids.slice(0, limit)
    piece.has_newer = true
  }
}
