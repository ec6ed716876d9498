import type { Actor } from '../../kernel/actor.ts'
import type { AuditEntry } from '../../kernel/audit.ts'
import { AppError } from '../../kernel/errors.ts'
import { may, type Role } from '../../kernel/permissions.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import { onConstraint, transact } from '../../platform/db/index.ts'
import type { Limits } from '../../platform/limits/index.ts'
import type { OwnUser } from '../users/index.ts'
import { createCredentials } from './credentials.ts'
import { createDecoyCosts } from './decoy-costs.ts'
import { createEmails, isEmail, normalEmail } from './emails.ts'
import { createNameAttempts } from './name-attempts.ts'
import { requireOther } from './password-rules.ts'
import { createPasswordResets } from './password-resets.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client } from './queries.ts'
import { createRefused } from './refused.ts'
import { dropReset } from './reset-queries.ts'
import type { Login, PasswordChange, Registration, SignedIn, Ticket } from './schema.ts'
import { createSecondFactors } from './second-factors.ts'
import { createSessionList } from './session-list.ts'
import { createSessions, type SessionParts } from './sessions.ts'
import { isReserved } from './usernames.ts'

export interface AccountParts extends SessionParts {
  vault: Vault
  limits: Limits
  /** By default as costly as the settings say. */
  passwords?: Passwords
}

export interface NewUser extends Omit<Registration, 'password'> {
  /** Null: the user cannot sign in by password. */
  password: string | null
  role: Role
}

/** What the password is asked for. */
type Confirmed = 'password.confirm' | 'password.change' | 'user.update' | 'user.delete'

export type Accounts = ReturnType<typeof createAccounts>

const ticket_life_ms = 30_000
const nowhere: Client = { ip: null, user_agent: null }

