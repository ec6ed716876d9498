import type { Sql } from '../../platform/db/index.ts'
import type { NotificationLevel } from './member-schema.ts'

type Fragment = ReturnType<Sql>

/** Mentions are counted up to here, whatever somebody writes while one is away. */
const most_mentions = 1000

/** How often a member was mentioned after a position, by name or with everybody. A message that does both counts once, and one's own never does. */
const mentionsAfter = (sql: Sql, user_id: number | Fragment, conversation_id: Fragment, number: Fragment) => sql`(
  select count(*)::integer from (
    (select n.number from mentions n where n.user_id = ${user_id} and n.conversation_id = ${conversation_id} and n.number > ${number} limit ${most_mentions})
    union
    (select n.number from room_mentions n where n.conversation_id = ${conversation_id} and n.number > ${number} and n.author_id <> ${user_id} limit ${most_mentions})
    limit ${most_mentions}
  ) unread)`

export interface ReadRow {
  kind: string
  message_count: number
  member_count: number
  dm_low: number | null
  dm_high: number | null
  last_read_number: number
  mention_count: number
  /** Whether the pointer was behind until now. */
  moved: boolean
  /** Whether one of a DM's two people has blocked the other. */
  blocked: boolean
}

/**
 * Moves the pointer of a member forward to a message, or beyond it where nothing but expired messages follows. Nothing comes back when there never was such
 * a message in the conversation, or the membership has ended.
 */
export const markRead = async (
  sql: Sql,
  conversation_id: number,
  user_id: number,
  message_id: number,
): Promise<ReadRow | undefined> => {
  const [row] = await sql<ReadRow[]>`
    with place as (
      select c.*, m.last_read_number, read.number
      from conversations c
      join members m on m.conversation_id = c.id and m.user_id = ${user_id}
      cross join lateral (
        select number from messages where id = ${message_id} and conversation_id = c.id
        union all
        select (detail ->> 'number')::bigint from changes where message_id = ${message_id} and conversation_id = c.id and kind = 'expired'
        limit 1
      ) read
      where c.id = ${conversation_id} and c.deleted_at is null
    ), target as (
      select place.*, coalesce(
        (select next.number from messages next where next.conversation_id = place.id and next.number > place.number order by next.number limit 1) - 1,
        place.message_count
      ) as reached
      from place
    ), moved as (
      update members m set last_read_number = target.reached, last_read_message_id = ${message_id}
      from target
      where m.conversation_id = target.id and m.user_id = ${user_id} and m.last_read_number < target.reached
      returning m.user_id
    ), now as (
      select target.*, greatest(target.last_read_number, target.reached) as stands from target
    )
    select now.kind, now.message_count, now.member_count, now.dm_low, now.dm_high, now.stands as last_read_number,
      ${mentionsAfter(sql, user_id, sql`now.id`, sql`now.stands`)} as mention_count,
      exists (select from moved) as moved,
      now.kind = 'dm' and exists (select from blocks b where (b.user_id, b.blocked_user_id) in ((now.dm_low, now.dm_high), (now.dm_high, now.dm_low))) as blocked
    from now`
  return row
}

export interface Reached {
  user_id: number
  conversation_id: number
  number: number
  message_id: number
}

/**
 * Moves many pointers forward. The members whose row could be had come back, moved or not: what another transaction holds is left for the next time, so that
 * nobody waits here and nobody deadlocks.
 */
export const advance = (sql: Sql, reached: readonly Reached[]) => sql<Pick<Reached, 'user_id' | 'conversation_id'>[]>`
  with wanted as (
    select * from unnest(
      ${reached.map((each) => each.user_id)}::bigint[], ${reached.map((each) => each.conversation_id)}::bigint[],
      ${reached.map((each) => each.number)}::bigint[], ${reached.map((each) => each.message_id)}::bigint[]
    ) as w (user_id, conversation_id, number, message_id)
  ), free as (
    select m.user_id, m.conversation_id, w.number, w.message_id
    from wanted w join members m on m.conversation_id = w.conversation_id and m.user_id = w.user_id
    for no key update of m skip locked
  ), moved as (
    update members m set last_read_number = free.number, last_read_message_id = free.message_id
    from free
    where m.conversation_id = free.conversation_id and m.user_id = free.user_id and m.last_read_number < free.number
  )
  select user_id, conversation_id from free`

export interface PointerRow {
  user_id: number
  username: string
  /** Null for who has read nothing since they came. */
  message_id: number | null
}

/** How far members have read, by their ids: along the primary key, by a range of pairs as for `membersAfter`. */
export const pointersAfter = (sql: Sql, conversation_id: number, after: number, limit: number) => sql<PointerRow[]>`
  select m.user_id, u.username, m.last_read_message_id as message_id from members m join users u on u.id = m.user_id
  where (m.conversation_id, m.user_id) > (${conversation_id}::bigint, ${after}::bigint) and m.conversation_id <= ${conversation_id}
  order by m.conversation_id, m.user_id limit ${limit}`

export interface StandingRow {
  user_id: number
  kind: string
  message_count: number
  last_read_number: number
  mention_count: number
}

/** Where these people stand in one conversation, as far as they are its members. */
export const standings = (sql: Sql, conversation_id: number, user_ids: readonly number[]) => sql<StandingRow[]>`
  select m.user_id, c.kind, c.message_count, m.last_read_number, ${mentionsAfter(sql, sql`m.user_id`, sql`c.id`, sql`m.last_read_number`)} as mention_count
  from conversations c join members m on m.conversation_id = c.id and m.user_id = any (${user_ids}::bigint[])
  where c.id = ${conversation_id} and c.deleted_at is null`

export interface MembershipRow {
  id: number
  kind: string
  name: string | null
  slug: string | null
  is_public: boolean
  last_seq: number
  message_count: number
  last_read_number: number
  notification_level: NotificationLevel
  joined_at: Date
  mention_count: number
}

/** Where the user stands in each of their conversations. */
export const memberships = (sql: Sql, user_id: number) => sql<MembershipRow[]>`
  select c.id, c.kind, coalesce(c.name, other.username) as name, c.slug, c.is_public, c.last_seq, c.message_count, m.last_read_number, m.notification_level, m.joined_at,
    ${mentionsAfter(sql, user_id, sql`c.id`, sql`m.last_read_number`)} as mention_count
  from members m join conversations c on c.id = m.conversation_id
  left join users other on c.kind = 'dm' and other.id = case when c.dm_low = ${user_id} then c.dm_high else c.dm_low end
  where m.user_id = ${user_id} and c.deleted_at is null order by c.id`

/** Up to `limit` conversations of each user: rooms first, then the DMs with the newest messages. */
export const conversationsOf = (sql: Sql, user_ids: readonly number[], limit: number) => sql<
  { user_id: number; ids: number[] }[]
>`
  select user_id, array_agg(id) as ids from (
    select m.user_id, c.id, row_number() over (partition by m.user_id order by c.kind = 'dm', c.last_message_id desc nulls last, c.id) as place
    from members m join conversations c on c.id = m.conversation_id
    where m.user_id = any (${user_ids}::bigint[]) and c.deleted_at is null
  ) placed
  where place <= ${limit} group by user_id`
