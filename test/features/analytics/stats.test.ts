import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let eve: Account
let client: Client
let bobs: Client
let room_id: number

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
  eve = await server.register('eve')
  client = await connect(server, { token: ada.token })
  bobs = await connect(server, { token: bob.token })
  room_id = await server.room(ada)
  await bobs.command('join_room', { room_id })
})
afterAll(() => server.close())

/** Messages of each age in days, the oldest first, as if written then; their ids. */
async function written(place: number, by: Account, ages: readonly number[]): Promise<number[]> {
  const rows = await server.sql<{ id: number }[]>`
    with head as (select last_seq, message_count from conversations where id = ${place}),
    added as (
      insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
      select ${place}, ${by.id}, head.last_seq + age.ord, head.last_seq + age.ord, head.message_count + age.ord, gen_random_uuid(), 'hello', 'text',
        now() - make_interval(secs => age.days * 86400), now()
      from head, unnest(${ages.map(String)}::float8[]) with ordinality as age (days, ord) order by age.ord
      returning id
    ),
    moved as (
      update conversations set last_seq = last_seq + ${ages.length}, message_count = message_count + ${ages.length} where id = ${place}
    )
    select id from added order by id`
  return rows.map((row) => row.id)
}

describe('get_room_stats', () => {
  test('counts people and messages, by time and by author', async () => {
    const [, second] = await written(room_id, ada, [30, 8, 7.5, 6, 5])
    const [third] = await written(room_id, bob, [4, 3, 2, 0.9, 0.1])
    await client.command('pin_message', { room_id, message_id: second })
    await client.command('send_message', { room_id, content: 'a reply', parent_id: second })
    await client.command('send_message', { room_id, content: 'another', parent_id: second })
    await client.command('send_message', { room_id, content: 'elsewhere', parent_id: third })
    const { type, data } = await client.command('get_room_stats', { room_id })
    expect(type).toBe('room_stats')
    expect(data).toEqual({
      room_id,
      member_count: 2,
      online_count: 2,
      message_count: 13,
      messages_24h: 5,
      messages_7d: 10,
      active_members_7d: 2,
      top_authors: [
        { user_id: ada.id, username: 'ada', messages: 5 },
        { user_id: bob.id, username: 'bob', messages: 5 },
      ],
      sampled_messages: 10,
      pinned_count: 1,
      thread_count: 2,
      created_at: expect.any(String),
      last_message_at: expect.any(String),
      computed_at: expect.any(String),
    } as never)
  })

  test('counts a deleted message as sent, and its author for nothing', async () => {
    const place = await server.room(ada)
    const [, gone] = await written(place, ada, [2, 1.5])
    await client.command('delete_message', { message_id: gone })
    const { data } = await client.command('get_room_stats', { room_id: place })
    expect(data).toMatchObject({ message_count: 2, messages_7d: 2, messages_24h: 0, sampled_messages: 1 })
  })

  test('knows a room where nothing was ever said', async () => {
    const place = await server.room(ada)
    const { data } = await client.command('get_room_stats', { room_id: place })
    expect(data).toMatchObject({
      message_count: 0,
      messages_7d: 0,
      top_authors: [],
      thread_count: 0,
      last_message_at: null,
    })
  })

  test('shows nobody who hides as online', async () => {
    const place = await server.room(ada)
    await bobs.command('join_room', { room_id: place })
    await bobs.command('update_status', { status: 'invisible' })
    const { data } = await client.command('get_room_stats', { room_id: place })
    await bobs.command('update_status', { status: 'online' })
    expect(data).toMatchObject({ member_count: 2, online_count: 1 })
  })

  test('is for both people of a DM', async () => {
    const { data: dm } = await client.command('create_dm', { user_id: bob.id })
    const { conversation_id } = dm
    await client.command('send_dm', { conversation_id, content: 'psst' })
    for (const one of [client, bobs]) {
      const { type, data } = await one.command('get_room_stats', { conversation_id })
      expect({ type, data }).toMatchObject({ type: 'room_stats', data: { conversation_id, message_count: 1 } })
      expect(data.room_id).toBeUndefined()
    }
  })

  test.each<[string, () => Promise<object> | object, string]>([
    ['a plain member', () => ({ room_id }), 'PERMISSION_DENIED'],
    ['who has not joined', async () => ({ room_id: await server.room(ada) }), 'PERMISSION_DENIED'],
    [
      'an outsider of a private room',
      async () => ({ room_id: await server.room(ada, { is_public: false }) }),
      'ROOM_NOT_FOUND',
    ],
    [
      'an outsider of a DM',
      async () => {
        const { data } = await client.command('create_dm', { user_id: eve.id })
        return { conversation_id: data.conversation_id }
      },
      'CONVERSATION_NOT_FOUND',
    ],
    ['who names nothing', () => ({}), 'VALIDATION_FAILED'],
    ['who names a room that is none', () => ({ room_id: 'nowhere' }), 'ROOM_NOT_FOUND'],
  ])('refuses %s', async (_, asked, code) => {
    const { type, data } = await bobs.command('get_room_stats', await asked())
    expect({ type, code: data.code }).toEqual({ type: 'error', code })
  })
})
