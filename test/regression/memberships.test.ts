import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../services/client.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)

let server: TestServer
let [ada, bob] = [] as unknown as [Account, Account]
let writer: Client
let [room, dm] = [0, 0]

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
  writer = await connect(server, { token: bob.token })
  room = await server.room(ada)
  await writer.command('join_room', { room_id: room })
  dm = (await writer.command('create_dm', { user_id: ada.id })).data.conversation_id
})
afterAll(() => server.close())

test.each([
  ['a room that `subscribe: "all"` joins', 'room_message', () => ({ room_id: room }), 'send_message'],
  ['a DM', 'dm_message', () => ({ conversation_id: dm }), 'send_dm'],
] as const)('after the seq that memberships say, every event of %s comes', async (_, type, place, command) => {
  const where: { room_id?: number; conversation_id?: number } = place()
  let busy = true
  const write = async () => {
    while (busy) await writer.command(command, { ...where, content: 'hello' })
  }
  // Several at a time, so that one is being committed whenever ada arrives.
  const writing = Promise.all([write(), write(), write(), write()])
  for (let time = 0; time < 60; time++) {
    const client = await connect(server, {
      token: ada.token,
      authenticate: { memberships: true, subscribe: 'all' },
    })
    const memberships = client.hello.data['memberships'] as {
      room_id?: number
      conversation_id?: number
      seq: number
    }[]
    const { seq } = memberships.find(
      (each) => each.room_id === where.room_id && each.conversation_id === where.conversation_id,
    )!
    const first = await client.next((event) => event.type === type && event.data.seq > seq)
    expect(first.data.seq).toBe(seq + 1)
    await client.close()
  }
  busy = false
  await writing
})

test('a membership that ends while one authenticates does not keep one out', async () => {
  const other = await connect(server, { token: bob.token })
  let busy = true
  const comeAndGo = async () => {
    while (busy) {
      await other.command('join_room', { room_id: room })
      await other.command('leave_room', { room_id: room, forget: true })
    }
  }
  const going = comeAndGo()
  for (let time = 0; time < 100; time++) {
    const client = await connect(server, {
      token: bob.token,
      authenticate: { subscribe: 'all', memberships: true, resume: [{ room_id: room, since_seq: 0 }] },
    })
    expect(client.hello).toMatchObject({ type: 'auth_success' })
    await client.close()
  }
  busy = false
  await going
})
