import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { outcome, post, type Said } from './rest.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let room: number

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
  room = await server.room(ada)
  await server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
})
afterAll(() => server.close())

const send = async (key: string | null, content = 'hello', { who = ada, to = room, more = {} } = {}) => {
  const headers = key === null ? {} : { 'idempotency-key': key }
  const answer = await post(server, `/rooms/${to}/messages`, { content, ...more }, who, headers)
  return { ...answer, said: answer.data as Said }
}
const stored = async (client_id: string) => server.sql`select id from messages where client_id = ${client_id}`

test('a repeat gives the message that is there, with 200 and without a new one', async () => {
  const first = await send('repeat', 'the first')
  expect([first.status, first.headers.get('location')]).toEqual([201, `/api/v1/messages/${first.said.id}`])
  expect(first.said).toMatchObject({ content: 'the first', client_id: 'repeat' })
  expect(first.said).not.toHaveProperty('duplicate')
  const again = await send('repeat', 'something else')
  expect([again.status, again.headers.get('location')]).toEqual([200, null])
  expect(again.said).toEqual({ ...first.said, duplicate: true })
  expect(await stored('repeat')).toHaveLength(1)
})

test('without a key each is a message of its own, and none shows a client_id', async () => {
  const [one, other] = [await send(null), await send(null)]
  expect([one.status, other.status]).toEqual([201, 201])
  expect(other.said.id).toBeGreaterThan(one.said.id)
  expect(one.said).not.toHaveProperty('client_id')
})

test('twenty at once with one key are one message, which one of them has sent', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => send('crowd', `try ${n}`)))
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array<number>(19).fill(200), 201])
  expect(new Set(answers.map(({ said }) => said.id)).size).toBe(1)
  expect(new Set(answers.map(({ said }) => said.content)).size).toBe(1)
  expect(answers.filter(({ said }) => said.duplicate !== true)).toHaveLength(1)
  expect(await stored('crowd')).toHaveLength(1)
})

test('those who listen hear of the twenty once', async () => {
  const listener = await connect(server, { token: bob.token })
  await listener.command('join_room', { room_id: room })
  await Promise.all(Array.from({ length: 20 }, () => send('heard')))
  const { said } = await send(null, 'the last')
  await listener.next((event) => event.data.id === said.id)
  const heard = listener.events.filter(({ type, data }) => type === 'room_message' && data.client_id === 'heard')
  expect(heard).toHaveLength(1)
  expect(listener.events.find(({ data }) => data.id === said.id)?.data as unknown).toEqual(said)
  await listener.close()
})

test('the key is the client_id: over the WebSocket it is the same message, and back', async () => {
  const client = await connect(server, { token: ada.token })
  const rest = await send('both ways')
  const socket = await client.command('send_message', { room_id: room, content: 'x', metadata: { client_id: 'both ways' } }) // prettier-ignore
  expect(socket.data as unknown).toEqual({ ...rest.said, duplicate: true })

  const sent = await client.command('send_message', { room_id: room, content: 'y', metadata: { client_id: 'and back' } }) // prettier-ignore
  const { status, said } = await send('and back')
  expect([status, said as unknown]).toEqual([200, { ...sent.data, duplicate: true }])
  expect((await post(server, `/rooms/${room}/messages`, { content: 'z', metadata: { client_id: 'and back' } }, ada)).status).toBe(200) // prettier-ignore

  const mixed = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      if (n % 2 === 0) return (await send('mixed')).said
      const data = { room_id: room, content: 'hello', metadata: { client_id: 'mixed' } }
      return (await client.command('send_message', data)).data
    }),
  )
  expect(new Set(mixed.map(({ id }) => id)).size).toBe(1)
  await client.close()
})

test('it is good for one author and one conversation', async () => {
  const { said } = await send('mine')
  const [other, elsewhere] = [await send('mine', 'x', { who: bob }), await send('mine', 'x', { to: await server.room(ada) })] // prettier-ignore
  expect([other.status, elsewhere.status]).toEqual([201, 201])
  expect(new Set([said.id, other.said.id, elsewhere.said.id]).size).toBe(3)
})

test('it is good for a DM too', async () => {
  const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
  const path = `/conversations/${(data as { conversation_id: number }).conversation_id}/messages`
  const [first, again] = [
    await post(server, path, { content: 'psst' }, ada, { 'idempotency-key': 'dm' }),
    await post(server, path, { content: 'psst' }, ada, { 'idempotency-key': 'dm' }),
  ]
  expect([first.status, again.status]).toEqual([201, 200])
  expect(again.data as unknown).toEqual({ ...(first.data as object), duplicate: true })
})

test('it may stand in quotes, as the draft of the header has it', async () => {
  const { said } = await send(String.raw`"say \"a\\b\""`)
  expect(said.client_id).toBe(String.raw`say "a\b"`)
  expect((await send('"quoted"')).status).toBe(201)
  expect((await send('quoted')).status).toBe(200)
})

test('it may be said twice, as long as it is the same', async () => {
  const agreed = await send('agreed', 'x', { more: { metadata: { client_id: 'agreed', color: 'red' } } })
  expect([agreed.status, agreed.said.client_id]).toEqual([201, 'agreed'])
  const { status, error } = await send('one', 'x', { more: { metadata: { client_id: 'other' } } })
  expect([status, error.details]).toEqual([
    422,
    [{ field: 'metadata.client_id', reason: 'differs from the header Idempotency-Key' }],
  ])
  expect(await stored('one')).toHaveLength(0)
  expect(await stored('other')).toHaveLength(0)
})

test.each([
  ['nothing', ''],
  ['two quotes', '""'],
  ['a quote without its end', '"abc'],
  ['a quote within quotes', '"a"b"'],
  ['a tilde in front', '~abc'],
  ['a tilde in front, quoted', '"~abc"'],
  ['129 characters', 'x'.repeat(129)],
  ['129 characters, quoted', `"${'x'.repeat(129)}"`],
  ['an accent', 'é'],
])('a key of %s is refused', async (_, key) => {
  const { status, error } = await send(key)
  expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  expect(error.details).toEqual([
    {
      field: 'idempotency-key',
      reason: 'must have 1 to 128 printable ASCII characters, and not begin with "~"',
    },
  ])
})

test.each([
  ['one character', 'k'],
  ['128 characters', 'x'.repeat(128)],
  ['128 characters, quoted', `"${'y'.repeat(128)}"`],
  ['a tilde within', 'a~b'],
  ['blanks within', 'a b  c'],
])('a key of %s is taken', async (_, key) => {
  const { status, said } = await send(key)
  expect([status, said.client_id]).toEqual([201, key.replaceAll('"', '')])
})

test('a key under which something was refused is still free', async () => {
  expect(outcome(await send('free', '   '))).toEqual([422, 'MESSAGE_EMPTY'])
  expect((await send('free', 'not blank')).status).toBe(201)
})
