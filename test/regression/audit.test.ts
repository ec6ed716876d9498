import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../services/client.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob, guest] = [] as unknown as [Account, Account, Account]
let [owner, outsider] = [] as unknown as [Client, Client]
let [secret, open] = [0, 0]

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
  guest = await server.register('guest')
  await server.sql`update users set role = 'guest' where id = ${guest.id}`
  owner = await connect(server, { token: ada.token })
  outsider = await connect(server, { token: bob.token })
  secret = await server.room(ada, { is_public: false })
  open = await server.room(ada)
})
afterAll(() => server.close())

const refusalsIn = async (room_id: number) => {
  const { logs } = (await owner.command('get_audit_logs', { room_id })).data as unknown as {
    logs: { actor_username: string; action: string; outcome: string }[]
  }
  return logs
    .filter(({ outcome }) => outcome === 'denied')
    .map(({ actor_username, action }) => `${actor_username} ${action}`)
}

// A refusal was put where the frame said, and edit_message takes no room.
test('a refused command is in the trail of the room it was about, and not of one that its frame names besides', async () => {
  for (const client of [owner, outsider]) await client.command('join_room', { room_id: open })
  const { id: message_id } = (await owner.command('send_message', { room_id: open, content: 'mine' })).data
  for (const room_id of [secret, 1])
    expect(await outsider.command('edit_message', { message_id, content: 'ours', room_id })).toMatchObject({
      data: { code: 'PERMISSION_DENIED' },
    })
  expect(await refusalsIn(open)).toEqual(['bob ws.edit_message', 'bob ws.edit_message'])
  expect(await refusalsIn(secret)).toEqual([])
})

// What a role on the server may not do is refused before anybody looks whether the room is one that the actor sees.
test('nobody gets into the trail of a room that they do not see by asking for what they may not do', async () => {
  const client = await connect(server, { token: guest.token })
  for (const room_id of [secret, open])
    for (const [type, data] of [
      ['send_message', { content: 'hello' }],
      ['typing_start', {}],
    ] as const)
      expect(await client.command(type, { room_id, ...data })).toMatchObject({ data: { code: 'PERMISSION_DENIED' } })
  expect(await refusalsIn(secret)).toEqual([])
  expect(await refusalsIn(open)).toContain('guest ws.send_message')
  await client.close()
})
