/** Random numbers from a seed (mulberry32), so that a run that failed can be had again. */
export function createDice(seed: number): {
  between(low: number, high: number): number
  pick<T>(items: readonly T[]): T
} {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low))
  return { between, pick: (items) => items[between(0, items.length)]! }
}

/** As many seeds, new each time, or the one in FAULT_SEED. */
export function seeds(count: number): number[] {
  const given = process.env['FAULT_SEED']
  if (given) return [Number(given)]
  return Array.from({ length: count }, () => crypto.getRandomValues(new Uint32Array(1))[0]!)
}
