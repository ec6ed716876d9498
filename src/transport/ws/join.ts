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
}

const attempts = 4

/**
 * Joins conversations and replies, so that afterwards the socket gets every event after the seq it was told, once: what was missed is read first, then,
 * in one tick, topped up, subscribed and sent. `reply` builds the frame from what each place says of itself.
 *
 * SERVICE_UNAVAILABLE when the log cannot be read; then nothing is joined that was not before.
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
      const ready = await Promise.all(wishes.map(({ place, since }) => hub.prepare(place.conversation_id, since)))
      if (session.stage === 'closed') return letGo()
      const caughtUp = takeAll(ready)
      if (caughtUp !== null) return enter(session, wishes, caughtUp, reply)
    }
  } catch (error) {
    letGo()
    throw error
  }
  letGo()
  throw new AppError('SERVICE_UNAVAILABLE', undefined, 1)
}

function takeAll(ready: readonly Ready[]): CatchUp[] | null {
  const taken = []
  for (const each of ready) {
    const catchUp = each.take()
    if (catchUp === null) return null
    taken.push(catchUp)
  }
  return taken
}

function enter(
  session: LiveSession,
  wishes: readonly Wish[],
  caughtUp: readonly CatchUp[],
  reply: (described: object[]) => string,
): void {
  const { hub, outlet } = session.node
  const joined = (session.joined ??= new Set())
  // A user's own feed carries DMs from authentication on, so those events after the position have come already.
  const fed = session.stage !== 'anonymous'
  outlet.send(session, reply(wishes.map(({ place }, index) => place.describe(caughtUp[index]!))))
  wishes.forEach(({ place }, index) => {
    const id = place.conversation_id
    if (joined.has(id)) return hub.unfollow(id)
    joined.add(id)
    if (place.audience !== null && fed) return
    for (const frame of caughtUp[index]!.then) outlet.send(session, frame)
    if (place.audience === null) session.ws?.subscribe(`c:${id}`)
  })
}

/** Stops the live feed of a conversation. Whether it ran. */
export function leave(session: LiveSession, conversation_id: number): boolean {
  if (!session.joined?.delete(conversation_id)) return false
  session.ws?.unsubscribe(`c:${conversation_id}`)
  session.node.hub.unfollow(conversation_id)
  return true
}
