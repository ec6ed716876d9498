import type { Actor } from '../../kernel/actor.ts'
import { type Audit, type AuditEntry, concerning } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { DomainEvents, Events } from '../../kernel/events.ts'
import type { Log } from '../../kernel/log.ts'
import { may } from '../../kernel/permissions.ts'
import { createSecret, hashSecret, type Vault } from '../../platform/crypto/index.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Tokens } from '../../transport/http/index.ts'
import type { OwnUser, Users } from '../users/index.ts'
import { actorOf } from './acting.ts'
import { refuseBefore } from './issuer-queries.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client, SessionRow } from './queries.ts'
import { createRefresh } from './refresh.ts'
import type { SignedIn } from './schema.ts'
import { excessSessions } from './session-queries.ts'
import type { AccountSettings } from './settings.ts'
import { createUses } from './uses.ts'

/** Who a token or ticket stands for, and until when. */
export interface Authenticated {
  actor: Actor
  /** Made when it is asked for: most requests show nobody to themselves, and an address must be decrypted for it. */
  readonly user: OwnUser
  /** The language tag that the user has chosen. */
  locale: string | null
  expires_at: Date
}

export interface SessionParts {
  sql: Sql
  audit: Audit<Sql>
  vault: Vault
  users: Users
  tokens: Tokens
  events: Events
  clock: Clock
  log: Log
  settings: AccountSettings
}

/** What says whether an account needs a second factor first. */
export type Standing = Pick<AccountRow, 'role' | 'has_password' | 'has_second_factor'>

type Reason = DomainEvents['session.revoked']['reason']

/** Postgres has no end of time that a Date holds; a session without `session_max_age` ends in a century. */
const forever_ms = 100 * 365 * 86_400_000
/** How long a session that was ended, or left idle, stays to tell its tokens why they fail. */
const keep_ended_ms = 30 * 86_400_000

