import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { changes, heads } from '../../../src/features/messages/log-queries.ts'
import { byIds, count, numbersOf, page, type Page } from '../../../src/features/messages/queries.ts'
import { type Filter, look, scan, searchableOne } from '../../../src/features/messages/search-queries.ts'
import { connect, type Sql } from '../../../src/platform/db/index.ts'
import { type MessageHouse, openHouse } from './house.ts'

// What is read all the time. PostgreSQL makes a plan for the values at hand five times, and goes on so if it thinks that such plans are better: they would be the same,
// and making one takes longer than running it.

setDefaultTimeout(60_000)
let house: MessageHouse
let room: number
let session: Sql
const many = 5_000

beforeAll(async () => {
  house = await openHouse()
  const ada = await house.person('ada')
  room = await house.room([ada])
  await house.sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select ${room}, ${ada.id}, n, n, n, '~' || n, 'message ' || n, 'text', now(), now() from generate_series(1, ${many}::integer) n`
  await house.sql`update conversations set message_count = ${many}, last_seq = ${many} where id = ${room}`
  await house.sql`analyze`
  session = connect({ url: house.url, max: 1, connect_timeout: 5_000, query_timeout: 30_000 })
})
afterAll(async () => {
  await session.end()
  await house.close()
})

const some: Page = { limit: 51, before: undefined, after: undefined, parent_id: undefined, without_replies: false, pinned_only: false } // prettier-ignore
const filter: Filter = { query: "'message'", author_id: null, since: new Date(0), until: new Date('9999-01-01'), at: new Date() } // prettier-ignore

test.each<[string, (n: number) => PromiseLike<unknown>]>([
  ['the newest page', (n) => page(session, room, { ...some, limit: 1 + n })],
  ['a page before a message', (n) => page(session, room, { ...some, before: 1 + n * 100 })],
  ['a page after a message', (n) => page(session, room, { ...some, after: n * 100 })],
  ['a page without replies', (n) => page(session, room, { ...some, without_replies: true, before: 1 + n * 100 })],
  ['the size of a room', () => count(session, room, some)],
  ['the places of messages', (n) => numbersOf(session, room, [1 + n])],
  ['messages by their ids', (n) => byIds(session, [1 + n, 2 + n])],
  ['what changed in a room', (n) => changes(session, [{ conversation_id: room, since: many - n }], 500)],
  ['what changed in several', (n) => changes(session, [0, 1, 2].map((k) => ({ conversation_id: room + k, since: many - n })), 500)], // prettier-ignore
  ['heads with their newest messages', (n) => heads(session, [room], n)],
  ['a room that is searched', () => searchableOne(session, room)],
  ['messages searched one by one', (n) => scan(session, [room], filter, ["'message'"], { from: 1, below: many, rows: 10 + n, take: 10 })], // prettier-ignore
  ['messages searched by the index', (n) => look(session, { places: null, loose: "'message'" }, [room], filter, { from: 1, below: many - n, cap: 100, take: 10 })], // prettier-ignore
])('%s: planned a few times and never again', async (_name, read) => {
  const before = await plans()
  for (let n = 0; n < 20; n++) await read(n)
  const after = await plans()
  expect(after.made - before.made).toBeLessThanOrEqual(5)
  expect(after.kept - before.kept).toBeGreaterThanOrEqual(15)
})

/** How often the session's statements were run by a plan made for their values, and by one that was kept. */
async function plans(): Promise<{ made: number; kept: number }> {
  const [row] = await session<{ made: number; kept: number }[]>`
    select coalesce(sum(custom_plans), 0)::integer as made, coalesce(sum(generic_plans), 0)::integer as kept
    from pg_prepared_statements where statement not like '%pg_prepared_statements%'`
  return row ?? { made: 0, kept: 0 }
}
