import { only } from '../../kernel/only.ts'
import type { RoomRole } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference } from '../../transport/ws/index.ts'
import type { RoomDraft, RoomFilter } from './schema.ts'

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
}

const columns = (sql: Sql) => sql`
  c.id, c.uuid, c.kind, c.slug, c.name, c.description, c.topic, c.is_public, c.created_by, c.max_members, c.slow_mode_seconds, c.message_retention_days,
  c.dm_low, c.dm_high, c.last_seq, c.message_count, c.member_count, c.last_message_id, c.archived_at, c.created_at, c.updated_at, m.role, m.last_read_number`

/** A conversation as one user sees it, member or not. */
export const find = async (sql: Sql, user_id: number, ref: number | string): Promise<ConversationRow | undefined> => {
  const [row] = await sql<ConversationRow[]>`
    select ${columns(sql)} from conversations c
    left join members m on m.conversation_id = c.id and m.user_id = ${user_id}
    where c.deleted_at is null and ${typeof ref === 'number' ? sql`c.id = ${ref}` : sql`c.slug = ${ref}`}`
  return row
}

/** Those of the references where the user is a member, by position. */
export const findJoined = (sql: Sql, user_id: number, references: readonly Reference[]) => sql<
  (ConversationRow & { position: number })[]
>`
  select wanted.position::integer, ${columns(sql)}
  from unnest(
    ${references.map((each) => (typeof each.room_id === 'number' ? each.room_id : (each.conversation_id ?? null)))}::bigint[],
    ${references.map((each) => (typeof each.room_id === 'string' ? each.room_id : null))}::text[],
    ${references.map((each) => (each.room_id === undefined ? 'dm' : 'room'))}::text[]
  ) with ordinality as wanted (id, slug, target, position)
  join conversations c on c.deleted_at is null and (c.id = wanted.id or c.slug = wanted.slug) and (c.kind = 'dm') = (wanted.target = 'dm')
  join members m on m.conversation_id = c.id and m.user_id = ${user_id}`

/** Every room the user is a member of. */
export const joinedRooms = (sql: Sql, user_id: number) => sql<ConversationRow[]>`
  select ${columns(sql)} from members m join conversations c on c.id = m.conversation_id
  where m.user_id = ${user_id} and c.kind <> 'dm' and c.deleted_at is null order by c.id`

export const countRooms = async (sql: Sql, user_id: number): Promise<number> => {
  const rows = await sql<{ count: number }[]>`
    select count(*)::integer as count from members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${user_id} and c.kind <> 'dm' and c.deleted_at is null`
  return only(rows).count
}

export interface MembershipRow {
  id: number
  kind: string
  name: string | null
  last_seq: number
  message_count: number
  last_read_number: number
  mention_count: number
}

/** Where the user stands in each of their conversations. */
export const memberships = (sql: Sql, user_id: number) => sql<MembershipRow[]>`
  select c.id, c.kind, coalesce(c.name, other.username) as name, c.last_seq, c.message_count, m.last_read_number, mentioned.count::integer as mention_count
  from members m join conversations c on c.id = m.conversation_id
  left join users other on c.kind = 'dm' and other.id = case when c.dm_low = ${user_id} then c.dm_high else c.dm_low end
  cross join lateral (select count(*) from mentions n where n.user_id = ${user_id} and n.conversation_id = c.id and n.number > m.last_read_number) mentioned
  where m.user_id = ${user_id} and c.deleted_at is null order by c.id`

/** Locks the conversation's row until the transaction ends, and tells how full it is. */
export const lock = async (sql: Sql, conversation_id: number) => {
  const [row] = await sql<{ member_count: number; max_members: number | null; archived_at: Date | null }[]>`
    select member_count, max_members, archived_at from conversations where id = ${conversation_id} and deleted_at is null for no key update`
  return row
}

/** Whether a row was added. The caller holds the lock. */
export const addMember = async (
  sql: Sql,
  conversation_id: number,
  user_id: number,
  role: RoomRole,
): Promise<boolean> => {
  const added = await sql`
    with added as (
      insert into members (conversation_id, user_id, role, last_read_number)
      select c.id, ${user_id}, ${role}, c.message_count from conversations c where c.id = ${conversation_id}
      on conflict do nothing returning 1
    )
    update conversations set member_count = member_count + 1 where id = ${conversation_id} and exists (select from added) returning 1`
  return added.length > 0
}

/** Whether a row was removed. The caller holds the lock. */
export const removeMember = async (sql: Sql, conversation_id: number, user_id: number): Promise<boolean> => {
  const removed = await sql`
    with removed as (delete from members where conversation_id = ${conversation_id} and user_id = ${user_id} returning 1)
    update conversations set member_count = member_count - 1 where id = ${conversation_id} and exists (select from removed) returning 1`
  return removed.length > 0
}

