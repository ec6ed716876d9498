import type { Connections } from './connections.ts'
import type { Outlet } from './outlet.ts'
import type { LiveSession, Session } from './session.ts'

export interface Kept {
  frame: string
  conversation_id?: number | undefined
}

/** A socket whose user is known and whose `auth_success` is still being made ready. */
export interface Arrival {
  /** Milliseconds of `performance.now()`. What happened before is in what is read from now on. */
  began: number
  conversations: readonly number[]
  /** Memberships that began (true) or ended since. */
  changed: Map<number, boolean>
  /** What was said on the feeds it is about to subscribe; with the conversation, if that is a position of its log. */
  frames: Kept[]
}

/** So much is kept for a socket that arrives; one for whom more comes is closed, and comes back. */
const max_frames = 256

/** Nothing that happens between the reading of what a socket is told and its subscriptions is lost to it: it follows `auth_success`. */
export function createArrivals({ of }: Pick<Connections, 'of'>, outlet: Outlet) {
  const arrivals = new Map<Session, Arrival>()

  const keep = (session: Session, arrival: Arrival, kept: Kept) => {
    if (arrival.frames.length >= max_frames) outlet.close(session, 'too_slow', 'too much happened meanwhile: reconnect')
    else arrival.frames.push(kept)
  }

  const ofUser = function* (user_id: number): Generator<[Session, Arrival]> {
    if (arrivals.size === 0) return
    for (const session of of(user_id)) {
      const arrival = arrivals.get(session)
      if (arrival !== undefined) yield [session, arrival]
    }
  }

  return {
    begin: (session: Session): Arrival => {
      const arrival: Arrival = { began: performance.now(), conversations: [], changed: new Map(), frames: [] }
      arrivals.set(session, arrival)
      return arrival
    },
    /** The socket subscribes in this tick, or will never. */
    end: (session: Session): Arrival | undefined => {
      const arrival = arrivals.get(session)
      arrivals.delete(session)
      return arrival
    },
    /** A membership of a user began or ended. */
    change: (user_id: number, conversation_id: number, entered: boolean): void => {
      for (const [, { changed }] of ofUser(user_id)) changed.set(conversation_id, entered)
    },
    keepForUser: (user_id: number, frame: string, conversation_id?: number): void => {
      for (const [session, arrival] of ofUser(user_id)) keep(session, arrival, { frame, conversation_id })
    },
    keepForMembers: (conversation_id: number, frame: string): void => {
      for (const [session, arrival] of arrivals)
        if (arrival.conversations.includes(conversation_id)) keep(session, arrival, { frame })
    },
    /** Sends what was kept, after what is being sent in this tick: the log of a conversation that is resumed in it comes with its answer. */
    deliver: (session: LiveSession, frames: readonly Kept[]): void => {
      if (frames.length === 0) return
      queueMicrotask(() => {
        for (const { frame, conversation_id } of frames)
          if (conversation_id === undefined || !session.joined?.has(conversation_id)) outlet.send(session, frame)
      })
    },
  }
}

export type Arrivals = ReturnType<typeof createArrivals>
