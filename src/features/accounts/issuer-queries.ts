import type { Role } from '../../kernel/permissions.ts'
import type { Sql } from '../../platform/db/index.ts'
import { type AccountRow, columns } from './queries.ts'

export interface Identity {
  issuer: string
  subject: string
}

export interface IdentityRow extends AccountRow {
  claimed_name: string | null
  claimed_role: string | null
  claimed_at: Date
  /** Null while this session was never seen. */
  session_expires_at: Date | null
  session_used_at: Date | null
  session_revoked_at: Date | null
}

export interface Claimed {
  name: string | null
  role: string | null
  at: Date
}

/** The user behind a subject and the session of its token, in one look. */
export const identity = (sql: Sql, { issuer, subject }: Identity, session_id: string) => sql<IdentityRow[]>`
  select ${columns(sql)}, i.claimed_name, i.claimed_role, i.claimed_at,
    s.expires_at as session_expires_at, s.last_used_at as session_used_at, s.revoked_at as session_revoked_at
  from external_identities i join users u on u.id = i.user_id left join sessions s on s.id = ${session_id} and s.user_id = i.user_id
  where i.issuer = ${issuer} and i.subject = ${subject}`

/** Until the end of the transaction nobody else makes a user of this subject. */
export const lockSubject = (sql: Sql, { issuer, subject }: Identity) => sql`
  select pg_advisory_xact_lock(hashtextextended(${issuer} || ' ' || ${subject}, 11))`

/** The user's row, which everybody who changes both locks before the identity. */
export const lockUserOf = (sql: Sql, { issuer, subject }: Identity) => sql`
  select from users where id = (select user_id from external_identities where issuer = ${issuer} and subject = ${subject}) for no key update`

/** The identity as it is now, kept by others from changing. */
export const lockIdentity = (sql: Sql, { issuer, subject }: Identity) => sql<
  {
    user_id: number
    role: Role
    status: AccountRow['status']
    claimed_name: string | null
    claimed_role: string | null
    claimed_at: Date
  }[]
>`
  select i.user_id, u.role, u.status, i.claimed_name, i.claimed_role, i.claimed_at
  from external_identities i join users u on u.id = i.user_id
  where i.issuer = ${issuer} and i.subject = ${subject} for update of i`

export const namesTaken = (sql: Sql, names: readonly string[]) => sql<{ name: string }[]>`
  select lower(username) as name from users where lower(username) = any (${names.map((name) => name.toLowerCase())}::text[])`

/** No row: somebody took the name meanwhile. */
export const insertUser = (sql: Sql, user: { username: string; display_name: string | null; role: string }) => sql<
  { id: number }[]
>`
  insert into users (username, display_name, role) values (${user.username}, ${user.display_name}, ${user.role})
  on conflict (lower(username)) do nothing returning id`

export const insertIdentity = (sql: Sql, { issuer, subject }: Identity, user_id: number, claimed: Claimed) => sql`
  insert into external_identities (issuer, subject, user_id, claimed_name, claimed_role, claimed_at)
  values (${issuer}, ${subject}, ${user_id}, ${claimed.name}, ${claimed.role}, ${claimed.at})`

export const noteClaims = (sql: Sql, { issuer, subject }: Identity, claimed: Claimed) => sql`
  update external_identities set claimed_name = ${claimed.name}, claimed_role = ${claimed.role}, claimed_at = ${claimed.at}
  where issuer = ${issuer} and subject = ${subject}`

/** What is null stays. A username that is another's stays as it was. */
export const changeUser = (
  sql: Sql,
  user_id: number,
  change: { username: string | null; display_name: string | null; role: string | null; now: Date },
) => sql`
  update users u set
    username = case
      when ${change.username}::text is not null and not exists (
        select from users o where lower(o.username) = lower(${change.username}::text) and o.id <> u.id)
      then ${change.username}::text else u.username end,
    display_name = coalesce(${change.display_name}::text, u.display_name), role = coalesce(${change.role}::text, u.role), updated_at = ${change.now}
  where u.id = ${user_id}`

/** A token as new as this one was seen, whatever it said: older ones are no news any more. */
export const noteSeen = (sql: Sql, { issuer, subject }: Identity, at: Date) => sql`
  update external_identities set claimed_at = ${at} where issuer = ${issuer} and subject = ${subject} and claimed_at < ${at}`

/** Read so that nobody changes it before the transaction ends: a moment that is set waits, and is then seen by whoever set it to have ended this session too. */
export const notBefore = (sql: Sql, { issuer, subject }: Identity) => sql<{ not_before: Date | null }[]>`
  select not_before from external_identities where issuer = ${issuer} and subject = ${subject} for share`

/** A session of somebody whom an issuer vouches for. No row: it was there. */
export const insertSession = (
  sql: Sql,
  session: { id: string; user_id: number; ip: string | null; user_agent: string | null; now: Date; expires_at: Date },
) => sql<{ id: string }[]>`
  insert into sessions (id, user_id, user_agent, ip, created_at, last_used_at, expires_at)
  values (${session.id}, ${session.user_id}, ${session.user_agent}, ${session.ip}::inet, ${session.now}, ${session.now}, ${session.expires_at})
  on conflict (id) do nothing returning id`

export const prolongSession = (sql: Sql, id: string, expires_at: Date, now: Date) => sql`
  update sessions set expires_at = greatest(expires_at, ${expires_at}::timestamptz),
    last_used_at = case when revoked_at is null then ${now} else last_used_at end
  where id = ${id}`

/** From now on tokens of this user that were issued before, and never seen, are refused, whoever issued them: those that were seen are sessions, which end by themselves. */
export const refuseBefore = (sql: Sql, user_id: number, moment: Date) => sql`
  update external_identities set not_before = ${moment} where user_id = ${user_id}`
