import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { DmBlocked } from '../../../src/features/conversations/answers.ts'
import { type Client, connect, type Frame } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { expectShape } from './staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob, cleo]: Account[] = []
let [a, a2, b, c]: Client[] = []

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, cleo] = await Promise.all(['ada', 'bob', 'cleo'].map((name) => server.register(name)))
  ;[a, a2, b, c] = await Promise.all([ada!, ada!, bob!, cleo!].map(({ token }) => connect(server, { token })))
})
afterAll(() => server.close())

const codeOf = ({ data }: Frame) => data.code
const dm = async (client: Client, user_id: number) => (await client.command('create_dm', { user_id })).data
const block = (client: Client, conversation_id: number, on: boolean) =>
  client.command('block_dm', { conversation_id, block: on })
const write = (client: Client, conversation_id: number) => client.command('send_dm', { conversation_id, content: 'x' })

test('block_dm stops both, tells the blocker’s own devices alone, and is lifted only by whoever blocked', async () => {
  const { conversation_id } = await dm(a!, bob!.id)
  const reply = await block(a!, conversation_id, true)
  expect(reply).toMatchObject({ type: 'dm_blocked', data: { conversation_id, is_blocked: true, blocked_by_you: true } })
  expectShape(DmBlocked, reply.data)
  expect(await a2!.next('dm_blocked')).toEqual({ type: 'dm_blocked', data: reply.data })
  for (const client of [a!, b!]) expect(codeOf(await write(client, conversation_id))).toBe('CONVERSATION_BLOCKED')

  // Each has a block of their own.
  const theirs = await block(b!, conversation_id, false)
  expect(theirs.data).toMatchObject({ is_blocked: true, blocked_by_you: false })
  expect(codeOf(await write(b!, conversation_id))).toBe('CONVERSATION_BLOCKED')
  await block(b!, conversation_id, true)
  expect((await block(a!, conversation_id, false)).data).toMatchObject({ is_blocked: true, blocked_by_you: false })
  expect(codeOf(await write(a!, conversation_id))).toBe('CONVERSATION_BLOCKED')
  expect((await block(b!, conversation_id, false)).data).toMatchObject({ is_blocked: false, blocked_by_you: false })
  for (const client of [a!, b!]) expect((await write(client, conversation_id)).type).toBe('message_sent')

  const told = (client: Client) => client.events.filter(({ type }) => type === 'dm_blocked').map(({ data }) => data['blocked_by_you']) // prettier-ignore
  await Promise.all([a2!, b!].map((client) => client.command('ping')))
  expect([told(a2!), told(b!)]).toEqual([[true, false], [true, false]]) // prettier-ignore
})

test('what is blocked already is blocked without a word', async () => {
  const { conversation_id } = await dm(c!, bob!.id)
  await block(c!, conversation_id, true)
  await c!.next('dm_blocked')
  expect((await block(c!, conversation_id, true)).data).toMatchObject({ is_blocked: true, blocked_by_you: true })
  await c!.command('ping')
  expect(c!.events.filter(({ type }) => type === 'dm_blocked')).toHaveLength(1)
  await block(c!, conversation_id, false)
})

test('create_dm reaches nobody who blocked the caller before they had a conversation; an old one stays', async () => {
  const [dora, emil] = [await server.register('dora'), await server.register('emil')]
  const [d, e] = await Promise.all([dora, emil].map(({ token }) => connect(server, { token })))
  await server.sql`insert into blocks (user_id, blocked_user_id) values (${emil.id}, ${dora.id})`
  expect(codeOf(await d!.command('create_dm', { user_id: emil.id }))).toBe('USER_BLOCKED')
  // Who blocks may still begin, and then it is there for both.
  const made = await dm(e!, dora.id)
  expect(made).toMatchObject({ is_blocked: true })
  expect(await dm(d!, emil.id)).toMatchObject({ conversation_id: made.conversation_id, is_blocked: true })
  await Promise.all([d!.close(), e!.close()])
})

test.each<[string, () => Promise<number>, string]>([
  ['a DM of others', async () => (await dm(a!, bob!.id)).conversation_id, 'CONVERSATION_NOT_FOUND'],
  ['a room', () => server.room(cleo!), 'CONVERSATION_NOT_FOUND'],
  ['notes to oneself', async () => (await dm(c!, cleo!.id)).conversation_id, 'RESOURCE_CONFLICT'],
])('block_dm of %s is refused', async (_, which, code) => {
  expect(codeOf(await block(c!, await which(), true))).toBe(code)
})

test('after the answer to block_dm no message arrives', async () => {
  const { conversation_id } = await dm(a!, bob!.id)
  const sends = Array.from({ length: 30 }, () => write(b!, conversation_id))
  await block(a!, conversation_id, true)
  const [row] = await server.sql`select message_count from conversations where id = ${conversation_id}`
  const sent = (await Promise.all(sends)).filter(({ type }) => type === 'message_sent')
  const [after] = await server.sql`select message_count from conversations where id = ${conversation_id}`
  expect(after).toEqual(row)
  expect(sent.length).toBeLessThanOrEqual(30)
  await block(a!, conversation_id, false)
})

test('a DM that begins while one is connected gets its badge', async () => {
  const fay = await server.register('fay')
  const [f, x] = await Promise.all([fay, bob!].map(({ token }) => connect(server, { token })))
  const { conversation_id } = await dm(f!, bob!.id)
  await write(f!, conversation_id)
  const badge = await x!.next(({ type, data }) => type === 'unread_updated' && data.conversation_id === conversation_id)
  expect(badge.data).toMatchObject({ message_number: 1 })
  await Promise.all([f!.close(), x!.close()])
})

test('nobody registers as what a mention may mean', async () => {
  for (const username of ['here', 'Room', 'ALL', 'everyone', 'channel', 'system'])
    expect((await server.ask('POST /auth/register', { username, password: 'correct horse' })).error).toMatchObject({
      code: 'RESOURCE_CONFLICT',
      details: { field: 'username' },
    })
})
