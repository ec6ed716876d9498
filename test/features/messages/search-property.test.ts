import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { createIndexer, createSearch, createStemmer } from '../../../src/features/messages/index.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { recordLog } from '../../services/log.ts'
import { type MessageHouse, openHouse } from './house.ts'

// Whatever is asked, pages together hold what reading every message would find, each once. Enough messages that the index must be asked in windows.
setDefaultTimeout(120_000)
const count = 20_000
const start = Date.UTC(2026, 0, 1)
const minute = 60_000
const at = (n: number) => new Date(start + n * minute).toISOString()

interface Said {
  n: number
  room: number
  author: number
  words: string[]
  gone: boolean
}

let house: MessageHouse
let search: ReturnType<typeof createSearch>['search']
/** In two large rooms; in many small ones; in all. */
let people: Actor[]
let rooms: number[]
const roomsOf = [[0, 1], Array.from({ length: 20 }, (_, n) => n + 2), Array.from({ length: 22 }, (_, n) => n)]
const said: Said[] = []

/** The same each time: a failure is found again. */
function createDice(seed: number) {
  let state = seed
  return (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Words have digits, so they have no stems. Some are said all the time, some hardly ever, some in one stretch only. */
function wordsOf(n: number, dice: (sides: number) => number): string[] {
  const words = Array.from({ length: 2 + dice(6) }, () => `w${Math.floor(1000 ** (dice(1_000_000) / 1_000_000))}`)
  if (n > 3_000 && n < 10_000 && dice(8) > 0) words.push('b4', 'b5')
  if (n < 1_500) words.push('old1')
  if (n % 3_001 === 0) words.push('rare7', 'b4')
  return words
}

beforeAll(async () => {
  house = await openHouse()
  const { sql } = house
  people = [await house.person('ada'), await house.person('bob'), await house.person('eve')]
  rooms = []
  for (let n = 0; n < 22; n++) rooms.push(await house.room(people.filter((_, who) => roomsOf[who]?.includes(n))))
  const dice = createDice(7)
  for (let n = 1; n <= count; n++) {
    const place = dice(20)
    const room = place < 12 ? 0 : place < 16 ? 1 : 2 + dice(20)
    said.push({ n, room, author: dice(10) < 8 ? 2 : dice(2), words: wordsOf(n, dice), gone: n % 11 === 0 && n % 4_000 < 1_500 })
  } // prettier-ignore
  await sql`
    insert into messages (id, conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select n, room, author, number, number, number, 'g' || n, content, 'text', ${new Date(start)}::timestamptz + n * interval '1 minute', now()
    from (
      select n, room, author, content, row_number() over (partition by room order by n) as number from unnest(
        ${said.map(({ n }) => n)}::bigint[], ${said.map(({ room }) => rooms[room] ?? 0)}::bigint[],
        ${said.map(({ author }) => people[author]?.id ?? 0)}::bigint[], ${said.map(({ words }) => words.join(' '))}::text[]
      ) as s (n, room, author, content)
    ) m order by n`
  await sql`
    update conversations c set last_seq = m.count, message_count = m.count, last_message_id = m.id
    from (select conversation_id, count(*) as count, max(id) as id from messages group by conversation_id) m where m.conversation_id = c.id`
  const stemmer = createStemmer()
  const indexer = createIndexer({ sql, stemmer, log: recordLog(), isBusy: () => false })
  while (!(await indexer.catchUp(rooms)));
  await indexer.stop()
  // What has gone since: half of it deleted, half expired and not yet swept. The index still has it.
  const gone = said.filter((each) => each.gone).map(({ n }) => n)
  await sql`update messages set deleted_at = now(), content = '' where id = any (${gone}::bigint[]) and id % 2 = 0`
  await sql`update messages set expires_at = now() - interval '1 second' where id = any (${gone}::bigint[]) and id % 2 = 1`
  const { conversations } = house.node()
  search = createSearch({ sql, conversations, indexer, stemmer, limits: { max_search_length: 256, max_search_terms: 16 } }).search // prettier-ignore
})
afterAll(() => house.close())

interface Term {
  kind: 'word' | 'beginning' | 'phrase' | 'without'
  words: [string, string]
}

interface Question {
  who: number
  terms: Term[]
  room: number | null
  author: number | null
  after: number | null
  before: number | null
  limit: number
}

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('w1', 'w2', 'w3') },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }).map((n) => `w${n}`) },
  { weight: 2, arbitrary: fc.integer({ min: 30, max: 1100 }).map((n) => `w${n}`) },
  { weight: 3, arbitrary: fc.constantFrom('b4', 'b5', 'old1', 'rare7') },
)
const term: fc.Arbitrary<Term> = fc.record({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant<'word'>('word') },
    { weight: 2, arbitrary: fc.constantFrom<'beginning' | 'phrase'>('beginning', 'phrase') },
    { weight: 1, arbitrary: fc.constant<'without'>('without') },
  ),
  words: fc.tuple(word, word),
})
const moment = fc.option(fc.integer({ min: -100, max: count + 100 }), { freq: 2 })
const question: fc.Arbitrary<Question> = fc
  .record({
    who: fc.integer({ min: 0, max: 2 }),
    terms: fc.oneof(fc.array(term, { minLength: 1, maxLength: 1 }), fc.array(term, { minLength: 2, maxLength: 4 })).filter((terms) => terms.some(({ kind }) => kind !== 'without')),
    room: fc.option(fc.nat(), { freq: 2 }),
    author: fc.option(fc.integer({ min: 0, max: 2 }), { freq: 2 }),
    after: moment,
    before: moment,
    limit: fc.constantFrom(1, 3, 7, 20, 100),
  })
  .map((asked) => {
    const own = roomsOf[asked.who] ?? []
    return { ...asked, room: asked.room === null ? null : (own[asked.room % own.length] ?? 0) }
  }) // prettier-ignore

