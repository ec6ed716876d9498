import type { Sql } from '../../platform/db/index.ts'
import type { MessageRow } from './message.ts'
import { packedColumns, type PackedRow } from './packed-queries.ts'
import { authors, columns, ofAnyLength, parentCount, places, type RetoldRow } from './queries.ts'

export interface Head {
  head: number
  forgotten: number
  expired: number
  is_over: boolean
  room_name: string | null
}

/** A message, or none; the first row of a conversation has its head, the others have null there. */
export type ChangeRow = { position: number } & { [key in keyof Head]: Head[key] | null } & Partial<PackedRow>

/** The current state of what changed after each cursor, with the head as of the same moment; only `is_over` where that is more than `limit`. In no order. */
export const changes = (sql: Sql, cursors: readonly { conversation_id: number; since: number }[], limit: number) => sql<
  ChangeRow[]
>`
  select wanted.position::integer, first.*, changed.*
  from unnest(${ofAnyLength(
    sql,
    cursors.map((cursor) => cursor.conversation_id),
  )}, ${ofAnyLength(
    sql,
    cursors.map((cursor) => cursor.since),
  )})
    with ordinality as wanted (conversation_id, since, position)
  cross join lateral (select * from conversations where id = wanted.conversation_id limit 1) head
  cross join lateral changed_more_than(wanted.conversation_id, wanted.since, ${limit}) size (is_over)
  left join lateral (
    select nullif(m.ordinality = 1, false) as is_first, ${packedColumns(sql)}
    from changed_messages(wanted.conversation_id, case when not size.is_over then wanted.since end) with ordinality m ${authors(sql)}
  ) changed on true
  left join lateral (
    select head.last_seq as head, head.forgotten_seq as forgotten, head.expired_seq as expired, size.is_over, head.name as room_name
    where changed.is_first or changed.packed is null
  ) first on true`

/** Messages created after `after` and up to `upTo`, by seq. What was created later than `after` also changed later, so the change index finds it. */
export const created = (sql: Sql, conversation_id: number, after: number, upTo: number, limit: number) => sql<
  RetoldRow[]
>`
  select ${columns(sql)}, ${parentCount(sql)} from messages m ${authors(sql)} ${places(sql)}
  where m.conversation_id = ${conversation_id} and m.change_seq > ${after} and m.seq > ${after} and m.seq <= ${upTo}
  order by m.seq limit ${limit}`

export interface ExpiredRow extends Place {
  position: number
  at: Date
}

/** What is kept of an expired message until nobody needs to be told any more. */
export interface Place {
  message_id: number
  uuid: string
  author_id: number
  username: string
  seq: number
  change_seq: number
  number: number
  parent_id: number | null
  room_name: string | null
  created_at: string
}

/** What expired after each cursor and up to the head, and up to `limit` of each. */
export const expired = (
  sql: Sql,
  cursors: readonly { conversation_id: number; since: number; head: number; position: number }[],
  limit: number,
) => sql<ExpiredRow[]>`
  select wanted.position::integer, gone.message_id, gone.seq as change_seq, gone.at, place.uuid, place.author_id, u.username, place.seq, place.number, place.parent_id,
    place.created_at, c.name as room_name
  from unnest(${cursors.map((each) => each.position)}::bigint[], ${cursors.map((each) => each.conversation_id)}::bigint[],
    ${cursors.map((each) => each.since)}::bigint[], ${cursors.map((each) => each.head)}::bigint[]) as wanted (position, conversation_id, since, head)
  join conversations c on c.id = wanted.conversation_id
  cross join lateral (
    select x.message_id, x.seq, x.at, x.detail from changes x
    where x.kind = 'expired' and x.conversation_id = wanted.conversation_id and x.seq > wanted.since and x.seq <= wanted.head order by x.seq limit ${limit}
  ) gone
  cross join lateral jsonb_to_record(gone.detail) as place (uuid text, author_id bigint, seq bigint, number bigint, parent_id bigint, created_at text)
  join users u on u.id = place.author_id
  order by wanted.position, gone.seq`

export type ChangedRow = Partial<MessageRow> & Change & { place_name: string | null }

/** What the log notes of a change that is not a creation. */
export interface Change {
  change: 'edited' | 'deleted' | 'pinned' | 'unpinned' | 'reaction_added' | 'reaction_removed' | 'expired'
  at_seq: number
  message_id: number
  by_id: number | null
  by_name: string | null
  detail: {
    emoji?: string
    count?: number
    reason?: string | null
    parent_id?: number | null
    parent_thread_count?: number | null
  }
  at: Date
}

/** Changes with `after < seq <= upTo`, by seq, each with its message as it is now. */
export const between = (sql: Sql, conversation_id: number, after: number, upTo: number, limit: number) => sql<
  ChangedRow[]
>`
  select x.kind as change, x.seq as at_seq, x.message_id, x.user_id as by_id, w.username as by_name, x.detail, x.at, place.name as place_name, message.*
  from changes x join conversations place on place.id = x.conversation_id
  left join users w on w.id = x.user_id
  left join lateral (
    select ${columns(sql)} from messages m ${authors(sql)} ${places(sql)} where m.id = x.message_id
  ) message on true
  where x.conversation_id = ${conversation_id} and x.seq > ${after} and x.seq <= ${upTo}
  order by x.seq limit ${limit}`

/** The head of each conversation, with its newest messages, newest first, and how many replies each one's parent has. */
export const heads = (sql: Sql, ids: readonly number[], recent: number) => sql<
  (Partial<MessageRow> & { head_id: number; head: number })[]
>`
  select head.id as head_id, head.last_seq as head, newest.*
  from conversations head
  left join lateral (
    select ${columns(sql)} from (select head.name) c cross join timeline_page(head.id, null, null, true, true, ${recent}) m ${authors(sql)}
  ) newest on true
  where head.id = any (${ofAnyLength(sql, ids)})
  order by head.id, newest.number desc`

/** The state of one conversation's newest page with the head as of the same moment. */
export const newest = (sql: Sql, conversation_id: number, limit: number) => heads(sql, [conversation_id], limit)
