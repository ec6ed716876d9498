import { Value } from '@sinclair/typebox/value'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { threadEvents } from '../../../src/features/conversations/index.ts'
import { type Client, connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let eve: Account
let a: Client
let b: Client
let e: Client

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, eve] = [await server.register('ada'), await server.register('bob'), await server.register('eve')]
  ;[a, b, e] = [
    await connect(server, { token: ada.token }),
    await connect(server, { token: bob.token }),
    await connect(server, { token: eve.token }),
  ]
})
afterAll(() => server.close())

/** A fresh room with a question of ada's, which nobody of the others follows. */
async function question(content = 'Who has the key?') {
  const room_id = await server.room(ada, {})
  for (const client of [b, e]) {
    await client.command('join_room', { room_id })
    await client.command('leave_room', { room_id })
  }
  const { message_id } = (await a.command('send_message', { room_id, content })).data
  const say = async (client: Client, text: string, parent_id: number | null = message_id) =>
    (await client.command('send_message', { room_id, content: text, parent_id })).data
  return { room_id, parent_id: message_id, say }
}

const unread = async (who: Account, room_id: number) => {
  const { data } = await server.ask('GET /users/me/unread', undefined, who.token)
  const { threads } = data as { threads: { room_id: number }[] }
  return threads.filter((one) => one.room_id === room_id)
}

const told = (client: Client, parent_id: number) =>
  client.frames.filter(({ type, data }) => type === 'thread_updated' && data.parent_id === parent_id)

describe('a reply is news', () => {
  test('to who wrote the first message, with what it says, and to nobody who takes no part', async () => {
    const { room_id, parent_id, say } = await question()
    const reply = await say(b, 'I have')
    const expected = {
      room_id,
      parent_id,
      author_id: ada.id,
      username: 'ada',
      preview: 'Who has the key?',
      thread_count: 1,
      last_reply: { message_id: reply.message_id, number: 2, author_id: bob.id, username: 'bob', preview: 'I have' },
    }
    await eventually('ada is told', () => told(a, parent_id).length > 0)
    expect(told(a, parent_id).at(-1)?.data).toMatchObject(expected)
    expect(await unread(ada, room_id)).toMatchObject([{ ...expected, last_read_number: 0, unread_count: 1 }])
    expect(await unread(bob, room_id)).toEqual([])
    expect(await unread(eve, room_id)).toEqual([])
    expect(told(e, parent_id)).toEqual([])
  })

  test('to who replied before, and until they reply again', async () => {
    const { room_id, parent_id, say } = await question()
    await say(b, 'one')
    await say(e, 'two')
    await say(e, 'three')
    await eventually('bob is told', () => told(b, parent_id).at(-1)?.data.thread_count === 3)
    expect(await unread(bob, room_id)).toMatchObject([{ unread_count: 2, last_read_number: 2 }])
    await say(b, 'four')
    expect(await unread(bob, room_id)).toEqual([])
    expect(await unread(eve, room_id)).toMatchObject([{ unread_count: 1, last_reply: { preview: 'four' } }])
  })

  test('also once the room is read, until the thread is', async () => {
    const { room_id, parent_id, say } = await question()
    const { message_id } = await say(b, 'here')
    await a.command('mark_read', { room_id, message_id })
    expect(await unread(ada, room_id)).toHaveLength(1)
    const marked = await a.command('mark_read', { room_id, message_id, parent_id })
    expect(marked.data).toMatchObject({ room_id, parent_id, last_read_number: 2, unread_count: 0 })
    expect(await unread(ada, room_id)).toEqual([])
  })

  test('and neither what is deleted is, nor what is said where one is no member any more', async () => {
    const first = await question()
    const { message_id } = await first.say(b, 'oh')
    await b.command('delete_message', { message_id })
    expect(await unread(ada, first.room_id)).toEqual([])
    const second = await question()
    await second.say(b, 'one')
    await second.say(e, 'two')
    expect(await unread(bob, second.room_id)).toHaveLength(1)
    await b.command('leave_room', { room_id: second.room_id, forget: true })
    expect(await unread(bob, second.room_id)).toEqual([])
    await second.say(e, 'three')
    await eventually('ada is told', () => told(a, second.parent_id).at(-1)?.data.thread_count === 3)
    expect(told(b, second.parent_id).at(-1)?.data.thread_count).toBeLessThan(3)
  })
})

