import { AppError } from '../../kernel/errors.ts'
import { byteArray, type Sql } from '../../platform/db/index.ts'
import type { UserRow } from '../users/index.ts'

export interface AccountRow extends UserRow {
  password_hash: string | null
  has_password: boolean
  banned_until: Date | null
  ban_reason: string | null
  presence: string
  /** Turned on, and confirmed by a code. */
  has_second_factor: boolean
}

export interface SessionRow extends AccountRow {
  session_id: string
  session_expires_at: Date
  last_used_at: Date
  revoked_at: Date | null
}

export interface Client {
  ip: string | null
  user_agent: string | null
  /** For the audit trail. */
  request_id?: string
}

export const columns = (sql: Sql) => sql`
  u.id, u.username, u.display_name, u.role, u.status, u.is_bot, u.locale, u.email_encrypted, u.email_verified_at, u.created_at,
  u.password_hash, u.password_hash is not null as has_password, u.banned_until, u.ban_reason, u.presence,
  exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null) as has_second_factor`

export const insertUser = async (
  sql: Sql,
  user: {
    username: string
    role: string
    password_hash: string | null
    email_encrypted: Buffer | null
    email_index: Buffer | null
  },
): Promise<AccountRow> => {
  const [row] = await sql<[AccountRow]>`
    insert into users as u (username, role, password_hash, password_changed_at, email_encrypted, email_index)
    values (${user.username}, ${user.role}, ${user.password_hash}, now(), ${user.email_encrypted}, ${user.email_index})
    returning ${columns(sql)}`
  return row
}

/** In lower case as JavaScript has it: attempts are counted by that, and what counts apart must not find the same account. */
export const accountByName = (sql: Sql, username: string) => sql<AccountRow[]>`
  select ${columns(sql)} from users u where lower(u.username) = ${username.toLowerCase()} and u.status <> 'deleted'`

export const accountById = (sql: Sql, id: number) => sql<AccountRow[]>`
  select ${columns(sql)} from users u where u.id = ${id} and u.status <> 'deleted'`

/** Whether somebody of this network, or of this one address, has signed in to this account before. */
export const knowsNetwork = (sql: Sql, user_id: number, network: string | null, since: Date) => sql`
  select from sessions where user_id = ${user_id} and ip <<= ${network}::inet and created_at > ${since} limit 1`

/** The costs of Argon2id that passwords are hashed at, as hashes begin, and how many are. Of a million, a regular expression for each would take twenty seconds. */
export const costsInUse = (sql: Sql) => sql<{ cost: string; accounts: number }[]>`
  with used as materialized (
    select split_part(password_hash, '$', 4) as part, count(*) as accounts from users
    where status <> 'deleted' and starts_with(password_hash, '$argon2id$v=19$') group by 1
  )
  select '$argon2id$v=19$' || part || '$' as cost, accounts from used where part ~ '^m=\\d+,t=\\d+,p=\\d+$' order by 1`

/** RESOURCE_CONFLICT when the account has another address than the one the password was hashed for, or another password than `old`. */
export const setPassword = async (
  sql: Sql,
  account: Pick<AccountRow, 'id' | 'email_encrypted'>,
  password_hash: string,
  now: Date,
  old?: string | null,
): Promise<void> => {
  const changed = await sql`
    update users set password_hash = ${password_hash}, password_changed_at = ${now}, updated_at = ${now}
    where id = ${account.id} and email_encrypted is not distinct from ${account.email_encrypted}
      and (${old === undefined} or password_hash is not distinct from ${old ?? null}) returning id`
  if (changed.length === 0)
    throw new AppError('RESOURCE_CONFLICT', { reason: 'the account changed meanwhile; ask again' })
}

export const liftBan = (sql: Sql, user_id: number, now: Date) => sql<{ id: number }[]>`
  update users set status = 'active', banned_until = null, ban_reason = null, updated_at = ${now}
  where id = ${user_id} and status = 'banned' and banned_until <= ${now} returning id`

export const setRole = (sql: Sql, username: string, role: string, now: Date) => sql<
  (AccountRow & { old_role: string })[]
>`
  update users u set role = ${role}, updated_at = ${now} from (select id, role from users where lower(username) = ${username.toLowerCase()} for update) old
  where u.id = old.id and u.status <> 'deleted' returning ${columns(sql)}, old.role as old_role`

/** A session with its first refresh token. Its user stays locked, so that of a new password and a session by the old one only one is. */
export const insertSession = (
  sql: Sql,
  session: {
    user_id: number
    password_hash: string | null
    client: Client
    now: Date
    expires_at: Date
    token_hash: Buffer
    token_expires_at: Date
  },
) => sql<{ id: string }[]>`
  with session as (
    insert into sessions (user_id, user_agent, ip, created_at, last_used_at, expires_at)
    select u.id, ${session.client.user_agent}, ${session.client.ip}::inet, ${session.now}, ${session.now}, ${session.expires_at}
    from users u where u.id = ${session.user_id} and u.password_hash is not distinct from ${session.password_hash}
    for no key update
    returning id
  ),
  token as (
    insert into refresh_tokens (token_hash, session_id, created_at, expires_at)
    select ${session.token_hash}, id, ${session.now}, ${session.token_expires_at} from session
  )
  select id from session`

