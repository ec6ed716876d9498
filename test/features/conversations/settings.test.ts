import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Room } from '../../../src/features/conversations/schema.ts'
import { connect, type Data } from '../../services/client.ts'
import { type Answer, startServer, type TestServer } from '../../services/server.ts'
import { expectShape, hire, type Name, type Staff, staffedRoom, told } from './staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let staff: Staff

beforeAll(async () => {
  server = await startServer()
  staff = await hire(server)
})
afterAll(() => server.close())

const as = (name: Name, line: string, body?: object): Promise<Answer> => server.ask(line, body, staff[name].token)
const codeOf = ({ error }: Answer) => error?.code ?? 'ok'
const room = (draft: object = {}) => staffedRoom(server, staff, draft)
const online = (name: Name, authenticate: object = {}) => connect(server, { token: staff[name].token, authenticate })

const D = 'PERMISSION_DENIED'

describe('who may', () => {
  const names: Name[] = ['owner', 'admin', 'mod', 'member', 'deputy', 'outsider', 'chief', 'sheriff']
  const deeds: [string, (id: number) => [string, object?], boolean, Name[]][] = [
    ['change', (id) => [`PUT /rooms/${id}`, { topic: 'new' }], true, ['owner', 'admin', 'chief']],
    ['archive', (id) => [`POST /rooms/${id}/archive`, { archived: true }], true, ['owner', 'admin', 'chief']],
    ['delete', (id) => [`DELETE /rooms/${id}`], true, ['owner', 'chief']],
    ['change a private', (id) => [`PUT /rooms/${id}`, { topic: 'new' }], false, ['owner', 'admin']],
    ['delete a private', (id) => [`DELETE /rooms/${id}`], false, ['owner']],
  ]
  test.each(deeds)('%s room', async (_, deed, is_public, allowed) => {
    for (const name of names) {
      const room_id = await room({ is_public })
      const [line, body] = deed(room_id)
      const unseen = !is_public && ['outsider', 'chief', 'sheriff'].includes(name)
      const expected = allowed.includes(name) ? 'ok' : unseen ? 'ROOM_NOT_FOUND' : D
      expect([name, codeOf(await as(name, line, body))]).toEqual([name, expected])
    }
  })
})

