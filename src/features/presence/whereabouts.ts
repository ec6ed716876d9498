import type { Session } from '../../transport/ws/index.ts'

/** The rooms that the connections of this node joined, by user, as far as is needed to say in which one somebody is. */
export interface Whereabouts {
  /** Whether it changed anything. */
  joined(session: Session, user_id: number, room_id: number): boolean
  left(session: Session, user_id: number, room_id: number): boolean
  ended(session: Session, user_id: number): boolean
  /** The latest first; private rooms are among them. */
  of(user_id: number): number[]
}

interface Visit {
  session: Session
  room_id: number
}

const remembered = 8

export function createWhereabouts(): Whereabouts {
  const visits = new Map<number, Visit[]>()

  const keep = (user_id: number, filter: (visit: Visit) => boolean): boolean => {
    const before = visits.get(user_id)
    if (before === undefined) return false
    const after = before.filter(filter)
    if (after.length === 0) visits.delete(user_id)
    else visits.set(user_id, after)
    return after.length < before.length
  }

  return {
    joined: (session, user_id, room_id) => {
      const others = (visits.get(user_id) ?? []).filter(
        (visit) => visit.session !== session || visit.room_id !== room_id,
      )
      const was = visits.get(user_id)?.at(-1)?.room_id
      visits.set(user_id, [...others, { session, room_id }].slice(-remembered))
      return was !== room_id
    },
    left: (session, user_id, room_id) =>
      keep(user_id, (visit) => visit.session !== session || visit.room_id !== room_id),
    ended: (session, user_id) => keep(user_id, (visit) => visit.session !== session),
    of: (user_id) => (visits.get(user_id) ?? []).map(({ room_id }) => room_id).toReversed(),
  }
}
