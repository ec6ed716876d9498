import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { codeAt } from './authenticator.ts'
import { openHouse } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let server: TestServer
beforeAll(async () => {
  server = await startServer({ security: { require_2fa_for_admins: true } })
})
afterAll(() => server.close())

const password = 'correct horse'

async function admin(username: string): Promise<Account> {
  await server.register(username)
  await server.sql`update users set role = 'admin' where username = ${username}`
  return server.login(username)
}

async function turnOn({ token }: Account): Promise<string> {
  const { data } = await server.ask('POST /auth/2fa/enable', { password }, token)
  const { secret } = data as { secret: string }
  const body = { totp_code: codeAt(secret, new Date()) }
  expect((await server.ask('POST /auth/2fa/confirm', body, token)).status).toBe(200)
  return secret
}

describe('where admins need a second factor, one without', () => {
  test.each([
    ['GET', '/users/1'],
    ['GET', '/rooms'],
    ['POST', '/rooms'],
    ['PUT', '/rooms/1'],
    ['DELETE', '/rooms/1'],
    ['GET', '/rooms/1/members'],
    ['GET', '/auth/sessions'],
    ['POST', '/auth/ws-ticket'],
    ['POST', '/auth/password'],
    ['POST', '/auth/2fa/disable'],
    ['POST', '/auth/2fa/backup-codes'],
    ['POST', '/admin/users/1/password-reset'],
    ['DELETE', '/admin/users/1/2fa'],
  ])('may not %s %s', async (method, path) => {
    const { token } = await admin(`a${crypto.randomUUID().slice(0, 8)}`)
    const answer = await server.ask(`${method} ${path}`, undefined, token)
    expect([answer.status, answer.error.code, answer.error.details]).toEqual([
      401,
      'TWO_FACTOR_REQUIRED',
      { reason: 'turn on a second factor first', setup: '/api/v1/auth/2fa/enable' },
    ])
  })

  test('opens no socket', async () => {
    const { token } = await admin('root')
    const socket = await connect(server, { token })
    expect(socket.hello).toMatchObject({ type: 'auth_error', data: { code: 'TWO_FACTOR_REQUIRED' } })
    expect(await socket.closed(1_000)).toMatchObject({ code: 4401 })
  })

  test('sees themselves, signs out, and turns one on, after which everything is open', async () => {
    const ada = await admin('ada')
    const me = await server.ask('GET /users/me', undefined, ada.token)
    expect([me.status, me.data as unknown]).toMatchObject([200, { role: 'admin' }])
    expect((await server.ask('GET /auth/2fa', undefined, ada.token)).data as unknown).toMatchObject({
      enabled: false,
      required: true,
    })
    await turnOn(ada)
    expect((await server.ask('GET /auth/sessions', undefined, ada.token)).status).toBe(200)
    expect((await server.ask(`POST /admin/users/${ada.id}/password-reset`, undefined, ada.token)).status).toBe(200)
    const socket = await connect(server, { token: ada.token })
    expect((await socket.command('ping')).type).toBe('pong')
    await socket.close()
    const other = await admin('bob')
    expect((await server.ask('POST /auth/logout', undefined, other.token)).status).toBe(204)
  })

  test('whose sockets were open before, by a promotion or with the factor, loses them within two seconds', async () => {
    const carl = await server.register('carl')
    const before = await connect(server, { token: carl.token })
    await server.sql`update users set role = 'admin' where id = ${carl.id}`
    expect(await before.closed(2_500)).toMatchObject({ code: 4401 })
    expect(before.frames.at(-1)).toMatchObject({ type: 'error', data: { code: 'TWO_FACTOR_REQUIRED' } })

    const dora = await admin('dora')
    await turnOn(dora)
    const socket = await connect(server, { token: dora.token })
    const ada = await server.ask('POST /auth/login', { username: 'ada', password })
    expect(ada.error.code).toBe('TWO_FACTOR_REQUIRED')
    await server.sql`delete from second_factors where user_id = ${dora.id}`
    await server.sql`update users set updated_at = clock_timestamp() where id = ${dora.id}`
    expect(await socket.closed(2_500)).toMatchObject({ code: 4401 })
  })

  test('is no bot: its sockets stay open whatever changes of it', async () => {
    const fay = await admin('fay')
    await turnOn(fay)
    const bot = (await server.ask('POST /bots', { username: 'helper' }, fay.token)).data as { id: number }
    await server.sql`update users set role = 'admin' where id = ${bot.id}`
    const wanted = { name: 'x', permissions: ['read_messages', 'manage_users'], user_id: bot.id }
    const { key } = (await server.ask('POST /auth/api-keys', wanted, fay.token)).data as { key: string }
    const [socket, other] = [await connect(server, { token: key }), await connect(server, { token: fay.token })]
    await server.sql`update users set updated_at = clock_timestamp() where id = ${bot.id}`
    await server.sql`update sessions set revoked_at = now() where user_id = ${fay.id}`
    // What is told of sessions is told after what is told of users.
    await other.closed()
    expect((await socket.command('ping')).type).toBe('pong')
    expect((await server.ask('GET /admin/users', undefined, key)).status).toBe(200)
    await socket.close()
  })

  test('is nobody else: users and moderators go on as ever', async () => {
    const eve = await server.register('eve')
    await server.sql`update users set role = 'moderator' where id = ${eve.id}`
    await eventually('a moderator', async () => {
      const me = await server.ask('GET /users/me', undefined, eve.token)
      return (me.data as { role: string }).role === 'moderator'
    })
    expect((await server.ask('GET /rooms', undefined, eve.token)).status).toBe(200)
    expect((await server.ask('GET /auth/2fa', undefined, eve.token)).data as unknown).toMatchObject({ required: false })
  })
})

