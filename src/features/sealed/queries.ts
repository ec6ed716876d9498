import type { Sql } from '../../platform/db/index.ts'

/** A column of texts that the vault sealed, by the names of its table and columns. */
export interface SealedColumn {
  /** What is in it, for people. */
  name: string
  table: string
  /** A bigint that finds the row. */
  id: string
  column: string
  /** The column of its blind index, if it is looked for. */
  index: string | null
  /** What the text of a row is bound to. */
  context(id: number): string
}

interface Behind {
  id: number
  sealed: Uint8Array
}

/** The id of the key, which stands in the open before a sealed text: see the vault. */
const keyId = (sql: Sql, { column }: SealedColumn) => sql`
  case when length(${sql(column)}) > 2 then encode(substring(${sql(column)} from 3 for get_byte(${sql(column)}, 1)), 'escape') else '' end`

export const countByKey = (sql: Sql, of: SealedColumn) => sql<{ key_id: string; rows: number }[]>`
  select ${keyId(sql, of)} as key_id, count(*) as rows from ${sql(of.table)}
  where ${sql(of.column)} is not null group by 1 order by 1`

/** Rows that another key sealed, in order of their ids. */
export const behind = (sql: Sql, of: SealedColumn, key_id: string, after: number, limit: number) => sql<Behind[]>`
  select ${sql(of.id)} as id, ${sql(of.column)} as sealed from ${sql(of.table)}
  where ${sql(of.column)} is not null and ${sql(of.id)} > ${after} and ${keyId(sql, of)} <> ${key_id}
  order by ${sql(of.id)} limit ${limit}`

export interface Resealed {
  id: number
  old: Uint8Array
  sealed: Buffer
  index: Buffer | null
}

const hex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'))

/** One statement, so that a text and its index change together. Rows that somebody changed meanwhile stay as they are now. */
export const reseal = (sql: Sql, of: SealedColumn, rows: readonly Resealed[]) => sql<{ id: number }[]>`
  update ${sql(of.table)} t set ${sql(of.column)} = decode(n.sealed, 'hex')
    ${of.index === null ? sql`` : sql`, ${sql(of.index)} = decode(n.index, 'hex')`}
  from unnest(${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ old }) => hex(old))}::text[],
    ${rows.map(({ sealed }) => hex(sealed))}::text[], ${rows.map(({ index }) => hex(index))}::text[]) as n (id, old, sealed, index)
  where t.${sql(of.id)} = n.id and t.${sql(of.column)} = decode(n.old, 'hex')
  returning t.${sql(of.id)} as id`

/** A server says which keys it knows; those that have not done so for an hour are forgotten. */
export const announce = (sql: Sql, server: string, key_ids: readonly string[]) => sql`
  with gone as (delete from key_holders where seen_at < now() - interval '1 hour' and server <> ${server})
  insert into key_holders (server, key_ids) values (${server}, ${[...key_ids]})
  on conflict (server) do update set key_ids = excluded.key_ids, seen_at = now()`

export const withdraw = (sql: Sql, server: string) => sql`delete from key_holders where server = ${server}`

/** Servers heard of within so many seconds that do not know a key. */
export const holdersWithout = (sql: Sql, key_id: string, within_s: number) => sql<{ server: string }[]>`
  select server from key_holders
  where seen_at > now() - make_interval(secs => ${within_s}) and not ${key_id} = any (key_ids)`
