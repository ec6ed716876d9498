import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { UserRow } from '../users/index.ts'

export interface Opened {
  id: number
  created_at: Date
  created: boolean
}

export const findDm = async (sql: Sql, low: number, high: number): Promise<Opened | undefined> => {
  const [row] = await sql<{ id: number; created_at: Date }[]>`
    select id, created_at from conversations where kind = 'dm' and dm_low = ${low} and dm_high = ${high}`
  return row && { ...row, created: false }
}

/** The one DM of a pair, made now if it is not there yet. */
export const openDm = async (sql: Sql, low: number, high: number, creator: number): Promise<Opened> => {
  const [made] = await sql<{ id: number; created_at: Date }[]>`
    insert into conversations (kind, dm_low, dm_high, created_by, member_count) values ('dm', ${low}, ${high}, ${creator}, ${low === high ? 1 : 2})
    on conflict (dm_low, dm_high) where kind = 'dm' do nothing returning id, created_at`
  if (made === undefined) return only([await findDm(sql, low, high)].filter((row) => row !== undefined))
  await sql`insert into members (conversation_id, user_id) select ${made.id}, unnest(${[...new Set([low, high])]}::bigint[])`
  return { ...made, created: true }
}

/** Which of two has blocked the other. */
export const blocksBetween = async (sql: Sql, one: number, other: number) => {
  const [row] = await sql<{ by_one: boolean; by_other: boolean }[]>`
    select exists (select from blocks where user_id = ${one} and blocked_user_id = ${other}) as by_one,
      exists (select from blocks where user_id = ${other} and blocked_user_id = ${one}) as by_other`
  return { by_one: row?.by_one ?? false, by_other: row?.by_other ?? false }
}

/** Whether that changed anything. */
export const setBlock = async (sql: Sql, user_id: number, blocked_user_id: number, block: boolean): Promise<boolean> =>
  block
    ? (
        await sql`insert into blocks (user_id, blocked_user_id) values (${user_id}, ${blocked_user_id}) on conflict do nothing returning 1`
      ).length > 0
    : (await sql`delete from blocks where user_id = ${user_id} and blocked_user_id = ${blocked_user_id} returning 1`)
        .length > 0

/** Whom a user has blocked, by id. */
export const blockedBy = (sql: Sql, user_id: number, after: number, limit: number) => sql<
  (Pick<UserRow, 'id' | 'username' | 'display_name' | 'role' | 'is_bot' | 'created_at'> & { blocked_at: Date })[]
>`
  select u.id, u.username, u.display_name, u.role, u.is_bot, u.created_at, b.created_at as blocked_at
  from blocks b join users u on u.id = b.blocked_user_id
  where b.user_id = ${user_id} and b.blocked_user_id > ${after} order by b.blocked_user_id limit ${limit}`
