import type { Sql } from '../../platform/db/index.ts'
import { askedFor } from './asking.ts'
import { aligned, byAuthor, cover, inConversation, smallest_block } from './blocks.ts'
import * as queries from './search-queries.ts'
import type { Filter, Searchable } from './search-queries.ts'
import type { SearchTerms } from './search-terms.ts'

export interface Candidate {
  id: number
  score: number
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

type Shape = Pick<SearchTerms, 'parts' | 'without' | 'has_prefix' | 'has_phrase'>

/** As many are ranked against each other. */
const most_candidates = 200
/** Messages of one conversation that are read one by one before the index of words is asked; and of several small ones together. */
const scanned = 600
/** The index reads all that is there of every word with a beginning, whatever place it is asked of: so where that will do, more is read one by one, this much in all. */
const scanned_for_prefix = 4_000
const scanned_all = 5_000
/** Rows of the index that one question may find: at the least, it is about two of the smallest blocks. It is put so as to find a few hundred. */
const cap = smallest_block * 2
const hits_wished = 120
/** Rows that a page looks at in the hope of more, and in the hope of any. Candidates that were gathered before are all gathered again. */
const budget = { more: 100, any: 4_000, again: 20_000 }
/** The index is told the conversations when they are so few, and so small a part of all messages; else what is found elsewhere is sorted out afterwards. */
const most_named = 16
const largest_named = 0.3
const growth = 8
/** How many times as much is asked about at first, of what has not been met: one question is saved more often than it costs. */
const unmet = 2
/** Rows that are asked for at once in all that is left, if there seem to be no more. */
const few_hits = 200
/** The same for a phrase: a window seldom has enough of it, and three windows cost more than all that is left. */
const few_hits_of_phrase = 600
/** How many times the wished rows a window may hold, once those before had no match. */
const most_patience = 4

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
  const add = ({ ids, scores }: { ids: number[] | null; scores: number[] | null }) => {
    for (const [index, id] of (ids ?? []).entries()) found.push({ id, score: scores?.[index] ?? 0 })
  }
  if (conversations.length === 0 || below <= floor) return { found, from: floor, spent: false }

  let at = below
  let asked = askedFor(terms)
  const small = scope.messages <= scanned_all
  if (small || conversations.length === 1) {
    const counted = { looked_at: 0, holding: [] as number[], holding_all: 0, messages: scope.messages }
    const scan = async (rows: number | null) => {
      const { reached, holding, holding_all, looked_at, ...matches } = await queries.scan(sql, conversations, filter, terms.parts, { from: floor, below: at, rows, take: take - found.length }) // prettier-ignore
      add(matches)
      at = reached
      counted.looked_at += looked_at
      counted.holding = holding.map((count, part) => count + (counted.holding[part] ?? 0))
      counted.holding_all += holding_all
      asked = askedFor(terms, counted)
    }
    await scan(small ? null : scanned)
    /** How many more to read for the rest, if matches are as frequent as so far. */
    const lacking = () => Math.max(scanned, Math.ceil(((goal - found.length + 1) * counted.looked_at) / found.length))
    const mayRead = () => counted.looked_at + lacking() <= scanned_for_prefix
    while (terms.has_prefix && found.length > 0 && found.length < goal && at > floor && mayRead()) await scan(lacking())
  }

  /** How many ids to ask about: twice as many as will do, if matches are as frequent as so far. */
  const enough = () => ((below - at) * Math.max(1, 2 * (goal - found.length) + 5)) / (found.length + 1)
  // Of a phrase, its words are there more often than it is: the longer it is not found, the more of them are looked at together.
  let patience = 1
  const wished = () => (patience * hits_wished * (below - at)) / (asked.seen + 1)
  /** How many more there seem to be, if they are as frequent as so far. */
  const left = () => ((asked.seen + 1) * (at - floor)) / (below - at)
  // What was not met among the newest is far apart.
  const first = () => (found.length === 0 ? unmet : 1) * enough()
  let size = at === below ? scanned / scope.share : terms.has_phrase ? Math.min(enough(), wished()) : first()
  const named = conversations.length <= most_named && scope.share < largest_named
  const sieve = named ? null : conversations
  const always = [
    ...(named ? [anyOf(conversations.map(inConversation))] : []),
    ...(filter.author_id === null ? [] : [anyOf([byAuthor(filter.author_id)])]),
  ]
  const few = terms.has_phrase ? few_hits_of_phrase : few_hits
  let spent = 0
  const mayGoOn = () => spent < (want === null ? budget.again : found.length > 0 ? budget.more : budget.any)
  let surprised = false
  while (found.length < goal && at > floor && mayGoOn()) {
    size = Math.max(size, smallest_block)
    // Where there is little, comparing it with the places of a window would be most of the work.
    const all_left: boolean = !surprised && at < below && (asked.together || left() <= few)
    const from = all_left ? floor : Math.max(floor, aligned(Math.max(0, at - size)))
    const unbound = all_left || (below === scope.top && (at - from) * 2 > scope.top)
    const bounds = unbound ? [] : [anyOf(cover(from, at))]
    const words = { places: [...bounds, ...always].join(' & ') || null, loose: asked.loose }
    const { hits, ...matches } = await queries.look(sql, words, sieve, filter, { from, below: at, cap, take: take - found.length }) // prettier-ignore
    spent += hits
    if (hits > cap && (all_left || size > smallest_block)) {
      if (!all_left) size /= growth
      surprised ||= all_left
      continue
    }
    add(matches)
    asked.seen += hits
    at = from
    if (matches.ids === null) patience = Math.min(most_patience, patience * 2)
    size = Math.min(enough(), (size * patience * hits_wished) / (hits + 1))
  }
  // What is more than may be taken is for the next time.
  if (found.length >= take) at = Math.min(...found.map(({ id }) => id))
  return { found, from: at, spent: !mayGoOn() }
}

const anyOf = (lexemes: readonly string[]) => `(${lexemes.map((lexeme) => `'${lexeme}'`).join(' | ')})`
