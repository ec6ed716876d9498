import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let zoe: Account
let a: Client
let b: Client

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, zoe] = [await server.register('ada'), await server.register('bob'), await server.register('zoe')]
  ;[a, b] = [await connect(server, { token: ada.token }), await connect(server, { token: bob.token })]
})
afterAll(() => server.close())

const ask = (line: string, body: unknown, who: Account): Promise<Answer> => server.ask(line, body, who.token)
const outcome = ({ status, error }: Answer) => [status, error?.code]

async function place(kind: 'room' | 'dm') {
  let id: number
  if (kind === 'room') {
    id = await server.room(ada)
    for (const client of [a, b]) await client.command('join_room', { room_id: id })
  } else {
    const { data } = await ask('POST /conversations', { user_id: bob.id }, ada)
    id = (data as { conversation_id: number }).conversation_id
  }
  const path = kind === 'room' ? `/rooms/${id}` : `/conversations/${id}`
  const named = kind === 'room' ? { room_id: id } : { conversation_id: id }
  const said: number[] = []
  for (const content of ['one', 'two @bob', 'three'])
    said.push(((await ask(`POST ${path}/messages`, { content }, ada)).data as { id: number }).id)
  return { path, named, said: said as [number, number, number], count: 3 }
}

describe.each(['room', 'dm'] as const)('in a %s', (kind) => {
  test('the pointer moves forward, and what is left is told', async () => {
    const { path, named, said } = await place(kind)
    const [one, , three] = said
    const { status, data } = await ask(`POST ${path}/read`, { message_id: one }, bob)
    expect([status, data]).toMatchObject([200, { ...named, message_id: one, unread_count: 2, mention_count: 1 }])
    const { data: all } = await ask(`POST ${path}/read`, { message_id: three }, bob)
    expect(all).toMatchObject({ unread_count: 0, mention_count: 0 })
    const { data: back } = await ask(`POST ${path}/read`, { message_id: one }, bob)
    expect(back).toEqual({ ...(all as object), message_id: one } as never)
  })

  test("the reader's other sockets and the others hear of it as from mark_read", async () => {
    const { path, named, said } = await place(kind)
    const { data } = await ask(`POST ${path}/read`, { message_id: said[2] }, bob)
    const id = Object.values(named)[0]!
    const here = (each: { data: { room_id?: number; conversation_id?: number } }) =>
      (each.data.room_id ?? each.data.conversation_id) === id
    const { last_read_number } = data as { last_read_number: number }
    const own = await b.next((event) => event.type === 'unread_updated' && here(event) && event.data['last_read_number'] === last_read_number) // prettier-ignore
    expect(own.data).toMatchObject({ ...named, unread_count: 0, mention_count: 0 })
    const receipt = await a.next((event) => event.type === 'read_receipt' && here(event) && event.data.message_id === said[2]) // prettier-ignore
    expect(receipt.data).toMatchObject({ ...named, user_id: bob.id })
  })

  test('it is only for those inside, and only for messages of there', async () => {
    const { path, said } = await place(kind)
    const other = await place(kind === 'room' ? 'dm' : 'room')
    const read = (message_id: unknown, who = bob) => ask(`POST ${path}/read`, { message_id }, who)
    expect(outcome(await read(other.said[0]))).toEqual([404, 'MESSAGE_NOT_FOUND'])
    expect(outcome(await read(Number.MAX_SAFE_INTEGER))).toEqual([404, 'MESSAGE_NOT_FOUND'])
    for (const wrong of [0, -1, 1.5, '1', null, 2 ** 60, undefined])
      expect(outcome(await read(wrong))).toEqual([422, 'VALIDATION_FAILED'])
    const expected = kind === 'room' ? [403, 'PERMISSION_DENIED'] : [404, 'CONVERSATION_NOT_FOUND']
    expect(outcome(await read(said[0], zoe))).toEqual(expected)
    expect((await server.ask(`POST ${path}/read`, { message_id: said[0] })).status).toBe(401)
  })
})

test('a room is found by its slug, and a private one not by those outside', async () => {
  const id = await server.room(ada, { slug: 'read-me', is_public: false })
  const { data } = await ask(`POST /rooms/read-me/messages`, { content: 'x' }, ada)
  const body = { message_id: (data as { id: number }).id }
  expect((await ask('POST /rooms/read-me/read', body, ada)).data).toMatchObject({ room_id: id })
  for (const ref of ['read-me', id]) expect(outcome(await ask(`POST /rooms/${ref}/read`, body, bob))).toEqual([404, 'ROOM_NOT_FOUND']) // prettier-ignore
})
