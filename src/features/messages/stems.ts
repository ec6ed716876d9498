import type { Sql } from '../../platform/db/index.ts'
import * as queries from './search-queries.ts'
import { fold, type Word } from './words.ts'

/** The stems of a word, without accents; one of them may be the word itself. None for what has none. A word has all the stems that it has without its accents. */
export type Stems = (word: Word) => readonly string[]

export interface Stemmer {
  /** Learns the stems of these words; then they are known to the function it gives, whatever else is forgotten. */
  stems(sql: Sql, words: Iterable<Word>): Promise<Stems>
}

const max_known = 50_000
/** Without accents: a word must have all the stems of its plain form, in however strange letters it is written. */
const inflected = /^\p{Script=Latin}{3,40}$/u
const none: readonly string[] = []

/** English and French stems (Snowball, which every PostgreSQL has). Words that were asked for are kept. */
export function createStemmer(): Stemmer {
  const known = new Map<string, readonly string[]>()

  return {
    stems: async (sql, words) => {
      const here = new Map<string, readonly string[]>()
      const missing = new Set<string>()
      for (const { written, folded } of words) {
        if (here.has(written) || missing.has(written)) continue
        const found = inflected.test(folded) ? known.get(written) : none
        if (found === undefined) missing.add(written)
        else here.set(written, found)
      }
      if (missing.size > 0) {
        const all = [...missing]
        const rows = await queries.stems(sql, all, all.map(fold)) // prettier-ignore
        if (known.size + rows.length > max_known) known.clear()
        for (const row of rows) {
          const stems = new Set(
            [...(row.english ?? none), ...(row.french ?? none), ...(row.plain_french ?? none)].map(fold),
          )
          const found = stems.size === 0 ? none : [...stems]
          known.set(row.word, found)
          here.set(row.word, found)
        }
      }
      return ({ written }) => here.get(written) ?? none
    },
  }
}
