import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../services/client.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob] = [] as unknown as [Account, Account]
let [a, b] = [] as unknown as [Client, Client]

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
  a = await connect(server, { token: ada.token })
  b = await connect(server, { token: bob.token })
})
afterAll(() => server.close())

// A slug was looked up as Number(slug), and "0x2" is 2.
test('typing in a room whose slug reads like the id of another is told in the room itself', async () => {
  const room_id = await server.room(ada)
  const slug = `0x${room_id.toString(16)}`
  const other = await server.room(ada, { slug })
  for (const id of [room_id, other]) await b.command('join_room', { room_id: id })
  a.raw(JSON.stringify({ type: 'typing_start', data: { room_id } }))
  await b.next('typing_start')
  a.raw(JSON.stringify({ type: 'typing_start', data: { room_id: slug } }))
  a.raw(JSON.stringify({ type: 'typing_stop', data: { room_id: slug } }))
  expect(await b.next(({ type }) => type.startsWith('typing'))).toMatchObject({ data: { room_id: other } })
  expect(await b.next('typing_stop')).toMatchObject({ data: { room_id: other } })
})

// get_presence said offline, and the list of DMs and the members of a DM said how it was.
test('who is blocked sees nowhere in a DM that the other is there, or was', async () => {
  const { conversation_id } = (await b.command('create_dm', { user_id: ada.id })).data
  await server.sql`update users set last_seen_at = now() where id in (${ada.id}, ${bob.id})`
  const seen = async () => {
    const { other_user } = (await b.command('list_dms')).data.conversations[0]!
    const { members } = (await b.command('get_members', { conversation_id })).data as unknown as {
      members: { user_id: number; is_online: boolean }[]
    }
    return { other_user, members: members.filter(({ is_online }) => is_online).map(({ user_id }) => user_id) }
  }
  expect(await seen()).toEqual({
    other_user: { user_id: ada.id, username: 'ada', is_online: true, last_seen: expect.any(String) },
    members: [ada.id, bob.id],
  })
  await a.command('block_dm', { conversation_id, block: true })
  expect(await seen()).toEqual({
    other_user: { user_id: ada.id, username: 'ada', is_online: false, last_seen: null },
    members: [bob.id],
  })
  await a.command('block_dm', { conversation_id, block: false })
  await b.command('block_dm', { conversation_id, block: true })
  expect(await seen()).toMatchObject({ other_user: { is_online: true }, members: [ada.id, bob.id] })
})

// They came in the order in which the database read the people.
test('of people who come one after the other one hears in that order', async () => {
  const late = await server.register('late')
  const early = await server.register('early')
  await a.command('get_presence', { user_ids: [late.id, early.id] })
  const sockets = []
  for (const { token } of [early, late]) sockets.push(await connect(server, { token }))
  for (const { id } of [early, late])
    expect(await a.next(({ type, data }) => type === 'user_presence' && data.user_id !== ada.id)).toMatchObject({
      data: { user_id: id, status: 'online' },
    })
  for (const socket of sockets) await socket.close()
})
