import type { AuditEntry } from '../../kernel/audit.ts'
import type { Sql } from '../../platform/db/index.ts'

export const record = (sql: Sql, { actor, action, outcome, target, conversation_id, details }: AuditEntry) => sql`
  insert into audit_pending (actor_id, action, target_type, target_id, conversation_id, ip, request_id, outcome, details)
  values (${actor?.id ?? null}, ${action}, ${target?.type ?? null}, ${target === undefined ? null : String(target.id)}, ${conversation_id ?? null},
    ${actor?.ip ?? null}, ${actor?.request_id ?? null}, ${outcome}, ${sql.json((details ?? {}) as never)})`

export interface RefusalRow {
  at: string
  actor_id: number | null
  action: string
  target_type: string | null
  target_id: string | null
  conversation_id: number | null
  /** The slug of a room, where that was named instead of the id. */
  room: string | null
  ip: string | null
  request_id: string | null
  outcome: string
  details: Record<string, unknown>
}

/**
 * All in one statement, which also finds the conversation of a slug or of a message. Only one that the actor sees counts: nobody gets into the trail of a room by
 * naming it.
 */
export const recordRefusals = (sql: Sql, rows: readonly RefusalRow[]) => sql`
  insert into audit_pending (at, actor_id, action, target_type, target_id, conversation_id, ip, request_id, outcome, details)
  select r.at, r.actor_id, r.action, r.target_type, r.target_id, place.id, r.ip, r.request_id, r.outcome, r.details
  from jsonb_to_recordset(${sql.json(rows.map((row, position) => ({ ...row, position })) as never)}) as r (
    at timestamptz, actor_id bigint, action text, target_type text, target_id text, conversation_id bigint, room text, ip inet, request_id text,
    outcome text, details jsonb, position bigint)
  left join conversations c on c.slug = r.room and c.deleted_at is null
  left join messages m on r.target_type = 'message' and m.id = case when r.target_type = 'message' then r.target_id::bigint end
  left join lateral (
    select v.id from conversations v where v.id = coalesce(r.conversation_id, c.id, m.conversation_id)
      and (v.is_public or exists (select from members me where me.conversation_id = v.id and me.user_id = r.actor_id)) limit 1
  ) place on true
  order by r.position`

export interface EntryRow {
  id: number
  at: Date
  actor_id: number | null
  actor_username: string | null
  action: string
  target_type: string | null
  target_id: string | null
  outcome: 'success' | 'failure' | 'denied'
  details: Record<string, unknown>
  ip: string | null
}

/** What was done in a conversation, the newest first. */
export const entriesOf = (
  sql: Sql,
  conversation_id: number,
  { before, action, limit }: { before: number | undefined; action: string | undefined; limit: number },
) => sql<EntryRow[]>`
  select l.id, l.at, l.actor_id, u.username as actor_username, l.action, l.target_type, l.target_id, l.outcome, l.details, host(l.ip) as ip
  from audit_log l left join users u on u.id = l.actor_id
  where l.conversation_id = ${conversation_id}
    and ${before === undefined ? sql`true` : sql`l.id < ${before}`}
    and ${action === undefined ? sql`true` : sql`l.action = ${action}`}
  order by l.id desc limit ${limit}`

export interface ServerEntryRow extends EntryRow {
  conversation_id: number | null
  request_id: string | null
  /** Microseconds since the epoch: exact, as a Date is not. */
  micros: string
}

export interface Wanted {
  action: string | undefined
  actor_id: number | undefined
  target_type: string | undefined
  target_id: string | undefined
  outcome: string | undefined
  from: Date | undefined
  /** Not included. */
  to: Date | undefined
  /** The last of the page before. */
  before: { micros: string; id: number } | undefined
  limit: number
}

/** What was done anywhere, the latest first. */
export const entries = (sql: Sql, wanted: Wanted) => {
  const { before, from, to } = wanted
  const equal = (['action', 'actor_id', 'target_type', 'target_id', 'outcome'] as const).reduce(
    (all, name) => {
      const value = wanted[name]
      return value === undefined ? all : sql`${all} and l.${sql(name)} = ${value}`
    },
    sql``,
  )
  return sql<ServerEntryRow[]>`
    select l.id, l.at, (extract(epoch from l.at) * 1000000)::bigint::text as micros, l.actor_id, u.username as actor_username, l.action, l.target_type, l.target_id,
      l.conversation_id, l.request_id, l.outcome, l.details, host(l.ip) as ip
    from audit_log l left join users u on u.id = l.actor_id
    where true ${equal}
      ${from === undefined ? sql`` : sql`and l.at >= ${from}`}
      ${to === undefined ? sql`` : sql`and l.at < ${to}`}
      ${before === undefined ? sql`` : sql`and (l.at, l.id) < (to_timestamp(0) + ${before.micros}::bigint * interval '1 microsecond', ${before.id}::bigint)`}
    order by l.at desc, l.id desc limit ${wanted.limit}`
}

export interface ExportRow extends EntryRow {
  conversation_id: number | null
  request_id: string | null
  format: number
  previous_hash: string
  hash: string
}

/** Rows of the chain behind one. `at` and `details` are text, exact to the microsecond and the digit. */
export const exported = (sql: Sql, after: number, limit: number) => sql<
  (Omit<ExportRow, 'at' | 'details'> & { at: string; details: string })[]
>`
  select l.id, to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, l.actor_id, u.username as actor_username, l.action, l.target_type, l.target_id,
    l.conversation_id, l.ip::text as ip, l.request_id, l.outcome, l.details::text as details, l.format, encode(l.previous_hash, 'hex') as previous_hash, encode(l.hash, 'hex') as hash
  from audit_log l left join users u on u.id = l.actor_id
  where l.id > ${after} order by l.id limit ${limit}`
