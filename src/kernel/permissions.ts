/** Roles give permissions, and every check in the house names the permission, never the role. */

const guest = ['read_messages'] as const
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
  'pin_messages',
  'kick_users',
  'mute_users',
  'ban_users',
  'view_audit_logs',
] as const
const admin = [...moderator, 'manage_rooms', 'manage_users', 'view_stats', 'drain'] as const

const roles = { guest, user, moderator, admin } as const

const member = ['send_messages'] as const
const room_moderator = [
  ...member,
  'delete_all_messages',
  'pin_messages',
  'kick_users',
  'mute_users',
  'view_audit_logs',
  'skip_slow_mode',
] as const
const room_admin = [...room_moderator, 'manage_rooms', 'ban_users', 'manage_members'] as const
const owner = [...room_admin, 'delete_rooms', 'transfer_rooms'] as const

const roomRoles = { member, moderator: room_moderator, admin: room_admin, owner } as const

export type Role = keyof typeof roles
export type Permission = (typeof admin)[number]
export const roleNames = Object.keys(roles) as [Role, ...Role[]]

export type RoomRole = keyof typeof roomRoles
export type RoomPermission = (typeof owner)[number]

/** Whether a server role carries a permission. */
export const may = (role: Role, permission: Permission): boolean =>
  (roles[role] as readonly Permission[]).includes(permission)

/** Whether a role within one room carries a permission there. */
const mayInRoom = (role: RoomRole, permission: RoomPermission): boolean =>
  (roomRoles[role] as readonly RoomPermission[]).includes(permission)

/** The room roles that carry a permission, for checks that the database makes. */
export const roomRolesThatMay = (permission: RoomPermission): RoomRole[] =>
  (Object.keys(roomRoles) as RoomRole[]).filter((role) => mayInRoom(role, permission))
