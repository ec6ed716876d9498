import { asRefusal, isCut, passesIn, type Refusal } from './errors.ts'
import type { Copy } from './copy.ts'
import { begin, holds, type Piece, sorted, trim } from './piece.ts'
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
  /** A message that no piece has, such as the parent of a thread. */
  one(message_id: number): Promise<void>
}

const page_size = 50

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
        else if (isBlank(piece) && piece.has_older) grow(piece, 'older').catch(() => undefined)
      },
      (error: unknown) => {
        loading.delete(piece)
        failed(piece, epoch, asRefusal(error))
      },
    )
  }

  function failed(piece: Piece, epoch: number, error: Refusal): void {
    // With the next connection it begins again.
    if (epoch !== piece.epoch || isCut(error)) return
    const seconds = passesIn(error)
    if (seconds !== null) {
      setTimeout(() => epoch === piece.epoch && isOpen() && newest(piece), seconds * 1000)
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

  const isBlank = (piece: Piece) => !piece.ids.some((id) => shows(piece, copy.get(id) as Message))

  /** One growing of each end at a time; who asks meanwhile waits for the same. Goes on until there is something to show. */
  function grow(piece: Piece, end: 'older' | 'newer'): Promise<void> {
    const has = `has_${end}` as const
    const flag = `is_loading_${end}` as const
    if (piece.status !== 'ready' || !piece[has]) return Promise.resolve()
    const key = `${end} ${piece.parent_id}`
    const running = growing.get(key) ?? step(piece, end, has).finally(() => {
      growing.delete(key)
      piece[flag] = false
      touched()
    }) // prettier-ignore
    growing.set(key, running)
    piece[flag] = true
    touched()
    return running
  }

  async function step(piece: Piece, end: 'older' | 'newer', has: 'has_older' | 'has_newer'): Promise<void> {
    const { epoch } = piece
    let found = false
    while (epoch === piece.epoch && piece[has] && !found) {
      const from = end === 'older' ? { before_id: piece.ids[0] } : { after_id: piece.ids.at(-1) }
      await fetch(
        piece,
        async () => [await ask({ ...thread(piece), limit: page_size, ...(piece.ids.length > 0 && (from as object)) })],
        (ids, [page]) => {
          piece.ids = sorted([...ids, ...piece.ids])
          piece[has] = page?.has_more ?? false
          found = page?.messages.some((message) => shows(piece, message)) === true
          trim(piece, limit * 2, end === 'older' ? 'newest' : 'oldest')
          piece.wanted = piece.ids.length
        },
      )
    }
  }

  /** What comes after a message, and what comes before that: the latter ends with the message itself. */
  async function both(piece: Piece, message_id: number, limit: number): Promise<[HistoryPage, HistoryPage]> {
    const after = await ask({ ...thread(piece), limit, after_id: message_id })
    const [first] = after.messages
    return [await ask({ ...thread(piece), limit, ...(first !== undefined && { before_id: first.id }) }), after]
  }

  async function around(piece: Piece, message_id: number): Promise<void> {
    if (piece.status === 'ready' && holds(piece, message_id)) return
    await fetch(
      piece,
      () => both(piece, message_id, page_size / 2),
      (ids, [before, after]) =>
        begin(piece, ids, { has_older: before?.has_more ?? false, has_newer: after?.has_more ?? false }),
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
    toNewest: (piece) => (piece.status === 'ready' && piece.has_newer ? tail(piece) : Promise.resolve()),
  }
}
