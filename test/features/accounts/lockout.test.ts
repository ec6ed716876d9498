import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { AppError } from '../../../src/kernel/errors.ts'
import { createPasswords } from '../../../src/features/accounts/passwords.ts'
import { eventually } from '../../services/eventually.ts'
import { openHouse } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const home = '192.0.2.1'
const stranger = '198.51.100.7'
const login = (username: string, password: string, ip: string) =>
  house.ask('POST /auth/login', { body: { username, password }, ip })

async function fail(username: string, times: number, ip: string) {
  for (let time = 0; time < times; time++)
    expect((await login(username, 'a wrong one', ip)).error.code).toBe('INVALID_CREDENTIALS')
}

/** Where attackers come from who have more addresses than one. */
const elsewhere = ['198.18.1.1', '198.18.2.1', '198.18.3.1']

/** Locks it, and uses up what others may try in the lock. */
async function lock(username: string, at = house) {
  for (const ip of [stranger, stranger, stranger, ...elsewhere])
    await at.ask('POST /auth/login', { body: { username, password: 'a wrong one' }, ip })
}

test('after the allowed failures the account is locked for who failed, even with the right password', async () => {
  await house.register('ada')
  await fail('ada', 3, stranger)
  const answer = await login('ada', 'correct horse', stranger)
  expect([answer.status, answer.error.code]).toEqual([429, 'ACCOUNT_LOCKED'])
  expect(Number(answer.headers.get('retry-after'))).toBeWithin(890, 901)
})

test('whoever locks an account does not keep its owner out', async () => {
  expect((await login('ada', 'correct horse', home)).status).toBe(200)
  expect((await login('ada', 'correct horse', stranger)).error.code).toBe('ACCOUNT_LOCKED')
})

test('in a lock each address that has no part in it has one try, and all of them as many as the count had', async () => {
  await house.register('abe')
  await fail('abe', 2, stranger)
  await fail('abe', 1, elsewhere[0]!)
  // It had a part.
  expect((await login('abe', 'correct horse', elsewhere[0]!)).error.code).toBe('ACCOUNT_LOCKED')
  await fail('abe', 1, elsewhere[1]!)
  const again = await login('abe', 'correct horse', elsewhere[1]!)
  expect([again.status, again.error.code]).toEqual([429, 'ACCOUNT_LOCKED'])
  expect(Number(again.headers.get('retry-after'))).toBeWithin(890, 901)
  // A right one uses nothing up, and ends the lock for nobody else.
  for (let time = 0; time < 5; time++)
    expect((await login('abe', 'correct horse', `203.0.113.${time}`)).status).toBe(200)
  expect((await login('abe', 'correct horse', stranger)).error.code).toBe('ACCOUNT_LOCKED')
  await fail('abe', 1, elsewhere[2]!)
  await fail('abe', 1, '198.18.4.1')
  expect((await login('abe', 'correct horse', '198.18.5.1')).error.code).toBe('ACCOUNT_LOCKED')
  expect((await login('abe', 'correct horse', '203.0.113.1')).status).toBe(200)
})

test('what was right, or not judged, before the lock takes nobody their try in it', async () => {
  const { flooded, flood } = await openFlooded()
  await flooded.register('ada')
  const ask = (ip: string, password = 'correct horse') =>
    flooded.ask('POST /auth/login', { body: { username: 'ada', password }, ip })
  flood(true)
  expect((await ask('203.0.113.1')).error.code).toBe('SERVICE_UNAVAILABLE')
  flood(false)
  // A neighbour in its /48.
  expect((await ask('2001:db8:9:1::1')).status).toBe(200)
  for (let time = 0; time < 3; time++) await ask(stranger, 'a wrong one')
  for (const ip of ['203.0.113.1', '2001:db8:9:2::1']) expect([ip, (await ask(ip)).status]).toEqual([ip, 200])
  expect((await ask(stranger)).error.code).toBe('ACCOUNT_LOCKED')
  await flooded.close()
})

test('a right one among the last that are allowed makes the count of others last no longer', async () => {
  const own = await openHouse()
  await own.register('ada')
  const ask = (password: string, ip: string) => own.ask('POST /auth/login', { body: { username: 'ada', password }, ip })
  for (let time = 0; time < 2; time++) await ask('a wrong one', stranger)
  own.advance(840_000)
  expect((await ask('correct horse', '203.0.113.1')).status).toBe(200)
  own.advance(61_000)
  for (let time = 0; time < 2; time++) expect((await ask('a wrong one', stranger)).status).toBe(401)
  expect((await ask('correct horse', stranger)).status).toBe(200)
  await own.close()
})

