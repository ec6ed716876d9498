import { createHash } from 'node:crypto'
import { AppError } from '../../kernel/errors.ts'
import type { Vault } from '../../platform/crypto/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import { email_context } from '../users/index.ts'
import * as queries from './email-queries.ts'
import type { AccountOfEmail, Among } from './email-queries.ts'
import { type Passwords, saltOf } from './passwords.ts'
import type { AccountRow } from './queries.ts'
import type { AccountSettings } from './settings.ts'

interface EmailsParts {
  sql: Sql
  vault: Vault
  passwords: Passwords
  settings: Pick<AccountSettings, 'user_emails'>
}

export type Emails = ReturnType<typeof createEmails>

const salt_context = 'users.password_salt'
/** How many accounts of one address are named to an administrator. */
const most_named = 100

/** An address as it is compared. */
export const normalEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

/** The salt of a hash, or of one in another form what everybody makes of it: so those who sign in at once agree. */
const ownSalt = (hash: string): Uint8Array => saltOf(hash) ?? createHash('sha256').update(hash).digest()

/** An `@` cannot be in a username. */
export const isEmail = (name: string): boolean => name.includes('@')

/**
 * Addresses of accounts. As long as nobody proves theirs by mail, any number of accounts may have one, and giving an account an address tells nothing of others.
 * All passwords of one address are hashed with one salt, so that one hash finds whose sign-in it is, however many there are. Addresses are as `normalEmail` gives them.
 */
export function createEmails({ sql, vault, passwords, settings }: EmailsParts) {
  const indexesOf = (email: string) => vault.blindIndexes(email, email_context)

  /** The same for all who ask, in whichever order they have the keys, and known to nobody without them. */
  const freshSalt = (email: string): Uint8Array =>
    vault.blindIndexes(email, salt_context).reduce((least, salt) => (Buffer.compare(salt, least) < 0 ? salt : least))

  /** How passwords of an address are hashed, whether somebody has it or not. */
  async function hashing(email: string): Promise<{ salt: Uint8Array; costs: string[] }> {
    const [{ hash, costs }] = await queries.hashing(sql, indexesOf(email))
    if (!costs.includes(passwords.cost)) {
      // Before anything is hashed at it: whoever signs in by an address is looked for at the costs that are kept.
      await queries.keepCost(sql, passwords.cost)
      costs.push(passwords.cost)
    }
    return { salt: saltOf(hash) ?? freshSalt(email), costs }
  }

  async function hash(password: string, email: string | null): Promise<string> {
    return passwords.hash(password, email === null ? undefined : { salt: (await hashing(email)).salt })
  }

  const emailOf = ({ email_encrypted }: AccountRow) => email_encrypted && vault.tryOpen(email_encrypted, email_context)

  return {
    hash,
    /** A new password of an account. */
    hashOf: (account: AccountRow, password: string): Promise<string> => hash(password, emailOf(account)),

    /** What an account is given with an address. */
    sealed: (email: string) => ({
      email_encrypted: vault.seal(email, email_context),
      email_index: vault.blindIndex(email, email_context),
    }),
    /** FEATURE_DISABLED where only the operator gives addresses. */
    requireOwn: (): void => {
      if (!settings.user_emails) throw new AppError('FEATURE_DISABLED', { field: 'email' })
    },

    /** Accounts of an address, the oldest first. */
    accounts: (email: string) => queries.accountsByEmail(sql, indexesOf(email), most_named),

    /** Their ids. */
    ids: async (email: string): Promise<number[]> => {
      const [{ ids }] = await queries.idsByEmail(sql, indexesOf(email), most_named)
      return ids.split(' ').filter(Boolean).map(Number)
    },

    /** The account whose password it is, if it is one; without `strangers` only one that the client address has signed in to. The work is the same whoever has the address. */
    accountBy: async (email: string, password: string, among: Among): Promise<AccountOfEmail | undefined> => {
      const { salt, costs } = await hashing(email)
      const hashes = await Promise.all(costs.map((cost) => passwords.hash(password, { salt, cost })))
      const [account, another] = await queries.accountsByHash(sql, indexesOf(email), hashes, among)
      return another === undefined ? account : undefined
    },

    /**
     * Hashes a password, which has just been found to be right, as it would be hashed today: at today's cost, and with the salt of the account's address, or, without
     * one that can be read, with its own. Gives the account as it is then.
     */
    refresh: async (account: AccountRow, password: string): Promise<AccountRow> => {
      const old = account.password_hash
      const email = emailOf(account)
      if (old === null) return account
      const salt = email === null ? ownSalt(old) : (await hashing(email)).salt
      if (passwords.isOf(old, salt)) return account
      const password_hash = await passwords.hash(password, { salt })
      const changed = await queries.rehash(sql, account.id, old, password_hash)
      return changed.length === 0 ? account : { ...account, password_hash }
    },

    /** Forgets costs that no password has any more. */
    sweep: async (): Promise<void> => {
      await queries.forgetCosts(sql, passwords.cost)
    },
  }
}
