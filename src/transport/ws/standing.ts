import type { Role } from '../../kernel/permissions.ts'
import type { Node } from './node.ts'

/** Gives the open sockets of a user the role that the user has now. Idempotent. */
export function setRole({ connections, log }: Node, user_id: number, role: Role): void {
  let changed = false
  for (const session of connections.of(user_id)) {
    if (session.actor === null || session.actor.role === role) continue
    session.actor = { ...session.actor, role }
    changed = true
  }
  if (changed) log.info('open sockets have the new role', { user_id, role })
}