describe('a session that has ended', () => {
  test('is refused on every path of accounts and users, whatever the body', async () => {
    const house = await openHouse()
    const { access_token: token } = await house.register('ada')
    await house.ask('POST /auth/logout', { token })
    const open = ['/register', '/login', '/refresh', '/password/forgot', '/password/reset'].map(
      (path) => `POST /api/v1/auth${path}`,
    )
    const guarded = house.http.app.routes
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => route.includes(' /api/v1/') && !open.includes(route))
    expect(guarded.length).toBeGreaterThan(12)
    const answers = await Promise.all(
      guarded.map(async (route) => {
        const line = route.replace('/api/v1', '').replace(':id', '1')
        const answer = await house.ask(line, line.startsWith('GET') ? { token } : { token, body: { any: 'thing' } })
        return `${answer.status} ${answer.error?.code} ${route}`
      }),
    )
    expect(answers).toEqual(guarded.map((route) => `401 SESSION_REVOKED ${route}`))
    await house.close()
  })

  test('is refused in rooms and among members, and its sockets close', async () => {
    const owner = await server.register('owner')
    const room_id = await server.room(owner)
    const socket = await connect(server, { token: owner.token })
    const other = await server.login('owner')
    const { data } = await server.ask('GET /auth/sessions', undefined, other.token)
    const { sessions } = data as { sessions: { id: string; is_current: boolean }[] }
    const first = sessions.find(({ is_current }) => !is_current)
    expect((await server.ask(`DELETE /auth/sessions/${first?.id}`, undefined, other.token)).status).toBe(204)
    for (const line of [
      'GET /rooms',
      `GET /rooms/${room_id}`,
      `DELETE /rooms/${room_id}`,
      `GET /rooms/${room_id}/members`,
    ])
      expect((await server.ask(line, undefined, owner.token)).error.code).toBe('SESSION_REVOKED')
    expect(await socket.closed(1_000)).toMatchObject({ code: 4401 })
    expect((await server.ask(`GET /rooms/${room_id}`, undefined, other.token)).status).toBe(200)
  })
})
