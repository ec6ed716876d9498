import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { deviceOf } from '../../../src/features/accounts/device.ts'
import { openHouse, type Pair } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse({ settings: { max_sessions_per_user: 3 } })
})
afterAll(() => house.close())

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0'

interface Listed {
  id: string
  device: string
  user_agent: string | null
  ip: string | null
  created_at: string
  last_used_at: string
  expires_at: string
  is_current: boolean
}

const sessionsOf = async (token: string): Promise<Listed[]> => {
  const answer = await house.ask('GET /auth/sessions', { token })
  return (answer.data as { sessions: Listed[] }).sessions
}

const login = async (username: string, ip = '192.0.2.1', user_agent = 'curl/8.5.0') =>
  (
    await house.ask('POST /auth/login', {
      body: { username, password: 'correct horse' },
      ip,
      headers: { 'user-agent': user_agent },
    })
  ).data as Pair

test('says where one is signed in, the last used first, and which is this one', async () => {
  const first = await house.register('ada')
  house.advance(minute)
  const second = await login('ada', '2001:db8::1', firefox)
  await house.register('somebody')
  const [newest, oldest, ...rest] = await sessionsOf(first.access_token)
  expect(rest).toEqual([])
  expect(Object.keys(newest ?? {})).toEqual([
    'id',
    'device',
    'user_agent',
    'ip',
    'created_at',
    'last_used_at',
    'expires_at',
    'is_current',
  ])
  // Asking is a use, so the one that asks is the newest.
  expect(newest).toMatchObject({ device: 'Unknown', user_agent: null, ip: '192.0.2.1', is_current: true })
  expect(oldest).toMatchObject({
    device: 'Firefox on Linux',
    user_agent: firefox,
    ip: '2001:db8::1',
    is_current: false,
  })
  expect((await sessionsOf(second.access_token)).map(({ is_current }) => is_current)).toEqual([true, false])
})

test.each([
  [firefox, 'Firefox on Linux'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
    'Microsoft Edge on Windows',
  ],
  ['curl/8.5.0', 'curl'],
  ['veza-chat token create', 'veza-chat'],
  ['   ', 'Unknown'],
  ['', 'Unknown'],
  [null, 'Unknown'],
  ['/1', 'Unknown'],
])('%p is %s', (user_agent, device) => {
  expect(deviceOf(user_agent)).toBe(device)
})

describe('ending one', () => {
  test('is over at once for everything that it had: access, refresh, ticket', async () => {
    const here = await house.register('bob')
    const there = await login('bob')
    const ticket = (await house.ask('POST /auth/ws-ticket', { token: there.access_token })).data as { ticket: string }
    const gone = (await sessionsOf(here.access_token)).find(({ is_current }) => !is_current)
    const answer = await house.ask(`DELETE /auth/sessions/${gone?.id}`, { token: here.access_token })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await house.ask('GET /users/me', { token: there.access_token })).error.code).toBe('SESSION_REVOKED')
    const { refresh_token } = there
    expect((await house.ask('POST /auth/refresh', { body: { refresh_token } })).error.code).toBe('SESSION_REVOKED')
    await expect(house.accounts.redeemTicket(ticket.ticket)).rejects.toMatchObject({ code: 'SESSION_REVOKED' })
    expect(house.revoked.at(-1)).toEqual({ user_id: here.user.id, session_ids: [gone?.id ?? ''], reason: 'logout' })
    expect((await sessionsOf(here.access_token)).map(({ is_current }) => is_current)).toEqual([true])
    expect((await house.ask(`DELETE /auth/sessions/${gone?.id}`, { token: here.access_token })).status).toBe(404)
  })

  test('may be the current one', async () => {
    const { access_token: token } = await house.register('carol')
    const [current] = await sessionsOf(token)
    expect((await house.ask(`DELETE /auth/sessions/${current?.id}`, { token })).status).toBe(204)
    expect((await house.ask('GET /auth/sessions', { token })).error.code).toBe('SESSION_REVOKED')
  })

  test("somebody else's does not exist, and goes on", async () => {
    const dave = await house.register('dave')
    const mallory = await house.register('mallory')
    const [theirs] = await sessionsOf(dave.access_token)
    const answer = await house.ask(`DELETE /auth/sessions/${theirs?.id}`, { token: mallory.access_token })
    const nobody = await house.ask(`DELETE /auth/sessions/${crypto.randomUUID()}`, { token: mallory.access_token })
    expect([answer.status, answer.error.code]).toEqual([404, 'NOT_FOUND'])
    expect([nobody.status, nobody.error.code, nobody.error.details]).toEqual([404, 'NOT_FOUND', answer.error.details])
    expect((await house.ask('GET /users/me', { token: dave.access_token })).status).toBe(200)
  })

  test.each(['1', 'not-a-uuid', "' or true --", '%F0%9F%98%80'])('the id %s is a bad request', async (id) => {
    const { access_token: token } = await login('dave')
    expect((await house.ask(`DELETE /auth/sessions/${encodeURIComponent(id)}`, { token })).status).toBe(422)
  })
})

