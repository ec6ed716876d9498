import { asRefusal, isCut, passesIn, type Refusal } from './errors.ts'
import type { Copy } from './copy.ts'
import { begin, holds, type Piece, sorted, trim } from './piece.ts'
import type { GetHistoryData, HistoryPage } from './protocol.gen.ts'

type Which = Omit<GetHistoryData, 'room_id' | 'conversation_id'>

export interface HistoryOptions {
  copy: Copy
  /** `get_history` of this conversation. */
  ask(which: Which): Promise<HistoryPage>
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
  /** A message that no piece has, such as the parent of a thread. */
  one(message_id: number): Promise<void>
}

const page_size = 50

/** Pages of a conversation and its threads, put in place so that each piece stays unbroken. */
export function createHistory({ copy, ask, limit, isOpen, touched }: HistoryOptions): History {
  const loading = new Set<Piece>()
  const growing = { older: new WeakMap<Piece, Promise<void>>(), newer: new WeakMap<Piece, Promise<void>>() }
  /** Counts jumps: the last one is where somebody wants to be. */
  let jumps = 0
  // What is undefined is not in the frame.
  const page = (
    { parent_id }: Piece,
    limit: number,
    from?: { [edge in 'before_id' | 'after_id']?: number | undefined },
  ) => ask({ limit, ...(parent_id === null ? { include_threads: false } : { parent_id }), ...from } as Which)

  /** Asks, and puts what came in place, unless the piece has become another one meanwhile. */
  async function fetch<Pages extends readonly [HistoryPage, ...HistoryPage[]]>(
    piece: Piece,
    read: () => Promise<Pages>,
    place: (ids: readonly number[], pages: Pages) => void,
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
        if (!isWanted(piece)) return
        // It was forgotten while its page was on the way.
        if (piece.status !== 'ready') newest(piece)
      },
      (error: unknown) => {
        loading.delete(piece)
        failed(piece, epoch, asRefusal(error))
      },
    )
  }

  const isWanted = (piece: Piece) => isOpen() && [copy.main, ...copy.threads.values()].includes(piece)

  function failed(piece: Piece, epoch: number, error: Refusal): void {
    // With the next connection it begins again.
    if (epoch !== piece.epoch || isCut(error)) return
    const seconds = passesIn(error)
    if (seconds !== null) {
      setTimeout(() => epoch === piece.epoch && isWanted(piece) && newest(piece), seconds * 1000)
      return
    }
    piece.status = 'failed'
    piece.error = error
    touched()
  }

  const tail = (piece: Piece) =>
    fetch(
      piece,
      async () => [await page(piece, page_size)],
      (ids, [last]) => begin(piece, ids, last.has_more, false),
    )

  /** One growing of each end at a time; who asks meanwhile waits for the same. */
  function grow(piece: Piece, end: 'older' | 'newer'): Promise<void> {
    const has = `has_${end}` as const
    const flag = `is_loading_${end}` as const
    if (piece.status !== 'ready' || !piece[has]) return Promise.resolve()
    const running = growing[end].get(piece) ?? step(piece, end, has).finally(() => {
      growing[end].delete(piece)
      piece[flag] = false
      touched()
    }) // prettier-ignore
    growing[end].set(piece, running)
    piece[flag] = true
    touched()
    return running
  }

  async function step(piece: Piece, end: 'older' | 'newer', has: 'has_older' | 'has_newer'): Promise<void> {
    const { epoch } = piece
    const edge = () => piece.ids[end === 'older' ? 0 : piece.ids.length - 1]
    let is_there = false
    while (epoch === piece.epoch && piece[has] && !is_there) {
      const from = edge()
      await fetch(
        piece,
        async () => [await page(piece, page_size, { [end === 'older' ? 'before_id' : 'after_id']: from })],
        (ids, [grown]) => {
          // The end was let go of meanwhile: the page does not join on.
          if (from !== edge()) return
          piece.ids = sorted([...ids, ...piece.ids])
          piece[has] = grown.has_more
          is_there = true
          trim(piece, limit * 2, end === 'older' ? 'newest' : 'oldest')
          piece.wanted = piece.ids.length
        },
      )
    }
  }

  /** What comes after a message, and what comes before that: the latter ends with the message itself. */
  async function both(piece: Piece, message_id: number, limit: number): Promise<[HistoryPage, HistoryPage]> {
    const after = await page(piece, limit, { after_id: message_id })
    return [await page(piece, limit, { before_id: after.messages[0]?.id }), after]
  }

  async function around(piece: Piece, message_id: number): Promise<void> {
    const own = ++jumps
    let is_there = piece.status === 'ready' && holds(piece, message_id)
    // The newest page may come first, and then these are of a piece that is gone.
    while (!is_there && own === jumps)
      await fetch(
        piece,
        () => both(piece, message_id, page_size / 2),
        (ids, [before, after]) => {
          is_there = true
          if (own === jumps) begin(piece, ids, before.has_more, after.has_more)
        },
      )
  }

  async function one(message_id: number): Promise<void> {
    const done = copy.asking()
    try {
      const [before] = await both(copy.main, message_id, 1)
      const message = before.messages.find(({ id }) => id === message_id)
      if (message !== undefined) copy.keep(message)
    } finally {
      done()
    }
  }

  return {
    newest,
    one,
    older: (piece) => grow(piece, 'older'),
    newer: (piece) => grow(piece, 'newer'),
    around,
    toNewest: (piece) => {
      jumps++
      return piece.status === 'ready' && piece.has_newer ? tail(piece) : Promise.resolve()
    },
  }
}
