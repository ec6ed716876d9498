import type { Vault } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import { costsInUse } from './queries.ts'

const decoy_context = 'users.decoy_cost'

/**
 * At what cost a password is judged for a name that nobody has. After a change of `argon2_*` some accounts are hashed at the cost of before, and so are as many of all other
 * names, always the same: else the time of an answer would tell names of accounts. Until it has learnt, the cost of today.
 */
export function createDecoyCosts({ sql, vault, today }: { sql: Sql; vault: Vault; today: string }) {
  /** Up to which part of all names each cost goes; what is left is today's, which more and more accounts have. */
  let shares: { cost: string; up_to: number }[] | undefined

  return {
    of: (name: string): string => {
      const place = vault.blindIndex(name, decoy_context).readUIntBE(0, 6) / 2 ** 48
      return shares?.find(({ up_to }) => place < up_to)?.cost ?? today
    },

    isLearnt: (): boolean => shares !== undefined,

    /** Counts the accounts of each cost; reads all of them. */
    learn: async (): Promise<void> => {
      const rows = await costsInUse(sql)
      const all = rows.reduce((sum, { accounts }) => sum + accounts, 0)
      let before = 0
      shares = rows
        .filter(({ cost }) => cost !== today)
        .map(({ cost, accounts }) => ({ cost, up_to: (before += accounts) / all }))
    },
  }
}
