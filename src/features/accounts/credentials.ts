import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import type { Passwords } from './passwords.ts'
import type { createDecoyCosts } from './decoy-costs.ts'
import type { Emails } from './emails.ts'
import { networkOf } from './network.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client } from './queries.ts'
import type { AccountSettings } from './settings.ts'

interface CredentialParts {
  sql: Sql
  passwords: Passwords
  emails: Emails
  decoyCosts: Pick<ReturnType<typeof createDecoyCosts>, 'of'>
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
 * - Of IPv6 an address is its /64 in all this.
 * - A name that does not exist is counted and locked by the same rules, in memory, and answered after the same work: one look for the address, one hash, and of a
 *   failure one write.
 * - An e-mail address has counts of its own, whoever has it, in memory: were they those of its accounts, a lock would tell whose address it is.
 */
export function createCredentials({ sql, passwords, emails, decoyCosts, limits, clock, settings }: CredentialParts) {
  const { login_max_failures, login_lockout } = settings
  const rule: LimitRule = { points: login_max_failures, duration_s: login_lockout / 1000 }
  const locked = (ms: number) => new AppError('ACCOUNT_LOCKED', undefined, Math.max(1, Math.ceil(ms / 1000)))

  /** Failures counted in memory under a key of their own. */
  async function judgeBy(name: string, key: string, verify: () => Promise<boolean>): Promise<void> {
    const taken = await limits.take(name, key, rule)
    if (!taken.allowed) throw locked(taken.reset_ms)
    // What was not judged, as too many wait for their hash, is no guess.
    const right = await verify().catch(async (cause: unknown) => {
      await limits.giveBack(name, key)
      throw cause
    })
    if (right) return limits.forget(name, key)
    if (login_max_failures > 0) await writeNothing(key)
    throw new AppError('INVALID_CREDENTIALS')
  }

  const writeNothing = (key: string) => queries.countNobody(sql, Number(Bun.hash.wyhash(key) % decoys))

  const lock: LimitRule = { ...rule, points: Math.min(1, rule.points) }

  /** As `judgeStranger` to the second, so that neither when a lock comes nor how long it lasts tells whether there is an account. */
  async function judgeNobody(key: string, verify: () => Promise<boolean>): Promise<never> {
    const held = await limits.peek('login_unknown_lock', key, lock)
    if (!held.allowed) throw locked(held.reset_ms)
    await verify()
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
  const isFamiliar = async (user_id: number, client: Client): Promise<boolean> =>
    (await queries.knowsNetwork(sql, user_id, networkOf(client), familiarSince())).length > 0

  /** Throws `INVALID_CREDENTIALS` or `ACCOUNT_LOCKED`. */
  const judge = async (
    account: AccountRow | undefined,
    name: string,
    password: string,
    client: Client,
  ): Promise<AccountRow> => {
    const familiar = await isFamiliar(account?.id ?? 0, client)
    const nobody = name.toLowerCase()
    // An account without a password is judged like nobody's, too.
    const verify = () => passwords.verify(password, account?.password_hash ?? null, decoyCosts.of(nobody))
    if (account === undefined) return judgeNobody(nobody, verify)
    const key = `${account.id} ${networkOf(client)}`
    await (familiar ? inTurn(key, () => judgeBy('login_familiar', key, verify)) : judgeStranger(account, verify))
    return account
  }

  /** One more at least than the one that a success takes. */
  const email_rule: LimitRule = { ...rule, points: login_max_failures && Math.max(2, login_max_failures) }
  const attempts = createAttempts(limits, email_rule)
  /** Attempts of one client address at one account or address: so those made in parallel count each other, and many right ones all succeed. */
  const inTurn = createLanes()

  /** Whether the same account was found from the same client address, among the same accounts, with the same password lately; that has been counted then. */
  async function isRepeated(
    { id, password_hash }: AccountRow,
    network: string | null,
    strangers: boolean,
  ): Promise<boolean> {
    const key = `${network} ${id} ${password_hash} ${strangers ? 'all' : 'known'}`
    const { allowed } = await limits.take('login_email_again', key, { ...rule, points: 1 })
    return !allowed
  }

  /**
   * The account of an e-mail address whose password it is. Throws `INVALID_CREDENTIALS` or `ACCOUNT_LOCKED`.
   *
   * Attempts are counted by client address, each for itself, and that lock is told. All clients together have a count too; when it is full, only accounts that the client
   * address has signed in to are looked for, and nobody is told. A success counts like a failure, unless it is the same again: whoever takes somebody's address, for one
   * account or many, and signs in to them by guess after guess has no more guesses than others.
   */
  const judgeEmail = (email: string, password: string, client: Client): Promise<AccountRow> => {
    const network = networkOf(client)
    const key = `${email} ${network}`
    return inTurn(key, async () => {
      const [own, all] = [['login_email', key] as const, ['login_email_all', email] as const]
      const held = await attempts.begin(...own)
      if (held > 0) throw locked(held)
      const strangers = (await attempts.begin(...all)) === 0
      let counts = false
      try {
        const account = await emails.accountBy(email, password, { network, since: familiarSince(), strangers })
        counts = account === undefined || !(await isRepeated(account, network, strangers))
        if (account === undefined) throw new AppError('INVALID_CREDENTIALS')
        return account
      } finally {
        await attempts.end(...own, counts)
        if (strangers) await attempts.end(...all, counts)
      }
    })
  }

  return { judge, judgeEmail, isFamiliar }
}

/** Runs what has one key one after the other. As much waits as there are requests under way. */
function createLanes() {
  const lanes = new Map<string, Promise<unknown>>()
  return <T>(key: string, run: () => Promise<T>): Promise<T> => {
    const mine = (lanes.get(key) ?? Promise.resolve()).then(run, run)
    const leave = () => {
      if (lanes.get(key) === mine) lanes.delete(key)
    }
    lanes.set(key, mine)
    mine.then(leave, leave)
    return mine
  }
}

/** Attempts that count before they are judged. The last that is allowed locks its key for as long as the rule says, from its end on; those during a lock do not count. */
function createAttempts(limits: Limits, rule: LimitRule) {
  const lock: LimitRule = { ...rule, points: Math.min(1, rule.points) }
  return {
    /** Milliseconds until one may try again; 0: now, and `end` is to be told. */
    begin: async (name: string, key: string): Promise<number> => {
      const taken = await limits.take(name, key, rule)
      const held = await limits.peek(`${name}_lock`, key, lock)
      if (taken.allowed && held.allowed) return 0
      await limits.giveBack(name, key)
      return Math.max(1, held.allowed ? taken.reset_ms : held.reset_ms)
    },
    end: async (name: string, key: string, counts: boolean): Promise<void> => {
      if (!counts) return limits.giveBack(name, key)
      if (rule.points === 0 || (await limits.peek(name, key, rule)).allowed) return
      // The lock first, so that nobody comes in between.
      await limits.take(`${name}_lock`, key, lock)
      await limits.forget(name, key)
    },
  }
}
