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
export const most_candidates = 200
/** Messages of one conversation that are read one by one before the index of words is asked; and of several small ones together. */
const scanned = 1_000
/** The index reads all that is there of every word with the beginning, whatever place it is asked of: that is worth some reading, and larger steps. */
const scanned_for_prefix = 3_000
const scanned_all = 5_000
/** Rows of the index that one question may find, and all questions of a page. At the least, a question is about two of the smallest blocks. */
const cap = smallest_block * 2
const budget = 8_000
/** The index is told the conversations when they are so few, and so small a part of all messages; else what is found elsewhere is sorted out afterwards. */
const most_named = 16
const largest_named = 0.3
const growth = 8

/**
 * The newest matches below `below`: at least `want` of them, unless `from` is reached, or `spent` says that the rest must be for another time. All matches with ids between the `from` it gives
 * and `below` are among them, so what follows begins there.
 */
export async function gather(
  sql: Sql,
  scope: Scope,
  filter: Filter,
  terms: Shape,
  { from: floor, below, want, take = most_candidates }: { from: number; below: number; want: number; take?: number },
): Promise<{ found: Candidate[]; from: number; spent: boolean }> {
  const { conversations } = scope
  const found: Candidate[] = []
  const add = ({ ids, times, ranks }: { ids: number[] | null; times: Date[] | null; ranks: number[] | null }) => {
    for (const [index, id] of (ids ?? []).entries())
      found.push({ id, sent_at: times?.[index] ?? new Date(0), rank: ranks?.[index] ?? 0 })
  }
  if (conversations.length === 0 || below <= floor) return { found, from: floor, spent: false }

  let at = below
  let size = Math.max(smallest_block, scanned / scope.share)
  const small = scope.messages <= scanned_all
  if (small || conversations.length === 1) {
    const rows = small ? null : terms.has_prefix ? scanned_for_prefix : scanned
    const { reached, ...matches } = await queries.scan(sql, conversations, filter, { from: floor, below, rows, take })
    add(matches)
    at = reached
    size = Math.max(smallest_block, (below - reached) * firstGrowth(found.length, terms))
  }

  const named = conversations.length <= most_named && scope.share < largest_named
  const sieve = named ? null : conversations
  const always = [
    ...(named ? [anyOf(conversations.map(inConversation))] : []),
    ...(filter.author_id === null ? [] : [anyOf([byAuthor(filter.author_id)])]),
  ]
  let spent = 0
  while (found.length < want && found.length < take && at > floor && spent < budget) {
    const from = Math.max(floor, aligned(Math.max(0, at - size)))
    const words = { places: [anyOf(cover(from, at)), ...always].join(' & '), loose: terms.loose }
    const { hits, ...matches } = await queries.look(sql, words, sieve, filter, { from, below: at, cap, take: take - found.length }) // prettier-ignore
    spent += hits
    if (hits > cap && size > smallest_block) {
      size = Math.max(smallest_block, size / growth)
      continue
    }
    add(matches)
    at = from
    if (hits * growth <= cap) size *= hits === 0 ? growth ** 2 : growth
  }
  // What is more than may be taken is for the next time.
  if (found.length >= take) at = Math.min(...found.map(({ id }) => id))
  return { found, from: at, spent: spent >= budget }
}

/** How much further the index is asked than messages were read: to a few hundred hits, if they are as many as before. Words of a phrase may be more. */
const firstGrowth = (found: number, { has_phrase, has_prefix }: Shape): number =>
  has_phrase ? growth : Math.max(has_prefix ? growth ** 2 : growth, Math.min(300, 300 / (found + 1)))

const anyOf = (lexemes: readonly string[]) => `(${lexemes.map((lexeme) => `'${lexeme}'`).join(' | ')})`
