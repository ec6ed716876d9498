import type { Actor } from '../../kernel/actor.ts'
import type { Audit } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import { onConstraint, type Sql, transact } from '../../platform/db/index.ts'
import { email_context, type OwnUser, type Users } from '../users/index.ts'
import * as queries from './profile-queries.ts'
import type { ProfilePatch } from './profile-queries.ts'
import type { Departure, ProfileChange } from './profile-schema.ts'
import { type Client, lockEmail } from './queries.ts'
import type { Accounts } from './service.ts'
import { normalEmail } from './taken-emails.ts'

export interface ProfilesParts {
  sql: Sql
  audit: Audit<Sql>
  vault: Vault
  users: Pick<Users, 'own'>
  accounts: Pick<Accounts, 'amongFewTaken' | 'confirmPassword' | 'ending'>
  /** Ends the memberships of users within a transaction; gives what tells of it. */
  leaveAll(tx: Sql, actor: Actor, users: readonly { id: number; username: string }[]): Promise<() => void>
}

export type Profiles = ReturnType<typeof createProfiles>

/** What people change of their own account, up to its end. */
export function createProfiles({ sql, audit, vault, users, accounts, leaveAll }: ProfilesParts) {
  /**
   * Changes what is named and different. VALIDATION_FAILED, RESOURCE_CONFLICT for an address of somebody else; INVALID_CREDENTIALS, ACCOUNT_LOCKED for the password
   * that another address needs; PERMISSION_DENIED for an address from a key.
   */
  async function change(actor: Actor, wanted: ProfileChange, client: Client): Promise<OwnUser> {
    if (actor.scopes !== undefined && wanted.email !== undefined)
      throw new AppError('PERMISSION_DENIED', { field: 'email', reason: 'only for people who have signed in' })
    const before = await users.own(actor)
    const email = wanted.email === undefined || wanted.email === null ? wanted.email : normalEmail(wanted.email)
    const moves = email !== undefined && email !== before.email
    if (moves) {
      const [row] = await queries.withPassword(sql, actor.id)
      if (row?.has_password !== true)
        throw new AppError('RESOURCE_CONFLICT', { field: 'email', reason: 'this account has no password' })
      if (wanted.current_password === undefined)
        throw new AppError('VALIDATION_FAILED', [
          { field: 'current_password', reason: 'is needed to change the address' },
        ])
      await accounts.confirmPassword(actor, wanted.current_password, client, 'user.update')
    }
    const patch: ProfilePatch = {}
    const display_name = wanted.display_name?.trim().normalize('NFC') || null
    if (wanted.display_name !== undefined && display_name !== before.display_name) patch.display_name = display_name
    if (wanted.locale !== undefined && wanted.locale !== before.locale) patch.locale = wanted.locale
    if (moves) Object.assign(patch, sealed(email))
    const fields = Object.keys(patch).filter((field) => !/^email_./.test(field))
    if (moves) fields.push('email')
    if (fields.length === 0) return before
    const write = () =>
      transact(sql, async (tx) => {
        if ((await queries.lockProfile(tx, actor.id)) === undefined) throw new AppError('USER_NOT_FOUND')
        if (email) await requireFree(tx, actor.id, email)
        await queries.changeProfile(tx, actor.id, patch)
        // The values stay out of the trail, which forgets nothing.
        const target = { type: 'user', id: actor.id } as const
        await audit.record(tx, { actor, action: 'user.update', outcome: 'success', target, details: { fields } })
      }).catch(onConstraint('user_email_key', taken))
    await (moves && email !== null ? accounts.amongFewTaken(client, { action: 'user.update', actor }, write) : write())
    return users.own(actor)
  }

  async function requireFree(tx: Sql, user_id: number, email: string): Promise<void> {
    const indexes = vault.blindIndexes(email, email_context)
    await lockEmail(tx, indexes)
    if (await queries.isEmailTaken(tx, user_id, indexes)) throw taken()
  }

  const sealed = (email: string | null): ProfilePatch => ({
    email_encrypted: email === null ? null : vault.seal(email, email_context),
    email_index: email === null ? null : (vault.blindIndexes(email, email_context)[0] ?? null),
    email_verified_at: null,
  })

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
      if (password !== undefined) return accounts.confirmPassword(actor, password, client, 'user.delete')
      throw new AppError('VALIDATION_FAILED', [{ field: 'password', reason: 'is needed to delete the account' }])
    }
    if (username?.toLowerCase() === actor.username.toLowerCase()) return
    throw new AppError('VALIDATION_FAILED', [{ field: 'username', reason: 'must be your username, as this account has no password' }]) // prettier-ignore
  }

  return { change, leave }
}

const taken = () => new AppError('RESOURCE_CONFLICT', { field: 'email' })
