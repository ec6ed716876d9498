import type { Sql } from '../../platform/db/index.ts'
import type { MessageRow } from './message.ts'

/** A message to be written, checked except for what the write itself decides. */
export interface Draft {
  uuid: string
  conversation_id: number
  /** What the author means. */
  target: 'dm' | 'room'
  author_id: number
  client_id: string
  content: string
  content_type: string
  parent_id: number | null
  /** JSON. */
  metadata: string | null
  /** Lower-case names, separated by spaces. */
  mentioned: string | null
}

/** What `send_messages` says of one draft. */
export interface Verdict {
  verdict: string
  retry_after: number | null
  /** The original's for a duplicate; null where nothing was written. */
  id: number
  seq: number
  number: number
  created_at: Date
  parent_thread_count: number | null
  mentions: number[]
  room_name: string | null
  dm_low: number | null
  dm_high: number | null
}

/**
 * The driver holds a statement of less than 1 KiB back until the event loop turns, and in a busy room a turn is a fan-out of milliseconds, in which the
 * database could commit. PostgreSQL reads over the blanks around an array.
 */
const prompt = (names: readonly string[]) => `{${names.join(',')}}`.padEnd(1024) as unknown as string[]

/** Writes a batch in one transaction; no two of its drafts may share conversation, author and client_id. One row for each draft, in order. Calling again with the same drafts writes nothing new. */
export const sendMessages = (sql: Sql, drafts: readonly Draft[], slow_exempt: readonly string[]) => sql<Verdict[]>`
  select * from send_messages(
    ${drafts.map((draft) => draft.conversation_id)}::bigint[],
    ${drafts.map((draft) => draft.target)}::text[],
    ${drafts.map((draft) => draft.author_id)}::bigint[],
    ${drafts.map((draft) => draft.client_id)}::text[],
    ${drafts.map((draft) => draft.uuid)}::uuid[],
    ${drafts.map((draft) => draft.content)}::text[],
    ${drafts.map((draft) => draft.content_type)}::text[],
    ${drafts.map((draft) => draft.parent_id)}::bigint[],
    ${drafts.map((draft) => draft.metadata)}::text[],
    ${drafts.map((draft) => draft.mentioned)}::text[],
    ${prompt(slow_exempt)}::text[]
  )`

const columns = (sql: Sql) => sql`
  m.id, m.uuid, m.conversation_id, m.author_id, u.username, m.seq, m.change_seq, m.number, m.client_id,
  case when m.deleted_at is null then m.content else '' end as content, m.content_type, m.parent_id, m.thread_count, m.mentions, m.metadata, m.edit_count,
  m.edited_at, m.pinned_at, m.deleted_at, m.expires_at, m.created_at, m.updated_at, c.name as room_name`

/** How many replies the message's parent has: told again with a reply whose first telling was lost. */
const parentCount = (sql: Sql) =>
  sql`(select p.thread_count from messages p where p.id = m.parent_id) as parent_thread_count`

export type RetoldRow = MessageRow & { parent_thread_count: number | null }

export const byIds = (sql: Sql, ids: readonly number[]) => sql<RetoldRow[]>`
  select ${columns(sql)}, ${parentCount(sql)} from messages m join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id
  where m.id = any (${ids}::bigint[])`

export interface Page {
  limit: number
  before_id: number | undefined
  after_id: number | undefined
  parent_id: number | undefined
}

/** One page of the timeline, oldest first: the newest before `before_id`, or the oldest after `after_id`, or the newest. */
export const page = (sql: Sql, conversation_id: number, { limit, before_id, after_id, parent_id }: Page) => {
  const forward = after_id !== undefined
  const number = (id: number) =>
    sql`(select number from messages where id = ${id} and conversation_id = ${conversation_id})`
  return sql<MessageRow[]>`
    select * from (
      select ${columns(sql)} from messages m join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id
      where m.conversation_id = ${conversation_id}
        ${parent_id === undefined ? sql`` : sql`and m.parent_id = ${parent_id}`}
        ${before_id === undefined ? sql`` : sql`and m.number < ${number(before_id)}`}
        ${after_id === undefined ? sql`` : sql`and m.number > ${number(after_id)}`}
      order by m.number ${forward ? sql`asc` : sql`desc`} limit ${limit}
    ) page order by number`
}

/** Which of these messages exist in the conversation. */
export const existing = async (sql: Sql, conversation_id: number, ids: readonly number[]): Promise<Set<number>> => {
  const rows = await sql<
    { id: number }[]
  >`select id from messages where conversation_id = ${conversation_id} and id = any (${ids}::bigint[])`
  return new Set(rows.map((row) => row.id))
}

/** How many messages the timeline has, or the thread below `parent_id`; and the seq at which that is true. */
export const count = async (sql: Sql, conversation_id: number, parent_id: number | undefined) => {
  const [row] = await sql<{ total: number; seq: number }[]>`
    select ${parent_id === undefined ? sql`c.message_count` : sql`coalesce((select thread_count from messages where id = ${parent_id} and conversation_id = c.id), 0)::bigint`} as total,
      c.last_seq as seq
    from conversations c where c.id = ${conversation_id}`
  return row ?? { total: 0, seq: 0 }
}

/** The current state of what changed after each cursor, in change_seq order, and up to `limit` of each; with the head as of the same moment. */
export const changes = (sql: Sql, cursors: readonly { conversation_id: number; since: number }[], limit: number) => sql<
  (Partial<MessageRow> & { position: number; head: number })[]
>`
  select wanted.position::integer, head.last_seq as head, changed.*
  from unnest(${cursors.map((cursor) => cursor.conversation_id)}::bigint[], ${cursors.map((cursor) => cursor.since)}::bigint[])
    with ordinality as wanted (conversation_id, since, position)
  join conversations head on head.id = wanted.conversation_id
  left join lateral (
    select ${columns(sql)}
    from (select * from messages m where m.conversation_id = wanted.conversation_id and m.change_seq > wanted.since order by m.change_seq, m.seq limit ${limit}) m
    join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id
  ) changed on true
  order by wanted.position, changed.change_seq, changed.seq`

/** Messages created after `after` and up to `upTo`, by seq. What was created later than `after` also changed later, so the change index finds it. */
export const created = (sql: Sql, conversation_id: number, after: number, upTo: number, limit: number) => sql<
  RetoldRow[]
>`
  select ${columns(sql)}, ${parentCount(sql)} from messages m join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id
  where m.conversation_id = ${conversation_id} and m.change_seq > ${after} and m.seq > ${after} and m.seq <= ${upTo}
  order by m.seq limit ${limit}`

/** The head of each conversation, with its newest messages, newest first, and how many replies each one's parent has. */
export const heads = (sql: Sql, ids: readonly number[], recent: number) => sql<
  (Partial<MessageRow> & { head_id: number; head: number })[]
>`
  select head.id as head_id, head.last_seq as head, newest.*
  from conversations head
  left join lateral (
    select ${columns(sql)} from messages m join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id
    where m.conversation_id = head.id order by m.number desc limit ${recent}
  ) newest on true
  where head.id = any (${ids}::bigint[])
  order by head.id, newest.number desc`

/** The state of one conversation's newest page with the head as of the same moment. */
export const newest = (sql: Sql, conversation_id: number, limit: number) => heads(sql, [conversation_id], limit)
