import type { Sql } from '../../platform/db/index.ts'

/** Conversations whose log has gone on since the index followed it; of all, or of these. Some at most. */
export const behind = async (sql: Sql, ids: readonly number[] | null, limit: number): Promise<number[]> => {
  const rows = await sql<{ id: number }[]>`
    select c.id from conversations c left join search_cursors i on i.conversation_id = c.id
    where c.last_seq > coalesce(i.indexed_seq, 0) ${ids === null ? sql`` : sql`and c.id = any (${ids}::bigint[])`}
    limit ${limit}`
  return rows.map((row) => row.id)
}

export interface CursorRow {
  conversation_id: number
  indexed_seq: number
}

/** Takes the cursors of conversations until the transaction ends: those that nobody else has, or all of them, waiting for others. */
export const takeCursors = async (sql: Sql, ids: readonly number[], wait: boolean): Promise<CursorRow[]> => {
  await sql`
    insert into search_cursors (conversation_id) select id from unnest(${ids}::bigint[]) id
    where not exists (select from search_cursors i where i.conversation_id = id) order by id
    on conflict do nothing`
  return sql<CursorRow[]>`
    select conversation_id, indexed_seq from search_cursors where conversation_id = any (${ids}::bigint[])
    order by conversation_id for no key update ${wait ? sql`` : sql`skip locked`}`
}

export interface HeadRow {
  id: number
  last_seq: number
  forgotten_seq: number
}

export const heads = (sql: Sql, ids: readonly number[]) => sql<HeadRow[]>`
  select id, last_seq, forgotten_seq from conversations where id = any (${ids}::bigint[])`

/** Of a longer message, no more is indexed: a batch must fit into memory, whatever `max_message_length` is. */
const most_characters = 20_000

export interface ChangedRow {
  conversation_id: number
  id: number
  author_id: number
  at_seq: number
  created_at: Date
  /** Null when it is not to be found: deleted, expired, encrypted. */
  content: string | null
}

const cursorTable = (sql: Sql, cursors: readonly CursorRow[]) => sql`
  unnest(${cursors.map((each) => each.conversation_id)}::bigint[], ${cursors.map((each) => each.indexed_seq)}::bigint[]) as cursor (conversation_id, seq)`

/** What changed after each cursor, by seq, `limit` of each. */
export const changed = (sql: Sql, cursors: readonly CursorRow[], limit: number) => sql<ChangedRow[]>`
  select m.* from ${cursorTable(sql, cursors)}
  cross join lateral (
    select m.conversation_id, m.id, m.author_id, m.change_seq as at_seq, m.created_at,
      case when m.deleted_at is null and m.content_type <> 'encrypted' then left(m.content, ${most_characters}) end as content
    from messages m where m.conversation_id = cursor.conversation_id and m.change_seq > cursor.seq
    order by m.change_seq limit ${limit}
  ) m`

/** What expired after each cursor, by seq, `limit` of each. */
export const expired = (sql: Sql, cursors: readonly CursorRow[], limit: number) => sql<
  { conversation_id: number; id: number; at_seq: number }[]
>`
  select e.* from ${cursorTable(sql, cursors)}
  cross join lateral (
    select e.conversation_id, e.message_id as id, e.seq as at_seq from changes e
    where e.conversation_id = cursor.conversation_id and e.seq > cursor.seq and e.kind = 'expired' order by e.seq limit ${limit}
  ) e`

export interface DocumentRow {
  conversation_id: number
  id: number
  author_id: number
  created_at: Date
  /** As PostgreSQL writes a tsvector. */
  document: string
}

/** Puts documents into the index. A row whose document says the same stays as it is. */
export const put = (sql: Sql, rows: readonly DocumentRow[]) => sql`
  insert into message_search as s (conversation_id, message_id, author_id, created_at, document)
  select d.conversation_id, d.message_id, d.author_id, d.created_at, d.document::tsvector
  from unnest(
    ${rows.map((row) => row.conversation_id)}::bigint[], ${rows.map((row) => row.id)}::bigint[], ${rows.map((row) => row.author_id)}::bigint[],
    ${rows.map((row) => row.created_at.toISOString())}::timestamptz[], ${rows.map((row) => row.document)}::text[]
  ) as d (conversation_id, message_id, author_id, created_at, document)
  order by d.conversation_id, d.message_id
  on conflict (conversation_id, message_id) do update set document = excluded.document where s.document <> excluded.document`

export const remove = (sql: Sql, rows: readonly { conversation_id: number; id: number }[]) => sql`
  delete from message_search s using unnest(${rows.map((row) => row.conversation_id)}::bigint[], ${rows.map((row) => row.id)}::bigint[]) as d (conversation_id, message_id)
  where s.conversation_id = d.conversation_id and s.message_id = d.message_id`

/** Removes what has no message any more: after expiries that the log has forgotten. */
export const removeLost = (sql: Sql, conversation_id: number) => sql`
  delete from message_search s where s.conversation_id = ${conversation_id}
    and not exists (select from messages m where m.id = s.message_id)`

export const moveCursors = (sql: Sql, cursors: readonly CursorRow[]) => sql`
  update search_cursors i set indexed_seq = t.seq
  from unnest(${cursors.map((each) => each.conversation_id)}::bigint[], ${cursors.map((each) => each.indexed_seq)}::bigint[]) as t (conversation_id, seq)
  where i.conversation_id = t.conversation_id`
