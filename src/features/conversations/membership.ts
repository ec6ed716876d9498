import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { may, requireScope } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference } from '../../transport/ws/index.ts'
import type { Access } from './access.ts'
import * as memberQueries from './member-queries.ts'
import * as queries from './queries.ts'
import type { ConversationRow } from './queries.ts'
import { named } from './reference.ts'
import type { Tell } from './tell.ts'

export interface MembershipParts {
  audit: Audit<Sql>
  access: Access
  tell: Tell
  settleReads(user_id: number): Promise<void>
  /** 0 means no limit. */
  max_rooms_per_user: number
}

export interface Entered {
  row: ConversationRow
  /** Tells the actor's sockets that do not follow the conversation; to be called once the one that asked has its answer. */
  tellOwn(): void
}

const nothing = () => undefined

/** How one becomes a member of a room, and stops being one. */
export function createMembership({ audit, access, tell, settleReads, max_rooms_per_user }: MembershipParts) {
  /** RESOURCE_CONFLICT when the user is in as many rooms as one may be. Whoever else counts theirs waits until the transaction ends. */
  async function requireSpace(tx: Sql, user_id: number): Promise<void> {
    if (max_rooms_per_user === 0) return
    await memberQueries.lockUser(tx, user_id)
    if ((await memberQueries.countRooms(tx, user_id)) < max_rooms_per_user) return
    throw new AppError('RESOURCE_CONFLICT', { reason: 'in too many rooms', max_rooms_per_user })
  }

  /** ROOM_FULL; PERMISSION_DENIED when the room is archived. The caller holds its lock. */
  function requireOpen(room: ConversationRow): void {
    if (room.archived_at !== null) throw new AppError('PERMISSION_DENIED', { reason: 'archived' })
    if (room.max_members !== null && room.member_count >= room.max_members)
      throw new AppError('ROOM_FULL', { max_members: room.max_members })
  }

  /** A conversation to join: a public room makes the actor a member. ROOM_FULL; PERMISSION_DENIED when it is archived. */
  async function enter(actor: Actor, reference: Reference): Promise<Entered> {
    await settleReads(actor.id)
    const row = await access.visible(actor, reference)
    if (row.role !== null) return { row, tellOwn: nothing }
    if (!may(actor, 'join_rooms')) throw new AppError('PERMISSION_DENIED', { permission: 'join_rooms' })
    const joined = await access.locked(row.id, actor, async (tx, room) => {
      if (room.role !== null) return { row: room, added: false }
      if (!room.is_public) throw new AppError(named(reference).missing)
      requireOpen(room)
      await requireSpace(tx, actor.id)
      await memberQueries.addMember(tx, room.id, actor.id, 'member')
      await record(tx, actor, room.id, 'member.join', actor.id)
      return { row: (await queries.find(tx, actor.id, room.id)) ?? room, added: true }
    })
    if (!joined.added) return { row: joined.row, tellOwn: nothing }
    const told = { room_id: row.id, user_id: actor.id, username: actor.username, role: 'member' }
    tell.entered(row.id, actor.id)
    tell.room(row.id, 'member_joined', told)
    return { row: joined.row, tellOwn: () => tell.aside(row.id, actor.id, 'member_joined', told) }
  }

  /** RESOURCE_CONFLICT for the last owner of a room. The caller holds its lock. */
  async function requireOtherOwner(tx: Sql, room: ConversationRow, user_id: number): Promise<void> {
    if ((await memberQueries.otherOwners(tx, room.id, user_id)) === 0)
      throw new AppError('RESOURCE_CONFLICT', {
        reason: 'the last owner can neither leave nor step down; give the room to somebody first',
      })
  }

  /** Ends the actor's own membership; gives what tells their sockets. RESOURCE_CONFLICT for the last owner while others remain. */
  async function forget(actor: Actor, { id, kind }: ConversationRow): Promise<Pick<Entered, 'tellOwn'>> {
    requireScope(actor, 'join_rooms')
    if (kind === 'dm') throw new AppError('RESOURCE_CONFLICT', { reason: 'a DM cannot be left for good' })
    const removed = await access.locked(id, actor, async (tx, room) => {
      if (room.role === null) return false
      if (room.role === 'owner' && room.member_count > 1) await requireOtherOwner(tx, room, actor.id)
      await record(tx, actor, id, 'member.leave', actor.id)
      return memberQueries.removeMember(tx, id, actor.id)
    })
    if (!removed) return { tellOwn: nothing }
    const told = { room_id: id, user_id: actor.id, username: actor.username, reason: 'left' }
    tell.left(id, actor.id)
    tell.room(id, 'member_left', told)
    return { tellOwn: () => tell.aside(id, actor.id, 'member_left', told) }
  }

  const record = (
    tx: Sql,
    actor: Actor,
    conversation_id: number,
    action: string,
    user_id: number,
    details: Record<string, unknown> = {},
  ) =>
    audit.record(tx, {
      actor,
      action,
      outcome: 'success',
      target: { type: 'user', id: user_id },
      conversation_id,
      details,
    })

  return { requireSpace, requireOpen, requireOtherOwner, record, enter, forget }
}

export type Membership = ReturnType<typeof createMembership>