test('what is taken back late is taken back of its own count, and gives none of the next one', async () => {
  let hold: Promise<void> | null = null
  const held = await openHouse({
    through: ({ sql, passwords }) => ({
      sql,
      passwords: {
        ...passwords,
        verify: async (...given) => {
          if (hold === null) return passwords.verify(...given)
          await hold
          throw new AppError('SERVICE_UNAVAILABLE')
        },
      },
    }),
  })
  await held.register('ada')
  const ask = (ip: string) => held.ask('POST /auth/login', { body: { username: 'ada', password: 'a wrong one' }, ip })
  let go = () => {}
  hold = new Promise((resolve) => (go = resolve))
  const late = [ask('198.18.0.1'), ask('198.18.0.2')]
  await eventually('both are counted', async () => {
    const [row] = await held.sql<{ failures: number }[]>`select failures from login_attempts`
    return row?.failures === 2
  })
  hold = null
  held.advance(901_000)
  for (let time = 0; time < 2; time++) expect((await ask(stranger)).status).toBe(401)
  go()
  for (const { status } of await Promise.all(late)) expect(status).toBe(503)
  expect((await ask(stranger)).status).toBe(401)
  expect((await ask(stranger)).status).toBe(429)
  await held.close()
})

test('a name counts as one however it is written, and what the database would take for the same finds nobody', async () => {
  await house.register('mississippi')
  const spellings = ['mississippi', 'MISSISSIPPI', 'Mississippi']
  for (const name of spellings) await fail(name, 1, stranger)
  for (const name of spellings) expect((await login(name, 'correct horse', stranger)).error.code).toBe('ACCOUNT_LOCKED')
  // Lower case of this is i in some databases.
  for (const name of ['m\u0130ssissippi', 'miss\u0130ssippi'])
    expect((await login(name, 'correct horse', '203.0.113.70')).error.code).toBe('INVALID_CREDENTIALS')
})

test('of IPv6 that one try is of a /48, as one customer may have all of its /64', async () => {
  await house.register('abby')
  await fail('abby', 3, '2001:db8:7:1::1')
  expect((await login('abby', 'correct horse', '2001:db8:7:2::1')).error.code).toBe('ACCOUNT_LOCKED')
  expect((await login('abby', 'correct horse', '2001:db8:8:2::1')).status).toBe(200)
})

test('who uses up their one try waits no longer than the lock', async () => {
  const phone = '203.0.113.50'
  await house.register('amy')
  await fail('amy', 3, stranger)
  await fail('amy', 1, phone)
  expect((await login('amy', 'correct horse', phone)).error.code).toBe('ACCOUNT_LOCKED')
  house.advance(901_000)
  await fail('amy', 3, stranger)
  expect((await login('amy', 'correct horse', phone)).status).toBe(200)
})

test('what was counted is counted after a restart, and on every server, for names and for nobody', async () => {
  const one = await openHouse()
  const other = await openHouse({ kept: one.database })
  await one.register('ann')
  const wrong = async (at: typeof one, username: string) =>
    (await at.ask('POST /auth/login', { body: { username, password: 'a wrong one' }, ip: stranger })).status
  for (const name of ['ann', 'nobody-at-all']) {
    const seen = []
    for (const at of [one, one, other, other, one]) seen.push(await wrong(at, name))
    expect([name, seen]).toEqual([name, [401, 401, 401, 429, 429]])
  }
  await one.close()
})

test('counts that are over are swept, and no name can be read from one', async () => {
  await fail('a secret in the wrong field', 1, stranger)
  const rows = await house.sql<{ row: string }[]>`select row_to_json(a)::text as row from login_attempts a`
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toContain('secret')
  expect(JSON.stringify(rows)).not.toContain(Buffer.from('a secret').toString('hex'))
  await house.accounts.sweep()
  expect(await house.sql`select from login_attempts where until > now()`).not.toHaveLength(0)
  house.advance(901_000)
  await house.accounts.sweep()
  expect(await house.sql`select from login_attempts`).toHaveLength(0)
})

