import type { Actor } from '../../kernel/actor.ts'
import { AppError } from '../../kernel/errors.ts'
import { isLonger } from '../../kernel/text.ts'
import type { Sql } from '../../platform/db/index.ts'
import type { Reference } from '../../transport/ws/index.ts'
import type { Conversations } from '../conversations/index.ts'
import { type Candidate, gather, type Scope, scopeOf } from './candidates.ts'
import type { Indexer } from './indexer.ts'
import { toMessage } from './message.ts'
import { byIds } from './queries.ts'
import { decodeCursor, encodeCursor, type SearchCursor } from './search-cursor.ts'
import * as queries from './search-queries.ts'
import type { Filter, Searchable } from './search-queries.ts'
import type { SearchMessages, SearchResult } from './search-schema.ts'
import { type SearchTerms, understand } from './search-terms.ts'
import { snippetOf } from './snippet.ts'
import type { Stemmer } from './stems.ts'
import { firstWords } from './words.ts'

export interface SearchOptions {
  sql: Sql
  conversations: Pick<Conversations, 'member'>
  indexer: Indexer
  stemmer: Stemmer
  limits: { max_search_length: number; max_search_terms: number }
}

export type Search = ReturnType<typeof createSearch>

/** Ids rise with time, but not to the moment. */
const slack_ms = 60_000
/** Candidates of one page that may turn out to be gone, while the index follows a room that lets many go. */
const most_looked_at = 2_000
const ever = { since: new Date(0), until: new Date('9999-01-01T00:00:00Z') }

/** Finding messages by their words. */
export function createSearch({ sql, conversations, indexer, stemmer, limits }: SearchOptions) {
  /**
   * A page of what the actor may read now and fits, the best of the newest first: up to 200 candidates are ranked against each other, then the 200 before
   * them. ROOM_NOT_FOUND, CONVERSATION_NOT_FOUND, PERMISSION_DENIED, VALIDATION_FAILED.
   */
  async function search(actor: Actor, { limit = 20, cursor, ...asked }: SearchMessages) {
    const { query, author_id = null, before, after, ...reference } = asked
    if (limits.max_search_length > 0 && isLonger(query, limits.max_search_length))
      invalid('query', `at most ${limits.max_search_length} characters`)
    const [since, until] = [moment('after', after), moment('before', before)]
    const begun = cursor === undefined ? null : decodeCursor(cursor, asked)
    // From here on nothing throws before it is awaited.
    const wanted = understand(sql, query, stemmer, limits.max_search_terms)

    const everywhere = reference.room_id === undefined && reference.conversation_id === undefined
    const [terms, readable] = await Promise.all([
      wanted,
      everywhere ? queries.searchableOf(sql, actor.id) : one(actor, reference),
    ])
    const is_complete = await followed(readable)

    const filter: Filter = {
      query: terms.query,
      author_id,
      since: since ?? ever.since,
      until: until ?? ever.until,
      at: new Date(begun?.at ?? Date.now()),
    }
    const floor = since === null ? 1 : await queries.idAt(sql, later(since, -slack_ms))
    const top = until === null ? Number.MAX_SAFE_INTEGER : await queries.idAt(sql, later(until, slack_ms))
    const scope = scopeOf(readable, floor, top)
    const { results, next, total } = await page(scope, filter, terms, begun, limit)
    return {
      query,
      results,
      ...(total !== null && { total_count: total }),
      is_complete,
      next_cursor: next === null ? null : encodeCursor(next, asked),
    }
  }

  async function one(actor: Actor, reference: Reference): Promise<readonly Searchable[]> {
    const ref = reference.conversation_id ?? reference.room_id
    if (typeof ref !== 'number') {
      const { id } = await conversations.member(actor, reference)
      return queries.searchableOne(sql, id)
    }
    // Asked for at once; it goes nowhere when the actor may not see the conversation.
    const [, found] = await Promise.all([conversations.member(actor, reference), queries.searchableOne(sql, ref)])
    return found
  }

  /** Whether the index has all that these conversations say. */
  async function followed(readable: readonly Searchable[]): Promise<boolean> {
    const behind = readable.filter(({ is_behind }) => is_behind).map(({ id }) => id)
    return behind.length === 0 || indexer.catchUp(behind)
  }

  async function page(scope: Scope, filter: Filter, terms: SearchTerms, begun: SearchCursor | null, limit: number) {
    const at = filter.at.getTime()
    const results: SearchResult[] = []
    let [ranked, below] = [begun, Math.min(begun?.below ?? scope.top, scope.top)]
    let total: number | null = null
    let looked_at = 0
    for (;;) {
      // Candidates of which some were given already are gathered again, all of them.
      const again = ranked?.from ?? null
      const { found, from, spent } = await gather(sql, scope, filter, terms, {
        below,
        ...(again === null
          ? { from: scope.floor, want: limit - results.length + 1 }
          : { from: Math.max(again, scope.floor), want: null }),
      })
      const [score, id] = again === null || ranked === null ? [Number.POSITIVE_INFINITY, 0] : [ranked.score, ranked.id]
      const scored = found.toSorted((a, b) => b.score - a.score || b.id - a.id)
      const open = scored.filter((each) => each.score < score || (each.score === score && each.id < id))
      looked_at += open.length
      let last = { score, id }
      while (results.length < limit && open.length > 0) {
        const some = open.splice(0, limit - results.length)
        results.push(...(await shown(some, terms)))
        last = some.at(-1) ?? last
      }
      const end = from <= scope.floor
      if (begun === null && total === null && below === scope.top && end) total = results.length + open.length
      if (open.length > 0) return { results, total, next: { at, from, below, score: last.score, id: last.id } }
      if (end) return { results, total, next: null }
      if (results.length >= limit || spent || looked_at >= most_looked_at)
        return { results, total, next: { at, from: null, below: from, score: 0, id: 0 } }
      ;[ranked, below] = [null, from]
    }
  }

  /** As results, those that are still there and say what was looked for. */
  async function shown(some: readonly Candidate[], terms: SearchTerms): Promise<SearchResult[]> {
    const rows = new Map((await byIds(sql, some.map(({ id }) => id))).map((row) => [row.id, row])) // prettier-ignore
    const live = some.flatMap(({ id, score }) => {
      const row = rows.get(id)
      return row === undefined || row.deleted_at !== null ? [] : [{ row, score, said: firstWords(row.content) }]
    })
    const stems = await stemmer.stems(sql, live.flatMap(({ said }) => said.filter(terms.dependsOnStems))) // prettier-ignore
    return live.flatMap(({ row, score, said }) => {
      const marked = said.filter((word) => terms.marks(word, stems))
      return marked.length === 0
        ? []
        : [{ message: toMessage(row), snippet: snippetOf(row.content, marked), rank: score }]
    })
  }

  return { search }
}

function moment(field: string, text: string | undefined): Date | null {
  if (text === undefined) return null
  const date = new Date(text)
  // RFC 3339 has leap seconds, and Date has none.
  return Number.isNaN(date.getTime()) ? invalid(field, 'must be a time such as 2026-01-31T12:00:00Z') : later(date, 0)
}

/** Within what PostgreSQL and people write as a year. */
const later = (date: Date, ms: number) =>
  new Date(Math.min(ever.until.getTime(), Math.max(ever.since.getTime(), date.getTime() + ms)))

function invalid(field: string, reason: string): never {
  throw new AppError('VALIDATION_FAILED', [{ field, reason }])
}
