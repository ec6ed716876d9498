import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { membersAfter } from '../../src/features/conversations/member-queries.ts'
import { pointersAfter } from '../../src/features/conversations/read-queries.ts'
import { findVisible } from '../../src/features/conversations/queries.ts'
import { audiences } from '../../src/features/presence/queries.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)
let server: TestServer
let ada: Account

const many = 20_000
const tables = ['users', 'conversations', 'members', 'blocks']

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  const { sql } = server
  for (const table of tables) await sql.unsafe(`alter table ${table} set (autovacuum_enabled = off)`)
  await sql`insert into users (username) select 'u' || g from generate_series(1, ${many}) g`
  await sql`insert into conversations (kind, slug, name, is_public) select 'room', 's' || g, 'r' || g, true from generate_series(1, ${many}) g`
  await sql`insert into conversations (kind, dm_low, dm_high) select 'dm', ${ada.id}, ${ada.id} + g from generate_series(1, 2000) g`
  // A large room, rooms of ada's, DMs of ada's, and rooms of others'.
  await sql`insert into members (conversation_id, user_id) select 1, ${ada.id} + g from generate_series(0, ${many}) g`
  await sql`insert into members (conversation_id, user_id) select id, ${ada.id} from conversations where id between 2 and 2000`
  await sql`insert into members (conversation_id, user_id) select c.id, p.id from conversations c, unnest(array[c.dm_low, c.dm_high]) p (id) where c.kind = 'dm'`
  await sql`insert into members (conversation_id, user_id) select 2001 + g, ${ada.id} + 1 + g from generate_series(1, ${many} - 3000) g`
})
afterAll(() => server.close())

interface Plan {
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: Plan[]
}

/** The rows that all steps of a plan together have looked at. */
const rowsOf = (plan: Plan): number =>
  plan['Actual Loops'] *
    (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Join Filter'] ?? 0)) +
  (plan.Plans ?? []).reduce((sum, each) => sum + rowsOf(each), 0)

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index)

// Each of these took hundreds of milliseconds, or seconds, until the tables were analysed, and the first also afterwards.
describe.each([
  ['before anything is analysed', false],
  ['once everything is', true],
])('%s', (_, analysed) => {
  beforeAll(async () => {
    if (analysed) await server.sql`analyze`
  })

  test.each([
    [
      '200 rooms to resume',
      () =>
        findVisible(
          server.sql,
          ada.id,
          numbers(200).map((room_id) => ({ room_id })),
        ),
      5_000,
    ],
    ['200 rooms to resume by slug', () => findVisible(server.sql, ada.id, numbers(200).map((id) => ({ room_id: `s${id}` }))), 5_000], // prettier-ignore
    ['who is told of 500 people', () => audiences(server.sql, numbers(500, ada.id), 200, [1]), 100_000],
    [
      'how far those on a page of a large room have read',
      () => pointersAfter(server.sql, 1, ada.id + 10_000, 50),
      2_000,
    ],
    ['a page of a large room', () => membersAfter(server.sql, 1, { rank: -1, user_id: 0 }, 50), 2_000],
  ] as const)('%s are found without looking at everybody', async (_name, query, most) => {
    const [row] = await server.sql`explain (analyze, format json) ${query()}`
    expect(rowsOf((row as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan)).toBeLessThan(most)
  })
})
