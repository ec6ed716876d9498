import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob]: Account[] = []
let a: Client
let b: Client

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
  a = await connect(server, { token: ada.token })
  b = await connect(server, { token: bob.token })
})
afterAll(() => server.close())

const room = (draft: object = {}) => server.room(ada!, draft)

describe('join_room', () => {
  test('makes the caller a member of a public room, by id or slug, once', async () => {
    const room_id = await room({ name: 'Café des Amis', slug: 'cafe' })
    expect(await b.command('join_room', { room_id })).toEqual({
      type: 'room_joined',
      id: expect.anything(),
      data: {
        room_id,
        room_name: 'Café des Amis',
        slug: 'cafe',
        topic: null,
        member_count: 2,
        user_role: 'member',
        is_public: true,
        is_archived: false,
        slow_mode_seconds: 0,
        last_message_id: null,
        last_read_number: 0,
        message_number: 0,
        unread_count: 0,
        seq: 0,
      } as never,
    })
    expect((await b.command('join_room', { room_id: 'cafe' })).data).toMatchObject({ room_id, member_count: 2 })
    expect((await a.command('join_room', { room_id: 'cafe' })).data).toMatchObject({ user_role: 'owner' })
  })

  test('tells those who follow the room that somebody became a member, and only then', async () => {
    const room_id = await room()
    await a.command('join_room', { room_id })
    await b.command('join_room', { room_id })
    const own = await a.next(({ type, data }) => type === 'member_joined' && data.room_id === room_id)
    expect(own.data).toMatchObject({ username: 'ada', role: 'owner' })
    const joined = await a.next(({ type, data }) => type === 'member_joined' && data.room_id === room_id)
    expect(joined.data).toMatchObject({ room_id, user_id: bob!.id, username: 'bob', role: 'member' })
    await b.command('leave_room', { room_id })
    await b.command('join_room', { room_id })
    await b.command('leave_room', { room_id, forget: true })
    const left = await a.next(({ type, data }) => type.startsWith('member_') && data.room_id === room_id)
    expect(left).toMatchObject({ type: 'member_left', data: { room_id, user_id: bob!.id, username: 'bob' } })
  })

  test('lets in no more than max_members, however many come at once', async () => {
    const room_id = await room({ max_members: 3 })
    const crowd = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const { token } = await server.register(`crowd${n}`)
        return connect(server, { token })
      }),
    )
    const replies = await Promise.all(crowd.map((client) => client.command('join_room', { room_id })))
    const refused = replies.filter(({ type }) => type === 'error')
    expect(refused).toHaveLength(6)
    for (const { data } of refused) expect(data).toMatchObject({ code: 'ROOM_FULL', details: { max_members: 3 } })
    const [row] = await server.sql`
      select member_count, (select count(*)::integer from members where conversation_id = ${room_id}) as members
      from conversations where id = ${room_id}`
    expect(row).toMatchObject({ member_count: 3, members: 3 })
    await Promise.all(crowd.map((client) => client.close()))
  })

  test('of an archived room is for members only', async () => {
    const room_id = await room()
    await server.sql`update conversations set archived_at = now() where id = ${room_id}`
    expect((await b.command('join_room', { room_id })).data).toMatchObject({ code: 'PERMISSION_DENIED' })
    expect((await a.command('join_room', { room_id })).type).toBe('room_joined')
  })
})

describe('a room that one may not see does not exist', () => {
  const commands: [string, object][] = [
    ['join_room', {}],
    ['join_room', { since_seq: 0 }],
    ['leave_room', {}],
    ['leave_room', { forget: true }],
    ['send_message', { content: 'x' }],
    ['get_history', {}],
  ]
  test.each(commands)('%s %j', async (type, more) => {
    const slug = `hidden-${crypto.randomUUID()}`
    const room_id = await room({ is_public: false, slug })
    for (const ref of [room_id, slug, 2 ** 50, 'no-such-room']) {
      const { data } = await b.command(type, { room_id: ref, ...more })
      expect(data).toMatchObject({ code: 'ROOM_NOT_FOUND', action: type })
      expect(data.details).toBeUndefined()
    }
  })

  test('sync and resume say so for that one alone', async () => {
    const room_id = await room({ is_public: false })
    const cursors = [{ room_id, since_seq: 0 }, { room_id: 'general', since_seq: 0 }, { conversation_id: 2 ** 50, since_seq: 0 }] // prettier-ignore
    await b.command('join_room', { room_id: 'general' })
    const expected = [
      { room_id, error: 'ROOM_NOT_FOUND' },
      { slug: 'general', seq: expect.any(Number) },
      { conversation_id: 2 ** 50, error: 'CONVERSATION_NOT_FOUND' },
    ]
    expect((await b.command('sync', { cursors })).data.rooms).toMatchObject(expected)
    const resumed = await connect(server, { token: bob!.token, authenticate: { resume: cursors } })
    expect(resumed.hello.data.resumed).toMatchObject(expected)
    await resumed.close()
  })

  test('a mention in it reaches no outsider', async () => {
    const room_id = await room({ is_public: false })
    await a.command('send_message', { room_id, content: '@bob secret' })
    await a.command('send_message', { room_id: 'general', content: 'x' })
    await b.command('ping')
    expect(b.events.filter(({ type }) => type === 'mention')).toEqual([])
  })
})

