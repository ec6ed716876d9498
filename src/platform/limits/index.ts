import { peek } from 'bun'
import { RateLimiterMemory } from 'rate-limiter-flexible'

export { addressKey } from './address.ts'
export { connectionsByDescriptors } from './descriptors.ts'
export { type Action, createRates, type RateSettings, type Rates } from './rates.ts'

export interface LimitRule {
  /** How many in one window. 0 means no limit. */
  points: number
  /** Length of the window, which begins with the first one taken. */
  duration_s: number
}

export interface Taken {
  allowed: boolean
  /** 0 when there is no limit. */
  limit: number
  remaining: number
  /** Milliseconds until the window ends. */
  reset_ms: number
  /** What this key has taken within the window, refusals included. */
  used: number
}

export interface Limits {
  /** Takes one. Each `name` has its own windows, so one key may count under many names. */
  take(name: string, key: string | number, rule: LimitRule): Promise<Taken>
  /** What `take` would answer to one more, taking none. */
  peek(name: string, key: string | number, rule: LimitRule): Promise<Taken>
  /** Gives one back that was taken for what turned out not to count; with the last, the window ends. */
  giveBack(name: string, key: string | number): Promise<void>
  /** Forgets what a key has taken, as after a success; of a shared window one. */
  forget(name: string, key: string | number): Promise<void>
}

const unlimited: Taken = Object.freeze({ allowed: true, limit: 0, remaining: 0, reset_ms: 0, used: 0 })

/** Strangers that arrive when a limit already holds `max_keys` share this many windows. */
const shared_slots = 1024

/**
 * Limits held in memory, for one node. Memory is bounded: past `max_keys` keys alive under one name, keys not seen before
 * share a fixed number of windows, while the known keep their own.
 */
export function createLimits(options: { max_keys?: number } = {}): Limits {
  const max_keys = options.max_keys ?? 200_000
  const windows = new Map<string, Windows>()

  const windowsOf = (name: string, duration_s: number): Windows => {
    const known = windows.get(name)
    if (known?.duration_s === duration_s) return known
    const made = createWindows(duration_s, max_keys)
    windows.set(name, made)
    return made
  }

  // Not async, as each step of a promise counts where messages are sent.
  return {
    take: (name, key, { points, duration_s }) =>
      points <= 0 ? Promise.resolve(unlimited) : windowsOf(name, duration_s).take(String(key), points),
    peek: (name, key, { points, duration_s }) =>
      points <= 0 ? Promise.resolve(unlimited) : windowsOf(name, duration_s).peek(String(key), points),
    giveBack: async (name, key) => windows.get(name)?.giveBack(String(key)),
    forget: async (name, key) => windows.get(name)?.forget(String(key)),
  }
}

/** The windows under one name. They only count: how many are allowed may differ from key to key and from one time to the next. */
interface Windows {
  duration_s: number
  take(key: string, points: number): Promise<Taken>
  peek(key: string, points: number): Promise<Taken>
  giveBack(key: string): Promise<void>
  forget(key: string): Promise<void>
}

function createWindows(duration_s: number, max_keys: number): Windows {
  const memory = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: duration_s, keyPrefix: '' })
  const births = countBirths(duration_s * 1000)

  const slotOf = async (key: string): Promise<string> => {
    if (births.alive() < max_keys || (await memory.get(key)) !== null) return key
    return `~${Number(Bun.hash.wyhash(key) % BigInt(shared_slots))}`
  }

  const count = (key: string, points: number): Promise<Taken> =>
    memory.consume(key).then(({ consumedPoints: used, msBeforeNext, isFirstInDuration }) => {
      if (isFirstInDuration) births.add()
      const remaining = Math.max(0, points - used)
      return { allowed: used <= points, limit: points, remaining, reset_ms: Math.max(0, msBeforeNext), used }
    })

  /** Gives back so many. A window out of which nothing is taken any more is none, and keeps no place of others. */
  const giveBack = async (slot: string, points: number): Promise<void> => {
    // Memory answers at once. To wait for it would let others take in between, and theirs would be lost.
    const known = peek(memory.get(slot))
    if (known === null || known instanceof Promise || known.msBeforeNext <= 0) return
    if (known.consumedPoints > points) {
      await memory.reward(slot, points)
      return
    }
    births.remove(known.msBeforeNext)
    await memory.delete(slot)
  }

  return {
    duration_s,
    take: (key, points) =>
      births.alive() < max_keys ? count(key, points) : slotOf(key).then((slot) => count(slot, points)),
    peek: async (key, points) => {
      const known = await memory.get(await slotOf(key))
      const used = known === null || known.msBeforeNext <= 0 ? 0 : known.consumedPoints
      return {
        allowed: used < points,
        limit: points,
        remaining: Math.max(0, points - used),
        reset_ms: used === 0 ? 0 : Math.max(0, known?.msBeforeNext ?? 0),
        used,
      }
    },
    giveBack: async (key) => giveBack(await slotOf(key), 1),
    forget: async (key) => {
      const slot = await slotOf(key)
      // Of a window that is shared, what others have taken stays.
      await giveBack(slot, slot === key ? Infinity : 1)
    },
  }
}

/** An upper bound of the windows alive: those opened in this span and the one before it, as each lives for one span. */
function countBirths(span_ms: number) {
  let span = 0
  let current = 0
  let previous = 0
  const turn = () => {
    const now = Math.floor(performance.now() / span_ms)
    if (now === span) return
    previous = now === span + 1 ? current : 0
    current = 0
    span = now
  }
  return {
    add: () => {
      turn()
      current++
    },
    /** One that would have lived for so long still. */
    remove: (left_ms: number) => {
      turn()
      const born = Math.floor((performance.now() + left_ms - span_ms) / span_ms)
      if (born >= span && current > 0) current--
      else if (born === span - 1 && previous > 0) previous--
    },
    alive: () => {
      turn()
      return current + previous
    },
  }
}
