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
  /** Seconds to live. */
  expires_in: number | null
  /** Slow mode holds it back whatever the roles of its author. */
  held: boolean
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
  expires_at: Date | null
  parent_thread_count: number | null
  mentions: number[]
  /** Whom it calls by "@room" or "@here", if the author may. */
  called: MessageRow['called']
  room_name: string | null
  dm_low: number | null
  dm_high: number | null
}

/**
 * The driver holds a statement of less than 1 KiB back until the event loop turns, and in a busy room a turn is a fan-out of milliseconds, in which the
 * database could commit. PostgreSQL reads over the blanks around an array.
 */
const prompt = (names: readonly string[]) => `{${names.join(',')}}`.padEnd(1024) as unknown as string[]

/** Which roles, in the room and on the server, may what the write itself decides. */
export interface Privileges {
  skip_slow_mode: { room: readonly string[]; server: readonly string[] }
  mention_room: { room: readonly string[]; server: readonly string[] }
}

/** Writes a batch in one transaction; no two of its drafts may share conversation, author and client_id. One row for each draft, in order. Calling again with the same drafts writes nothing new. */
export const sendMessages = (sql: Sql, drafts: readonly Draft[], { skip_slow_mode, mention_room }: Privileges) => sql<
  Verdict[]
>`
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
    ${drafts.map((draft) => draft.expires_in)}::integer[],
    ${drafts.map((draft) => Number(draft.held))}::integer[]::boolean[],
    ${prompt(skip_slow_mode.room)}::text[],
    ${skip_slow_mode.server}::text[],
    ${mention_room.room}::text[],
    ${mention_room.server}::text[]
  )`

/** An array whose length the planner does not see: where it does, it would rather make a plan for just this one each time, which takes longer than to run it. */
export const ofAnyLength = (sql: Sql, ids: readonly number[]) => sql`(select ${ids}::bigint[])::bigint[]`

/** Who wrote each `m`: one by one, as for a page the planner would rather read all users of a server that has few. */
export const authors = (sql: Sql) =>
  sql`cross join lateral (select username from users where id = m.author_id limit 1) u`

/** Where each `m` is. */
export const places = (sql: Sql) =>
  sql`cross join lateral (select name from conversations where id = m.conversation_id limit 1) c`

/** A message that has expired but is not swept yet shows as little as a deleted one. */
export const columns = (sql: Sql) => sql`${columnsButReactions(sql)}, ${reactions(sql)}`

/** Reactions may be thousands, and not everybody who looks at a message needs them. */
export const columnsButReactions = (sql: Sql) => sql`
  m.id, m.uuid, m.conversation_id, m.author_id, u.username, m.seq, m.change_seq, m.number, m.client_id, ${content(sql)} as content, m.content_type, m.parent_id, m.thread_count,
  m.mentions, ${called(sql)} as called, m.edit_count, m.created_at, m.updated_at, ${fate(sql)}, c.name as room_name`

export const content = (sql: Sql) => sql`case when m.deleted_at is not null or m.expires_at <= now() then '' else m.content end` // prettier-ignore

export const called = (sql: Sql) => sql`case when m.expires_at <= now() then null else m.called end`

/** What most messages have not got. */
export const fate = (sql: Sql) => sql`
  case when m.expires_at <= now() then null else m.metadata end as metadata, m.edited_at, m.pinned_at,
  case when m.expires_at <= now() then m.expires_at else m.deleted_at end as deleted_at,
  case when m.expires_at is null or m.expires_at > now() then m.deleted_by end as deleted_by, m.expires_at`

/** By emoji, the first used first, with the first ten who used it. */
export const reactions = (sql: Sql) => sql`case when m.reaction_count > 0 then (
  select json_agg(json_build_object('emoji', e.emoji, 'count', e.count, 'users', (
    select json_agg(json_build_object('user_id', p.id, 'username', w.username) order by p.ord)
    from unnest(e.people[1:10]) with ordinality as p (id, ord) join users w on w.id = p.id
  )) order by e.began, e.emoji)
  from (
    select r.emoji, count(*) as count, min(r.began_at) as began, array_agg(r.user_id order by r.created_at, r.user_id) as people
    from reactions r where r.message_id = m.id group by r.emoji
  ) e) end as reactions`

/** How many replies the message's parent has: told again with a reply whose first telling was lost. */
export const parentCount = (sql: Sql) =>
  sql`(select p.thread_count from messages p where p.id = m.parent_id) as parent_thread_count`

