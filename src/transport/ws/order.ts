import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import type { LogEntry } from '../../platform/bus/index.ts'
import { createTail, type Tail, type TailLimits } from './tail.ts'

/** Who gets the events of a DM, on their own feeds; null for a room, whose events go to its topic. */
export type Audience = readonly number[] | null

/** A conversation that somebody here follows, and how far its events have been told. */
export interface Followed {
  id: number
  followers: number
  /** The seq to publish next; 0 until the head is known. */
  next: number
  /** A DM that is only expected to go on: what was committed before that may still come. */
  untold: boolean
  tail: Tail
  /** Events that came too early, by seq. */
  held: Map<number, LogEntry>
  /** The highest seq heard of. */
  heard: number
  audience: Audience
  /** The moment of the last change beside the log, or from which such changes are heard. */
  stirred: number
  /** Whether somebody resumes, so that recent events are worth reading with the head. */
  warm: boolean
  /** Failed reads in a row. */
  failures: number
  timer: Timer | undefined
  filling: boolean
  waiting: { seq: number; resolve: () => void }[]
  starting: Promise<void> | undefined
}

/** The driver may never settle a query whose connection was cut, and nobody must wait for ever. */
export const read_timeout_ms = 10_000

export const createFollowed = (id: number, next: number, audience: Audience, limits: TailLimits): Followed => ({
  id,
  followers: 0,
  next,
  untold: false,
  tail: createTail(Math.max(0, next - 1), limits),
  held: new Map(),
  heard: 0,
  audience,
  stirred: 0,
  warm: false,
  failures: 0,
  timer: undefined,
  filling: false,
  waiting: [],
  starting: undefined,
})

interface OrderParts {
  log: Log
  /** The live events with `after < seq <= upTo` that can still be told; what was overwritten since is missing. */
  read(conversation_id: number, after: number, upTo: number): Promise<{ head: number; entries: LogEntry[] }>
  publish(state: Followed, frame: string): void
  /** Whether it is still this one that follows its conversation. */
  isOpen(state: Followed): boolean
  gap_wait_ms: number
}

const max_held = 1024

/** Tells the events of a conversation once each, in `seq` order and without holes: what comes too early is held, and what does not come is read from the log. */
export function createOrder({ log, read, publish, isOpen, gap_wait_ms }: OrderParts) {
  const put = (state: Followed, entry: LogEntry) => {
    publish(state, entry.frame)
    state.untold = false
    state.tail.push(entry)
    state.next = entry.seq + 1
  }

  const settle = (state: Followed) => {
    if (state.waiting.length === 0) return
    const still = []
    for (const waiter of state.waiting) {
      if (waiter.seq < state.next) waiter.resolve()
      else still.push(waiter)
    }
    state.waiting = still
  }

  const drainHeld = (state: Followed) => {
    for (let entry = state.held.get(state.next); entry !== undefined; entry = state.held.get(state.next)) {
      state.held.delete(entry.seq)
      put(state, entry)
    }
    for (const seq of state.held.keys()) if (seq < state.next) state.held.delete(seq)
    if (state.held.size > 0) arm(state)
    settle(state)
  }

  const accept = (state: Followed, entries: readonly LogEntry[]) => {
    for (const entry of entries) {
      if (state.next !== 0 && entry.seq < state.next) continue
      state.heard = Math.max(state.heard, entry.seq)
      if (entry.seq === state.next) put(state, entry)
      else if (state.held.size < max_held) state.held.set(entry.seq, entry)
    }
    if (state.next !== 0) drainHeld(state)
  }

  const arm = (state: Followed) => {
    if (state.timer !== undefined || state.filling) return
    state.timer = setTimeout(
      () => {
        state.timer = undefined
        fill(state).catch((error: unknown) =>
          log.error('A gap could not be filled', { conversation_id: state.id, error }),
        )
      },
      Math.min(1000, gap_wait_ms * 2 ** state.failures),
    )
  }

  /** The way out when events were lost that the log cannot retell: everyone is told to read again. */
  const resync = (state: Followed, head: number) => {
    const field = state.audience === null ? 'room_id' : 'conversation_id'
    log.warn('The log could not be retold; followers were told to resync', {
      conversation_id: state.id,
      from_seq: state.next,
      to_seq: head,
    })
    publish(state, JSON.stringify({ type: 'resync', data: { [field]: state.id, seq: head } }))
    state.next = head + 1
    state.tail.restart(head)
  }

  async function fill(state: Followed): Promise<void> {
    state.filling = true
    const wanted = Math.max(state.heard, ...state.waiting.map((waiter) => waiter.seq))
    try {
      if (wanted >= state.next) {
        const { head, entries } = await within(read_timeout_ms, read(state.id, state.next - 1, wanted))
        // Closed meanwhile, and perhaps followed anew by another state: these events are no longer its to tell.
        if (!isOpen(state)) return
        const before = state.next
        accept(state, entries)
        const reachable = Math.min(head, wanted)
        // One read has a limit, so as long as it brings something, another follows.
        if (state.next === before && state.next <= reachable) resync(state, reachable)
        state.heard = Math.min(state.heard, Math.max(head, state.next - 1))
      }
      state.failures = 0
    } catch (error) {
      if (state.failures++ === 0)
        log.warn('A gap could not be read from the log; trying again', { conversation_id: state.id, error })
    }
    state.filling = false
    if (!isOpen(state)) return
    drainHeld(state)
    if (state.waiting.length > 0 || state.next <= state.heard) arm(state)
  }

  /** Resolves when everything up to `seq` has been published here. */
  const reach = (state: Followed, seq: number): Promise<void> | undefined => {
    if (seq < state.next) return undefined
    return new Promise((resolve) => {
      state.waiting.push({ seq, resolve })
      arm(state)
    })
  }

  /** The log is known to go up to `seq`; what is missing is fetched if the bus does not bring it. */
  const expect = (state: Followed, seq: number) => {
    state.heard = Math.max(state.heard, seq)
    arm(state)
  }

  /** Once its head is known: tells what was held meanwhile. */
  const begin = (state: Followed, next: number) => {
    state.next = next
    drainHeld(state)
  }

  return { accept, begin, reach, expect }
}
