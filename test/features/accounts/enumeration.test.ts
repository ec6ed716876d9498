import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Sql } from '../../../src/platform/db/index.ts'
import { openHouse } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

/** What one request did: statements sent, and passwords hashed or compared. */
const work = { statements: [] as string[], hashes: 0 }

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse({
    through: ({ sql, passwords }) => ({
      sql: counting(sql),
      passwords: {
        hash: (password) => {
          work.hashes++
          return passwords.hash(password)
        },
        verify: (password, hash) => {
          work.hashes++
          return passwords.verify(password, hash)
        },
      },
    }),
  })
  await house.ask('POST /auth/register', {
    body: { username: 'ada', password: 'correct horse', email: 'ada@example.org' },
  })
})
afterAll(() => house.close())

/** The real thing, with its statements noted by their first words. Fragments are not statements. */
function counting(sql: Sql): Sql {
  const note = (strings: unknown) => {
    const first = Array.isArray(strings) ? String(strings[0]) : ''
    const verb = /^\s*(select|insert|update|delete|with)\b/.exec(first)?.[1]
    if (verb !== undefined) work.statements.push(verb)
  }
  return new Proxy(sql, {
    apply: (target, self, args: unknown[]) => {
      note(args[0])
      return Reflect.apply(target, self, args) as unknown
    },
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown
      if (name !== 'begin') return value
      return (run: (tx: Sql) => Promise<unknown>) => target.begin((tx) => run(counting(tx as unknown as Sql)))
    },
  })
}

async function workOf(run: () => Promise<{ status: number; error?: unknown; data?: unknown }>) {
  Object.assign(work, { statements: [], hashes: 0 })
  const { status, error } = await run()
  const { code, details, message } = (error ?? {}) as Record<string, unknown>
  return { status, code, details, message, hashes: work.hashes, statements: [...work.statements] }
}

const stranger = '198.51.100.7'
const login =
  (username: string, password = 'a wrong one', ip = stranger) =>
  () =>
    house.ask('POST /auth/login', { body: { username, password }, ip })

describe('signing in', () => {
  test('costs as much for a name that nobody has as for a wrong password: hashes, statements, writes', async () => {
    const known = await workOf(login('ada'))
    expect(known).toMatchObject({
      status: 401,
      code: 'INVALID_CREDENTIALS',
      hashes: 1,
      statements: ['select', 'select', 'update'],
    })
    for (const nobody of ['nobody', 'nobody@example.org', 'ada@example.com'])
      expect(await workOf(login(nobody))).toEqual(known)
    expect(await workOf(login('ADA@example.org'))).toEqual(known)
    // At home a failure is counted elsewhere, and costs the same.
    expect(await workOf(login('ada', 'a wrong one', '192.0.2.1'))).toEqual(known)
  })

  test('locks a name that nobody has like one that somebody has, without a hash', async () => {
    for (const name of ['ada', 'phantom']) for (let time = 0; time < 3; time++) await login(name)()
    const [known, unknown] = [await workOf(login('ada')), await workOf(login('phantom'))]
    expect(known).toMatchObject({ status: 429, code: 'ACCOUNT_LOCKED', hashes: 0 })
    expect(unknown).toEqual(known)
  })
})

test('a forgotten password costs as much for nobody as for somebody, also once there were too many', async () => {
  const forgot = (username: string) => () =>
    house.ask('POST /auth/password/forgot', { body: { username }, ip: stranger })
  const known = await workOf(forgot('ada'))
  expect(known).toMatchObject({ status: 202, hashes: 0, statements: ['select'] })
  for (let time = 0; time < 6; time++)
    for (const name of ['ada', 'nobody', 'ada@example.org', 'x@example.org'])
      expect(await workOf(forgot(name))).toEqual(known)
})

