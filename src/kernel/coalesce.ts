/** Says the same thing of one key at most once an interval: at once, and at the end of the interval what it has become since. */
export interface Coalescer<K, V> {
  put(key: K, value: V): void
  /** What this key has become, told or not; undefined when nothing was put within the last interval. */
  latest(key: K): V | undefined
  /** Emits what waits, and starts afresh. */
  flush(): void
  /** How many keys were emitted within the last interval. */
  readonly size: number
}

export interface CoalescerOptions<K, V> {
  interval_ms: number
  /** Of so many keys an interval is kept; beyond that the oldest ends early. */
  max_keys: number
  /** Must not throw. */
  emit(key: K, value: V): void
  /** What is worth saying of the value that was put before and the new one; the former itself when there is nothing new. By default the new one. */
  merge?(before: V, next: V): V
}

/** Intervals that end within this time of each other are ended together. */
const grain_ms = 20

interface Spell<V> {
  value: V
  changed: boolean
  ends: number
}

/** It costs nothing while nothing is put: there is no timer then, and nothing is kept. */
export function createCoalescer<K, V>(options: CoalescerOptions<K, V>): Coalescer<K, V> {
  const { interval_ms, max_keys, emit, merge = (_: V, next: V) => next } = options
  // All intervals are equally long, so the order of insertion is that of their ends.
  const spells = new Map<K, Spell<V>>()
  let timer: Timer | undefined

  const begin = (key: K, value: V) => {
    if (spells.size >= max_keys) endOldest()
    spells.set(key, { value, changed: false, ends: performance.now() + interval_ms })
    timer ??= setTimeout(turn, interval_ms).unref()
    emit(key, value)
  }

  const endOldest = () => {
    const [oldest] = spells
    if (oldest === undefined) return
    const [key, { value, changed }] = oldest
    spells.delete(key)
    if (changed) emit(key, value)
  }

  const turn = () => {
    const now = performance.now()
    for (const [key, { value, changed, ends }] of spells) {
      if (ends > now) break
      spells.delete(key)
      if (changed) begin(key, value)
    }
    const [next] = spells.values()
    timer = next && setTimeout(turn, Math.max(grain_ms, next.ends - performance.now())).unref()
  }

  return {
    put: (key, value) => {
      const spell = spells.get(key)
      if (spell === undefined) return begin(key, value)
      const merged = merge(spell.value, value)
      if (merged === spell.value) return
      spell.value = merged
      spell.changed = true
    },
    latest: (key) => spells.get(key)?.value,
    flush: () => {
      clearTimeout(timer)
      timer = undefined
      const waiting = [...spells]
      spells.clear()
      for (const [key, { value, changed }] of waiting) if (changed) emit(key, value)
    },
    get size() {
      return spells.size
    },
  }
}