describe('PUT /rooms/{id}', () => {
  test('changes what is named, says so once, and the room is as it says', async () => {
    const room_id = await room()
    const client = await online('member', { subscribe: 'all' })
    const wanted = {
      name: ' Neu ',
      slug: `neu-${room_id}`,
      description: 'what for',
      topic: 'today',
      is_public: false,
      max_members: 50,
      slow_mode_seconds: 3,
      message_retention_days: 30,
      message_ttl_seconds: 3600,
    }
    const { data } = await as('admin', `PUT /rooms/${room_id}`, wanted)
    expectShape(Room, data)
    expect(data).toMatchObject({ ...wanted, name: 'Neu', id: room_id, user_role: 'admin', member_count: 9 })
    const { user_role, user_muted_until, ...public_part } = data as unknown as Data
    expect([user_role, user_muted_until]).toEqual(['admin', null])
    expect(await told(client, 'room_updated', room_id)).toEqual(public_part as never)
    expect((await as('owner', `GET /rooms/neu-${room_id}`)).data).toMatchObject({ ...public_part })
    expect(codeOf(await as('outsider', `GET /rooms/${room_id}`))).toBe('ROOM_NOT_FOUND')
    const joined = (await client.command('join_room', { room_id })).data
    expect(joined).toMatchObject({ topic: 'today', slow_mode_seconds: 3, is_archived: false, is_public: false })
    await as('admin', `PUT /rooms/${room_id}`, { topic: 'today', unknown: 1 })
    await as('admin', `PUT /rooms/${room_id}`, { topic: null, message_ttl_seconds: null, message_retention_days: null })
    expect(await told(client, 'room_updated', room_id)).toMatchObject({ topic: null, message_ttl_seconds: null, name: 'Neu' }) // prettier-ignore
    await client.command('ping')
    expect(client.events.filter(({ type }) => type === 'room_updated')).toHaveLength(2)
    await client.close()
  })

  test.each<[object, string]>([
    [{ name: '  ' }, 'VALIDATION_FAILED'],
    [{ slug: 'Caps' }, 'VALIDATION_FAILED'],
    [{ slug: '12' }, 'VALIDATION_FAILED'],
    [{ slug: 'general' }, 'RESOURCE_CONFLICT'],
    [{ message_ttl_seconds: 4 }, 'VALIDATION_FAILED'],
    [{ message_ttl_seconds: 31_536_001 }, 'VALIDATION_FAILED'],
    [{ message_ttl_seconds: 5 }, 'ok'],
    [{ message_retention_days: 0 }, 'VALIDATION_FAILED'],
    [{ max_members: 0 }, 'VALIDATION_FAILED'],
    [{ is_public: null }, 'VALIDATION_FAILED'],
    [{ topic: 'x'.repeat(251) }, 'VALIDATION_FAILED'],
    [{ topic: 'nul \0' }, 'VALIDATION_FAILED'],
    [{}, 'ok'],
  ])('with %j: %s', async (wanted, code) => {
    const room_id = await room()
    const answer = await as('owner', `PUT /rooms/${room_id}`, wanted)
    expect(answer.status).toBeLessThan(500)
    expect(codeOf(answer)).toBe(code)
  })

  test('a room has its retention and time to live from the beginning', async () => {
    const draft = { name: 'Brief', is_public: true, message_retention_days: 7, message_ttl_seconds: 60 }
    const { status, data } = await as('owner', 'POST /rooms', draft)
    expect(status).toBe(201)
    expect(data).toMatchObject({ message_retention_days: 7, message_ttl_seconds: 60 })
  })

  test('members of a room that turns private stay, and its live feed goes on', async () => {
    const room_id = await room()
    const client = await online('member', { subscribe: 'all' })
    await as('owner', `PUT /rooms/${room_id}`, { is_public: false })
    expect((await client.command('send_message', { room_id, content: 'still' })).type).toBe('message_sent')
    expect((await client.next('room_message')).data).toMatchObject({ content: 'still' })
    await client.close()
  })
})

describe('an archived room', () => {
  test('is read, not written, and joined by nobody new, until it comes back', async () => {
    const room_id = await room()
    const [member, outsider] = await Promise.all([online('member', { subscribe: 'all' }), online('outsider')])
    const sent = await member.command('send_message', { room_id, content: 'before' })
    const archive = (archived: boolean) => as('owner', `POST /rooms/${room_id}/archive`, { archived })
    expect((await archive(true)).data).toMatchObject({ is_archived: true })
    expect(await told(member, 'room_updated', room_id)).toMatchObject({ is_archived: true })
    await archive(true)
    expect((await member.command('get_history', { room_id })).data.messages).toMatchObject([{ id: sent.data.id }])
    expect((await member.command('get_members', { room_id })).type).toBe('room_members')
    expect((await member.command('send_message', { room_id, content: 'x' })).data.code).toBe(D)
    expect((await member.command('join_room', { room_id })).data).toMatchObject({ is_archived: true })
    const refused = { code: D, details: { reason: 'archived' } }
    expect((await outsider.command('join_room', { room_id })).data).toMatchObject(refused)
    expect((await as('outsider', `POST /rooms/${room_id}/join`)).error).toMatchObject(refused)
    await archive(false)
    expect(await told(member, 'room_updated', room_id)).toMatchObject({ is_archived: false })
    expect((await outsider.command('join_room', { room_id })).type).toBe('room_joined')
    expect((await member.command('send_message', { room_id, content: 'after' })).type).toBe('message_sent')
    expect(member.events.filter(({ type }) => type === 'room_updated')).toHaveLength(2)
    await Promise.all([member.close(), outsider.close()])
  })
})