test('a pointer in a thread never moves back, and leaves that of the room alone', async () => {
  const { room_id, parent_id, say } = await question()
  const one = await say(b, 'one')
  const two = await say(b, 'two')
  const mark = async (message_id: number) =>
    (await a.command('mark_read', { room_id, message_id, parent_id })).data.last_read_number
  expect(await mark(two.message_id)).toBe(3)
  expect(await mark(one.message_id)).toBe(3)
  expect(await unread(ada, room_id)).toEqual([])
  const { data } = await server.ask(`GET /rooms/${room_id}/members`, undefined, ada.token)
  const { members } = data as { members: { last_read_number?: number }[] }
  expect(members.find((member) => member.last_read_number !== undefined)).toMatchObject({ last_read_number: 1 })
})

test('nothing is kept of threads in which one takes no part', async () => {
  const { room_id, parent_id, say } = await question()
  const { message_id } = await say(b, 'one')
  await e.command('mark_read', { room_id, message_id, parent_id })
  expect(await server.sql`select from thread_reads where user_id = ${eve.id} and message_id = ${parent_id}`).toHaveLength(0) // prettier-ignore
})

test.each([
  ['the first message', async ({ parent_id }: { parent_id: number }) => ({ message_id: parent_id, parent_id })],
  [
    'a reply of another thread',
    async ({ parent_id }: { parent_id: number }) => {
      const other = await question()
      return { message_id: (await other.say(b, 'there')).message_id, parent_id }
    },
  ],
])('MESSAGE_NOT_FOUND for %s', async (_, of) => {
  // prettier-ignore
  const here = await question()
  await here.say(b, 'one')
  const refused = await a.command('mark_read', { room_id: here.room_id, ...(await of(here)) })
  expect(refused).toMatchObject({ type: 'error', data: { code: 'MESSAGE_NOT_FOUND' } })
})

test('over REST as over the socket', async () => {
  const { room_id, parent_id, say } = await question()
  const { message_id } = await say(b, 'one')
  const { status, data } = await server.ask(`POST /rooms/${room_id}/read`, { message_id, parent_id }, ada.token)
  expect({ status, data }).toMatchObject({ status: 200, data: { parent_id, unread_count: 0 } })
  expect(await unread(ada, room_id)).toEqual([])
})

test.each(threadEvents.map(({ type, data }) => [type, data] as const))(
  '%s has the shape that is declared',
  (type, shape) => {
    const told = [a, b, e].flatMap((client) => client.events.filter((event) => event.type === type))
    expect(told.length).toBeGreaterThan(1)
    for (const { data } of told) {
      expect(Value.Clean(shape, structuredClone(data))).toEqual(data)
      expect([...Value.Errors(shape, data)]).toEqual([])
    }
  },
)

test('what is encrypted is no preview, of the first message and of a reply', async () => {
  const { room_id, parent_id } = await question('c2VjcmV0')
  await server.sql`update messages set content_type = 'encrypted' where id = ${parent_id}`
  await b.command('join_room', { room_id })
  await b.command('send_message', { room_id, content: 'c2VjcmV0', content_type: 'encrypted', parent_id })
  await eventually('ada is told', () => told(a, parent_id).length > 0)
  expect(told(a, parent_id).at(-1)).toMatchObject({ data: { preview: '', last_reply: { preview: '' } } })
  expect(await unread(ada, room_id)).toMatchObject([{ preview: '', last_reply: { preview: '' } }])
})

test('a mark behind own replies says where one stands, and what is left', async () => {
  const { room_id, parent_id, say } = await question('Where is it?')
  const first = await say(b, 'Here')
  await say(a, 'Thanks')
  const marked = await server.ask(`POST /rooms/${room_id}/read`, { message_id: first.message_id, parent_id }, ada.token)
  expect(marked.data).toMatchObject({ last_read_number: 3, unread_count: 0 })
})
