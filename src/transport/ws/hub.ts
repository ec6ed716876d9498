import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import type { Bus, BusMessage, LogEntry } from '../../platform/bus/index.ts'
import { createOpenings, type Head } from './openings.ts'
import { type Audience, createFollowed, createOrder, type Followed, read_timeout_ms } from './order.ts'
import type { TailLimits } from './tail.ts'

export type { Audience }

/** How the hub reads the log where the bus is not enough. Implemented by the messages feature over PostgreSQL. */
export interface LogReader {
  /** The head of each conversation, and up to `recent` of its newest events, contiguous up to the head. */
  heads(conversation_ids: readonly number[], recent: number): Promise<Map<number, Head>>
  /** The live events with `after < seq <= upTo` that can still be told; what was overwritten since is missing. */
  events(conversation_id: number, after: number, upTo: number): Promise<{ head: number; entries: LogEntry[] }>
  /** The current state of what changed after `since`, or the newest page when that is more than `limit`, by default the resume limit. */
  changes(conversation_id: number, since: number, limit?: number): Promise<Changes>
}

export interface Changes {
  /** The seq at which `messages` is valid. */
  seq: number
  messages: object[]
  reset: boolean
}

/** What a socket needs on joining, true in the tick in which it was taken. */
export interface CatchUp {
  seq: number
  missed?: object[]
  reset?: boolean
  /** Event frames after `seq` that must follow the reply at once. */
  following: string[]
}

export interface Ready {
  /** How many messages it will tell, about. */
  size: number
  /** Synchronous, so that taking, replying and subscribing are one tick. Null when too much happened since: prepare again. */
  take(): CatchUp | null
}

/**
 * The hub of one node: for every conversation that somebody here follows, it publishes each event once, in `seq` order and without holes, although the
 * bus may lose, swap and repeat.
 */
export interface Hub {
  /** Begins to follow a conversation for one socket. Every follow is ended by one unfollow, whether or not what comes between succeeds. */
  follow(conversation_id: number, audience: Audience): void
  unfollow(conversation_id: number): void
  /** Reads what is missing after `since`; without `since` only the position. SERVICE_UNAVAILABLE when the log cannot be read. */
  prepare(conversation_id: number, since: number | undefined, limit?: number): Promise<Ready>
  /** Takes a log message from the bus. */
  receive(message: LogMessage): void
  /** Something of a room beside its log has changed: its settings, its members. */
  stir(conversation_id: number): void
  /** A moment, for `stirredSince`. */
  moment(): number
  /** Whether what was read of a room at that moment may be stale: it has changed since, or was not heard yet. */
  stirredSince(conversation_id: number, moment: number): boolean
  /** Compares all followed conversations with the log and fetches what the bus did not bring. */
  poll(): Promise<void>
  readonly size: number
}

export type LogMessage = Extract<BusMessage, { kind: 'log' }>

export interface HubOptions {
  bus: Bus
  reader: LogReader
  log: Log
  publish(topic: string, frame: string): void
  /** To one of a DM's people, on the topic `u:<id>` unless something else is wanted. */
  publishDm?(user_id: number, frame: string, conversation_id: number): void
  tail: TailLimits
  /** Changed messages that a resume tells at most; 0 means no limit. */
  resume_limit: number
  /** How long a gap may wait for its missing events before they are read from the log. */
  gap_wait_ms?: number
  /** DM conversations remembered although nobody here joined them, so that their order is kept. */
  max_idle_conversations?: number
  onFanout?(seconds: number): void
}

const idle_poll_ratio = 10

