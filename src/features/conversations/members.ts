import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { futureTime } from '../../kernel/future-time.ts'
import { requireScope } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference } from '../../transport/ws/index.ts'
import { mayInRoom, requireInRoom } from './access.ts'
import { blocksBetween } from './dm-queries.ts'
import * as memberQueries from './member-queries.ts'
import type { MemberPatch, MemberPosition, MemberRow } from './member-queries.ts'
import type { Member, MemberChange, MemberQuery, NewMember, OwnMemberChange } from './member-schema.ts'
import type { Membership, MembershipParts } from './membership.ts'
import { activeUser, type ConversationRow, find } from './queries.ts'
import { isAbove, requireAbove, requireGivable, standsAboveAll } from './rank.ts'

type Ref = number | string
type IsOnline = (user_id: number) => boolean
/** `me` is the actor. */
type Who = number | 'me'

export interface MembersParts extends Pick<MembershipParts, 'access' | 'tell'> {
  sql: Sql
  membership: Membership
}

/** The members of a conversation, and what some of them do to others. Each rule is judged under the room's lock. */
export function createMembers({ sql, access, tell, membership }: MembersParts) {
  /** A page of members, those of rank first. CONVERSATION_NOT_FOUND, ROOM_NOT_FOUND, PERMISSION_DENIED, VALIDATION_FAILED for a strange cursor. */
  async function listMembers(
    actor: Actor,
    reference: Reference,
    { limit = 50, cursor }: MemberQuery,
    isOnline: IsOnline,
  ) {
    const room = await access.member(actor, reference)
    const after = cursor === undefined ? { rank: -1, user_id: 0 } : decode(cursor)
    const rows = await memberQueries.membersAfter(sql, room.id, after, limit + 1)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const hidden = await hiddenFrom(actor, room)
    const isSeen = (user_id: number) => user_id !== hidden && isOnline(user_id)
    const members = page.map((row) => toMember(row, isSeen, mayInRoom(actor, room, 'mute_users'), actor))
    const next_cursor = rows.length > limit && last !== undefined ? encode(last) : null
    return { ...refOf(room), members, total_count: room.member_count, next_cursor }
  }

  /** The other person of a DM, if they have blocked the actor, who does not learn any more whether they are there. */
  async function hiddenFrom(actor: Actor, { dm_low, dm_high }: ConversationRow): Promise<number | null> {
    const other = dm_low === actor.id ? dm_high : dm_low
    return other !== null && (await blocksBetween(sql, other, actor.id)).by_one ? other : null
  }

  /**
   * Makes somebody a member, of a private room too. Whoever may manage members of the whole server may do it in rooms they do not see: so no room is lost with its
   * owners. USER_NOT_FOUND, USER_BLOCKED by them, RESOURCE_CONFLICT, ROOM_FULL, PERMISSION_DENIED.
   */
  async function addMember(actor: Actor, ref: Ref, { user_id, role = 'member' }: NewMember, isOnline: IsOnline) {
    const seen = await find(sql, actor.id, ref)
    if (seen === undefined || seen.kind === 'dm') throw new AppError('ROOM_NOT_FOUND')
    const added = await access.locked(seen.id, actor, async (tx, room) => {
      if (room.role === null && !room.is_public && !standsAboveAll(actor)) throw new AppError('ROOM_NOT_FOUND')
      requireInRoom(actor, room, 'manage_members')
      requireGivable(actor, room, role)
      if ((await activeUser(tx, user_id)) === undefined) throw new AppError('USER_NOT_FOUND', { user_id })
      if ((await blocksBetween(tx, user_id, actor.id)).by_one) throw new AppError('USER_BLOCKED', { user_id })
      const before = await memberQueries.member(tx, room.id, user_id)
      if (before !== undefined) throw new AppError('RESOURCE_CONFLICT', { reason: 'a member already', user_id })
      membership.requireOpen(room)
      await membership.requireSpace(tx, user_id)
      await memberQueries.addMember(tx, room.id, user_id, role)
      await membership.record(tx, actor, room.id, 'member.add', user_id, { role })
      return { room, member: await mustBe(tx, room.id, user_id) }
    })
    const { id } = added.room
    tell.entered(id, user_id)
    tell.about(user_id, id, 'member_joined', {
      room_id: id,
      user_id,
      username: added.member.username,
      role,
      by: actor.id,
    })
    return toMember(added.member, isOnline, mayInRoom(actor, added.room, 'mute_users'), actor)
  }

  /** Changes what is named and different: role, mute, nickname. USER_NOT_FOUND for those who are no members. */
  async function changeMember(
    actor: Actor,
    ref: Ref,
    who: Who,
    wanted: MemberChange & Pick<OwnMemberChange, 'notification_level'>,
    isOnline: IsOnline,
  ) {
    const user_id = idOf(actor, who)
    const { room, member, changed } = await access.lockedRoom(actor, ref, async (tx, here) => {
      requireStanding(actor, here)
      const before = await mustBe(tx, here.id, user_id)
      const patch: MemberPatch = {}
      if (wanted.role !== undefined && wanted.role !== before.role) {
        await judgeRole(tx, actor, here, before, wanted.role)
        patch.role = wanted.role
        await membership.record(tx, actor, here.id, 'member.role', user_id, { from: before.role, to: patch.role })
      }
      if (wanted.muted_until !== undefined) {
        const muted_until = timeOf(wanted.muted_until)
        requireInRoom(actor, here, 'mute_users')
        if (user_id === actor.id) throw new AppError('PERMISSION_DENIED', { reason: 'nobody mutes themselves' })
        requireAbove(actor, here, before.role, 'mute_users')
        if (muted_until?.getTime() !== before.muted_until?.getTime()) {
          patch.muted_until = muted_until
          await membership.record(tx, actor, here.id, 'member.mute', user_id, { until: muted_until })
        }
      }
      if (wanted.nickname !== undefined) {
        const nickname = wanted.nickname?.trim().normalize('NFC') || null
        if (user_id === actor.id) requireScope(actor, 'edit_profile')
        else {
          requireInRoom(actor, here, 'manage_members')
          requireAbove(actor, here, before.role, 'manage_members')
        }
        if (nickname !== before.nickname) {
          patch.nickname = nickname
          await membership.record(tx, actor, here.id, 'member.nickname', user_id, {
            from: before.nickname,
            to: nickname,
          })
        }
      }
      // What others see has changed; how one wants to be notified is nobody else's.
      const changed = Object.keys(patch).length > 0
      const { notification_level } = wanted
      if (notification_level !== undefined) requireScope(actor, 'edit_profile')
      if (user_id === actor.id && notification_level !== undefined && notification_level !== before.notification_level)
        patch.notification_level = notification_level
      if (Object.keys(patch).length === 0) return { room: here, member: before, changed }
      await memberQueries.changeMember(tx, here.id, user_id, patch)
      return { room: here, member: await mustBe(tx, here.id, user_id), changed }
    })
    if (changed) {
      tell.standing.member(room.id, user_id)
      tell.about(user_id, room.id, 'member_updated', {
        room_id: room.id,
        user_id,
        username: member.username,
        role: member.role,
        nickname: member.nickname,
        muted_until: member.muted_until,
      })
    }
    return toMember(member, isOnline, mayInRoom(actor, room, 'mute_users'), actor)
  }

  async function judgeRole(tx: Sql, actor: Actor, room: ConversationRow, before: MemberRow, role: MemberRow['role']) {
    requireScope(actor, 'manage_members')
    const own = before.user_id === actor.id
    if (own && before.role === 'owner') return membership.requireOtherOwner(tx, room, actor.id)
    // Whoever steps down asks nobody.
    if (own && isAbove(before.role, role)) return
    requireInRoom(actor, room, 'manage_members')
    requireGivable(actor, room, role)
    if (!own || !standsAboveAll(actor)) requireAbove(actor, room, before.role, 'manage_members')
  }

  /** Ends somebody's membership; one's own as leaving does. USER_NOT_FOUND for those who are no members. */
  async function removeMember(actor: Actor, ref: Ref, who: Who): Promise<void> {
    const user_id = idOf(actor, who)
    if (user_id === actor.id) {
      const { tellOwn } = await membership.forget(actor, await access.member(actor, { room_id: ref }))
      return tellOwn()
    }
    const { id, username } = await access.lockedRoom(actor, ref, async (tx, room) => {
      requireInRoom(actor, room, 'kick_users')
      const target = await mustBe(tx, room.id, user_id)
      requireAbove(actor, room, target.role, 'kick_users')
      await memberQueries.removeMember(tx, room.id, user_id)
      await membership.record(tx, actor, room.id, 'member.kick', user_id, { role: target.role })
      return { id: room.id, username: target.username }
    })
    // They stop following before others hear of it.
    tell.left(id, user_id)
    tell.about(user_id, id, 'member_left', { room_id: id, user_id, username, reason: 'kicked', by: actor.id })
  }

  return { listMembers, addMember, changeMember, removeMember }
}

