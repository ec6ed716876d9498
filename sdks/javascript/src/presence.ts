import type { Presence, Store } from './api.ts'
import type { PresenceData, UserPresence } from './protocol.gen.ts'
import { cell, type Cell, watched } from './store.ts'

/** So many users one command may ask about. */
const most_asked = 200

export interface Presences {
  of(user_id: number): Store<Presence | null>
  hear(presence: UserPresence): void
  /** There is a new connection, which follows nobody yet. */
  wake(): void
}

/** Presence of those whom somebody looks at, asked for together. */
export function createPresences(ask: (user_ids: number[]) => Promise<PresenceData>): Presences {
  const cells = new Map<number, Cell<Presence | null>>()
  const stores = new Map<number, Store<Presence | null>>()
  const watching = new Set<number>()
  const wanted = new Set<number>()

  function want(user_ids: Iterable<number>): void {
    const is_first = wanted.size === 0
    for (const id of user_ids) wanted.add(id)
    if (is_first && wanted.size > 0) queueMicrotask(fetch)
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

  function hear({ user_id, username, status, message, last_seen }: UserPresence): void {
    const seen = status === 'invisible' ? 'offline' : status
    cells.get(user_id)?.set({ user_id, username, status: seen, message, last_seen })
  }

  return {
    of: (user_id) => {
      const known = stores.get(user_id)
      if (known !== undefined) return known
      const own = cell<Presence | null>(null)
      const store = watched(own, () => {
        watching.add(user_id)
        want([user_id])
        return () => watching.delete(user_id)
      })
      cells.set(user_id, own)
      stores.set(user_id, store)
      return store
    },
    hear,
    wake: () => want(watching),
  }
}
