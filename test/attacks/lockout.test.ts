// Guessing passwords: what the lock says must not say whether there is an account, and must not keep its owner out.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { defaults } from '../../src/platform/config/index.ts'
import { openHouse } from '../features/accounts/house.ts'
import { eventually } from '../services/eventually.ts'

setDefaultTimeout(60_000)

const lockout_ms = 2_000
const max = 4

type House = Awaited<ReturnType<typeof openHouse>>
let house: House
beforeAll(async () => {
  house = await openHouse({ settings: { login_max_failures: max, login_lockout: lockout_ms } })
  const body = { username: 'ada', password: 'correct horse', email: 'ada@example.org' }
  await house.ask('POST /auth/register', { body, ip: '192.0.2.1' })
})
afterAll(() => house.close())

const stranger = '198.51.100.7'
const wrong = async (username: string, at = house) => {
  const { status, headers, error } = await at.ask('POST /auth/login', {
    body: { username, password: 'a wrong one' },
    ip: stranger,
  })
  return { status, code: error.code, details: error.details, retry_after: headers.get('retry-after') }
}
const passed = (ms: number) => {
  const begun = performance.now()
  return eventually('time', () => performance.now() - begun > ms)
}

describe('a name that nobody has is locked as one that somebody has', () => {
  /** Somebody by name and by address, and nobody by each; each is asked in turn, so all at the same time. */
  const pairs = ['ada', 'ada@example.org', 'nobody@example.org', 'nobody']
  const all = async () => Promise.all(pairs.map((name) => wrong(name)))
  const expectAlike = ([known, ...unknown]: Awaited<ReturnType<typeof all>>) => {
    for (const each of unknown) expect(each).toEqual(known!)
    return known!
  }

  test('for as long from the last failure, however far apart they were; and its count begins anew as soon', async () => {
    for (let time = 1; time < max; time++) expect(expectAlike(await all()).status).toBe(401)
    await passed(lockout_ms / 2)
    expect(expectAlike(await all())).toMatchObject({ status: 401 })
    // Counted from the first failure it would be one second.
    expect(expectAlike(await all())).toMatchObject({ status: 429, code: 'ACCOUNT_LOCKED', retry_after: '2' })
    await passed(lockout_ms + 100)
    for (let time = 1; time < max; time++) expect(expectAlike(await all()).status).toBe(401)
    await passed(lockout_ms + 100)
    for (let time = 1; time < max; time++) expect(expectAlike(await all()).status).toBe(401)
    expect(expectAlike(await all()).status).toBe(401)
    expect(expectAlike(await all()).status).toBe(429)
  })

  test('and by many attempts at once', async () => {
    await passed(lockout_ms + 100)
    const statuses = async (name: string) => {
      const answers = await Promise.all(Array.from({ length: 3 * max }, () => wrong(name)))
      return answers.map(({ status }) => status).filter((status) => status === 401).length
    }
    const known = await statuses('ada@example.org')
    expect(known).toBeGreaterThanOrEqual(max)
    // What began before the lock was there is judged, for both.
    expect(await statuses('nobody@example.org')).toBeGreaterThanOrEqual(max)
    for (const name of ['ada', 'nobody']) expect(await statuses(name)).toBeGreaterThanOrEqual(max)
    for (const name of pairs) expect((await wrong(name)).status).toBe(429)
  })
})

describe('whoever attacks from everywhere, all the time', () => {
  const minute = 60_000
  let town: House
  beforeAll(async () => {
    town = await openHouse({
      settings: {
        login_max_failures: defaults.security.login_max_failures,
        login_lockout: defaults.security.login_lockout,
      },
    })
    await town.ask('POST /auth/register', { body: { username: 'ada', password: 'correct horse' }, ip: '192.0.2.1' })
  })
  afterAll(() => town.close())
  let addresses = 0
  const attempt = (password: string, ip = `198.51.${Math.floor((addresses += 1) / 250)}.${(addresses % 250) + 1}`) =>
    town.ask('POST /auth/login', { body: { username: 'ada', password }, ip })

  test('has few guesses, keeps nobody out who was there before, and new devices no longer than one lock', async () => {
    const { login_max_failures, login_lockout } = defaults.security
    expect([login_max_failures, login_lockout]).toEqual([10, 15 * minute])
    let judged = 0
    for (let at = 0; at < 4 * login_lockout; at += minute) {
      // Each from an address of its own, twice as many as are counted.
      for (let time = 0; time < 2; time++) if ((await attempt('a wrong one')).status === 401) judged += 1
      expect((await attempt('correct horse', '192.0.2.1')).status).toBe(200)
      town.advance(minute)
    }
    // In an hour: as many as fit before each lock, and no more for all its addresses.
    expect(judged).toBeLessThanOrEqual(4 * login_max_failures)
    for (let time = 0; time < login_max_failures; time++) await attempt('a wrong one')
    expect((await attempt('correct horse', '203.0.113.5')).error.code).toBe('ACCOUNT_LOCKED')
    // Its going on does not make the lock longer.
    for (let at = minute; at < login_lockout; at += minute) {
      town.advance(minute)
      await attempt('a wrong one')
    }
    town.advance(minute + 1000)
    expect((await attempt('correct horse', '203.0.113.5')).status).toBe(200)
    // And from then on that device is one that was there before.
    for (let time = 0; time < login_max_failures; time++) await attempt('a wrong one')
    expect((await attempt('correct horse', '203.0.113.5')).status).toBe(200)
  })

  test('ends where an administrator gives out a token: it lifts the lock', async () => {
    for (let time = 0; time < 10; time++) await attempt('a wrong one')
    expect((await attempt('correct horse', '203.0.113.6')).error.code).toBe('ACCOUNT_LOCKED')
    const { reset_token: token } = await town.accounts.issueResetFor('ada')
    expect(
      (await town.ask('POST /auth/password/reset', { body: { token, new_password: 'battery staple' } })).status,
    ).toBe(204)
    expect((await attempt('battery staple', '203.0.113.6')).status).toBe(200)
  })
})
