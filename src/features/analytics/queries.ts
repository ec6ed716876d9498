import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'

export interface TotalsRow {
  message_count: number
  /** How many messages had been sent before each moment. */
  before_day: number
  before_week: number
  pinned_count: number
  thread_count: number
  last_message_at: Date | null
}

/** Numbers rise with time, so counting a span of it is two look-ups and a subtraction; threads are counted parent by parent, `most_threads` at most. */
export const totals = async (
  sql: Sql,
  conversation_id: number,
  { day, week, most_threads }: { day: Date; week: Date; most_threads: number },
): Promise<TotalsRow> =>
  only(
    await sql<TotalsRow[]>`
      with recursive thread (parent_id, ord) as (
        (select m.parent_id, 1 from messages m where m.conversation_id = ${conversation_id} and m.parent_id is not null order by m.parent_id limit 1)
        union all
        select (select m.parent_id from messages m where m.conversation_id = ${conversation_id} and m.parent_id > t.parent_id order by m.parent_id limit 1), t.ord + 1
        from thread t where t.parent_id is not null and t.ord < ${most_threads}
      )
      select c.message_count, first_number_since(c.id, ${day}) - 1 as before_day, first_number_since(c.id, ${week}) - 1 as before_week,
        (select count(*) from messages m where m.conversation_id = c.id and m.pinned_at is not null) as pinned_count,
        (select count(t.parent_id) from thread t) as thread_count,
        (select m.created_at from messages m where m.conversation_id = c.id and (m.expires_at is null or m.expires_at > now()) order by m.number desc limit 1) as last_message_at
      from conversations c where c.id = ${conversation_id}`,
  )

/** Who wrote how many of the newest messages from a number on, `sample` at most, that are still there; those who wrote most first. */
export const authors = (sql: Sql, conversation_id: number, from_number: number, sample: number) => sql<
  { user_id: number; username: string; messages: number }[]
>`
  select t.author_id as user_id, u.username, t.messages
  from (
    select author_id, count(*) as messages from (
      select m.author_id, m.deleted_at, m.expires_at from messages m
      where m.conversation_id = ${conversation_id} and m.number >= ${from_number} order by m.number desc limit ${sample}
    ) newest where deleted_at is null and (expires_at is null or expires_at > now()) group by author_id
  ) t join users u on u.id = t.author_id
  order by t.messages desc, t.author_id`

/** Members whose presence the user may see: not of those who have blocked them. */
export const watched = async (sql: Sql, conversation_id: number, user_id: number, limit: number): Promise<number[]> => {
  const rows = await sql<{ user_id: number }[]>`
    select m.user_id from members m
    where m.conversation_id = ${conversation_id}
      and not exists (select from blocks b where b.user_id = m.user_id and b.blocked_user_id = ${user_id})
    limit ${limit}`
  return rows.map((row) => row.user_id)
}

/** The first number sent at or after each of these moments: each a search for one place, however many messages lie between. */
export const numbersSince = async (sql: Sql, conversation_id: number, moments: readonly Date[]): Promise<number[]> => {
  const rows = await sql<{ number: number }[]>`
    select first_number_since(${conversation_id}, edge.at) as number
    from unnest(${moments.map((moment) => moment.toISOString())}::text[]::timestamptz[]) with ordinality as edge (at, ord) order by edge.ord`
  return rows.map(({ number }) => number)
}
