import type { Bus } from '../../platform/bus/index.ts'
import type { Session } from './session.ts'

/** The authenticated sockets of this node, by user. */
export interface Connections {
  add(user_id: number, session: Session): void
  remove(user_id: number, session: Session): void
  of(user_id: number): ReadonlySet<Session>
  isOnline(user_id: number): boolean
  all(): Iterable<Session>
  /** Every open socket, authenticated or not. */
  opened(session: Session): void
  closed(session: Session): void
  readonly size: number
  /** How many users have at least one. */
  readonly users: number
  /** How many sockets have been opened and closed since the start. */
  readonly turnover: number
}

const nobody: ReadonlySet<Session> = new Set()

export function createConnections(bus: Bus): Connections {
  const open = new Set<Session>()
  let turnover = 0
  // Most have one connection, and a set of one is ten times as large as the one.
  const users = new Map<number, Session | Set<Session>>()

  return {
    add: (user_id, session) => {
      const known = users.get(user_id)
      if (known instanceof Set) known.add(session)
      else if (known !== undefined) users.set(user_id, new Set([known, session]))
      else {
        users.set(user_id, session)
        bus.listen(`u:${user_id}`)
      }
    },
    remove: (user_id, session) => {
      const known = users.get(user_id)
      const last = known instanceof Set ? known.delete(session) && known.size === 0 : known === session
      if (!last) return
      users.delete(user_id)
      bus.unlisten(`u:${user_id}`)
    },
    of: (user_id) => {
      const known = users.get(user_id)
      return known instanceof Set ? known : known === undefined ? nobody : new Set([known])
    },
    isOnline: (user_id) => users.has(user_id),
    all: () => open,
    opened: (session) => {
      open.add(session)
      turnover++
    },
    closed: (session) => {
      open.delete(session)
      turnover++
    },
    get size() {
      return open.size
    },
    get users() {
      return users.size
    },
    get turnover() {
      return turnover
    },
  }
}
