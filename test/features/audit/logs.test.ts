import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { Value } from '@sinclair/typebox/value'
import { AuditLogs } from '../../../src/features/audit/schema.ts'
import { type Client, connect, type Data } from '../../services/client.ts'
import { createDatabase } from '../../services/postgres.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)

let server: TestServer
let owner: Account
let member: Account
let outsider: Account
let own: Client
let room: number
beforeAll(async () => {
  server = await startServer()
  owner = await server.register('owner')
  member = await server.register('member')
  outsider = await server.register('outsider')
  room = await server.room(owner)
  own = await connect(server, { token: owner.token })
  const other = await connect(server, { token: member.token })
  await other.command('join_room', { room_id: room })
  await own.command('join_room', { room_id: room })
  for (const content of ['one', 'two', 'three']) {
    const { data } = await own.command('send_message', { room_id: room, content })
    await own.command('pin_message', { room_id: room, message_id: data.id })
  }
  await other.close()
})
afterAll(() => server.close())

const logs = (data: Data) => data['logs'] as Data[]

test('what was done in a room is there at once, newest first, and without addresses for its owner', async () => {
  const { type, data } = await own.command('get_audit_logs', { room_id: room })
  expect(type).toBe('audit_logs')
  expect(Value.Check(AuditLogs, data)).toBe(true)
  expect([data.room_id, data['next_cursor']]).toEqual([room, null])
  expect(logs(data).map(({ action }) => action)).toEqual([
    'message.pin',
    'message.pin',
    'message.pin',
    'member.join',
    'room.create',
  ])
  expect(logs(data).at(-1)).toEqual({
    id: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    actor_id: owner.id,
    actor_username: 'owner',
    action: 'room.create',
    target_type: 'room',
    target_id: String(room),
    outcome: 'success',
    details: expect.objectContaining({ is_public: true }),
  } as never)
})

test('page by page they come whole, and one action by itself', async () => {
  const seen: unknown[] = []
  let cursor: unknown
  do {
    const { data } = await own.command('get_audit_logs', { room_id: room, limit: 2, ...(cursor ? { cursor } : {}) })
    expect(logs(data).length).toBeLessThanOrEqual(2)
    seen.push(...logs(data).map(({ id }) => id))
    cursor = data['next_cursor']
  } while (cursor)
  const whole = await own.command('get_audit_logs', { room_id: room })
  expect(seen).toEqual(logs(whole.data).map(({ id }) => id))
  const pins = await own.command('get_audit_logs', { room_id: room, action: 'message.pin', limit: 3 })
  expect([logs(pins.data).length, pins.data['next_cursor']]).toEqual([3, null])
})

test('those who may view the logs of the whole server see addresses', async () => {
  await server.sql`update users set role = 'moderator' where id = ${member.id}`
  const moderator = await connect(server, { token: member.token })
  const { data } = await moderator.command('get_audit_logs', { room_id: room, action: 'member.join' })
  expect(logs(data)[0]).toMatchObject({ ip: '127.0.0.1' })
  await moderator.close()
  await server.sql`update users set role = 'user' where id = ${member.id}`
})

test('the logs of another room are not in it', async () => {
  const other = await server.room(owner)
  const { data } = await own.command('get_audit_logs', { room_id: other })
  expect(logs(data).map(({ action }) => action)).toEqual(['room.create'])
})

test('a room named by its slug answers with its id', async () => {
  const [row] = await server.sql<{ slug: string }[]>`select slug from conversations where id = ${room}`
  expect((await own.command('get_audit_logs', { room_id: row?.slug })).data.room_id).toBe(room)
})

test.each<[string, () => Account, () => object, string, object]>([
  ['a member', () => member, () => ({ room_id: room }), 'PERMISSION_DENIED', { permission: 'view_audit_logs' }],
  [
    'somebody who has not joined',
    () => outsider,
    () => ({ room_id: room }),
    'PERMISSION_DENIED',
    { reason: 'join the room first' },
  ],
  ['a room that is not there', () => owner, () => ({ room_id: 999_999 }), 'ROOM_NOT_FOUND', {}],
  ['a DM that is not there', () => owner, () => ({ conversation_id: 999_999 }), 'CONVERSATION_NOT_FOUND', {}],
  ['a cursor of another list', () => owner, () => ({ room_id: room, cursor: 'x' }), 'VALIDATION_FAILED', {}],
  ['a limit of 0', () => owner, () => ({ room_id: room, limit: 0 }), 'VALIDATION_FAILED', {}],
  ['a limit of 101', () => owner, () => ({ room_id: room, limit: 101 }), 'VALIDATION_FAILED', {}],
  ['neither room nor DM', () => owner, () => ({}), 'VALIDATION_FAILED', {}],
  ['an action with NUL', () => owner, () => ({ room_id: room, action: 'a\0' }), 'VALIDATION_FAILED', {}],
])('get_audit_logs refuses %s', async (_, who, data, code, details) => {
  const client = await connect(server, { token: who().token })
  const answer = await client.command('get_audit_logs', data())
  expect(answer).toMatchObject({ type: 'error', data: { code } })
  expect(answer.data.details ?? {}).toMatchObject(details)
  await client.close()
})

test('a DM has its own, which its two people may not view', async () => {
  const { data } = await own.command('create_dm', { user_id: member.id })
  const answer = await own.command('get_audit_logs', { conversation_id: data.conversation_id })
  expect(answer.data).toMatchObject({ code: 'PERMISSION_DENIED', details: { permission: 'view_audit_logs' } })
})

test('a server that stops has sealed what was done, and what it refused', async () => {
  const database = await createDatabase()
  const short = await startServer({}, database)
  await short.register('ada')
  await short.ask('GET /users/me', undefined, 'nonsense')
  await short.close()
  expect(await database.sql`select from audit_pending`).toHaveLength(0)
  const rows = await database.sql<{ action: string }[]>`select action from audit_log order by at`
  expect(rows.map(({ action }) => action)).toEqual(['user.register', 'session.begin', 'http.GET /api/v1/users/me'])
  expect(short.log.lines.map(({ message }) => message)).toContain('The head of the audit trail')
  await database.drop()
})
