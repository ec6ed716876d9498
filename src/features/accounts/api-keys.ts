import type { Actor, Caller } from '../../kernel/actor.ts'
import { type Audit, type AuditEntry, concerning } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError, type ErrorCode } from '../../kernel/errors.ts'
import type { Events } from '../../kernel/events.ts'
import { furthest, futureTime } from '../../kernel/future-time.ts'
import { only } from '../../kernel/only.ts'
import { grantable, may } from '../../kernel/permissions.ts'
import { hashSecret } from '../../platform/crypto/index.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Users } from '../users/index.ts'
import { actorOf } from './acting.ts'
import * as queries from './api-key-queries.ts'
import type { ApiKeyRow, KeyInUse } from './api-key-queries.ts'
import type { ApiKey, ApiKeyPage, ApiKeyQuery, MadeApiKey, NewApiKey } from './api-key-schema.ts'
import { createKey, isKey, prefixOf } from './api-key-text.ts'
import type { AccountRow } from './queries.ts'
import { rangeOf } from './ranges.ts'
import type { Authenticated } from './sessions.ts'

export interface ApiKeyParts {
  sql: Sql
  audit: Audit<Sql>
  users: Users
  events: Events
  clock: Clock
  /** Rejects with `USER_BANNED`; lifts a ban that is over. */
  requireStanding(row: AccountRow): Promise<void>
  /** Whether an account must have a second factor, and has none. */
  isConfined(row: AccountRow): boolean
  settings: { max_api_keys_per_user: number }
}

export type ApiKeys = ReturnType<typeof createApiKeys>

/** `last_used_at` is this exact. */
const use_grain_ms = 60_000
/** How long a key that ended stays, to say why it fails. */
const keep_ended_ms = 30 * 86_400_000
/**
 * Keys for programs: each acts as one user, a person or a bot, with those of its user's permissions that it was given. Each use reads the key and its user, so what
 * is revoked, banned or demoted is so at once.
 */
