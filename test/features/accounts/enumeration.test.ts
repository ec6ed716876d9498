import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createPasswords } from '../../../src/features/accounts/passwords.ts'
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
        ...passwords,
        hash: (password, as) => {
          work.hashes++
          return passwords.hash(password, as)
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

async function workOf(run: () => Promise<{ status: number; headers: Headers; error?: unknown; data?: unknown }>) {
  Object.assign(work, { statements: [], hashes: 0 })
  const { status, headers, error } = await run()
  const retry_after = headers.get('retry-after')
  const { code, details, message } = (error ?? {}) as Record<string, unknown>
  return { status, code, details, message, retry_after, hashes: work.hashes, statements: [...work.statements] }
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
      statements: ['select', 'select', 'with'],
    })
    expect(await workOf(login('nobody'))).toEqual(known)
    // At home a failure is counted by itself, and costs the same.
    expect(await workOf(login('ada', 'a wrong one', '192.0.2.1'))).toEqual(known)
  })

  test('costs as much by an address that nobody has as by one of an account, of two, or of one at home', async () => {
    const one = await workOf(login('ada@example.org'))
    expect(one).toMatchObject({
      status: 401,
      code: 'INVALID_CREDENTIALS',
      hashes: 1,
      statements: ['select', 'with'],
    })
    expect(await workOf(login('nobody@example.org'))).toEqual(one)
    expect(await workOf(login('ada@example.org', 'a wrong one', '192.0.2.1'))).toEqual(one)
    for (const username of ['twin-1', 'twin-2'])
      await house.ask('POST /auth/register', {
        body: { username, password: `horse of ${username}`, email: 'twins@example.org' },
      })
    expect(await workOf(login('TWINS@example.org'))).toEqual(one)
    const right = await workOf(login('twins@example.org', 'horse of twin-1'))
    expect(await workOf(login('twins@example.org', 'horse of twin-2'))).toEqual(right)
    expect(right).toMatchObject({ status: 200, hashes: 1 })
  })

  test('after a change of the cost is as dear for as many names that nobody has as for accounts, always the same', async () => {
    const before = await openHouse()
    for (let n = 0; n < 4; n++) await before.register(`old-${n}`)
    const judged: string[] = []
    const dearer = createPasswords({ memory_kib: 2048, iterations: 1 })
    const after = await openHouse({
      kept: before.database,
      through: ({ sql }) => ({
        sql,
        passwords: {
          ...dearer,
          verify: (password, hash, decoy_cost) => {
            judged.push(hash?.slice(0, dearer.cost.length) ?? decoy_cost ?? dearer.cost)
            return dearer.verify(password, hash, decoy_cost)
          },
        },
      }),
    })
    const names = Array.from({ length: 40 }, (_, n) => `nobody-${n}`)
    const costs = async () => {
      judged.length = 0
      for (const username of names) await after.ask('POST /auth/login', { body: { username, password: 'a wrong one' } })
      return judged.map((cost) => (cost === dearer.cost ? 'today' : 'before'))
    }
    await after.accounts.learnCosts()
    expect(new Set(await costs())).toEqual(new Set(['before']))
    for (let n = 0; n < 2; n++) await after.login(`old-${n}`)
    await after.accounts.sweep()
    const half = await costs()
    expect(half.filter((cost) => cost === 'before').length).toBeWithin(8, 33)
    // By chance of the name, but not anew each time.
    await after.sql`delete from login_attempts`
    expect(await costs()).toEqual(half)
    for (let n = 2; n < 4; n++) await after.login(`old-${n}`)
    await after.accounts.sweep()
    await after.sql`delete from login_attempts`
    expect(new Set(await costs())).toEqual(new Set(['today']))
    await before.close()
  })

  test('locks a name that nobody has like one that somebody has, without a hash', async () => {
    for (const name of ['ada', 'phantom']) for (let time = 0; time < 3; time++) await login(name)()
    const [known, unknown] = [await workOf(login('ada')), await workOf(login('phantom'))]
    expect(known).toMatchObject({ status: 429, code: 'ACCOUNT_LOCKED', hashes: 0 })
    expect(unknown).toEqual(known)
  })

  test('by an address says nothing of the lock of a name, and the other way round, so neither tells whose address it is', async () => {
    await house.ask('POST /auth/register', {
      body: { username: 'linked', password: 'correct horse', email: 'linked@example.org' },
    })
    const stranger_2 = '198.51.100.8'
    for (let time = 0; time < 4; time++) await login('linked', 'a wrong one', stranger_2)()
    const [held, free] = ['linked@example.org', 'unlinked@example.org'].map((name) => login(name, 'a wrong one', stranger_2)) // prettier-ignore
    const [ofHeld, ofFree] = [await workOf(held!), await workOf(free!)]
    expect(ofHeld).toMatchObject({ status: 401, code: 'INVALID_CREDENTIALS' })
    expect(ofFree).toEqual(ofHeld)
    for (const [name, email] of [
      ['linked-2', 'linked-2@example.org'],
      ['linked-3', undefined],
    ] as const) {
      const body = { username: name, password: 'correct horse', ...(email !== undefined && { email }) }
      await house.ask('POST /auth/register', { body })
    }
    for (let time = 0; time < 4; time++) await login('linked-2@example.org', 'a wrong one', stranger_2)()
    expect(await workOf(login('linked-2', 'a wrong one', stranger_2))).toEqual(
      await workOf(login('linked-3', 'a wrong one', stranger_2)),
    )
  })

  test('locks an address that nobody has like one that somebody has, without a hash, to the second', async () => {
    const emails = ['ada@example.org', 'phantom@example.org']
    for (const email of emails) for (let time = 0; time < 4; time++) await login(email)()
    const [known, unknown] = await Promise.all(emails.map((email) => workOf(login(email))))
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
    (username: string, email?: string, ip = '203.0.113.1', password = 'correct horse') =>
    () =>
      house.ask('POST /auth/register', {
        body: { username, password, ...(email !== undefined && { email }) },
        ip,
      })

  test('hashes before it finds a name taken', async () => {
    for (const ask of [register('ADA'), register('new-1')]) expect((await workOf(ask)).hashes).toBe(1)
  })

  test('with an address that somebody has is as with a free one: the answer, the work, and signing in by it afterwards', async () => {
    const seen = []
    for (const [username, email] of [
      ['probe', 'ada@example.org'],
      ['guest', 'free@example.org'],
    ] as const) {
      const made = await workOf(register(username, email))
      const { data } = await house.ask('POST /auth/login', { body: { username: email, password: 'correct horse 2' } })
      expect(data).toBeUndefined()
      const own = await register(`${username}-2`, email, '203.0.113.1', 'a second horse')()
      const after = await house.ask('GET /users/me', { token: (own.data as { access_token: string }).access_token })
      const { user } = own.data as { user: { username: string; email: string; email_verified: boolean } }
      expect(user).toMatchObject({ username: `${username}-2`, email, email_verified: false })
      const by = await workOf(login(email, 'a second horse', '203.0.113.1'))
      seen.push({ made, by, after: { ...(after.data as object), id: 0, username: '', email: '', created_at: '' } })
    }
    expect(seen[0]?.made).toMatchObject({ status: 201, hashes: 1 })
    expect(seen[0]?.by).toMatchObject({ status: 200, hashes: 1 })
    expect(seen[1]).toEqual(seen[0])
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

  test('leaves no address in the trail', async () => {
    await house.audit.settle()
    const [all] = await house.sql<{ text: string }[]>`select string_agg(l::text, ' ') as text from audit_log l`
    expect(all?.text).not.toContain('example.org')
  })
})