test('attempts during the lock do not make it longer, and it ends', async () => {
  await fail('ada', 3, stranger)
  house.advance(800_000)
  for (let time = 0; time < 5; time++) await login('ada', 'a wrong one', stranger)
  expect((await login('ada', 'correct horse', stranger)).error.code).toBe('ACCOUNT_LOCKED')
  house.advance(101_000)
  expect((await login('ada', 'correct horse', stranger)).status).toBe(200)
})

test('after a lock the count begins anew', async () => {
  await house.register('bob')
  await fail('bob', 3, stranger)
  house.advance(901_000)
  await fail('bob', 2, stranger)
  expect((await login('bob', 'correct horse', stranger)).status).toBe(200)
})

test('a success is no failure, and forgets none: not even of the address that it came from, which others may share', async () => {
  await house.register('carol')
  await fail('carol', 2, stranger)
  expect((await login('carol', 'correct horse', stranger)).status).toBe(200)
  for (const wrong of [2, 1]) {
    await fail('carol', wrong, stranger)
    const then = await login('carol', 'correct horse', stranger)
    expect([wrong, then.status]).toEqual([wrong, wrong === 2 ? 200 : 429])
  }
})

test('a success forgets no failures of others, who would else have new guesses by it', async () => {
  await house.register('cleo')
  await fail('cleo', 2, stranger)
  for (const ip of [home, '203.0.113.60', home]) expect((await login('cleo', 'correct horse', ip)).status).toBe(200)
  await fail('cleo', 1, stranger)
  expect((await login('cleo', 'correct horse', stranger)).error.code).toBe('ACCOUNT_LOCKED')
})

test('an address that knows the account is counted by itself, and locked by itself', async () => {
  await house.register('dave')
  await fail('dave', 3, home)
  expect((await login('dave', 'correct horse', home)).error.code).toBe('ACCOUNT_LOCKED')
  expect((await login('dave', 'correct horse', stranger)).status).toBe(200)
})

test('of IPv6 an address that knows the account is a /64, as a device takes another address of it every day', async () => {
  const [ours, theirs] = ['2001:db8:0:1', '2001:db8:0:2']
  await house.ask('POST /auth/register', { body: { username: 'ivy', password: 'correct horse' }, ip: `${ours}::1` })
  await lock('ivy')
  expect((await login('ivy', 'correct horse', `${theirs}::1`)).error.code).toBe('ACCOUNT_LOCKED')
  expect((await login('ivy', 'correct horse', `${ours}:aaaa::2`)).status).toBe(200)
  for (let time = 1; time <= 3; time++) await fail('ivy', 1, `${ours}:bbbb::${time}`)
  expect((await login('ivy', 'correct horse', `${ours}::4`)).error.code).toBe('ACCOUNT_LOCKED')
})

/** A house whose hashes are all taken while it is flooded. */
async function openFlooded() {
  let full = false
  const through: NonNullable<Parameters<typeof openHouse>[0]>['through'] = ({ sql, passwords }) => {
    const refusing = createPasswords({ memory_kib: 1024, iterations: 1, concurrency: 0, queue: 0 })
    return { sql, passwords: { ...passwords, verify: (...given) => (full ? refusing : passwords).verify(...given) } }
  }
  return { flooded: await openHouse({ through }), flood: (now: boolean) => void (full = now) }
}

test('what a flood of sign-ins puts off is no failure of who is at home', async () => {
  const { flooded, flood } = await openFlooded()
  await flooded.register('ada')
  flood(true)
  for (let time = 0; time < 5; time++)
    expect((await flooded.login('ada')).error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
  flood(false)
  expect((await flooded.login('ada')).status).toBe(200)
  await flooded.close()
})

test('guesses made in parallel are counted before they are judged, from however many addresses', async () => {
  await house.register('eve')
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, n) => login('eve', 'a wrong one', `198.18.0.${n % 2 === 0 ? 1 : n}`)),
  )
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(6)
  expect((await login('eve', 'correct horse', stranger)).error.code).toBe('ACCOUNT_LOCKED')
})