export type RetoldRow = MessageRow & { parent_thread_count: number | null }

export const byIds = (sql: Sql, ids: readonly number[]) => sql<RetoldRow[]>`
  select ${columns(sql)}, ${parentCount(sql)} from messages m ${authors(sql)} ${places(sql)} where m.id = any (${ofAnyLength(sql, ids)})`

/** Which messages of a conversation. */
export interface Kept {
  /** Only the replies to it. */
  parent_id: number | undefined
  /** Only what replies to nothing. */
  without_replies: boolean
  pinned_only: boolean
}

export interface Page extends Kept {
  limit: number
  /** Numbers of messages, as is `after`. */
  before: number | undefined
  after: number | undefined
}

const isKept = (sql: Sql, { parent_id, without_replies }: Kept) => sql`
  (m.expires_at is null or m.expires_at > now())
  ${parent_id === undefined ? sql`` : sql`and m.parent_id = ${parent_id}`}
  ${without_replies ? sql`and m.parent_id is null` : sql``}`

/** One page of the timeline, oldest first: the newest before `before`, or the oldest after `after`, or the newest. */
export const page = (sql: Sql, conversation_id: number, { limit, before, after, ...kept }: Page) => {
  const { parent_id, without_replies, pinned_only } = kept
  if (parent_id === undefined && !pinned_only)
    return sql<MessageRow[]>`
      select ${columns(sql)} from conversations c
      cross join timeline_page(c.id, ${after ?? null}, ${before ?? null}, ${!without_replies}, false, ${limit}) m ${authors(sql)}
      where c.id = ${conversation_id} order by m.number`
  const forward = after !== undefined
  // Pins are few, and looked for by their own index: in the order of the timeline, all of a large room might be read for them.
  const among = pinned_only
    ? sql`(select * from messages p where p.conversation_id = ${conversation_id} and p.pinned_at is not null offset 0)`
    : sql`messages`
  return sql<MessageRow[]>`
    select * from (
      select ${columns(sql)} from ${among} m ${authors(sql)} ${places(sql)}
      where m.conversation_id = ${conversation_id} and ${isKept(sql, kept)}
        ${before === undefined ? sql`` : sql`and m.number < ${before}`}
        ${after === undefined ? sql`` : sql`and m.number > ${after}`}
      order by m.number ${forward ? sql`asc` : sql`desc`} limit ${limit}
    ) page order by number`
}

/** The places in the timeline of those of these messages that are in the conversation, or have expired there and the log still tells of it. */
export const numbersOf = async (sql: Sql, conversation_id: number, ids: readonly number[]) => {
  const rows = await sql<{ id: number; number: number }[]>`
    select id, number from messages where conversation_id = ${conversation_id} and id = any (${ofAnyLength(sql, ids)})
    union all
    select message_id, (detail ->> 'number')::bigint from changes
    where conversation_id = ${conversation_id} and message_id = any (${ofAnyLength(sql, ids)}) and kind = 'expired'`
  return new Map(rows.map(({ id, number }) => [id, number]))
}

/** A message may be gone while the replies to it are there. */
export const hasReplies = async (sql: Sql, conversation_id: number, parent_id: number): Promise<boolean> =>
  (await sql`select from messages where conversation_id = ${conversation_id} and parent_id = ${parent_id} limit 1`)
    .length > 0

/** How many messages the timeline has (its replies too), or the thread below `parent_id`, or how many of them are pinned; and the seq at which that is true. */
export const count = async (sql: Sql, conversation_id: number, kept: Kept) => {
  const { parent_id, pinned_only } = kept
  const replies = (parent: number) => sql`coalesce(
    (select thread_count from messages where id = ${parent} and conversation_id = c.id),
    (select count(*) from messages where parent_id = ${parent} and conversation_id = c.id and (expires_at is null or expires_at > now())))::bigint`
  const pins = () => sql`(
    select count(*) from messages m where m.conversation_id = c.id and m.pinned_at is not null and ${isKept(sql, kept)})`
  const total = pinned_only ? pins() : parent_id === undefined ? sql`c.message_count` : replies(parent_id)
  const [row] = await sql<{ total: number; seq: number }[]>`
    select ${total} as total, c.last_seq as seq
    from conversations c where c.id = ${conversation_id}`
  return row ?? { total: 0, seq: 0 }
}
