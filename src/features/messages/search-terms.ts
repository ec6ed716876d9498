import { AppError } from '../../kernel/errors.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Stemmer, Stems } from './stems.ts'
import { firstWords, type Word } from './words.ts'

/** What was asked for, as tsqueries. */
export interface SearchTerms {
  /** What a message must fulfil. */
  query: string
  /** What an index of words can decide of it by itself: words that must all be there, in any order, and words that must not. */
  parts: readonly string[]
  without: readonly string[]
  has_prefix: boolean
  has_phrase: boolean
  /** Whether the stems of a word of a message must be known to say whether it is one of those that were looked for. */
  dependsOnStems(word: Word): boolean
  /** Whether a word of a message is one of those that were looked for. */
  marks(word: Word, stems: Stems): boolean
}

interface Term {
  words: Word[]
  excluded: boolean
  /** Whether the last word may go on. */
  prefix: boolean
}

const least_prefix = 2
const chunk = /(?<minus>(?<!\S)-)?(?:"(?<phrase>[^"]*)"?|(?<loose>[^\s"]+))/gu

/**
 * Understands a search: words that must all be there, "a phrase", a beginning*, and -what must not be there. A word with something between its letters
 * (l'école, e-mail) is a phrase. VALIDATION_FAILED when nothing is left to look for, or for more than `max_terms` (0: no limit).
 */
export async function understand(sql: Sql, text: string, stemmer: Stemmer, max_terms: number): Promise<SearchTerms> {
  const terms = termsOf(text)
  if (max_terms > 0 && terms.length > max_terms) refuse(`at most ${max_terms} words and phrases`)
  const wanted = terms.filter(({ excluded }) => !excluded)
  if (wanted.length === 0) refuse('holds no word to look for')
  const short = terms.some(
    ({ prefix, words }) => prefix && Array.from(words.at(-1)?.folded ?? '').length < least_prefix,
  )
  if (short) refuse(`needs at least ${least_prefix} letters before *`)

  const isBeginning = ({ prefix, words }: Term, index: number) => prefix && index === words.length - 1
  const stems = await stemmer.stems(sql, terms.flatMap((term) => term.words.filter((_, index) => !isBeginning(term, index)))) // prettier-ignore
  const joined = (term: Term, between: string) =>
    term.words.map((word, index) => `(${variants(word, isBeginning(term, index), stems)})`).join(between) // prettier-ignore
  const query = terms.map((term) => `${term.excluded ? '!' : ''}(${joined(term, ' <-> ')})`)
  const parts = wanted.flatMap((term) =>
    term.words.map((word, index) => `(${fewest(word, isBeginning(term, index), stems)})`),
  )
  const without = terms.flatMap((term) => (term.excluded && term.words.length === 1 ? `!(${joined(term, ' & ')})` : []))

  const exact = new Set<string>()
  const beginnings: string[] = []
  for (const term of wanted) {
    for (const [index, word] of term.words.entries()) {
      if (isBeginning(term, index)) beginnings.push(word.folded)
      else for (const form of [word.folded, ...stems(word)]) exact.add(form)
    }
  }
  const roots = [...new Set([...exact].map(rootOf))]
  const found = (form: string) => exact.has(form) || beginnings.some((beginning) => form.startsWith(beginning))
  return {
    query: query.join(' & '),
    parts: [...new Set(parts)],
    without,
    has_prefix: wanted.some(({ prefix }) => prefix),
    has_phrase: wanted.some((term) => term.words.length > 1),
    dependsOnStems: ({ folded }) => !found(folded) && roots.some((root) => folded.startsWith(root)),
    marks: (word, stemsOf) => found(word.folded) || stemsOf(word).some((stem) => exact.has(stem)),
  }
}

function termsOf(text: string): Term[] {
  const terms: Term[] = []
  for (const { groups = {} } of text.matchAll(chunk)) {
    const body = groups['phrase'] ?? groups['loose'] ?? ''
    const found = firstWords(body)
    if (found.length === 0) continue
    const prefix = groups['phrase'] === undefined && /[\p{L}\p{N}\p{M}]\*$/u.test(body)
    terms.push({ words: found, excluded: groups['minus'] !== undefined, prefix })
  }
  return terms
}

/** Words hold letters, digits and pictographs only, so quoting them is enough. */
function variants(word: Word, prefix: boolean, stems: Stems): string {
  return prefix ? `'${word.folded}':*` : anyOf([word.folded, ...stems(word)])
}

/** What has the word has its stems too: so they find all that the word itself would. */
function fewest(word: Word, prefix: boolean, stems: Stems): string {
  const found = stems(word)
  return prefix || found.length === 0 ? variants(word, prefix, stems) : anyOf(found)
}

/**
 * How every word begins that has this stem, without accents: stems begin as their words do, but for two letters at their end (travaux, traval; dying, die). Three letters
 * are enough to leave out most others.
 */
export function rootOf(stem: string): string {
  const letters = Array.from(stem)
  return letters.slice(0, Math.max(1, Math.min(3, letters.length - 2))).join('')
}

const anyOf = (forms: readonly string[]) => [...new Set(forms)].map((form) => `'${form}'`).join(' | ')

function refuse(reason: string): never {
  throw new AppError('VALIDATION_FAILED', [{ field: 'query', reason }])
}
