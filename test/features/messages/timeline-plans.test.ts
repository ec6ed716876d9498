import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { count, page, type Page } from '../../../src/features/messages/queries.ts'
import { editsBelow } from '../../../src/features/messages/reading-queries.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { connect, type Sql, transact } from '../../../src/platform/db/index.ts'
import { type MessageHouse, openHouse } from './house.ts'

// Two rooms as somebody may fill them to make reading dear: one of nothing but replies between its first and its last message, and one without any. What a
// page read is counted by PostgreSQL within the transaction, so it is the plan that really ran, be it a custom or a generic one.

setDefaultTimeout(60_000)
const many = 100_000
let house: MessageHouse
let ada: Actor
let replies: number
let plain: number
let small: number

beforeAll(async () => {
  house = await openHouse()
  ada = await house.person('ada')
  ;[replies, plain, small] = [await house.room([ada]), await house.room([ada]), await house.room([ada])]
  const { sql } = house
  for (const table of ['messages', 'message_edits', 'conversations'])
    await sql.unsafe(`alter table ${table} set (autovacuum_enabled = off)`)
  await sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, parent_id, pinned_at, created_at, updated_at)
    select c.id, ${ada.id}, n, n, n, '~' || n, 'message ' || n, 'text', case when c.id = ${replies} and n not in (1, ${many}) then 1 end,
      case when n % ${many / 10} = 7 then now() - make_interval(secs => n) end, now(), now()
    from unnest(${[replies, plain, small]}::bigint[]) c (id) cross join generate_series(1, case when c.id = ${small} then 10 else ${many} end) n`
  await sql`update conversations set message_count = ${many}, last_seq = ${many}`
  const [message] = await sql<{ id: number }[]>`select id from messages where conversation_id = ${plain} and number = 1`
  await sql`
    insert into message_edits (message_id, conversation_id, edit_number, content, edited_by)
    select m, ${plain}, n, 'before ' || n, ${ada.id} from unnest(${[message!.id, message!.id + 1]}::bigint[]) m cross join generate_series(1, 20000) n`
  edited = message!.id
})
afterAll(() => house.close())

let edited: number

/** The rows of messages and their edits that a read has looked at, and what it gave. */
async function reads<T>(session: Sql, read: (tx: Sql) => Promise<T>): Promise<{ rows: number; found: T }> {
  return transact(session, async (tx) => {
    const before = await looked(tx)
    const found = await read(tx)
    return { rows: (await looked(tx)) - before, found }
  })
}

async function looked(tx: Sql): Promise<number> {
  const [row] = await tx<{ rows: number }[]>`
    select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::integer as rows
    from pg_stat_xact_user_tables where relname in ('messages', 'message_edits')`
  return row?.rows ?? 0
}

const newest: Page = { limit: 51, before: undefined, after: undefined, parent_id: undefined, without_replies: false, pinned_only: false } // prettier-ignore
const without: Page = { ...newest, without_replies: true }
const pinned: Page = { ...newest, pinned_only: true }
const middle = many / 2

const pages: [string, () => number, Page, number][] = [
  ['the newest', () => plain, newest, 51],
  ['without replies, where there is nothing else', () => replies, without, 2],
  ['without replies, before the middle, where there is nothing else', () => replies, { ...without, before: middle }, 1],
  ['without replies, after the middle, where there is nothing else', () => replies, { ...without, after: middle }, 1],
  ['without replies, where there are none', () => plain, without, 51],
  ['without replies, before the middle, where there are none', () => plain, { ...without, before: middle }, 51],
  ['without replies, in a small room', () => small, without, 10],
  ['the pinned', () => plain, pinned, 10],
  ['the pinned before the middle', () => replies, { ...pinned, before: middle }, 5],
  ['the pinned without replies, where there are few', () => replies, { ...pinned, without_replies: true }, 0],
  ['the pinned of a thread', () => replies, { ...pinned, parent_id: 1 }, 10],
  ['the pinned of a small room', () => small, pinned, 1],
  ['of a large thread', () => replies, { ...newest, parent_id: 1, before: middle }, 51],
]

/** Until a table is analysed, PostgreSQL thinks that these are few messages, and may read a good part of the room. */
const once_analysed: typeof pages = [
  ['before the middle', () => plain, { ...newest, before: middle }, 51],
  ['after the middle', () => replies, { ...newest, after: middle }, 51],
]

describe.each([
  ['before anything is analysed', false, 'auto'],
  ['by a plan for any values', false, 'force_generic_plan'],
  ['once everything is analysed', true, 'auto'],
  ['once everything is, by a plan for any values', true, 'force_generic_plan'],
])('%s', (_, analysed, mode) => {
  let session: Sql

  beforeAll(async () => {
    if (analysed) await house.sql`analyze`
    session = connect({ url: house.url, max: 1, connect_timeout: 5_000, query_timeout: 30_000 })
    await session.unsafe(`set plan_cache_mode = ${mode}`)
  })
  afterAll(() => session.end())

  test.each(analysed ? [...pages, ...once_analysed] : pages)(
    'a page %s reads little more than it shows',
    async (_name, room, wanted, expected) => {
      const { rows, found } = await reads(session, async (tx) => await page(tx, room(), wanted))
      expect(found).toHaveLength(expected)
      // The page, or all pins of which it is a part.
      expect(rows).toBeLessThanOrEqual(Math.max(expected, wanted.pinned_only ? 20 : 0) + 5)
    },
  )

  test('the pinned are counted without looking at others, and the whole room without looking at any', async () => {
    const { rows, found } = await reads(session, (tx) => count(tx, plain, pinned))
    expect(found).toMatchObject({ total: 10 })
    expect(rows).toBeLessThanOrEqual(20)
    expect((await reads(session, (tx) => count(tx, plain, without))).rows).toBe(0)
  })

  test('a page of edits is read from where it begins', async () => {
    const { rows, found } = await reads(session, async (tx) => await editsBelow(tx, edited, 10_000, 51))
    expect(found.map(({ edit_number }) => edit_number)).toEqual(Array.from({ length: 51 }, (_each, n) => 9_999 - n))
    // Each with its message.
    expect(rows).toBeLessThanOrEqual(51 * 2 + 5)
  })
})
