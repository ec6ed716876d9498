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
    // Each is counted before it is judged.
    for (const name of pairs) expect([name, await statuses(name)]).toEqual([name, max])
    for (const name of pairs) expect((await wrong(name)).status).toBe(429)
  })
})

describe('whoever attacks all the time', () => {
  const minute = 60_000
  const { login_max_failures, login_lockout } = defaults.security
  const body = { username: 'ada', password: 'correct horse', email: 'ada@example.org' }
  const home = '192.0.2.1'
  const openTown = async () => {
    const town = await openHouse({ settings: { login_max_failures, login_lockout } })
    await town.ask('POST /auth/register', { body, ip: home })
    const attempt = (password: string, ip: string, username = body.username) =>
      town.ask('POST /auth/login', { body: { username, password }, ip })
    return { town, attempt }
  }
  let addresses = 0
  const another = () => `198.51.${Math.floor((addresses += 1) / 250)}.${(addresses % 250) + 1}`

  test('with some addresses of their own keeps nobody out, not even on a new device, and has few guesses', async () => {
    expect([login_max_failures, login_lockout]).toEqual([10, 15 * minute])
    const { town, attempt } = await openTown()
    const theirs = ['198.51.100.7', '198.51.100.8', '2001:db8:7:1::1', '2001:db8:7:2::1']
    let judged = 0
    for (let at = 0; at < 4 * login_lockout; at += minute) {
      for (const ip of theirs) {
        if ((await attempt('a wrong one', ip)).status === 401) judged += 1
        await attempt('a wrong one', ip, body.email)
      }
      const device = at / minute + 1
      expect([at, (await attempt('correct horse', home)).status]).toEqual([at, 200])
      expect([at, (await attempt('correct horse', `203.0.113.${device}`)).status]).toEqual([at, 200])
      town.advance(minute)
    }
    expect(judged).toBeWithin(4 * login_max_failures, 4 * login_max_failures + theirs.length * 4)
    await town.close()
  })

  test('by an e-mail address has no more of it', async () => {
    const { town, attempt } = await openTown()
    for (let device = 1; device <= 5; device++) {
      for (let time = 0; time < 12; time++) await attempt('a wrong one', '198.51.100.7', body.email)
      expect((await attempt('correct horse', `203.0.113.${device}`, body.email)).status).toBe(200)
    }
    expect((await attempt('correct horse', home, body.email)).status).toBe(200)
    expect((await attempt('correct horse', '198.51.100.7', body.email)).error.code).toBe('ACCOUNT_LOCKED')
    await town.close()
  })

  test('by an e-mail address that they have given an account of their own, neither', async () => {
    for (const origins of [
      Array.from({ length: 20 }, (_, n) => `2001:db8:7:${n}::1`),
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? '198.51.100.7' : '198.51.100.8')),
    ]) {
      const { town, attempt } = await openTown()
      for (let n = 0; n < 12; n++)
        await town.ask('POST /auth/register', { body: { ...body, username: `eve-${n}`, password: `a horse of ${n}` }, ip: '198.18.0.1' }) // prettier-ignore
      for (const [n, ip] of origins.entries()) await attempt(`a horse of ${Math.floor(n / 2) % 12}`, ip, body.email)
      for (let device = 1; device <= 5; device++)
        expect([device, (await attempt('correct horse', `203.0.113.${device}`, body.email)).status]).toEqual([
          device,
          200,
        ])
      await town.close()
    }
  })

  test('from everywhere keeps out nobody who was there before, new devices until the lock ends, and has few guesses', async () => {
    const { town, attempt } = await openTown()
    let judged = 0
    for (let at = 0; at < 4 * login_lockout; at += minute) {
      // Each from an address of its own, three times as many as are judged.
      for (let time = 0; time < 4; time++) if ((await attempt('a wrong one', another())).status === 401) judged += 1
      expect((await attempt('correct horse', home)).status).toBe(200)
      town.advance(minute)
    }
    // In an hour: as many as fit before each lock and as many in it, and no more for all its addresses.
    expect(judged).toBeWithin(1, 8 * login_max_failures + 1)
    town.advance(login_lockout + minute)
    for (let time = 0; time < 2 * login_max_failures; time++) await attempt('a wrong one', another())
    expect((await attempt('correct horse', '203.0.113.5')).error.code).toBe('ACCOUNT_LOCKED')
    // Its going on does not make the lock longer.
    for (let at = minute; at < login_lockout; at += minute) {
      town.advance(minute)
      await attempt('a wrong one', another())
    }
    town.advance(minute + 1000)
    expect((await attempt('correct horse', '203.0.113.5')).status).toBe(200)
    // And from then on that device is one that was there before.
    for (let time = 0; time < 2 * login_max_failures; time++) await attempt('a wrong one', another())
    expect((await attempt('correct horse', '203.0.113.5')).status).toBe(200)
    await town.close()
  })

  test('is through with it where an administrator gives out a token: it lifts the lock', async () => {
    const { town, attempt } = await openTown()
    for (let time = 0; time < 2 * login_max_failures; time++) await attempt('a wrong one', another())
    expect((await attempt('correct horse', '203.0.113.6')).error.code).toBe('ACCOUNT_LOCKED')
    const { reset_token: token } = await town.accounts.issueResetFor('ada')
    expect(
      (await town.ask('POST /auth/password/reset', { body: { token, new_password: 'battery staple' } })).status,
    ).toBe(204)
    expect((await attempt('battery staple', '203.0.113.6')).status).toBe(200)
    await town.close()
  })
})
