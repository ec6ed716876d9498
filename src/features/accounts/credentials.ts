import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import type { Passwords } from './passwords.ts'
import type { Emails } from './emails.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client } from './queries.ts'
import type { AccountSettings } from './settings.ts'

interface CredentialParts {
  sql: Sql
  passwords: Passwords
  emails: Emails
  limits: Limits
  clock: Clock
  settings: Pick<AccountSettings, 'login_max_failures' | 'login_lockout'>
}

/** Rows of `login_decoys`. */
const decoys = 64n

/** An address stays familiar this long after it last opened a session. */
const familiar_ms = 90 * 86_400_000

/**
 * Judges a password against an account, so that guessing is slow and nobody is kept out of their own account.
 *
 * - Addresses that never signed in to the account share one count of failures, kept in the database, which begins anew after `login_lockout`. When it is full, the
 *   account is locked for them for as long, from that failure on. Attempts during the lock are neither judged nor counted.
 * - An address that has signed in to the account before has a count of its own. So whoever locks an account on purpose keeps
 *   out new devices, never the owner at home, and gains no guess there.
 * - A name that does not exist is counted and locked by the same rules, in memory, and answered after the same work: one look for the address, one hash, and of a
 *   failure one write.
 * - An e-mail address has counts of its own, for whoever has it or nobody, in memory: were they those of its accounts, a lock would tell whose address it is.
 */
export function createCredentials({ sql, passwords, emails, limits, clock, settings }: CredentialParts) {
  const { login_max_failures, login_lockout } = settings
  const rule: LimitRule = { points: login_max_failures, duration_s: login_lockout / 1000 }
  const locked = (ms: number) => new AppError('ACCOUNT_LOCKED', undefined, Math.max(1, Math.ceil(ms / 1000)))

  /** Failures counted in memory under a key of their own. */
  async function judgeBy(name: string, key: string, verify: () => Promise<boolean>): Promise<void> {
    // Taken first, so that guesses made in parallel count each other.
    const taken = await limits.take(name, key, rule)
    if (!taken.allowed) throw locked(taken.reset_ms)
    if (await verify()) return limits.forget(name, key)
    if (login_max_failures > 0) await writeNothing(key)
    throw new AppError('INVALID_CREDENTIALS')
  }

  const writeNothing = (key: string) => queries.countNobody(sql, Number(Bun.hash.wyhash(key) % decoys))

  const lock: LimitRule = { ...rule, points: Math.min(1, rule.points) }

  /** A failure where there is no account to count it, or several. As `judgeStranger` to the second, so that neither when a lock comes nor how long it lasts tells whether there is an account. */
  async function failUncounted(key: string): Promise<never> {
    if (login_max_failures > 0) {
      await writeNothing(key)
      const { used } = await limits.take('login_unknown', key, rule)
      if (used === login_max_failures) {
        await limits.forget('login_unknown', key)
        await limits.take('login_unknown_lock', key, lock)
      }
    }
    throw new AppError('INVALID_CREDENTIALS')
  }

  async function judgeNobody(key: string, verify: () => Promise<boolean>): Promise<never> {
    const held = await limits.peek('login_unknown_lock', key, lock)
    if (!held.allowed) throw locked(held.reset_ms)
    await verify()
    return failUncounted(key)
  }

  async function judgeStranger(account: AccountRow, verify: () => Promise<boolean>): Promise<void> {
    const left = (account.locked_until?.getTime() ?? 0) - clock.now().getTime()
    if (login_max_failures > 0 && account.failed_logins >= login_max_failures && left > 0) throw locked(left)
    if (!(await verify())) {
      const now = clock.now()
      if (login_max_failures > 0)
        await queries.countFailure(sql, account.id, login_max_failures, now, new Date(now.getTime() + login_lockout))
      throw new AppError('INVALID_CREDENTIALS')
    }
    // Guesses made in parallel learn nothing once the lock is there, not even that one was right.
    const cleared = await queries.clearFailures(sql, account.id, login_max_failures, clock.now())
    if (login_max_failures > 0 && cleared.length === 0) throw locked(login_lockout)
  }

  const familiarSince = () => new Date(clock.now().getTime() - familiar_ms)

  /** Whether this address has signed in to this account lately. Asked of nobody too, with the same work. */
  const isFamiliar = async (user_id: number, { ip }: Client): Promise<boolean> =>
    (await queries.knowsAddress(sql, user_id, ip, familiarSince())).length > 0

  /** Throws `INVALID_CREDENTIALS` or `ACCOUNT_LOCKED`. */
  const judge = async (
    account: AccountRow | undefined,
    name: string,
    password: string,
    client: Client,
  ): Promise<AccountRow> => {
    const familiar = await isFamiliar(account?.id ?? 0, client)
    if (account === undefined) return judgeNobody(name.toLowerCase(), () => passwords.verify(password, null))
    const verify = () => passwords.verify(password, account.password_hash)
    await (familiar ? judgeBy('login_familiar', `${account.id} ${client.ip}`, verify) : judgeStranger(account, verify))
    return account
  }

  /**
   * The account of an e-mail address whose password it is. Throws `INVALID_CREDENTIALS` or `ACCOUNT_LOCKED`. A success forgets no failure, since others may
   * have the address: whoever has an account with it gains no guess at theirs.
   */
  const judgeEmail = async (email: string, password: string, { ip }: Client): Promise<AccountRow> => {
    const since = familiarSince()
    const { familiar, beginnings } = await emails.known(email, ip, since)
    const own_key = `${email} ${ip}`
    const own = familiar ? await limits.take('login_familiar', own_key, rule) : null
    const held = await limits.peek('login_unknown_lock', email, lock)
    const among = { ip, since, strangers: held.allowed, familiars: own?.allowed === true }
    if (!among.strangers && !among.familiars) throw locked(Math.min(held.reset_ms, own?.reset_ms ?? login_lockout))
    const account = await emails.accountBy(email, beginnings, password, among)
    if (account === undefined && !among.strangers) throw new AppError('INVALID_CREDENTIALS')
    if (account === undefined) return failUncounted(email)
    // Guesses made in parallel learn nothing once the lock is there, not even that one was right.
    const held_now = await limits.peek('login_unknown_lock', email, lock)
    if (!held_now.allowed && !among.familiars) throw locked(held_now.reset_ms)
    if (own !== null) await limits.giveBack('login_familiar', own_key)
    return account
  }

  return { judge, judgeEmail, isFamiliar }
}
