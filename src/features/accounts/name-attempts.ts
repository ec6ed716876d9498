import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import * as queries from './attempt-queries.ts'
import { networkOf, originOf } from './network.ts'
import type { Client } from './queries.ts'
import type { AccountSettings } from './settings.ts'

interface NameAttemptsParts {
  sql: Sql
  vault: Vault
  clock: Clock
  settings: Pick<AccountSettings, 'login_max_failures' | 'login_lockout'>
}

/** A try that was counted before it is judged, so that those made in parallel count each other. Of one that was wrong there is nothing more to do. */
export interface Attempt {
  /** It was right, or was not judged. It takes back itself alone: somebody's sign-in gives those who share the count no new guesses. */
  giveBack(): Promise<void>
}

const context = 'login_attempts.name'
const swept_at_once = 10_000

/** Counts tries by name in the database, whether somebody has the name or not. Decision 015. */
export function createNameAttempts({ sql, vault, clock, settings }: NameAttemptsParts) {
  const { login_max_failures: max, login_lockout } = settings
  const normal = (name: string) => name.toLowerCase()

  return {
    /** Throws `ACCOUNT_LOCKED`. */
    begin: async (name: string, client: Client, familiar: boolean): Promise<Attempt> => {
      if (max === 0) return { giveBack: async () => {} }
      const counted = {
        name: vault.blindIndex(normal(name), context),
        network: familiar ? (networkOf(client) ?? '') : '',
        origin: originOf(client),
      }
      const now = clock.now()
      const [{ failures, begun }] = await queries.takeAttempt(sql, counted, max, now, new Date(now.getTime() + login_lockout)) // prettier-ignore
      if (failures === null || begun === null) {
        const [held] = await queries.lockedUntil(sql, counted)
        throw locked(held === undefined ? 0 : held.until.getTime() - now.getTime())
      }
      const giveBack = async () => void (await queries.returnAttempt(sql, counted, begun, max, login_lockout))
      return { giveBack }
    },

    /** As with a new password. */
    lift: async (tx: Sql, name: string): Promise<void> => {
      await queries.liftLocks(tx, vault.blindIndexes(normal(name), context))
    },

    sweep: async (): Promise<void> => {
      for (;;) if ((await queries.sweepAttempts(sql, clock.now(), swept_at_once)).count < swept_at_once) return
    },
  }
}

export const locked = (ms: number) => new AppError('ACCOUNT_LOCKED', undefined, Math.max(1, Math.ceil(ms / 1000)))
