import type { Sql } from '../../platform/db/index.ts'

/** Messages whose time is over, the first over first; with their conversations. */
export const due = (sql: Sql, limit: number) => sql<{ id: number; conversation_id: number }[]>`
  select id, conversation_id from messages where expires_at <= now() order by expires_at, id limit ${limit}`

/** Milliseconds until the next message expires, by the clock that decides it; null when none does. */
export const untilNextExpiry = async (sql: Sql): Promise<number | null> => {
  const [row] = await sql<{ ms: number | null }[]>`
    select (extract(epoch from min(expires_at) - clock_timestamp()) * 1000)::double precision as ms from messages where expires_at is not null`
  return row?.ms ?? null
}

/** Locks conversations in the order in which everybody locks them. */
export const lockAll = async (sql: Sql, conversation_ids: readonly number[]): Promise<void> => {
  await sql`select from conversations where id = any (${conversation_ids}::bigint[]) order by id for no key update`
}

export interface GoneRow {
  conversation_id: number
  room_name: string | null
  dm_low: number | null
  dm_high: number | null
  id: number
  number: number
  at_seq: number
  at: Date
  parent_id: number | null
  parent_thread_count: number | null
}

/**
 * Removes those of the messages that are over, with all that hangs on them, each at the next seq of its conversation. The caller holds the locks. A
 * message that also loses a reply here waits for the next round: one statement cannot change a row and remove it. Whoever wrote a reply still takes part in
 * its thread, and has read it as far; an account that is being deleted is waited for, as it takes its places with it.
 */
export const expire = (sql: Sql, ids: readonly number[]) => sql<GoneRow[]>`
  with gone as (
    delete from messages m
    where m.id = any (${ids}::bigint[]) and m.expires_at <= now()
      and not exists (select from messages reply where reply.conversation_id = m.conversation_id and reply.parent_id = m.id and reply.id = any (${ids}::bigint[]))
    returning m.*
  ),
  placed as (
    select gone.*, c.name as room_name, c.dm_low, c.dm_high, c.last_message_id,
      c.last_seq + row_number() over (partition by c.id order by gone.expires_at, gone.id) as at_seq,
      case when parent.id is not null
        then parent.thread_count - (row_number() over (partition by gone.parent_id order by gone.expires_at, gone.id))::integer end as parent_thread_count
    from gone join conversations c on c.id = gone.conversation_id
    left join messages parent on parent.id = gone.parent_id
  ),
  heads as (
    update conversations c set last_seq = t.seq, expired_seq = t.seq,
      last_message_id = case when c.last_message_id = any (t.ids)
        then (select m.id from messages m where m.conversation_id = c.id and m.id <> all (t.ids) order by m.number desc limit 1) else c.last_message_id end
    from (select conversation_id, max(at_seq) as seq, array_agg(id) as ids from placed group by conversation_id) t
    where c.id = t.conversation_id
  ),
  noted as (
    insert into changes (conversation_id, seq, kind, message_id, detail)
    select conversation_id, at_seq, 'expired', id, jsonb_build_object('uuid', uuid, 'author_id', author_id, 'seq', seq, 'number', number, 'parent_id', parent_id,
      'parent_thread_count', parent_thread_count, 'created_at', created_at)
    from placed
  ),
  parents as (
    update messages p set thread_count = t.thread_count, change_seq = t.seq
    from (select parent_id, min(parent_thread_count) as thread_count, max(at_seq) as seq from placed where parent_thread_count is not null group by parent_id) t
    where p.id = t.parent_id
  ),
  reactions_gone as (delete from reactions where message_id in (select id from placed)),
  edits_gone as (delete from message_edits where message_id in (select id from placed)),
  mentions_gone as (
    delete from mentions n using placed where n.user_id = any (placed.mentions) and n.conversation_id = placed.conversation_id and n.number = placed.number
  ),
  threads_gone as (delete from thread_reads where message_id in (select id from placed)),
  threads_kept as (
    insert into thread_reads as t (user_id, message_id, conversation_id, last_read_number)
    select u.id, own.parent_id, own.conversation_id, own.number
    from (
      select author_id, parent_id, conversation_id, max(number) as number from placed
      where parent_thread_count is not null group by author_id, parent_id, conversation_id
    ) own join users u on u.id = own.author_id and u.status <> 'deleted'
    order by u.id, own.parent_id for share of u
    on conflict (user_id, message_id) do update set last_read_number = excluded.last_read_number where t.last_read_number < excluded.last_read_number
  ),
  calls_gone as (delete from room_mentions n using placed where n.conversation_id = placed.conversation_id and n.number = placed.number)
  select conversation_id, room_name, dm_low, dm_high, id, number, at_seq, date_trunc('milliseconds', now()) as at, parent_id, parent_thread_count
  from placed order by conversation_id, at_seq`

/** Rooms that keep their messages for so many days. */
export const retaining = (sql: Sql) => sql<{ id: number }[]>`
  select id from conversations where message_retention_days is not null and deleted_at is null order by id`

/** Ends the time of a room's oldest messages that are older than it keeps them. How many. To be called in a transaction: it locks the room first, as every change does. */
export const outlived = async (sql: Sql, conversation_id: number, limit: number): Promise<number> => {
  await lockAll(sql, [conversation_id])
  const rows = await sql`
    update messages m set expires_at = least(m.expires_at, now())
    where m.id in (
      select old.id from (
        select m.id, m.created_at, m.expires_at from messages m where m.conversation_id = ${conversation_id} order by m.number limit ${limit}
      ) old
      where old.created_at < now() - make_interval(days => (select message_retention_days from conversations where id = ${conversation_id}))
        and (old.expires_at is null or old.expires_at > now())
    ) returning 1`
  return rows.length
}

/** Forgets what the log noted before `before`, some of it at a time. How many. Who has seen less than a forgotten expiry is told to begin anew. */
export const forget = async (sql: Sql, before: Date, limit: number): Promise<number> => {
  const [row] = await sql<{ count: number }[]>`
    with old as (
      delete from changes where (conversation_id, seq) in (
        select conversation_id, seq from changes where at < ${before} order by at limit ${limit} for update skip locked
      ) returning conversation_id, seq, kind
    ),
    locked as (
      select c.id from conversations c where c.id in (select conversation_id from old where kind = 'expired') order by c.id for no key update
    ),
    raised as (
      update conversations c set forgotten_seq = greatest(c.forgotten_seq, t.seq)
      from (select o.conversation_id, max(o.seq) as seq from locked join old o on o.conversation_id = locked.id where o.kind = 'expired' group by o.conversation_id) t
      where c.id = t.conversation_id
    )
    select count(*)::integer as count from old`
  return row?.count ?? 0
}
