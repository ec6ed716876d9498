import { AppError } from './errors.ts'

/** Roles give permissions, and every check in the house names the permission, never the role. */

const guest = ['read_messages', 'edit_profile'] as const
const user = [
  ...guest,
  'send_messages',
  'edit_own_messages',
  'delete_own_messages',
  'add_reactions',
  'upload_files',
  'send_dm',
  'create_rooms',
  'join_rooms',
] as const
const moderator = [
  ...user,
  'delete_all_messages',
  'mention_room',
  'pin_messages',
  'kick_users',
  'mute_users',
  'ban_users',
  'view_audit_logs',
  'view_stats',
  'skip_slow_mode',
  'relaxed_limits',
  'create_invites',
  'create_bots',
] as const
const admin = [...moderator, 'manage_rooms', 'manage_members', 'delete_rooms', 'manage_users', 'drain'] as const

export const roles = { guest, user, moderator, admin } as const

const member = ['send_messages'] as const
const peer = [...member, 'pin_messages', 'view_stats'] as const
const room_moderator = [
  ...member,
  'delete_all_messages',
  'mention_room',
  'view_stats',
  'pin_messages',
  'kick_users',
  'mute_users',
  'view_audit_logs',
  'skip_slow_mode',
  'create_invites',
] as const
const room_admin = [...room_moderator, 'manage_rooms', 'ban_users', 'manage_members'] as const
const owner = [...room_admin, 'delete_rooms', 'transfer_rooms'] as const

/** `peer` is what both people of a DM are. */
export const roomRoles = { member, moderator: room_moderator, admin: room_admin, owner, peer } as const

export type Role = keyof typeof roles
export type Permission = (typeof admin)[number]
export const roleNames = Object.keys(roles) as [Role, ...Role[]]

type Standing = keyof typeof roomRoles
export type RoomRole = Exclude<Standing, 'peer'>
export type RoomPermission = (typeof owner)[number]

/** What an API key can be given: it narrows what the role of its owner carries. */
export type Scope = Permission | RoomPermission

/** Every permission there is. */
export const scopes = [...new Set<Scope>([...admin, ...owner])] as [Scope, ...Scope[]]

/**
 * What somebody of a role may give to a key. A role in a room comes and goes, so everybody may give what one may carry: it counts where, and as long
 * as, the owner has that role there.
 */
export const grantable = (role: Role): ReadonlySet<Scope> => new Set<Scope>([...roles[role], ...owner])

/** Whose permissions are judged: those of the role on the server, and with `scopes` none beyond them. */
export interface Bearer {
  role: Role
  /** Of an API key; undefined for people who have signed in. */
  scopes?: readonly Scope[] | undefined
}

/** Whether nothing but the role decides: a key without the permission, or without any of several, is refused whatever its owner may. */
const covers = ({ scopes: given }: Bearer, permission: Scope | readonly Scope[]): boolean =>
  given === undefined || [permission].flat().some((each) => given.includes(each))

/** PERMISSION_DENIED for a key that was not given any of these. */
export function requireScope(who: Bearer, permission: Scope | readonly Scope[]): void {
  if (covers(who, permission)) return
  throw new AppError('PERMISSION_DENIED', { permission, reason: 'not a permission of this key' })
}

/** TWO_FACTOR_REQUIRED for those who have to turn on a second factor before anything else. */
export function requireUnconfined({ confined }: { confined?: boolean }): void {
  if (confined === true)
    throw new AppError('TWO_FACTOR_REQUIRED', {
      reason: 'turn on a second factor first',
      setup: '/api/v1/auth/2fa/enable',
    })
}

/** Whether a role on the server carries a permission. */
const grants = (role: Role, permission: string): boolean => (roles[role] as readonly string[]).includes(permission)

/** What somebody of one role could do by another, and now cannot. */
export const gainedBy = (from: Role, to: Role): Permission[] =>
  roles[to].filter((permission) => !grants(from, permission))

/** Whether somebody may do something on the server. */
export const may = (who: Bearer, permission: Permission): boolean =>
  covers(who, permission) && grants(who.role, permission)

/** Whether a role within one conversation carries a permission there. */
const carries = (role: Standing, permission: RoomPermission): boolean =>
  (roomRoles[role] as readonly RoomPermission[]).includes(permission)

/**
 * Whether a member may do something in a conversation: by the role there, or in a room by the role on the server. A DM belongs to its two people: no role on
 * the server counts there.
 */
export function mayIn(
  who: Bearer,
  { kind, role }: { kind: string; role: RoomRole | null },
  permission: RoomPermission,
): boolean {
  if (role === null || !covers(who, permission)) return false
  if (kind === 'dm') return carries('peer', permission)
  return carries(role, permission) || grants(who.role, permission)
}

/** The room roles that carry a permission, for checks that the database makes. */
export const roomRolesThatMay = (permission: RoomPermission): RoomRole[] =>
  (Object.keys(roomRoles) as Standing[]).filter(
    (role): role is RoomRole => role !== 'peer' && carries(role, permission),
  )

/** The server roles that carry a permission in every room. */
export const serverRolesThatMay = (permission: Permission): Role[] =>
  roleNames.filter((role) => grants(role, permission))