export function createAccounts(parts: AccountParts) {
  const { sql, audit, vault, limits, clock, users, settings } = parts
  const log = parts.log.target('chat_server::accounts')
  const { argon2_memory_kib: memory_kib, argon2_iterations: iterations } = settings
  const passwords = parts.passwords ?? createPasswords({ memory_kib, iterations })
  const sessions = createSessions({ ...parts, log })
  const emails = createEmails({ sql, vault, passwords, settings })
  const decoyCosts = createDecoyCosts({ sql, vault, today: passwords.cost })
  const attempts = createNameAttempts({ sql, vault, clock, settings })
  const { judge, judgeEmail, isFamiliar } = createCredentials({ sql, passwords, emails, attempts, decoyCosts, limits, clock, settings }) // prettier-ignore
  const refused = createRefused({ audit, log })
  const own = { sql, audit, log, limits, clock, refused, settings }
  const listing = createSessionList({ sql, clock, sessions })
  const factors = createSecondFactors({
    ...own,
    vault,
    isFamiliar,
    confirmPassword,
    isRequired: (account) => sessions.isConfined({ ...account, has_second_factor: false }),
  })
  const resets = createPasswordResets({
    ...own,
    hashOf: emails.hashOf,
    prove: factors.prove,
    liftLock: attempts.lift,
    idsBy,
    endSessions: (user_id, by) => sessions.revoking(user_id, { session_ids: 'all' }, 'reset', by),
  })

  /** By themselves when a client is given, else by the command line. */
  async function create({ username, password, email, role }: NewUser, client: Client | null): Promise<AccountRow> {
    if (isReserved(username)) throw new AppError('RESOURCE_CONFLICT', { field: 'username' })
    if (password !== null) requireOther(password, username, 'password')
    const address = email === undefined ? null : normalEmail(email)
    const user = {
      username,
      role,
      password_hash: password === null ? null : await emails.hash(password, address),
      ...(address === null ? { email_encrypted: null, email_index: null } : emails.sealed(address)),
    }
    const row = await transact(sql, async (tx) => {
      const made = await queries.insertUser(tx, user)
      const target = { type: 'user', id: made.id } as const
      const details = client === null ? { role, by: 'cli' } : { role }
      const actor = client === null ? null : madeBy(made.id, client)
      const action = client === null ? 'user.create' : 'user.register'
      await audit.record(tx, { actor, action, outcome: 'success', target, details })
      return made
    }).catch(onConstraint('user_username_key', () => new AppError('RESOURCE_CONFLICT', { field: 'username' })))
    log.info('user created', { user_id: row.id, role })
    return row
  }

  /** Those of an address may be several. */
  async function accountsBy(name: string): Promise<AccountRow[]> {
    return isEmail(name) ? emails.accounts(normalEmail(name)) : queries.accountByName(sql, name)
  }

  async function idsBy(name: string): Promise<number[]> {
    return isEmail(name) ? emails.ids(normalEmail(name)) : (await queries.accountByName(sql, name)).map(({ id }) => id)
  }

  /** For the command line. Throws `USER_NOT_FOUND`, and `RESOURCE_CONFLICT` for an address of several. */
  async function existing(name: string): Promise<AccountRow> {
    const [account, ...others] = await accountsBy(name)
    if (account === undefined) throw new AppError('USER_NOT_FOUND')
    if (others.length > 0)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'several accounts have this address; give a username' })
    return account
  }

  async function confirmPassword(
    actor: Actor,
    password: string | undefined,
    client: Client,
    action: Confirmed = 'password.confirm',
  ): Promise<AccountRow> {
    const [account] = await queries.accountById(sql, actor.id)
    if (account?.password_hash === null && action === 'password.confirm') return account
    if (password === undefined) throw new AppError('VALIDATION_FAILED', [{ field: 'password', reason: 'is required' }])
    return judge(account, actor.username, password, client).catch(refused(action, client, actor.id, actor))
  }

  async function judgeName(username: string, password: string, client: Client): Promise<AccountRow> {
    const [named] = await queries.accountByName(sql, username)
    return judge(named, username, password, client).catch(refused('session.begin', client, named?.id))
  }

  return {
    /** Throws `REGISTRATION_CLOSED`, `RESOURCE_CONFLICT` (details: `field`) for the name, `VALIDATION_FAILED`, `FEATURE_DISABLED` for the address. */
    register: async (registration: Registration, client: Client): Promise<SignedIn> => {
      if (!settings.registration) throw new AppError('REGISTRATION_CLOSED')
      if (registration.email !== undefined) emails.requireOwn()
      const account = await create({ ...registration, role: 'user' }, client)
      return sessions.open(account, client, 'registration')
    },

    /**
     * Throws `INVALID_CREDENTIALS` (also for a wrong `totp_code`), `ACCOUNT_LOCKED`; and only to who knows the password `TWO_FACTOR_REQUIRED`, `USER_BANNED`.
     */
    login: async ({ username, password, totp_code }: Login, client: Client): Promise<SignedIn> => {
      const account = await (isEmail(username)
        ? judgeEmail(normalEmail(username), password, client).catch(refused('session.begin', client))
        : judgeName(username, password, client))
      const tell = refused('session.begin', client, account.id)
      if (account.has_second_factor) {
        if (totp_code === undefined) throw new AppError('TWO_FACTOR_REQUIRED', { field: 'totp_code' })
        await factors.prove(account.id, totp_code, client).catch(tell)
      }
      await sessions.requireStanding(account).catch(tell)
      return sessions.open(await emails.refresh(account, password), client, 'password')
    },

    /** Throws `INVALID_TOKEN`, `TOKEN_EXPIRED`, `SESSION_REVOKED`, `USER_BANNED`. */
    refresh: sessions.refresh,

    logout: (actor: Actor): Promise<void> =>
      sessions.revoke(actor.id, { session_ids: [actor.session_id] }, 'logout', actor),
    logoutAll: (actor: Actor): Promise<void> => sessions.revoke(actor.id, { session_ids: 'all' }, 'logout', actor),

    /** Ends every other session. Throws `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `VALIDATION_FAILED`, `RESOURCE_CONFLICT` when the account changed meanwhile. */
    changePassword: async (actor: Actor, change: PasswordChange, client: Client): Promise<void> => {
      requireOther(change.new_password, actor.username, 'new_password')
      const account = await confirmPassword(actor, change.current_password, client, 'password.change')
      const hash = await emails.hashOf(account, change.new_password)
      // Together, so that no session of whoever knew the old password is left.
      const tell = await transact(sql, async (tx) => {
        // Of a change under way and a reset, the reset holds.
        await queries.setPassword(tx, account, hash, clock.now(), account.password_hash)
        await attempts.lift(tx, account.username)
        await dropReset(tx, actor.id)
        const target = { type: 'user', id: actor.id } as const
        await audit.record(tx, { actor, action: 'password.change', outcome: 'success', target })
        return sessions.revoking(actor.id, { session_ids: 'all', except: actor.session_id }, 'password', actor)(tx)
      })
      tell()
      log.info('password changed', { user_id: actor.id, ip: client.ip })
    },

    emails,
    /** Ends sessions within a transaction; gives what tells of it. */
    ending: sessions.revoking,
    /**
     * Asks for the password again, before what a stolen session must not do; gives the account. One without a password has none to give.
     * Throws `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, and `VALIDATION_FAILED` when it is missing.
     */
    confirmPassword,

    /** A ticket for one socket, good for 30 seconds. */
    issueTicket: async (actor: Actor): Promise<Ticket> => ({
      ticket: await sessions.issueTicket(actor, ticket_life_ms),
      expires_in: ticket_life_ms / 1000,
    }),

    /** Throws `INVALID_TOKEN` for an unknown or used ticket, `TOKEN_EXPIRED`, `SESSION_REVOKED`, `USER_BANNED`. */
    redeemTicket: sessions.redeemTicket,

    /**
     * The user and session behind an access token, as the database has them now.
     * Throws `INVALID_TOKEN`, `TOKEN_EXPIRED`, `SESSION_REVOKED`, `USER_BANNED`.
     */
    authenticate: sessions.authenticate,

    listSessions: listing.list,
    endSession: listing.end,
    /** An open socket is a use of its session. */
    noteUse: sessions.uses.note,
    /** To be called every second or so; never rejects. */
    settleUses: sessions.uses.flush,
    /** Whether an account must have a second factor and has none. */
    isConfined: sessions.isConfined,

    secondFactor: factors,
    resetSecondFactor: async (username: string): Promise<boolean> =>
      factors.reset('cli', (await existing(username)).id),

    forgotPassword: resets.forgot,
    resetPassword: resets.reset,
    /** Throws `PERMISSION_DENIED`, `USER_NOT_FOUND`. */
    dropSecondFactor: async (by: Actor, user_id: number): Promise<void> => {
      requireToManage(by)
      await factors.reset(by, user_id)
    },
    /** Throws `PERMISSION_DENIED`, `USER_NOT_FOUND`, `RESOURCE_CONFLICT` for a bot. */
    issueReset: async (by: Actor, user_id: number) => {
      requireToManage(by)
      const [account] = await queries.accountById(sql, user_id)
      return resets.issue(account, by)
    },
    /** For the command line. */
    issueResetFor: async (username: string) => resets.issue(await existing(username), 'cli'),
    setPasswordOf: async (username: string, password: string) => resets.set(await existing(username), password),

    /** Ends a user's sessions, and with them their sockets. Null for `by`: the server itself. */
    revokeSessions: (
      user_id: number,
      session_ids: string[] | 'all',
      reason: 'banned' | 'admin',
      by: AuditEntry['actor'] = null,
    ): Promise<void> => sessions.revoke(user_id, { session_ids }, reason, by),

    /** Throws `USER_BANNED`; lifts a ban that is over. */
    requireStanding: sessions.requireStanding,

    /** Creates a user whether or not registration is open: for the command line. */
    create: async (user: NewUser): Promise<OwnUser> => users.ownView(await create(user, null)),

    /** Throws `USER_NOT_FOUND`. */
    promote: async (username: string, role: Role): Promise<OwnUser> => {
      const row = await transact(sql, async (tx) => {
        const [changed] = await queries.setRole(tx, username, role, clock.now())
        if (changed === undefined) throw new AppError('USER_NOT_FOUND')
        const { id, old_role } = changed
        const details = { role, old_role, by: 'cli' }
        await audit.record(tx, {
          actor: null,
          action: 'user.promote',
          outcome: 'success',
          target: { type: 'user', id },
          details,
        })
        return changed
      })
      return users.ownView(row)
    },

    /** Tokens of a new session without a password: for the command line. `access_ms` is the life of the access token. */
    signInAs: async (username: string, access_ms?: number): Promise<SignedIn> => {
      const account = await existing(username)
      await sessions.requireStanding(account)
      return sessions.open(account, { ...nowhere, user_agent: 'veza-chat token create' }, 'cli', access_ms)
    },

    /** Counts at what costs passwords are hashed, so that the time of a sign-in tells no names; to be called at the start until it is done, as `sweep` does it now and then. */
    learnCosts: async (): Promise<void> => {
      if (!decoyCosts.isLearnt()) await decoyCosts.learn()
    },

    /** Deletes ended tickets, sessions and counts; to be called now and then. */
    sweep: async (): Promise<void> => {
      await sessions.sweep()
      await attempts.sweep()
      await factors.sweep()
      await emails.sweep()
      await decoyCosts.learn()
    },
  }
}

function requireToManage(actor: Actor): void {
  if (!may(actor, 'manage_users')) throw new AppError('PERMISSION_DENIED', { permission: 'manage_users' })
}

const madeBy = (id: number, { ip, request_id }: Client) => ({ id, ip, request_id: request_id ?? null })