const idOf = (actor: Actor, who: Who): number => (who === 'me' ? actor.id : who)

const refOf = ({ id, kind }: ConversationRow) => (kind === 'dm' ? { conversation_id: id } : { room_id: id })

/** Outsiders of a public room learn nothing of its members. PERMISSION_DENIED. */
function requireStanding(actor: Actor, room: ConversationRow): void {
  if (room.role === null) requireInRoom(actor, room, 'kick_users')
}

async function mustBe(tx: Sql, conversation_id: number, user_id: number): Promise<MemberRow> {
  const row = await memberQueries.member(tx, conversation_id, user_id)
  if (row === undefined) throw new AppError('USER_NOT_FOUND', { user_id, reason: 'not a member' })
  return row
}

const toMember = (row: MemberRow, isOnline: IsOnline, maySeeMutes: boolean, actor: Actor): Member => ({
  user_id: row.user_id,
  username: row.username,
  display_name: row.display_name,
  role: row.role,
  nickname: row.nickname,
  joined_at: row.joined_at.toISOString(),
  ...(maySeeMutes && { muted_until: row.muted_until?.toISOString() ?? null }),
  is_online: isOnline(row.user_id),
  ...(row.user_id === actor.id && {
    notification_level: row.notification_level,
    last_read_number: row.last_read_number,
  }),
})

const timeOf = (text: string | null): Date | null =>
  text === null ? null : futureTime(text, 'muted_until', new Date())

const encode = ({ rank, user_id }: MemberPosition) => Buffer.from(`${rank}.${user_id}`).toString('base64url')

function decode(cursor: string): MemberPosition {
  const [, rank, user_id] = /^([0-3])\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (rank === undefined || user_id === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return { rank: Number(rank), user_id: Number(user_id) }
}
