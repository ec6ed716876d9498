import { AppError } from '../../kernel/errors.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import { email_context } from '../users/index.ts'
import * as queries from './email-queries.ts'
import { type Passwords, saltOf } from './passwords.ts'
import type { AccountRow } from './queries.ts'
import type { AccountSettings } from './settings.ts'

interface EmailsParts {
  sql: Sql
  vault: Vault
  passwords: Passwords
  settings: Pick<AccountSettings, 'user_emails'>
}

/** How an address counts its failures, and until when its client is a familiar one. */
export interface Among {
  ip: string | null
  since: Date
  /** Whose sign-in it may be: accounts that the client address has signed in to, and others. */
  familiars: boolean
  strangers: boolean
}

export type Emails = ReturnType<typeof createEmails>

const salt_context = 'users.password_salt'

/** An address as it is compared. */
export const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

/**
 * Addresses of accounts. As long as nobody proves theirs by mail, any number of accounts may have one: so giving an account an address tells nothing of others.
 * All passwords of one address are hashed with one salt, so that one hash finds whose sign-in it is, however many there are.
 */
export function createEmails({ sql, vault, passwords, settings }: EmailsParts) {
  const indexesOf = (email: string) => vault.blindIndexes(email, email_context)
  /** Of an address that nobody has: the same for all who ask, and known to nobody without the key. */
  const freshSalt = (email: string) => vault.blindIndex(email, salt_context)

  /** `email` as `normalEmail` gives it. */
  async function hash(password: string, email: string | null): Promise<string> {
    if (email === null) return passwords.hash(password)
    const [known] = await queries.oldestHash(sql, indexesOf(email))
    return passwords.hash(password, known === undefined ? freshSalt(email) : saltOf(known.password_hash))
  }

  return {
    hash,
    /** A new password of an account. */
    hashOf: (account: AccountRow, password: string): Promise<string> =>
      hash(password, account.email_encrypted && vault.tryOpen(account.email_encrypted, email_context)),

    /** What an account is given with an address. FEATURE_DISABLED when somebody gives their own and only the operator does. */
    sealed: (email: string) => ({
      email_encrypted: vault.seal(email, email_context),
      email_index: vault.blindIndex(email, email_context),
    }),
    requireOwn: (): void => {
      if (!settings.user_emails) throw new AppError('FEATURE_DISABLED', { field: 'email' })
    },

    /** Accounts of an address, the oldest first; few of them. */
    accounts: (email: string) => queries.accountsByEmail(sql, indexesOf(email), 10),

    /** Whether the client address has signed in to an account of this address, and the ways in which its passwords are hashed. */
    known: async (email: string, ip: string | null, since: Date) => {
      const [row] = await queries.known(sql, indexesOf(email), ip, since)
      return { familiar: row?.familiar ?? false, beginnings: row?.beginnings ?? [] }
    },

    /** The account whose password it is. The work is the same whoever has the address. */
    accountBy: async (email: string, beginnings: string[], password: string, among: Among) => {
      const hashes =
        beginnings.length === 0
          ? [await passwords.hash(password, freshSalt(email))]
          : await Promise.all(beginnings.map((beginning) => passwords.hashAs(password, beginning)))
      const [account] = await queries.accountByHash(sql, indexesOf(email), hashes, among)
      return account
    },
  }
}
