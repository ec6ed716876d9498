import { only } from '../../kernel/only.ts'
import type { Sql } from '../../platform/db/index.ts'

/** The stems of words: `word` as written, and folded. Null for words that the dictionaries pass over. */
export const stems = (sql: Sql, words: readonly string[], folded: readonly string[]) => sql<
  { word: string; english: string[] | null; french: string[] | null; plain_french: string[] | null }[]
>`
  select w.word, ts_lexize('english_stem', w.folded) as english, ts_lexize('french_stem', w.word) as french, ts_lexize('french_stem', w.folded) as plain_french
  from unnest(${words}::text[], ${folded}::text[]) as w (word, folded)`

/** One conversation that can be searched. */
export interface Searchable {
  id: number
  message_count: number
  last_message_id: number | null
  /** Whether its log has gone on since the index followed it. */
  is_behind: boolean
}

const searchable = (sql: Sql) => sql`
  c.id, c.message_count, c.last_message_id, c.last_seq > coalesce(i.indexed_seq, 0) as is_behind`

/** A conversation, without regard to who asks. */
export const searchableOne = (sql: Sql, conversation_id: number) => sql<Searchable[]>`
  select ${searchable(sql)} from conversations c left join search_cursors i on i.conversation_id = c.id where c.id = ${conversation_id}`

/** Every conversation that the user is in now. */
export const searchableOf = (sql: Sql, user_id: number) => sql<Searchable[]>`
  select ${searchable(sql)} from members m join conversations c on c.id = m.conversation_id left join search_cursors i on i.conversation_id = c.id
  where m.user_id = ${user_id} and c.deleted_at is null and c.last_message_id is not null`

/** What a message must fulfil. */
export interface Filter {
  /** A tsquery. */
  query: string
  author_id: number | null
  /** The first moment that counts, and the first that does not. */
  since: Date
  until: Date
  /** The moment by which ages are reckoned. */
  at: Date
}

interface Matches {
  /** Null when there are none. */
  ids: number[] | null
  scores: number[] | null
}

/** Messages one by one, the newest first; `rows` at most, for one conversation only, or null for all. `holding` says of each of the first four parts how many of those looked at hold it. */
export const scan = async (
  sql: Sql,
  conversations: readonly number[],
  { query, author_id, since, until, at }: Filter,
  parts: readonly string[],
  { from, below, rows, take }: { from: number; below: number; rows: number | null; take: number },
) =>
  only(
    await sql<(Matches & { reached: number; looked_at: number; holding: number[]; holding_all: number })[]>`
      select * from search_scan(${conversations}::bigint[], ${query}::tsquery, ${parts}::text[]::tsquery[], ${author_id}, ${since}, ${until}, ${at}, ${from}, ${below}, ${rows}, ${take})`,
  )

/** By the index of words: `places` and `loose` are what the index alone decides. More than `cap` hits say only that there are more. */
export const look = async (
  sql: Sql,
  { places, loose }: { places: string | null; loose: string },
  conversations: readonly number[] | null,
  { query, since, until, at }: Filter,
  { from, below, cap, take }: { from: number; below: number; cap: number; take: number },
) =>
  only(
    await sql<(Matches & { hits: number })[]>`
      select * from search_window(${places}::tsquery, ${loose}::tsquery, ${query}::tsquery, ${conversations}::bigint[], ${since}, ${until}, ${at}, ${from}, ${below}, ${cap}, ${take})`,
  )

/** Where the messages sent at or after a moment begin, in all conversations. */
export const idAt = async (sql: Sql, moment: Date): Promise<number> =>
  only(await sql<{ id: number }[]>`select first_message_since(${moment}) as id`).id
