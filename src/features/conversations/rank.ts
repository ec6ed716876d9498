import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { type Bearer, may, type RoomPermission, type RoomRole } from '../../kernel/permissions.ts'
import { mayInRoom } from './access.ts'
import type { ConversationRow } from './queries.ts'

const ranks: Record<RoomRole, number> = { member: 0, moderator: 1, admin: 2, owner: 3 }

export const isAbove = (role: RoomRole, other: RoomRole): boolean => ranks[role] > ranks[other]

/** Whoever may manage members on the whole server stands above everybody. */
export const standsAboveAll = (actor: Bearer): boolean => may(actor, 'manage_members')

/** A role on the server that may kick counts as a moderator's in every room. */
function rankOf(actor: Bearer, { role }: ConversationRow): number {
  const here = role === null ? -1 : ranks[role]
  return may(actor, 'kick_users') ? Math.max(here, ranks.moderator) : here
}

/** Nobody acts on those of equal or higher rank, and nobody but themselves on owners: they cannot be locked out. PERMISSION_DENIED. */
export function requireAbove(actor: Actor, room: ConversationRow, target: RoomRole, permission: RoomPermission): void {
  if (target === 'owner')
    throw new AppError('PERMISSION_DENIED', { permission, reason: 'an owner cannot be acted upon by others' })
  if (standsAboveAll(actor) || rankOf(actor, room) > ranks[target]) return
  throw new AppError('PERMISSION_DENIED', { permission, reason: 'of equal or higher rank' })
}

/** Nobody gives a role at or above their own, but whoever may hand the room over gives any. */
export const isGivable = (actor: Bearer, room: ConversationRow, role: RoomRole): boolean =>
  standsAboveAll(actor) || mayInRoom(actor, room, 'transfer_rooms') || rankOf(actor, room) > ranks[role]

/** PERMISSION_DENIED for a role that is not theirs to give. */
export function requireGivable(actor: Actor, room: ConversationRow, role: RoomRole): void {
  if (isGivable(actor, room, role)) return
  throw new AppError('PERMISSION_DENIED', {
    permission: role === 'owner' ? 'transfer_rooms' : 'manage_members',
    reason: 'a role at or above your own',
  })
}
