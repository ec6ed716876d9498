import type { Sql } from '../../platform/db/index.ts'
import type { Chosen, StatusUpdated } from './schema.ts'

/** Newest conversations of one user that are looked at to find who is told: somebody in very many must not hold up the others. */
const max_conversations = 2000

export interface PersonRow {
  id: number
  username: string
  presence: Chosen
  presence_message: string | null
  last_seen_at: Date | null
}

/** `null` as the message clears it, and `undefined` leaves it. Going invisible is the end of a visit: from then on nothing moves that others can see. */
export const saveStatuses = (
  sql: Sql,
  wanted: readonly { user_id: number; status: Chosen; message: string | null | undefined }[],
) => sql<(StatusUpdated & { id: number })[]>`
  with locked as (
    select u.id from users u where u.id = any (${wanted.map((each) => each.user_id)}::bigint[]) order by u.id for no key update
  )
  update users u set presence = w.status,
    presence_message = case when w.keeps = 'yes' then u.presence_message else w.message end,
    last_seen_at = case when w.status = 'invisible' and u.presence <> 'invisible' then greatest(u.last_seen_at, now()) else u.last_seen_at end
  from locked join unnest(
    ${wanted.map((each) => each.user_id)}::bigint[],
    ${wanted.map((each) => each.status)}::text[],
    ${wanted.map((each) => each.message ?? null)}::text[],
    ${wanted.map((each) => (each.message === undefined ? 'yes' : 'no'))}::text[]
  ) as w (id, status, message, keeps) on w.id = locked.id
  where u.id = locked.id
  returning u.id, u.presence as status, u.presence_message as message`

/** When visits ended, in milliseconds since the epoch. Of those who are invisible it stays as it was. */
export const saveLastSeen = (sql: Sql, seen: readonly { user_id: number; at: number }[]) => sql`
  with locked as (
    select u.id from users u where u.id = any (${seen.map((each) => each.user_id)}::bigint[]) order by u.id for no key update
  )
  update users u set last_seen_at = greatest(u.last_seen_at, to_timestamp(s.at / 1000.0))
  from locked join unnest(${seen.map((each) => each.user_id)}::bigint[], ${seen.map((each) => each.at)}::bigint[]) as s (id, at) on s.id = locked.id
  where u.id = locked.id and u.presence <> 'invisible'`

export interface AudienceRow extends PersonRow {
  /** The other people of their DMs. */
  peers: number[]
  /** Their rooms with few enough members. */
  rooms: number[]
  /** Which of the rooms in question are public. */
  public_rooms: number[]
  blocked: number[]
}

/**
 * How each of these users is, and who is told. `max_members` 0 means no limit; `rooms` are those that somebody joined last. The limits keep it to look-ups by index,
 * also while nothing is known of how large the tables are.
 */
export const audiences = (sql: Sql, ids: readonly number[], max_members: number, rooms: readonly number[]) => sql<
  AudienceRow[]
>`
  select u.id, u.username, u.presence, u.presence_message, u.last_seen_at, told.peers, told.rooms, told.public_rooms,
    array(select b.blocked_user_id from blocks b where b.user_id = u.id limit ${max_conversations}) as blocked
  from users u
  cross join lateral (
    select coalesce(array_agg(other.id) filter (where c.kind = 'dm'), '{}') as peers,
      coalesce(array_agg(c.id) filter (where c.kind <> 'dm' and (${max_members}::integer = 0 or c.member_count <= ${max_members})), '{}') as rooms,
      coalesce(array_agg(c.id) filter (where c.is_public and c.id = any (${rooms}::bigint[])), '{}') as public_rooms
    from (select m.conversation_id from members m where m.user_id = u.id order by m.conversation_id desc limit ${max_conversations}) m
    cross join lateral (select * from conversations where id = m.conversation_id limit 1) c
    cross join lateral (select case when c.dm_low = u.id then c.dm_high else c.dm_low end as id) other
    where c.deleted_at is null and (c.kind <> 'dm' or (other.id <> u.id and not exists (
      select from blocks b where b.user_id in (u.id, other.id) and b.blocked_user_id in (u.id, other.id) offset 0)))
  ) told
  where u.id = any (${ids}::bigint[]) and u.status <> 'deleted'`

/** How these users are, and whether they have blocked the one who asks. */
export const people = (sql: Sql, ids: readonly number[], asker: number) => sql<
  (PersonRow & { blocks_asker: boolean })[]
>`
  select u.id, u.username, u.presence, u.presence_message, u.last_seen_at,
    exists (select from blocks b where b.user_id = u.id and b.blocked_user_id = ${asker}) as blocks_asker
  from users u where u.id = any (${ids}::bigint[]) and u.status <> 'deleted'`

export const publicRooms = async (sql: Sql, ids: readonly number[]): Promise<Set<number>> => {
  const rows = await sql<{ id: number }[]>`
    select c.id from conversations c where c.id = any (${ids}::bigint[]) and c.is_public and c.deleted_at is null`
  return new Set(rows.map(({ id }) => id))
}

export interface StandingRow {
  id: number
  is_dm: boolean
  /** The other one of a DM; null in a room, and in notes to oneself. */
  other_id: number | null
  is_archived: boolean
  is_muted: boolean
  /** Null for a mute without an end. */
  mute_seconds: number | null
  is_blocked: boolean
}

/** What may keep a member from writing in a conversation; nothing for who is no member. */
export const standing = async (
  sql: Sql,
  user_id: number,
  conversation_id: number,
): Promise<StandingRow | undefined> => {
  const [row] = await sql<StandingRow[]>`
    select c.id, c.kind = 'dm' as is_dm, nullif(case when c.dm_low = ${user_id} then c.dm_high else c.dm_low end, ${user_id}) as other_id,
      c.archived_at is not null as is_archived, coalesce(m.muted_until > now(), false) as is_muted,
      case when m.muted_until > now() and m.muted_until < 'infinity'
        then least(ceil(extract(epoch from m.muted_until - now())), 2147483647)::integer end as mute_seconds,
      c.kind = 'dm' and exists (
        select from blocks b where b.user_id in (c.dm_low, c.dm_high) and b.blocked_user_id in (c.dm_low, c.dm_high)) as is_blocked
    from conversations c join members m on m.conversation_id = c.id and m.user_id = ${user_id}
    where c.id = ${conversation_id} and c.deleted_at is null`
  return row
}
