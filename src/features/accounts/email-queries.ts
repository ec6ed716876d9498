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

/** Of how many accounts of one address and key at most something is looked at, so that whoever makes ever more makes no look-up slow. */
const most_looked_at = 1_000
/** And with one password, too. */
const most_alike = 100

/**
 * Beyond `most_looked_at` nobody's in particular. Equal is said three times and the order is that of the index: where few have addresses and most of them the same, the planner
 * would else expect so many that it reads all users.
 */
const among = (sql: Sql, indexes: Buffer[]) => sql`
  from unnest(${byteArray(sql, indexes)}) as k (index), lateral (
    select u.id from users u
    where u.email_index = k.index and u.email_index >= k.index and u.email_index <= k.index and u.status <> 'deleted'
    order by u.password_hash limit ${most_looked_at}
  ) h`

/** The oldest first. Each look-up stands alone, as the planner would else rather read all users. */
export const accountsByEmail = (sql: Sql, indexes: Buffer[], limit: number) => sql<AccountRow[]>`
  select ${columns(sql)} from (select h.id ${among(sql, indexes)}) f cross join lateral (select * from users where id = f.id offset 0) u order by u.id limit ${limit}`

/** The same in one row, whoever has the address: an answer that is longer for somebody would take longer. */
export const idsByEmail = (sql: Sql, indexes: Buffer[], limit: number) => sql<[{ ids: string }]>`
  select array_to_string(array(select h.id ${among(sql, indexes)} order by h.id limit ${limit}), ' ') as ids`

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
    select id from users where email_index = any (${byteArray(sql, indexes)}) and password_hash = any (${hashes}) limit ${most_alike}
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
