import { byteArray, type Sql } from '../../platform/db/index.ts'
import { type AccountRow, columns } from './queries.ts'

/** An account, and whether the client address has signed in to it lately. */
export type AccountOfEmail = AccountRow & { familiar: boolean }

/** Who asks: the client address, or the network that counts as one; and whether accounts that it has not signed in to since count too. */
export interface Among {
  network: string | null
  since: Date
  strangers: boolean
}

/** A hash of an account of the address, whose salt is that of all, and the costs of all hashes. One row. */
export const hashing = (sql: Sql, indexes: Buffer[]) => sql<[{ hash: string | null; costs: string[] }]>`
  select (
    select h.password_hash from unnest(${byteArray(sql, indexes)}) as k (index), lateral (
      select u.password_hash from users u where u.email_index = k.index and u.password_hash ~ '^\\$argon2id\\$v=19\\$m=\\d+,t=\\d+,p=\\d+\\$[A-Za-z0-9+/]+\\$' order by u.password_hash limit 1
    ) h limit 1
  ) as hash, array(select cost from password_costs order by cost) as costs`

/** The oldest first. Sorted by what no index has, as the planner would else rather read all users in order than those of the address. */
export const accountsByEmail = (sql: Sql, indexes: Buffer[], limit: number) => sql<AccountRow[]>`
  select ${columns(sql)} from users u where u.email_index = any (${byteArray(sql, indexes)}) and u.status <> 'deleted' order by u.id + 0 limit ${limit}`

/**
 * Accounts with this password, two at most; without `strangers` only those that the client address has signed in to. Of two nobody knows whose sign-in it is:
 * whichever was taken, somebody who registers with an address of somebody else and a guess would learn whether the guess is right, or have them come into that account.
 */
export const accountsByHash = (
  sql: Sql,
  indexes: Buffer[],
  hashes: string[],
  { network, since, strangers }: Among,
) => sql<AccountOfEmail[]>`
  with found as materialized (
    select id from users where email_index = any (${byteArray(sql, indexes)}) and password_hash = any (${hashes})
  ), accounts as materialized (
    select f.id, exists (select from sessions s where s.user_id = f.id and s.ip <<= ${network}::inet and s.created_at > ${since}) as familiar from found f
  )
  select ${columns(sql)}, a.familiar from accounts a join users u on u.id = a.id
  where u.status <> 'deleted' and (a.familiar or ${strangers}) limit 2`

/** The same password, hashed anew, also when somebody else has just done so; nothing when another has been set meanwhile. */
export const rehash = (sql: Sql, id: number, old: string, hash: string) => sql`
  update users set password_hash = ${hash} where id = ${id} and password_hash in (${old}, ${hash}) returning id`

export const keepCost = (sql: Sql, cost: string) => sql`
  insert into password_costs (cost) values (${cost}) on conflict do nothing`

/** Costs that no account with an address has any more, but for the one of today. */
export const forgetCosts = (sql: Sql, today: string) => sql`
  delete from password_costs c where cost <> ${today} and not exists (
    select from users where email_index is not null and left(password_hash, length(c.cost)) = c.cost)`
