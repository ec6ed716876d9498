import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { RoomMembers } from '../../../src/features/conversations/answers.ts'
import { type Client, connect, type Data } from '../../services/client.ts'
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
const at = (room_id: number, name: Name) => `/rooms/${room_id}/members/${staff[name].id}`
const online = (name: Name, authenticate: object = {}) => connect(server, { token: staff[name].token, authenticate })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const rowOf = async (room_id: number, name: Name) => {
  const [row] =
    await server.sql`select * from members where conversation_id = ${room_id} and user_id = ${staff[name].id}`
  return row
}
const close = (...clients: Client[]) => Promise.all(clients.map((client) => client.close()))

const D = 'PERMISSION_DENIED'

describe('whoever acts on a member stands above them, and nobody acts on an owner', () => {
  const cases: [Name, Name, string][] = [
    ['owner', 'admin', 'ok'],
    ['owner', 'member', 'ok'],
    ['owner', 'owner2', D],
    ['admin', 'mod', 'ok'],
    ['admin', 'member', 'ok'],
    ['admin', 'admin2', D],
    ['admin', 'owner', D],
    ['mod', 'member', 'ok'],
    ['mod', 'mod2', D],
    ['mod', 'admin', D],
    ['mod', 'owner', D],
    ['member', 'member2', D],
    ['member', 'mod', D],
    ['outsider', 'member', D],
    // With a role on the server.
    ['deputy', 'member', 'ok'],
    ['deputy', 'mod', D],
    ['deputy', 'admin', D],
    ['sheriff', 'member', 'ok'],
    ['sheriff', 'mod', D],
    ['chief', 'admin', 'ok'],
    ['chief', 'mod', 'ok'],
    ['chief', 'owner', D],
  ]
  test.each(cases)('%s kicks %s: %s', async (actor, target, expected) => {
    const room_id = await room()
    expect(codeOf(await as(actor, `DELETE ${at(room_id, target)}`))).toBe(expected)
    expect((await rowOf(room_id, target)) === undefined).toBe(expected === 'ok')
  })
  test.each(cases)('%s mutes %s: %s', async (actor, target, expected) => {
    const room_id = await room()
    const muted_until = inAnHour()
    const answer = await as(actor, `PUT ${at(room_id, target)}`, { muted_until })
    expect(codeOf(answer)).toBe(expected)
    const until = (await rowOf(room_id, target))!['muted_until'] as Date | null
    expect(until?.toISOString()).toBe(expected === 'ok' ? muted_until : undefined)
    if (expected === 'ok') expect(answer.data).toMatchObject({ muted_until })
  })
})

