import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { aligned, blocksOf, cover, smallest_block } from '../../../src/features/messages/blocks.ts'
import { createIndexer, createSearch, createStemmer } from '../../../src/features/messages/index.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { recordLog } from '../../services/log.ts'
import { type MessageHouse, openHouse } from './house.ts'

// Enough messages that searches cannot read them one by one, and must ask the index in windows.
setDefaultTimeout(60_000)
const count = 24_000
const start = Date.UTC(2026, 0, 1)
const minute = 60_000
let house: MessageHouse
let search: ReturnType<typeof createSearch>['search']
let ada: Actor
let bob: Actor
/** Half of all messages; most of the others; and twenty rooms of a hundred each, bob's and nobody else's. */
let large: number
let other: number
let small: number[]

beforeAll(async () => {
  house = await openHouse()
  const { sql } = house
  ada = await house.person('ada')
  bob = await house.person('bob')
  large = await house.room([ada])
  other = await house.room([ada])
  small = []
  for (let n = 0; n < 20; n++) small.push(await house.room([bob]))
  // "common" is in every second message, "medium" in every 40th, "rare" in every 4,000th, "old" in every message of the first quarter and never again;
  // "one two" is a phrase in every 1,000th message, and both words are in each.
  await sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select place, case when n % 7 = 0 then ${bob.id}::bigint else ${ada.id}::bigint end, number, number, number, 'g' || n,
      concat_ws(' ', 'message' || n, case when n % 2 = 0 then 'common' end, case when n % 40 = 0 then 'medium' end, case when n % 4000 = 0 then 'rare' end,
        case when n <= ${count / 4}::integer then 'old' end, case when n % 1000 = 0 then 'one two' else 'two and one' end),
      'text', ${new Date(start)}::timestamptz + n * interval '1 minute', now()
    from (
      select n, place, row_number() over (partition by place order by n) as number
      from generate_series(1, ${count}::integer) n
      cross join lateral (select case when n % 2 = 0 then ${large}::bigint when n % 12 = 1 then (${small}::bigint[])[1 + n / 12 % 20] else ${other}::bigint end as place) p
    ) m order by n`
  await sql`
    update conversations c set last_seq = m.count, message_count = m.count, last_message_id = m.id
    from (select conversation_id, count(*) as count, max(id) as id from messages group by conversation_id) m where m.conversation_id = c.id`
  const log = recordLog()
  const stemmer = createStemmer()
  const indexer = createIndexer({ sql, stemmer, log, isBusy: () => false })
  while (!(await indexer.catchUp([large, other, ...small])));
  await indexer.stop()
  const { conversations } = house.node()
  search = createSearch({ sql, conversations, indexer, stemmer, limits: { max_search_length: 256, max_search_terms: 16 } }).search // prettier-ignore
})
afterAll(() => house.close())

/** What each page of a search holds, by the number in the message's first word. */
async function found(actor: Actor, asked: Parameters<typeof search>[1]): Promise<{ numbers: number[]; pages: number }> {
  const numbers: number[] = []
  let cursor: string | null = null
  for (let pages = 1; ; pages++) {
    const page: Awaited<ReturnType<typeof search>> = await search(actor, {
      limit: 100,
      ...asked,
      ...(cursor !== null && { cursor }),
    })
    numbers.push(...page.results.map(({ message }) => Number(/\d+/.exec(message.content)?.[0])))
    cursor = page.next_cursor
    if (cursor === null) return { numbers: numbers.toSorted((a, b) => a - b), pages }
  }
}

type Holds = (n: number) => boolean
const numbersThat = (holds: Holds) => Array.from({ length: count }, (_, index) => index + 1).filter(holds)
const inLarge: Holds = (n) => n % 2 === 0
const inSmall: Holds = (n) => n % 12 === 1
const ofAda: Holds = (n) => !inSmall(n)
const at = (n: number) => new Date(start + n * minute).toISOString()

describe('every match comes once, whichever way it is found', () => {
  test.each<[string, () => [Actor, Parameters<typeof search>[1]], Holds]>([
    ['a common word of a room', () => [ada, { query: 'common', room_id: large }], inLarge],
    ['a medium word of a room', () => [ada, { query: 'medium', room_id: large }], (n) => n % 40 === 0],
    ['a rare word of a room', () => [ada, { query: 'rare', room_id: large }], (n) => n % 4000 === 0],
    ['a word nobody said', () => [ada, { query: 'never', room_id: large }], () => false],
    ['a word that is elsewhere', () => [ada, { query: 'rare', room_id: other }], () => false],
    ['a word of long ago', () => [ada, { query: 'old', room_id: large }], (n) => inLarge(n) && n <= count / 4],
    ['a rare word of long ago', () => [ada, { query: 'old medium', room_id: large }], (n) => n % 40 === 0 && n <= count / 4],
    ['a phrase of common words', () => [ada, { query: '"one two"', room_id: large }], (n) => n % 1000 === 0],
    ['a phrase that is nowhere', () => [ada, { query: '"one common"', room_id: large }], () => false],
    ['a beginning', () => [ada, { query: 'message10*', room_id: large }], (n) => inLarge(n) && String(n).startsWith('10')],
    ['a beginning that is read one by one, page after page', () => [ada, { query: 'med*', room_id: large, limit: 50 }], (n) => n % 40 === 0],
    ['a beginning that thins out', () => [ada, { query: 'message239*', room_id: large, limit: 60 }], (n) => inLarge(n) && String(n).startsWith('239')],
    ['a rare beginning', () => [ada, { query: 'message2399*', room_id: large }], (n) => inLarge(n) && String(n).startsWith('2399')],
    ['a common word without another', () => [ada, { query: 'common -old', room_id: large }], (n) => inLarge(n) && n > count / 4],
    ['a word of an author', () => [ada, { query: 'common', room_id: large, author_id: bob.id }], (n) => inLarge(n) && n % 7 === 0],
    ['a rare word of an author', () => [ada, { query: 'medium', room_id: large, author_id: bob.id }], (n) => n % 280 === 0],
    ['a span of time', () => [ada, { query: 'common', room_id: large, after: at(9000), before: at(9500) }], (n) => inLarge(n) && n >= 9000 && n < 9500],
    ['a rare word in a span of time', () => [ada, { query: 'medium', room_id: large, after: at(9000), before: at(9500) }], (n) => n % 40 === 0 && n >= 9000 && n < 9500],
    ['a common word anywhere', () => [ada, { query: 'medium' }], (n) => n % 40 === 0],
    ['a word anywhere, of long ago', () => [ada, { query: 'old medium' }], (n) => n % 40 === 0 && n <= count / 4],
    ['a phrase anywhere', () => [ada, { query: '"one two"' }], (n) => n % 1000 === 0],
    ['a word of all in all rooms of ada', () => [ada, { query: 'and', after: at(20_000) }], (n) => ofAda(n) && n >= 20_000 && n % 1000 !== 0],
    ['a word of all in the many rooms of bob', () => [bob, { query: 'and' }], inSmall],
    ['a word of long ago in the many rooms of bob', () => [bob, { query: 'old' }], (n) => inSmall(n) && n <= count / 4],
  ])('%s', async (_, asked, holds) => {
    const { numbers } = await found(...asked())
    expect(numbers).toEqual(numbersThat(holds))
  }) // prettier-ignore

  test('also in pages of 7 and among candidates that were cut', async () => {
    const { numbers } = await found(ada, { query: 'common', room_id: large, limit: 7, after: at(23_000) })
    expect(numbers).toEqual(numbersThat((n) => inLarge(n) && n >= 23_000))
  })

  test('also among more rooms than the index is asked for by name, when they are large', async () => {
    const { sql } = house
    const eve = await house.person('eve')
    for (const id of [large, ...small]) await house.enter(id, [eve])
    const { numbers } = await found(eve, { query: 'medium' })
    expect(numbers).toEqual(numbersThat((n) => n % 40 === 0))
    const old = await found(eve, { query: 'old', after: at(3_000) })
    expect(old.numbers).toEqual(numbersThat((n) => (inLarge(n) || inSmall(n)) && n >= 3_000 && n <= count / 4))
    await sql`delete from members where user_id = ${eve.id}`
  })

  test('also in one room that is a small part of all', async () => {
    const { sql } = house
    // As if there were far more elsewhere: its messages are named to the index.
    const before = await found(ada, { query: 'and', room_id: other, after: at(12_000) })
    await sql`update conversations set last_message_id = last_message_id * 4 where id = ${other}`
    const after = await found(ada, { query: 'and', room_id: other, after: at(12_000) })
    expect(after.numbers).toEqual(before.numbers)
    expect(after.numbers.length).toBeGreaterThan(3_000)
  })
})

test('a page that looked through much and found little ends, and the next one goes on', async () => {
  const { pages, numbers } = await found(ada, { query: '"one two"', room_id: large })
  expect(numbers).toHaveLength(24)
  expect(pages).toBeGreaterThan(1)
})

test('the newest matches come in the first page', async () => {
  const { results } = await search(ada, { query: 'common', room_id: large, limit: 10 })
  for (const { message } of results) expect(Number(/\d+/.exec(message.content)?.[0])).toBeGreaterThan(count - 2_000)
})

describe('blocks', () => {
  test.each([1, 1023, 1024, 8191, 8192, 1_000_000, 2 ** 40])('of %i are its own, and no others', (id) => {
    for (const [index, block] of blocksOf(id).entries()) {
      const size = smallest_block * 8 ** index
      const begin = Math.floor(id / size) * size
      expect(blocksOf(begin)[index]).toBe(block)
      expect(blocksOf(begin + size - 1)[index]).toBe(block)
      expect(blocksOf(begin + size)[index]).not.toBe(block)
    }
  })

  test('cover all that lies between, and are few', () => {
    for (let size = 1; size < 2 ** 24; size = size * 3 + 1) {
      for (const from of [0, 1024, 1_000_000, 123_456_789]) {
        const blocks = new Set(cover(aligned(from), from + size))
        expect(blocks.size).toBeLessThanOrEqual(Math.max(3, size / 2 ** 22 + 2))
        for (let k = 0; k < 100; k++) {
          const id = from + Math.floor((size * k) / 100)
          expect(blocksOf(id).some((block) => blocks.has(block))).toBe(true)
        }
      }
    }
  })
})
