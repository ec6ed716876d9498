import type { Sql } from './sql.ts'

export interface AppliedMigration {
  version: number
  name: string
  checksum: string | null
  applied_at: Date
}

export async function appliedMigrations(sql: Sql): Promise<AppliedMigration[]> {
  // Not to_regclass: within a transaction it may still believe what the session saw before it waited for the lock.
  const [table] = await sql<{ there: boolean }[]>`
    select exists (select from pg_class where relname = 'schema_migrations' and pg_table_is_visible(oid)) as there`
  if (!table?.there) return []
  return sql<AppliedMigration[]>`select version, name, checksum, applied_at from schema_migrations order by version`
}

/** Held until the transaction ends, however long the others take. */
export async function lockMigrations(sql: Sql): Promise<void> {
  await sql`set local statement_timeout = 0`
  await sql`set local lock_timeout = 0`
  await sql`select pg_advisory_xact_lock(hashtextextended('veza-chat.migrations', 0))`
}

export const runMigration = (sql: Sql, text: string) => sql.unsafe(text).simple()

export const recordMigration = (sql: Sql, version: number, name: string, checksum: string) => sql`
  insert into schema_migrations (version, name, checksum) values (${version}, ${name}, ${checksum})
  on conflict (version) do update set checksum = excluded.checksum`

export async function durability(sql: Sql): Promise<{ fsync: boolean; synchronous_commit: boolean; version: number }> {
  const [row] = await sql<{ fsync: boolean; synchronous_commit: boolean; version: number }[]>`
    select current_setting('fsync') = 'on' as fsync, current_setting('synchronous_commit') <> 'off' as synchronous_commit,
      current_setting('server_version_num')::integer / 10000 as version`
  return row ?? { fsync: true, synchronous_commit: true, version: 0 }
}

export const createDatabase = (sql: Sql, name: string, template?: string) =>
  template === undefined
    ? sql`create database ${sql(name)}`
    : sql`create database ${sql(name)} template ${sql(template)}`

export const dropDatabase = (sql: Sql, name: string) => sql`drop database if exists ${sql(name)} with (force)`

/** A `bytea[]` in another query. As text, because the driver takes an array of bytes for the bytes themselves. */
export const byteArray = (sql: Sql, all: readonly Buffer[]) => sql`
  array(select decode(each, 'hex') from unnest(${all.map((bytes) => bytes.toString('hex'))}::text[]) each)`

/** Whether the database answers at all. */
export const ping = (sql: Sql) => sql`select`
