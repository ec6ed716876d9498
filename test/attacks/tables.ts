import { eventually } from '../services/eventually.ts'
import type { Sql } from '../../src/platform/db/index.ts'

type Row = Record<string, unknown>

/** Refusals are written down, the index follows by itself, and a use of a session is noted: none of it is what an attack was after. */
const aside = new Set([
  'audit_log',
  'audit_pending',
  'key_holders',
  'message_search',
  'search_cursors',
  'schema_migrations',
])
const noted = new Set(['sessions.last_used_at', 'api_keys.last_used_at', 'api_keys.last_used_ip'])

/** Every row of every table that users fill, by table, as text. */
export async function contentOf(
  sql: Sql,
  tidy: (table: string, row: Row) => Row = (_, row) => row,
): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by tablename`
  const kept = tables.map(({ name }) => name).filter((name) => !aside.has(name))
  const pairs = kept.map(async (name): Promise<[string, string[]]> => {
    const rows = await sql<{ row: Row }[]>`select to_jsonb(t) as row from ${sql(name)} t`
    const texts = rows.map(({ row }) => {
      const seen = Object.entries(tidy(name, row)).filter(([column]) => !noted.has(`${name}.${column}`))
      return JSON.stringify(Object.fromEntries(seen))
    })
    return [name, texts.toSorted()]
  })
  return Object.fromEntries(await Promise.all(pairs))
}

/** Lets the ids of each table begin somewhere else, so that no two things share one. */
export async function spreadIds(sql: Sql): Promise<void> {
  const sequences = await sql<{ name: string }[]>`
    select sequencename as name from pg_sequences where schemaname = 'public' order by sequencename`
  for (const [at, { name }] of sequences.entries()) await sql`select setval(${name}::regclass, ${(at + 1) * 1_000_000})`
}

/** Whoever writes has read as far, which is noted a moment later. */
export const readersSettled = (sql: Sql): Promise<true> =>
  eventually('the read pointers of authors', async () => {
    const behind = await sql`
      select 1 from members join messages using (conversation_id)
      where author_id = user_id and parent_id is null and last_read_number = 0`
    return behind.length === 0
  })
