import type { Actor } from '../../kernel/actor.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Reference, Session } from '../../transport/ws/index.ts'
import type { StandingRow } from './queries.ts'
import type { createStandings } from './standing.ts'

export interface TypingOptions {
  bus: Bus
  standings: ReturnType<typeof createStandings>
  /** People of whom one conversation is told at once; 0 means no limit. */
  max_per_conversation: number
  /** Whether others see this user as connected. */
  isOnline(user_id: number): boolean
  /** Without a word meanwhile somebody has stopped. */
  life_ms?: number
}

interface Typist {
  user_id: number
  username: string
  session: Session
  /** Milliseconds of `performance.now()`. */
  until: number
  /** When it was last asked whether they may write here. */
  asked: number
}

interface Place {
  id: number
  is_dm: boolean
  other_id: number | null
  typists: Map<number, Typist>
  /** How many have begun in this span of time: who begins and stops again and again costs a busy conversation no more than who just types. */
  span: number
  begun: number
}

const sweep_ms = 500
const span_ms = 2000

/** Who types where, on this node. A conversation hears of a few at once; of the others nobody hears, and nothing is kept. */
export function createTyping({ bus, standings, max_per_conversation, isOnline, life_ms = 6000 }: TypingOptions) {
  const max = max_per_conversation || Infinity
  const places = new Map<number, Place>()
  /** Where the connection of each typist types. */
  const typing = new Map<Session, Set<number>>()
  let timer: Timer | undefined

  const spanOf = (now: number) => Math.floor(now / span_ms)

  const isFull = (place: Place, now: number) =>
    place.typists.size >= max || (place.span === spanOf(now) && place.begun >= max)

  const tell = (type: 'typing_start' | 'typing_stop', place: Place, { user_id, username }: Typist) => {
    const where = place.is_dm ? { conversation_id: place.id } : { room_id: place.id }
    const frame = JSON.stringify({ type, data: { ...where, user_id, username } })
    if (!place.is_dm) bus.publish([`c:${place.id}`], { v: 1, kind: 'room', conversation_id: place.id, frame })
    else if (place.other_id !== null)
      bus.publish([`u:${place.other_id}`], { v: 1, kind: 'user', user_id: place.other_id, frame })
  }

  const begin = (actor: Actor, session: Session, row: StandingRow, asked: number) => {
    const now = performance.now()
    const place = places.get(row.id) ?? openPlace(row)
    if (isFull(place, now)) return
    if (place.span !== spanOf(now)) {
      place.span = spanOf(now)
      place.begun = 0
    }
    place.begun++
    const typist = { user_id: actor.id, username: actor.username, session, until: now + life_ms, asked }
    place.typists.set(actor.id, typist)
    follow(session, place.id)
    tell('typing_start', place, typist)
  }

  const openPlace = ({ id, is_dm, other_id }: StandingRow): Place => {
    const place: Place = { id, is_dm, other_id, typists: new Map(), span: 0, begun: 0 }
    places.set(id, place)
    timer ??= setInterval(sweep, sweep_ms)
    return place
  }

  const follow = (session: Session, id: number) => {
    const ids = typing.get(session) ?? new Set()
    typing.set(session, ids.add(id))
  }

  const unfollow = (session: Session, id: number) => {
    const ids = typing.get(session)
    if (ids?.delete(id) && ids.size === 0) typing.delete(session)
  }

  const end = (place: Place | undefined, typist: Typist | undefined) => {
    if (place === undefined || typist === undefined) return
    place.typists.delete(typist.user_id)
    unfollow(typist.session, place.id)
    tell('typing_stop', place, typist)
  }

  function sweep(): void {
    const now = performance.now()
    for (const place of places.values()) {
      for (const typist of place.typists.values()) if (typist.until <= now) end(place, typist)
      if (place.typists.size === 0 && place.span !== spanOf(now)) places.delete(place.id)
    }
    if (places.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  /** The place if somebody types there, without asking anybody; not by its slug, which may read like a number. */
  const known = (reference: Reference): Place | undefined => {
    const id = reference.conversation_id ?? reference.room_id
    const place = typeof id === 'number' ? places.get(id) : undefined
    const isDm = reference.conversation_id !== undefined
    return place?.is_dm === isDm && isDm !== (reference.room_id !== undefined) ? place : undefined
  }

  const renew = (typist: Typist, session: Session, id: number) => {
    typist.until = performance.now() + life_ms
    if (typist.session === session) return
    unfollow(typist.session, id)
    typist.session = session
    follow(session, id)
  }

  return {
    /** ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, PERMISSION_DENIED, USER_MUTED, CONVERSATION_BLOCKED. */
    start: async (actor: Actor, session: Session, reference: Reference): Promise<void> => {
      const place = known(reference)
      const typist = place?.typists.get(actor.id)
      if (place !== undefined && typist !== undefined && !standings.changedSince(actor.id, place.id, typist.asked))
        return renew(typist, session, place.id)
      // Nobody would hear of it, so the database is spared the question.
      const is_unheard = place !== undefined && typist === undefined && isFull(place, performance.now())
      if (is_unheard && session.joined?.has(place.id)) return
      const asked = performance.now()
      const row = await standings.writer(actor, session, reference).catch((refused: unknown) => {
        end(place, place?.typists.get(actor.id))
        throw refused
      })
      if (session.stage === 'closed' || !isOnline(actor.id)) return
      const already = places.get(row.id)?.typists.get(actor.id)
      if (already === undefined) return begin(actor, session, row, asked)
      renew(already, session, row.id)
      already.asked = asked
    },
    /** ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, PERMISSION_DENIED for a public room not joined. */
    stop: async (actor: Actor, session: Session, reference: Reference): Promise<void> => {
      const place = known(reference)
      const typist = place?.typists.get(actor.id)
      if (typist !== undefined) return end(place, typist)
      const { id } = await standings.member(actor, session, reference)
      const there = places.get(id)
      end(there, there?.typists.get(actor.id))
    },
    /** A message of the user is out. */
    sent: (user_id: number, conversation_id: number): void => {
      const place = places.get(conversation_id)
      end(place, place?.typists.get(user_id))
    },
    /** A connection stopped following a conversation, or its user's membership ended. */
    left: (actor: Actor, session: Session, conversation_id: number): void => {
      standings.changed(conversation_id, actor.id)
      const place = places.get(conversation_id)
      const typist = place?.typists.get(actor.id)
      if (typist?.session === session) end(place, typist)
    },
    ended: (actor: Actor, session: Session): void => {
      for (const id of typing.get(session) ?? []) {
        const place = places.get(id)
        end(place, place?.typists.get(actor.id))
      }
    },
    /** What may keep members from writing in a conversation has changed, for one of them or for all. */
    standingChanged: standings.changed,
    close: () => clearInterval(timer),
  }
}
