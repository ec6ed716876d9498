import type { Emphasis } from './tree.ts'

/** Signs of one kind beside each other. */
export interface Run {
  sign: '*' | '_' | '~'
  count: number
  /** Of the count, what is not used up. */
  left: number
  opens: boolean
  closes: boolean
  /** What ends here and what begins here, the inner first. */
  ends: Emphasis[]
  begins: Emphasis[]
}

/** Finds which runs belong together: each end with the nearest beginning (CommonMark 0.31, "process emphasis"). In linear time, as no search goes twice past where one of its kind found nothing. */
export function match(runs: Run[]): void {
  const open: Run[] = []
  const bottoms = new Map<string, number>()
  for (const run of runs) {
    while (run.closes && run.left > 0) {
      const kind = `${run.sign} ${run.opens} ${run.sign === '~' ? run.count : run.count % 3}`
      const bottom = bottoms.get(kind) ?? 0
      let at = open.length - 1
      while (at >= bottom && !fits(open[at], run)) at--
      const beginning = open[at]
      if (at < bottom || beginning === undefined) {
        bottoms.set(kind, open.length)
        break
      }
      open.length = at + 1
      join(beginning, run)
      if (beginning.left === 0) open.pop()
      for (const [other, place] of bottoms) if (place > open.length) bottoms.set(other, open.length)
    }
    if (run.opens && run.left > 0) open.push(run)
  }
}

function fits(opener: Run | undefined, closer: Run): boolean {
  if (opener === undefined || opener.sign !== closer.sign) return false
  if (opener.sign === '~') return opener.count === closer.count
  // "The rule of three": else `*a**b*` would be something else than it looks like.
  const isBoth = (opener.closes || closer.opens) && (opener.count + closer.count) % 3 === 0
  return !isBoth || (opener.count % 3 === 0 && closer.count % 3 === 0)
}

function join(opener: Run, closer: Run): void {
  const isStruck = opener.sign === '~'
  const used = isStruck ? closer.left : opener.left >= 2 && closer.left >= 2 ? 2 : 1
  const kind = isStruck ? 'strike' : used === 2 ? 'bold' : 'italic'
  opener.left -= used
  closer.left -= used
  opener.begins.push(kind)
  closer.ends.push(kind)
}
