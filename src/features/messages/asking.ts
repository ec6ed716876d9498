import type { SearchTerms } from './search-terms.ts'

/** What the index of words is asked for. */
export interface Asked {
  /** A tsquery, which finds all that is looked for and perhaps more. */
  loose: string
  /** How many fit it among the messages that were looked at. */
  seen: number
  /** Whether words that are not common by themselves hardly ever come together. */
  together: boolean
}

/** What was counted while messages were read one by one. */
interface Counted {
  looked_at: number
  /** How many of them hold each of the first parts, and how many all of those. */
  holding: readonly number[]
  holding_all: number
  /** How many there are in all. */
  messages: number
}

/** A word said so many times more often than the rarest one adds nothing to it but work. */
const common_ratio = 20
/** Words are thought to come together no more often than this, and the rarest of them to be said no more often than that. */
const few_hits = 200
const few_places = 20_000

/**
 * What to ask for, by how often the words are said. Words that are said all the time are left out where another one says more: the index would read through all
 * their places to check a few.
 */
export function askedFor({ parts, without }: Pick<SearchTerms, 'parts' | 'without'>, counted?: Counted): Asked {
  const loose = [...parts, ...without].join(' & ')
  if (counted === undefined) return { loose, seen: 0, together: false }
  const { looked_at, holding, holding_all, messages } = counted
  if (parts.length < 2 || looked_at === 0) return { loose, seen: holding_all, together: false }
  // What was not counted may be in all of them.
  const counts = parts.map((_, index) => holding[index] ?? looked_at)
  const rates = counts.map((count) => (count + 1) / looked_at)
  const rarest = Math.min(...rates)
  const kept = parts.filter((_, index) => (rates[index] ?? 1) <= rarest * common_ratio)
  if (kept.length < parts.length)
    return { loose: [...kept, ...without].join(' & '), seen: Math.min(...counts), together: false }
  const expected = rates.reduce((product, rate) => product * rate, messages)
  return { loose, seen: holding_all, together: expected <= few_hits && rarest * messages <= few_places }
}
