import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { threadsEnding, threadsNow } from '../../../src/features/conversations/thread-news-queries.ts'
import { markThread, unreadThreads } from '../../../src/features/conversations/thread-queries.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { connect, type Sql, transact } from '../../../src/platform/db/index.ts'
import { type MessageHouse, openHouse } from '../messages/house.ts'

// Threads as somebody may fill them to make reading dear: one with a hundred thousand deleted replies behind the last that is there, one with as many of the
// reader's own, and one that twenty thousand have read. What was read is counted by PostgreSQL within the transaction, so it is the plan that really ran.

setDefaultTimeout(60_000)
const many = 100_000
const readers = 20_000
let house: MessageHouse
let [ada, bob] = [] as unknown as [Actor, Actor]
let room: number
/** The first messages, of bob. */
let deleted: number
let own: number
let crowded: number

beforeAll(async () => {
  house = await openHouse()
  ;[ada, bob] = [await house.person('ada'), await house.person('bob')]
  room = await house.room([ada, bob])
  const { sql } = house
  for (const table of ['messages', 'thread_reads', 'members'])
    await sql.unsafe(`alter table ${table} set (autovacuum_enabled = off)`)
  const firsts = await sql<{ id: number }[]>`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, thread_count, created_at, updated_at)
    select ${room}, ${bob.id}, n, n, n, '~' || n, 'question ' || n, 'text', ${many}, now(), now() from generate_series(1, 2) n returning id`
  ;[deleted, own] = firsts.map(({ id }) => id) as [number, number]
  // Of the first thread: a reply of ada's, one of bob's, and what is deleted; of the second: one of bob's, what ada wrote, and one of bob's.
  await sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, parent_id, deleted_at, created_at, updated_at)
    select ${room}, case when n = 3 or n > ${many} + 5 and n < 2 * ${many} + 5 then ${ada.id}::bigint else ${bob.id}::bigint end, n, n, n, '~' || n, 'reply ' || n, 'text',
      case when n < ${many} + 5 then ${deleted}::bigint else ${own}::bigint end, case when n > 4 and n < ${many} + 5 then now() end, now(), now()
    from generate_series(3, 2 * ${many} + 5) n`
  await sql`update conversations set message_count = 2 * ${many} + 5, last_seq = 2 * ${many} + 5 where id = ${room}`
  crowded = await crowd(2 * many + 6)
})
afterAll(() => house.close())

/** A thread of bob's with one reply of his, which people have read who did not write there. */
async function crowd(number: number): Promise<number> {
  const { sql } = house
  const say = async (at: number, parent_id: number | null) => {
    const [row] = await sql<{ id: number }[]>`
      insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, parent_id, thread_count, created_at, updated_at)
      values (${room}, ${bob.id}, ${at}, ${at}, ${at}, ${`~${at}`}, 'said', 'text', ${parent_id}, ${parent_id === null ? 1 : 0}, now(), now()) returning id`
    return row?.id ?? 0
  }
  const first = await say(number, null)
  await say(number + 1, first)
  await sql`
    with people as (insert into users (username) select 'reader ' || n from generate_series(1, ${readers}) n returning id)
    insert into thread_reads (user_id, message_id, conversation_id, last_read_number) select id, ${first}, ${room}, ${number} + id % 2 from people`
  return first
}

/** The rows that a read has looked at, and what it gave. */
async function reads<T>(session: Sql, read: (tx: Sql) => PromiseLike<T>): Promise<{ rows: number; found: T }> {
  return transact(session, async (tx) => {
    const before = await looked(tx)
    const found = await read(tx)
    return { rows: (await looked(tx)) - before, found }
  })
}

async function looked(tx: Sql): Promise<number> {
  const [row] = await tx<{ rows: number }[]>`
    select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::integer as rows
    from pg_stat_xact_user_tables where relname in ('messages', 'thread_reads')`
  return row?.rows ?? 0
}

const mark = (tx: Sql, parent_id: number, number: number) =>
  markThread(tx, { conversation_id: room, user_id: ada.id, parent_id, message_id: parent_id + number - (parent_id === deleted ? 1 : 2) }) // prettier-ignore

const news = (parent_id: number, more: object = {}) => [{ parent_id, repliers: [bob.id], mentioned: [], removed: 0, edited: 0, is_changed: false, ...more }] // prettier-ignore

const both = () => expect.arrayContaining([ada.id, bob.id]) as number[]

/** What is read, what comes of it, and the rows that it may look at: those who take part are found among the newest 500 replies. */
const cases: [string, (tx: Sql) => PromiseLike<unknown>, () => object, number][] = [
  ['a mark before what is deleted', (tx) => mark(tx, deleted, 3), () => ({ last_read_number: 3, unread_count: 1 }), 20], // prettier-ignore
  ['a mark before what one wrote', (tx) => mark(tx, own, many + 5), () => ({ last_read_number: 2 * many + 4, unread_count: 1 }), 20], // prettier-ignore
  ['what is unread', (tx) => unreadThreads(tx, ada.id, 100), () => [{ parent_id: own, unread_count: 1 }, { parent_id: deleted, unread_count: 1 }], 50], // prettier-ignore
  ['a reply before what is deleted', (tx) => threadsNow(tx, news(deleted)), () => [{ reply_number: 4, people: both() }], 530], // prettier-ignore
  ['a reply behind what one wrote', (tx) => threadsNow(tx, news(own)), () => [{ reply_number: 2 * many + 5, people: both() }], 530], // prettier-ignore
  ['a removal before what is deleted', (tx) => threadsNow(tx, news(deleted, { repliers: [], removed: 5 })), () => [{ people: null, stands: [{ user_id: ada.id, last_read_number: 3, unread_count: 1 }] }], 640], // prettier-ignore
  ['a removal behind what one wrote', (tx) => threadsNow(tx, news(own, { repliers: [], is_changed: true })), () => [{ stands: [{ user_id: ada.id, unread_count: 1 }] }], 740], // prettier-ignore
  ['an edit of the newest', (tx) => threadsNow(tx, news(own, { repliers: [], edited: 2 * many + 5 })), () => [{ people: null, stands: [{ user_id: ada.id, unread_count: 1 }] }], 740], // prettier-ignore
  ['a reply that names somebody', (tx) => threadsNow(tx, news(own, { mentioned: [ada.id] })), () => [{ stands: [{ user_id: ada.id, mention_count: 0 }] }], 1_270], // prettier-ignore
  ['who takes part by being named', (tx) => tx`update messages set mentions = ${[ada.id, bob.id]}::bigint[] where id = ${own - 2 + many + 5} returning parent_id`, () => [{ parent_id: own }], 10], // prettier-ignore
  ['a reply that many wait for', (tx) => threadsNow(tx, news(crowded)), () => [{ people: [bob.id] }], 530], // prettier-ignore
  ['a reply that names who takes no part there, nor is told', (tx) => threadsNow(tx, news(crowded, { mentioned: [ada.id] })), () => [{ people: [bob.id], stands: [] }], 1_030], // prettier-ignore
  ['a thread that ends for many', (tx) => threadsEnding(tx, [crowded]), () => [{ people: expect.arrayContaining([{ user_id: bob.id, last_read_number: 2 * many + 7 }]) as object[] }], 530], // prettier-ignore
  ['a thread that ends', (tx) => threadsEnding(tx, [own]), () => [{ people: expect.arrayContaining([{ user_id: ada.id, last_read_number: 2 * many + 4 }]) as object[] }], 530], // prettier-ignore
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

  test.each(cases)('%s reads little', async (_name, read, expected, most) => {
    const { rows, found } = await reads(session, read)
    expect(found).toMatchObject(expected())
    expect(rows).toBeLessThanOrEqual(most)
  })
})
