import { type Change, changeOfMissed, deleted, reacted } from './changes.ts'
import { begin, createPiece, forget, holds, indexOf, insert, type Piece, reaches, takeOut, trim } from './piece.ts'
import type { HistoryPage, Message } from './protocol.gen.ts'

export interface Copy {
  readonly main: Piece
  readonly threads: ReadonlyMap<number, Piece>
  get(id: number): Message | undefined
  /** Ids of what is pinned, the latest first; null until known. */
  pinned(): readonly number[] | null
  thread(parent_id: number): Piece
  dropThread(parent_id: number): void
  /** Keeps a message that is in no piece, such as the parent of an open thread. */
  keep(message: Message): void
  apply(change: Change): void
  /** What changed while one was away, at the time `now` of the server. */
  missed(messages: readonly Message[], now: number): void
  /** All that was known is void; these are the newest messages. */
  reset(newest: readonly Message[]): void
  /** To be called before a page is asked for, and the function it gives when it came or did not: until then changes are remembered. */
  asking(): (page?: PageTaken) => void
  pins(messages: readonly Message[]): void
  /** Lets go of nothing from this message on, until told otherwise. */
  keepFrom(id: number): void
  /** Forgets everything. */
  clear(): void
}

export interface PageTaken {
  pages: readonly HistoryPage[]
  /** Puts the ids in place, with the messages already known. */
  place(ids: readonly number[]): void
}

/** Changes that are remembered although no page is awaited: a page may be a little older than what came before it was asked for. */
const remembered = 64

/** What a client knows of one conversation: messages by id, and the pieces that show them. `limit` messages of a piece are kept, or as many as somebody asked to see. */
export function createCopy(limit: number, touched: () => void): Copy {
  const known = new Map<number, Message>()
  const main = createPiece(null)
  const threads = new Map<number, Piece>()
  const kept = new Set<number>()
  let pin_ids: readonly number[] | null = null
  let recent: Change[] = []
  let awaited = 0
  let looked_at = Infinity

  const pieces = () => [main, ...threads.values()]

  function put(message: Message): void {
    const before = known.get(message.id)
    if (before !== undefined && before.change_seq > message.change_seq) return
    pin(message)
    for (const piece of pieces()) if (belongs(piece, message) && reaches(piece, message.id)) add(piece, message.id)
    if (before !== undefined || isUsed(message.id)) known.set(message.id, message)
  }

  const belongs = ({ parent_id }: Piece, message: Message) => message.parent_id === parent_id
  const isUsed = (id: number) => pieces().some((piece) => holds(piece, id)) || kept.has(id) || pin_ids?.includes(id) === true // prettier-ignore

  function add(piece: Piece, id: number): void {
    insert(piece, id)
    const most = Math.max(limit, piece.wanted, piece.ids.length - indexOf(piece.ids, looked_at))
    // Not at each message, as every trim is a new first line.
    if (!piece.has_newer && piece.ids.length > most * 1.2 + 10) trim(piece, most, 'oldest')
  }

  function pin(message: Message): void {
    if (pin_ids === null) return
    const was = pin_ids.includes(message.id)
    if (message.is_pinned === was) return
    pin_ids = was ? pin_ids.filter((id) => id !== message.id) : [message.id, ...pin_ids]
  }

  function change(id: number, at: number, make: (message: Message) => Message): void {
    const message = known.get(id)
    if (message === undefined || at <= message.change_seq) return
    const next = make(message)
    known.set(id, next)
    pin(next)
  }

  function carryOut(change_: Change): void {
    switch (change_.kind) {
      case 'put':
        put(change_.message)
        break
      case 'deleted':
        change(change_.data.message_id, change_.at, (message) => deleted(message, change_.data))
        break
      case 'reaction':
        change(change_.data.message_id, change_.at, (message) => reacted(message, change_.data, change_.added))
        break
      case 'gone':
        for (const piece of pieces()) takeOut(piece, change_.message_id)
        pin_ids = pin_ids?.filter((id) => id !== change_.message_id) ?? null
        known.delete(change_.message_id)
    }
    const parent = 'parent' in change_ ? change_.parent : undefined
    if (parent !== undefined)
      change(parent.id, change_.at, (message) => ({
        ...message,
        thread_count: parent.thread_count,
        change_seq: change_.at,
      }))
  }

  function apply(change_: Change): void {
    carryOut(change_)
    recent.push(change_)
    if (awaited === 0 && recent.length > remembered * 2) recent = recent.slice(-remembered)
    touched()
  }

  /** Takes in a state of a message, unless a later one is known. */
  function learn(message: Message): void {
    const before = known.get(message.id)
    if (before === undefined || before.change_seq <= message.change_seq) known.set(message.id, message)
  }

  function replay(seq: number): void {
    for (const each of recent) if (each.at > seq) carryOut(each)
    touched()
  }

  /** Lets go of what no piece shows any more. */
  function sweep(): void {
    for (const id of known.keys()) if (!isUsed(id)) known.delete(id)
  }

  function take({ pages, place }: PageTaken): void {
    const messages = pages.flatMap((page) => page.messages)
    place(messages.map(({ id }) => id))
    for (const message of messages) learn(message)
    sweep()
    replay(Math.min(...pages.map((page) => page.seq)))
  }

  function clear(): void {
    known.clear()
    recent = []
    kept.clear()
    pin_ids = null
    looked_at = Infinity
  }

  return {
    main,
    threads,
    get: (id) => known.get(id),
    pinned: () => pin_ids,
    thread: (parent_id) => {
      const piece = threads.get(parent_id) ?? createPiece(parent_id)
      threads.set(parent_id, piece)
      return piece
    },
    dropThread: (parent_id) => {
      threads.delete(parent_id)
      kept.delete(parent_id)
      sweep()
      touched()
    },
    keep: (message) => {
      kept.add(message.id)
      learn(message)
      replay(message.change_seq)
    },
    apply,
    missed: (messages, now) => {
      for (const message of messages) apply(changeOfMissed(message, now))
    },
    reset: (newest) => {
      clear()
      for (const piece of threads.values()) forget(piece)
      const oldest = Math.min(...newest.map(({ number }) => number))
      const shown = newest.filter((message) => belongs(main, message))
      // Of replies alone nothing is seen: the page is asked for.
      forget(main)
      if (shown.length > 0) begin(main, shown.map(({ id }) => id), oldest > 1, false) // prettier-ignore
      for (const message of shown) learn(message)
      touched()
    },
    asking: () => {
      awaited++
      return (page) => {
        if (page !== undefined) take(page)
        awaited--
        if (awaited === 0) recent = recent.slice(-remembered)
      }
    },
    pins: (messages) => {
      pin_ids = messages.map(({ id }) => id)
      for (const message of messages) learn(message)
      replay(0)
    },
    keepFrom: (id) => {
      looked_at = id
    },
    clear: () => {
      clear()
      threads.clear()
      forget(main)
      touched()
    },
  }
}