describe('use', () => {
  test('over HTTP is written at most once a minute', async () => {
    const { access_token: token, user } = await house.register('eve')
    const read = async () => {
      await house.accounts.settleUses()
      const [row] = await house.sql<
        { last_used_at: Date }[]
      >`select last_used_at from sessions where user_id = ${user.id}`
      return row!.last_used_at.getTime()
    }
    house.advance(10 * minute)
    await house.ask('GET /users/me', { token })
    const first = await read()
    expect(Math.abs(first - house.clock.now().getTime())).toBeLessThan(5_000)
    house.advance(50_000)
    await house.ask('GET /users/me', { token })
    expect(await read()).toBe(first)
    house.advance(11_000)
    await house.ask('GET /users/me', { token })
    expect((await read()) - first).toBeWithin(60_000, 70_000)
  })

  test('by refreshing counts, and a use noted late does not take it back', async () => {
    const { refresh_token, access_token: token, user } = await house.register('fay')
    await house.ask('GET /users/me', { token })
    house.advance(5 * minute)
    await house.ask('POST /auth/refresh', { body: { refresh_token } })
    const read = async () =>
      (await house.sql<{ last_used_at: Date }[]>`select last_used_at from sessions where user_id = ${user.id}`)[0]!
        .last_used_at
    const refreshed = await read()
    await house.accounts.settleUses()
    expect(await read()).toEqual(refreshed)
    expect(Math.abs(refreshed.getTime() - house.clock.now().getTime())).toBeLessThan(5_000)
  })

  test('of what is no session is not written, and hinders no other', async () => {
    const { user } = await house.register('gil')
    const [row] = await house.sql<{ id: string }[]>`select id from sessions where user_id = ${user.id}`
    house.advance(10 * minute)
    for (const id of ['', 'key:7', crypto.randomUUID(), row!.id]) house.accounts.noteUse(id)
    await house.accounts.settleUses()
    const [used] = await house.sql<{ last_used_at: Date }[]>`select last_used_at from sessions where id = ${row!.id}`
    expect(Math.abs(used!.last_used_at.getTime() - house.clock.now().getTime())).toBeLessThan(5_000)
  })
})

test('a session that nobody used for the idle time is over: for access, refresh and ticket, and in the list', async () => {
  const idle = await openHouse({ settings: { session_idle_timeout: hour, jwt_access_duration: 2 * day } })
  const { access_token: token, refresh_token } = await idle.register('ada')
  const ticket = await idle.accounts.issueTicket((await idle.accounts.authenticate(token)).actor)
  for (let time = 0; time < 3; time++) {
    idle.advance(50 * minute)
    expect((await idle.ask('GET /users/me', { token })).status).toBe(200)
    await idle.accounts.settleUses()
  }
  idle.advance(hour + minute)
  expect((await idle.ask('GET /users/me', { token })).error.code).toBe('SESSION_REVOKED')
  expect((await idle.ask('POST /auth/refresh', { body: { refresh_token } })).error.code).toBe('SESSION_REVOKED')
  await idle.sql`update ws_tickets set expires_at = now() + interval '1 year'`
  await expect(idle.accounts.redeemTicket(ticket.ticket)).rejects.toMatchObject({ code: 'SESSION_REVOKED' })
  const fresh = (await idle.login('ada')).data as Pair
  const listed = (await idle.ask('GET /auth/sessions', { token: fresh.access_token })).data as { sessions: Listed[] }
  expect(listed.sessions).toHaveLength(1)
  // Nothing was reused: only time went by.
  expect(idle.revoked).toEqual([])
  await idle.close()
})

test('without an idle time a session lasts as long as it may', async () => {
  const open = await openHouse({ settings: { session_idle_timeout: 0, jwt_access_duration: 100 * day } })
  const { access_token: token } = await open.register('ada')
  open.advance(89 * day)
  expect((await open.ask('GET /users/me', { token })).status).toBe(200)
  open.advance(2 * day)
  expect((await open.ask('GET /users/me', { token })).status).toBe(401)
  await open.close()
})

test('of too many sessions the one unused for the longest ends, and its sockets with it', async () => {
  const first = await house.register('hal')
  house.advance(minute)
  const second = await login('hal')
  house.advance(minute)
  await login('hal')
  house.advance(minute)
  // The first is used again, so the second is the one unused for the longest.
  await house.ask('GET /users/me', { token: first.access_token })
  await house.accounts.settleUses()
  const fourth = await login('hal')
  expect((await house.ask('GET /users/me', { token: second.access_token })).error.code).toBe('SESSION_REVOKED')
  for (const { access_token: token } of [first, fourth])
    expect((await house.ask('GET /users/me', { token })).status).toBe(200)
  expect(await sessionsOf(fourth.access_token)).toHaveLength(3)
  expect(house.revoked.at(-1)).toMatchObject({ reason: 'limit', session_ids: [expect.any(String)] })
})

test('of many who sign in at once no more remain than may', async () => {
  await house.register('ivy')
  await Promise.all(Array.from({ length: 10 }, () => login('ivy')))
  const [row] = await house.sql`
    select count(*)::integer as live from sessions s join users u on u.id = s.user_id where u.username = 'ivy' and revoked_at is null`
  expect(row).toEqual({ live: 3 })
})

test('what is long over is deleted, and what is used stays', async () => {
  const { user } = await house.register('jan')
  const { access_token: token } = await login('jan')
  house.advance(61 * day)
  await house.sql`update sessions set last_used_at = ${house.clock.now()} where id = ${sid(token)}`
  await house.accounts.sweep()
  const rows = await house.sql<{ id: string }[]>`select id from sessions where user_id = ${user.id}`
  expect(rows.map(({ id }) => id)).toEqual([sid(token)])
})

const sid = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid
