import { only } from '../../kernel/only.ts'
import type { RoomRole } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Change } from './log-queries.ts'
import type { MessageRow } from './message.ts'
import { columns, columnsButReactions } from './queries.ts'

/** A message that somebody wants to change, with what decides whether they may. */
export interface Target extends Omit<MessageRow, 'reactions'> {
  kind: 'room' | 'team' | 'guild' | 'dm'
  slug: string | null
  is_public: boolean
  archived_at: Date | null
  dm_low: number | null
  dm_high: number | null
  /** Of the one who asks; null for outsiders. */
  role: RoomRole | null
  delete_reason: string | null
  /** Seconds; null for one who may speak. */
  muted_for: number | null
  is_active: boolean
  is_blocked: boolean
}

/** Locks the conversation of a message until the transaction ends. Whether there is such a message. */
export const lockAround = async (sql: Sql, message_id: number): Promise<boolean> => {
  const rows = await sql`
    select from conversations c
    where c.id = (select m.conversation_id from messages m where m.id = ${message_id}) and c.deleted_at is null for no key update`
  return rows.length > 0
}

export const target = async (sql: Sql, user_id: number, message_id: number): Promise<Target | undefined> => {
  const [row] = await sql<Target[]>`
    select ${columnsButReactions(sql)}, c.kind, c.slug, c.is_public, c.archived_at, c.dm_low, c.dm_high, own.role, m.delete_reason,
      case when own.muted_until > now() then least(extract(epoch from least(own.muted_until, '9999-01-01') - now()), 2147483647)::integer end as muted_for,
      coalesce((select status = 'active' from users where id = ${user_id}), false) as is_active,
      c.kind = 'dm' and exists (select from blocks b where b.user_id in (c.dm_low, c.dm_high) and b.blocked_user_id in (c.dm_low, c.dm_high)) as is_blocked
    from messages m join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id and c.deleted_at is null
    left join members own on own.conversation_id = m.conversation_id and own.user_id = ${user_id}
    where m.id = ${message_id} and (m.expires_at is null or m.expires_at > now())`
  return row
}

export interface Noted {
  kind: Change['change']
  by: number
  detail: Change['detail']
}

/** What a change does to the message's row; `noted.at` is when, as its event says. */
export type Assignment = ReturnType<Sql>

/** Takes the next seq of the conversation for a change of a message, and makes it. The caller holds the conversation's lock. */
export const advance = async (
  sql: Sql,
  { conversation_id, id }: { conversation_id: number; id: number },
  { kind, by, detail }: Noted,
  assignment: Assignment,
): Promise<{ seq: number; at: Date }> => {
  const rows = await sql<{ seq: number; at: Date }[]>`
    with head as (update conversations set last_seq = last_seq + 1 where id = ${conversation_id} returning last_seq as seq),
    noted as (
      insert into changes (conversation_id, seq, kind, message_id, user_id, detail, at)
      select ${conversation_id}, head.seq, ${kind}, ${id}, ${by}, ${sql.json(detail)}, date_trunc('milliseconds', clock_timestamp()) from head
      returning at
    )
    update messages m set change_seq = head.seq, ${assignment} from head, noted where m.id = ${id} returning head.seq, noted.at`
  return only(rows)
}

const stamped = (sql: Sql) => sql`updated_at = noted.at`

/** Keeps what the message said before. */
export const keepEdit = async (sql: Sql, before: Target, editor: number, reason: string | null): Promise<void> => {
  await sql`
    insert into message_edits (message_id, conversation_id, edit_number, content, edited_by, reason)
    values (${before.id}, ${before.conversation_id}, ${before.edit_count + 1}, ${before.content}, ${editor}, ${reason})`
}

export const edited = (
  sql: Sql,
  content: string,
  mentions: readonly number[],
  called: Target['called'],
): Assignment => sql`
  content = ${content}, mentions = ${mentions}::bigint[], called = ${called}, edit_count = edit_count + 1,
  edited_at = noted.at, ${stamped(sql)}`

/** The people with these lower-case names who are members, in that order. */
export const membersNamed = async (sql: Sql, conversation_id: number, names: readonly string[]): Promise<number[]> => {
  if (names.length === 0) return []
  const rows = await sql<{ id: number }[]>`
    select u.id from unnest(${names}::text[]) with ordinality as n (name, position)
    join users u on lower(u.username) = n.name
    join members m on m.conversation_id = ${conversation_id} and m.user_id = u.id
    order by n.position`
  return rows.map(({ id }) => id)
}

