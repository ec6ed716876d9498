import type { Role } from '../../kernel/permissions.ts'
import { encode } from './codec.ts'
import type { Node } from './node.ts'

/** Gives the open sockets of a user the role that the user has now, and has them authenticate again, which tells it. Idempotent. */
export function setRole({ connections, outlet, log }: Node, user_id: number, role: Role): void {
  let changed = false
  for (const session of connections.of(user_id)) {
    if (session.actor === null || session.actor.role === role) continue
    session.actor = { ...session.actor, role }
    changed = true
    const expires_at = new Date(session.expires_at).toISOString()
    outlet.send(session, encode('token_expiring', undefined, { expires_at }))
  }
  if (changed) log.info('open sockets have the new role', { user_id, role })
}
