import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Actor } from '../../../src/kernel/actor.ts'
import { connect, transact, type Sql } from '../../../src/platform/db/index.ts'
import { sendMessages } from '../../../src/features/messages/queries.ts'
import { draft, type MessageHouse, openHouse, upTo } from './house.ts'

// What a statement did to each table is counted by PostgreSQL within the transaction (pg_stat_xact_user_tables), so these tests see the plan that
// really ran, inside the function, without knowing its text: no table may be read from end to end, and what is read by index stays in proportion to
// the batch, whatever the tables hold and whenever the plan was made.

let house: MessageHouse
/** One connection: the function's plans are cached in it. */
let session: Sql
const people: Actor[] = []
const rooms: number[] = []
let parents: number[] = []

beforeAll(async () => {
  house = await openHouse()
  session = connect({ url: house.url, max: 1, connect_timeout: 5_000, query_timeout: 30_000 })
  for (const n of upTo(20)) people.push(await house.person(`person${n}`))
  for (const _ of upTo(10)) rooms.push(await house.room(people))
  const written = await sendMessages(
    session,
    rooms.map((room) => draft(people[0]!, room, 'parent')),
    privileges,
  )
  parents = written.map(({ id }) => id)
})
afterAll(async () => {
  await session.end()
  await house.close()
})

const some = { room: ['moderator'], server: ['moderator'] }
const privileges = { skip_slow_mode: some, mention_room: some }

interface Reads {
  table: string
  whole: number
  rows: number
}

/** What one batch of 100 (replies, mentions and repeats among them) read, on a session that may have planned long ago. */
async function readsOf(sql: Sql): Promise<{ reads: Reads[]; ms: number }> {
  const again = draft(people[1]!, rooms[0]!, 'again')
  await sendMessages(sql, [again], privileges)
  const drafts = upTo(100).map((n) => {
    if (n % 10 === 0) return again
    return draft(people[n % 20]!, rooms[n % 10]!, `@person${n} hello`, {
      mentioned: `person${(n % 20) + 1} nobody`,
      ...(n % 3 === 0 && { parent_id: parents[n % 10]! }),
    })
  })
  return transact(sql, async (tx) => {
    // What this session has not yet reported of earlier transactions is in the counts too.
    const before = new Map((await counts(tx)).map((each) => [each.table, each]))
    const began = performance.now()
    const verdicts = await sendMessages(tx, drafts, privileges)
    const ms = performance.now() - began
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['sent', 'duplicate']))
    const reads = (await counts(tx)).map(({ table, whole, rows }) => {
      const earlier = before.get(table)
      return { table, whole: whole - (earlier?.whole ?? 0), rows: rows - (earlier?.rows ?? 0) }
    })
    return { reads, ms }
  })
}

const counts = (tx: Sql) => tx<Reads[]>`
  select relname as table, seq_scan as whole, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows
  from pg_stat_xact_user_tables where relname <> 'schema_migrations' and seq_scan + coalesce(idx_scan, 0) > 0 order by relname`

const newSession = async () => connect({ url: house.url, max: 1, connect_timeout: 5_000, query_timeout: 30_000 })

async function byIndexOnly(sql: Sql) {
  const { reads, ms } = await readsOf(sql)
  expect(reads.map(({ table }) => table)).toEqual(
    expect.arrayContaining(['conversations', 'members', 'messages', 'users']),
  )
  expect(reads.filter(({ whole }) => whole > 0)).toEqual([])
  // A draft looks up a handful of rows of each table: itself, its parent, its room, its author and those it names.
  expect(reads.filter(({ rows }) => rows > 500)).toEqual([])
  return ms
}

const fill = (messages: number) => house.sql`
  insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, parent_id, created_at, updated_at)
  select c.id, ${people[0]!.id}, n, n, n, 'old' || n, 'message ' || n, 'text', case when n % 5 = 0 then 1 end, now(), now()
  from conversations c, generate_series(1000, 1000 + ${messages / 10}::integer - 1) n where c.id = any (${rooms}::bigint[])`

test('a batch is written by index look-ups on fresh tables that were never analysed', async () => {
  await byIndexOnly(session)
})

test('and still with 200,000 messages and 20,000 users, by the old plan, a new one, and one made with statistics', async () => {
  await fill(200_000)
  await house.sql`insert into users (username) select 'crowd' || n from generate_series(1, 20000) n`
  await house.sql`insert into members (conversation_id, user_id) select ${rooms[0]!}, id from users where username like 'crowd%'`
  await house.sql`update conversations set last_seq = 100000, message_count = 100000 where id = any (${rooms}::bigint[])`
  // A second run on each session: the first may have warmed caches.
  await byIndexOnly(session)
  const old_plan = await byIndexOnly(session)
  const fresh = await newSession()
  await byIndexOnly(fresh)
  const fresh_plan = await byIndexOnly(fresh)
  await house.sql`analyze`
  const informed = await newSession()
  await byIndexOnly(informed)
  const informed_plan = await byIndexOnly(informed)
  for (const ms of [old_plan, fresh_plan, informed_plan]) expect(ms).toBeLessThan(500)
  await Promise.all([fresh.end(), informed.end()])
}, 60_000)
