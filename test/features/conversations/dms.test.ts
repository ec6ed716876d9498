import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Frame } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let cleo: Account
let a: Client
let b: Client
let c: Client

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, cleo] = [await server.register('ada'), await server.register('bob'), await server.register('cleo')]
  ;[a, b, c] = [
    await connect(server, { token: ada.token }),
    await connect(server, { token: bob.token }),
    await connect(server, { token: cleo.token }),
  ]
})
afterAll(() => server.close())

const codeOf = ({ data }: Frame) => data.code
const dm = async (client: Client, user_id: number) => (await client.command('create_dm', { user_id })).data

describe('create_dm', () => {
  test('gives the same pair the same conversation, whoever asks and however', async () => {
    const made = await dm(a, bob.id)
    expect(made).toEqual({
      conversation_id: expect.any(Number),
      user1_id: ada.id,
      user2_id: bob.id,
      is_blocked: false,
      created_at: expect.stringMatching(/Z$/),
    } as never)
    expect(await dm(b, ada.id)).toEqual(made)
    expect((await b.command('create_dm', { user1_id: bob.id, user2_id: ada.id })).data).toEqual(made)
    expect((await a.command('create_dm', { user1_id: bob.id, user2_id: ada.id })).data).toEqual(made)
  })

  test('gives one conversation to many who ask at once from both sides', async () => {
    const [dora, emil] = [await server.register('dora'), await server.register('emil')]
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, n) => connect(server, { token: (n % 2 ? dora : emil).token })),
    )
    const made = await Promise.all(clients.map((client, n) => dm(client, (n % 2 ? emil : dora).id)))
    expect(new Set(made.map(({ conversation_id }) => conversation_id)).size).toBe(1)
    const [row] =
      await server.sql`select count(*)::integer as count from members where conversation_id = ${made[0]!.conversation_id}`
    expect(row).toMatchObject({ count: 2 })
    await Promise.all(clients.map((client) => client.close()))
  })

  test('with oneself is for notes', async () => {
    const made = await dm(a, ada.id)
    expect(made).toMatchObject({ user1_id: ada.id, user2_id: ada.id })
    expect(await dm(a, ada.id)).toEqual(made)
    await a.command('send_dm', { conversation_id: made.conversation_id, content: 'note' })
    const got = await a.next('dm_message')
    expect(got.data).toMatchObject({ conversation_id: made.conversation_id, content: 'note' })
    expect(a.events.filter(({ data }) => data.content === 'note')).toHaveLength(1)
  })

  test.each<[string, () => object, string]>([
    ['somebody who does not exist', () => ({ user_id: 2 ** 40 }), 'USER_NOT_FOUND'],
    ['two others', () => ({ user1_id: bob.id, user2_id: cleo.id }), 'PERMISSION_DENIED'],
    ['one user by two names', () => ({ user_id: bob.id, user1_id: bob.id, user2_id: ada.id }), 'VALIDATION_FAILED'],
    ['half a pair', () => ({ user1_id: ada.id }), 'VALIDATION_FAILED'],
  ])('refuses %s', async (_, data, code) => {
    expect(codeOf(await a.command('create_dm', data()))).toBe(code)
  })
})

