import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Events } from '../../kernel/events.ts'
import { futureTime } from '../../kernel/future-time.ts'
import { gainedBy, may, requireScope } from '../../kernel/permissions.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import { type Accounts, hasOtherAdmin, lockAdmins, normalEmail } from '../accounts/index.ts'
import { email_context, folded, type Users } from '../users/index.ts'
import { requireMay } from './permission.ts'
import * as queries from './queries.ts'
import type { AdminUserRow, Sought, UserPatch } from './queries.ts'
import type { AdminUser, AdminUserDetail, AdminUserPage, UserChange, UsersQuery } from './schema.ts'

export interface AdminUsersParts {
  sql: Sql
  audit: Audit<Sql>
  vault: Vault
  events: Events
  clock: Clock
  users: Pick<Users, 'ownView'>
  accounts: Pick<Accounts, 'revokeSessions'>
  isOnline(user_id: number): boolean
  /** When a visit ended that is not saved yet, in milliseconds since the epoch; else 0. */
  leftAt(user_id: number): number
}

/** What administrators see of accounts, and do to them. */
export function createAdminUsers(parts: AdminUsersParts) {
  const { sql, audit, vault, events, clock, users, accounts, isOnline, leftAt } = parts
  const view = (actor: Actor, row: AdminUserRow): AdminUser => ({
    ...users.ownView(row, actor),
    status: row.status === 'banned' ? 'banned' : 'active',
    banned_until: row.banned_until?.toISOString() ?? null,
    ban_reason: row.ban_reason,
    has_password: row.has_password,
    last_seen_at: lastSeen(row),
    is_online: isOnline(row.id),
  })

  // Saving it takes a second, and whoever has just banned somebody looks at once.
  function lastSeen({ id, last_seen_at }: AdminUserRow): string | null {
    const at = Math.max(last_seen_at?.getTime() ?? 0, leftAt(id))
    return at === 0 ? null : new Date(at).toISOString()
  }

  async function soughtBy(actor: Actor, q: string): Promise<Sought> {
    if (q.includes('@')) {
      if (actor.scopes !== undefined)
        throw new AppError('PERMISSION_DENIED', { field: 'q', reason: 'only for people who have signed in' })
      return { email_indexes: vault.blindIndexes(normalEmail(q), email_context) }
    }
    return { prefix: await folded(sql, q.trim()), id: /^\d{1,15}$/.test(q) ? Number(q) : null }
  }

  /** By id. VALIDATION_FAILED for a cursor that is none of ours, PERMISSION_DENIED for an e-mail address to a key: keys see none. */
  async function list(actor: Actor, { q, role, status, limit = 50, cursor }: UsersQuery): Promise<AdminUserPage> {
    requireMay(actor, 'manage_users')
    const after = cursor === undefined ? 0 : decode(cursor)
    const sought = q === undefined ? undefined : await soughtBy(actor, q)
    const rows = await queries.listUsers(sql, { sought, role, status, after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      users: page.map((row) => view(actor, row)),
      next_cursor: rows.length > limit && last !== undefined ? encode(last.id) : null,
    }
  }

  async function find(actor: Actor, id: number): Promise<AdminUserDetail> {
    requireMay(actor, 'manage_users')
    const row = await queries.userById(sql, id)
    if (row === undefined) throw new AppError('USER_NOT_FOUND')
    return { ...view(actor, row), ...(await queries.countsOf(sql, id)) }
  }

  /**
   * Gives a role, bans, lifts a ban. It holds at once for requests, and within a second or two for open sockets. USER_NOT_FOUND, VALIDATION_FAILED; PERMISSION_DENIED for
   * oneself, and for a role that carries what the key of the actor does not; RESOURCE_CONFLICT for the last administrator.
   */
  async function change(actor: Actor, id: number, wanted: UserChange): Promise<AdminUserDetail> {
    requireMay(actor, 'manage_users')
    if (id === actor.id)
      throw new AppError('PERMISSION_DENIED', { reason: 'nobody changes their own role or standing' })
    const banned = await transact(sql, async (tx) => {
      // One after the other, so that two cannot take each other away.
      await lockAdmins(tx)
      const rows = await queries.lockUsers(tx, [actor.id, id])
      const self = rows.find((row) => row.id === actor.id)
      if (self?.status !== 'active' || !may({ role: self.role, scopes: actor.scopes }, 'manage_users'))
        throw new AppError('PERMISSION_DENIED', { permission: 'manage_users' })
      const before = rows.find((row) => row.id === id)
      if (before === undefined) throw new AppError('USER_NOT_FOUND')
      const patch = patchOf(before, wanted, clock.now())
      // Or a key for one thing could make an admin, and by that do everything.
      for (const permission of gainedBy(before.role, patch.role ?? before.role)) requireScope(actor, permission)
      const loses = (patch.role !== undefined && patch.role !== 'admin') || patch.status === 'banned'
      if (before.role === 'admin' && before.status === 'active' && loses && !(await hasOtherAdmin(tx, id)))
        throw new AppError('RESOURCE_CONFLICT', { reason: 'the last administrator cannot be taken away' })
      if (Object.keys(patch).length === 0) return false
      await queries.changeUser(tx, id, patch)
      await record(tx, actor, before, patch)
      return patch.status === 'banned'
    })
    // Their sessions stay, and are good again when the ban is over.
    if (banned) events.emit('session.revoked', { user_id: id, session_ids: 'all', reason: 'banned' })
    return find(actor, id)
  }

  async function record(tx: Sql, actor: Actor, before: AdminUserRow, patch: UserPatch): Promise<void> {
    const deed = (action: string, details: Record<string, unknown>) =>
      audit.record(tx, { actor, action, outcome: 'success', target: { type: 'user', id: before.id }, details })
    if (patch.role !== undefined) await deed('user.role', { from: before.role, to: patch.role })
    if (patch.status === 'active') await deed('user.unban', { reason: 'lifted' })
    else if (patch.status !== undefined || patch.banned_until !== undefined || patch.ban_reason !== undefined)
      await deed('user.ban', {
        until: patch.banned_until === undefined ? before.banned_until : patch.banned_until,
        reason: patch.ban_reason === undefined ? before.ban_reason : patch.ban_reason,
      })
  }

  /** USER_NOT_FOUND */
  async function revokeSessions(actor: Actor, id: number): Promise<void> {
    requireMay(actor, 'manage_users')
    if ((await queries.userById(sql, id)) === undefined) throw new AppError('USER_NOT_FOUND')
    await accounts.revokeSessions(id, 'all', 'admin', actor)
  }

  return { list, find, change, revokeSessions }
}

/** What is different. VALIDATION_FAILED for a time that is over, and for an end or a reason of a ban that there is not. */
function patchOf(before: AdminUserRow, wanted: UserChange, now: Date): UserPatch {
  const patch: UserPatch = {}
  if (wanted.role !== undefined && wanted.role !== before.role) patch.role = wanted.role
  const until = wanted.banned_until === undefined ? undefined : timeOf(wanted.banned_until, now)
  const reason = wanted.ban_reason === undefined ? undefined : wanted.ban_reason?.trim() || null
  const bans = wanted.active === undefined ? before.status === 'banned' : !wanted.active
  if (!bans) {
    for (const [field, value] of Object.entries({ banned_until: until, ban_reason: reason }))
      if (value !== undefined && value !== null)
        throw new AppError('VALIDATION_FAILED', [{ field, reason: 'is of a ban only: give active false too' }])
    return before.status === 'banned' && wanted.active === true
      ? { ...patch, status: 'active', banned_until: null, ban_reason: null }
      : patch
  }
  const isNew = before.status !== 'banned'
  if (isNew) return { ...patch, status: 'banned', banned_until: until ?? null, ban_reason: reason ?? null }
  if (until !== undefined && until?.getTime() !== before.banned_until?.getTime()) patch.banned_until = until
  if (reason !== undefined && reason !== before.ban_reason) patch.ban_reason = reason
  return patch
}

const timeOf = (text: string | null, now: Date): Date | null =>
  text === null ? null : futureTime(text, 'banned_until', now)

const encode = (id: number) => Buffer.from(String(id)).toString('base64url')

function decode(cursor: string): number {
  const [id] = /^\d{1,15}$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined)
    throw new AppError('VALIDATION_FAILED', [{ field: 'cursor', reason: 'not a cursor of this list' }])
  return Number(id)
}
