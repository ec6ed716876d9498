import type { Limits, LimitRule } from '../../platform/limits/index.ts'
import { locked } from './name-attempts.ts'
import { networkOf, originOf } from './network.ts'
import type { Client } from './queries.ts'
import type { AccountSettings } from './settings.ts'

/** A try at an e-mail address that may be judged. */
export interface EmailAttempt {
  /** Whether it may find accounts that the client address has not signed in to. */
  strangers: boolean
  /** To be told, whatever came of it: whether an account was found, and whether it counts. */
  end(outcome: { found: boolean; counts: boolean }): Promise<void>
}

/**
 * Counts tries by e-mail address in memory, whoever has it: were the counts those of accounts, a lock would tell whose address it is. Each client address has a count, which is
 * told; all together have one that is not. Decisions 014 and 015.
 */
export function createEmailAttempts(
  limits: Limits,
  settings: Pick<AccountSettings, 'login_max_failures' | 'login_lockout'>,
) {
  const { login_max_failures, login_lockout } = settings
  /** One more at least than the one that a success takes. */
  const points = login_max_failures && Math.max(2, login_max_failures)
  const rule: LimitRule = { points, duration_s: login_lockout / 1000 }
  const one: LimitRule = { ...rule, points: Math.min(1, points) }
  const counts = createCounts(limits, rule, one)

  /** What is once for an origin and an address. */
  const onceOf = (name: string) => ({
    has: async (email: string, origin: string) => !(await limits.peek(name, `${email} ${origin}`, one)).allowed,
    note: (email: string, origin: string) => limits.take(name, `${email} ${origin}`, one),
    drop: (email: string, origin: string) => limits.forget(name, `${email} ${origin}`),
  })
  /** Who has failed while the count of all was open, or has had their try since. */
  const part = onceOf('login_email_part')
  /** Whose try found an account, so that one more is theirs: with the code of a second factor. */
  const pass = onceOf('login_email_pass')

  /** While the count of all is full, who has no part in it has one try, and all of those as many as the count had. */
  async function share(email: string, origin: string): Promise<'place' | 'pass' | null> {
    if (await pass.has(email, origin)) {
      await pass.drop(email, origin)
      return 'pass'
    }
    if (await part.has(email, origin)) return null
    if (!(await limits.take('login_email_share', email, rule)).allowed) {
      await limits.giveBack('login_email_share', email)
      return null
    }
    await part.note(email, origin)
    return 'place'
  }

  return {
    /** Once in as long as a count lasts. */
    once: one,
    /** Throws `ACCOUNT_LOCKED`. One client address asks one after the other. */
    begin: async (email: string, client: Client): Promise<EmailAttempt> => {
      const [own, all] = [
        ['login_email', `${email} ${networkOf(client)}`] as const,
        ['login_email_all', email] as const,
      ]
      const origin = originOf(client)
      const held = await counts.begin(...own)
      if (held > 0) throw locked(held)
      const open = (await counts.begin(...all)) === 0
      const shared = open ? null : await share(email, origin)
      return {
        strangers: open || shared !== null,
        end: async ({ found, counts: counted }) => {
          await counts.end(...own, counted)
          if (open) await counts.end(...all, counted)
          if (open && counted && !found) await part.note(email, origin)
          if (shared === 'place' && !counted) {
            await limits.giveBack('login_email_share', email)
            await part.drop(email, origin)
          } else if (shared === 'pass' ? !counted : shared === 'place' && found) await pass.note(email, origin)
        },
      }
    },
  }
}

/** Attempts that count before they are judged. The last that is allowed locks its key for as long as the rule says, from its end on; those during a lock do not count. */
function createCounts(limits: Limits, rule: LimitRule, lock: LimitRule) {
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
