import type { shapes } from 'veza-js-sdk'

type Permission = shapes.Permission
type Role = shapes.OwnUser['role']

/** Without those that nothing of the server asks for yet. */
export const scope_groups = {
  reading: ['read_messages', 'view_stats', 'view_audit_logs'],
  writing: [
    'send_messages',
    'send_dm',
    'edit_own_messages',
    'delete_own_messages',
    'add_reactions',
    'mention_room',
    'skip_slow_mode',
    'relaxed_limits',
    'edit_profile',
  ],
  rooms: [
    'join_rooms',
    'create_rooms',
    'create_invites',
    'manage_rooms',
    'manage_members',
    'transfer_rooms',
    'delete_rooms',
  ],
  moderation: ['pin_messages', 'delete_all_messages', 'mute_users', 'kick_users'],
  server: ['create_bots', 'manage_users', 'drain'],
} as const satisfies Record<string, readonly Permission[]>

/** What a role on the server must be to give these; all others a role in a room can carry, so that everybody may give them. */
const from_role: Partial<Record<Permission, readonly Role[]>> = {
  edit_own_messages: ['user', 'moderator', 'admin'],
  delete_own_messages: ['user', 'moderator', 'admin'],
  add_reactions: ['user', 'moderator', 'admin'],
  send_dm: ['user', 'moderator', 'admin'],
  create_rooms: ['user', 'moderator', 'admin'],
  join_rooms: ['user', 'moderator', 'admin'],
  relaxed_limits: ['moderator', 'admin'],
  create_bots: ['moderator', 'admin'],
  manage_users: ['admin'],
  drain: ['admin'],
}

/** Whether somebody of this role may give the permission to a key. */
export const mayGive = (role: Role, permission: Permission): boolean => from_role[permission]?.includes(role) ?? true
