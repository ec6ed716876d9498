import type { Sql } from '../../platform/db/index.ts'

/** As much of a text as its beginning can need. */
const long = 400
/** Of so many threads those who take part are looked for, the newest first. */
const most_threads = 500
export const most_counted = 100

/** A thread by its first message. */
export interface ThreadRow {
  conversation_id: number
  /** Null of a DM. */
  room_name: string | null
  parent_id: number
  author_id: number
  username: string
  content: string
  thread_count: number
  /** The last of the conversation: of two states of a thread, the one with the lower is the older. */
  seq: number
}

/** Its newest reply. */
export interface ReplyRow {
  reply_id: number
  reply_number: number
  reply_author_id: number
  reply_username: string
  reply_content: string
}

type Fragment = ReturnType<Sql>

const isThere = (sql: Sql, m: Fragment) =>
  sql`${m}.deleted_at is null and (${m}.expires_at is null or ${m}.expires_at > now())`

/** What is encrypted is nothing to be read. */
const beginning = (sql: Sql, m: Fragment) =>
  sql`case when ${m}.content_type <> 'encrypted' then left(${m}.content, ${long}) else '' end`

export const columns = (sql: Sql) => sql`
  p.conversation_id, c.name as room_name, c.last_seq as seq, p.id as parent_id, p.author_id, u.username, case when ${isThere(sql, sql`p`)} then ${beginning(sql, sql`p`)} else '' end as content,
  p.thread_count, reply.id as reply_id, reply.number as reply_number, reply.author_id as reply_author_id, author.username as reply_username,
  ${beginning(sql, sql`reply`)} as reply_content`

/** The number up to which a user has read the thread of `p`: what they wrote they have read, and what is before it. */
export const standIn = (sql: Sql, user: Fragment, thread: Fragment) => sql`greatest(0,
  (select t.last_read_number from thread_reads t where t.user_id = ${user} and t.message_id = ${thread}),
  (select max(m.number) from messages m where m.author_id = ${user} and m.parent_id = ${thread}))`

/** Of replies `r`: how many there are, and how many of them name a user. */
const counts = (sql: Sql, user: Fragment) =>
  sql`count(*)::integer as unread_count, (count(*) filter (where ${user} = any (r.mentions)))::integer as mention_count`

/** Threads that a user takes part in with replies of others beyond what they have read, the one with the newest first. */
export const unreadThreads = (sql: Sql, user_id: number, limit: number) => sql<
  (ThreadRow & ReplyRow & { last_read_number: number; unread_count: number; mention_count: number })[]
>`
  select ${columns(sql)}, stand.read as last_read_number, count.*
  from threads_of(${user_id}, ${most_threads}) own (id)
  join messages p on p.id = own.id
  join conversations c on c.id = p.conversation_id and c.deleted_at is null
  join members me on me.conversation_id = p.conversation_id and me.user_id = ${user_id}
  join users u on u.id = p.author_id
  cross join lateral (select ${standIn(sql, sql`${user_id}::bigint`, sql`p.id`)} as read) stand
  cross join replies_there(p.id, stand.read, 1) reply
  join users author on author.id = reply.author_id
  cross join lateral (
    select ${counts(sql, sql`${user_id}::bigint`)} from replies_there(p.id, stand.read, ${most_counted}) r where reply.id > 0
  ) count
  order by reply.id desc limit ${limit}`

export interface ThreadReadRow {
  last_read_number: number
  unread_count: number
  mention_count: number
  /** Whether the pointer was behind until now. */
  moved: boolean
}

/**
 * Moves a user's pointer in a thread forward to a reply, if they take part in it; also to one that has expired. Nothing comes back when there never was
 * such a reply there. Where the first message is about to go, no pointer outlives it.
 */
export const markThread = async (
  sql: Sql,
  { conversation_id, user_id, parent_id, message_id }: Record<'conversation_id' | 'user_id' | 'parent_id' | 'message_id', number>, // prettier-ignore
): Promise<ThreadReadRow | undefined> => {
  const [row] = await sql<ThreadReadRow[]>`
    with target as (
      select r.number from messages r where r.id = ${message_id} and r.conversation_id = ${conversation_id} and r.parent_id = ${parent_id}
      union all
      select (n.detail ->> 'number')::bigint from changes n
      where n.message_id = ${message_id} and n.conversation_id = ${conversation_id} and n.kind = 'expired' and (n.detail ->> 'parent_id')::bigint = ${parent_id}
      limit 1
    ), moved as (
      insert into thread_reads as t (user_id, message_id, conversation_id, last_read_number)
      select ${user_id}, p.id, ${conversation_id}, target.number
      from target cross join messages p
      where p.id = ${parent_id} and (
        p.author_id = ${user_id}
        or exists (select from thread_reads t where t.user_id = ${user_id} and t.message_id = p.id)
        or (select max(r.number) from messages r where r.author_id = ${user_id} and r.parent_id = p.id) is not null
      )
      for key share of p
      on conflict (user_id, message_id) do update set last_read_number = excluded.last_read_number where t.last_read_number < excluded.last_read_number
      returning last_read_number
    ), now as (
      select greatest(target.number, ${standIn(sql, sql`${user_id}::bigint`, sql`${parent_id}::bigint`)}) as stands from target
    )
    select now.stands as last_read_number, exists (select from moved) as moved, rest.unread_count, rest.mention_count
    from now cross join lateral (
      select ${counts(sql, sql`${user_id}::bigint`)} from replies_there(${parent_id}, now.stands, ${most_counted}) r
    ) rest`
  return row
}
