import { byteArray, type Sql } from '../../platform/db/index.ts'
import { type AccountRow, columns } from './queries.ts'

/** An account, and whether the client address has signed in to it lately. */
export type AccountOfEmail = AccountRow & { familiar: boolean }

/** A hash of an account of the address, whose salt is that of all, and the costs of all hashes. One row. */
export const hashing = (sql: Sql, indexes: Buffer[]) => sql<[{ hash: string | null; costs: string[] }]>`
  select (
    select h.password_hash from unnest(${byteArray(sql, indexes)}) as k (index), lateral (
      select u.password_hash from users u where u.email_index = k.index and u.password_hash is not null order by u.password_hash limit 1
    ) h limit 1
  ) as hash, array(select cost from password_costs order by cost) as costs`

/** The oldest first. Sorted by what no index has, as the planner would else rather read all users in order than those of the address. */
export const accountsByEmail = (sql: Sql, indexes: Buffer[], limit: number) => sql<AccountRow[]>`
  select ${columns(sql)} from users u where u.email_index = any (${byteArray(sql, indexes)}) and u.status <> 'deleted' order by u.id + 0 limit ${limit}`

/**
 * Of several with one password: the one that the client address has signed in to, then the one that has it most lately. So whoever takes somebody's address and a
 * guess at their password is signed in to their own account, right or wrong; and the owner at home to theirs.
 */
export const accountByHash = (
  sql: Sql,
  indexes: Buffer[],
  hashes: string[],
  { ip, since, strangers }: { ip: string | null; since: Date; strangers: boolean },
) => sql<AccountOfEmail[]>`
  with found as materialized (
    select id from users where email_index = any (${byteArray(sql, indexes)}) and password_hash = any (${hashes})
  )
  select ${columns(sql)}, a.familiar from found join users u on u.id = found.id, lateral (
    select exists (select from sessions s where s.user_id = u.id and s.ip = ${ip}::inet and s.created_at > ${since}) as familiar
  ) a
  where u.status <> 'deleted' and (a.familiar or ${strangers})
  order by a.familiar desc, u.password_changed_at desc nulls last, u.id desc limit 1`

/** The same password, hashed anew; nothing when it has changed meanwhile. */
export const rehash = (sql: Sql, id: number, old: string, hash: string) => sql`
  update users set password_hash = ${hash} where id = ${id} and password_hash = ${old} returning id`

export const keepCost = (sql: Sql, cost: string) => sql`
  insert into password_costs (cost) values (${cost}) on conflict do nothing`

/** Costs that no account with an address has any more, but for the one of today. */
export const forgetCosts = (sql: Sql, today: string) => sql`
  delete from password_costs c where cost <> ${today} and not exists (
    select from users where email_index is not null and left(password_hash, length(c.cost)) = c.cost)`
