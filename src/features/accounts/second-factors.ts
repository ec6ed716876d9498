import type { Actor } from '../../kernel/actor.ts'
import type { Audit, AuditEntry } from '../../kernel/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import { type Sql, transact } from '../../platform/db/index.ts'
import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import { createBackupCodes, hashBackupCode } from './backup-codes.ts'
import { networkOf } from './network.ts'
import { accountById, type AccountRow, type Client } from './queries.ts'
import type { Refused } from './refused.ts'
import * as queries from './second-factor-queries.ts'
import type {
  BackupCodes,
  SecondFactorEnd,
  SecondFactorProof,
  SecondFactorSetup,
  SecondFactorStart,
  SecondFactorStatus,
} from './second-factor-schema.ts'
import type { AccountSettings } from './settings.ts'
import { createTotpSecret, otpauthUrl, qrCodeOf, stepOf } from './totp.ts'

interface SecondFactorParts {
  sql: Sql
  audit: Audit<Sql>
  vault: Vault
  limits: Limits
  clock: Clock
  refused: Refused
  settings: Pick<AccountSettings, 'enable_2fa' | 'login_max_failures' | 'login_lockout'>
  isFamiliar(user_id: number, client: Client): Promise<boolean>
  confirmPassword(actor: Actor, password: string | undefined, client: Client): Promise<unknown>
  /** Whether the account must have one; it is asked as if there were none. */
  isRequired(account: AccountRow): boolean
}

export type SecondFactors = ReturnType<typeof createSecondFactors>

/** The secret is bound to its user: another user's row does not open it. */
export const secret_context = (user_id: number | string): string => `second_factors.secret ${user_id}`

const day_ms = 86_400_000
/** Without a limit of failures for passwords there is still one for six digits. */
const default_max_failures = 10
const default_lockout_ms = 900_000

/**
 * TOTP (RFC 6238) and backup codes.
 *
 * Whoever guesses codes knows the password, so this may be stricter than the lock on passwords and still keeps nobody else out: strangers have
 * `login_max_failures` wrong codes in a row, and then one at a time, each after twice the wait, up to a day; an address that has signed in has as many a day.
 */
