import type { Presence, Store } from './api.ts'
import type { PresenceData, UserPresence } from './protocol.gen.ts'
import { recall } from './recent.ts'
import { cell, type Cell, watched } from './store.ts'

/** So many users one command may ask about. */
const most_asked = 200
/** So many are remembered whom nobody looks at: as many as the server follows for one connection. */
const most_known = 1000

export interface Presences {
  of(user_id: number): Store<Presence | null>
  hear(presence: UserPresence): void
  /** There is a new connection, which follows nobody yet. */
  wake(): void
}

/** Presence of those whom somebody looks at, asked for together. */
export function createPresences(ask: (user_ids: number[]) => Promise<PresenceData>): Presences {
  const known = new Map<number, Store<Presence | null>>()
  /** What somebody looks at, by whom it is of. */
  const watching = new Map<number, Set<Cell<Presence | null>>>()
  const wanted = new Set<number>()

  function want(user_ids: Iterable<number>): void {
    const is_first = wanted.size === 0
    for (const id of user_ids) wanted.add(id)
    if (is_first) queueMicrotask(fetch)
  }

  function fetch(): void {
    const ids = [...wanted]
    wanted.clear()
    for (let at = 0; at < ids.length; at += most_asked)
      ask(ids.slice(at, at + most_asked)).then(
        ({ users }) => {
          for (const user of users) hear(user)
        },
        // Nothing is known then; the next connection asks again.
        () => undefined,
      )
  }

  function hear({ current_room: _, ...user }: UserPresence): void {
    const status = user.status === 'invisible' ? 'offline' : user.status
    for (const own of watching.get(user.user_id) ?? []) own.set({ ...user, status })
  }

  function create(user_id: number): Store<Presence | null> {
    const own = cell<Presence | null>(null)
    return watched(own, () => {
      const cells = watching.get(user_id) ?? new Set()
      watching.set(user_id, cells.add(own))
      want([user_id])
      return () => cells.delete(own) && cells.size === 0 && watching.delete(user_id)
    })
  }

  return {
    of: (user_id) => {
      const store = known.get(user_id) ?? create(user_id)
      recall(known, user_id, store, most_known, (id) => watching.has(id))
      return store
    },
    hear,
    wake: () => want(watching.keys()),
  }
}