/**
 * Uses a refresh token and writes its successor. Of two at once, one waits for the other's row lock and then finds the
 * token used. No row: the token is unknown, used, ended, or its session is over.
 */
export const rotateToken = (
  sql: Sql,
  rotation: { token_hash: Buffer; next_hash: Buffer; now: Date; next_expires_at: Date; unused_since: Date },
) => sql<SessionRow[]>`
  with used as (
    update refresh_tokens set used_at = ${rotation.now}
    where token_hash = ${rotation.token_hash} and used_at is null and expires_at > ${rotation.now}
      and exists (
        select from sessions s join users u on u.id = s.user_id
        where s.id = session_id and s.last_used_at > ${rotation.unused_since} and (u.status = 'active' or u.banned_until <= ${rotation.now}))
    returning session_id
  ),
  session as (
    update sessions s set last_used_at = ${rotation.now} from used
    where s.id = used.session_id and s.revoked_at is null and s.expires_at > ${rotation.now}
    returning s.id, s.user_id, s.expires_at, s.last_used_at, s.revoked_at
  ),
  successor as (
    insert into refresh_tokens (token_hash, session_id, created_at, expires_at)
    select ${rotation.next_hash}, id, ${rotation.now}, least(${rotation.next_expires_at}::timestamptz, expires_at) from session
  )
  select ${columns(sql)}, s.id as session_id, s.expires_at as session_expires_at, s.last_used_at, s.revoked_at
  from session s join users u on u.id = s.user_id`

export const refreshTokenByHash = (sql: Sql, token_hash: Buffer) => sql<
  {
    session_id: string
    user_id: number
    status: string
    banned_until: Date | null
    ban_reason: string | null
    used_at: Date | null
    last_used_at: Date
    revoked_at: Date | null
  }[]
>`
  select t.session_id, s.user_id, u.status, u.banned_until, u.ban_reason, t.used_at, s.last_used_at, s.revoked_at
  from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = s.user_id where t.token_hash = ${token_hash}`

/** The session, where one of these is a refresh token of it that was not used. */
export const sessionOfUnused = (sql: Sql, session_id: string, hashes: Buffer[]) => sql<
  (SessionRow & { token_hash: Buffer; token_expires_at: Date })[]
>`
  select ${columns(sql)}, s.id as session_id, s.expires_at as session_expires_at, s.last_used_at, s.revoked_at, t.token_hash, t.expires_at as token_expires_at
  from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = s.user_id
  where s.id = ${session_id} and u.status <> 'deleted' and t.token_hash = any (${byteArray(sql, hashes)}) and t.used_at is null`

export const sessionById = (sql: Sql, session_id: string, user_id: number | null) => sql<SessionRow[]>`
  select ${columns(sql)}, s.id as session_id, s.expires_at as session_expires_at, s.last_used_at, s.revoked_at
  from sessions s join users u on u.id = s.user_id
  where s.id = ${session_id} and (${user_id}::bigint is null or s.user_id = ${user_id})`

export const revokeSessions = (
  sql: Sql,
  which: { user_id: number; session_ids: string[] | 'all'; except: string | null; reason: string; now: Date },
) => sql<{ id: string }[]>`
  update sessions set revoked_at = ${which.now}, revoked_reason = ${which.reason}
  where user_id = ${which.user_id} and revoked_at is null
    and (${which.session_ids === 'all'} or id = any (${which.session_ids === 'all' ? [] : which.session_ids}::uuid[]))
    and (${which.except}::uuid is null or id <> ${which.except}::uuid)
  returning id`

export const insertTicket = (sql: Sql, ticket_hash: Buffer, session_id: string, expires_at: Date) => sql`
  insert into ws_tickets (ticket_hash, session_id, expires_at) values (${ticket_hash}, ${session_id}, ${expires_at})`

export const takeTicket = (sql: Sql, ticket_hash: Buffer) => sql<{ session_id: string; expires_at: Date }[]>`
  delete from ws_tickets where ticket_hash = ${ticket_hash} returning session_id, expires_at`

/** A session without refresh tokens is of tokens that somebody else signs: one that was ended would begin anew if it were forgotten before they are over. */
export const deleteEnded = (sql: Sql, now: Date, revoked_before: Date, unused_since: Date) => sql`
  with tickets as (delete from ws_tickets where expires_at < ${now}),
  resets as (delete from password_resets where expires_at < ${now})
  delete from sessions s where expires_at < ${now}
    or (revoked_at < ${revoked_before} or last_used_at < ${unused_since}) and exists (select from refresh_tokens t where t.session_id = s.id)`
