import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type ConnectOptions } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
})
afterAll(() => server.close())

const ticket = async (account: Account) =>
  ((await server.ask('POST /auth/ws-ticket', undefined, account.token)).data as { ticket: string }).ticket

const firstFrame = (client: Client) => client.until('the first frame', () => client.frames[0])

/** The answer to an upgrade that the server refuses. */
const refused = (query: string, headers: Record<string, string> = {}) =>
  fetch(server.wsUrl.replace('ws', 'http') + query, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  })

describe('a socket is authenticated by', () => {
  test('an authenticate frame', async () => {
    const client = await connect(server, { token: ada.token })
    expect(client.hello).toMatchObject({
      type: 'auth_success',
      id: 'hello',
      data: {
        user_id: ada.id,
        username: 'ada',
        role: 'user',
        session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        server_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        expires_at: expect.stringMatching(/Z$/),
        heartbeat_interval: 30,
        limits: { max_message_length: 2000, max_messages_per_minute: 0, max_file_size: 10_000_000 },
        user: { id: ada.id, username: 'ada', role: 'user' },
      },
    })
    expect(client.hello.data).not.toHaveProperty('resumed')
    expect(client.hello.data).not.toHaveProperty('memberships')
    await client.close()
  })

  test.each<[string, () => ConnectOptions | Promise<ConnectOptions>]>([
    ['the Authorization header', () => ({ headers: { authorization: `Bearer ${ada.token}` } })],
    ['a subprotocol', () => ({ protocols: ['veza.v1', `bearer.${ada.token}`] })],
    ['a ticket', async () => ({ query: `?ticket=${await ticket(ada)}` })],
  ])('%s, without a frame', async (_, options) => {
    const client = await connect(server, await options())
    const frame = await firstFrame(client)
    expect(frame).toMatchObject({ type: 'auth_success', data: { user_id: ada.id } })
    expect(frame).not.toHaveProperty('id')
    expect(await client.command('join_room', { room_id: 'general' })).toMatchObject({ type: 'room_joined' })
    await client.close()
  })

  test('a header, before the frames that came with it', async () => {
    const client = await connect(server, { headers: { authorization: `Bearer ${ada.token}` } })
    const replies = await Promise.all([client.command('ping'), client.command('join_room', { room_id: 'general' })])
    expect(client.frames.map(({ type }) => type).slice(0, 3)).toEqual(['auth_success', 'pong', 'room_joined'])
    expect(replies).toHaveLength(2)
    await client.close()
  })
})

test('only the subprotocol veza.v1 is echoed, never the token', async () => {
  const client = await connect(server, { protocols: ['veza.v1', `bearer.${ada.token}`] })
  expect(client.ws.protocol).toBe('veza.v1')
  await client.close()
})

test('a ticket opens one socket', async () => {
  const query = `?ticket=${await ticket(ada)}`
  const first = await connect(server, { query })
  expect(await firstFrame(first)).toMatchObject({ type: 'auth_success' })
  const second = await connect(server, { query })
  expect(await second.closed()).toMatchObject({ code: 4401 })
  expect(second.frames).toMatchObject([{ type: 'auth_error', data: { code: 'INVALID_TOKEN', action: 'authenticate' } }])
  await first.close()
})

test('a ticket used by many at once opens one socket', async () => {
  const query = `?ticket=${await ticket(ada)}`
  const clients = await Promise.all(Array.from({ length: 8 }, () => connect(server, { query })))
  const types = (await Promise.all(clients.map(firstFrame))).map(({ type }) => type)
  expect(types.toSorted()).toEqual([...Array(7).fill('auth_error'), 'auth_success'])
  await Promise.all(clients.map((client) => client.close()))
})

test('a ticket ends after 30 seconds', async () => {
  const query = `?ticket=${await ticket(ada)}`
  const [row] = await server.sql<{ left: number }[]>`
    update ws_tickets set expires_at = expires_at - interval '30 seconds' returning extract(epoch from expires_at + interval '30 seconds' - now())::float8 as left`
  expect(row!.left).toBeWithin(25, 31)
  const client = await connect(server, { query })
  expect(await client.closed()).toMatchObject({ code: 4401 })
  expect(client.frames).toMatchObject([{ type: 'auth_error' }])
})

