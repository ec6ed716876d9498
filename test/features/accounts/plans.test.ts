import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { accountsByEmail, accountsByHash, hashing, idsByEmail } from '../../../src/features/accounts/email-queries.ts'
import { costsInUse } from '../../../src/features/accounts/queries.ts'
import { listUsers } from '../../../src/features/admin/queries.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'

setDefaultTimeout(60_000)
const people = 30_000
const addresses = {
  'one address each': 'n',
  'nearly all with one address': `case when n < ${people / 10} then n else 0 end`,
  'forty with each address': `n % ${people / 40}`,
  'few with any, and nearly all of them with one': `case when n < 3 then n when n % 20 = 0 then 0 end`,
}

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await database.sql`
    insert into users (username, role, password_hash, password_changed_at)
    select 'u' || n, 'user', '$argon2id$v=19$m=1024,t=1,p=1$' || repeat('a', 43) || '$' || rpad(md5(n::text), 43, 'b'), now() from generate_series(1, ${people}) n`
  await database.sql`
    insert into sessions (user_id, ip, expires_at) select u.id, '198.51.100.9', now() + interval '1 day' from users u, generate_series(1, 3)`
  await database.sql`analyze sessions`
})
afterAll(() => database.drop())

const planOf = async (query: PromiseLike<unknown>): Promise<string> => {
  const rows = (await database.sql`explain ${query as never}`) as unknown as Record<string, string>[]
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

const indexes = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const among = { network: '198.51.100.9', since: new Date(0), strangers: true }
const known = { ...among, strangers: false }
const asked: [string, () => PromiseLike<unknown>][] = [
  ['how an address is hashed', () => hashing(database.sql, indexes)],
  ['its accounts', () => accountsByEmail(database.sql, indexes, 100)],
  ['their ids', () => idsByEmail(database.sql, indexes, 100)],
  ['whose password it is', () => accountsByHash(database.sql, indexes, ['x', 'y'], among)],
  [
    'whose it is, to an administrator',
    () =>
      listUsers(database.sql, {
        sought: { email_indexes: indexes },
        role: undefined,
        status: undefined,
        after: 0,
        limit: 51,
      }),
  ],
  ['whose it is of those known', () => accountsByHash(database.sql, indexes, ['x', 'y'], known)],
]

test.each(Object.entries(addresses))('with %s, all that a sign-in asks is found by indexes', async (_, index) => {
  await database.sql.unsafe(
    `update users u set email_index = sha256((${index})::text::bytea) from (select id, substr(username, 2)::int as n from users) o where o.id = u.id`,
  )
  await database.sql.unsafe('vacuum analyze users')
  for (const [what, ask] of asked) {
    const plan = await planOf(ask())
    expect([what, plan]).toEqual([what, expect.stringContaining('user_email_idx')])
    expect([what, plan]).toEqual([
      what,
      expect.not.stringMatching(/Seq Scan on (users|sessions)|users_pkey[^\n]*\n(?! *Index Cond)/),
    ])
  }
})

test('however many accounts somebody makes with one address, and one password, no look-up is long', async () => {
  const { sql } = database
  const email_index = Buffer.alloc(32, 3)
  const hash = '$argon2id$v=19$m=1024,t=1,p=1$aaaa$bbbb'
  await sql`update users set email_index = ${email_index}, password_hash = ${hash}`
  for (const [what, query] of [
    ['how an address is hashed', hashing(sql, [email_index])],
    ['its accounts', accountsByEmail(sql, [email_index], 100)],
    ['their ids', idsByEmail(sql, [email_index], 100)],
    ['whose password it is', accountsByHash(sql, [email_index], [hash], among)],
    ['whose it is of those known', accountsByHash(sql, [email_index], [hash], { ...known, network: '192.0.2.1' })],
  ] as const) {
    const rows = (await sql`explain (analyze, timing off) ${query as never}`) as unknown as Record<string, string>[]
    // The index may be read as a whole, which is short.
    const steps = rows.map((row) => row['QUERY PLAN'] ?? '').filter((step) => !step.includes('Bitmap Index Scan'))
    const read = steps.map((step) => Number(/actual rows=(\d+)/.exec(step)?.[1] ?? 0))
    expect(Math.max(...read)).toBeGreaterThan(0)
    expect([what, Math.max(...read) <= 1_000]).toEqual([what, true])
  }
})

test('costs are counted without a regular expression for each account, and only those of our form', async () => {
  const { sql } = database
  const odd = [
    '$2b$04$abc',
    '$argon2id$v=19$m=1024,t=1,p=1,keyid=1$aaaa$bbbb',
    '$argon2id$v=19$',
    '$argon2i$v=19$m=1,t=1,p=1$a$b',
  ]
  await sql`update users set password_hash = (${odd}::text[])[id % 10 + 1]`
  await sql`update users set password_hash = '$argon2id$v=19$m=1024,t=1,p=1$aaaa$bbbb' where username in ('u1', 'u2')`
  await sql`update users set password_hash = '$argon2id$v=19$m=2048,t=1,p=1$aaaa$bbbb' where username in ('u3', 'u4')`
  await sql`update users set status = 'deleted' where username = 'u4'`
  expect([...(await costsInUse(sql))]).toEqual([
    { cost: '$argon2id$v=19$m=1024,t=1,p=1$', accounts: 2 },
    { cost: '$argon2id$v=19$m=2048,t=1,p=1$', accounts: 1 },
  ])
  const [ofEach] = /Seq Scan on users.*\n *Filter.*/.exec(await planOf(costsInUse(sql))) ?? []
  expect(ofEach).toBeString()
  expect(ofEach).not.toMatch(/substring| ~ /)
})
