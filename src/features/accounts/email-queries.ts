import { byteArray, type Sql } from '../../platform/db/index.ts'
import type { Among } from './emails.ts'
import { type AccountRow, columns } from './queries.ts'

/** Accounts of one address that are looked at, the oldest first. */
const most_accounts = 1_000
/** Ways in which the passwords of one address are hashed: one, and another for each change of `security.argon2_*` or of the keys. */
const most_beginnings = 4

const having = (sql: Sql, indexes: Buffer[]) =>
  sql`u.email_index = any (${byteArray(sql, indexes)}) and u.status <> 'deleted'`

export const oldestHash = (sql: Sql, indexes: Buffer[]) => sql<{ password_hash: string }[]>`
  select u.password_hash from users u where ${having(sql, indexes)} and u.password_hash is not null order by u.id limit 1`

export const accountsByEmail = (sql: Sql, indexes: Buffer[], limit: number) => sql<AccountRow[]>`
  select ${columns(sql)} from users u where ${having(sql, indexes)} order by u.id limit ${limit}`

/** Whether the client address has signed in to an account of this address since, and with what the hashes of its passwords begin. */
export const known = (sql: Sql, indexes: Buffer[], ip: string | null, since: Date) => sql<
  { familiar: boolean; beginnings: string[] }[]
>`
  with accounts as materialized (select u.id, u.password_hash from users u where ${having(sql, indexes)} order by u.id limit ${most_accounts})
  select exists (select from accounts a join sessions s on s.user_id = a.id where s.ip = ${ip}::inet and s.created_at > ${since}) as familiar,
    array(
      select substring(password_hash from '^.*\\$') from accounts where password_hash is not null group by 1 order by min(id) limit ${most_beginnings}
    ) as beginnings`

/**
 * Of several with one password: the one that the client address has signed in to, then the newest. So whoever registers with somebody's address and a password
 * that they guess is signed in to their own account, right or wrong; and the owner at home to theirs.
 */
export const accountByHash = (sql: Sql, indexes: Buffer[], hashes: string[], among: Among) => sql<AccountRow[]>`
  select ${columns(sql)} from users u, lateral (
    select exists (select from sessions s where s.user_id = u.id and s.ip = ${among.ip}::inet and s.created_at > ${among.since}) as familiar
  ) a
  where ${having(sql, indexes)} and u.password_hash = any (${hashes}) and (${among.strangers} or ${among.familiars} and a.familiar)
  order by a.familiar desc, u.id desc limit 1`
