import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Answer, startServer, type TestServer } from '../../services/server.ts'
import { hire, type Name, type Staff, staffedRoom } from './staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let staff: Staff

beforeAll(async () => {
  server = await startServer()
  staff = await hire(server)
})
afterAll(() => server.close())

const as = (name: Name, line: string, body?: object): Promise<Answer> => server.ask(line, body, staff[name].token)
const codeOf = ({ error }: Answer) => error?.code ?? 'ok'

/** Holds the room's row while `deed` comes to wait for it, changes the room meanwhile, and gives what became of the deed. */
async function meanwhile<T>(
  room_id: number,
  change: (sql: TestServer['sql']) => Promise<unknown>,
  deed: () => Promise<T>,
) {
  let answer: Promise<T> | undefined
  await server.sql.begin(async (tx) => {
    await tx`select from conversations where id = ${room_id} for update`
    answer = deed()
    await eventually('the deed waits for the lock', async () => {
      const waiting =
        await server.sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      return waiting.length > 0
    })
    await change(tx as unknown as TestServer['sql'])
  })
  return answer!
}

const hide = (room_id: number) => (sql: TestServer['sql']) =>
  sql`update conversations set is_public = false where id = ${room_id}`
const remove = (room_id: number, name: Name) => (sql: TestServer['sql']) =>
  sql`delete from members where conversation_id = ${room_id} and user_id = ${staff[name].id}`
const demote = (room_id: number, name: Name) => (sql: TestServer['sql']) =>
  sql`update members set role = 'member' where conversation_id = ${room_id} and user_id = ${staff[name].id}`
const promote = (room_id: number, name: Name) => (sql: TestServer['sql']) =>
  sql`update members set role = 'admin' where conversation_id = ${room_id} and user_id = ${staff[name].id}`
const archive = (room_id: number) => (sql: TestServer['sql']) =>
  sql`update conversations set archived_at = now() where id = ${room_id}`
const erase = (room_id: number) => (sql: TestServer['sql']) =>
  sql`update conversations set deleted_at = now() where id = ${room_id}`

const kick = (room_id: number) => `DELETE /rooms/${room_id}/members/${staff.member.id}`

test.each<[string, Name, (id: number) => string, object | undefined, typeof hide, string]>([
  ['a kick by one who was removed', 'mod', kick, undefined, (id) => remove(id, 'mod'), 'PERMISSION_DENIED'],
  ['a kick by one who was demoted', 'mod', kick, undefined, (id) => demote(id, 'mod'), 'PERMISSION_DENIED'],
  ['a kick of one who was promoted', 'mod', kick, undefined, (id) => promote(id, 'member'), 'PERMISSION_DENIED'],
  ['a kick of one who left', 'mod', kick, undefined, (id) => remove(id, 'member'), 'USER_NOT_FOUND'],
  ['a kick from a room that one sees no more', 'sheriff', kick, undefined, hide, 'ROOM_NOT_FOUND'],
  ['a change of a room that is gone', 'owner', (id) => `PUT /rooms/${id}`, { topic: 'x' }, erase, 'ROOM_NOT_FOUND'],
  [
    'joining a room that turned private',
    'outsider',
    (id) => `POST /rooms/${id}/join`,
    undefined,
    hide,
    'ROOM_NOT_FOUND',
  ],
  [
    'joining a room that was archived',
    'outsider',
    (id) => `POST /rooms/${id}/join`,
    undefined,
    archive,
    'PERMISSION_DENIED',
  ],
  ['joining a room that is gone', 'outsider', (id) => `POST /rooms/${id}/join`, undefined, erase, 'ROOM_NOT_FOUND'],
])('%s meanwhile is judged by what is so once the lock is had', async (_, name, line, body, change, code) => {
  const room_id = await staffedRoom(server, staff)
  expect(codeOf(await meanwhile(room_id, change(room_id), () => as(name, line(room_id), body)))).toBe(code)
})

test('of two who join for one place over the socket, one becomes a member', async () => {
  const room_id = await server.room(staff.owner, { max_members: 2 })
  const clients = await Promise.all(
    (['member', 'member2'] as const).map((name) => connect(server, { token: staff[name].token })),
  )
  const replies = await meanwhile(
    room_id,
    async () => undefined,
    () => Promise.all(clients.map((client) => client.command('join_room', { room_id }))),
  )
  expect(replies.map(({ type }) => type).toSorted()).toEqual(['error', 'room_joined'])
  expect(replies.find(({ type }) => type === 'error')!.data.code).toBe('ROOM_FULL')
  await Promise.all(clients.map((client) => client.close()))
})