describe('a DM', () => {
  test('reaches every connection of both people, joined or not, after the sender’s acknowledgement, and nobody else', async () => {
    const { conversation_id } = await dm(a, bob.id)
    const second = await connect(server, { token: bob.token })
    const sent = await a.command('send_dm', { conversation_id, content: 'secret', metadata: { client_id: 'dm-1' } })
    expect(sent).toMatchObject({ type: 'message_sent', data: { conversation_id, client_id: 'dm-1', username: 'ada' } })
    expect(sent.data).not.toHaveProperty('room_id')
    expect(sent.data).not.toHaveProperty('room_name')
    for (const client of [a, b, second]) {
      const got = await client.next(({ data }) => data.content === 'secret')
      expect(got).toEqual({ type: 'dm_message', data: sent.data })
    }
    const at = (fits: (frame: Frame) => boolean) => a.frames.findIndex(fits)
    expect(at(({ id }) => id === sent.id)).toBeLessThan(at(({ type, data }) => type === 'dm_message' && data.content === 'secret')) // prettier-ignore
    await c.command('ping')
    expect(c.frames.filter(({ data }) => data.content === 'secret')).toEqual([])
    await second.close()
  })

  test.each<[string, (id: number) => object]>([
    ['send_dm', (conversation_id) => ({ conversation_id, content: 'x' })],
    ['send_message', (room_id) => ({ room_id, content: 'x' })],
    ['get_dm_history', (conversation_id) => ({ conversation_id })],
    ['get_history', (conversation_id) => ({ conversation_id })],
    ['join_room', (conversation_id) => ({ conversation_id })],
    ['join_room', (room_id) => ({ room_id })],
    ['leave_room', (conversation_id) => ({ conversation_id })],
  ])('of others does not exist for %s', async (type, data) => {
    const { conversation_id } = await dm(a, bob.id)
    const wanted = data(conversation_id)
    expect(codeOf(await c.command(type, wanted))).toBe(
      'conversation_id' in wanted ? 'CONVERSATION_NOT_FOUND' : 'ROOM_NOT_FOUND',
    )
  })

  test('takes the commands of rooms: join with since_seq, history, threads, sync, resume and leave', async () => {
    const fay = await server.register('fay')
    const f = await connect(server, { token: fay.token })
    const { conversation_id } = await dm(f, ada.id)
    const parent = await f.command('send_dm', { conversation_id, content: 'one' })
    const reply = await a.command('send_message', { conversation_id, room_id: undefined, content: 'x' })
    expect(codeOf(reply)).toBe('VALIDATION_FAILED')
    await a.command('send_dm', { conversation_id, content: 'two', parent_id: parent.data.id })
    const contents = ({ data }: Frame) => data.messages.map(({ content }) => content)
    expect(contents(await f.command('get_dm_history', { conversation_id }))).toEqual(['one', 'two'])
    expect(contents(await f.command('get_history', { conversation_id }))).toEqual(['one', 'two'])
    const thread = await f.command('get_dm_history', { conversation_id, parent_id: parent.data.id })
    expect(thread).toMatchObject({
      type: 'dm_history',
      data: { conversation_id, total_count: 1, has_more: false, seq: 2 },
    })
    expect(contents(thread)).toEqual(['two'])

    const joined = await f.command('join_room', { conversation_id, since_seq: 0 })
    expect(joined).toMatchObject({
      type: 'dm_joined',
      data: { conversation_id, user1_id: ada.id, user2_id: fay.id, seq: 2, is_public: false, user_role: 'member' },
    })
    // The parent changed with the reply's seq, so it comes in that state, once.
    expect(joined.data.missed).toMatchObject([
      { content: 'one', seq: 1, change_seq: 2, thread_count: 1 },
      { content: 'two', seq: 2, change_seq: 2 },
    ])
    const synced = await f.command('sync', { cursors: [{ conversation_id, since_seq: 2 }] })
    expect(synced.data.rooms).toMatchObject([{ conversation_id, seq: 2, missed: [] }])
    expect(await f.command('leave_room', { conversation_id })).toMatchObject({
      type: 'dm_left',
      data: { conversation_id },
    })
    expect(codeOf(await f.command('leave_room', { conversation_id, forget: true }))).toBe('RESOURCE_CONFLICT')
    await f.close()
    await a.command('send_dm', { conversation_id, content: 'three' })
    const resume = [{ conversation_id, since_seq: 2 }]
    const again = await connect(server, { token: fay.token, authenticate: { resume } })
    expect(again.hello.data.resumed).toMatchObject([{ conversation_id, seq: 3, missed: [{ content: 'three' }] }])
    await a.command('send_dm', { conversation_id, content: 'four' })
    expect((await again.next('dm_message')).data).toMatchObject({ content: 'four', seq: 4 })
    expect(again.events.filter(({ type }) => type === 'dm_message')).toHaveLength(1)
    await again.close()
  })

  test('that one of the two has blocked takes nothing, and says so in the list', async () => {
    const { conversation_id } = await dm(b, cleo.id)
    await b.command('send_dm', { conversation_id, content: 'before' })
    await server.sql`insert into blocks (user_id, blocked_user_id) values (${cleo.id}, ${bob.id})`
    for (const client of [b, c])
      expect(codeOf(await client.command('send_dm', { conversation_id, content: 'x' }))).toBe('CONVERSATION_BLOCKED')
    expect((await dm(b, cleo.id))['is_blocked']).toBe(true)
    const { conversations } = (await b.command('list_dms')).data
    expect(conversations.find((each) => each.conversation_id === conversation_id)).toMatchObject({ is_blocked: true })
    expect((await b.command('get_dm_history', { conversation_id })).data.messages).toHaveLength(1)
  })
})

describe('list_dms', () => {
  test('has the newest first, page by page, each once', async () => {
    const gil = await server.register('gil')
    const g = await connect(server, { token: gil.token })
    const others = await Promise.all(Array.from({ length: 7 }, (_, n) => server.register(`other${n}`)))
    const ids: number[] = []
    for (const other of others) ids.push((await dm(g, other.id)).conversation_id)
    for (const index of [3, 0, 5]) await g.command('send_dm', { conversation_id: ids[index]!, content: `to ${index}` })
    const got = []
    let cursor: unknown
    for (let page = 0; page < 10 && cursor !== null; page++) {
      const { data } = await g.command('list_dms', { limit: 3, ...(page > 0 && { cursor }) })
      expect(data.conversations.length).toBeWithin(1, 4)
      got.push(...data.conversations)
      cursor = data['next_cursor']
    }
    expect(got.map(({ conversation_id }) => ids.indexOf(conversation_id))).toEqual([5, 0, 3, 6, 4, 2, 1])
    expect(got[0]).toEqual({
      conversation_id: ids[5]!,
      other_user: { user_id: others[5]!.id, username: 'other5', is_online: false, last_seen: null },
      last_message: expect.objectContaining({ content: 'to 5', conversation_id: ids[5]! }),
      unread_count: 0,
      is_blocked: false,
    } as never)
    expect(got.at(-1)!['last_message']).toBeNull()
    await g.close()
  })

  test('says who is online', async () => {
    const [hal, ida] = [await server.register('hal'), await server.register('ida')]
    const h = await connect(server, { token: hal.token })
    await dm(h, ida.id)
    const online = async () =>
      ((await h.command('list_dms')).data.conversations[0]!['other_user'] as { is_online: boolean }).is_online
    expect(await online()).toBe(false)
    const i = await connect(server, { token: ida.token })
    expect(await online()).toBe(true)
    await Promise.all([h.close(), i.close()])
  })
})
