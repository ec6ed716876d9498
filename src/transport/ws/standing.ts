import type { Role } from '../../kernel/permissions.ts'
import { encode } from './codec.ts'
import type { Node } from './node.ts'
import type { Session } from './session.ts'

/** Gives the open sockets of a user the role that the user has now, and has them authenticate again, which tells it. Those that are coming in are asked once they are in. Idempotent. */
export function setRole({ connections, log }: Node, user_id: number, role: Role): void {
  let changed = false
  for (const session of connections.of(user_id)) {
    if (session.actor === null || session.actor.role === role) continue
    session.actor = { ...session.actor, role }
    changed = true
    if (session.stage === 'live') askAgain(session)
  }
  if (changed) log.info('open sockets have the new role', { user_id, role })
}

/** Has a client authenticate again, before its token ends. */
export function askAgain(session: Session): void {
  const expires_at = new Date(session.expires_at).toISOString()
  session.node.outlet.send(session, encode('token_expiring', undefined, { expires_at }))
}