export function createApiKeys(parts: ApiKeyParts) {
  const { sql, audit, users, events, clock, requireStanding, isConfined, settings } = parts
  const { max_api_keys_per_user } = settings

  /** Whose keys these are to see and to end. `USER_NOT_FOUND` for everybody else's. */
  async function requireHolder(actor: Actor, user_id: number): Promise<void> {
    if (user_id === actor.id) return
    const [holder] = await queries.findHolder(sql, user_id)
    if (holder === undefined || !(holder.owner_id === actor.id || may(actor, 'manage_users')))
      throw new AppError('USER_NOT_FOUND')
  }

  /** Who a new key acts as, locked: oneself, or a bot. */
  async function lockHolder(tx: Sql, actor: Actor, user_id: number) {
    const [holder] = await queries.lockHolder(tx, user_id)
    const isOwn = user_id === actor.id || holder?.owner_id === actor.id
    if (holder === undefined || !(isOwn || (holder.is_bot && may(actor, 'manage_users'))))
      throw new AppError('USER_NOT_FOUND')
    return holder
  }

  function refuse(row: KeyInUse, code: ErrorCode, reason: string, { ip, request_id = null }: Caller): never {
    const error = concerning(row.id, new AppError(code))
    audit.refused({
      actor: null,
      ip,
      request_id,
      action: 'key.use',
      target: { type: 'key', id: row.key_id },
      details: { user_id: row.id, reason },
      error,
    })
    throw error
  }

  async function requireOwner({ owner_status, owner_banned_until }: KeyInUse, fail: Fail): Promise<void> {
    if (owner_status === 'deleted') fail('SESSION_REVOKED', 'owner deleted')
    const isOver = owner_banned_until !== null && owner_banned_until <= clock.now()
    if (owner_status === 'banned' && !isOver) fail('USER_BANNED', 'owner banned')
  }

  /** For a transaction: gives what tells of it, to be called once that is committed. */
  const revoking =
    (user_id: number, id: string | null, by: Actor, details: Record<string, unknown> = {}) =>
    async (tx: Sql): Promise<() => void> => {
      const ended = await queries.revokeKeys(tx, user_id, id, clock.now())
      for (const key of ended) await audit.record(tx, deed(by, 'key.revoke', key.id, { user_id, ...details }))
      const session_ids = ended.map((key) => key.id)
      return () => {
        if (session_ids.length > 0) events.emit('session.revoked', { user_id, session_ids, reason: 'key' })
      }
    }

  return {
    revoking,

    /** Throws `PERMISSION_DENIED` for permissions that are not to be given, `USER_NOT_FOUND`, `RESOURCE_CONFLICT` (details: `reason`), `VALIDATION_FAILED`. */
    create: async (actor: Actor, wanted: NewApiKey): Promise<MadeApiKey> => {
      const now = clock.now()
      const name = nameOf(wanted.name)
      const { expires_at: end = null } = wanted
      const expires_at = end === null ? null : futureTime(end, 'expires_at', now)
      const ip_whitelist = (wanted.ip_whitelist ?? []).map(rangeOf)
      const key = createKey()
      const row = await transact(sql, async (tx) => {
        const holder = await lockHolder(tx, actor, wanted.user_id ?? actor.id)
        // Nobody gives to a bot what they may not do themselves.
        const [own, given] = [grantable(actor.role), grantable(holder.role)]
        const beyond = wanted.permissions.find((each) => !own.has(each) || !given.has(each))
        if (beyond !== undefined)
          throw new AppError('PERMISSION_DENIED', { permission: beyond, reason: "not a permission of the key's owner" })
        const { count } = only(await queries.countKeys(tx, holder.id, now))
        if (max_api_keys_per_user > 0 && count >= max_api_keys_per_user)
          throw new AppError('RESOURCE_CONFLICT', { reason: 'too many API keys', max_api_keys_per_user })
        const made = only(
          await queries.insertKey(tx, {
            user_id: holder.id,
            created_by: actor.id,
            name,
            prefix: prefixOf(key),
            key_hash: hashSecret(key),
            permissions: wanted.permissions,
            ip_whitelist,
            expires_at,
            now,
          }),
        )
        const { id, user_id, prefix, permissions } = made
        await audit.record(tx, deed(actor, 'key.create', id, { user_id, name, prefix, permissions, expires_at }))
        return made
      })
      return { ...view(row), key }
    },

    /** The newest first. `USER_NOT_FOUND` for whose keys are not to be seen. */
    list: async (actor: Actor, { user_id = actor.id, limit = 50, cursor }: ApiKeyQuery): Promise<ApiKeyPage> => {
      await requireHolder(actor, user_id)
      const rows = await queries.keysAfter(sql, user_id, cursor ?? null, limit + 1)
      const page = rows.slice(0, limit)
      return { api_keys: page.map(view), next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
    },

    /** Takes effect at once; its sockets close within a second. `NOT_FOUND`. */
    revoke: async (actor: Actor, id: string): Promise<void> => {
      const [key] = await queries.findKey(sql, id)
      const isOwn = key !== undefined && (key.user_id === actor.id || key.owner_id === actor.id)
      if (key === undefined || !(isOwn || may(actor, 'manage_users'))) throw new AppError('NOT_FOUND')
      const tell = await transact(sql, revoking(key.user_id, key.id, actor, { prefix: key.prefix }))
      tell()
    },

    /**
     * The user behind a key, with what the key may. Throws `INVALID_TOKEN`, which an address that is not on the list gets too; `TOKEN_EXPIRED`, `SESSION_REVOKED`,
     * `USER_BANNED`.
     */
    authenticate: async (text: string, caller: Caller): Promise<Authenticated> => {
      if (!isKey(text)) throw new AppError('INVALID_TOKEN')
      const [row] = await queries.keyByHash(sql, hashSecret(text), caller.ip)
      if (row === undefined) throw new AppError('INVALID_TOKEN')
      const fail: Fail = (code, reason) => refuse(row, code, reason, caller)
      // First, so that whoever found a key elsewhere learns nothing of it.
      if (!row.is_address_allowed) fail('INVALID_TOKEN', 'address')
      const now = clock.now()
      if (row.key_revoked_at !== null || row.status === 'deleted') fail('SESSION_REVOKED', 'revoked')
      if (row.key_expires_at !== null && row.key_expires_at <= now) fail('TOKEN_EXPIRED', 'expired')
      await requireStanding(row)
      await requireOwner(row, fail)
      const stale = new Date(now.getTime() - use_grain_ms)
      if (row.key_used_at === null || row.key_used_at < stale)
        await queries.noteUse(sql, row.key_id, caller.ip, now, stale)
      // Who must have a second factor is not let off by a key.
      const actor: Actor = { ...actorOf(row, row.key_id, isConfined(row)), scopes: row.permissions }
      return {
        actor,
        get user() {
          return users.ownView(row, actor)
        },
        locale: row.locale,
        expires_at: row.key_expires_at ?? furthest,
      }
    },

    /** Deletes keys that ended long ago; to be called now and then. */
    sweep: async (): Promise<void> => {
      await queries.deleteEndedKeys(sql, new Date(clock.now().getTime() - keep_ended_ms))
    },
  }
}

type Fail = (code: ErrorCode, reason: string) => never

const deed = (actor: Actor, action: string, id: string, details: Record<string, unknown>): AuditEntry => ({
  actor,
  action,
  outcome: 'success',
  target: { type: 'key', id },
  details,
})

function nameOf(text: string): string {
  const name = text.trim()
  if (name === '') throw new AppError('VALIDATION_FAILED', [{ field: 'name', reason: 'must not be blank' }])
  return name
}

const view = ({ expires_at, created_at, last_used_at, ...row }: ApiKeyRow): ApiKey => ({
  ...row,
  expires_at: expires_at?.toISOString() ?? null,
  created_at: created_at.toISOString(),
  last_used_at: last_used_at?.toISOString() ?? null,
})
