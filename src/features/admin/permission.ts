import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { may, type Permission } from '../../kernel/permissions.ts'

/** PERMISSION_DENIED */
export function requireMay(actor: Actor, permission: Permission): void {
  if (!may(actor, permission)) throw new AppError('PERMISSION_DENIED', { permission })
}