export const otherOwners = async (sql: Sql, conversation_id: number, user_id: number): Promise<number> => {
  const rows = await sql<{ count: number }[]>`
    select count(*)::integer as count from members where conversation_id = ${conversation_id} and role = 'owner' and user_id <> ${user_id}`
  return only(rows).count
}

export const isSlugTaken = async (sql: Sql, slug: string): Promise<boolean> =>
  (await sql`select from conversations where slug = ${slug} and deleted_at is null`).length > 0

export const insertRoom = async (sql: Sql, owner: number, draft: RoomDraft & { slug: string }): Promise<number> => {
  const rows = await sql<{ id: number }[]>`
    insert into conversations (kind, slug, name, description, topic, is_public, created_by, max_members, slow_mode_seconds, message_retention_days)
    values (${draft.kind ?? 'room'}, ${draft.slug}, ${draft.name}, ${draft.description ?? null}, ${draft.topic ?? null}, ${draft.is_public}, ${owner},
      ${draft.max_members ?? null}, ${draft.slow_mode_seconds ?? 0}, ${draft.message_retention_days ?? null})
    returning id`
  return only(rows).id
}

/** Rooms that the user may see: public ones and their own. Each filter narrows; `public` and `private` together are either. */
export const listRooms = (
  sql: Sql,
  user_id: number,
  { filters, search, limit, offset }: { filters: Set<RoomFilter>; search: string; limit: number; offset: number },
) => {
  const visibility =
    filters.has('public') === filters.has('private') ? sql`true` : sql`c.is_public = ${filters.has('public')}`
  return sql<(ConversationRow & { total: number })[]>`
    select ${columns(sql)}, count(*) over ()::integer as total
    from conversations c left join members m on m.conversation_id = c.id and m.user_id = ${user_id}
    where c.kind <> 'dm' and c.deleted_at is null and (c.is_public or m.role is not null) and ${visibility}
      and ${filters.has('joined') ? sql`m.role is not null` : sql`true`}
      and ${filters.has('owned') ? sql`m.role = 'owner'` : sql`true`}
      and ${search === '' ? sql`true` : sql`(c.name ilike ${pattern(search)} or c.slug ilike ${pattern(search)} or c.topic ilike ${pattern(search)})`}
    order by c.id limit ${limit} offset ${offset}`
}

const pattern = (search: string) => `%${search.replaceAll(/[\\%_]/g, (wild) => `\\${wild}`)}%`

/** The one DM of a pair, made now if it is not there yet. */
export const openDm = async (
  sql: Sql,
  low: number,
  high: number,
  creator: number,
): Promise<{ id: number; created_at: Date; created: boolean }> => {
  const [made] = await sql<{ id: number; created_at: Date }[]>`
    insert into conversations (kind, dm_low, dm_high, created_by, member_count) values ('dm', ${low}, ${high}, ${creator}, ${low === high ? 1 : 2})
    on conflict (dm_low, dm_high) where kind = 'dm' do nothing returning id, created_at`
  if (made !== undefined) {
    await sql`insert into members (conversation_id, user_id) select ${made.id}, unnest(${[...new Set([low, high])]}::bigint[])`
    return { ...made, created: true }
  }
  const found = await sql<{ id: number; created_at: Date }[]>`
    select id, created_at from conversations where kind = 'dm' and dm_low = ${low} and dm_high = ${high}`
  return { ...only(found), created: false }
}

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

/** Whether one of the two has blocked the other. */
export const areBlocked = async (sql: Sql, a: number, b: number): Promise<boolean> => {
  const rows = await sql`select from blocks where (user_id, blocked_user_id) in ((${a}, ${b}), (${b}, ${a})) limit 1`
  return rows.length > 0
}

export interface DmRow {
  conversation_id: number
  last_message_id: number | null
  unread_count: number
  other_id: number
  other_username: string
  other_last_seen_at: Date | null
  is_blocked: boolean
}

/** DMs of a user, the one with the newest message first; `after` is the last row of the page before. */
export const listDms = (
  sql: Sql,
  user_id: number,
  limit: number,
  after: { message: number; conversation: number } | undefined,
) => sql<DmRow[]>`
  select c.id as conversation_id, c.last_message_id, (c.message_count - m.last_read_number)::integer as unread_count,
    other.id as other_id, other.username as other_username, other.last_seen_at as other_last_seen_at,
    exists (select from blocks b where (b.user_id, b.blocked_user_id) in ((c.dm_low, c.dm_high), (c.dm_high, c.dm_low))) as is_blocked
  from members m join conversations c on c.id = m.conversation_id
  join users other on other.id = case when c.dm_low = ${user_id} then c.dm_high else c.dm_low end
  where m.user_id = ${user_id} and c.kind = 'dm' and c.deleted_at is null
    and ${after === undefined ? sql`true` : sql`(coalesce(c.last_message_id, 0), c.id) < (${after.message}, ${after.conversation})`}
  order by coalesce(c.last_message_id, 0) desc, c.id desc limit ${limit}`
