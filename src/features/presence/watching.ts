import type { Bus } from '../../platform/bus/index.ts'
import type { Session } from '../../transport/ws/index.ts'

/** Which sockets hear of whose presence because they asked: topic `p:<id>`. */
export interface Watching {
  /** From now on this socket is told of these users; over `max_per_socket`, those it asked for longest ago are let go. */
  watch(session: Session, user_ids: Iterable<number>): void
  unwatch(session: Session, user_ids: Iterable<number>): void
  ended(session: Session): void
}

/** `max_per_socket` 0 means no limit. */
export function createWatching(bus: Bus, max_per_socket: number): Watching {
  // Most sockets never ask, and carry nothing for it.
  const watched = new WeakMap<Session, Set<number>>()
  const watchers = new Map<number, number>()

  const letGo = (session: Session, user_id: number) => {
    session.ws?.unsubscribe(`p:${user_id}`)
    const left = (watchers.get(user_id) ?? 1) - 1
    if (left > 0) {
      watchers.set(user_id, left)
      return
    }
    watchers.delete(user_id)
    bus.unlisten(`p:${user_id}`)
  }

  const begin = (session: Session, user_id: number) => {
    session.ws?.subscribe(`p:${user_id}`)
    const before = watchers.get(user_id) ?? 0
    watchers.set(user_id, before + 1)
    if (before === 0) bus.listen(`p:${user_id}`)
  }

  return {
    watch: (session, user_ids) => {
      if (session.stage === 'closed') return
      const known = watched.get(session) ?? new Set<number>()
      watched.set(session, known)
      for (const user_id of user_ids) {
        // Asked for again is asked for latest; and a block that is over no longer keeps the events away.
        if (known.delete(user_id)) session.ws?.subscribe(`p:${user_id}`)
        else begin(session, user_id)
        known.add(user_id)
      }
      for (const user_id of known) {
        if (max_per_socket === 0 || known.size <= max_per_socket) break
        known.delete(user_id)
        letGo(session, user_id)
      }
    },
    unwatch: (session, user_ids) => {
      const known = watched.get(session)
      for (const user_id of user_ids) if (known?.delete(user_id)) letGo(session, user_id)
    },
    ended: (session) => {
      for (const user_id of watched.get(session) ?? []) letGo(session, user_id)
      watched.delete(session)
    },
  }
}
