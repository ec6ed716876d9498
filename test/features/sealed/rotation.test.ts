import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { sealedColumns } from '../../../src/app/sealed-columns.ts'
import { createRotation } from '../../../src/features/sealed/index.ts'
import { createVault } from '../../../src/platform/crypto/index.ts'
import { codeAt } from '../accounts/authenticator.ts'
import { openHouse, type Pair } from '../accounts/house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(60_000)

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`
const [old_key, new_key] = [key('k1', 1), key('k2', 2)]
const secret = 'a secret of more than thirty-two characters'
const people = 24

let house: Awaited<ReturnType<typeof openHouse>>
let factor: { secret: string; backup_codes: string[] }
beforeAll(async () => {
  house = await openHouse({ keys: [old_key] })
  for (let n = 0; n < people; n++)
    await house.accounts.create({
      username: `p${n}`,
      password: 'correct horse',
      role: 'user',
      email: `p${n}@example.org`,
    })
  const { access_token: token } = (await house.login('p0')).data as Pair
  factor = (await house.ask('POST /auth/2fa/enable', { token, body: { password: 'correct horse' } })).data
  const totp_code = codeAt(factor.secret, house.clock.now())
  expect((await house.ask('POST /auth/2fa/confirm', { token, body: { totp_code } })).status).toBe(200)
  await house.accounts.issueResetFor('p1')
  house.advance(60_000)
})
afterAll(() => house.close())

const rotationWith = (keys: string[], batch = 5) =>
  createRotation({ sql: house.sql, vault: createVault({ keys, secret }), columns: sealedColumns, batch })

/** The database as a dump has it: every column of every table, as text and, where they are bytes, as the bytes themselves. */
async function dump(): Promise<string> {
  const columns = await house.sql<{ table_name: string; column_name: string; data_type: string }[]>`
    select table_name, column_name, data_type from information_schema.columns
    where table_schema = 'public' order by table_name, ordinal_position`
  const parts: string[] = []
  for (const { table_name, column_name, data_type } of columns) {
    const rows = await house.sql<{ text: string | null }[]>`
      select ${house.sql(column_name)}::text as text from ${house.sql(table_name)}`
    for (const { text } of rows) {
      parts.push(text ?? '')
      if (data_type === 'bytea' && text !== null) parts.push(Buffer.from(text.slice(2), 'hex').toString('latin1'))
    }
  }
  return parts.join('\n')
}

test('a dump shows no address, secret, code, token or password', async () => {
  const pair = (
    await house.ask('POST /auth/login', {
      body: { username: 'p2', password: 'correct horse' },
    })
  ).data as Pair
  const { ticket } = (await house.ask('POST /auth/ws-ticket', { token: pair.access_token })).data as { ticket: string }
  const { reset_token } = await house.accounts.issueResetFor('p3')
  await house.login('p0', { totp_code: '000000' })
  await house.audit.settle()
  const text = await dump()
  // It is a dump: what is no secret is in it.
  expect(text).toContain('p2')
  expect(text).toContain('$argon2id$')
  const lines = JSON.stringify(house.log.lines)
  const base32 = Buffer.from(factor.secret)
  for (const hidden of [
    'example.org',
    'correct horse',
    factor.secret,
    base32.toString('hex'),
    ...factor.backup_codes,
    ...factor.backup_codes.map((code) => code.replace('-', '')),
    pair.access_token,
    pair.access_token.split('.')[2] ?? '',
    pair.refresh_token,
    ticket,
    reset_token,
    secret,
    Buffer.alloc(32, 1).toString('base64'),
    Buffer.alloc(32, 1).toString('latin1'),
  ]) {
    expect(text.includes(hidden)).toBe(false)
    expect(lines.includes(hidden)).toBe(false)
  }
})

test('the status says how many are under which key', async () => {
  expect(await rotationWith([new_key, old_key]).status()).toEqual([
    { name: 'e-mail addresses', column: 'users.email_encrypted', key_id: 'k1', rows: people },
    { name: 'second factors', column: 'second_factors.secret', key_id: 'k1', rows: 1 },
  ])
})

test('without the key nothing is changed, and it says how many it could not read', async () => {
  const before = await dump()
  let last
  for await (const progress of rotationWith([new_key]).rotate()) last = progress
  expect(last).toEqual({ name: 'second factors', column: 'second_factors.secret', rotated: 0, unreadable: 1 })
  expect(await dump()).toBe(before)
})

test('it may be stopped anywhere and goes on from there', async () => {
  for await (const progress of rotationWith([new_key, old_key]).rotate()) {
    expect(progress).toEqual({ name: 'e-mail addresses', column: 'users.email_encrypted', rotated: 5, unreadable: 0 })
    break
  }
  expect(await rotationWith([new_key, old_key]).status()).toMatchObject([
    { key_id: 'k1', rows: people - 5 },
    { key_id: 'k2', rows: 5 },
    { key_id: 'k1', rows: 1 },
  ])
})

test('servers that know both keys go on meanwhile: people sign in by address, those of one address each with their own password', async () => {
  const both = await openHouse({ kept: house.database, keys: [new_key, old_key] })
  const before = await openHouse({ kept: house.database, keys: [old_key, new_key] })
  const rotating = (async () => {
    const counts = []
    for await (const progress of rotationWith([new_key, old_key], 1).rotate()) counts.push(progress.rotated)
    return counts
  })()
  const statuses: number[] = []
  const ask = async (server: typeof both, n: number) => {
    const login = await server.ask('POST /auth/login', {
      body: { username: `P${n}@example.org`, password: 'correct horse' },
      ip: `203.0.113.${n}`,
    })
    const email = `p${n}@example.org`
    const password = `horse ${n} of ${crypto.randomUUID()}`
    const made = await server.ask('POST /auth/register', {
      body: { username: `again${n}-${server === both ? 'both' : 'before'}`, password, email },
      ip: `203.0.113.${n}`,
    })
    const second = await server.ask('POST /auth/login', {
      body: { username: email, password },
      ip: `203.0.113.${n}`,
    })
    expect(second.data).toMatchObject({ user: { id: (made.data as Pair).user.id } })
    statuses.push(login.status, made.status)
  }
  for (let n = 1; n < people; n++) await Promise.all([ask(both, n), ask(before, n)])
  await rotating
  expect(statuses).toEqual(Array.from({ length: (people - 1) * 4 }, (_, at) => (at % 2 === 0 ? 200 : 201)))
  // Two servers that index under different keys meet over one new address.
  for (let n = 0; n < 10; n++) {
    const email = `race${n}@example.org`
    const servers = [both, before, both, before]
    const made = await Promise.all(
      servers.map((server, at) =>
        server.ask('POST /auth/register', {
          body: { username: `race${n}-${at}`, password: `correct horse ${at}`, email },
          ip: `198.51.100.${n * 4 + at}`,
        }),
      ),
    )
    for (const [at, { data }] of made.entries()) {
      const body = { username: email, password: `correct horse ${at}` }
      const login = await servers[3 - at]!.ask('POST /auth/login', { body, ip: `192.0.2.${n * 4 + at}` })
      expect((login.data as Pair).user.id).toBe((data as Pair).user.id)
    }
  }
})

describe('after it', () => {
  test('everything is under the new key, and doing it again does nothing', async () => {
    for await (const { name, rotated } of rotationWith([new_key, old_key]).rotate())
      if (name === 'second factors') expect(rotated).toBe(0)
    const again = await dump()
    for await (const { rotated } of rotationWith([new_key, old_key]).rotate()) expect(rotated).toBe(0)
    expect(await dump()).toBe(again)
    const status = await rotationWith([new_key, old_key]).status()
    expect(new Set(status.map(({ key_id }) => key_id))).toEqual(new Set(['k2']))
  })

  test('the old key can go: signing in by address, by TOTP and by backup code still works', async () => {
    const after = await openHouse({ kept: house.database, keys: [new_key] })
    after.advance(120_000)
    const login = (username: string, totp_code?: string) =>
      after.ask('POST /auth/login', {
        body: { username, password: 'correct horse', ...(totp_code !== undefined && { totp_code }) },
      })
    const answer = await login('p7@example.org')
    expect([answer.status, (answer.data as Pair).user.email]).toEqual([200, 'p7@example.org'])
    expect((await login('p0@example.org')).error.code).toBe('TWO_FACTOR_REQUIRED')
    expect((await login('p0@example.org', codeAt(factor.secret, after.clock.now()))).status).toBe(200)
    expect((await login('p0', factor.backup_codes[0])).status).toBe(200)
  })
})

test("another user's sealed secret does not open as one's own", async () => {
  const { id } = await house.accounts.create({ username: 'thief', password: 'correct horse', role: 'user' })
  await house.sql`
    insert into second_factors (user_id, secret, confirmed_at)
    select ${id}, secret, now() from second_factors where user_id <> ${id} limit 1`
  const counts = []
  for await (const { unreadable } of rotationWith([key('k3', 3), new_key]).rotate()) counts.push(unreadable)
  expect(counts.at(-1)).toBe(1)
})
