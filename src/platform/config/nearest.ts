/** The candidate closest to a mistyped name, or undefined when none is close. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const sought = name.toLowerCase().slice(0, 100)
  let best: { candidate: string; steps: number } | undefined
  for (const candidate of candidates) {
    const steps = distance(sought, candidate.toLowerCase())
    if (steps <= mistakes(sought, candidate.toLowerCase()) && steps < (best?.steps ?? Number.POSITIVE_INFINITY))
      best = { candidate, steps }
  }
  return best?.candidate
}

/** How many are still one: one in three letters, not counting those of the section that both are in, such as `server.` or `CHAT_SERVER_`. */
function mistakes(sought: string, candidate: string): number {
  let same = 0
  while (same < sought.length && sought[same] === candidate[same]) same++
  const section = /^(?:[^.]*\.|chat_[^_]*_)/.exec(sought.slice(0, same))?.[0].length ?? 0
  return Math.max(1, Math.floor((sought.length - section + 1) / 3))
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