export function createSessions({ sql, audit, vault, users, tokens, events, clock, log, settings }: SessionParts) {
  const after = (ms: number) => new Date(clock.now().getTime() + ms)
  const uses = createUses({ sql, clock, log })
  /** Whose last use is not after this has been idle for too long. */
  const unusedSince = () => after(-(settings.session_idle_timeout || forever_ms))

  /** A ban whose time has passed is lifted by the first who meets it. */
  async function requireStanding(row: AccountRow): Promise<void> {
    if (row.status !== 'banned') return
    const now = clock.now()
    if (row.banned_until === null || row.banned_until > now) throw concerning(row.id, banned(row))
    await transact(sql, async (tx) => {
      const [lifted] = await queries.liftBan(tx, row.id, now)
      if (lifted === undefined) return
      const target = { type: 'user', id: row.id } as const
      await audit.record(tx, {
        actor: null,
        action: 'user.unban',
        outcome: 'success',
        target,
        details: { reason: 'over' },
      })
    })
  }

  /** Whether the account must have a second factor, and has none. Bots have no password and sign in by keys; of others without one their issuer asks what it wants. */
  const isConfined = ({ role, has_password, has_second_factor }: Standing): boolean =>
    settings.require_2fa_for_admins && has_password && !has_second_factor && may({ role }, 'manage_users')

  async function answer(
    row: AccountRow,
    session_id: string,
    refresh_token: string,
    session_ends: Date,
    access_ms: number,
  ): Promise<SignedIn> {
    const expires_at = earlier(after(access_ms), session_ends)
    const claims = { sub: String(row.id), sid: session_id, role: row.role, username: row.username }
    return {
      access_token: await tokens.sign(claims, expires_at),
      refresh_token,
      expires_in: Math.max(0, Math.ceil((expires_at.getTime() - clock.now().getTime()) / 1000)),
      token_type: 'Bearer',
      user: users.ownView(row),
    }
  }

  async function authenticated(row: SessionRow | undefined, expires_at: Date): Promise<Authenticated> {
    if (row === undefined || row.status === 'deleted') throw new AppError('SESSION_REVOKED')
    await requireStanding(row)
    if (row.revoked_at !== null || row.session_expires_at <= clock.now() || row.last_used_at <= unusedSince())
      throw concerning(row.id, new AppError('SESSION_REVOKED'))
    uses.note(row.session_id)
    return {
      actor: actorOf(row, row.session_id, isConfined(row)),
      get user() {
        return users.ownView(row)
      },
      locale: row.locale,
      expires_at: earlier(expires_at, row.session_expires_at),
    }
  }

  /** For a transaction: gives what tells of it and says how many ended, to be called once that is committed. Null for `by`: nobody who has signed in. */
  const revoking =
    (
      user_id: number,
      { session_ids, except = null }: { session_ids: string[] | 'all'; except?: string | null },
      reason: Reason,
      by: AuditEntry['actor'],
    ) =>
    async (tx: Sql): Promise<() => number> => {
      // Of those whom an issuer vouches for, tokens that were not seen yet as well.
      if (session_ids === 'all') await refuseBefore(tx, user_id, clock.now())
      const rows = await queries.revokeSessions(tx, { user_id, session_ids, except, reason, now: clock.now() })
      const ids = rows.map(({ id }) => id)
      if (ids.length === 0) return () => 0
      await audit.record(tx, endOf(user_id, ids, reason, by))
      return () => {
        events.emit('session.revoked', { user_id, session_ids: ids, reason })
        return ids.length
      }
    }

  /** Says how many there were to end. */
  async function end(...wanted: Parameters<typeof revoking>): Promise<number> {
    const tell = await transact(sql, revoking(...wanted))
    return tell()
  }

  async function revoke(...wanted: Parameters<typeof revoking>): Promise<void> {
    await end(...wanted)
  }

  async function endExcess(tx: Sql, user_id: number, session_id: string): Promise<() => number> {
    const most = settings.max_sessions_per_user
    if (most === 0) return () => 0
    const which = { user_id, now: clock.now(), unused_since: unusedSince() }
    const rows = await excessSessions(tx, which, { session_id, most })
    return rows.length === 0 ? () => 0 : revoking(user_id, { session_ids: rows.map(({ id }) => id) }, 'limit', null)(tx)
  }

  const refresh = createRefresh({
    sql,
    audit,
    vault,
    clock,
    log,
    settings,
    unusedSince,
    requireStanding,
    banned,
    answer: (row, next) => answer(row, row.session_id, next, row.session_expires_at, settings.jwt_access_duration),
    end: ({ user_id, session_id }) => revoke(user_id, { session_ids: [session_id] }, 'reuse', null),
  })

  return {
    requireStanding,
    revoking,
    end,
    revoke,
    uses,
    unusedSince,
    isConfined,

    /** A new session; `access_ms` sets another life for its first access token. */
    open: async (
      row: AccountRow,
      client: Client,
      by: 'password' | 'registration' | 'cli',
      access_ms = settings.jwt_access_duration,
    ): Promise<SignedIn> => {
      const refresh_token = createSecret()
      const expires_at = after(settings.session_max_age || forever_ms)
      const token_expires_at = earlier(after(settings.jwt_refresh_duration), expires_at)
      const session = {
        user_id: row.id,
        password_hash: row.password_hash,
        client,
        now: clock.now(),
        expires_at,
        token_hash: hashSecret(refresh_token),
        token_expires_at,
      }
      const opened = await transact(sql, async (tx) => {
        const [made] = await queries.insertSession(tx, session)
        if (made === undefined) throw new AppError('INVALID_CREDENTIALS')
        await audit.record(tx, {
          actor: by === 'cli' ? null : { id: row.id, ip: client.ip, request_id: client.request_id ?? null },
          action: 'session.begin',
          outcome: 'success',
          target: { type: 'session', id: made.id },
          details: { by, user_id: row.id },
        })
        return { ...made, tell: await endExcess(tx, row.id, made.id) }
      })
      opened.tell()
      return answer(row, opened.id, refresh_token, expires_at, access_ms)
    },

    refresh,

    authenticate: async (token: string): Promise<Authenticated> => {
      const claims = await tokens.verify(token)
      const [row] = await queries.sessionById(sql, claims.sid, Number(claims.sub))
      return authenticated(row, new Date(claims.exp * 1000))
    },

    issueTicket: async (actor: Actor, life_ms: number): Promise<string> => {
      const ticket = createSecret()
      await queries.insertTicket(sql, hashSecret(ticket), actor.session_id, after(life_ms))
      return ticket
    },

    /** The socket then lives as long as an access token issued now would. */
    redeemTicket: async (ticket: string): Promise<Authenticated> => {
      const [taken] = await queries.takeTicket(sql, hashSecret(ticket))
      if (taken === undefined) throw new AppError('INVALID_TOKEN')
      if (taken.expires_at <= clock.now()) throw new AppError('TOKEN_EXPIRED')
      const [row] = await queries.sessionById(sql, taken.session_id, null)
      return authenticated(row, after(settings.jwt_access_duration))
    },

    sweep: async (): Promise<void> => {
      const unused_since = new Date(unusedSince().getTime() - keep_ended_ms)
      await queries.deleteEnded(sql, clock.now(), after(-keep_ended_ms), unused_since)
    },
  }
}

/** Until when, and why: told to nobody who has not shown that they are the one. */
function banned({ banned_until, ban_reason }: Pick<AccountRow, 'banned_until' | 'ban_reason'>): AppError {
  const details = {
    ...(banned_until !== null && { banned_until: banned_until.toISOString() }),
    ...(ban_reason !== null && { reason: ban_reason }),
  }
  return new AppError('USER_BANNED', Object.keys(details).length === 0 ? undefined : details)
}

/** One session by its id, several by their user. */
function endOf(user_id: number, ids: string[], reason: Reason, actor: AuditEntry['actor']): AuditEntry {
  const [first] = ids
  const target: AuditEntry['target'] =
    ids.length === 1 && first !== undefined ? { type: 'session', id: first } : { type: 'user', id: user_id }
  return {
    actor,
    action: 'session.end',
    outcome: 'success',
    target,
    details: { reason, user_id, sessions: ids.length },
  }
}

const earlier = (left: Date, right: Date): Date => (left < right ? left : right)