describe('DELETE /rooms/{id}', () => {
  test('tells every connected member once, ends every live feed, and the room is gone', async () => {
    const slug = `doomed-${crypto.randomUUID()}`
    const room_id = await room({ slug })
    const [owner, following, elsewhere, outsider] = await Promise.all([
      online('owner', { subscribe: 'all' }),
      online('member', { subscribe: 'all' }),
      online('member2'),
      online('outsider'),
    ])
    await owner.command('send_message', { room_id, content: 'last words' })
    // Senders who have not heard yet: none of theirs may come after the end.
    const racing = Array.from({ length: 20 }, (_, n) => following.command('send_message', { room_id, content: `${n}` }))
    expect((await as('owner', `DELETE /rooms/${room_id}`)).status).toBe(204)
    await Promise.all(racing)
    const end = { room_id, room_name: expect.any(String), slug, user_id: expect.any(Number), username: 'owner' }
    for (const client of [owner, following, elsewhere]) {
      expect(await told(client, 'room_deleted', room_id)).toEqual(end as never)
      await client.command('ping')
      const about = client.events.filter(({ data }) => data.room_id === room_id)
      expect(about.at(-1)?.type).toBe('room_deleted')
      expect(about.filter(({ type }) => type === 'room_deleted')).toHaveLength(1)
    }
    expect(outsider.events).toEqual([])
    for (const [type, more] of [
      ['join_room', {}],
      ['send_message', { content: 'x' }],
      ['get_members', {}],
      ['leave_room', {}],
    ] as const)
      // prettier-ignore
      expect((await following.command(type, { room_id, ...more })).data.code).toBe('ROOM_NOT_FOUND')
    for (const line of [`GET /rooms/${room_id}`, `GET /rooms/${slug}`, `DELETE /rooms/${room_id}`])
      expect(codeOf(await as('owner', line))).toBe('ROOM_NOT_FOUND')
    expect(codeOf(await as('owner', 'POST /rooms', { name: 'Again', slug, is_public: true }))).toBe('ok')
    await Promise.all([owner, following, elsewhere, outsider].map((client) => client.close()))
  })

  test('wins over those who join at the same time', async () => {
    const room_id = await room()
    const clients = await Promise.all(Array.from({ length: 8 }, () => online('member2')))
    const joins = clients.map((client) => client.command('join_room', { room_id }))
    await as('owner', `DELETE /rooms/${room_id}`)
    await Promise.all(joins)
    await server.sql`update conversations set deleted_at = null where id = ${room_id}`
    const owner = await online('owner')
    await owner.command('send_message', { room_id, content: 'nobody follows' })
    for (const client of clients) {
      await client.command('ping')
      expect(client.events.filter(({ type }) => type === 'room_message')).toEqual([])
      await client.close()
    }
    await owner.close()
  })
})

test('POST /rooms/{id}/join makes a member, tells their sockets and followers once, and is repeatable', async () => {
  const room_id = await room()
  const [owner, own] = await Promise.all([online('owner', { subscribe: 'all' }), online('outsider')])
  const { status, data } = await as('outsider', `POST /rooms/${room_id}/join`)
  expect({ status, data }).toMatchObject({ status: 200, data: { id: room_id, user_role: 'member', member_count: 10 } as never }) // prettier-ignore
  expect((await as('outsider', `POST /rooms/${room_id}/join`)).status).toBe(200)
  for (const client of [owner, own]) {
    expect(await told(client, 'member_joined', room_id)).toMatchObject({ username: 'outsider', role: 'member' })
    await client.command('ping')
    expect(client.events.filter(({ type, data }) => type === 'member_joined' && data.room_id === room_id)).toHaveLength(
      1,
    )
  }
  expect(codeOf(await as('outsider', `POST /rooms/${await room({ is_public: false })}/join`))).toBe('ROOM_NOT_FOUND')
  await Promise.all([owner.close(), own.close()])
})
