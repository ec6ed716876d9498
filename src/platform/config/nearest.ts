/** The candidate closest to a mistyped name, or undefined when none is close. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const sought = name.toLowerCase().slice(0, 100)
  let best: { candidate: string; steps: number } | undefined
  for (const candidate of candidates) {
    const steps = distance(sought, candidate.toLowerCase())
    if (steps < (best?.steps ?? Number.POSITIVE_INFINITY)) best = { candidate, steps }
  }
  if (best === undefined) return undefined
  return best.steps <= Math.max(2, Math.floor(sought.length / 3)) ? best.candidate : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      line[column] = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = above
    above = line
  }
  return above[b.length] ?? 0
}
