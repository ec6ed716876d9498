import { createMemoryBus, type LogEntry } from '../../../src/platform/bus/index.ts'
import { type Audience, createHub, type HubOptions, type LogReader } from '../../../src/transport/ws/hub.ts'
import { join, leave, type Place } from '../../../src/transport/ws/join.ts'
import { createOutlet } from '../../../src/transport/ws/outlet.ts'
import { createSession, type LiveSession } from '../../../src/transport/ws/session.ts'
import { recordLog } from '../../services/log.ts'

export const room = 1

/** The truth that the hub repairs from: one conversation's log, and how its reading goes. */
export interface ScriptedLog extends LogReader {
  entries: LogEntry[]
  /** Appends the next `count` events and gives them. */
  commit(count?: number, complete?: boolean): LogEntry[]
  head(): number
  /** Seqs that nothing can retell any more. */
  unreadable: Set<number>
  reads: { heads: number; events: number; changes: number }
  /** Awaited before each answer: to delay it, or to fail it by throwing. */
  before(): Promise<void>
}

export const seqOf = (frame: string): number => (JSON.parse(frame) as { data: { seq: number } }).data.seq

export function scriptedLog(resume_limit = 500): ScriptedLog {
  const entries: LogEntry[] = []
  const reads = { heads: 0, events: 0, changes: 0 }
  const log: ScriptedLog = {
    entries,
    reads,
    unreadable: new Set(),
    head: () => entries.length,
    commit: (count = 1, complete = true) =>
      Array.from({ length: count }, () => {
        const seq = entries.length + 1
        const entry = { seq, complete, frame: JSON.stringify({ type: 'room_message', data: { seq, change_seq: seq } }) }
        entries.push(entry)
        return entry
      }),
    before: async () => {},
    heads: async (ids, recent) => {
      reads.heads++
      await log.before()
      const seq = entries.length
      const tail = entries.slice(Math.max(0, seq - recent))
      const whole = tail.slice(tail.findLastIndex((entry) => !entry.complete || log.unreadable.has(entry.seq)) + 1)
      return new Map(ids.map((id) => [id, { seq, recent: recent === 0 ? [] : whole }]))
    },
    events: async (_, after, upTo) => {
      reads.events++
      await log.before()
      const found = entries.filter(({ seq }) => seq > after && seq <= upTo && !log.unreadable.has(seq))
      return { head: entries.length, entries: found }
    },
    changes: async (_, since) => {
      reads.changes++
      await log.before()
      const seq = entries.length
      const after = since > seq ? [] : entries.slice(since)
      const reset = since > seq || after.length > resume_limit
      const told = reset ? entries.slice(-50) : after
      return { seq, reset, messages: told.map(({ frame }) => (JSON.parse(frame) as { data: object }).data) }
    },
  }
  return log
}

export type Heard = { seq: number } | { resync: number }

/** A socket as far as a hub knows one: what it is subscribed to, and what it got, in order. */
export interface Ear {
  session: LiveSession
  /** All that it was told until now. */
  readonly frames: string[]
  wrote(frame: string): void
  /** Joins the room; the reply is in `frames`. */
  join(since?: number): Promise<void>
  leave(): void
  close(): void
  replies(): { at: number; seq: number; missed?: number[]; reset?: boolean }[]
  /** The events after the last reply. */
  heard(): Heard[]
}

/** A hub with sockets that only record. */
export function openHub(log: LogReader, more: Partial<HubOptions> = {}, audience: Audience = null, id = room) {
  const lines = recordLog()
  const topics = new Map<string, Set<Ear>>()
  const published: [string, string][] = []
  // What the runtime does: a topic's frames go to who is subscribed when it is published.
  const server = {
    publish: (topic: string, frame: string) => {
      for (const ear of topics.get(topic) ?? []) ear.wrote(frame)
      return 1
    },
  }
  const outlet = createOutlet({
    server: () => server as never,
    sessions: () => ears.keys(),
    max_send_buffer: 0,
    onSlow: () => undefined,
    onError: (cause) => {
      throw cause
    },
  })
  const hub = createHub({
    bus: createMemoryBus(),
    reader: log,
    log: lines,
    publish: (topic, frame) => {
      published.push([topic, frame])
      outlet.publish(topic, frame)
    },
    tail: { events: 256, bytes: 256 * 1024 },
    resume_limit: 500,
    gap_wait_ms: 2,
    ...more,
  })
  const place: Place = {
    conversation_id: id,
    audience,
    describe: ({ seq, missed, reset }) => ({ seq, missed, reset }),
  }
  const node = { hub, outlet, limits: { resume_limit: 500 } }
  const ears = new Map<LiveSession, Ear>()

  const openEar = (user_id = 1): Ear => {
    const written: string[] = []
    const session = createSession(node as never, null, 'en') as LiveSession
    session.stage = 'live'
    session.actor = { id: user_id, username: 'x', role: 'user', session_id: 'x' }
    const own: Ear = {
      session,
      get frames() {
        outlet.flush()
        return written
      },
      wrote: (frame) => written.push(frame),
      join: (since) =>
        join(session, [{ place, since, as_of: Infinity }], ([described]) =>
          JSON.stringify({ type: 'joined', data: described }),
        ),
      leave: () => {
        leave(session, id)
      },
      close: () => {
        own.leave()
        session.stage = 'closed'
        for (const subscribers of topics.values()) subscribers.delete(own)
      },
      replies: () =>
        own.frames.flatMap((frame, at) => {
          const { type, data } = JSON.parse(frame)
          if (type !== 'joined') return []
          return [{ at, ...data, missed: data.missed?.map((each: { seq: number }) => each.seq) }]
        }),
      heard: () =>
        own.frames.slice((own.replies().at(-1)?.at ?? -1) + 1).map((frame) => {
          const { type, data } = JSON.parse(frame)
          return type === 'resync' ? { resync: data.seq } : { seq: data.seq }
        }),
    }
    const subscribe = (topic: string) => topics.set(topic, (topics.get(topic) ?? new Set()).add(own))
    session.ws = {
      subscribe,
      unsubscribe: (topic: string) => topics.get(topic)?.delete(own),
      cork: (write: () => void) => write(),
      send: (frame: string) => written.push(frame),
    } as never
    subscribe(`u:${user_id}`)
    ears.set(session, own)
    return own
  }

  return {
    hub,
    lines,
    published,
    openEar,
    receive: (...entries: LogEntry[]) =>
      hub.receive({ v: 1, kind: 'log', conversation_id: id, audience, first_seq: entries[0]?.seq ?? 1, entries }),
  }
}