describe('a public room that one has not joined', () => {
  test.each<[string, object]>([
    ['leave_room', {}],
    ['send_message', { content: 'x' }],
    ['get_history', {}],
  ])('answers %s with PERMISSION_DENIED', async (type, more) => {
    const room_id = await room()
    expect((await b.command(type, { room_id, ...more })).data).toMatchObject({ code: 'PERMISSION_DENIED' })
  })
})

describe('leave_room', () => {
  test('stops the live feed and keeps the membership', async () => {
    const room_id = await room()
    await b.command('join_room', { room_id })
    expect(await b.command('leave_room', { room_id })).toMatchObject({ type: 'room_left', data: { room_id } })
    await a.command('send_message', { room_id, content: 'unheard' })
    expect((await b.command('get_history', { room_id })).data.messages).toMatchObject([{ content: 'unheard' }])
    expect((await b.command('leave_room', { room_id })).type).toBe('room_left')
    expect(b.events.filter(({ data }) => data.content === 'unheard')).toEqual([])
    const again = await b.command('join_room', { room_id, since_seq: 0 })
    expect(again.data.missed).toMatchObject([{ content: 'unheard' }])
  })

  test('with forget ends the membership on every connection', async () => {
    const room_id = await room({ is_public: false })
    await server.sql`insert into members (conversation_id, user_id) values (${room_id}, ${bob!.id})`
    await server.sql`update conversations set member_count = 2 where id = ${room_id}`
    const second = await connect(server, { token: bob!.token, authenticate: { subscribe: 'all' } })
    await b.command('join_room', { room_id })
    await b.command('leave_room', { room_id, forget: true })
    await b.command('ping')
    await second.command('ping')
    await a.command('send_message', { room_id, content: 'after' })
    await second.command('ping')
    expect(second.events.filter(({ data }) => data.content === 'after')).toEqual([])
    expect((await b.command('join_room', { room_id })).data).toMatchObject({ code: 'ROOM_NOT_FOUND' })
    await second.close()
  })

  test('with forget is refused to the last owner while others remain, and granted to the last member', async () => {
    const room_id = await room()
    await b.command('join_room', { room_id })
    expect((await a.command('leave_room', { room_id, forget: true })).data).toMatchObject({
      code: 'RESOURCE_CONFLICT',
      details: { reason: expect.stringContaining('last owner') },
    })
    expect((await a.command('join_room', { room_id })).data).toMatchObject({ user_role: 'owner', member_count: 2 })
    await b.command('leave_room', { room_id, forget: true })
    expect((await a.command('leave_room', { room_id, forget: true })).type).toBe('room_left')
    expect((await a.command('join_room', { room_id })).data).toMatchObject({ user_role: 'member', member_count: 1 })
  })

  test('of two owners who leave at once keeps one', async () => {
    const room_id = await room()
    await b.command('join_room', { room_id })
    const cleo = await connect(server, { token: (await server.register('cleo')).token })
    await cleo.command('join_room', { room_id })
    await server.sql`update members set role = 'owner' where conversation_id = ${room_id} and user_id in (${ada!.id}, ${bob!.id})`
    const replies = await Promise.all([a, b].map((client) => client.command('leave_room', { room_id, forget: true })))
    expect(replies.map(({ type }) => type).toSorted()).toEqual(['error', 'room_left'])
    const owners = await server.sql`select from members where conversation_id = ${room_id} and role = 'owner'`
    expect(owners).toHaveLength(1)
    await cleo.close()
  })
})

test('authenticate with subscribe "all" joins every room one is a member of, and none else', async () => {
  const zoe = await server.register('zoe')
  const first = await connect(server, { token: zoe.token })
  const [mine, other] = [await room(), await room()]
  await first.command('join_room', { room_id: mine })
  await first.command('leave_room', { room_id: mine })
  const second = await connect(server, { token: zoe.token, authenticate: { subscribe: 'all' } })
  await a.command('send_message', { room_id: other, content: 'not for me' })
  await a.command('send_message', { room_id: mine, content: 'for me' })
  expect((await second.next('room_message')).data).toMatchObject({ room_id: mine, content: 'for me' })
  expect(first.events.filter(({ type }) => type === 'room_message')).toEqual([])
  await Promise.all([first.close(), second.close()])
})

test('authenticate with memberships tells where one stands in each conversation', async () => {
  const yan = await server.register('yan')
  const y = await connect(server, { token: yan.token })
  const room_id = await room({ name: 'Standing' })
  await a.command('send_message', { room_id, content: 'before' })
  await y.command('join_room', { room_id })
  const { conversation_id } = (await y.command('create_dm', { user_id: ada!.id })).data
  await a.command('send_message', { room_id, content: 'hello @yan' })
  await a.command('send_message', { room_id, content: 'more' })
  await a.command('send_dm', { conversation_id, content: 'psst' })
  const again = await connect(server, { token: yan.token, authenticate: { memberships: true } })
  const joined_at = expect.stringMatching(/^\d{4}-.*Z$/)
  expect(again.hello.data['memberships']).toEqual([
    { room_id, name: 'Standing', slug: 'standing', is_public: true, seq: 3, message_number: 3, last_read_number: 1, unread_count: 2, mention_count: 1, notification_level: 'all', joined_at }, // prettier-ignore
    { conversation_id, name: 'ada', seq: 1, message_number: 1, last_read_number: 0, unread_count: 1, mention_count: 0, notification_level: 'all', joined_at }, // prettier-ignore
  ])
  await Promise.all([y.close(), again.close()])
})