describe('a token in the address is refused', () => {
  test.each(['token', 'access_token'])('as %s', async (name) => {
    const response = await refused(`?${name}=${ada.token}`)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { code: string; message: string } }
    expect(error.code).toBe('TOKEN_IN_ADDRESS')
    expect(JSON.stringify(server.log.lines)).not.toContain(ada.token)
  })
})

test('a request that is no upgrade is told so', async () => {
  const response = await fetch(`${server.url}/ws`)
  expect(response.status).toBe(426)
  expect(((await response.json()) as { error: { code: string } }).error.code).toBe('UPGRADE_REQUIRED')
})

describe('auth_error, then 4401, for', () => {
  const expired = async () => {
    const short = await startServer({ security: { jwt_access_duration: 1_000 } }, server.database)
    const { token } = await short.login('ada')
    await short.close()
    await Bun.sleep(2_100)
    return token
  }
  test.each<[string, () => string | Promise<string>, string]>([
    ['a text that is no token', () => 'nonsense', 'INVALID_TOKEN'],
    ['a token of 8,000 characters', () => 'x'.repeat(8000), 'INVALID_TOKEN'],
    ['a token with another signature', () => `${ada.token.slice(0, -10)}AAAAAAAAAA`, 'INVALID_TOKEN'],
    ['a token without a signature', () => `${ada.token.split('.').slice(0, 2).join('.')}.`, 'INVALID_TOKEN'],
    ['a refresh token', () => ada.refresh_token, 'INVALID_TOKEN'],
    ['an expired token', expired, 'TOKEN_EXPIRED'],
    [
      'a token whose session has ended',
      async () => {
        const other = await server.login('ada')
        await server.ask('POST /auth/logout', undefined, other.token)
        return other.token
      },
      'SESSION_REVOKED',
    ],
  ])('%s', async (_, token, code) => {
    const client = await connect(server, { token: await token() })
    expect(client.hello).toMatchObject({ type: 'auth_error', id: 'hello', data: { code, retry_after: null } })
    expect(await client.closed()).toMatchObject({ code: 4401 })
  })
})

test('a banned user gets auth_error and 4403', async () => {
  const mallory = await server.register('mallory')
  await server.sql`update users set status = 'banned' where id = ${mallory.id}`
  const client = await connect(server, { token: mallory.token })
  expect(client.hello).toMatchObject({ type: 'auth_error', data: { code: 'USER_BANNED' } })
  expect(await client.closed()).toMatchObject({ code: 4403 })
})

test('before authentication there is ping and disconnect, and nothing else', async () => {
  const client = await connect(server)
  expect(await client.command('ping', { timestamp: 7 })).toMatchObject({ type: 'pong', data: { timestamp: 7 } })
  for (const type of ['join_room', 'send_message', 'list_dms', 'nonsense'])
    expect(await client.command(type, { room_id: 'general', content: 'x' })).toMatchObject({
      type: 'error',
      data: { code: 'AUTH_REQUIRED', action: type },
    })
  expect(await client.command('authenticate', {})).toMatchObject({ type: 'error', data: { code: 'VALIDATION_FAILED' } })
  expect(await client.command('authenticate', { token: ada.token })).toMatchObject({ type: 'auth_success' })
  client.raw('{"type": "disconnect", "data": {"reason": "bye"}}')
  expect(await client.closed()).toMatchObject({ code: 1000 })
})

describe('Origin', () => {
  let strict: TestServer
  beforeAll(async () => {
    strict = await startServer({ security: { allowed_origins: ['https://chat.example'] } }, server.database)
  })
  afterAll(() => strict.close())

  test.each<[string, (url: string) => string | undefined]>([
    ['none, as programs send', () => undefined],
    ['one that the configuration names', () => 'https://chat.example'],
    ['the server itself', (url) => url],
  ])('may be %s', async (_, origin) => {
    const value = origin(strict.url)
    const client = await connect(strict, { token: ada.token, ...(value && { headers: { origin: value } }) })
    expect(client.hello.type).toBe('auth_success')
    await client.close()
  })

  test.each(['https://evil.example', 'http://chat.example', 'https://chat.example.evil.example', 'null', 'nonsense'])(
    'may not be %s',
    async (origin) => {
      const response = await fetch(`${strict.url}/ws`, {
        headers: { connection: 'Upgrade', upgrade: 'websocket', origin, authorization: `Bearer ${ada.token}` },
      })
      expect(response.status).toBe(403)
      expect(((await response.json()) as { error: { code: string } }).error.code).toBe('ORIGIN_REFUSED')
    },
  )
})

