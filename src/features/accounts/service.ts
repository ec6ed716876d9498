import type { Actor } from '../../kernel/actor.ts'
import type { AuditEntry } from '../../kernel/audit.ts'
import { AppError, type ErrorCode } from '../../kernel/errors.ts'
import type { Role } from '../../kernel/permissions.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import { onConstraint, transact } from '../../platform/db/index.ts'
import type { Limits } from '../../platform/limits/index.ts'
import { email_context, type OwnUser } from '../users/index.ts'
import { createCredentials } from './credentials.ts'
import { createPasswords } from './passwords.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client } from './queries.ts'
import type { Login, PasswordChange, Registration, SignedIn, Ticket } from './schema.ts'
import { createSessions, type SessionParts } from './sessions.ts'
import { isReserved } from './usernames.ts'

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

export function createAccounts(parts: AccountParts) {
  const { sql, audit, vault, limits, clock, users, settings } = parts
  const log = parts.log.target('chat_server::accounts')
  const passwords = createPasswords({ memory_kib: settings.argon2_memory_kib, iterations: settings.argon2_iterations })
  const sessions = createSessions({ ...parts, log })
  const judge = createCredentials({ sql, passwords, limits, clock, settings })

  /** By themselves when a client is given, else by the command line. */
  async function create({ username, password, email, role }: NewUser, client: Client | null): Promise<AccountRow> {
    if (isReserved(username)) throw new AppError('RESOURCE_CONFLICT', { field: 'username' })
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
    const row = await transact(sql, async (tx) => {
      const [made] = await queries.insertUser(tx, user)
      if (made === undefined) throw new AppError('RESOURCE_CONFLICT', { field: 'email' })
      const target = { type: 'user', id: made.id } as const
      const details = client === null ? { role, by: 'cli' } : { role }
      const actor = client === null ? null : madeBy(made.id, client)
      const action = client === null ? 'user.create' : 'user.register'
      await audit.record(tx, { actor, action, outcome: 'success', target, details })
      return made
    })
      .catch(onConstraint('user_username_key', () => new AppError('RESOURCE_CONFLICT', { field: 'username' })))
      .catch(onConstraint('user_email_key', () => new AppError('RESOURCE_CONFLICT', { field: 'email' })))
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
    (
      action: 'session.begin' | 'password.change',
      client: Client,
      user_id?: number,
      actor: AuditEntry['actor'] = null,
    ) =>
    (cause: unknown): never => {
      const code = cause instanceof AppError ? cause.code : 'INTERNAL_ERROR'
      log.warn('sign-in refused', { code, ip: client.ip, ...(user_id !== undefined && { user_id }) })
      if (!(cause instanceof AppError) || !judged.has(code)) throw cause
      const { ip, request_id = null } = client
      const target = user_id === undefined ? {} : ({ target: { type: 'user', id: user_id } } as const)
      audit.refused({ actor, ip, request_id, action, outcome: 'failure', ...target, error: cause })
      throw cause
    }

  return {
    /** Throws `REGISTRATION_CLOSED`, `RESOURCE_CONFLICT` (details: `field`), `VALIDATION_FAILED`. */
    register: async (registration: Registration, client: Client): Promise<SignedIn> => {
      if (!settings.registration) throw new AppError('REGISTRATION_CLOSED')
      return sessions.open(await create({ ...registration, role: 'user' }, client), client, 'registration')
    },

    /** Throws `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `USER_BANNED` (only to who knows the password). */
    login: async ({ username, password }: Login, client: Client): Promise<SignedIn> => {
      const named = await accountBy(username)
      const tell = refused('session.begin', client, named?.id)
      const account = await judge(named, username, password, client).catch(tell)
      await sessions.requireStanding(account).catch(tell)
      return sessions.open(account, client, 'password')
    },

    /** Throws `INVALID_TOKEN`, `TOKEN_EXPIRED`, `SESSION_REVOKED`, `USER_BANNED`. */
    refresh: sessions.refresh,

    logout: (actor: Actor): Promise<void> =>
      sessions.revoke(actor.id, { session_ids: [actor.session_id] }, 'logout', actor),
    logoutAll: (actor: Actor): Promise<void> => sessions.revoke(actor.id, { session_ids: 'all' }, 'logout', actor),

    /** Ends every other session. Throws `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `VALIDATION_FAILED`. */
    changePassword: async (actor: Actor, change: PasswordChange, client: Client): Promise<void> => {
      requireOther(change.new_password, actor.username, 'new_password')
      const [account] = await queries.accountById(sql, actor.id)
      await judge(account, actor.username, change.current_password, client).catch(
        refused('password.change', client, actor.id, actor),
      )
      const hash = await passwords.hash(change.new_password)
      // Together, so that no session of whoever knew the old password is left.
      const tell = await transact(sql, async (tx) => {
        await queries.setPassword(tx, actor.id, hash, clock.now())
        const target = { type: 'user', id: actor.id } as const
        await audit.record(tx, { actor, action: 'password.change', outcome: 'success', target })
        return sessions.revoking(actor.id, { session_ids: 'all', except: actor.session_id }, 'password', actor)(tx)
      })
      tell()
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

    /** Throws `USER_BANNED`; lifts a ban that is over. */
    requireStanding: sessions.requireStanding,

    /** Ends a user's sessions, and with them their sockets. */
    revokeSessions: (user_id: number, session_ids: string[] | 'all', reason: 'banned' | 'admin'): Promise<void> =>
      sessions.revoke(user_id, { session_ids }, reason, null),

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

    /** Deletes ended tickets and sessions; to be called now and then. */
    sweep: sessions.sweep,
  }
}

/** Codes that judge who signs in; the others are about the request. */
const judged: ReadonlySet<ErrorCode> = new Set(['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'USER_BANNED'])

const madeBy = (id: number, { ip, request_id }: Client) => ({ id, ip, request_id: request_id ?? null })

const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

function requireOther(password: string, username: string, field: string): void {
  if (password.toLowerCase() === username.toLowerCase()) {
    throw new AppError('VALIDATION_FAILED', [{ field, reason: 'must not be the username' }])
  }
}
