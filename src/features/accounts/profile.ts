import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { OwnUser, Users } from '../users/index.ts'
import { normalEmail } from './emails.ts'
import * as queries from './profile-queries.ts'
import type { ProfilePatch } from './profile-queries.ts'
import type { Departure, ProfileChange } from './profile-schema.ts'
import type { Client } from './queries.ts'
import type { Accounts } from './service.ts'

export interface ProfilesParts {
  sql: Sql
  audit: Audit<Sql>
  users: Pick<Users, 'own'>
  accounts: Pick<Accounts, 'emails' | 'confirmPassword' | 'ending'>
  /** Ends the memberships of users within a transaction; gives what tells of it. */
  leaveAll(tx: Sql, actor: Actor, users: readonly { id: number; username: string }[]): Promise<() => void>
}

export type Profiles = ReturnType<typeof createProfiles>

/** What people change of their own account, up to its end. */
export function createProfiles({ sql, audit, users, accounts, leaveAll }: ProfilesParts) {
  /**
   * Changes what is named and different. VALIDATION_FAILED; of another address FEATURE_DISABLED, INVALID_CREDENTIALS and ACCOUNT_LOCKED for the password that it
   * needs, RESOURCE_CONFLICT without one, PERMISSION_DENIED for a key.
   */
  async function change(actor: Actor, wanted: ProfileChange, client: Client): Promise<OwnUser> {
    if (actor.scopes !== undefined && wanted.email !== undefined)
      throw new AppError('PERMISSION_DENIED', { field: 'email', reason: 'only for people who have signed in' })
    const before = await users.own(actor)
    const patch: ProfilePatch = {}
    const display_name = wanted.display_name?.trim().normalize('NFC') || null
    if (wanted.display_name !== undefined && display_name !== before.display_name) patch.display_name = display_name
    if (wanted.locale !== undefined && wanted.locale !== before.locale) patch.locale = wanted.locale
    const fields = Object.keys(patch)
    const email = wanted.email === undefined || wanted.email === null ? wanted.email : normalEmail(wanted.email)
    const moved = email === undefined || email === before.email ? null : await moving(actor, email, wanted, client)
    if (moved !== null) fields.push('email')
    if (fields.length === 0) return before
    await transact(sql, async (tx) => {
      const row = await queries.lockProfile(tx, actor.id)
      if (row === undefined) throw new AppError('USER_NOT_FOUND')
      if (moved !== null && row.password_hash !== moved.confirmed)
        throw new AppError('RESOURCE_CONFLICT', { reason: 'the account changed meanwhile; ask again' })
      await queries.changeProfile(tx, actor.id, { ...patch, ...moved?.patch })
      // The values stay out of the trail, which forgets nothing.
      const target = { type: 'user', id: actor.id } as const
      await audit.record(tx, { actor, action: 'user.update', outcome: 'success', target, details: { fields } })
    })
    return users.own(actor)
  }

  /** What another address changes, and the password that was confirmed for it. */
  async function moving(actor: Actor, email: string | null, { current_password }: ProfileChange, client: Client) {
    const [row] = await queries.withPassword(sql, actor.id)
    if (row?.has_password !== true)
      throw new AppError('RESOURCE_CONFLICT', { field: 'email', reason: 'this account has no password' })
    if (current_password === undefined)
      throw new AppError('VALIDATION_FAILED', [
        { field: 'current_password', reason: 'is needed to change the address' },
      ])
    const { password_hash: confirmed } = await accounts.confirmPassword(actor, current_password, client, 'user.update')
    if (email === null)
      return { confirmed, patch: { email_encrypted: null, email_index: null, email_verified_at: null } }
    accounts.emails.requireOwn()
    const password_hash = await accounts.emails.hash(current_password, email)
    return { confirmed, patch: { ...accounts.emails.sealed(email), email_verified_at: null, password_hash } }
  }

  /**
   * Ends the account for good, and the bots that it owns. What its user wrote stays, under a name that says nothing. VALIDATION_FAILED, INVALID_CREDENTIALS, ACCOUNT_LOCKED;
   * RESOURCE_CONFLICT for the last administrator, and for the last owner of rooms where others remain.
   */
  async function leave(actor: Actor, given: Departure, client: Client): Promise<void> {
    await requireMeant(actor, given, client)
    const tell = await transact(sql, async (tx) => {
      await queries.lockAdmins(tx)
      const bots = await queries.botsOf(tx, actor.id)
      // Rooms first, then users: in this order everybody takes them.
      const tellRooms = await leaveAll(tx, actor, [actor, ...bots])
      const row = await queries.lockProfile(tx, actor.id)
      if (row === undefined) throw new AppError('SESSION_REVOKED')
      if (row.role === 'admin' && !(await queries.hasOtherAdmin(tx, actor.id)))
        throw new AppError('RESOURCE_CONFLICT', { reason: 'the last administrator cannot be taken away' })
      const target = { type: 'user', id: actor.id } as const
      await audit.record(tx, { actor, action: 'user.delete', outcome: 'success', target })
      const tellSessions = await accounts.ending(actor.id, { session_ids: 'all' }, 'deleted', actor)(tx)
      await queries.forget(tx, actor.id)
      await removeBots(tx, actor, bots)
      return () => {
        tellRooms()
        tellSessions()
      }
    })
    tell()
  }

  /** Nobody could let them in any more. RESOURCE_CONFLICT when there is one that was not looked at. */
  async function removeBots(tx: Sql, actor: Actor, bots: readonly { id: number; username: string }[]): Promise<void> {
    const gone = await queries.removeBots(tx, actor.id)
    if (gone.length !== bots.length)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'the bots changed meanwhile; ask again' })
    for (const { id, username } of bots)
      await audit.record(tx, {
        actor,
        action: 'bot.delete',
        outcome: 'success',
        target: { type: 'user', id },
        details: { username, owner_id: actor.id },
      })
  }

  /** Whoever found an open laptop should not end an account. */
  async function requireMeant(actor: Actor, { password, username }: Departure, client: Client): Promise<void> {
    const [row] = await queries.withPassword(sql, actor.id)
    if (row?.has_password === true) {
      if (password !== undefined) return void (await accounts.confirmPassword(actor, password, client, 'user.delete'))
      throw new AppError('VALIDATION_FAILED', [{ field: 'password', reason: 'is needed to delete the account' }])
    }
    if (username?.toLowerCase() === actor.username.toLowerCase()) return
    throw new AppError('VALIDATION_FAILED', [{ field: 'username', reason: 'must be your username, as this account has no password' }]) // prettier-ignore
  }

  return { change, leave }
}