test('an address is known for ninety days', async () => {
  const old = await openHouse()
  const body = { username: 'ada', password: 'correct horse', email: 'ada@example.org' }
  await old.ask('POST /auth/register', { body, ip: home })
  const codes = async (ip: string) => {
    const seen = []
    for (const username of [body.username, body.email])
      seen.push((await old.ask('POST /auth/login', { body: { ...body, username }, ip })).status)
    return seen
  }
  const lockBoth = async () => {
    for (const username of [body.username, body.email]) await lock(username, old)
  }
  await lockBoth()
  expect(await codes('203.0.113.9')).toEqual([429, 401])
  old.advance(89 * 86_400_000)
  await lockBoth()
  expect(await codes('203.0.113.9')).toEqual([429, 401])
  await old.sql`update sessions set created_at = created_at - interval '2 days'`
  expect(await codes(home)).toEqual([429, 401])
  await old.sql`update sessions set created_at = created_at + interval '2 days'`
  expect(await codes(home)).toEqual([200, 200])
  await old.close()
})

test('many right logins at once all succeed', async () => {
  await house.register('fay')
  const answers = await Promise.all(Array.from({ length: 12 }, () => login('fay', 'correct horse', stranger)))
  expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200))
  // And where the address is known.
  const again = await Promise.all(Array.from({ length: 12 }, () => login('fay', 'correct horse', stranger)))
  expect(again.map(({ status }) => status)).toEqual(Array(12).fill(200))
})

test('many wrong ones at once from an address that is known are counted, each before the next', async () => {
  await house.register('gus')
  expect((await login('gus', 'correct horse', stranger)).status).toBe(200)
  const answers = await Promise.all(Array.from({ length: 12 }, () => login('gus', 'a wrong one', stranger)))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(3)
})

test('a name that nobody has is answered like one that somebody has', async () => {
  await fail('nobody', 3, stranger)
  const answer = await login('nobody', 'a wrong one', stranger)
  expect([answer.status, answer.error.code]).toEqual([429, 'ACCOUNT_LOCKED'])
})

test('a limit of 0 never locks', async () => {
  const open = await openHouse({ settings: { login_max_failures: 0 } })
  await open.register('ada')
  for (let time = 0; time < 15; time++) {
    const answer = await open.ask('POST /auth/login', {
      body: { username: 'ada', password: 'a wrong one' },
      ip: stranger,
    })
    expect(answer.error.code).toBe('INVALID_CREDENTIALS')
  }
  expect(
    (await open.ask('POST /auth/login', { body: { username: 'ada', password: 'correct horse' }, ip: stranger })).status,
  ).toBe(200)
  await open.close()
})

test('signing in is limited by address, with headers that say so', async () => {
  const strict = await openHouse({ rates: { auth: 2, requests: 0 } })
  const ask = (ip: string) => strict.ask('POST /auth/login', { body: { username: 'ada', password: 'a wrong one' }, ip })
  const first = await ask('2001:db8::1')
  expect(first.headers.get('x-ratelimit-limit')).toBe('2')
  expect(first.headers.get('x-ratelimit-remaining')).toBe('1')
  expect(Number(first.headers.get('x-ratelimit-reset')) - Date.now() / 1000).toBeWithin(50, 62)
  expect(first.headers.get('ratelimit-policy')).toBe('"auth";q=2;w=60')
  expect(first.headers.get('ratelimit')).toMatch(/^"auth";r=1;t=\d+$/)
  await ask('2001:db8::2')
  const third = await ask('2001:db8:0:0:ffff::3')
  expect([third.status, third.error.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED'])
  expect(third.error.details).toEqual({ current_rate: 3, limit: 2, window: 60, action: 'auth' })
  expect(Number(third.headers.get('retry-after'))).toBeWithin(1, 61)
  expect((await ask('2001:db8:0:1::1')).status).toBe(401)
  await strict.close()
})

test('requests are limited by user, wherever they come from', async () => {
  const strict = await openHouse({ rates: { auth: 0, requests: 2 } })
  const { access_token: token } = await strict.register('ada')
  const statuses = []
  for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
    statuses.push((await strict.ask('GET /users/me', { token, ip })).status)
  expect(statuses).toEqual([200, 200, 429])
  await strict.close()
})

test('closed registration says so, and signing in goes on', async () => {
  const closed = await openHouse({ settings: { registration: false } })
  const answer = await closed.ask('POST /auth/register', { body: { username: 'ada', password: 'correct horse' } })
  expect([answer.status, answer.error.code]).toEqual([403, 'REGISTRATION_CLOSED'])
  await closed.accounts.create({ username: 'ada', password: 'correct horse', role: 'admin' })
  expect((await closed.ask('POST /auth/login', { body: { username: 'ada', password: 'correct horse' } })).status).toBe(
    200,
  )
  await closed.close()
})
