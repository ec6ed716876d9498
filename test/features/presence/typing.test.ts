import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Frame } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let a: Client
let b: Client
let room_id: number

beforeAll(async () => {
  server = await startServer({ limits: { max_typing_per_room: 3 } })
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
})
afterAll(() => server.close())

// A conversation of its own for each test: one in which somebody has just typed is told of fewer.
beforeEach(async () => {
  await Promise.all([a, b].map((client) => client?.close()))
  ;[a, b] = [await open(ada), await open(bob)]
  room_id = await server.room(ada)
  for (const client of [a, b]) await client.command('join_room', { room_id })
})

const open = (account: Account) => connect(server, { token: account.token })
let people = 0
const someone = () => server.register(`typist${++people}`)

/** Says it and waits until it is done: there is no reply but to what comes after it. */
async function type(client: Client, kind: 'typing_start' | 'typing_stop', where: object): Promise<Frame | undefined> {
  const seen = client.frames.length
  client.raw(JSON.stringify({ type: kind, id: 'typed', data: where }))
  await client.command('ping')
  return client.frames.slice(seen).find(({ id }) => id === 'typed')
}

const heard = (client: Client, ...types: string[]) =>
  client.events
    .filter((event) => ['typing_start', 'typing_stop', ...types].includes(event.type))
    .map((event) => [event.type, event.data.user_id ?? event.data.author_id])

describe('typing_start', () => {
  test('is told to those who follow the room, and has no reply', async () => {
    expect(await type(a, 'typing_start', { room_id })).toBeUndefined()
    const event = await b.next('typing_start')
    expect(event.data as never).toEqual({ room_id, user_id: ada.id, username: 'ada' } as never)
  })

  test('takes the slug of a room', async () => {
    const { slug } = (await server.ask(`GET /rooms/${room_id}`, undefined, ada.token)).data as { slug: string }
    expect(await type(a, 'typing_start', { room_id: slug })).toBeUndefined()
    expect((await b.next('typing_start')).data.room_id).toBe(room_id)
    await type(a, 'typing_stop', { room_id: slug })
    await b.next('typing_stop')
  })

  test('in a DM reaches the other one, joined or not, and nobody else', async () => {
    const { conversation_id } = (await a.command('create_dm', { user_id: bob.id })).data
    const other = await open(await someone())
    expect(await type(a, 'typing_start', { conversation_id })).toBeUndefined()
    expect((await b.next('typing_start')).data as never).toEqual({
      conversation_id,
      user_id: ada.id,
      username: 'ada',
    } as never)
    await type(a, 'typing_stop', { conversation_id })
    await b.next('typing_stop')
    expect(heard(other)).toEqual([])
    await other.close()
  })

  test('renews in silence', async () => {
    for (let turn = 0; turn < 5; turn++) await type(a, 'typing_start', { room_id })
    await type(b, 'typing_start', { room_id })
    await b.next((event) => event.type === 'typing_start' && event.data.user_id === bob.id)
    expect(heard(b)).toEqual([['typing_start', ada.id], ['typing_start', bob.id]]) // prettier-ignore
  })

  test('expires after six seconds without a word, and not before', async () => {
    const began = performance.now()
    await type(a, 'typing_start', { room_id })
    await b.next('typing_stop')
    expect(performance.now() - began).toBeWithin(5990, 8000)
  })

  test('of a few is told at once, and of others in silence not', async () => {
    const crowd = await Promise.all(Array.from({ length: 6 }, someone))
    const clients = await Promise.all(crowd.map(open))
    for (const client of clients) await client.command('join_room', { room_id })
    const answers = []
    for (const client of clients) answers.push(await type(client, 'typing_start', { room_id }))
    expect(answers).toEqual(clients.map(() => undefined))
    await a.command('ping')
    expect(heard(a)).toEqual(crowd.slice(0, 3).map(({ id }) => ['typing_start', id]))
    // Beginning and stopping again and again costs a room no more.
    for (let turn = 0; turn < 20; turn++) {
      await type(clients[0]!, 'typing_stop', { room_id })
      await type(clients[0]!, 'typing_start', { room_id })
    }
    await a.command('ping')
    expect(heard(a).filter(([kind]) => kind === 'typing_start').length).toBeLessThanOrEqual(2 * 3)
    await Promise.all(clients.map((client) => client.close()))
  })

  test.each<[string, () => Promise<[Account, object]> | [Account, object], object]>([
    ['a room that is not there', () => [ada, { room_id: 2 ** 40 }], { code: 'ROOM_NOT_FOUND' }],
    ['a private room of others', async () => [bob, { room_id: await server.room(ada, { is_public: false }) }], { code: 'ROOM_NOT_FOUND' }],
    ['a public room not joined', async () => [await someone(), { room_id }], { code: 'PERMISSION_DENIED', details: { reason: 'join the room first' } }],
    ['a DM of others', async () => [await someone(), { conversation_id: (await a.command('create_dm', { user_id: bob.id })).data.conversation_id }], { code: 'CONVERSATION_NOT_FOUND' }],
    ['a DM by the name of a room', async () => [ada, { room_id: (await a.command('create_dm', { user_id: bob.id })).data.conversation_id }], { code: 'ROOM_NOT_FOUND' }],
    ['a room by the name of a DM', () => [ada, { conversation_id: room_id }], { code: 'CONVERSATION_NOT_FOUND' }],
    ['no place', () => [ada, {}], { code: 'VALIDATION_FAILED' }],
    ['two places', () => [ada, { room_id, conversation_id: room_id }], { code: 'VALIDATION_FAILED' }],
    ['a guest', async () => {
      const guest = await someone()
      await server.sql`update users set role = 'guest' where id = ${guest.id}`
      await server.sql`insert into members (conversation_id, user_id) values (${room_id}, ${guest.id})`
      return [guest, { room_id }]
    }, { code: 'PERMISSION_DENIED', details: { permission: 'send_messages' } }],
    ['an archived room', async () => {
      await server.sql`update conversations set archived_at = now() where id = ${room_id}`
      return [bob, { room_id }]
    }, { code: 'PERMISSION_DENIED', details: { reason: 'archived' } }],
    ['who is muted', async () => {
      await server.sql`update members set muted_until = now() + interval '1 minute' where user_id = ${bob.id} and conversation_id = ${room_id}`
      return [bob, { room_id }]
    }, { code: 'USER_MUTED' }],
    ['who is blocked', async () => {
      const blocked = await someone()
      const { conversation_id } = (await a.command('create_dm', { user_id: blocked.id })).data
      await server.sql`insert into blocks (user_id, blocked_user_id) values (${ada.id}, ${blocked.id})`
      return [blocked, { conversation_id }]
    }, { code: 'CONVERSATION_BLOCKED' }],
  ])('refuses %s', async (_, situation, expected) => {
    const [account, where] = await situation()
    const client = await open(account)
    const error = await type(client, 'typing_start', where)
    expect(error).toMatchObject({ type: 'error', data: { action: 'typing_start', ...expected } })
    await type(a, 'typing_start', { room_id })
    expect(heard(b).filter(([, user_id]) => user_id !== ada.id)).toEqual([])
    await client.close()
  }) // prettier-ignore
})