export function createHub(options: HubOptions): Hub {
  const { bus, reader, log } = options
  const resume_limit = options.resume_limit || Infinity
  const max_idle = options.max_idle_conversations ?? 10_000
  const states = new Map<number, Followed>()
  /** DMs whose order is kept although nobody here joined them. */
  const idle = new Set<Followed>()
  let polls = 0
  let moments = 0
  let polling = false

  const open = (id: number, next: number, audience: Audience): Followed => {
    const state = createFollowed(id, next, audience, options.tail)
    states.set(id, state)
    return state
  }

  const close = (state: Followed) => {
    clearTimeout(state.timer)
    states.delete(state.id)
    idle.delete(state)
    bus.unlisten(`c:${state.id}`)
    for (const waiter of state.waiting) waiter.resolve()
  }

  const publishDm = options.publishDm ?? ((user_id, frame) => options.publish(`u:${user_id}`, frame))

  const publish = (state: Followed, frame: string) => {
    if (state.audience === null) options.publish(`c:${state.id}`, frame)
    else for (const user_id of new Set(state.audience)) publishDm(user_id, frame, state.id)
  }

  const isOpen = (state: Followed) => states.get(state.id) === state
  const gap_wait_ms = options.gap_wait_ms ?? 50
  const order = createOrder({ log, read: reader.events, publish, isOpen, gap_wait_ms })
  const heard = (batch: readonly Followed[]) => {
    moments++
    for (const state of batch) state.stirred = moments
  }
  const start = createOpenings({ bus, heads: reader.heads, isOpen, heard, begin: order.begin, tail: options.tail })

  const told = (entries: LogEntry[]): object[] | null =>
    entries.every((entry) => entry.complete)
      ? entries.map((entry) => (JSON.parse(entry.frame) as { data: object }).data)
      : null

  async function prepare(id: number, since: number | undefined, limit = resume_limit): Promise<Ready> {
    const state = states.get(id)
    if (state === undefined) throw new Error('prepare without follow')
    if (since !== undefined) state.warm = true
    await start(state)
    if (since === undefined) return { size: 0, take: () => ({ seq: state.next - 1, following: [] }) }

    const hot = () => {
      const entries = state.tail.after(since)
      const missed = entries !== null && entries.length <= limit ? told(entries) : null
      return missed && { seq: state.next - 1, missed, following: [] }
    }
    const warm = hot()
    if (warm !== null) return { size: warm.missed.length, take: hot }

    const changes = await within(read_timeout_ms, reader.changes(id, since, limit === Infinity ? undefined : limit))
    await order.reach(state, changes.seq)
    return {
      size: changes.messages.length,
      take: () => {
        const later = state.tail.after(changes.seq)
        return (
          later && {
            seq: changes.seq,
            missed: changes.messages,
            reset: changes.reset,
            following: later.map((entry) => entry.frame),
          }
        )
      },
    }
  }

  async function compare(known: readonly Followed[]): Promise<void> {
    for (let from = 0; from < known.length; from += 1000) {
      const chunk = known.slice(from, from + 1000)
      const ids = chunk.map((state) => state.id)
      const heads = await within(read_timeout_ms, reader.heads(ids, 0))
      for (const state of chunk) {
        const head = heads.get(state.id)?.seq ?? 0
        if (isOpen(state) && head >= state.next) order.expect(state, head)
      }
    }
  }

  /** Idle DMs are kept in the order in which they became so. */
  const forgetIdle = () => {
    for (const state of idle) {
      if (idle.size <= max_idle) return
      if (!state.filling) close(state)
    }
  }

  return {
    follow: (id, audience) => {
      const state = states.get(id) ?? open(id, 0, audience)
      state.followers++
      idle.delete(state)
    },
    receive: (message) => {
      let state = states.get(message.conversation_id)
      if (state === undefined) {
        // DMs reach their people wherever these are, joined or not; a room only where somebody follows it.
        if (message.audience === null) return
        state = open(message.conversation_id, message.first_seq, message.audience)
        idle.add(state)
        state.untold = message.entries.length === 0
        forgetIdle()
      }
      if (message.entries.length === 0) return
      if (state.untold) state.next = Math.min(state.next, message.first_seq)
      const started = performance.now()
      order.accept(state, message.entries)
      options.onFanout?.((performance.now() - started) / 1000)
    },
    stir: (id) => {
      const state = states.get(id)
      if (state !== undefined) state.stirred = ++moments
    },
    moment: () => moments,
    stirredSince: (id, moment) => {
      const state = states.get(id)
      return state?.audience === null && state.stirred > moment
    },
    unfollow: (id) => {
      const state = states.get(id)
      if (state === undefined) return
      state.followers--
      // A room that nobody here follows is no longer heard, so what is known of it would go stale; and what never started knows nothing.
      if (state.followers === 0 && (state.audience === null || state.next === 0)) close(state)
      else if (state.followers === 0) idle.add(state)
    },
    prepare,
    poll: async () => {
      if (polling) return
      polling = true
      try {
        // Of those that nobody joined there may be many, and nobody waits for them.
        const all = polls++ % idle_poll_ratio === 0
        await compare([...states.values()].filter((state) => state.next !== 0 && (all || state.followers > 0)))
      } finally {
        polling = false
      }
    },
    get size() {
      return states.size
    },
  }
}
