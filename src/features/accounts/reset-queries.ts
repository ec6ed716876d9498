import type { Sql } from '../../platform/db/index.ts'

/** In place of the user's token before. */
export const insertReset = (sql: Sql, user_id: number, token_hash: Buffer, now: Date, expires_at: Date) => sql`
  insert into password_resets (user_id, token_hash, created_at, expires_at) values (${user_id}, ${token_hash}, ${now}, ${expires_at})
  on conflict (user_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at, expires_at = excluded.expires_at`

export const resetByHash = (sql: Sql, token_hash: Buffer, now: Date) => sql<{ user_id: number }[]>`
  select user_id from password_resets where token_hash = ${token_hash} and expires_at > ${now}`

/** Of two at once, one gets no row. */
export const takeReset = (sql: Sql, token_hash: Buffer, now: Date) => sql<{ user_id: number }[]>`
  delete from password_resets where token_hash = ${token_hash} and expires_at > ${now} returning user_id`

/** A token from before must not undo a password that was set since. */
export const dropReset = (sql: Sql, user_id: number) => sql`delete from password_resets where user_id = ${user_id}`
