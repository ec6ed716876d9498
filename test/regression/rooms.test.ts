import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../services/client.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let client: Client

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
  client = await connect(server, { token: ada.token })
})
afterAll(() => server.close())

const written = async () => (await server.sql<{ id: number }[]>`select id from messages`).length

describe('leave_room with forget', () => {
  test('that is refused to the last owner lets the live feed go on', async () => {
    const room_id = await server.room(ada)
    const other = await connect(server, { token: bob.token })
    for (const each of [client, other]) expect((await each.command('join_room', { room_id })).type).toBe('room_joined')
    expect(await client.command('leave_room', { room_id, forget: true })).toMatchObject({
      type: 'error',
      data: { code: 'RESOURCE_CONFLICT' },
    })
    await other.command('send_message', { room_id, content: 'still there?' })
    expect(await client.next((event) => event.data.room_id === room_id && event.type === 'room_message')).toMatchObject(
      { data: { content: 'still there?' } },
    )
    await other.close()
  })

  test('that is granted ends it', async () => {
    const room_id = await server.room(ada)
    await client.command('join_room', { room_id })
    expect((await client.command('leave_room', { room_id, forget: true })).type).toBe('room_left')
    expect(await server.sql`select 1 from members where conversation_id = ${room_id}`).toHaveLength(0)
  })
})

// Where nobody else was there, the last owner could make themselves a member, and the room had no owner from then on.
test('the last owner does not step down, alone in the room or not', async () => {
  const room_id = await server.room(ada)
  for (const joins of [false, true]) {
    if (joins) await server.ask(`POST /rooms/${room_id}/join`, {}, bob.token)
    const { error } = await server.ask(`PUT /rooms/${room_id}/members/me`, { role: 'admin' }, ada.token)
    expect(error).toMatchObject({ code: 'RESOURCE_CONFLICT' })
  }
})

// They were counted before the lock, so those who asked at once were all let in.
test('who joins many rooms at once is in no more of them than one may be', async () => {
  const small = await startServer({ limits: { max_rooms_per_user: 3 } })
  const [owner, other, joiner] = [
    await small.register('owner'),
    await small.register('other'),
    await small.register('joiner'),
  ]
  const rooms: number[] = []
  for (const each of [owner, owner, owner, other, other, other]) rooms.push(await small.room(each))
  const asked = [
    ...rooms.map((id) => small.ask(`POST /rooms/${id}/join`, {}, joiner.token)),
    ...rooms.map((id) => small.ask('POST /rooms', { name: `mine ${id}`, is_public: true }, joiner.token)),
  ]
  const refused = (await Promise.all(asked)).filter(({ error }) => error?.code === 'RESOURCE_CONFLICT')
  const joined = await small.sql`select 1 from members where user_id = ${joiner.id}`
  expect([joined.length, refused.length]).toEqual([3, asked.length - 3])
  await small.close()
})

describe('the id of', () => {
  let dm: number
  let room_id: number
  beforeAll(async () => {
    dm = (await client.command('create_dm', { user_id: bob.id })).data.conversation_id
    room_id = await server.room(ada)
    for (const sent of [
      await client.command('send_dm', { conversation_id: dm, content: 'for bob' }),
      await client.command('send_message', { room_id, content: 'for all' }),
    ])
      expect(sent.type).not.toBe('error')
  })

  test.each<[string, object]>([
    ['send_message', { content: 'for everybody?' }],
    ['join_room', {}],
    ['join_room', { since_seq: 0 }],
    ['leave_room', {}],
    ['get_history', {}],
  ])('a DM is no room_id: %s %j', async (type, more) => {
    const before = await written()
    const answer = await client.command(type, { room_id: dm, ...more })
    expect(answer).toMatchObject({ type: 'error', data: { code: 'ROOM_NOT_FOUND' } })
    expect(await written()).toBe(before)
  })

  test.each<[string, object]>([
    ['send_dm', { content: 'for bob alone?' }],
    ['join_room', {}],
    ['get_history', {}],
    ['get_dm_history', {}],
  ])('a room is no conversation_id: %s %j', async (type, more) => {
    const before = await written()
    const answer = await client.command(type, { conversation_id: room_id, ...more })
    expect(answer).toMatchObject({ type: 'error', data: { code: 'CONVERSATION_NOT_FOUND' } })
    expect(await written()).toBe(before)
  })

  test('the wrong kind is not found by sync and resume either', async () => {
    const cursors = [
      { room_id: dm, since_seq: 0 },
      { conversation_id: room_id, since_seq: 0 },
    ]
    const errors = [{ error: 'ROOM_NOT_FOUND' }, { error: 'CONVERSATION_NOT_FOUND' }]
    const { hello, close } = await connect(server, { token: ada.token, authenticate: { resume: cursors } })
    expect(hello.data.resumed).toMatchObject(errors)
    expect(JSON.stringify((await client.command('sync', { cursors })).data)).not.toContain('for ')
    await close()
  })
})