describe('a limit of connections', () => {
  const open = (on: TestServer, account = ada) => connect(on, { token: account.token })

  test('rejects the next with auth_error and 4409, lets others in, and counts the open ones only', async () => {
    const limited = await startServer({ limits: { max_connections_per_user: 2 } }, server.database)
    const [one, two] = [await open(limited), await open(limited)]
    const three = await open(limited)
    expect(three.hello).toMatchObject({
      type: 'auth_error',
      data: { code: 'CONNECTION_LIMIT_EXCEEDED', details: { limit: 2 } },
    })
    expect(await three.closed()).toMatchObject({ code: 4409 })
    const other = await open(limited, bob)
    expect(other.hello.type).toBe('auth_success')
    // Renewing is not another connection.
    expect((await one.command('authenticate', { token: ada.token })).type).toBe('auth_success')
    await one.close()
    const again = await eventually('a free place', async () => {
      const client = await open(limited)
      return client.hello.type === 'auth_success' ? client : undefined
    })
    expect(two.isClosed()).toBe(false)
    expect((await again.command('ping')).type).toBe('pong')
    await limited.close()
  })

  test('holds for many that come at once', async () => {
    const limited = await startServer({ limits: { max_connections_per_user: 3 } }, server.database)
    const clients = await Promise.all(Array.from({ length: 12 }, () => open(limited)))
    const types = clients.map(({ hello }) => hello.type)
    expect(types.filter((type) => type === 'auth_success')).toHaveLength(3)
    await limited.close()
  })

  test('evicts the oldest instead, when so configured', async () => {
    const limited = await startServer(
      { limits: { max_connections_per_user: 2, connection_limit_policy: 'evict' } },
      server.database,
    )
    const [one, two] = [await open(limited), await open(limited)]
    const three = await open(limited)
    expect(three.hello.type).toBe('auth_success')
    expect(await one.closed()).toMatchObject({ code: 4409 })
    expect((await two.command('ping')).type).toBe('pong')
    const four = await open(limited)
    expect(await two.closed()).toMatchObject({ code: 4409 })
    expect([three.isClosed(), four.isClosed()]).toEqual([false, false])
    await limited.close()
  })
})

test('a socket that does not authenticate in time gets AUTH_TIMEOUT and 4408', async () => {
  const hasty = await startServer({ limits: { auth_timeout: 300 } }, server.database)
  const [silent, live] = [await connect(hasty), await connect(hasty, { token: ada.token })]
  const began = performance.now()
  expect(await silent.closed()).toMatchObject({ code: 4408 })
  expect(performance.now() - began).toBeLessThan(1_500)
  expect(silent.frames).toMatchObject([{ type: 'auth_error', data: { code: 'AUTH_TIMEOUT' } }])
  expect((await live.command('ping')).type).toBe('pong')
  await hasty.close()
})

