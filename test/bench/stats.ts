/** Milliseconds. */
export interface Percentiles {
  p50: number
  p99: number
  p999: number
  max: number
  count: number
}

/** By nearest rank: each is a value that was measured. */
export function percentiles(values: number[]): Percentiles {
  const sorted = Float64Array.from(values).toSorted()
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), count: sorted.length }
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median of each percentile over runs. */
export const medians = (runs: Percentiles[]): Percentiles => ({
  p50: median(runs.map((run) => run.p50)),
  p99: median(runs.map((run) => run.p99)),
  p999: median(runs.map((run) => run.p999)),
  max: Math.max(...runs.map((run) => run.max)),
  count: runs.reduce((sum, run) => sum + run.count, 0),
})