describe('roles', () => {
  test.each<[Name, Name, string, string]>([
    ['owner', 'member', 'moderator', 'ok'],
    ['owner', 'member', 'admin', 'ok'],
    ['owner', 'member', 'owner', 'ok'],
    ['owner', 'admin', 'member', 'ok'],
    ['owner', 'owner2', 'member', D],
    ['admin', 'member', 'moderator', 'ok'],
    ['admin', 'mod', 'member', 'ok'],
    ['admin', 'member', 'admin', D],
    ['admin', 'member', 'owner', D],
    ['admin', 'admin2', 'member', D],
    ['admin', 'owner', 'member', D],
    ['admin', 'admin', 'owner', D],
    ['mod', 'member', 'moderator', D],
    ['member', 'member', 'moderator', D],
    ['outsider', 'member', 'moderator', D],
    ['deputy', 'member', 'moderator', D],
    ['chief', 'member', 'owner', 'ok'],
    ['chief', 'admin', 'member', 'ok'],
    ['chief', 'owner', 'member', D],
    // Stepping down.
    ['owner', 'owner', 'member', 'ok'],
    ['admin', 'admin', 'member', 'ok'],
    ['mod', 'mod', 'member', 'ok'],
  ])('%s makes %s %s: %s', async (actor, target, role, expected) => {
    const room_id = await room()
    const before = (await rowOf(room_id, target))!['role']
    expect(codeOf(await as(actor, `PUT ${at(room_id, target)}`, { role }))).toBe(expected)
    expect((await rowOf(room_id, target))!['role']).toBe(expected === 'ok' ? role : before)
  })

  test('the last owner neither steps down nor leaves while others remain, by any way', async () => {
    const room_id = await room()
    await as('owner2', `PUT ${at(room_id, 'owner2')}`, { role: 'admin' })
    const client = await online('owner')
    expect(codeOf(await as('owner', `PUT ${at(room_id, 'owner')}`, { role: 'admin' }))).toBe('RESOURCE_CONFLICT')
    expect(codeOf(await as('owner', `DELETE ${at(room_id, 'owner')}`))).toBe('RESOURCE_CONFLICT')
    expect(codeOf(await as('owner', `POST /rooms/${room_id}/leave`))).toBe('RESOURCE_CONFLICT')
    expect((await client.command('leave_room', { room_id, forget: true })).data.code).toBe('RESOURCE_CONFLICT')
    expect((await rowOf(room_id, 'owner'))!['role']).toBe('owner')
    await client.close()
  })

  test('of two owners who step down at once one stays', async () => {
    const room_id = await room()
    const answers = await Promise.all(
      (['owner', 'owner2'] as const).map((name) => as(name, `PUT ${at(room_id, name)}`, { role: 'member' })),
    )
    expect(answers.map(codeOf).toSorted()).toEqual(['RESOURCE_CONFLICT', 'ok'])
  })

  test('a room is handed over by making somebody its owner', async () => {
    const room_id = await room()
    for (const name of ['owner2', 'owner'] as const) {
      await as('owner', `PUT ${at(room_id, 'member')}`, { role: 'owner' })
      expect(codeOf(await as(name, `POST /rooms/${room_id}/leave`))).toBe('ok')
    }
    expect(codeOf(await as('member', `PUT /rooms/${room_id}`, { topic: 'mine' }))).toBe('ok')
  })
})

