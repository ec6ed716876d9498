import type { Sql } from '../../platform/db/index.ts'

/** As much of a text as its beginning can need. */
const long = 400
/** Of so many threads, and of so many replies in one, those who take part are looked for, the newest first. */
const most_threads = 500
const most_replies = 500
const most_counted = 100

export interface ThreadRow {
  conversation_id: number
  /** Null of a DM. */
  room_name: string | null
  parent_id: number
  author_id: number
  username: string
  content: string
  thread_count: number
  reply_id: number
  reply_number: number
  reply_author_id: number
  reply_username: string
  reply_content: string
}

const isThere = (sql: Sql, m: ReturnType<Sql>) =>
  sql`${m}.deleted_at is null and (${m}.expires_at is null or ${m}.expires_at > now())`

/** What is encrypted is nothing to be read. */
const beginning = (sql: Sql, m: ReturnType<Sql>) =>
  sql`case when ${m}.content_type <> 'encrypted' then left(${m}.content, ${long}) else '' end`

const columns = (sql: Sql) => sql`
  p.conversation_id, c.name as room_name, p.id as parent_id, p.author_id, u.username, case when ${isThere(sql, sql`p`)} then ${beginning(sql, sql`p`)} else '' end as content,
  p.thread_count, reply.id as reply_id, reply.number as reply_number, reply.author_id as reply_author_id, author.username as reply_username,
  ${beginning(sql, sql`reply`)} as reply_content`

/** Threads that a user takes part in with replies of others beyond what they have read, the one with the newest first. */
export const unreadThreads = (sql: Sql, user_id: number, limit: number) => sql<
  (ThreadRow & { last_read_number: number; unread_count: number })[]
>`
  with own as (
    (select m.id from messages m where m.author_id = ${user_id} and m.thread_count > 0 order by m.id desc limit ${most_threads})
    union
    (select distinct m.parent_id from messages m where m.author_id = ${user_id} and m.parent_id is not null order by m.parent_id desc limit ${most_threads})
  )
  select ${columns(sql)}, stand.read as last_read_number, count.unread as unread_count
  from own
  join messages p on p.id = own.id
  join conversations c on c.id = p.conversation_id and c.deleted_at is null
  join members me on me.conversation_id = p.conversation_id and me.user_id = ${user_id}
  join users u on u.id = p.author_id
  cross join lateral (
    select greatest(0,
      (select t.last_read_number from thread_reads t where t.user_id = ${user_id} and t.message_id = p.id),
      (select max(m.number) from messages m where m.author_id = ${user_id} and m.parent_id = p.id)) as read
  ) stand
  cross join lateral (
    select r.id, r.number, r.author_id, r.content, r.content_type from messages r
    where r.conversation_id = p.conversation_id and r.parent_id = p.id and r.number > stand.read and r.author_id <> ${user_id} and ${isThere(sql, sql`r`)}
    order by r.number desc limit 1
  ) reply
  join users author on author.id = reply.author_id
  cross join lateral (
    select count(*)::integer as unread from (
      select from messages r
      where r.conversation_id = p.conversation_id and r.parent_id = p.id and r.number > stand.read and r.author_id <> ${user_id} and ${isThere(sql, sql`r`)}
      limit ${most_counted}
    ) counted
  ) count
  order by reply.id desc limit ${limit}`

/** A thread with its newest reply, and those who take part in it and are members still. Nothing when one of the two is gone. */
export const threadOf = async (sql: Sql, conversation_id: number, parent_id: number) => {
  const [row] = await sql<(ThreadRow & { people: number[] })[]>`
    select ${columns(sql)}, array(
      select m.user_id from members m where m.conversation_id = p.conversation_id and m.user_id in (
        select p.author_id
        union
        select r.author_id from (
          select r.author_id from messages r where r.conversation_id = p.conversation_id and r.parent_id = p.id order by r.number desc limit ${most_replies}
        ) r
      )
    ) as people
    from messages p
    join conversations c on c.id = p.conversation_id and c.deleted_at is null
    join users u on u.id = p.author_id
    cross join lateral (
      select r.id, r.number, r.author_id, r.content, r.content_type from messages r
      where r.conversation_id = p.conversation_id and r.parent_id = p.id and ${isThere(sql, sql`r`)} order by r.number desc limit 1
    ) reply
    join users author on author.id = reply.author_id
    where p.id = ${parent_id} and p.conversation_id = ${conversation_id}`
  return row
}

export interface ThreadReadRow {
  last_read_number: number
  unread_count: number
  mention_count: number
  /** Whether the pointer was behind until now. */
  moved: boolean
}

/** Moves a user's pointer in a thread forward to a reply, if they take part in it. Nothing comes back when it is no reply there. */
export const markThread = async (
  sql: Sql,
  { conversation_id, user_id, parent_id, message_id }: Record<'conversation_id' | 'user_id' | 'parent_id' | 'message_id', number>, // prettier-ignore
): Promise<ThreadReadRow | undefined> => {
  const [row] = await sql<ThreadReadRow[]>`
    with target as (
      select r.number from messages r where r.id = ${message_id} and r.conversation_id = ${conversation_id} and r.parent_id = ${parent_id}
    ), moved as (
      insert into thread_reads as t (user_id, message_id, conversation_id, last_read_number)
      select ${user_id}, ${parent_id}, ${conversation_id}, target.number from target
      where exists (select from messages p where p.id = ${parent_id} and p.author_id = ${user_id})
        or (select max(r.number) from messages r where r.author_id = ${user_id} and r.parent_id = ${parent_id}) is not null
      on conflict (user_id, message_id) do update set last_read_number = excluded.last_read_number where t.last_read_number < excluded.last_read_number
      returning last_read_number
    ), now as (
      select greatest(target.number,
        (select t.last_read_number from thread_reads t where t.user_id = ${user_id} and t.message_id = ${parent_id}),
        (select max(r.number) from messages r where r.author_id = ${user_id} and r.parent_id = ${parent_id})) as stands
      from target
    )
    select now.stands as last_read_number, exists (select from moved) as moved, rest.unread_count, rest.mention_count
    from now cross join lateral (
      select count(*)::integer as unread_count, (count(*) filter (where ${user_id} = any (r.mentions)))::integer as mention_count from (
        select r.mentions from messages r
        where r.conversation_id = ${conversation_id} and r.parent_id = ${parent_id} and r.number > now.stands and r.author_id <> ${user_id} and ${isThere(sql, sql`r`)}
        limit ${most_counted}
      ) r
    ) rest`
  return row
}