test('a reset by any token that is not good costs the same', async () => {
  const reset = (token: string) => () =>
    house.ask('POST /auth/password/reset', { body: { token, new_password: 'battery staple' }, ip: stranger })
  const { id } = (await house.accounts.create({ username: 'bob', password: null, role: 'user' })) as { id: number }
  await house.accounts.promote('ada', 'admin')
  const { reset_token: used } = await house.accounts.issueResetFor('bob')
  await reset(used)()
  const { reset_token: old } = await house.accounts.issueResetFor('bob')
  await house.sql`update password_resets set expires_at = now() - interval '1 second' where user_id = ${id}`
  const unknown = await workOf(reset('x'.repeat(43)))
  expect(unknown).toMatchObject({ status: 401, code: 'INVALID_TOKEN', hashes: 0, statements: ['select'] })
  for (const token of [used, old]) expect(await workOf(reset(token))).toEqual(unknown)
})

describe('registering', () => {
  const register =
    (username: string, email?: string, ip = '203.0.113.1') =>
    () =>
      house.ask('POST /auth/register', {
        body: { username, password: 'correct horse', ...(email !== undefined && { email }) },
        ip,
      })

  test('hashes before it finds a name or an address taken', async () => {
    for (const ask of [register('ADA'), register('new-1'), register('new-2', 'ada@example.org', '203.0.113.9')])
      expect((await workOf(ask)).hashes).toBe(1)
  })

  test('tells one client address of few e-mail addresses in use, and then nothing of any, taken or free', async () => {
    const conflicts = []
    for (let n = 0; n < 5; n++) conflicts.push((await register(`probe${n}`, 'ada@example.org')()).error.code)
    expect(conflicts).toEqual(Array(5).fill('RESOURCE_CONFLICT'))
    const [taken, free] = [
      await workOf(register('probe6', 'ada@example.org')),
      await workOf(register('probe7', 'free@example.org')),
    ]
    expect(taken).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED', hashes: 0 })
    expect(free).toEqual(taken)
    expect((await register('probe8')()).status).toBe(201)
    expect((await register('probe9', 'probe9@example.org', '203.0.113.2')()).status).toBe(201)
  })

  test('tells no more when it is asked at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => register(`burst${n}`, 'ada@example.org', '203.0.113.3')()),
    )
    expect(answers.filter(({ error }) => error.code === 'RESOURCE_CONFLICT')).toHaveLength(5)
    expect(answers.filter(({ error }) => error.code === 'RATE_LIMIT_EXCEEDED')).toHaveLength(15)
  })

  test('with any address, taken or free, meets one refusal without work where only the operator gives them', async () => {
    const closed = await openHouse({ settings: { user_emails: false } })
    await closed.accounts.create({ username: 'ada', password: 'correct horse', role: 'user', email: 'ada@example.org' })
    const probe = async (username: string, email?: string) => {
      const { status, error } = await closed.ask('POST /auth/register', {
        body: { username, password: 'correct horse', ...(email !== undefined && { email }) },
      })
      return { status, ...error, request_id: '', timestamp: '' }
    }
    const taken = await probe('probe', 'ada@example.org')
    expect(taken).toMatchObject({ status: 403, code: 'FEATURE_DISABLED', details: { field: 'email' } })
    // More often than addresses in use are told where people give them.
    for (let time = 0; time < 8; time++)
      for (const email of ['ada@example.org', 'free@example.org']) expect(await probe('probe', email)).toEqual(taken)
    expect((await probe('probe')).status).toBe(201)
    await closed.close()
  })

  test('with free addresses is never held back', async () => {
    for (let n = 0; n < 12; n++)
      expect((await register(`free${n}`, `free${n}@example.org`, '203.0.113.4')()).status).toBe(201)
  })

  test('with an address in use is in the trail, without the address', async () => {
    await house.audit.settle()
    const rows = await house.sql<{ details: object }[]>`
      select details from audit_log where action = 'user.register' and outcome = 'failure' and host(ip) = '203.0.113.3'`
    expect(rows.map(({ details }) => details)).toEqual(
      Array.from({ length: 5 }, () => ({ code: 'RESOURCE_CONFLICT', field: 'email' })),
    )
    const [all] = await house.sql<{ text: string }[]>`select string_agg(l::text, ' ') as text from audit_log l`
    expect(all?.text).not.toContain('example.org')
  })
})
