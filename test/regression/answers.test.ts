import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
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

// Every other command said to join first, and the one that is used most said nothing.
test('sending to a public room that one has not joined says to join it first', async () => {
  const room_id = await server.room(ada)
  const { slug } = (await server.ask(`GET /rooms/${room_id}`, undefined, ada.token)).data as { slug: string }
  for (const ref of [room_id, slug])
    expect(await b.command('send_message', { room_id: ref, content: 'x' })).toMatchObject({
      type: 'error',
      data: { code: 'PERMISSION_DENIED', details: { reason: 'join the room first' } },
    })
})

// They said that it was not there, which every command denied.
test('sync and resume say of a public room not joined that it is there', async () => {
  const room_id = await server.room(ada, { slug: 'open-to-all' })
  const hidden = await server.room(ada, { is_public: false, slug: 'closed-to-all' })
  const gone = await server.room(ada)
  await server.ask(`DELETE /rooms/${gone}`, undefined, ada.token)
  const cursors = [room_id, 'open-to-all', hidden, 'closed-to-all', gone].map((ref) => ({ room_id: ref, since_seq: 0 }))
  const expected = [
    { room_id, error: 'PERMISSION_DENIED' },
    { room_id: 'open-to-all', error: 'PERMISSION_DENIED' },
    { room_id: hidden, error: 'ROOM_NOT_FOUND' },
    { room_id: 'closed-to-all', error: 'ROOM_NOT_FOUND' },
    { room_id: gone, error: 'ROOM_NOT_FOUND' },
    { conversation_id: room_id, error: 'CONVERSATION_NOT_FOUND' },
  ]
  const wanted = [...cursors, { conversation_id: room_id, since_seq: 0 }]
  expect((await b.command('sync', { cursors: wanted })).data.rooms as unknown).toEqual(expected)
  const resumed = await connect(server, { token: bob.token, authenticate: { resume: wanted } })
  expect(resumed.hello.data.resumed as unknown).toEqual(expected)
  await resumed.close()
})

// It named a permission that the one who asked had.
test('editing what another said is refused for not being the author', async () => {
  const room_id = await server.room(ada)
  await b.command('join_room', { room_id })
  const { message_id } = (await a.command('send_message', { room_id, content: 'mine' })).data
  const edit = async () => (await b.command('edit_message', { message_id, content: 'yours' })).data
  expect(await edit()).toMatchObject({ code: 'PERMISSION_DENIED', details: { reason: 'not the author' } })
  const french = await connect(server, { token: bob.token, authenticate: { locale: 'fr' } })
  expect((await french.command('edit_message', { message_id, content: 'yours' })).data).toMatchObject({
    details: { reason: 'pas l’auteur' },
  })
  await french.close()
  // Somebody of their own: open sockets hear of a role within two seconds, and others go on with bob.
  const eve = await server.register('eve')
  await server.ask(`POST /rooms/${room_id}/join`, {}, eve.token)
  await server.sql`update users set role = 'guest' where id = ${eve.id}`
  const { message_id: own } = (await a.command('send_message', { room_id, content: 'own' })).data
  await server.sql`update messages set author_id = ${eve.id} where id = ${own}`
  const guest = await connect(server, { token: eve.token })
  expect((await guest.command('edit_message', { message_id: own, content: 'x' })).data).toMatchObject({
    code: 'PERMISSION_DENIED',
    details: { permission: 'edit_own_messages' },
  })
  await guest.close()
})

describe('MESSAGE_NOT_FOUND', () => {
  test.each([
    ['send_message', { content: 'x', parent_id: 987_654_321 }],
    ['get_history', { before_id: 987_654_321 }],
    ['mark_read', { message_id: 987_654_321 }],
  ])('names the message: %s', async (type, more) => {
    const room_id = await server.room(ada)
    const { data } = await a.command(type, { room_id, ...more })
    expect(data).toMatchObject({ code: 'MESSAGE_NOT_FOUND', details: { message_id: 987_654_321 } })
  })
})

describe('ping', () => {
  // They were answered as though no timestamp had been given.
  test.each([[true], [[]], [{}], [null]])('refuses the timestamp %j', async (timestamp) => {
    for (const client of [a, await connect(server)])
      expect((await client.command('ping', { timestamp })).data).toMatchObject({
        code: 'VALIDATION_FAILED',
        action: 'ping',
        details: [{ field: 'timestamp', reason: 'must be a text or a number' }],
      })
  })

  test.each([['now'], [0], [-1.5], [undefined]])('gives the timestamp %j back', async (timestamp) => {
    const { type, data } = await a.command('ping', { timestamp })
    expect([type, data['timestamp']]).toEqual(['pong', timestamp])
  })
})

// Of a mute to the year 9999 it said 2147483647 seconds, which is 68 years.
describe('USER_MUTED', () => {
  const years = (n: number) => new Date(Date.now() + n * 365 * 86_400_000).toISOString()
  test.each([
    ['a year', years(1), expect.any(Number)],
    ['eleven years', years(11), null],
    ['for ever', '9999-12-31T23:59:59Z', null],
  ])('says after how long to try again, if not without an end: %s', async (_, muted_until, retry_after) => {
    const room_id = await server.room(ada)
    await b.command('join_room', { room_id })
    const { message_id } = (await b.command('send_message', { room_id, content: 'x' })).data
    await server.ask(`PUT /rooms/${room_id}/members/${bob.id}`, { muted_until }, ada.token)
    for (const [type, data] of [
      ['send_message', { room_id, content: 'y' }],
      ['edit_message', { message_id, content: 'y' }],
      ['typing_start', { room_id }],
    ] as const)
      expect((await b.command(type, data)).data).toMatchObject({ code: 'USER_MUTED', retry_after })
  })
})
