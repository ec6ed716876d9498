import type { RoomRole } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference } from '../../transport/ws/index.ts'

export interface ConversationRow {
  id: number
  uuid: string
  kind: 'room' | 'team' | 'guild' | 'dm'
  slug: string | null
  name: string | null
  description: string | null
  topic: string | null
  is_public: boolean
  created_by: number | null
  max_members: number | null
  slow_mode_seconds: number
  message_retention_days: number | null
  message_ttl_seconds: number | null
  dm_low: number | null
  dm_high: number | null
  last_seq: number
  message_count: number
  member_count: number
  last_message_id: number | null
  archived_at: Date | null
  created_at: Date
  updated_at: Date
  /** The caller's; null for outsiders. */
  role: RoomRole | null
  last_read_number: number | null
  /** The caller's; null as well for a mute that is over. */
  muted_until: Date | null
}

export const columns = (sql: Sql) => sql`
  c.id, c.uuid, c.kind, c.slug, c.name, c.description, c.topic, c.is_public, c.created_by, c.max_members, c.slow_mode_seconds, c.message_retention_days, c.message_ttl_seconds,
  c.dm_low, c.dm_high, c.last_seq, c.message_count, c.member_count, c.last_message_id, c.archived_at, c.created_at, c.updated_at, m.role, m.last_read_number,
  case when m.muted_until > now() then least(m.muted_until, '9999-12-31') end as muted_until`

/** A conversation as one user sees it, member or not. */
export const find = async (sql: Sql, user_id: number, ref: number | string): Promise<ConversationRow | undefined> => {
  const [row] = await sql<ConversationRow[]>`
    select ${columns(sql)} from conversations c
    left join members m on m.conversation_id = c.id and m.user_id = ${user_id}
    where c.deleted_at is null and ${typeof ref === 'number' ? sql`c.id = ${ref}` : sql`c.slug = ${ref}`}`
  return row
}

/** Those of the references that the user may see, by position. Each is looked up by itself, or all would be compared with all rooms of the user. */
export const findVisible = (sql: Sql, user_id: number, references: readonly Reference[]) => sql<
  (ConversationRow & { position: number })[]
>`
  select wanted.position::integer, ${columns(sql)}
  from unnest(
    ${references.map((each) => (typeof each.room_id === 'number' ? each.room_id : (each.conversation_id ?? null)))}::bigint[],
    ${references.map((each) => (typeof each.room_id === 'string' ? each.room_id : null))}::text[],
    ${references.map((each) => (each.room_id === undefined ? 'dm' : 'room'))}::text[]
  ) with ordinality as wanted (id, slug, target, position)
  cross join lateral (
    (select * from conversations where id = wanted.id limit 1)
    union all
    (select * from conversations where slug = wanted.slug and deleted_at is null limit 1)
  ) c
  left join lateral (select role, last_read_number, muted_until from members where conversation_id = c.id and user_id = ${user_id} limit 1) m on true
  where c.deleted_at is null and (m.role is not null or c.is_public) and (c.kind = 'dm') = (wanted.target = 'dm')`

/** Every room the user is a member of. */
export const joinedRooms = (sql: Sql, user_id: number) => sql<ConversationRow[]>`
  select ${columns(sql)} from members m join conversations c on c.id = m.conversation_id
  where m.user_id = ${user_id} and c.kind <> 'dm' and c.deleted_at is null order by c.id`

/** Locks the conversation's row until the transaction ends. Whether it is there: what is read next is how it stands meanwhile. */
export const lock = async (sql: Sql, conversation_id: number): Promise<boolean> =>
  (await sql`select from conversations where id = ${conversation_id} and deleted_at is null for no key update`).length >
  0

export interface PersonRow {
  id: number
  username: string
  last_seen_at: Date | null
}

export const activeUser = async (sql: Sql, id: number): Promise<PersonRow | undefined> => {
  const [row] = await sql<
    PersonRow[]
  >`select id, username, last_seen_at from users where id = ${id} and status <> 'deleted'`
  return row
}

export interface DmRow {
  conversation_id: number
  last_message_id: number | null
  unread_count: number
  other_id: number
  other_username: string
  other_last_seen_at: Date | null
  is_blocked: boolean
  /** The other has blocked the user, who does not learn any more whether they are there. */
  is_hidden: boolean
}

const dmsOf = (sql: Sql, user_id: number) => sql`
  select c.id as conversation_id, c.last_message_id, (c.message_count - m.last_read_number)::integer as unread_count,
    other.id as other_id, other.username as other_username, other.last_seen_at as other_last_seen_at,
    exists (select from blocks b where (b.user_id, b.blocked_user_id) in ((c.dm_low, c.dm_high), (c.dm_high, c.dm_low))) as is_blocked,
    exists (select from blocks b where b.user_id = other.id and b.blocked_user_id = ${user_id}) as is_hidden
  from members m join conversations c on c.id = m.conversation_id
  join users other on other.id = case when c.dm_low = ${user_id} then c.dm_high else c.dm_low end
  where m.user_id = ${user_id} and c.kind = 'dm' and c.deleted_at is null`

export const findDm = async (sql: Sql, user_id: number, conversation_id: number): Promise<DmRow | undefined> => {
  const [row] = await sql<DmRow[]>`${dmsOf(sql, user_id)} and c.id = ${conversation_id}`
  return row
}

/** DMs of a user, the one with the newest message first; `after` is the last row of the page before. */
export const listDms = (
  sql: Sql,
  user_id: number,
  limit: number,
  after: { message: number; conversation: number } | undefined,
) => sql<DmRow[]>`
  ${dmsOf(sql, user_id)} and ${after === undefined ? sql`true` : sql`(coalesce(c.last_message_id, 0), c.id) < (${after.message}, ${after.conversation})`}
  order by coalesce(c.last_message_id, 0) desc, c.id desc limit ${limit}`