describe('typing ends', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['by typing_stop', () => type(a, 'typing_stop', { room_id })],
    ['by a message', () => a.command('send_message', { room_id, content: 'there' })],
    ['by a message over another connection', async () => {
      const second = await open(ada)
      await second.command('send_message', { room_id, content: 'there' })
      await second.close()
    }],
    ['by leaving the live feed', () => a.command('leave_room', { room_id })],
    ['by disconnecting', () => a.close()],
  ])('%s', async (_, end) => {
    await type(a, 'typing_start', { room_id })
    await b.next('typing_start')
    const began = performance.now()
    await end()
    await b.next('typing_stop')
    expect(performance.now() - began).toBeLessThan(3000)
    expect(heard(b)).toEqual([['typing_start', ada.id], ['typing_stop', ada.id]])
  }) // prettier-ignore

  test('by a message in a DM', async () => {
    const { conversation_id } = (await a.command('create_dm', { user_id: bob.id })).data
    await type(a, 'typing_start', { conversation_id })
    await b.next('typing_start')
    await a.command('send_dm', { conversation_id, content: 'there' })
    expect((await b.next('typing_stop')).data.conversation_id).toBe(conversation_id)
  })

  test('not when another connection of the same user closes, nor by a message elsewhere', async () => {
    const elsewhere = await server.room(ada)
    await a.command('join_room', { room_id: elsewhere })
    const second = await open(ada)
    await second.command('join_room', { room_id })
    await type(a, 'typing_start', { room_id })
    await second.close()
    await a.command('send_message', { room_id: elsewhere, content: 'meanwhile' })
    await type(b, 'typing_start', { room_id })
    await b.next((event) => event.type === 'typing_start' && event.data.user_id === bob.id)
    expect(heard(b)).toEqual([['typing_start', ada.id], ['typing_start', bob.id]]) // prettier-ignore
  })

  test('with the membership', async () => {
    await type(b, 'typing_start', { room_id })
    await a.next('typing_start')
    await b.command('leave_room', { room_id, forget: true })
    await a.next('typing_stop')
    expect(await type(b, 'typing_start', { room_id })).toMatchObject({ data: { code: 'PERMISSION_DENIED' } })
  })
})

test('typing_stop of who does not type is nothing, and of who may not know the room an error', async () => {
  expect(await type(a, 'typing_stop', { room_id })).toBeUndefined()
  const stranger = await open(await someone())
  const hidden = await server.room(ada, { is_public: false })
  expect(await type(stranger, 'typing_stop', { room_id: hidden })).toMatchObject({
    data: { code: 'ROOM_NOT_FOUND' },
  })
  expect(heard(b)).toEqual([])
  await stranger.close()
})

test('typing has a limit of its own', async () => {
  const strict = await startServer({ limits: { max_typing_per_minute: 4 } })
  const eve = await strict.register('eve')
  const e = await connect(strict, { token: eve.token })
  const own = await strict.room(eve)
  const answers = []
  for (let turn = 0; turn < 5; turn++) answers.push(await type(e, 'typing_start', { room_id: own }))
  expect(answers.at(-1)).toMatchObject({ type: 'error', data: { code: 'RATE_LIMIT_EXCEEDED' } })
  expect(await e.command('get_presence', { user_ids: [eve.id] })).toMatchObject({ type: 'presence' })
  await strict.close()
})