export function createSecondFactors(parts: SecondFactorParts) {
  const { sql, audit, vault, limits, clock, refused, settings, isFamiliar, confirmPassword, isRequired } = parts
  const max = settings.login_max_failures || default_max_failures
  const lockout_ms = settings.login_lockout || default_lockout_ms
  const familiar_rule: LimitRule = { points: max, duration_s: day_ms / 1000 }
  const locked = (ms: number) => new AppError('ACCOUNT_LOCKED', undefined, Math.max(1, Math.ceil(ms / 1000)))
  const wrong = (details?: { field: string }) => new AppError('INVALID_CREDENTIALS', details)

  const openSecret = (user_id: number, sealed: Uint8Array) => vault.open(sealed, secret_context(user_id))

  /** Uses the code up when it is right. */
  async function accept(user_id: number, secret: string, code: string): Promise<boolean> {
    const digits = code.replaceAll(/\s/g, '')
    if (!/^\d{6}$/.test(digits))
      return (await queries.takeBackupCode(sql, user_id, hashBackupCode(code, secret))).length > 0
    const step = stepOf(secret, digits, clock.now())
    return step !== null && (await queries.takeStep(sql, user_id, step)).length > 0
  }

  async function proveAsStranger(user_id: number, code: string, details?: { field: string }): Promise<void> {
    const now = clock.now()
    const attempt = { user_id, max, now, lockout_ms, longest_ms: Math.max(day_ms, lockout_ms) }
    const [taken] = await queries.takeAttempt(sql, attempt)
    if (taken === undefined) {
      const [factor] = await queries.secondFactor(sql, user_id)
      const left = (factor?.locked_until?.getTime() ?? 0) - now.getTime()
      throw left > 0 ? locked(left) : wrong(details)
    }
    if (!(await accept(user_id, openSecret(user_id, taken.secret), code))) throw wrong(details)
  }

  /** Throws INVALID_CREDENTIALS for a code that is wrong or was used before, ACCOUNT_LOCKED. */
  async function prove(user_id: number, code: string, client: Client, details?: { field: string }): Promise<void> {
    if (!(await isFamiliar(user_id, client))) return proveAsStranger(user_id, code, details)
    const key = `${user_id} ${networkOf(client)}`
    // Taken first, so that guesses made in parallel count each other.
    const taken = await limits.take('second_factor', key, familiar_rule)
    if (!taken.allowed) throw locked(taken.reset_ms)
    const [factor] = await queries.secondFactor(sql, user_id)
    const is_on = factor !== undefined && factor.confirmed_at !== null
    if (!is_on || !(await accept(user_id, openSecret(user_id, factor.secret), code))) throw wrong(details)
    await limits.forget('second_factor', key)
  }

  const proveAs = (actor: Actor, code: string, client: Client, action: 'second_factor.confirm') =>
    prove(actor.id, code, client, in_code).catch(refused(action, client, actor.id, actor))

  async function requireOn(user_id: number): Promise<void> {
    const [factor] = await queries.secondFactor(sql, user_id)
    if (factor === undefined || factor.confirmed_at === null)
      throw new AppError('RESOURCE_CONFLICT', { reason: 'the second factor is off' })
  }

  const codesOf = (secret: string) => {
    const backup_codes = createBackupCodes()
    return { backup_codes, hashes: backup_codes.map((code) => hashBackupCode(code, secret)) }
  }

  const deed = (actor: AuditEntry['actor'], action: string, user_id: number, details = {}): AuditEntry => ({
    actor,
    action,
    outcome: 'success',
    target: { type: 'user', id: user_id },
    details,
  })

  async function accountOf(user_id: number): Promise<AccountRow> {
    const [account] = await accountById(sql, user_id)
    if (account === undefined) throw new AppError('USER_NOT_FOUND')
    return account
  }

  async function status(actor: Actor): Promise<SecondFactorStatus> {
    const [account, [factor]] = await Promise.all([accountOf(actor.id), queries.secondFactor(sql, actor.id)])
    const since = factor?.confirmed_at ?? null
    return {
      enabled: since !== null,
      since: since?.toISOString() ?? null,
      backup_codes_left: since === null ? 0 : (factor?.backup_codes_left ?? 0),
      required: isRequired(account),
    }
  }

  /** Gone without its code: for a phone that is lost. Nothing happens where there is none. */
  async function reset(by: Actor | 'cli', user_id: number): Promise<boolean> {
    await accountOf(user_id)
    return transact(sql, async (tx) => {
      if ((await queries.deleteSecondFactor(tx, user_id)).length === 0) return false
      const details = by === 'cli' ? { by } : {}
      await audit.record(tx, deed(by === 'cli' ? null : by, 'second_factor.reset', user_id, details))
      return true
    })
  }

  return {
    prove,
    status,
    reset,

    /** Throws FEATURE_DISABLED, RESOURCE_CONFLICT when it is on already, INVALID_CREDENTIALS, ACCOUNT_LOCKED, VALIDATION_FAILED. */
    enable: async (actor: Actor, { password }: SecondFactorStart, client: Client): Promise<SecondFactorSetup> => {
      if (!settings.enable_2fa) throw new AppError('FEATURE_DISABLED', { feature: 'enable_2fa' })
      await confirmPassword(actor, password, client)
      const secret = createTotpSecret()
      const { backup_codes, hashes } = codesOf(secret)
      await transact(sql, async (tx) => {
        const sealed = vault.seal(secret, secret_context(actor.id))
        if ((await queries.proposeSecondFactor(tx, actor.id, sealed, clock.now())).length === 0)
          throw new AppError('RESOURCE_CONFLICT', { reason: 'the second factor is on' })
        await queries.replaceBackupCodes(tx, actor.id, hashes)
      })
      const otpauth_url = otpauthUrl(secret, actor.username)
      return { secret, otpauth_url, qr_code: qrCodeOf(otpauth_url), backup_codes }
    },

    /** Throws RESOURCE_CONFLICT when nothing waits for it, INVALID_CREDENTIALS for a wrong code. */
    confirm: async (actor: Actor, { totp_code }: SecondFactorProof): Promise<SecondFactorStatus> => {
      const [factor] = await queries.secondFactor(sql, actor.id)
      if (factor === undefined || factor.confirmed_at !== null)
        throw new AppError('RESOURCE_CONFLICT', { reason: 'no second factor waits to be confirmed' })
      const { secret } = factor
      const step = stepOf(openSecret(actor.id, secret), totp_code.replaceAll(/\s/g, ''), clock.now())
      if (step === null) throw wrong(in_code)
      await transact(sql, async (tx) => {
        if ((await queries.confirmSecondFactor(tx, actor.id, secret, step, clock.now())).length === 0)
          throw new AppError('RESOURCE_CONFLICT', { reason: 'no second factor waits to be confirmed' })
        await audit.record(tx, deed(actor, 'second_factor.enable', actor.id))
      })
      return status(actor)
    },

    /** Throws INVALID_CREDENTIALS, ACCOUNT_LOCKED, VALIDATION_FAILED, RESOURCE_CONFLICT when it is off. */
    disable: async (actor: Actor, { password, totp_code }: SecondFactorEnd, client: Client): Promise<void> => {
      await confirmPassword(actor, password, client)
      await requireOn(actor.id)
      await proveAs(actor, totp_code, client, 'second_factor.confirm')
      await transact(sql, async (tx) => {
        await queries.deleteSecondFactor(tx, actor.id)
        await audit.record(tx, deed(actor, 'second_factor.disable', actor.id))
      })
    },

    /** New codes; the old ones are void. Throws INVALID_CREDENTIALS, ACCOUNT_LOCKED, RESOURCE_CONFLICT when it is off. */
    renewCodes: async (actor: Actor, { totp_code }: SecondFactorProof, client: Client): Promise<BackupCodes> => {
      await requireOn(actor.id)
      await proveAs(actor, totp_code, client, 'second_factor.confirm')
      return transact(sql, async (tx) => {
        const [factor] = await queries.secondFactor(tx, actor.id)
        if (factor === undefined) throw new AppError('RESOURCE_CONFLICT', { reason: 'the second factor is off' })
        const { backup_codes, hashes } = codesOf(openSecret(actor.id, factor.secret))
        await queries.replaceBackupCodes(tx, actor.id, hashes)
        await audit.record(tx, deed(actor, 'second_factor.codes', actor.id))
        return { backup_codes }
      })
    },

    sweep: async (): Promise<void> => {
      await queries.deleteUnconfirmed(sql, new Date(clock.now().getTime() - day_ms))
    },
  }
}

const in_code = { field: 'totp_code' }
