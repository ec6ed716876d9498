import type { Sql } from '../../platform/db/index.ts'
import { aligned, byAuthor, cover, inConversation, smallest_block } from './blocks.ts'
import * as queries from './search-queries.ts'
import type { Filter, Searchable } from './search-queries.ts'
import type { SearchTerms } from './search-terms.ts'

export interface Candidate {
  id: number
  sent_at: Date
  rank: number
}

/** Where is looked: ids from `floor` and below `top`, in some conversations. */
export interface Scope {
  conversations: readonly number[]
  floor: number
  top: number
  /** Of all messages, the part that is in these conversations. */
  share: number
  messages: number
}

export const scopeOf = (searchable: readonly Searchable[], floor: number, top: number): Scope => {
  const head = Math.max(0, ...searchable.map((each) => each.last_message_id ?? 0))
  const messages = searchable.reduce((sum, each) => sum + each.message_count, 0)
  return {
    conversations: searchable.map((each) => each.id),
    floor,
    top: Math.min(top, head + 1),
    share: Math.min(1, messages / Math.max(1, head)),
    messages,
  }
}

type Shape = Pick<SearchTerms, 'loose' | 'has_prefix' | 'has_phrase'>

/** As many are ranked against each other. */
const most_candidates = 200
/** Messages of one conversation that are read one by one before the index of words is asked; and of several small ones together. */
const scanned = 1_000
/** The index reads all that is there of every word with the beginning, whatever place it is asked of: that is worth some more reading. */
const scanned_for_prefix = 2_000
const scanned_all = 5_000
/** Rows of the index that one question may find: at the least, it is about two of the smallest blocks. It is put so as to find a few hundred. */
const cap = smallest_block * 2
const hits_wished = 200
/** Rows that a page looks at in the hope of more, and in the hope of any. Candidates that were gathered before are all gathered again. */
const budget = { more: 300, any: 4_000, again: 20_000 }
/** The index is told the conversations when they are so few, and so small a part of all messages; else what is found elsewhere is sorted out afterwards. */
const most_named = 16
const largest_named = 0.3
const growth = 8

/**
 * The newest matches below `below`: at least `want` of them (all when it is null), unless `from` is reached, or `spent` says that the rest must be for another time.
 * All matches with ids between the `from` it gives and `below` are among them, so what follows begins there.
 */
export async function gather(
  sql: Sql,
  scope: Scope,
  filter: Filter,
  terms: Shape,
  { from: floor, below, want }: { from: number; below: number; want: number | null },
): Promise<{ found: Candidate[]; from: number; spent: boolean }> {
  const { conversations } = scope
  const take = want === null ? most_candidates * 2 : most_candidates
  const goal = Math.min(want ?? take, take)
  const found: Candidate[] = []
  const add = ({ ids, times, ranks }: { ids: number[] | null; times: Date[] | null; ranks: number[] | null }) => {
    for (const [index, id] of (ids ?? []).entries())
      found.push({ id, sent_at: times?.[index] ?? new Date(0), rank: ranks?.[index] ?? 0 })
  }
  if (conversations.length === 0 || below <= floor) return { found, from: floor, spent: false }

  let at = below
  const small = scope.messages <= scanned_all
  if (small || conversations.length === 1) {
    const rows = small ? null : terms.has_prefix ? scanned_for_prefix : scanned
    const { reached, ...matches } = await queries.scan(sql, conversations, filter, { from: floor, below, rows, take })
    add(matches)
    at = reached
  }

  /** How many ids to ask about: twice as many as will do, if matches are as frequent as so far. */
  const enough = () => ((below - at) * Math.max(1, 2 * (goal - found.length) + 5)) / (found.length + 1)
  // Of a phrase, one does not know yet how often its words are there without it.
  let size = at === below ? scanned / scope.share : terms.has_phrase ? (below - at) * growth : enough()
  const named = conversations.length <= most_named && scope.share < largest_named
  const sieve = named ? null : conversations
  const always = [
    ...(named ? [anyOf(conversations.map(inConversation))] : []),
    ...(filter.author_id === null ? [] : [anyOf([byAuthor(filter.author_id)])]),
  ]
  let spent = 0
  const mayGoOn = () => spent < (want === null ? budget.again : found.length > 0 ? budget.more : budget.any)
  while (found.length < goal && at > floor && mayGoOn()) {
    size = Math.max(size, smallest_block)
    const from = Math.max(floor, aligned(Math.max(0, at - size)))
    // Little was found above; so what is most of all needs no bounds.
    const bounds = below === scope.top && (at - from) * 2 > scope.top ? [] : [anyOf(cover(from, at))]
    const words = { places: [...bounds, ...always].join(' & ') || null, loose: terms.loose }
    const { hits, ...matches } = await queries.look(sql, words, sieve, filter, { from, below: at, cap, take: take - found.length }) // prettier-ignore
    spent += hits
    if (hits > cap && size > smallest_block) {
      size /= growth
      continue
    }
    add(matches)
    at = from
    size = Math.min(enough(), (size * hits_wished) / (hits + 1))
  }
  // What is more than may be taken is for the next time.
  if (found.length >= take) at = Math.min(...found.map(({ id }) => id))
  return { found, from: at, spent: !mayGoOn() }
}

const anyOf = (lexemes: readonly string[]) => `(${lexemes.map((lexeme) => `'${lexeme}'`).join(' | ')})`
