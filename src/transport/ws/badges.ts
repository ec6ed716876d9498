import { createCoalescer } from '../../kernel/coalesce.ts'
import type { Bus, BusMessage } from '../../platform/bus/index.ts'
import type { Arrivals } from './arrivals.ts'
import { encode } from './codec.ts'
import { createGather } from './gather.ts'
import type { LiveSession } from './session.ts'

export interface BadgesOptions {
  bus: Bus
  arrivals: Arrivals
  publish(topic: string, frame: string): void
  /** How many sockets of this node have subscribed a topic. */
  subscribers(topic: string): number
  /** Of each user, the conversations whose badge their sockets show. */
  conversationsOf(user_ids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>
}

type Badge = Extract<BusMessage, { kind: 'badge' }>

/** A conversation that some socket of this node is a member of. */
interface Heard {
  dm: boolean
  message_number: number
  /** Milliseconds of `performance.now()`: when the sockets were last told, and when somebody last subscribed. */
  told_at: number
  touched_at: number
}

const interval_ms = 1_000
const max_conversations = 100_000
const users_at_once = 200
const patience_ms = 10_000
/** Nobody unsubscribes by hand when a socket closes, so what nobody listens to any more is found by looking. */
const looks_at_once = 2_000
const forget_after_ms = 60_000

/**
 * Badges: how many messages each conversation has, told to every connected member, joined or not, on the topic `b:<id>`, at most once a second. No list is
 * kept by socket: the runtime knows who subscribed.
 */
export function createBadges({ bus, arrivals, publish, subscribers, conversationsOf }: BadgesOptions) {
  const heard = new Map<number, Heard>()
  const ask = createGather(conversationsOf, { most: users_at_once, patience_ms })
  const coalescer = createCoalescer<number, Badge>({
    interval_ms,
    max_keys: max_conversations,
    emit: (conversation_id, { dm, message_number }) => {
      const known = heard.get(conversation_id)
      if (known === undefined) return
      Object.assign(known, { dm, message_number, told_at: performance.now() })
      publish(`b:${conversation_id}`, frameOf(conversation_id, known))
    },
    merge: (before, next) => (next.message_number > before.message_number ? next : before),
  })
  let looking: MapIterator<[number, Heard]> | undefined

  const hear = (conversation_id: number, now: number): Heard => {
    const known = heard.get(conversation_id)
    if (known !== undefined) {
      known.touched_at = now
      return known
    }
    const fresh = { dm: false, message_number: 0, told_at: 0, touched_at: now }
    heard.set(conversation_id, fresh)
    bus.listen(`b:${conversation_id}`)
    return fresh
  }

  return {
    /** Listens to what this user's conversations will say, from now on. Whoever calls it also calls `arrivals.end`. */
    arrive: async (session: LiveSession): Promise<void> => {
      const arrival = arrivals.begin(session)
      arrival.conversations = (await ask(session.actor.id)) ?? []
      const now = performance.now()
      for (const id of arrival.conversations) hear(id, now)
      await bus.settled()
    },

    /** In the tick of `auth_success`. What was said since `arrive` follows it. */
    begin: (session: LiveSession): void => {
      const arrival = arrivals.end(session)
      if (arrival === undefined) return
      const { began, changed, conversations, frames } = arrival
      const now = performance.now()
      const entered = [...changed.keys()].filter((id) => changed.get(id))
      for (const id of new Set([...conversations.filter((each) => changed.get(each) !== false), ...entered])) {
        const known = hear(id, now)
        session.ws?.subscribe(`b:${id}`)
        if (known.told_at >= began) frames.push({ frame: frameOf(id, known) })
      }
      arrivals.deliver(session, frames)
    },

    enter: (session: LiveSession, conversation_id: number): void => {
      if (session.stage !== 'live' && session.stage !== 'expiring') return
      hear(conversation_id, performance.now())
      session.ws?.subscribe(`b:${conversation_id}`)
    },

    leave: (session: LiveSession, conversation_id: number): void => {
      session.ws?.unsubscribe(`b:${conversation_id}`)
    },

    receive: (badge: Badge): void => {
      if (heard.has(badge.conversation_id)) coalescer.put(badge.conversation_id, badge)
    },

    /** Stops listening to what nobody here is a member of any more. To be called every second or so; looks at some each time. */
    sweep: (now = performance.now()): void => {
      looking ??= heard.entries()
      for (let looked = 0; looked < looks_at_once; looked++) {
        const { value, done } = looking.next()
        if (done) {
          looking = undefined
          return
        }
        const [id, { touched_at }] = value
        if (now - touched_at < forget_after_ms || subscribers(`b:${id}`) > 0) continue
        heard.delete(id)
        bus.unlisten(`b:${id}`)
      }
    },

    get size() {
      return heard.size
    },
  }
}

export type Badges = ReturnType<typeof createBadges>

const frameOf = (id: number, { dm, message_number }: Heard) =>
  encode('unread_updated', undefined, { [dm ? 'conversation_id' : 'room_id']: id, message_number })
