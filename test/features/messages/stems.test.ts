import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createStemmer } from '../../../src/features/messages/stems.ts'
import { firstWords } from '../../../src/features/messages/words.ts'
import { connect, type Sql } from '../../../src/platform/db/index.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'

let database: TestDatabase
let session: Sql

beforeAll(async () => {
  database = await createDatabase()
  session = connect({ url: database.url, max: 1, connect_timeout: 5_000, query_timeout: 5_000 })
})
afterAll(async () => {
  await session.end()
  await database.drop()
})

/** How often the session asked for stems. */
async function asked(): Promise<number> {
  const [row] = await session<{ times: number }[]>`
    select coalesce(sum(generic_plans + custom_plans), 0)::integer as times from pg_prepared_statements where statement like '%ts_lexize%' and statement not like '%sum(%'`
  return row?.times ?? 0
}

test('who asks for a word learns those beside it, and does not ask for them again', async () => {
  const stemmer = createStemmer()
  const page = firstWords('Running dogs, que nous mangeons')
  await stemmer.stems(session, page.slice(0, 1), page)
  expect(await asked()).toBe(1)
  const stems = await stemmer.stems(session, page)
  for (const [index, stem] of ['run', 'dog', 'que', 'nous', 'mangeon'].entries())
    expect(stems(page[index]!)).toContain(stem)
  expect(await asked()).toBe(1)
})

test('words beside known ones are not asked for, and of very many only some are', async () => {
  const stemmer = createStemmer()
  const before = await asked()
  const [known] = firstWords('known')
  await stemmer.stems(session, [known!])
  await stemmer.stems(session, [known!], firstWords('unknown'))
  expect((await asked()) - before).toBe(1)
  const many = firstWords(Array.from({ length: 2_000 }, (_, n) => `word${'abcdefghijklmnopqrst'[n % 20]}${'x'.repeat(1 + (n % 30))}${'abcdefghij'[n % 10]}${'klmnopqrst'[Math.floor(n / 200)]}`).join(' ')) // prettier-ignore
  await stemmer.stems(session, firstWords('another'), many)
  expect((await asked()) - before).toBe(2)
  // What was not learned along is learned when it is needed.
  const stems = await stemmer.stems(session, many)
  expect((await asked()) - before).toBe(3)
  expect(many.every((word) => stems(word).length > 0)).toBe(true)
})
