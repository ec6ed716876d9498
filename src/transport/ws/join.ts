import { AppError } from '../../kernel/errors.ts'
import type { Audience, CatchUp, Ready } from './hub.ts'
import type { LiveSession } from './session.ts'

/** A conversation that a socket may follow, and how its state is told. */
export interface Place {
  conversation_id: number
  audience: Audience
  describe(catchUp: CatchUp): object
}

export interface Wish {
  place: Place
  since: number | undefined
  /** `hub.moment()` before the place was read. */
  as_of: number
}

const attempts = 4
const at_a_time = 16
const short_page = 50

/**
 * Joins conversations and replies, so that afterwards the socket gets every event after the seq it was told, once: what was missed is read first, then,
 * in one tick, topped up, subscribed and sent. `reply` builds the frame from what each place says of itself.
 *
 * SERVICE_UNAVAILABLE when the log cannot be read, RESOURCE_CONFLICT when a membership ended meanwhile; then nothing is joined that was not before.
 */
export async function join(
  session: LiveSession,
  wishes: readonly Wish[],
  reply: (described: object[]) => string,
): Promise<void> {
  const { hub } = session.node
  for (const { place } of wishes) hub.follow(place.conversation_id, place.audience)
  const letGo = () => {
    for (const { place } of wishes) hub.unfollow(place.conversation_id)
  }
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const prepared = await prepareAll(session, wishes)
      const places = await upToDate(session, wishes, attempt === attempts)
      if (session.stage === 'closed') return letGo()
      requireStillMember(session, wishes)
      const taken = places && takeAll(prepared, places)
      if (taken) return enter(session, taken, reply)
    }
  } catch (error) {
    letGo()
    throw error
  }
  letGo()
  throw new AppError('SERVICE_UNAVAILABLE', undefined, 1)
}

/**
 * Reads what each of them needs, some at a time. After so many messages that ten full resumes would bring, the others get a short page: one reply must not take
 * the memory of the server, nor the patience of a slow line.
 */
async function prepareAll({ node: { hub, limits } }: LiveSession, wishes: readonly Wish[]): Promise<Ready[]> {
  const prepared: Ready[] = []
  let told = 0
  for (let from = 0; from < wishes.length; from += at_a_time) {
    const limit =
      limits.resume_limit > 0 && told > limits.resume_limit * 10 ? Math.min(short_page, limits.resume_limit) : undefined
    const some = await Promise.all(
      wishes.slice(from, from + at_a_time).map(({ place, since }) => hub.prepare(place.conversation_id, since, limit)),
    )
    prepared.push(...some)
    told += some.reduce((sum, { size }) => sum + size, 0)
  }
  return prepared
}

/**
 * The places as they are now. Their settings and counts are no part of the log, and what changed of them before this socket subscribes nobody would tell it: so
 * they are read again where that may be. Null when something changed even then; in a room that people stream into that never ends, so at `last` it is taken as it is.
 */
async function upToDate({ actor, node }: LiveSession, wishes: readonly Wish[], last: boolean): Promise<Place[] | null> {
  const { hub } = node
  const isStale = ({ place, as_of }: Wish) => hub.stirredSince(place.conversation_id, as_of)
  const stale = wishes.filter(isStale)
  if (stale.length === 0) return wishes.map(({ place }) => place)
  const as_of = hub.moment()
  const read = await node.places.some(actor, stale.map(({ place }) => ({ room_id: place.conversation_id }))) // prettier-ignore
  for (const [index, wish] of stale.entries()) {
    const place = read[index]
    if (typeof place !== 'object') throw membershipChanged(wish.place)
    Object.assign(wish, { place, as_of })
  }
  return !last && stale.some(isStale) ? null : wishes.map(({ place }) => place)
}

/** Membership was read a while ago, and may have ended since on another connection. RESOURCE_CONFLICT: ask again. */
function requireStillMember({ left_meanwhile }: LiveSession, wishes: readonly Wish[]): void {
  const left = wishes.find(({ place }) => left_meanwhile?.has(place.conversation_id))
  if (left !== undefined) throw membershipChanged(left.place)
}

const membershipChanged = ({ conversation_id, audience }: Place) =>
  new AppError('RESOURCE_CONFLICT', {
    reason: 'the membership changed meanwhile; ask again',
    ...(audience === null ? { room_id: conversation_id } : { conversation_id }),
  })

interface Taken {
  place: Place
  catchUp: CatchUp
}

function takeAll(prepared: readonly Ready[], places: readonly Place[]): Taken[] | null {
  const taken = []
  for (const [index, place] of places.entries()) {
    const catchUp = prepared[index]?.take() ?? null
    if (catchUp === null) return null
    taken.push({ place, catchUp })
  }
  return taken
}

function enter(session: LiveSession, taken: readonly Taken[], reply: (described: object[]) => string): void {
  const { hub, outlet } = session.node
  const joined = (session.joined ??= new Set())
  // A user's own feed carries DMs from authentication on, so those events after the position have come already.
  const fed = session.stage !== 'anonymous'
  // Events up to the position are not for this socket's new subscriptions.
  outlet.flush()
  outlet.send(session, reply(taken.map(({ place, catchUp }) => place.describe(catchUp))))
  for (const { place, catchUp } of taken) {
    const id = place.conversation_id
    if (fed && place.audience === null) session.node.onJoin?.(session, id)
    // Its own buffer may have been full, and then it is closed by now.
    if (joined.has(id) || session.stage === 'closed') {
      hub.unfollow(id)
      continue
    }
    joined.add(id)
    if (place.audience !== null && fed) continue
    for (const frame of catchUp.following) outlet.send(session, frame)
    if (place.audience === null) session.ws?.subscribe(`c:${id}`)
  }
}

/** Stops the live feed of a conversation. Whether it ran. */
export function leave(session: LiveSession, conversation_id: number): boolean {
  if (session.inbox !== null) (session.left_meanwhile ??= new Set()).add(conversation_id)
  session.node.onLeave?.(session, conversation_id)
  if (!session.joined?.delete(conversation_id)) return false
  session.ws?.unsubscribe(`c:${conversation_id}`)
  session.node.hub.unfollow(conversation_id)
  return true
}
