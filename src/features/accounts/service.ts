import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Role } from '../../kernel/permissions.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import { onConstraint } from '../../platform/db/index.ts'
import type { Limits } from '../../platform/limits/index.ts'
import { email_context, type OwnUser } from '../users/index.ts'
import { createCredentials } from './credentials.ts'
import { createPasswords } from './passwords.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client } from './queries.ts'
import type { Login, PasswordChange, Registration, SignedIn, Ticket } from './schema.ts'
import { createSessions, type SessionParts } from './sessions.ts'

export interface AccountParts extends SessionParts {
  vault: Vault
  limits: Limits
}

export interface NewUser extends Omit<Registration, 'password'> {
  /** Null: the user cannot sign in by password. */
  password: string | null
  role: Role
}

export type Accounts = ReturnType<typeof createAccounts>

const ticket_life_ms = 30_000
const nowhere: Client = { ip: null, user_agent: null }
/** What a mention or an address of ours may mean itself. */
const reserved = new Set(['all', 'channel', 'everyone', 'here', 'room', 'system'])

export function createAccounts(parts: AccountParts) {
  const { sql, vault, limits, clock, users, settings } = parts
  const log = parts.log.target('chat_server::accounts')
  const passwords = createPasswords({ memory_kib: settings.argon2_memory_kib, iterations: settings.argon2_iterations })
  const sessions = createSessions({ ...parts, log })
  const judge = createCredentials({ sql, passwords, limits, clock, settings })

  async function create({ username, password, email, role }: NewUser): Promise<AccountRow> {
    if (reserved.has(username.toLowerCase())) throw new AppError('RESOURCE_CONFLICT', { field: 'username' })
    if (password !== null) requireOther(password, username, 'password')
    const address = email === undefined ? null : normalEmail(email)
    const indexes = address === null ? [] : vault.blindIndexes(address, email_context)
    const user = {
      username,
      role,
      password_hash: password === null ? null : await passwords.hash(password),
      email_encrypted: address === null ? null : vault.seal(address, email_context),
      email_index: indexes[0] ?? null,
      indexes,
    }
    const [row] = await queries
      .insertUser(sql, user)
      .catch(onConstraint('user_username_key', () => new AppError('RESOURCE_CONFLICT', { field: 'username' })))
      .catch(onConstraint('user_email_key', () => new AppError('RESOURCE_CONFLICT', { field: 'email' })))
    if (row === undefined) throw new AppError('RESOURCE_CONFLICT', { field: 'email' })
    log.info('user created', { user_id: row.id, role })
    return row
  }

  /** An `@` cannot be in a username, so what has one is an address. */
  async function accountBy(name: string): Promise<AccountRow | undefined> {
    const [row] = name.includes('@')
      ? await queries.accountByEmail(sql, vault.blindIndexes(normalEmail(name), email_context))
      : await queries.accountByName(sql, name)
    return row
  }

  async function existing(username: string): Promise<AccountRow> {
    const account = await accountBy(username)
    if (account === undefined) throw new AppError('USER_NOT_FOUND')
    return account
  }

  /** For those who watch the log for attacks. The name that was tried is not in it: it may be a password typed into the wrong field. */
  const refused =
    (client: Client, user_id?: number) =>
    (cause: unknown): never => {
      const code = cause instanceof AppError ? cause.code : 'INTERNAL_ERROR'
      log.warn('sign-in refused', { code, ip: client.ip, ...(user_id !== undefined && { user_id }) })
      throw cause
    }

  return {
    /** Throws `REGISTRATION_CLOSED`, `RESOURCE_CONFLICT` (details: `field`), `VALIDATION_FAILED`. */
    register: async (registration: Registration, client: Client): Promise<SignedIn> => {
      if (!settings.registration) throw new AppError('REGISTRATION_CLOSED')
      return sessions.open(await create({ ...registration, role: 'user' }), client)
    },

    /** Throws `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `USER_BANNED` (only to who knows the password). */
    login: async ({ username, password }: Login, client: Client): Promise<SignedIn> => {
      const account = await judge(await accountBy(username), username, password, client).catch(refused(client))
      await sessions.requireStanding(account)
      return sessions.open(account, client)
    },

    /** Throws `INVALID_TOKEN`, `TOKEN_EXPIRED`, `SESSION_REVOKED`, `USER_BANNED`. */
    refresh: sessions.refresh,

    logout: (actor: Actor): Promise<void> => sessions.revoke(actor.id, { session_ids: [actor.session_id] }, 'logout'),
    logoutAll: (actor: Actor): Promise<void> => sessions.revoke(actor.id, { session_ids: 'all' }, 'logout'),

    /** Ends every other session. Throws `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `VALIDATION_FAILED`. */
    changePassword: async (actor: Actor, change: PasswordChange, client: Client): Promise<void> => {
      requireOther(change.new_password, actor.username, 'new_password')
      const [account] = await queries.accountById(sql, actor.id)
      await judge(account, actor.username, change.current_password, client).catch(refused(client, actor.id))
      await queries.setPassword(sql, actor.id, await passwords.hash(change.new_password), clock.now())
      await sessions.revoke(actor.id, { session_ids: 'all', except: actor.session_id }, 'password')
      log.info('password changed', { user_id: actor.id, ip: client.ip })
    },

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

    /** Ends a user's sessions, and with them their sockets. */
    revokeSessions: (user_id: number, session_ids: string[] | 'all', reason: 'banned' | 'admin'): Promise<void> =>
      sessions.revoke(user_id, { session_ids }, reason),

    /** Creates a user whether or not registration is open: for the command line. */
    create: async (user: NewUser): Promise<OwnUser> => users.ownView(await create(user)),

    /** Throws `USER_NOT_FOUND`. */
    promote: async (username: string, role: Role): Promise<OwnUser> => {
      const [row] = await queries.setRole(sql, username, role, clock.now())
      if (row === undefined) throw new AppError('USER_NOT_FOUND')
      return users.ownView(row)
    },

    /** Tokens of a new session without a password: for the command line. `access_ms` is the life of the access token. */
    signInAs: async (username: string, access_ms?: number): Promise<SignedIn> => {
      const account = await existing(username)
      await sessions.requireStanding(account)
      return sessions.open(account, { ...nowhere, user_agent: 'veza-chat token create' }, access_ms)
    },

    /** Deletes ended tickets and sessions; to be called now and then. */
    sweep: sessions.sweep,
  }
}

const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

function requireOther(password: string, username: string, field: string): void {
  if (password.toLowerCase() === username.toLowerCase()) {
    throw new AppError('VALIDATION_FAILED', [{ field, reason: 'must not be the username' }])
  }
}
