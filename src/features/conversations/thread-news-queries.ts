import type { Sql } from '../../platform/db/index.ts'
import { columns, most_counted, type ReplyRow, standIn, type ThreadRow } from './thread-queries.ts'

/** Of so many of a thread's newest replies the authors are told, and of those who have read it so many, who have read furthest. */
const most_people = 500

/** What happened in a thread since it was told of last. */
export interface ThreadNews {
  parent_id: number
  /** Who replied. */
  repliers: readonly number[]
  /** Whom replies name now and did not before, or no more. */
  mentioned: readonly number[]
  /** The number of the newest reply that says something else now; 0 when none does. */
  edited: number
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
  /** How many of those name them. */
  mention_count: number
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
  cross join lateral (select name, last_seq from conversations where id = p.conversation_id and deleted_at is null limit 1) c
  cross join lateral (select username from users where id = p.author_id limit 1) u`

/** What is told, `replier`, who replied, and `called`, whom replies name. */
const told = (sql: Sql, news: readonly ThreadNews[]) => sql`
  told as (
    select parent_id, removed, edited, is_changed = 1 as is_changed
    from unnest(${news.map((each) => each.parent_id)}::bigint[], ${news.map((each) => each.removed)}::bigint[], ${news.map((each) => each.edited)}::bigint[],
      ${news.map((each) => Number(each.is_changed))}::integer[]) as n (parent_id, removed, edited, is_changed)
  ), replier as (${pairs(sql, news, ({ repliers }) => repliers)}), called as (${pairs(sql, news, ({ mentioned }) => mentioned)})`

function pairs(sql: Sql, news: readonly ThreadNews[], of: (each: ThreadNews) => readonly number[]) {
  const all = news.flatMap((each) => of(each).map((user_id) => ({ parent_id: each.parent_id, user_id })))
  return sql`select * from unnest(${all.map((each) => each.parent_id)}::bigint[], ${all.map((each) => each.user_id)}::bigint[]) as n (parent_id, user_id)`
}

/** Whether `who` replied in the thread of `p`. */
const hasReplied = (sql: Sql) =>
  sql`exists (select from replier r where r.parent_id = p.id and r.user_id = who.user_id)`

const isCalled = (sql: Sql) => sql`exists (select from called n where n.parent_id = p.id and n.user_id = who.user_id)`

/** The numbers of the newest replies of `p`, and by user those of them that name them. */
const newest = (sql: Sql) => sql`
  with reply as materialized (select number, mentions from replies_there(p.id, 0, ${most_counted}))
  select array(select number from reply order by number) as numbers, (
    select jsonb_object_agg(named.user_id, named.numbers)
    from (select user_id, jsonb_agg(number) as numbers from reply cross join unnest(mentions) as n (user_id) group by user_id) named
  ) as calls`

/**
 * Threads as they are now, each with its newest reply if one is left, with those who take part, and with the stand of those who cannot know it: who had not
 * read what was taken away, or what the preview says of, who has unread replies in one whose first message is changed, whom replies name, and who replied
 * before somebody else did. No row where the first message is gone.
 */
export const threadsNow = (sql: Sql, news: readonly ThreadNews[]) => sql<NewsRow[]>`
  with ${told(sql, news)}
  select ${columns(sql)}, case when exists (select from replier r where r.parent_id = p.id) then array(${people(sql)}) end as people, stands.rows as stands
  from told ${firstMessage(sql)}
  left join replies_there(p.id, 0, 1) reply on true
  left join lateral (select username from users where id = reply.author_id limit 1) author on true
  cross join lateral (
    select coalesce(json_agg(json_build_object(
      'user_id', who.user_id, 'last_read_number', stand.read, 'unread_count', cardinality(there.numbers) - width_bucket(stand.read, there.numbers),
      'mention_count', (select count(*) from jsonb_array_elements(there.calls -> who.user_id::text) as n (number) where n.number::bigint > stand.read)
    )), '[]') as rows
    from (${newest(sql)}) there
    cross join lateral (${people(sql)}) who
    cross join lateral (select ${standIn(sql, sql`who.user_id`, sql`p.id`)} as read) stand
    where (
      told.removed > 0 or told.is_changed or told.edited = reply.number or exists (select from called n where n.parent_id = p.id)
      or exists (select from replier r where r.parent_id = p.id and r.user_id is distinct from reply.author_id)
    ) and (
      stand.read < told.removed or ((told.is_changed or told.edited = reply.number) and stand.read < reply.number) or ${isCalled(sql)}
      or (who.user_id is distinct from reply.author_id and ${hasReplied(sql)})
    )
  ) stands`

export type EndingRow = Omit<ThreadRow, 'content'> & {
  /** Who takes part, member or not, and has not read all, or replied so lately that not all of their devices may know that they have. */
  people: Pick<Stand, 'user_id' | 'last_read_number'>[]
}

/**
 * Of messages whose time is over, those with a thread that somebody may have in their list. What other nodes have not told yet is not known here: what was taken away
 * counts as something to be read, as far as there is a trace of it.
 */
export const threadsEnding = (sql: Sql, ids: readonly number[]) => sql<EndingRow[]>`
  select p.conversation_id, c.name as room_name, c.last_seq as seq, p.id as parent_id, p.author_id, u.username, p.thread_count, unsure.people
  from unnest(${ids}::bigint[]) as told (parent_id) ${firstMessage(sql)}
  cross join lateral (
    select json_agg(json_build_object('user_id', who.user_id, 'last_read_number', who.number)) as people
    from (select s.*, max(s.number) over () as newest from thread_standing(p.conversation_id, p.id, p.author_id, ${most_people}) s) who
    where who.number < who.newest or who.replied_at > now() - interval '1 minute'
  ) unsure
  where unsure.people is not null`

/** Those of these people who are members. */
export const membersAmong = (sql: Sql, conversation_id: number, ids: readonly number[]) => sql<{ user_id: number }[]>`
  select user_id from members where conversation_id = ${conversation_id} and user_id = any (${ids}::bigint[])`
