import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createMemoryBus } from '../../src/platform/bus/index.ts'
import { authenticate } from '../../src/transport/ws/authenticate.ts'
import { createConnections } from '../../src/transport/ws/connections.ts'
import { createSession, type Session } from '../../src/transport/ws/session.ts'
import { connect } from '../services/client.ts'
import { eventually } from '../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account

beforeAll(async () => {
  server = await startServer({ limits: { max_connections_per_user: 2 } })
  ada = await server.register('ada')
})
afterAll(() => server.close())

test('a renewal that fails gives its place under the connection limit back', async () => {
  for (let time = 0; time < 5; time++) {
    const client = await eventually('a free place', async () => {
      const tried = await connect(server, { token: ada.token })
      return tried.hello.type === 'auth_success' && tried
    })
    const answer = await client.command('authenticate', { token: 'garbage' })
    expect(answer).toMatchObject({ type: 'auth_error', data: { code: 'INVALID_TOKEN' } })
    expect(await client.closed()).toMatchObject({ code: 4401 })
  }
})

test('an error that nobody asked for carries no id of an earlier command', async () => {
  const { token } = await server.login('ada')
  const client = await connect(server, { token })
  expect(await client.command('ping', {}, 'the last command')).toMatchObject({ type: 'pong' })
  expect((await client.command('join_room', { room_id: 'general' }, 'answered long ago')).type).toBe('room_joined')
  expect((await server.ask('POST /auth/logout', undefined, token)).status).toBeLessThan(300)
  expect(await client.closed()).toMatchObject({ code: 4401 })
  const last = client.frames.at(-1)!
  expect(last).toMatchObject({ type: 'error', data: { code: 'SESSION_REVOKED' } })
  expect(last).not.toHaveProperty('id')
})

describe('every frame but a ping counts against max_commands_per_minute', () => {
  let strict: TestServer
  beforeAll(async () => {
    strict = await startServer({ limits: { max_commands_per_minute: 5 } })
  })
  afterAll(() => strict.close())

  test.each<[string, (token: string) => [string, object]]>([
    ['of an unknown type', () => ['make_tea', {}]],
    ['of a type of a later version', () => ['typing_start', {}]],
    ['with wrong data', () => ['join_room', { room_id: { not: 'a room' } }]],
    ['that is refused', () => ['join_room', { room_id: 'nowhere' }]],
    ['that renews', (token) => ['authenticate', { token }]],
  ])('one %s', async (name, frame) => {
    const { token } = await strict.register(`user-${Bun.hash(name).toString(36)}`)
    const client = await connect(strict, { token })
    for (let time = 0; time < 10; time++) expect((await client.command('ping')).type).toBe('pong')
    const codes: (string | undefined)[] = []
    for (let time = 0; time < 6; time++) codes.push((await client.command(...frame(token))).data.code)
    expect(codes.slice(0, 5)).not.toContain('RATE_LIMIT_EXCEEDED')
    expect(codes[5]).toBe('RATE_LIMIT_EXCEEDED')
    expect((await client.command('ping')).type).toBe('pong')
    await client.close()
  })
})

test('evict closes the oldest connection, not one that is still authenticating', async () => {
  const closed: Session[] = []
  const slow = Promise.withResolvers<object[]>()
  const actor = { id: 1, username: 'ada', role: 'user', session_id: 'x' }
  const node = {
    connections: createConnections(createMemoryBus()),
    revoked: new Set(),
    rates: { of: () => 60 },
    limits: { max_connections_per_user: 2, connection_limit_policy: 'evict', max_resume_rooms: 0, resume_limit: 0 },
    identity: { authenticate: async () => ({ actor, user: {}, expires_at: new Date(Date.now() + 900_000) }) },
    places: { memberships: () => slow.promise },
    badges: { arrive: async () => undefined, begin: () => undefined },
    arrivals: { end: () => undefined },
    deadlines: { set: () => undefined },
    hub: { moment: () => 0 },
    outlet: { flush: () => undefined, send: () => undefined, close: (session: Session) => closed.push(session) },
  }
  const open = (since?: number): Session => {
    const session = createSession(node as never, null, 'en')
    if (since === undefined) return session
    session.stage = 'live'
    session.since = since
    session.actor = actor as never
    node.connections.add(actor.id, session)
    return session
  }
  const oldest = open(Date.now() - 60_000)
  const [second, third] = [open(), open()]
  const authenticating = authenticate(second, { token: 'good' }, { memberships: true })
  await eventually('the second under way', () => node.connections.of(1).has(second))
  await authenticate(third, { token: 'good' }, {})
  expect(closed).toEqual([oldest])
  slow.resolve([])
  await authenticating
  expect([second.stage, third.stage]).toEqual(['live', 'live'])
})