const textOf = ({ kind, words: [one, other] }: Term): string =>
  kind === 'word' ? one : kind === 'beginning' ? `${one}*` : kind === 'phrase' ? `"${one} ${other}"` : `-${one}`

function fits({ kind, words: [one, other] }: Term, words: readonly string[]): boolean {
  switch (kind) {
    case 'word':
      return words.includes(one)
    case 'beginning':
      return words.some((each) => each.startsWith(one))
    case 'phrase':
      return words.some((each, index) => each === one && words[index + 1] === other)
    case 'without':
      return !words.includes(one)
  }
}

const matches = ({ who, terms, room, author, after, before }: Question): number[] =>
  said
    .filter(
      (each) =>
        (room === null ? roomsOf[who]?.includes(each.room) : each.room === room) &&
        (author === null || each.author === author) &&
        (after === null || each.n >= after) &&
        (before === null || each.n < before) &&
        terms.every((one) => fits(one, each.words)),
    )
    .map(({ n }) => n)

test('pages hold every match once, and nothing else', async () => {
  const lost = new Set(said.filter(({ gone }) => gone).map(({ n }) => n))
  await fc.assert(
    fc.asyncProperty(question, async (asked) => {
      const all = matches(asked)
      const expected = all.filter((n) => !lost.has(n))
      // So that the smallest pages are not too many.
      const limit = all.length > 50 * asked.limit ? 100 : asked.limit
      const actor = people[asked.who]
      if (actor === undefined) throw new Error('nobody')
      const wanted = {
        query: asked.terms.map(textOf).join(' '),
        ...(asked.room !== null && { room_id: rooms[asked.room] ?? 0 }),
        ...(asked.author !== null && { author_id: people[asked.author]?.id ?? 0 }),
        ...(asked.after !== null && { after: at(asked.after) }),
        ...(asked.before !== null && { before: at(asked.before) }),
        limit,
      }
      const found: number[] = []
      let cursor: string | null = null
      for (let pages = 1; ; pages++) {
        const page: Awaited<ReturnType<typeof search>> = await search(actor, { ...wanted, ...(cursor !== null && { cursor }) }) // prettier-ignore
        expect(page.results.length).toBeLessThanOrEqual(limit)
        expect(pages).toBeLessThan(400)
        found.push(...page.results.map(({ message }) => message.id))
        if (pages === 1 && page.total_count !== undefined && page.next_cursor === null)
          expect(page.total_count).toBe(found.length)
        cursor = page.next_cursor
        if (cursor === null) break
      }
      expect(found.toSorted((a, b) => a - b)).toEqual(expected)
    }),
    { numRuns: 100, seed: 20_261_128 },
  )
})