describe('a token', () => {
  test('that ends within a minute is announced at once, and at its end the socket closes with 4401', async () => {
    const short = await startServer({ security: { jwt_access_duration: 2_000 } }, server.database)
    const client = await connect(short, { token: (await short.login('ada')).token })
    const { expires_at } = client.hello.data
    expect((await client.next('token_expiring')).data).toMatchObject({ expires_at })
    expect(await client.closed()).toMatchObject({ code: 4401 })
    expect(client.frames.at(-1)).toMatchObject({ type: 'error', data: { code: 'TOKEN_EXPIRED' } })
    expect(Date.now()).toBeWithin(Date.parse(expires_at as string) - 1, Date.parse(expires_at as string) + 1_000)
    await short.close()
  })

  test('is renewed on the same socket, which stays joined', async () => {
    const short = await startServer({ security: { jwt_access_duration: 2_000 } }, server.database)
    const account = await short.login('ada')
    const client = await connect(short, { token: account.token })
    await client.command('join_room', { room_id: 'general' })
    await client.next('token_expiring')
    const long = await startServer({}, server.database)
    const { token } = await long.login('ada')
    const renewed = await client.command('authenticate', { token })
    expect(renewed).toMatchObject({ type: 'auth_success', data: { user_id: ada.id } })
    await Bun.sleep(2_500)
    await client.command('send_message', { room_id: 'general', content: 'still here' })
    expect((await client.next('room_message')).data.content).toBe('still here')
    expect(client.events.filter(({ type }) => type === 'token_expiring')).toHaveLength(1)
    await Promise.all([short.close(), long.close()])
  })

  test('whose user gets another role while it is being judged is asked for again, after its answer', async () => {
    const cara = await server.register('cara')
    let coming: Promise<Client> | undefined
    await server.sql.begin(async (tx) => {
      await tx`lock table members in access exclusive mode`
      coming = connect(server, { token: cara.token })
      await eventually('it waits', async () => {
        const waiting = await server.sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        return waiting.length > 0
      })
      await server.sql`update users set role = 'moderator' where id = ${cara.id}`
      await eventually('it is known', () =>
        server.log.lines.some(
          (line) => line.message === 'open sockets have the new role' && line.context['user_id'] === cara.id,
        ),
      )
    })
    const client = await coming!
    expect(client.hello).toMatchObject({ type: 'auth_success', data: { role: 'user' } })
    const { expires_at } = (await client.next('token_expiring')).data
    expect(expires_at).toBe(client.hello.data.expires_at)
    expect(client.frames[0]).toMatchObject({ type: 'auth_success' })
    expect((await client.command('authenticate', { token: cara.token })).data).toMatchObject({ role: 'moderator' })
    await client.close()
  })

  test('of another user does not renew: auth_error, 4401', async () => {
    const client = await connect(server, { token: ada.token })
    expect(await client.command('authenticate', { token: bob.token })).toMatchObject({
      type: 'auth_error',
      data: { code: 'INVALID_TOKEN' },
    })
    expect(await client.closed()).toMatchObject({ code: 4401 })
  })
})

describe('a revoked session loses its sockets within a second', () => {
  test.each<[string, string, object | undefined, boolean[]]>([
    ['by logout, and only that one', 'POST /auth/logout', undefined, [true, true, false]],
    ['by logout of all', 'POST /auth/logout-all', undefined, [true, true, true]],
    [
      'by a new password, except the one that changed it',
      'POST /auth/password',
      { current_password: 'correct horse', new_password: 'another horse' },
      [false, false, true],
    ],
  ])('%s', async (_, line, body, expected) => {
    const name = `user${crypto.randomUUID().slice(0, 8)}`
    const [one, other] = [await server.register(name), await server.login(name)]
    const clients = [
      await connect(server, { token: one.token }),
      await connect(server, { token: one.token }),
      await connect(server, { token: other.token }),
    ]
    expect((await server.ask(line, body, one.token)).status).toBe(204)
    const began = performance.now()
    await Promise.all(clients.filter((__, index) => expected[index]).map((client) => client.closed()))
    expect(performance.now() - began).toBeLessThan(1_000)
    await clients.find((__, index) => !expected[index])?.command('ping')
    expect(clients.map((client) => client.isClosed())).toEqual(expected)
    const ended = clients[expected.indexOf(true)]!
    expect(await ended.closed()).toMatchObject({ code: 4401 })
    expect(ended.frames.at(-1)).toMatchObject({ type: 'error', data: { code: 'SESSION_REVOKED' } })
  })
})

describe('locale', () => {
  test.each<[string, ConnectOptions]>([
    ['of the authenticate frame', { authenticate: { locale: 'fr' } }],
    ['of Accept-Language', { headers: { 'accept-language': 'fr-CA,fr;q=0.9,en;q=0.5' } }],
  ])('%s makes messages French, and codes stay', async (_, options) => {
    const client = await connect(server, { token: ada.token, ...options })
    expect(await client.command('join_room', { room_id: 'nowhere' })).toMatchObject({
      type: 'error',
      data: { code: 'ROOM_NOT_FOUND', message: 'Ce salon n’existe pas.' },
    })
    await client.close()
  })
})
