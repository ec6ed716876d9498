import type { Sql } from '../../platform/db/index.ts'
import { columns, most_counted, type ReplyRow, standIn, type ThreadRow } from './thread-queries.ts'

/** Of so many of a thread's newest replies the authors are told, and of those who have read it so many, who have read furthest. */
const most_people = 500

/** What happened in a thread since it was told of last. */
export interface ThreadNews {
  parent_id: number
  /** Who replied. */
  repliers: readonly number[]
  /** The number of the newest reply that was taken away; 0 when none was. */
  removed: number
  /** Whether the first message says something else now, or there are fewer replies. */
  is_changed: boolean
}

/** Where somebody stands in a thread. */
export interface Stand {
  user_id: number
  last_read_number: number
  /** At most a hundred. */
  unread_count: number
}

export type NewsRow = ThreadRow & {
  /** Who takes part and is a member still, if somebody replied. */
  people: number[] | null
  /** Of those to whom what happened says no more how much they have not read. */
  stands: Stand[]
} & (ReplyRow | Record<keyof ReplyRow, null>)

/** Those who take part in the thread of `p` and are members still. */
const people = (sql: Sql) => sql`
  select m.user_id from members m where m.conversation_id = p.conversation_id
    and m.user_id in (select p.author_id union select * from thread_people(p.conversation_id, p.id, ${most_people}))`

/** One by one: for a few of them the planner might rather read a whole table. */
const firstMessage = (sql: Sql) => sql`
  cross join lateral (select * from messages where id = told.parent_id limit 1) p
  cross join lateral (select name from conversations where id = p.conversation_id and deleted_at is null limit 1) c
  cross join lateral (select username from users where id = p.author_id limit 1) u`

/** What is told, and `replier`, who replied. */
const told = (sql: Sql, news: readonly ThreadNews[]) => {
  const replies = news.flatMap(({ parent_id, repliers }) => repliers.map((user_id) => ({ parent_id, user_id })))
  return sql`
    told as (
      select parent_id, removed, is_changed = 1 as is_changed
      from unnest(${news.map((each) => each.parent_id)}::bigint[], ${news.map((each) => each.removed)}::bigint[], ${news.map((each) => Number(each.is_changed))}::integer[])
        as n (parent_id, removed, is_changed)
    ), replier as (
      select * from unnest(${replies.map((each) => each.parent_id)}::bigint[], ${replies.map((each) => each.user_id)}::bigint[]) as r (parent_id, user_id)
    )`
}

/** Whether `who` replied in the thread of `p`. */
const hasReplied = (sql: Sql) =>
  sql`exists (select from replier r where r.parent_id = p.id and r.user_id = who.user_id)`

/**
 * Threads as they are now, each with its newest reply if one is left, with those who take part, and with the stand of those who cannot know it: who had not
 * read what was taken away, who has unread replies in one that is changed, and who replied before somebody else did. No row where the first message is gone.
 */
export const threadsNow = (sql: Sql, news: readonly ThreadNews[]) => sql<NewsRow[]>`
  with ${told(sql, news)}
  select ${columns(sql)}, case when exists (select from replier r where r.parent_id = p.id) then array(${people(sql)}) end as people, stands.rows as stands
  from told ${firstMessage(sql)}
  left join replies_there(p.id, 0, 1) reply on true
  left join lateral (select username from users where id = reply.author_id limit 1) author on true
  cross join lateral (
    select coalesce(json_agg(json_build_object(
      'user_id', who.user_id, 'last_read_number', stand.read, 'unread_count', cardinality(there.numbers) - width_bucket(stand.read, there.numbers)
    )), '[]') as rows
    from (select array(select n.number from replies_there(p.id, 0, ${most_counted}) n order by n.number) as numbers) there
    cross join lateral (${people(sql)}) who
    cross join lateral (select ${standIn(sql, sql`who.user_id`, sql`p.id`)} as read) stand
    where (told.removed > 0 or told.is_changed or exists (select from replier r where r.parent_id = p.id and r.user_id is distinct from reply.author_id))
      and (stand.read < told.removed or (told.is_changed and stand.read < reply.number) or (who.user_id is distinct from reply.author_id and ${hasReplied(sql)}))
  ) stands`

export type EndingRow = Omit<ThreadRow, 'content'> & {
  /** Who takes part and has not read all, or replied so lately that not all of their devices may know that they have. */
  people: Omit<Stand, 'unread_count'>[]
}

/**
 * Of messages whose time is over, those with a thread that somebody may have in their list. What other nodes have not told yet is not known here: what was taken away
 * counts as something to be read, as far as there is a trace of it.
 */
export const threadsEnding = (sql: Sql, ids: readonly number[]) => sql<EndingRow[]>`
  select p.conversation_id, c.name as room_name, p.id as parent_id, p.author_id, u.username, p.thread_count, unsure.people
  from unnest(${ids}::bigint[]) as told (parent_id) ${firstMessage(sql)}
  cross join lateral (select greatest(
    case when p.thread_count > 0 then (select max(r.number) from messages r where r.conversation_id = p.conversation_id and r.parent_id = p.id) end,
    (select max(t.last_read_number) from thread_reads t where t.message_id = p.id)
  ) as number) newest
  cross join lateral (
    select json_agg(json_build_object('user_id', who.user_id, 'last_read_number', stand.read)) as people
    from (${people(sql)}) who
    cross join lateral (select ${standIn(sql, sql`who.user_id`, sql`p.id`)} as read) stand
    where newest.number is not null and (stand.read < newest.number or exists (
      select from messages own where own.author_id = who.user_id and own.parent_id = p.id and own.number = stand.read and own.created_at > now() - interval '1 minute'
    ))
  ) unsure
  where unsure.people is not null`
