import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import type { Bus, BusMessage, LogEntry } from '../../platform/bus/index.ts'
import { createTail, type Tail, type TailLimits } from './tail.ts'

/** How the hub reads the log where the bus is not enough. Implemented by the messages feature over PostgreSQL. */
export interface LogReader {
  /** The head of each conversation, and up to `recent` of its newest events, contiguous up to the head. */
  heads(conversation_ids: readonly number[], recent: number): Promise<Map<number, { seq: number; recent: LogEntry[] }>>
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

/** Who gets the events of a DM, on their own feeds; null for a room, whose events go to its topic. */
export type Audience = readonly number[] | null

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

interface State {
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

const max_held = 1024
const warm_events = 64
const idle_poll_ratio = 10
// The driver may never settle a query whose connection was cut, and a hub must not wait for ever.
const read_timeout_ms = 10_000

export function createHub(options: HubOptions): Hub {
  const { bus, reader, log } = options
  const gap_wait_ms = options.gap_wait_ms ?? 50
  const resume_limit = options.resume_limit || Infinity
  const max_idle = options.max_idle_conversations ?? 10_000
  const states = new Map<number, State>()
  /** DMs whose order is kept although nobody here joined them. */
  const idle = new Set<State>()
  let polls = 0
  let moments = 0
  let polling = false

  const open = (id: number, next: number, audience: Audience): State => {
    const tail = createTail(Math.max(0, next - 1), options.tail)
    const state: State = {
      id,
      followers: 0,
      next,
      untold: false,
      tail,
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
    }
    states.set(id, state)
    return state
  }

  const close = (state: State) => {
    clearTimeout(state.timer)
    states.delete(state.id)
    idle.delete(state)
    bus.unlisten(`c:${state.id}`)
    for (const waiter of state.waiting) waiter.resolve()
  }

  const publishDm = options.publishDm ?? ((user_id, frame) => options.publish(`u:${user_id}`, frame))

  const publish = (state: State, frame: string) => {
    if (state.audience === null) options.publish(`c:${state.id}`, frame)
    else for (const user_id of new Set(state.audience)) publishDm(user_id, frame, state.id)
  }

  const put = (state: State, entry: LogEntry) => {
    publish(state, entry.frame)
    state.untold = false
    state.tail.push(entry)
    state.next = entry.seq + 1
  }

  const settle = (state: State) => {
    if (state.waiting.length === 0) return
    const still = []
    for (const waiter of state.waiting) {
      if (waiter.seq < state.next) waiter.resolve()
      else still.push(waiter)
    }
    state.waiting = still
  }

  const drainHeld = (state: State) => {
    for (let entry = state.held.get(state.next); entry !== undefined; entry = state.held.get(state.next)) {
      state.held.delete(entry.seq)
      put(state, entry)
    }
    for (const seq of state.held.keys()) if (seq < state.next) state.held.delete(seq)
    if (state.held.size > 0) arm(state)
    settle(state)
  }

  const accept = (state: State, entries: readonly LogEntry[]) => {
    for (const entry of entries) {
      if (state.next !== 0 && entry.seq < state.next) continue
      state.heard = Math.max(state.heard, entry.seq)
      if (entry.seq === state.next) put(state, entry)
      else if (state.held.size < max_held) state.held.set(entry.seq, entry)
    }
    if (state.next !== 0) drainHeld(state)
  }

  const arm = (state: State) => {
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
  const resync = (state: State, head: number) => {
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

  async function fill(state: State): Promise<void> {
    state.filling = true
    const wanted = Math.max(state.heard, ...state.waiting.map((waiter) => waiter.seq))
    try {
      if (wanted >= state.next) {
        const { head, entries } = await within(read_timeout_ms, reader.events(state.id, state.next - 1, wanted))
        // Closed meanwhile, and perhaps followed anew by another state: these events are no longer its to tell.
        if (states.get(state.id) !== state) return
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
    if (states.get(state.id) !== state) return
    drainHeld(state)
    if (state.waiting.length > 0 || state.next <= state.heard) arm(state)
  }

  /** Resolves when everything up to `seq` has been published here. */
  const reach = (state: State, seq: number): Promise<void> | undefined => {
    if (seq < state.next) return undefined
    return new Promise((resolve) => {
      state.waiting.push({ seq, resolve })
      arm(state)
    })
  }

  /** The log is known to go up to `seq`; what is missing is fetched if the bus does not bring it. */
  const expect = (state: State, seq: number) => {
    state.heard = Math.max(state.heard, seq)
    arm(state)
  }

  let opening: State[] = []
  const starters = new Map<State, { resolve: () => void; reject: (cause: unknown) => void }>()

  /** One query for all the conversations that are first followed in one tick. */
  const start = (state: State): Promise<void> => {
    if (state.next !== 0) return Promise.resolve()
    state.starting ??= new Promise<void>((resolve, reject) => {
      starters.set(state, { resolve, reject })
      if (opening.push(state) === 1) queueMicrotask(openAll)
    }).finally(() => {
      state.starting = undefined
    })
    return state.starting
  }

  function openAll(): void {
    const batch = opening
    opening = []
    const fail = (cause: unknown) => {
      for (const state of batch) starters.get(state)?.reject(cause)
    }
    const forget = () => {
      for (const state of batch) starters.delete(state)
    }
    readHeads(batch).catch(fail).finally(forget)
  }

  async function readHeads(batch: readonly State[]): Promise<void> {
    for (const state of batch)
      if (state.audience === null && states.get(state.id) === state) bus.listen(`c:${state.id}`)
    await within(read_timeout_ms, bus.settled())
    moments++
    for (const state of batch) state.stirred = moments
    const recent = Math.min(warm_events, options.tail.events || warm_events)
    const [warm, cold] = [batch.filter((state) => state.warm), batch.filter((state) => !state.warm)]
    const heads = new Map([...(await readSome(cold, 0)), ...(await readSome(warm, recent))])
    for (const state of batch) {
      const head = heads.get(state.id)
      if (head === undefined) starters.get(state)?.reject(new AppError('ROOM_NOT_FOUND'))
      else startAt(state, head)
    }
  }

  const readSome = async (some: readonly State[], recent: number) => {
    const ids = some.map((state) => state.id)
    return ids.length === 0 ? [] : within(read_timeout_ms, reader.heads(ids, recent))
  }

  function startAt(state: State, head: { seq: number; recent: LogEntry[] }): void {
    if (state.next === 0) {
      state.tail = createTail(head.seq - head.recent.length, options.tail)
      for (const entry of head.recent) state.tail.push(entry)
      state.next = head.seq + 1
      drainHeld(state)
    }
    starters.get(state)?.resolve()
  }

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
    await reach(state, changes.seq)
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

  async function compare(known: readonly State[]): Promise<void> {
    for (let from = 0; from < known.length; from += 1000) {
      const chunk = known.slice(from, from + 1000)
      const ids = chunk.map((state) => state.id)
      const heads = await within(read_timeout_ms, reader.heads(ids, 0))
      for (const state of chunk) {
        const head = heads.get(state.id)?.seq ?? 0
        if (states.get(state.id) === state && head >= state.next) expect(state, head)
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
      accept(state, message.entries)
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
