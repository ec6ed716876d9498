import type { protocol } from 'veza-js-sdk'

/** What the app offers only to those who may. The server decides; this keeps away what it would refuse. */
type Permission =
  | 'create_invites'
  | 'delete_all_messages'
  | 'delete_rooms'
  | 'kick_users'
  | 'manage_members'
  | 'manage_rooms'
  | 'manage_users'
  | 'mute_users'
  | 'pin_messages'
  | 'send_messages'
  | 'transfer_rooms'
  | 'view_audit_logs'

type Role = protocol.Role
type RoomRole = protocol.RoomRole

/** As in the table of docs/websocket_api.md. */
const holders: Record<Permission, { server: readonly Role[]; room: readonly RoomRole[] }> = {
  create_invites: { server: ['moderator', 'admin'], room: ['moderator', 'admin', 'owner'] },
  delete_all_messages: { server: ['moderator', 'admin'], room: ['moderator', 'admin', 'owner'] },
  delete_rooms: { server: ['admin'], room: ['owner'] },
  kick_users: { server: ['moderator', 'admin'], room: ['moderator', 'admin', 'owner'] },
  manage_members: { server: ['admin'], room: ['admin', 'owner'] },
  manage_rooms: { server: ['admin'], room: ['admin', 'owner'] },
  manage_users: { server: ['admin'], room: [] },
  mute_users: { server: ['moderator', 'admin'], room: ['moderator', 'admin', 'owner'] },
  pin_messages: { server: ['moderator', 'admin'], room: ['moderator', 'admin', 'owner'] },
  send_messages: { server: ['user', 'moderator', 'admin'], room: ['member', 'moderator', 'admin', 'owner'] },
  transfer_rooms: { server: ['admin'], room: ['owner'] },
  view_audit_logs: { server: ['moderator', 'admin'], room: ['moderator', 'admin', 'owner'] },
}

export type May = (permission: Permission) => boolean

/** By the role on the server and the role in the room; either is enough. */
export const mayOf =
  (role: Role | null, room_role: string | null): May =>
  (permission) => {
    const { server, room } = holders[permission]
    return (role !== null && server.includes(role)) || room.some((one) => one === room_role)
  }

const ranks: Record<string, number> = { member: 0, moderator: 1, admin: 2, owner: 3 }
const server_ranks: Record<Role, number> = { guest: 0, user: 0, moderator: 1, admin: 3 }

/** Nobody acts on those of equal or higher rank, and nobody on owners. A role on the server counts like one in the room. */
export function outranks(role: Role | null, room_role: string | null, other: string): boolean {
  const own = Math.max(role === null ? 0 : server_ranks[role], ranks[room_role ?? ''] ?? 0)
  return other !== 'owner' && own > (ranks[other] ?? 0)
}
