import { availableParallelism } from 'node:os'
import { AppError } from '../../kernel/errors.ts'

export interface Passwords {
  hash(password: string): Promise<string>
  /** Whether the password is the hashed one. Without a hash it works as long, on another one, and says no. */
  verify(password: string, hash: string | null): Promise<boolean>
}

export interface PasswordCost {
  memory_kib: number
  iterations: number
  /** Hashes computed at once; each takes a core for tens of milliseconds. */
  concurrency?: number
  /** Hashes that may wait; beyond that `SERVICE_UNAVAILABLE`. */
  queue?: number
}

/**
 * Argon2id (RFC 9106), on as many cores as there are and no more, so that a flood of logins delays logins and nothing else.
 * Passwords are compared in NFC, as the same letters come composed or not from different keyboards (RFC 8265).
 */
export function createPasswords({
  memory_kib,
  iterations,
  concurrency = availableParallelism(),
  queue = 128,
}: PasswordCost): Passwords {
  const cost = { algorithm: 'argon2id', memoryCost: memory_kib, timeCost: iterations } as const
  const turns = createTurns(concurrency, queue)
  const hash = (password: string) => turns(() => Bun.password.hash(password.normalize('NFC'), cost))
  let decoy: Promise<string> | undefined

  return {
    hash,
    verify: async (password, known) => {
      decoy ??= Bun.password.hash(crypto.randomUUID(), cost)
      const against = known ?? (await decoy)
      const same = await turns(() => Bun.password.verify(password.normalize('NFC'), against))
      return same && known !== null
    },
  }
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
