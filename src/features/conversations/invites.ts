import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { may } from '../../kernel/permissions.ts'
import { createSecret } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import { type Access, mayInRoom, requireInRoom } from './access.ts'
import * as queries from './invite-queries.ts'
import type { InviteRow } from './invite-queries.ts'
import type { Invite, InviteDraft, InvitePage, InvitePreview, InviteQuery } from './invite-schema.ts'
import { addMember } from './member-queries.ts'
import type { Membership } from './membership.ts'
import { type ConversationRow, find } from './queries.ts'
import { isGivable, requireGivable } from './rank.ts'
import type { Room } from './schema.ts'
import type { Tell } from './tell.ts'
import { toRoom } from './view.ts'

export interface InvitesParts {
  sql: Sql
  audit: Audit<Sql>
  access: Access
  tell: Tell
  membership: Membership
  /** 0 means no limit. */
  max_invites_per_room: number
}

type Ref = number | string

const code_bytes = 16
const week_s = 604_800

/** Codes by which people come into a room. One is good for as long as whoever made it may make it: nobody who was removed has left a door open. */
export function createInvites({ sql, audit, access, tell, membership, max_invites_per_room }: InvitesParts) {
  /** ROOM_NOT_FOUND, PERMISSION_DENIED; RESOURCE_CONFLICT when the room has as many as it may have. */
  async function createInvite(actor: Actor, ref: Ref, draft: InviteDraft): Promise<Invite> {
    const { role = 'member', max_uses = null, expires_in = week_s } = draft
    return access.lockedRoom(actor, ref, async (tx, room) => {
      requireInRoom(actor, room, 'create_invites')
      if (room.archived_at !== null) throw new AppError('PERMISSION_DENIED', { reason: 'archived' })
      if (role !== 'member') requireInRoom(actor, room, 'manage_members')
      requireGivable(actor, room, role)
      if (max_invites_per_room > 0 && (await queries.hasInvites(tx, room.id, max_invites_per_room)))
        throw new AppError('RESOURCE_CONFLICT', { reason: 'too many invites', max_invites_per_room })
      const invite = { conversation_id: room.id, created_by: actor.id, role, max_uses, expires_in }
      const row = await queries.insertInvite(tx, { code: createSecret(code_bytes), ...invite })
      await record(tx, actor, room.id, 'invite.create', { invite_id: row.id, role, max_uses, expires_in })
      return toInvite(row, room)
    })
  }

  /** Those that can be used, the newest first. ROOM_NOT_FOUND, PERMISSION_DENIED, VALIDATION_FAILED for a strange cursor. */
  async function listInvites(actor: Actor, ref: Ref, { limit = 50, cursor }: InviteQuery): Promise<InvitePage> {
    const room = await access.visible(actor, { room_id: ref })
    requireInRoom(actor, room, 'create_invites')
    const before = cursor === undefined ? undefined : decode(cursor)
    const rows = await queries.invitesOf(sql, room.id, before, limit + 1)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const next_cursor = rows.length > limit && last !== undefined ? encode(last) : null
    return { invites: page.map((row) => toInvite(row, room)), next_cursor }
  }

  /** ROOM_NOT_FOUND, PERMISSION_DENIED; INVITE_NOT_FOUND for one that is not good, or of another room. */
  async function revokeInvite(actor: Actor, ref: Ref, code: string): Promise<void> {
    await access.lockedRoom(actor, ref, async (tx, room) => {
      requireInRoom(actor, room, 'create_invites')
      const invite_id = await queries.revokeInvite(tx, room.id, code)
      if (invite_id === undefined) throw new AppError('INVITE_NOT_FOUND')
      await record(tx, actor, room.id, 'invite.revoke', { invite_id })
    })
  }

  /** INVITE_NOT_FOUND, whatever is wrong with it. */
  async function previewInvite(actor: Actor, code: string): Promise<InvitePreview> {
    const { invite, room } = await usable(sql, actor, code)
    return {
      code: invite.code,
      room_id: room.id,
      room_name: room.name ?? '',
      room_description: room.description,
      member_count: room.member_count,
      role: invite.role,
      expires_at: invite.expires_at?.toISOString() ?? null,
      inviter: { user_id: invite.created_by, username: invite.username, display_name: invite.display_name },
      is_member: room.role !== null,
    }
  }

  /**
   * Makes the actor a member; whoever is one already stays what they are, and takes no use. INVITE_NOT_FOUND, whatever is wrong with the code; ROOM_FULL;
   * PERMISSION_DENIED for an archived room and for guests; RESOURCE_CONFLICT in too many rooms.
   */
  async function acceptInvite(actor: Actor, code: string): Promise<Room> {
    const { invite, room: seen } = await usable(sql, actor, code)
    if (seen.role !== null) return toRoom(seen)
    if (!may(actor, 'join_rooms')) throw new AppError('PERMISSION_DENIED', { permission: 'join_rooms' })
    const { room, added } = await access.locked(seen.id, actor, async (tx) => {
      // Once more: what was read before the lock may be over.
      const { room: before } = await usable(tx, actor, code)
      if (before.role !== null) return { room: before, added: false }
      membership.requireOpen(before)
      await membership.requireSpace(tx, actor.id)
      if (!(await queries.takeInvite(tx, invite.id))) throw new AppError('INVITE_NOT_FOUND')
      await addMember(tx, before.id, actor.id, invite.role)
      await membership.record(tx, actor, before.id, 'member.join', actor.id, {
        invite_id: invite.id,
        role: invite.role,
      })
      return { room: (await find(tx, actor.id, before.id)) ?? before, added: true }
    })
    if (added) {
      const told = { room_id: room.id, user_id: actor.id, username: actor.username, role: invite.role }
      tell.entered(room.id, actor.id)
      tell.about(actor.id, room.id, 'member_joined', told)
    }
    return toRoom(room)
  }

  /** An invite that is good for this actor, with its room. One whose uses have run out still is for members: they may ask again after a lost answer. */
  async function usable(tx: Sql, actor: Actor, code: string): Promise<{ invite: InviteRow; room: ConversationRow }> {
    const invite = await queries.inviteByCode(tx, code)
    const room = invite && (await find(tx, actor.id, invite.conversation_id))
    if (invite === undefined || room === undefined || !isMakersToGive(invite, room))
      throw new AppError('INVITE_NOT_FOUND')
    const left = invite.max_uses === null || invite.uses < invite.max_uses
    if (!left && room.role === null) throw new AppError('INVITE_NOT_FOUND')
    return { invite, room }
  }

  const record = (tx: Sql, actor: Actor, id: number, action: string, details: Record<string, unknown>) =>
    audit.record(tx, { actor, action, outcome: 'success', target: { type: 'room', id }, conversation_id: id, details })

  return { createInvite, listInvites, revokeInvite, previewInvite, acceptInvite }
}

/** Whether whoever made it may make it now. */
function isMakersToGive({ role, creator_role, creator_room_role }: InviteRow, room: ConversationRow): boolean {
  if (creator_role === null) return false
  if (creator_room_role === null && !room.is_public) return false
  const maker = { role: creator_role }
  const place = { ...room, role: creator_room_role }
  if (!mayInRoom(maker, place, 'create_invites')) return false
  return isGivable(maker, place, role) && (role === 'member' || mayInRoom(maker, place, 'manage_members'))
}

const toInvite = (row: InviteRow, room: ConversationRow): Invite => ({
  code: row.code,
  room_id: row.conversation_id,
  role: row.role,
  max_uses: row.max_uses,
  uses: row.uses,
  expires_at: row.expires_at?.toISOString() ?? null,
  created_at: row.created_at.toISOString(),
  created_by: row.created_by,
  created_by_username: row.username,
  is_usable: isMakersToGive(row, room),
})

const encode = ({ id }: InviteRow) => Buffer.from(String(id)).toString('base64url')

function decode(cursor: string): number {
  const [id] = /^\d{1,15}$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return Number(id)
}