describe('POST /rooms/{id}/members', () => {
  test.each<[Name, string, string]>([
    ['owner', 'owner', 'ok'],
    ['owner', 'member', 'ok'],
    ['admin', 'moderator', 'ok'],
    ['admin', 'admin', D],
    ['mod', 'member', D],
    ['member', 'member', D],
    ['deputy', 'member', D],
    ['outsider', 'member', 'ROOM_NOT_FOUND'],
    ['sheriff', 'member', 'ROOM_NOT_FOUND'],
    ['chief', 'owner', 'ok'],
  ])('to a private room by %s, as %s: %s', async (actor, role, expected) => {
    const room_id = await room({ is_public: false })
    const answer = await as(actor, `POST /rooms/${room_id}/members`, { user_id: staff.outsider.id, role })
    expect(codeOf(answer)).toBe(expected)
    expect((await rowOf(room_id, 'outsider'))?.['role']).toBe(expected === 'ok' ? role : undefined)
    if (expected !== 'ok') return
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/v1/rooms/${room_id}/members/${staff.outsider.id}`)
  })

  test('refuses members, strangers, people who blocked the caller, full and archived rooms', async () => {
    const room_id = await room({ max_members: 10 })
    const add = (user_id: number) => as('owner', `POST /rooms/${room_id}/members`, { user_id })
    expect(codeOf(await add(staff.member.id))).toBe('RESOURCE_CONFLICT')
    expect(codeOf(await add(2 ** 40))).toBe('USER_NOT_FOUND')
    const shy = await server.register('shy')
    await server.sql`insert into blocks (user_id, blocked_user_id) values (${shy.id}, ${staff.owner.id})`
    expect(codeOf(await add(shy.id))).toBe('USER_BLOCKED')
    expect(codeOf(await add(staff.outsider.id))).toBe('ok')
    expect(codeOf(await add(staff.sheriff.id))).toBe('ROOM_FULL')
    await as('owner', `PUT /rooms/${room_id}`, { max_members: null })
    await as('owner', `POST /rooms/${room_id}/archive`, { archived: true })
    expect(await add(staff.sheriff.id)).toMatchObject({
      status: 403,
      error: { code: D, details: { reason: 'archived' } },
    })
  })

  test('lets one of two in where there is room for one', async () => {
    const room_id = await server.room(staff.owner, { max_members: 2 })
    const answers = await Promise.all([
      as('owner', `POST /rooms/${room_id}/members`, { user_id: staff.member.id }),
      as('member2', `POST /rooms/${room_id}/join`),
      as('mod', `POST /rooms/${room_id}/join`),
    ])
    expect(answers.map(codeOf).toSorted()).toEqual(['ROOM_FULL', 'ROOM_FULL', 'ok'])
    const [row] = await server.sql`select member_count from conversations where id = ${room_id}`
    expect(row!['member_count']).toBe(2)
  })

  test('tells the new member wherever they are, and those who follow, each once; then the badge works', async () => {
    const room_id = await room({ is_public: false })
    const [o, x, x2] = await Promise.all([online('owner'), online('outsider'), online('outsider')])
    await o.command('join_room', { room_id })
    await as('admin', `POST /rooms/${room_id}/members`, { user_id: staff.outsider.id })
    for (const client of [o, x, x2])
      expect(await told(client, 'member_joined', room_id)).toMatchObject({ user_id: staff.outsider.id, username: 'outsider', role: 'member' }) // prettier-ignore
    await o.command('send_message', { room_id, content: 'hello' })
    await x.next(({ type, data }) => type === 'unread_updated' && data.room_id === room_id)
    expect((await x2.command('join_room', { room_id })).data).toMatchObject({ user_role: 'member', unread_count: 1 })
    for (const client of [o, x, x2])
      expect(client.events.filter(({ type }) => type === 'member_joined')).toHaveLength(1)
    await close(o, x, x2)
  })
})

describe('a kick', () => {
  test('ends the live feed on every connection before anything else is said', async () => {
    const room_id = await room({ is_public: false })
    const [o, m, m2] = await Promise.all([online('owner'), online('member', { subscribe: 'all' }), online('member')])
    await o.command('join_room', { room_id })
    await as('mod', `DELETE ${at(room_id, 'member')}`)
    await o.command('send_message', { room_id, content: 'about them' })
    const left = { user_id: staff.member.id, username: 'member', reason: 'kicked', by: staff.mod.id }
    for (const client of [o, m, m2]) expect(await told(client, 'member_left', room_id)).toMatchObject(left)
    await Promise.all([m.command('ping'), m2.command('ping')])
    for (const client of [m, m2]) {
      const after = client.events.filter(({ data }) => data.room_id === room_id)
      expect(after.map(({ type }) => type)).toEqual(['member_left'])
      expect((await client.command('join_room', { room_id })).data.code).toBe('ROOM_NOT_FOUND')
      expect((await client.command('send_message', { room_id, content: 'x' })).data.code).toBe('ROOM_NOT_FOUND')
    }
    await close(o, m, m2)
  })

  test('of one who is no member finds nobody', async () => {
    const room_id = await room()
    expect(codeOf(await as('owner', `DELETE ${at(room_id, 'outsider')}`))).toBe('USER_NOT_FOUND')
    expect(codeOf(await as('owner', `PUT ${at(room_id, 'outsider')}`, { role: 'admin' }))).toBe('USER_NOT_FOUND')
    // Whoever may not kick learns nothing of who is there.
    for (const target of ['outsider', 'member2'] as const)
      expect(codeOf(await as('member', `DELETE ${at(room_id, target)}`))).toBe(D)
    expect(codeOf(await as('sheriff', `PUT ${at(room_id, 'outsider')}`, { nickname: 'x' }))).toBe('USER_NOT_FOUND')
    expect(codeOf(await as('outsider', `PUT ${at(room_id, 'sheriff')}`, { nickname: 'x' }))).toBe(D)
  })
})

test('leaving by REST is leaving: followers and the one who left are told, once each', async () => {
  const room_id = await room()
  const [o, m] = await Promise.all([online('owner'), online('member', { subscribe: 'all' })])
  await o.command('join_room', { room_id })
  expect((await as('member', `POST /rooms/${room_id}/leave`)).status).toBe(204)
  for (const client of [o, m]) {
    const data = await told(client, 'member_left', room_id)
    expect(data).toEqual({ room_id, user_id: staff.member.id, username: 'member', reason: 'left' } as never)
  }
  expect(codeOf(await as('member', `POST /rooms/${room_id}/leave`))).toBe(D)
  await close(o, m)
})

describe('a mute', () => {
  test('holds until it ends or is lifted, and only those who may mute see it', async () => {
    const room_id = await room()
    const m = await online('member')
    await as('mod', `PUT ${at(room_id, 'member')}`, { muted_until: inAnHour() })
    expect(await told(m, 'member_updated', room_id)).toMatchObject({ role: 'member', muted_until: expect.any(String) })
    const refused = await m.command('send_message', { room_id, content: 'x' })
    expect(refused.data.code).toBe('USER_MUTED')
    const { retry_after } = refused.data
    expect(retry_after === null || (retry_after > 3590 && retry_after <= 3600)).toBe(true)
    const shown = async (name: Name) => {
      const { members } = (await as(name, `GET /rooms/${room_id}/members`)).data as { members: Data[] }
      return members.find(({ username }) => username === 'member')
    }
    expect(await shown('mod2')).toMatchObject({ muted_until: expect.any(String) })
    expect(await shown('deputy')).toMatchObject({ muted_until: expect.any(String) })
    expect(await shown('member2')).not.toHaveProperty('muted_until')
    await as('mod', `PUT ${at(room_id, 'member')}`, { muted_until: null })
    expect(await told(m, 'member_updated', room_id)).toMatchObject({ muted_until: null })
    expect((await m.command('send_message', { room_id, content: 'x' })).type).toBe('message_sent')
    await m.close()
  })

  test.each([
    ['2020-01-01T00:00:00Z', 'VALIDATION_FAILED'],
    ['2099-13-45T00:00:00Z', 'VALIDATION_FAILED'],
    ['tomorrow', 'VALIDATION_FAILED'],
    [12, 'VALIDATION_FAILED'],
    ['2099-01-01T00:00:00+02:00', 'ok'],
  ])('until %p: %s', async (muted_until, expected) => {
    const room_id = await room()
    expect(codeOf(await as('owner', `PUT ${at(room_id, 'member')}`, { muted_until }))).toBe(expected)
  })

  test('stays when one leaves and joins again, or is removed and comes back, until its end', async () => {
    const room_id = await room()
    const code = async () => codeOf(await as('member', `POST /rooms/${room_id}/messages`, { content: 'x' }))
    const muted_until = inAnHour()
    await as('mod', `PUT ${at(room_id, 'member')}`, { muted_until })
    for (const gone of [
      () => as('member', `POST /rooms/${room_id}/leave`),
      () => as('mod', `DELETE ${at(room_id, 'member')}`),
    ]) {
      expect(codeOf(await gone())).toBe('ok')
      expect(codeOf(await as('member', `POST /rooms/${room_id}/join`))).toBe('ok')
      expect(await code()).toBe('USER_MUTED')
      expect((await as('member', `GET /rooms/${room_id}`)).data).toMatchObject({ user_muted_until: muted_until })
    }
    await as('mod', `PUT ${at(room_id, 'member')}`, { muted_until: null })
    await as('member', `POST /rooms/${room_id}/leave`)
    await as('member', `POST /rooms/${room_id}/join`)
    expect(await code()).toBe('ok')
    await as('mod', `PUT ${at(room_id, 'member')}`, { muted_until })
    await as('member', `POST /rooms/${room_id}/leave`)
    await server.sql`update kept_mutes set muted_until = now() - interval '1 second'`
    await as('member', `POST /rooms/${room_id}/join`)
    expect(await code()).toBe('ok')
    expect(await server.sql`select from kept_mutes`).toHaveLength(0)
  })

  test('without an end is one until the last year that there is', async () => {
    const room_id = await room()
    await server.sql`update members set muted_until = 'infinity' where conversation_id = ${room_id} and user_id = ${staff.member.id}`
    expect((await as('member', `GET /rooms/${room_id}`)).data).toMatchObject({
      user_muted_until: expect.stringMatching(/^9999/) as never,
    })
  })

  test('of oneself is refused, also to lift one', async () => {
    const room_id = await room()
    for (const muted_until of [null, inAnHour()])
      expect(codeOf(await as('mod', `PUT ${at(room_id, 'mod')}`, { muted_until }))).toBe(D)
  })
})

test('a nickname is one’s own, or given from above; what changes nothing is not told', async () => {
  const room_id = await room()
  const o = await online('owner', { subscribe: 'all' })
  expect(codeOf(await as('member', `PUT /rooms/${room_id}/members/me`, { nickname: ' Mem ' }))).toBe('ok')
  expect(await told(o, 'member_updated', room_id)).toMatchObject({ user_id: staff.member.id, nickname: 'Mem' })
  expect(codeOf(await as('member', `PUT ${at(room_id, 'member')}`, { nickname: 'Mem' }))).toBe('ok')
  expect(codeOf(await as('member2', `PUT ${at(room_id, 'member')}`, { nickname: 'x' }))).toBe(D)
  expect(codeOf(await as('mod', `PUT ${at(room_id, 'member')}`, { nickname: 'x' }))).toBe(D)
  expect(codeOf(await as('admin', `PUT ${at(room_id, 'member')}`, { nickname: null }))).toBe('ok')
  expect(await told(o, 'member_updated', room_id)).toMatchObject({ nickname: null })
  await o.command('ping')
  const updates = o.events.filter(({ type, data }) => type === 'member_updated' && data.room_id === room_id)
  expect(updates).toHaveLength(2)
  await o.close()
})

test('a member whose role changes hears of it on every connection, once', async () => {
  const room_id = await room()
  const [following, elsewhere] = await Promise.all([online('member', { subscribe: 'all' }), online('member')])
  await as('owner', `PUT ${at(room_id, 'member')}`, { role: 'moderator' })
  for (const client of [following, elsewhere]) {
    expect(await told(client, 'member_updated', room_id)).toMatchObject({ user_id: staff.member.id, role: 'moderator' })
    await client.command('ping')
    expect(client.events.filter(({ data }) => data.room_id === room_id)).toHaveLength(1)
  }
  await close(following, elsewhere)
})

describe('get_members', () => {
  test('has those of rank first, page by page, each once, whoever comes meanwhile', async () => {
    const room_id = await room()
    const m = await online('member')
    const got: Data[] = []
    let cursor: unknown = null
    for (let page = 0; page === 0 || cursor !== null; page++) {
      const reply = await m.command('get_members', { room_id, limit: 2, ...(page > 0 && { cursor }) })
      expectShape(RoomMembers, reply.data)
      expect(reply).toMatchObject({ type: 'room_members', data: { room_id } })
      got.push(...(reply.data['members'] as Data[]))
      cursor = reply.data['next_cursor']
      if (page === 0) await as('outsider', `POST /rooms/${room_id}/join`)
    }
    const expected = ['owner', 'owner2', 'admin', 'admin2', 'mod', 'mod2', 'member', 'member2', 'deputy', 'outsider']
    expect(got.slice(0, 6).map(({ username }) => username as string)).toEqual(expected.slice(0, 6))
    expect(got.map(({ username }) => username as string).toSorted()).toEqual(expected.toSorted())
    expect(got.find(({ username }) => username === 'member')).toMatchObject({ is_online: true, role: 'member', nickname: null }) // prettier-ignore
    expect(got.find(({ username }) => username === 'owner')).toMatchObject({ is_online: false })
    expect((await m.command('get_members', { room_id })).data).toMatchObject({ total_count: 10, next_cursor: null })
    await close(m)
  })

  test('of a DM has its two people', async () => {
    const m = await online('member')
    const { conversation_id } = (await m.command('create_dm', { user_id: staff.mod.id })).data
    const { data } = await m.command('get_members', { conversation_id })
    expectShape(RoomMembers, data)
    expect(data).toMatchObject({
      conversation_id,
      total_count: 2,
      members: [{ username: 'mod' }, { username: 'member' }],
    })
    expect(JSON.stringify(data)).not.toContain('muted_until')
    await m.close()
  })

  test.each<[string, Name, object, string]>([
    ['a public room not joined', 'outsider', {}, D],
    ['a private room of others', 'outsider', { is_public: false }, 'ROOM_NOT_FOUND'],
  ])('of %s is refused', async (_, name, draft, code) => {
    const room_id = await room(draft)
    const client = await online(name)
    expect((await client.command('get_members', { room_id })).data.code).toBe(code)
    expect(codeOf(await as(name, `GET /rooms/${room_id}/members`))).toBe(code)
    await client.close()
  })

  test.each([
    [{ cursor: 'xyz' }],
    [{ cursor: Buffer.from('9.9').toString('base64url') }],
    [{ limit: 0 }],
    [{ limit: 101 }],
    [{ conversation_id: 1 }],
  ])('refuses %j', async (more) => {
    const room_id = await room()
    const client = await online('member')
    expect((await client.command('get_members', { room_id, ...more })).data.code).toBe('VALIDATION_FAILED')
    await client.close()
  })

  test('costs the same at the end of a large room', async () => {
    const room_id = await room()
    await server.sql`
      with made as (insert into users (username) select 'crowd' || n from generate_series(1, 20000) n returning id)
      insert into members (conversation_id, user_id) select ${room_id}, id from made`
    await server.sql`update conversations set member_count = member_count + 20000 where id = ${room_id}`
    await server.sql`analyze members`
    const [last] = await server.sql`select max(user_id) as id from members where conversation_id = ${room_id}`
    const cursor = Buffer.from(`3.${(last!['id'] as number) - 3}`).toString('base64url')
    const { data } = await as('member', `GET /rooms/${room_id}/members?cursor=${cursor}&limit=2`)
    expect(data).toMatchObject({ total_count: 20009, members: [{ user_id: last!['id'] - 2 }, { user_id: last!['id'] - 1 }] }) // prettier-ignore
    expect((data as Data)['next_cursor']).toEqual(expect.any(String))
  })
})

test('each deed is in the audit trail, in the transaction that did it', async () => {
  const room_id = await room({ is_public: true })
  await as('outsider', `POST /rooms/${room_id}/join`)
  await as('owner', `PUT ${at(room_id, 'member')}`, { role: 'moderator', muted_until: inAnHour() })
  await as('owner', `DELETE ${at(room_id, 'member')}`)
  await as('member2', `DELETE ${at(room_id, 'member2')}`)
  const { data } = await as('owner', `DELETE ${at(room_id, 'owner2')}`)
  expect(data).toBeUndefined()
  const m = await online('owner')
  const { logs } = (await m.command('get_audit_logs', { room_id, limit: 100 })).data as unknown as { logs: Data[] }
  const deeds = logs.map(({ action, actor_id, target_id }) => [action, actor_id, String(target_id)])
  for (const deed of [
    ['room.create', staff.owner.id, String(room_id)],
    ['member.add', staff.owner.id, String(staff.member.id)],
    ['member.join', staff.outsider.id, String(staff.outsider.id)],
    ['member.role', staff.owner.id, String(staff.member.id)],
    ['member.mute', staff.owner.id, String(staff.member.id)],
    ['member.kick', staff.owner.id, String(staff.member.id)],
    ['member.leave', staff.member2.id, String(staff.member2.id)],
  ])
    expect(deeds).toContainEqual(deed)
  await m.close()
})
