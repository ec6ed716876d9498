import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createRefusals } from '../../../src/features/audit/refusals.ts'
import { AppError } from '../../../src/kernel/errors.ts'
import { connect as open, transact } from '../../../src/platform/db/index.ts'
import { type Client, connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { recordLog } from '../../services/log.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)

let server: TestServer
let ada: Account
let bob: Account
let socket: Client
let room: number
beforeAll(async () => {
  server = await startServer({ server: { trusted_proxies: ['127.0.0.1'] }, limits: { max_messages_per_minute: 3 } })
  ada = await server.register('ada')
  bob = await server.register('bob')
  room = await server.room(ada)
  socket = await connect(server, { token: bob.token, headers: { 'x-forwarded-for': '203.0.113.5' } })
})
afterAll(() => server.close())

interface Row {
  actor_id: number | null
  action: string
  target_type: string | null
  target_id: string | null
  conversation_id: number | null
  ip: string | null
  request_id: string | null
  outcome: string
  details: Record<string, unknown>
}

/** The rows of one action, once there are as many. */
const rows = (action: string, count = 1, of = server) =>
  eventually(`${count} of ${action} in the trail`, async () => {
    const found = await of.sql<Row[]>`
      select actor_id, action, target_type, target_id, conversation_id, host(ip) as ip, request_id, outcome, details from audit_log where action = ${action} order by id`
    return found.length >= count && found.map((row) => ({ ...row }))
  })

test('a command that is refused for want of a permission is there, with who, where and what', async () => {
  const refused = await socket.command('leave_room', { room_id: room })
  expect(refused.data.code).toBe('PERMISSION_DENIED')
  expect(await rows('ws.leave_room')).toEqual([
    {
      actor_id: bob.id,
      action: 'ws.leave_room',
      target_type: null,
      target_id: null,
      conversation_id: room,
      ip: '203.0.113.5',
      request_id: null,
      outcome: 'denied',
      details: { code: 'PERMISSION_DENIED', reason: 'join the room first' },
    },
  ])
})

test('a room named by its slug, and a message, are found', async () => {
  const [named] = await server.sql<{ slug: string }[]>`select slug from conversations where id = ${room}`
  await socket.command('get_history', { room_id: named?.slug })
  expect(await rows('ws.get_history')).toMatchObject([{ conversation_id: room }])

  const own = await connect(server, { token: ada.token })
  await own.command('join_room', { room_id: room })
  const sent = await own.command('send_message', { room_id: room, content: 'mine' })
  const other = await connect(server, { token: bob.token })
  await other.command('join_room', { room_id: room })
  const refused = await other.command('delete_message', { message_id: sent.data.id })
  expect(refused.data.code).toBe('PERMISSION_DENIED')
  expect(await rows('ws.delete_message')).toMatchObject([
    { actor_id: bob.id, target_type: 'message', target_id: String(sent.data.id), conversation_id: room },
  ])
  await own.close()
  await other.close()
})

test('a private room that outsiders ask for is not there', async () => {
  const secret = await server.room(ada, { is_public: false })
  const outsider = await connect(server, { token: (await server.register('outsider')).token })
  expect((await outsider.command('leave_room', { room_id: secret })).data.code).toBe('ROOM_NOT_FOUND')
  expect((await outsider.command('leave_room', { room_id: room })).data.code).toBe('PERMISSION_DENIED')
  expect((await rows('ws.leave_room', 2)).map(({ conversation_id }) => conversation_id)).toEqual([room, room])
  await outsider.close()
  expect(await server.sql`select from audit_log where conversation_id = ${secret} and outcome = 'denied'`).toHaveLength(
    0,
  )
})

test('being too fast is told once a minute', async () => {
  const { id } = (await server.register('fast')) as { id: number }
  const fast = await connect(server, { token: (await server.login('fast')).token })
  await fast.command('join_room', { room_id: room })
  for (let count = 0; count < 8; count++) await fast.command('send_message', { room_id: room, content: 'x' })
  const found = await rows('ws.send_message')
  expect(found).toMatchObject([{ actor_id: id, details: { code: 'RATE_LIMIT_EXCEEDED', limit: 3 } }])
  await fast.close()
})

test('whoever is muted and types has not tried to write, until they do', async () => {
  const carl = await server.register('carl')
  const own = await connect(server, { token: carl.token })
  await own.command('join_room', { room_id: room })
  await server.ask(`PUT /rooms/${room}/members/${carl.id}`, { muted_until: '2099-01-01T00:00:00.000Z' }, ada.token)
  for (const type of ['typing_start', 'send_message']) {
    const refused = await own.command(type, { room_id: room, ...(type === 'send_message' && { content: 'x' }) })
    expect(refused.data.code).toBe('USER_MUTED')
  }
  await eventually('the message in the trail', async () => {
    const found = await server.sql`select action from audit_log where actor_id = ${carl.id} and outcome = 'denied'`
    return (
      found.length > 0 && expect(found.map(({ action }) => String(action))).toEqual(['ws.send_message']) === undefined
    )
  })
  await own.close()
})

test('a token that is none, over HTTP and WebSocket, and a page of another origin', async () => {
  const answer = await server.ask('GET /users/me', undefined, 'nonsense')
  expect(answer.error.code).toBe('INVALID_TOKEN')
  const [over_http] = await rows('http.GET /api/v1/users/me')
  expect(over_http).toMatchObject({ actor_id: null, ip: '127.0.0.1', details: { code: 'INVALID_TOKEN' } })
  expect(over_http?.request_id).toBe(answer.headers.get('x-request-id'))

  const stranger = await connect(server)
  await stranger.command('authenticate', { token: 'nonsense' })
  expect(await rows('ws.authenticate')).toMatchObject([
    { actor_id: null, ip: '127.0.0.1', details: { code: 'INVALID_TOKEN' } },
  ])

  await connect(server, { headers: { origin: 'https://evil.example' } }).catch(String)
  expect(await rows('http.GET /ws')).toMatchObject([{ details: { code: 'ORIGIN_REFUSED' } }])
})

test('a token whose session has ended is told with its user, and of a banned user it is they who asked, over HTTP and WebSocket', async () => {
  const gone = await server.register('gone')
  await server.ask('POST /auth/logout', {}, gone.token)
  await server.ask('POST /auth/ws-ticket', {}, gone.token)
  const target = { actor_id: null, target_type: 'user', target_id: String(gone.id) }
  expect(await rows('http.POST /api/v1/auth/ws-ticket')).toMatchObject([
    { ...target, details: { code: 'SESSION_REVOKED' } },
  ])
  const banned = await server.register('banned')
  await server.sql`update users set status = 'banned' where id = ${banned.id}`
  await connect(server, { token: banned.token })
  const found = await rows('ws.authenticate', 2)
  const theirs = { actor_id: banned.id, target_type: 'user', target_id: String(banned.id) }
  expect(found.at(-1)).toMatchObject({ ...theirs, details: { code: 'USER_BANNED' } })
  await server.ask('GET /rooms', undefined, banned.token)
  expect(await rows('http.GET /api/v1/rooms')).toMatchObject([{ ...theirs, details: { code: 'USER_BANNED' } }])
})

test('what fits no command has no name of the client in it', async () => {
  const strict = await startServer({ limits: { max_commands_per_minute: 1 } })
  const carl = await strict.register('carl')
  const own = await connect(strict, { token: carl.token })
  for (let count = 0; count < 3; count++) await own.command('x'.repeat(100), {})
  expect(await rows('ws.unknown', 1, strict)).toMatchObject([{ details: { code: 'RATE_LIMIT_EXCEEDED' } }])
  await own.close()
  await strict.close()
})

const denied = (extra: object = {}) => ({
  actor: null,
  ip: '192.0.2.1',
  action: 'ws.test',
  error: new AppError('PERMISSION_DENIED', { permission: 'x' }),
  ...extra,
})

const kept = async (action: string) =>
  (
    await server.sql<
      Row[]
    >`select actor_id, details from audit_pending where action = ${action} union all select actor_id, details from audit_log where action = ${action}`
  ).length

test.each<[string, Partial<Record<'each' | 'total', number>>, object[], number]>([
  ['of one address', { each: 2 }, Array.from({ length: 5 }, () => ({})), 2],
  ['of each address', { each: 2 }, [{}, {}, {}, { ip: '192.0.2.2' }], 3],
  ['of one user, wherever', { each: 2 }, [1, 2, 3].map((n) => ({ actor: { id: 1, ip: `192.0.2.${n}` } })), 2],
  ['of everybody', { each: 2, total: 3 }, [1, 2, 3, 4, 5].map((n) => ({ ip: `192.0.2.${n}` })), 3],
  [
    'of everybody, strangers apart',
    { total: 2 },
    [1, 2, 3, 4, 5].map((id) => (id < 4 ? { ip: `192.0.2.${id}` } : { actor: { id } })),
    4,
  ],
  ['without limits', { each: 0, total: 0 }, Array.from({ length: 30 }, () => ({})), 30],
])('the limits: %s', async (name, { each = 0, total = 0 }, entries, expected) => {
  const action = `ws.limits ${name}`
  const refusals = createRefusals({
    sql: server.sql,
    log: recordLog(),
    limits: { max_audited_refusals_per_minute: each, max_audited_refusals_total_per_minute: total },
  })
  for (const entry of entries) refusals.add(denied({ ...entry, action }))
  await refusals.flush()
  expect(await kept(action)).toBe(expected)
})

test('what was left out is counted, and written when the minute is over', async () => {
  let now = 0
  const limits = { max_audited_refusals_per_minute: 1, max_audited_refusals_total_per_minute: 0 }
  const refusals = createRefusals({ sql: server.sql, log: recordLog(), limits, now: () => now })
  for (let count = 0; count < 4; count++) refusals.add(denied({ action: 'ws.minute' }))
  await refusals.flush()
  now += 60_001
  refusals.add(denied({ action: 'ws.minute' }))
  await refusals.flush()
  expect(await kept('ws.minute')).toBe(2)
  expect(await rows('audit.omit')).toMatchObject([{ actor_id: null, details: { refusals: { PERMISSION_DENIED: 3 } } }])
})

test('text that PostgreSQL cannot hold does not keep the others out', async () => {
  const limits = { max_audited_refusals_per_minute: 0, max_audited_refusals_total_per_minute: 0 }
  const refusals = createRefusals({ sql: server.sql, log: recordLog(), limits })
  refusals.add(denied({ action: 'ws.text', error: new AppError('PERMISSION_DENIED', { reason: 'a\0b\ud800' }) }))
  refusals.add(denied({ action: 'ws.text' }), 'no-such-room')
  await refusals.flush()
  expect(await kept('ws.text')).toBe(2)
})

test('who flushes while others are being written waits for those too', async () => {
  const limits = { max_audited_refusals_per_minute: 0, max_audited_refusals_total_per_minute: 0 }
  const refusals = createRefusals({ sql: server.sql, log: recordLog(), limits })
  refusals.add(denied({ action: 'ws.under-way' }))
  const [first, second] = await transact(server.sql, async (tx) => {
    await tx`lock table audit_pending in share row exclusive mode`
    const both = [refusals.flush(), refusals.flush().then(() => kept('ws.under-way'))] as const
    await Promise.race([...both, Bun.sleep(100)])
    return both
  })
  expect(await second).toBe(1)
  await first
})

test('while the database does not answer, refusals wait for it', async () => {
  const sql = open({ url: server.database.url, max: 1, connect_timeout: 10_000, query_timeout: 200 })
  const limits = { max_audited_refusals_per_minute: 0, max_audited_refusals_total_per_minute: 0 }
  const refusals = createRefusals({ sql, log: recordLog(), limits })
  refusals.add(denied({ action: 'ws.away' }))
  await transact(server.sql, async (tx) => {
    await tx`lock table audit_pending`
    await refusals.flush()
  })
  expect(await kept('ws.away')).toBe(0)
  await refusals.flush()
  expect(await kept('ws.away')).toBe(1)
  await sql.end()
})
