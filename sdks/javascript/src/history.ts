import { Refusal, asRefusal } from './errors.ts'
import type { Copy } from './copy.ts'
import { begin, holds, type Piece, trim } from './piece.ts'
import type { GetHistoryData, HistoryPage, Message } from './protocol.gen.ts'

export interface HistoryOptions {
  copy: Copy
  /** `get_history` of this conversation. */
  ask(which: Omit<GetHistoryData, 'room_id' | 'conversation_id'>): Promise<HistoryPage>
  /** Whether the piece shows it: a conversation does not show replies. */
  shows(piece: Piece, message: Message): boolean
  /** Messages of a piece that are kept. */
  limit: number
  isOpen(): boolean
  touched(): void
}

export interface History {
  /** Loads the newest page of a piece that is not loaded, again and again while that may help. */
  newest(piece: Piece): void
  older(piece: Piece): Promise<void>
  newer(piece: Piece): Promise<void>
  /** The piece around a message. */
  around(piece: Piece, message_id: number): Promise<void>
  toNewest(piece: Piece): Promise<void>
}

const page_size = 50
const passing = new Set(['TIMEOUT', 'RATE_LIMIT_EXCEEDED', 'SERVICE_UNAVAILABLE', 'INTERNAL_ERROR'])

/** Pages of a conversation and its threads, put in place so that each piece stays unbroken. */
export function createHistory({ copy, ask, shows, limit, isOpen, touched }: HistoryOptions): History {
  const loading = new Set<Piece>()
  const growing = new Map<string, Promise<void>>()
  const thread = (piece: Piece) => (piece.parent_id === null ? {} : { parent_id: piece.parent_id })

  /** Asks, and puts what came in place, unless the piece has become another one meanwhile. */
  async function fetch(
    piece: Piece,
    read: () => Promise<readonly HistoryPage[]>,
    place: (ids: readonly number[], pages: readonly HistoryPage[]) => void,
  ): Promise<void> {
    const { epoch } = piece
    const done = copy.asking()
    try {
      const pages = await read()
      if (epoch === piece.epoch) done({ pages, place: (ids) => place(ids, pages) })
      else done()
    } catch (error) {
      done()
      throw error
    }
  }

  function newest(piece: Piece): void {
    if (loading.has(piece) || piece.status === 'ready' || piece.status === 'failed') return
    loading.add(piece)
    piece.status = 'loading'
    touched()
    const { epoch } = piece
    tail(piece).then(
      () => {
        loading.delete(piece)
        // It was forgotten while its page was on the way.
        if (piece.status !== 'ready' && isOpen()) newest(piece)
        else if (isBlank(piece) && piece.has_older) older(piece).catch(() => undefined)
      },
      (error: unknown) => {
        loading.delete(piece)
        failed(piece, epoch, asRefusal(error))
      },
    )
  }

  function failed(piece: Piece, epoch: number, error: Refusal): void {
    // With the next connection it begins again.
    if (epoch !== piece.epoch || error.code === 'NOT_CONNECTED' || error.code === 'CANCELLED') return
    if (passing.has(error.code)) {
      setTimeout(() => epoch === piece.epoch && isOpen() && newest(piece), (error.retry_after ?? 2) * 1000)
      return
    }
    piece.status = 'failed'
    piece.error = error
    touched()
  }

  const tail = (piece: Piece) =>
    fetch(
      piece,
      async () => [await ask({ ...thread(piece), limit: page_size })],
      (ids, [page]) => begin(piece, ids, { has_older: page?.has_more ?? false, has_newer: false }),
    )

  const isShown = (piece: Piece, page: HistoryPage | undefined) =>
    page?.messages.some((message) => shows(piece, message)) === true
  const isBlank = (piece: Piece) => !piece.ids.some((id) => shows(piece, copy.get(id) as Message))

  /** One growing of each end at a time; who asks meanwhile waits for the same. */
  function grow(piece: Piece, end: 'older' | 'newer', step: () => Promise<void>): Promise<void> {
    const key = `${end} ${piece.parent_id}`
    const running = growing.get(key)
    if (running !== undefined) return running
    const flag = end === 'older' ? 'is_loading_older' : 'is_loading_newer'
    piece[flag] = true
    touched()
    const begun = step().finally(() => {
      growing.delete(key)
      piece[flag] = false
      touched()
    })
    growing.set(key, begun)
    return begun
  }

  function older(piece: Piece): Promise<void> {
    if (piece.status !== 'ready' || !piece.has_older) return Promise.resolve()
    return grow(piece, 'older', async () => {
      const { epoch } = piece
      let found = false
      while (epoch === piece.epoch && piece.has_older && !found) {
        const [before_id] = piece.ids
        await fetch(
          piece,
          async () => [
            await ask({ ...thread(piece), limit: page_size, ...(before_id !== undefined && { before_id }) }),
          ],
          (ids, [page]) => {
            piece.ids = [...ids.filter((id) => !holds(piece, id)), ...piece.ids].toSorted((a, b) => a - b)
            piece.has_older = page?.has_more ?? false
            found = isShown(piece, page)
            trim(piece, limit * 2, 'newest')
            piece.wanted = piece.ids.length
          },
        )
      }
    })
  }

  function newer(piece: Piece): Promise<void> {
    if (piece.status !== 'ready' || !piece.has_newer) return Promise.resolve()
    return grow(piece, 'newer', async () => {
      const { epoch } = piece
      let found = false
      while (epoch === piece.epoch && piece.has_newer && !found) {
        const after_id = piece.ids.at(-1)
        await fetch(
          piece,
          async () => [await ask({ ...thread(piece), limit: page_size, ...(after_id !== undefined && { after_id }) })],
          (ids, [page]) => {
            piece.ids = [...piece.ids, ...ids.filter((id) => !holds(piece, id))].toSorted((a, b) => a - b)
            piece.has_newer = after_id !== undefined && (page?.has_more ?? false)
            found = isShown(piece, page)
            trim(piece, limit * 2, 'oldest')
            piece.wanted = piece.ids.length
          },
        )
      }
    })
  }

  async function around(piece: Piece, message_id: number): Promise<void> {
    if (piece.status === 'ready' && holds(piece, message_id)) return
    const half = page_size / 2
    await fetch(
      piece,
      async () => {
        const after = await ask({ ...thread(piece), limit: half, after_id: message_id })
        const [first] = after.messages
        const before = await ask({ ...thread(piece), limit: half, ...(first !== undefined && { before_id: first.id }) })
        return [before, after]
      },
      (ids, [before, after]) =>
        begin(piece, ids, { has_older: before?.has_more ?? false, has_newer: after?.has_more ?? false }),
    )
  }

  return {
    newest,
    older,
    newer,
    around,
    toNewest: (piece) => (piece.status === 'ready' && piece.has_newer ? tail(piece) : Promise.resolve()),
  }
}
