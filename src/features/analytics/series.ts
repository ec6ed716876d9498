/** A span of time in equal parts: hours of `24h`, days of `7d`. */
export interface Span {
  /** Milliseconds of one part. */
  part_ms: number
  parts: number
}

const hour_ms = 3_600_000

/** As the pattern of `Period` allows it. */
export function spanOf(period: string): Span {
  const parts = Number(period.slice(0, -1))
  return { parts, part_ms: period.endsWith('h') ? hour_ms : 24 * hour_ms }
}

/** Where each part begins, and where the last one ends: now. */
export const edges = ({ parts, part_ms }: Span, now: Date): Date[] =>
  Array.from({ length: parts + 1 }, (_, index) => new Date(now.getTime() - (parts - index) * part_ms))
