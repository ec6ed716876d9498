import { argon2, randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { AppError } from '../../kernel/errors.ts'

export interface Passwords {
  /** What a hash of today begins with: algorithm, version, memory, passes, lanes. */
  cost: string
  /** With a salt of its own (32 bytes) at today's cost, unless others are given. Equal hashes are equal passwords. */
  hash(password: string, as?: { salt: Uint8Array; cost?: string }): Promise<string>
  /** Whether a hash has today's cost and length, and this salt. */
  isOf(hash: string, salt: Uint8Array): boolean
  /** Whether the password is the hashed one. Without a hash, or with one in a form that nobody can read, it works as long, on another one, at today's cost or the given one, and says no. */
  verify(password: string, hash: string | null, decoy_cost?: string): Promise<boolean>
}

export interface PasswordCost {
  memory_kib: number
  iterations: number
  /** Hashes computed at once; each takes a core for tens of milliseconds. */
  concurrency?: number
  /** Hashes that may wait; beyond that `SERVICE_UNAVAILABLE`. */
  queue?: number
}

const argon2id = promisify(argon2)
const hash_bytes = 32
/** Of the tag in base64. */
const tag_letters = Math.ceil((hash_bytes * 4) / 3)

/**
 * Argon2id (RFC 9106) as PHC strings, on as many cores as there are and no more, so that a flood of logins delays logins and nothing else.
 * Passwords are compared in NFC, as the same letters come composed or not from different keyboards (RFC 8265).
 */
export function createPasswords({
  memory_kib,
  iterations,
  concurrency = availableParallelism(),
  queue = 128,
}: PasswordCost): Passwords {
  const turns = createTurns(concurrency, queue)
  const today = `$argon2id$v=19$m=${memory_kib},t=${iterations},p=1$`
  const beginning = (salt: Uint8Array = randomBytes(32), cost = today) => `${cost}${unpadded(salt)}$`
  const decoys = new Map<string, Promise<string>>()

  return {
    cost: today,
    hash: (password, as) => turns(() => digest(password, beginning(as?.salt, as?.cost))),
    isOf: (hash, salt) => hash.startsWith(beginning(salt)) && hash.length === beginning(salt).length + tag_letters,
    verify: async (password, known, cost = today) => {
      const decoy = decoys.get(cost) ?? digest(crypto.randomUUID(), beginning(undefined, cost))
      decoys.set(cost, decoy)
      const spare = await decoy.catch((error: unknown) => {
        decoys.delete(cost)
        throw error
      })
      const text = password.normalize('NFC')
      // Of an empty one Bun says at once that it is not the one.
      const hash = known === '' ? null : known
      return turns(async () => {
        const same = await Bun.password.verify(text, hash ?? spare).catch((error: unknown) => {
          if (!isUnreadable(error)) throw error
          return null
        })
        // A hash that somebody brought from elsewhere, and that cannot be read, is nobody's.
        if (same === null) await Bun.password.verify(text, spare)
        return same === true && hash !== null
      })
    },
  }
}

/** What Bun says of a hash in a form that it does not know. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^PASSWORD_(UNSUPPORTED|INVALID|WEAK)_/.test(String(error.code))

interface Cost {
  memory_kib: number
  iterations: number
  lanes: number
  salt: Uint8Array
}

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')

function costOf(beginning: string): Cost | null {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$$/.exec(beginning)
  if (found === null) return null
  const [memory_kib = 0, iterations = 0, lanes = 0] = found.slice(1, 4).map(Number)
  return { memory_kib, iterations, lanes, salt: Buffer.from(found[4] ?? '', 'base64') }
}

/** The salt of a hash; null when there is none, or it is none of ours. */
export const saltOf = (hash: string | null): Uint8Array | null =>
  hash === null ? null : (costOf(hash.slice(0, hash.lastIndexOf('$') + 1))?.salt ?? null)

async function digest(password: string, beginning: string): Promise<string> {
  const cost = costOf(beginning)
  if (cost === null) throw new Error('this is not the beginning of an Argon2id hash')
  const { memory_kib: memory, iterations: passes, lanes: parallelism, salt: nonce } = cost
  const message = Buffer.from(password.normalize('NFC'))
  const tag = await argon2id('argon2id', { message, nonce, memory, passes, parallelism, tagLength: hash_bytes })
  return beginning + unpadded(tag)
}

/** At most `concurrency` run, at most `queue` wait, in order. */
function createTurns(concurrency: number, queue: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (waiting.length >= queue) throw new AppError('SERVICE_UNAVAILABLE', undefined, 2)
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      // Whoever waits takes over this place, so that nobody who comes meanwhile slips in between.
      if (next === undefined) running--
      else next()
    }
  }
}
