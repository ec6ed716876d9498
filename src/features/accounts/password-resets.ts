import type { Actor } from '../../kernel/actor.ts'
import type { Audit, AuditEntry } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { createSecret, hashSecret } from '../../platform/crypto/index.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Limits } from '../../platform/limits/index.ts'
import { isEmail, normalEmail } from './emails.ts'
import { requireOther } from './password-rules.ts'
import { accountById, type AccountRow, type Client, setPassword } from './queries.ts'
import type { Refused } from './refused.ts'
import * as queries from './reset-queries.ts'
import type { ForgotAnswer, PasswordReset, ResetToken } from './reset-schema.ts'
import type { SecondFactors } from './second-factors.ts'
import type { AccountSettings } from './settings.ts'

interface ResetParts {
  sql: Sql
  audit: Audit<Sql>
  log: Log
  limits: Limits
  clock: Clock
  /** A new password, hashed. */
  hashOf(account: AccountRow, password: string): Promise<string>
  refused: Refused
  settings: Pick<AccountSettings, 'password_reset_duration' | 'max_forgot_passwords_per_hour'>
  prove: SecondFactors['prove']
  /** Forgets failures to sign in by this name, with the transaction. */
  liftLock(tx: Sql, username: string): Promise<void>
  /** Whose a username is, or an e-mail address, which several may have. */
  idsBy(name: string): Promise<number[]>
  /** Ends all sessions of a user, within a transaction; gives what tells of it. */
  endSessions(user_id: number, by: AuditEntry['actor']): (tx: Sql) => Promise<() => void>
}

/** A password that is lost is set anew by a token from an administrator. It never stands in for the second factor. */
export function createPasswordResets(parts: ResetParts) {
  const { sql, audit, log, limits, clock, hashOf, refused, settings, prove, liftLock, idsBy, endSessions } = parts
  const forgot_rule = { points: settings.max_forgot_passwords_per_hour, duration_s: 3600 }

  async function set(
    account: AccountRow,
    hash: string,
    by: AuditEntry['actor'] | 'cli',
    token?: Buffer,
  ): Promise<void> {
    const actor = by === 'cli' ? null : by
    const tell = await transact(sql, async (tx) => {
      // The user first: in this order everybody takes both.
      await setPassword(tx, account, hash, clock.now())
      await liftLock(tx, account.username)
      if (token !== undefined && (await queries.takeReset(tx, token, clock.now())).length === 0)
        throw new AppError('INVALID_TOKEN')
      await queries.dropReset(tx, account.id)
      const target = { type: 'user', id: account.id } as const
      const details = by === 'cli' ? { by } : {}
      await audit.record(tx, { actor, action: 'password.reset', outcome: 'success', target, details })
      return endSessions(account.id, actor)(tx)
    })
    tell()
    log.info('password reset', { user_id: account.id })
  }

  async function issue(account: AccountRow | undefined, by: Actor | 'cli'): Promise<ResetToken> {
    if (account === undefined) throw new AppError('USER_NOT_FOUND')
    if (account.is_bot) throw new AppError('RESOURCE_CONFLICT', { reason: 'a bot has no password' })
    const reset_token = createSecret()
    const now = clock.now()
    const expires_at = new Date(now.getTime() + settings.password_reset_duration)
    await transact(sql, async (tx) => {
      await queries.insertReset(tx, account.id, hashSecret(reset_token), now, expires_at)
      const target = { type: 'user', id: account.id } as const
      const actor = by === 'cli' ? null : by
      const details = by === 'cli' ? { by } : {}
      await audit.record(tx, { actor, action: 'password.reset_token', outcome: 'success', target, details })
    })
    return { reset_token, expires_at: expires_at.toISOString() }
  }

  /** The same work and the same answer whoever is asked for: one look-up, one count in memory, one note for the audit trail. */
  async function forgot(name: string, { ip, request_id }: Client): Promise<ForgotAnswer> {
    const user_ids = await idsBy(name)
    const taken = await limits.take('forgot', isEmail(name) ? normalEmail(name) : name.toLowerCase(), forgot_rule)
    if (taken.allowed) {
      const asked = {
        actor: null,
        ip,
        request_id: request_id ?? null,
        action: 'password.forgot',
        outcome: 'success',
      } as const
      const [id] = user_ids
      // Those of an address are no target: each would learn from their own trail how many there are.
      if (isEmail(name)) audit.refused({ ...asked, details: { user_ids } })
      else audit.refused({ ...asked, ...(id !== undefined && { target: { type: 'user', id } }) })
    }
    return { delivery: 'administrator' }
  }

  return {
    issue,
    forgot,

    /**
     * Throws INVALID_TOKEN for a token that is unknown, used or too old; TWO_FACTOR_REQUIRED, INVALID_CREDENTIALS or ACCOUNT_LOCKED for the code of an account
     * that has a second factor, after which the token is still good; VALIDATION_FAILED.
     */
    reset: async ({ token, new_password, totp_code }: PasswordReset, client: Client): Promise<void> => {
      const token_hash = hashSecret(token)
      const [found] = await queries.resetByHash(sql, token_hash, clock.now())
      const [account] = found === undefined ? [] : await accountById(sql, found.user_id)
      const tell = refused('password.reset', client, account?.id)
      if (account === undefined) return tell(new AppError('INVALID_TOKEN'))
      requireOther(new_password, account.username, 'new_password')
      if (account.has_second_factor) {
        if (totp_code === undefined) throw new AppError('TWO_FACTOR_REQUIRED', { field: 'totp_code' })
        await prove(account.id, totp_code, client, { field: 'totp_code' }).catch(tell)
      }
      const hash = await hashOf(account, new_password)
      const by = { id: account.id, ip: client.ip, request_id: client.request_id ?? null }
      await set(account, hash, by, token_hash).catch(tell)
    },

    /** For the command line. Throws RESOURCE_CONFLICT for a bot, VALIDATION_FAILED. */
    set: async (account: AccountRow, password: string): Promise<void> => {
      if (account.is_bot) throw new AppError('RESOURCE_CONFLICT', { reason: 'a bot has no password' })
      requireOther(password, account.username, 'password')
      await set(account, await hashOf(account, password), 'cli')
    },
  }
}
