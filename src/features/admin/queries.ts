import { only } from '../../kernel/only.ts'
import type { Role } from '../../kernel/permissions.ts'
import { byteArray, type Sql } from '../../platform/db/index.ts'
import { beginsWith, type UserRow } from '../users/index.ts'

export interface AdminUserRow extends UserRow {
  banned_until: Date | null
  ban_reason: string | null
  has_password: boolean
  last_seen_at: Date | null
}

const columns = (sql: Sql) => sql`
  u.id, u.username, u.display_name, u.role, u.status, u.is_bot, u.locale, u.email_encrypted, u.email_verified_at, u.created_at,
  u.banned_until, u.ban_reason, u.password_hash is not null as has_password, u.last_seen_at`

/** By what users are looked for. */
export type Sought = { email_indexes: Buffer[] } | { prefix: string; id: number | null }

/** Users who are not deleted, by id. */
export const listUsers = (
  sql: Sql,
  wanted: {
    sought: Sought | undefined
    role: Role | undefined
    status: string | undefined
    after: number
    limit: number
  },
) => {
  const { sought, role, status } = wanted
  const found =
    sought === undefined
      ? sql`true`
      : 'prefix' in sought
        ? sql`(${beginsWith(sql, 'username', sought.prefix)} or ${beginsWith(sql, 'display_name', sought.prefix)} or u.id = ${sought.id}::bigint)`
        : sql`u.id = any (${ofEmail(sql, sought.email_indexes)})`
  return sql<AdminUserRow[]>`
    select ${columns(sql)} from users u
    where u.status <> 'deleted' and u.id > ${wanted.after} and ${found}
      and ${role === undefined ? sql`true` : sql`u.role = ${role}`} and ${status === undefined ? sql`true` : sql`u.status = ${status}`}
    order by u.id limit ${wanted.limit}`
}

/** Equal is said three times: where few have addresses and most of them the same, the planner would else rather read all users. */
const ofEmail = (sql: Sql, indexes: Buffer[]) => sql`array(
  select h.id from unnest(${byteArray(sql, indexes)}) as k (index),
    lateral (select id from users where email_index = k.index and email_index >= k.index and email_index <= k.index offset 0) h)`

export const userById = async (sql: Sql, id: number): Promise<AdminUserRow | undefined> => {
  const [row] = await sql<
    AdminUserRow[]
  >`select ${columns(sql)} from users u where u.id = ${id} and u.status <> 'deleted'`
  return row
}

/** These two, if they are there, locked in id order until the transaction ends. */
export const lockUsers = (sql: Sql, ids: readonly number[]) => sql<AdminUserRow[]>`
  select ${columns(sql)} from users u where u.id = any (${ids}::bigint[]) and u.status <> 'deleted' order by u.id for no key update`

export interface UserPatch {
  role?: Role
  status?: 'active' | 'banned'
  banned_until?: Date | null
  ban_reason?: string | null
}

/** At least one field. */
export const changeUser = async (sql: Sql, id: number, patch: UserPatch): Promise<void> => {
  await sql`update users set ${sql(patch as Record<string, string | Date | null>)}, updated_at = clock_timestamp() where id = ${id}`
}

export const countsOf = async (sql: Sql, id: number) =>
  only(
    await sql<{ active_sessions: number; room_count: number }[]>`
      select (select count(*) from sessions where user_id = ${id} and revoked_at is null and expires_at > now()) as active_sessions,
        (select count(*) from members m join conversations c on c.id = m.conversation_id
          where m.user_id = ${id} and c.kind <> 'dm' and c.deleted_at is null) as room_count`,
  )

export interface StatsRow {
  active: number
  banned: number
  deleted: number
  bots: number
  new_24h: number
  by_role: Record<string, number>
  sessions: number
  rooms: number
  public_rooms: number
  archived_rooms: number
  dms: number
  messages: number
  messages_24h: number
  database_bytes: number
}

/** Users, sessions and conversations are counted one by one; messages are not looked at, but for the way to the first of the last day. */
export const stats = async (sql: Sql): Promise<StatsRow> =>
  only(
    await sql<StatsRow[]>`
      select people.*, places.*,
        (select jsonb_object_agg(r.role, r.count) from (select role, count(*) as count from users where status = 'active' group by role) r) as by_role,
        (select count(*) from sessions where revoked_at is null and expires_at > now()) as sessions,
        greatest(0, (select coalesce(max(id), 0) + 1 from messages) - first_message_since(now() - interval '24 hours')) as messages_24h,
        pg_database_size(current_database()) as database_bytes
      from (
        select count(*) filter (where status = 'active') as active, count(*) filter (where status = 'banned') as banned,
          count(*) filter (where status = 'deleted') as deleted, count(*) filter (where status = 'active' and is_bot) as bots,
          count(*) filter (where created_at > now() - interval '24 hours') as new_24h
        from users
      ) people, (
        select count(*) filter (where kind <> 'dm') as rooms, count(*) filter (where kind <> 'dm' and is_public) as public_rooms,
          count(*) filter (where kind <> 'dm' and archived_at is not null) as archived_rooms, count(*) filter (where kind = 'dm') as dms,
          coalesce(sum(message_count), 0)::bigint as messages
        from conversations where deleted_at is null
      ) places`,
  )
