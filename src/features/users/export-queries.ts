import type { Sql } from '../../platform/db/index.ts'

/** Each list of what is kept about a user goes on behind the last row of the page before. */

export const account = (sql: Sql, id: number) => sql`
  select uuid, status, banned_until, ban_reason, password_changed_at, email_verified_at, presence, presence_message, last_seen_at, updated_at,
    (select f.confirmed_at from second_factors f where f.user_id = users.id) as second_factor_since
  from users where id = ${id}`

export const sessions = (sql: Sql, id: number, after: { id: string } | undefined, limit: number) => sql<
  { id: string }[]
>`
  select id, host(ip) as ip, user_agent, created_at, last_used_at, expires_at, revoked_at, revoked_reason
  from sessions where user_id = ${id} and ${after === undefined ? sql`true` : sql`id > ${after.id}::uuid`} order by id limit ${limit}`

export const apiKeys = (sql: Sql, id: number, after: { id: string } | undefined, limit: number) => sql<
  { id: string }[]
>`
  select id, name, prefix, permissions, ip_whitelist::text[] as ip_whitelist, created_at, expires_at, revoked_at, last_used_at, host(last_used_ip) as last_used_ip
  from api_keys where user_id = ${id} and ${after === undefined ? sql`true` : sql`id > ${after.id}::uuid`} order by id limit ${limit}`

/** Who they are to issuers outside. */
export const identities = (
  sql: Sql,
  id: number,
  after: { issuer: string; subject: string } | undefined,
  limit: number,
) => sql<{ issuer: string; subject: string }[]>`
  select issuer, subject, claimed_name, claimed_role, created_at from external_identities
  where user_id = ${id} and (issuer, subject) > (${after?.issuer ?? ''}, ${after?.subject ?? ''}) order by issuer, subject limit ${limit}`

/** Bots of theirs. */
export const bots = (sql: Sql, id: number, after: { id: number } | undefined, limit: number) => sql<{ id: number }[]>`
  select id, username, display_name, created_at from users where owner_id = ${id} and status <> 'deleted' and id > ${after?.id ?? 0} order by id limit ${limit}`

export const memberships = (sql: Sql, id: number, after: { conversation_id: number } | undefined, limit: number) => sql<
  { conversation_id: number }[]
>`
  select m.conversation_id, c.kind, coalesce(c.name, other.username) as name, m.role, m.nickname, m.notification_level, m.joined_at, m.muted_until,
    m.last_read_message_id
  from members m join conversations c on c.id = m.conversation_id
  left join users other on c.kind = 'dm' and other.id = case when c.dm_low = ${id} then c.dm_high else c.dm_low end
  where m.user_id = ${id} and m.conversation_id > ${after?.conversation_id ?? 0} order by m.conversation_id limit ${limit}`

export const blocks = (sql: Sql, id: number, after: { user_id: number } | undefined, limit: number) => sql<
  { user_id: number }[]
>`
  select b.blocked_user_id as user_id, u.username, b.created_at from blocks b join users u on u.id = b.blocked_user_id
  where b.user_id = ${id} and b.blocked_user_id > ${after?.user_id ?? 0} order by b.blocked_user_id limit ${limit}`

/** By what their sender called them, which is the one order of an author's messages that has an index. */
export const messages = (
  sql: Sql,
  id: number,
  after: { client_id: string; conversation_id: number } | undefined,
  limit: number,
) => sql<{ client_id: string; conversation_id: number }[]>`
  select m.id, m.conversation_id, m.client_id, m.content, m.content_type, m.metadata, m.parent_id, m.created_at, m.edited_at, m.expires_at,
    case when m.edit_count > 0 then (
      select json_agg(json_build_object('content', e.content, 'edited_at', e.edited_at) order by e.edit_number) from message_edits e where e.message_id = m.id
    ) else '[]' end as earlier
  from messages m
  where m.author_id = ${id} and (m.client_id, m.conversation_id) > (${after?.client_id ?? ''}, ${after?.conversation_id ?? 0}::bigint)
    and m.deleted_at is null and (m.expires_at is null or m.expires_at > now())
  order by m.client_id, m.conversation_id limit ${limit}`

export const reactions = (
  sql: Sql,
  id: number,
  after: { message_id: number; emoji: string } | undefined,
  limit: number,
) => sql<{ message_id: number; emoji: string }[]>`
  select message_id, conversation_id, emoji, created_at from reactions
  where user_id = ${id} and (message_id, emoji) > (${after?.message_id ?? 0}::bigint, ${after?.emoji ?? ''})
  order by message_id, emoji limit ${limit}`

export const mentions = (
  sql: Sql,
  id: number,
  after: { conversation_id: number; number: number } | undefined,
  limit: number,
) => sql<{ conversation_id: number; number: number }[]>`
  select conversation_id, number, message_id from mentions
  where user_id = ${id} and (conversation_id, number) > (${after?.conversation_id ?? 0}::bigint, ${after?.number ?? 0}::bigint)
  order by conversation_id, number limit ${limit}`

export const threadReads = (sql: Sql, id: number, after: { message_id: number } | undefined, limit: number) => sql<
  { message_id: number }[]
>`
  select message_id, conversation_id, last_read_number from thread_reads
  where user_id = ${id} and message_id > ${after?.message_id ?? 0}::bigint order by message_id limit ${limit}`

/** What they reported. */
export const reports = (sql: Sql, id: number, after: { id: number } | undefined, limit: number) => sql<
  { id: number }[]
>`
  select id, message_id, conversation_id, reason, created_at, resolved_at from reports
  where reporter_id = ${id} and id > ${after?.id ?? 0} order by id limit ${limit}`

export const invites = (sql: Sql, id: number, after: { id: number } | undefined, limit: number) => sql<
  { id: number }[]
>`
  select id, conversation_id, role, max_uses, uses, expires_at, revoked_at, created_at from invites
  where created_by = ${id} and id > ${after?.id ?? 0} order by id limit ${limit}`

/** What they did, and what was done to them; of deeds of others without the address these came from. */
export const audit = (sql: Sql, id: number, after: { id: number } | undefined, limit: number) => {
  const columns = sql`l.id, l.at, l.actor_id, l.action, l.target_type, l.target_id, l.conversation_id, l.outcome, l.details,
    case when l.actor_id = ${id} then host(l.ip) end as ip`
  return sql<{ id: number }[]>`
    (select ${columns} from audit_log l where l.actor_id = ${id} and l.id > ${after?.id ?? 0} order by l.id limit ${limit})
    union
    (select ${columns} from audit_log l where l.target_type = 'user' and l.target_id = ${String(id)} and l.id > ${after?.id ?? 0} order by l.id limit ${limit})
    order by id limit ${limit}`
}