describe('GET /rooms/{id}', () => {
  test('finds a room by its id, by its slug and by the Location of its creation', async () => {
    const made = await server.ask('POST /rooms', { name: 'Café des Amis', is_public: true }, ada.token)
    expect(made).toMatchObject({ status: 201, data: { slug: 'cafe-des-amis' } })
    const { id, slug } = made.data as { id: number; slug: string }
    const location = made.headers.get('location')!
    for (const path of [`/rooms/${id}`, `/rooms/${slug}`, location.replace('/api/v1', '')])
      for (const { token } of [ada, bob]) {
        const role = token === ada.token ? 'owner' : null
        expect(await server.ask(`GET ${path}`, undefined, token)).toMatchObject({
          status: 200,
          data: { id, slug, user_role: role },
        })
      }
  })

  test("does not tell of others' private rooms, of DMs, nor of what is not there", async () => {
    const id = await server.room(ada, { is_public: false, slug: 'a-secret-place' })
    const dm = (await client.command('create_dm', { user_id: bob.id })).data.conversation_id
    expect((await server.ask('GET /rooms/a-secret-place', undefined, ada.token)).status).toBe(200)
    for (const ref of [id, 'a-secret-place', dm, 999_999_999, 'nowhere'])
      expect(await server.ask(`GET /rooms/${ref}`, undefined, bob.token)).toMatchObject({
        status: 404,
        error: { code: 'ROOM_NOT_FOUND' },
      })
  })
})

describe('a slug that is taken', () => {
  test('makes way when it came from the name, even that of a room one may not see', async () => {
    await server.room(ada, { is_public: false, name: 'Tea Room' })
    const again = await server.ask('POST /rooms', { name: 'Tea Room', is_public: true }, bob.token)
    expect(again).toMatchObject({ status: 201, data: { slug: expect.stringMatching(/^tea-room-[0-9a-f]{8}$/) } })
  })

  test('is a conflict when it was asked for', async () => {
    await server.room(ada, { slug: 'asked-for' })
    expect(
      await server.ask('POST /rooms', { name: 'Other', is_public: true, slug: 'asked-for' }, bob.token),
    ).toMatchObject({
      status: 409,
      error: { code: 'RESOURCE_CONFLICT', details: { field: 'slug', slug: 'asked-for' } },
    })
  })
})

// The slug that a name gives was looked for before the room was made: of two at once, one was refused for a slug it had not asked for.
test('rooms of one name made at once without a slug all come to be', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => server.ask('POST /rooms', { name: 'Tea Time', is_public: true }, ada.token)),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201) as number[])
  const slugs = answers.map(({ data }) => (data as { slug: string }).slug)
  expect(new Set(slugs).size).toBe(8)
  expect(slugs.filter((slug) => slug === 'tea-time')).toHaveLength(1)
  for (const slug of slugs) expect(slug).toMatch(/^tea-time(-[0-9a-f]{8})?$/)
})
