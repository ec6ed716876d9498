import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'

export { connectionsByDescriptors } from './descriptors.ts'

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
  /** Forgets what a key has taken, as after a success. */
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
  const limiters = new Map<string, Limiter>()

  const limiterFor = (name: string, rule: LimitRule): Limiter => {
    const known = limiters.get(name)
    if (known?.points === rule.points && known.duration_s === rule.duration_s) return known
    const made = createLimiter(rule, max_keys)
    limiters.set(name, made)
    return made
  }

  return {
    take: async (name, key, rule) => (rule.points <= 0 ? unlimited : limiterFor(name, rule).take(String(key))),
    peek: async (name, key, rule) => (rule.points <= 0 ? unlimited : limiterFor(name, rule).peek(String(key))),
    forget: async (name, key) => limiters.get(name)?.forget(String(key)),
  }
}

interface Limiter extends LimitRule {
  take(key: string): Promise<Taken>
  peek(key: string): Promise<Taken>
  forget(key: string): Promise<void>
}

function createLimiter(rule: LimitRule, max_keys: number): Limiter {
  const memory = new RateLimiterMemory({ points: rule.points, duration: rule.duration_s, keyPrefix: '' })
  const births = countBirths(rule.duration_s * 1000)

  const asTaken = (allowed: boolean, result: RateLimiterRes): Taken => {
    if (result.isFirstInDuration) births.add()
    return {
      allowed,
      limit: rule.points,
      remaining: result.remainingPoints,
      reset_ms: Math.max(0, result.msBeforeNext),
      used: result.consumedPoints,
    }
  }

  const slotOf = async (key: string): Promise<string> => {
    if (births.alive() < max_keys || (await memory.get(key)) !== null) return key
    return `~${Number(Bun.hash.wyhash(key) % BigInt(shared_slots))}`
  }

  return {
    ...rule,
    take: async (key) =>
      memory.consume(births.alive() < max_keys ? key : await slotOf(key)).then(
        (result) => asTaken(true, result),
        (refusal: unknown) => asTaken(false, refusal as RateLimiterRes),
      ),
    peek: async (key) => {
      const known = await memory.get(await slotOf(key))
      const used = known === null || known.msBeforeNext <= 0 ? 0 : known.consumedPoints
      return {
        allowed: used < rule.points,
        limit: rule.points,
        remaining: Math.max(0, rule.points - used),
        reset_ms: used === 0 ? 0 : Math.max(0, known?.msBeforeNext ?? 0),
        used,
      }
    },
    forget: async (key) => {
      await memory.delete(key)
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
    alive: () => {
      turn()
      return current + previous
    },
  }
}
