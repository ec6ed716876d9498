import { only } from '../../kernel/only.ts'
import type { RoomRole } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { NotificationLevel } from './member-schema.ts'

export interface MemberRow {
  user_id: number
  username: string
  display_name: string | null
  role: RoomRole
  nickname: string | null
  joined_at: Date
  /** Null as well for a mute that is over. */
  muted_until: Date | null
  notification_level: NotificationLevel
  last_read_number: number
}

const columns = (sql: Sql) => sql`
  m.user_id, u.username, u.display_name, m.role, m.nickname, m.joined_at, case when m.muted_until > now() then least(m.muted_until, '9999-12-31') end as muted_until,
  m.notification_level, m.last_read_number`

/** Where a page of members goes on: after the last of the page before. `rank` counts from 0, the owners. */
export interface MemberPosition {
  rank: number
  user_id: number
}

const rank = (sql: Sql) => sql`array_position(array['owner', 'admin', 'moderator'], m.role) - 1`

/**
 * Owners, admins, moderators, then everybody else, each by id. Those of rank are few and have an index of their own; the others are read along the primary key, so a
 * page costs the same wherever it is in however large a room: by a range of pairs and a role that is none of three, as the planner takes one room or role for few rows
 * to sort while it knows no better.
 */
export const membersAfter = (sql: Sql, conversation_id: number, after: MemberPosition, limit: number) => sql<
  (MemberRow & { rank: number })[]
>`
  select * from (
    (select ${rank(sql)} as rank, ${columns(sql)} from members m join users u on u.id = m.user_id
      where m.conversation_id = ${conversation_id} and m.role <> 'member' and (${rank(sql)}, m.user_id) > (${after.rank}::integer, ${after.user_id}::bigint)
      order by 1, m.user_id limit ${limit})
    union all
    (select 3 as rank, ${columns(sql)} from members m join users u on u.id = m.user_id
      where (m.conversation_id, m.user_id) > (${conversation_id}::bigint, ${after.rank < 3 ? 0 : after.user_id}::bigint) and m.conversation_id <= ${conversation_id}
        and m.role <> all (array['owner', 'admin', 'moderator'])
      order by m.conversation_id, m.user_id limit ${limit})
  ) page order by rank, user_id limit ${limit}`

export const member = async (sql: Sql, conversation_id: number, user_id: number): Promise<MemberRow | undefined> => {
  const [row] = await sql<MemberRow[]>`
    select ${columns(sql)} from members m join users u on u.id = m.user_id where m.conversation_id = ${conversation_id} and m.user_id = ${user_id}`
  return row
}

/** Whether a row was added: not for a member, nor for somebody whose account is being deleted. The caller holds the conversation's lock. */
export const addMember = async (
  sql: Sql,
  conversation_id: number,
  user_id: number,
  role: RoomRole,
): Promise<boolean> => {
  const added = await sql`
    with added as (
      insert into members (conversation_id, user_id, role, last_read_number)
      select c.id, u.id, ${role}, c.message_count from conversations c, users u
      where c.id = ${conversation_id} and u.id = ${user_id} and u.status <> 'deleted' for share of u
      on conflict do nothing returning 1
    )
    update conversations set member_count = member_count + 1 where id = ${conversation_id} and exists (select from added) returning 1`
  return added.length > 0
}

/** Forgets mutes of those who left and did not come back before their end. */
export const sweepKeptMutes = (sql: Sql) => sql`delete from kept_mutes where muted_until <= now()`

/** Whether a row was removed. A mute is kept, by a trigger, until they come back or it ends. The caller holds the conversation's lock. */
export const removeMember = async (sql: Sql, conversation_id: number, user_id: number): Promise<boolean> => {
  const removed = await sql`
    with removed as (delete from members where conversation_id = ${conversation_id} and user_id = ${user_id} returning 1)
    update conversations set member_count = member_count - 1 where id = ${conversation_id} and exists (select from removed) returning 1`
  return removed.length > 0
}

export interface MemberPatch {
  role?: RoomRole
  muted_until?: Date | null
  nickname?: string | null
  notification_level?: NotificationLevel
}

/** The caller holds the conversation's lock. */
export const changeMember = async (
  sql: Sql,
  conversation_id: number,
  user_id: number,
  patch: MemberPatch,
): Promise<void> => {
  await sql`update members set ${sql(patch as Record<string, string | Date | null>)} where conversation_id = ${conversation_id} and user_id = ${user_id}`
}

export const otherOwners = async (sql: Sql, conversation_id: number, user_id: number): Promise<number> => {
  const rows = await sql<{ count: number }[]>`
    select count(*)::integer as count from members where conversation_id = ${conversation_id} and role = 'owner' and user_id <> ${user_id}`
  return only(rows).count
}

/** After the conversation's lock, if that is held too. */
export const lockUser = (sql: Sql, user_id: number) => sql`select from users where id = ${user_id} for no key update`

export const countRooms = async (sql: Sql, user_id: number): Promise<number> => {
  const rows = await sql<{ count: number }[]>`
    select count(*)::integer as count from members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${user_id} and c.kind <> 'dm' and c.deleted_at is null`
  return only(rows).count
}