/** Whom the message mentions from now on. */
export const mention = async (
  sql: Sql,
  { id, conversation_id, number, mentions }: Target,
  people: readonly number[],
) => {
  const gone = mentions.filter((each) => !people.includes(each))
  const added = people.filter((each) => !mentions.includes(each))
  if (gone.length > 0)
    await sql`delete from mentions where user_id = any (${gone}::bigint[]) and conversation_id = ${conversation_id} and number = ${number}`
  if (added.length > 0)
    await sql`
      insert into mentions (user_id, conversation_id, number, message_id)
      select person, ${conversation_id}, ${number}, ${id} from unnest(${added}::bigint[]) as person on conflict do nothing`
  return added
}

/** The message calls nobody any more. */
export const uncall = async (sql: Sql, { conversation_id, number }: Target): Promise<void> => {
  await sql`delete from room_mentions where conversation_id = ${conversation_id} and number = ${number}`
}

/** What was said is gone for good; the row stays, so that the timeline and its threads keep their shape. */
export const deleted = (sql: Sql, by: number, reason: string | null): Assignment => sql`
  content = '', metadata = null, mentions = '{}', called = null, reaction_count = 0, pinned_at = null, pinned_by = null,
  deleted_at = noted.at, deleted_by = ${by}, delete_reason = ${reason}, ${stamped(sql)}`

/** What hangs on a message and goes with it. */
export const strip = async (sql: Sql, target: Target): Promise<void> => {
  const { id, conversation_id, number, mentions, edit_count } = target
  await sql`delete from reactions where message_id = ${id}`
  await uncall(sql, target)
  if (edit_count > 0) await sql`delete from message_edits where message_id = ${id}`
  if (mentions.length > 0)
    await sql`delete from mentions where user_id = any (${mentions}::bigint[]) and conversation_id = ${conversation_id} and number = ${number}`
}

export const pinned = (sql: Sql, by: number): Assignment =>
  sql`pinned_at = noted.at, pinned_by = ${by}, ${stamped(sql)}`

export const unpinned = (sql: Sql): Assignment => sql`pinned_at = null, pinned_by = null, ${stamped(sql)}`

export const countPinned = async (sql: Sql, conversation_id: number): Promise<number> => {
  const rows = await sql<{ count: number }[]>`
    select count(*)::integer as count from messages where conversation_id = ${conversation_id} and pinned_at is not null`
  return only(rows).count
}

/** The one pinned last first. */
export const listPinned = (sql: Sql, conversation_id: number, limit: number) => sql<MessageRow[]>`
  select ${columns(sql)} from messages m join users u on u.id = m.author_id join conversations c on c.id = m.conversation_id
  where m.conversation_id = ${conversation_id} and m.pinned_at is not null and (m.expires_at is null or m.expires_at > now())
  order by m.pinned_at desc, m.id desc limit ${limit}`

/** Whether it was not there yet. */
export const addReaction = async (sql: Sql, { id, conversation_id }: Target, user_id: number, emoji: string) =>
  (
    await sql`
      insert into reactions (message_id, conversation_id, user_id, emoji, created_at, began_at)
      select ${id}, ${conversation_id}, ${user_id}, ${emoji}, stamp.now, coalesce((select began_at from reactions where message_id = ${id} and emoji = ${emoji} limit 1), stamp.now)
      from (select clock_timestamp() as now) stamp on conflict do nothing returning 1`
  ).length > 0

/** Whether it was there. */
export const removeReaction = async (sql: Sql, { id }: Target, user_id: number, emoji: string): Promise<boolean> =>
  (await sql`delete from reactions where message_id = ${id} and user_id = ${user_id} and emoji = ${emoji} returning 1`)
    .length > 0

export const reacted = (sql: Sql, by: 1 | -1): Assignment => sql`reaction_count = reaction_count + ${by}`

/** How many have reacted with this emoji. */
export const countReactions = async (sql: Sql, message_id: number, emoji: string): Promise<number> => {
  const rows = await sql<{ count: number }[]>`
    select count(*)::integer as count from reactions where message_id = ${message_id} and emoji = ${emoji}`
  return only(rows).count
}

/** How many different emoji there are. */
export const countEmoji = async (sql: Sql, message_id: number): Promise<number> => {
  const rows = await sql<{ count: number }[]>`
    select count(distinct emoji)::integer as count from reactions where message_id = ${message_id}`
  return only(rows).count
}

export interface ReactionRow {
  emoji: string
  count: number
  users: { user_id: number; username: string }[]
}

/** By emoji, the first used first, with the first `limit` people of each. */
export const listReactions = (sql: Sql, message_id: number, limit: number) => sql<ReactionRow[]>`
  select e.emoji, e.count, (
    select json_agg(json_build_object('user_id', p.id, 'username', u.username) order by p.ord)
    from unnest(e.people[1:${limit}]) with ordinality as p (id, ord) join users u on u.id = p.id
  ) as users
  from (
    select emoji, count(*)::integer as count, min(began_at) as began, array_agg(user_id order by created_at, user_id) as people
    from reactions where message_id = ${message_id} group by emoji
  ) e order by e.began, e.emoji`
