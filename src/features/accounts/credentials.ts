import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Limits } from '../../platform/limits/index.ts'
import type { createDecoyCosts } from './decoy-costs.ts'
import { createEmailAttempts } from './email-attempts.ts'
import type { Emails } from './emails.ts'
import type { createNameAttempts } from './name-attempts.ts'
import { networkOf, originOf } from './network.ts'
import type { Passwords } from './passwords.ts'
import * as queries from './queries.ts'
import type { AccountRow, Client } from './queries.ts'
import type { AccountSettings } from './settings.ts'

interface CredentialParts {
  sql: Sql
  passwords: Passwords
  emails: Emails
  attempts: Pick<ReturnType<typeof createNameAttempts>, 'begin'>
  decoyCosts: Pick<ReturnType<typeof createDecoyCosts>, 'of'>
  limits: Limits
  clock: Clock
  settings: Pick<AccountSettings, 'login_max_failures' | 'login_lockout'>
}

/** An address stays familiar this long after it last opened a session. */
const familiar_ms = 90 * 86_400_000

/**
 * Judges a password against an account, so that guessing is slow and nobody is kept out of their own account.
 *
 * - Addresses that never signed in to the account share one count of failures, which begins anew after `login_lockout`. When it is full, the account is locked for them for
 *   as long, from that failure on. Attempts during the lock are neither judged nor counted, but for one of each address that has no part in it.
 * - An address that has signed in to the account before has a count of its own. So whoever locks an account on purpose keeps out nobody who has been there, and a new device
 *   only together with many others.
 * - Of IPv6 an address is its /64 in all this, and its /48 for that one attempt.
 * - A name that does not exist is counted in the same place by the same statements, and answered after the same work: one look for the address, one count, one hash.
 * - An e-mail address has counts of its own, whoever has it, in memory: were they those of its accounts, a lock would tell whose address it is.
 */
export function createCredentials(parts: CredentialParts) {
  const { sql, passwords, emails, attempts, decoyCosts, limits, clock, settings } = parts
  /** Attempts of one client address at one name or e-mail address: so many right ones at once all succeed, and none passes another's share. */
  const inTurn = createLanes()

  const familiarSince = () => new Date(clock.now().getTime() - familiar_ms)

  /** Whether this address has signed in to this account lately. Asked of nobody too, with the same work. */
  const isFamiliar = async (user_id: number, client: Client): Promise<boolean> =>
    (await queries.knowsNetwork(sql, user_id, networkOf(client), familiarSince())).length > 0

  /** Throws `INVALID_CREDENTIALS` or `ACCOUNT_LOCKED`. */
  const judge = (
    account: AccountRow | undefined,
    name: string,
    password: string,
    client: Client,
  ): Promise<AccountRow> => {
    const nobody = name.toLowerCase()
    return inTurn(`${nobody} ${networkOf(client)}`, async () => {
      const attempt = await attempts.begin(nobody, client, await isFamiliar(account?.id ?? 0, client))
      // An account without a password is judged like nobody's, too.
      const verified = passwords.verify(password, account?.password_hash ?? null, decoyCosts.of(nobody))
      const right = await verified.catch(async (cause: unknown) => {
        // What was not judged, as too many wait for their hash, is no guess.
        await attempt.giveBack()
        throw cause
      })
      if (!right || account === undefined) throw new AppError('INVALID_CREDENTIALS')
      await attempt.giveBack()
      return account
    })
  }

  const emailAttempts = createEmailAttempts(limits, settings)

  /** Whether the same account was found from the same client address, among the same accounts, with the same password lately; that has been counted then. */
  async function isRepeated(
    { id, password_hash }: AccountRow,
    network: string | null,
    strangers: boolean,
  ): Promise<boolean> {
    const key = `${network} ${id} ${password_hash} ${strangers ? 'all' : 'known'}`
    const { allowed } = await limits.take('login_email_again', key, emailAttempts.once)
    return !allowed
  }

  /**
   * The account of an e-mail address whose password it is. Throws `INVALID_CREDENTIALS` or `ACCOUNT_LOCKED`.
   *
   * When too many have tried, only accounts that the client address has signed in to are looked for, and nobody is told. A success counts like a failure, unless it is the
   * same again: whoever takes somebody's address, for one account or many, and signs in to them by guess after guess has no more guesses than others.
   */
  const judgeEmail = (email: string, password: string, client: Client): Promise<AccountRow> => {
    const network = networkOf(client)
    return inTurn(`${email} ${originOf(client)}`, async () => {
      const { strangers, end } = await emailAttempts.begin(email, client)
      let outcome = { found: false, counts: false }
      try {
        const account = await emails.accountBy(email, password, { network, since: familiarSince(), strangers })
        const found = account !== undefined
        outcome = { found, counts: !found || !(await isRepeated(account, network, strangers)) }
        if (account === undefined) throw new AppError('INVALID_CREDENTIALS')
        return account
      } finally {
        await end(outcome)
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
