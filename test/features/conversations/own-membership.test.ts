import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { BlockPage } from '../../../src/features/conversations/block-schema.ts'
import { Member } from '../../../src/features/conversations/member-schema.ts'
import { UnreadSummary } from '../../../src/features/conversations/read-schema.ts'
import { type Client, connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { expectShape } from './staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob, cleo]: Account[] = []
beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, cleo] = await Promise.all(['ada', 'bob', 'cleo'].map((name) => server.register(name)))
})
afterAll(() => server.close())

const by = (who: Account, line: string, body?: object) => server.ask(line, body, who.token)
const codeOf = ({ error }: Answer) => error?.code ?? 'ok'
const socket = (who: Account, authenticate: object = {}) => connect(server, { token: who.token, authenticate })
async function shared(): Promise<number> {
  const room_id = await server.room(ada!)
  await by(bob!, `POST /rooms/${room_id}/join`)
  return room_id
}

describe('PUT /rooms/{id}/members/me', () => {
  test('sets how one wants to be notified, which others do not see', async () => {
    const room_id = await shared()
    const follower = await socket(ada!, { subscribe: 'all' })
    const before = follower.events.length
    const { status, data } = await by(bob!, `PUT /rooms/${room_id}/members/me`, { notification_level: 'mentions' })
    expect(status).toBe(200)
    expectShape(Member, data)
    expect(data).toMatchObject({ user_id: bob!.id, notification_level: 'mentions', nickname: null })
    const listed = (await by(ada!, `GET /rooms/${room_id}/members`)).data as { members: Member[] }
    expect(listed.members.map(({ notification_level }) => notification_level)).toEqual(['all', undefined])
    const again = await socket(bob!, { memberships: true })
    const mine = (again.hello.data['memberships'] as { room_id: number }[]).find((each) => each.room_id === room_id)
    expect(mine).toMatchObject({ notification_level: 'mentions' })
    await follower.command('ping')
    expect(follower.events.slice(before).filter(({ type }) => type === 'member_updated')).toEqual([])
    await Promise.all([follower.close(), again.close()])
  })

  test('moves the read pointer as mark_read does, never back, and tells the own sockets', async () => {
    const room_id = await shared()
    const [a, b] = [await socket(ada!), await socket(bob!)]
    await a.command('join_room', { room_id })
    const ids: number[] = []
    for (const content of ['one', 'two', 'three'])
      ids.push((await a.command('send_message', { room_id, content })).data.id)
    const first = await by(bob!, `PUT /rooms/${room_id}/members/me`, { last_read_message_id: ids[1], nickname: 'Bobby' }) // prettier-ignore
    expect(first.data).toMatchObject({ last_read_number: 2, nickname: 'Bobby' })
    const told = await b.next(({ type, data }) => type === 'unread_updated' && data['last_read_number'] === 2)
    expect(told.data).toMatchObject({ room_id, unread_count: 1 })
    const back = await by(bob!, `PUT /rooms/${room_id}/members/me`, { last_read_message_id: ids[0] })
    expect(back.data).toMatchObject({ last_read_number: 2 })
    await Promise.all([a.close(), b.close()])
  })

  test('still lets one step down, and nothing more', async () => {
    const room_id = await shared()
    await by(ada!, `PUT /rooms/${room_id}/members/${bob!.id}`, { role: 'moderator' })
    const answer = await by(bob!, `PUT /rooms/${room_id}/members/me`, { role: 'member', notification_level: 'none' })
    expect(answer.data).toMatchObject({ role: 'member', notification_level: 'none' })
    expect(codeOf(await by(bob!, `PUT /rooms/${room_id}/members/me`, { role: 'owner' }))).toBe('PERMISSION_DENIED')
  })

  test.each<[string, () => Account, object, string]>([
    ['an outsider', () => cleo!, { notification_level: 'all' }, 'PERMISSION_DENIED'],
    ['a message that is not there', () => bob!, { last_read_message_id: 999_999 }, 'MESSAGE_NOT_FOUND'],
    ['a level that there is not', () => bob!, { notification_level: 'some' }, 'VALIDATION_FAILED'],
    ['a message that is no number', () => bob!, { last_read_message_id: 'x' }, 'VALIDATION_FAILED'],
    ['a nickname of 65 characters', () => bob!, { nickname: 'x'.repeat(65) }, 'VALIDATION_FAILED'],
  ])('refuses %s', async (_, who, body, code) => {
    expect(codeOf(await by(who(), `PUT /rooms/${await shared()}/members/me`, body))).toBe(code)
  })

  test.each<[string[], object, string]>([
    [['edit_profile'], { nickname: 'Bobby' }, 'ok'],
    [['edit_profile'], { notification_level: 'none' }, 'ok'],
    [['edit_profile'], { role: 'member' }, 'PERMISSION_DENIED'],
    [['edit_profile'], { last_read_message_id: 0 }, 'PERMISSION_DENIED'],
    [['manage_members'], { role: 'member' }, 'ok'],
    [['manage_members'], { nickname: 'Bobby' }, 'PERMISSION_DENIED'],
    [['manage_members'], { notification_level: 'none' }, 'PERMISSION_DENIED'],
    [['edit_profile', 'read_messages'], { last_read_message_id: 0 }, 'ok'],
  ])('a key with %j that wants %j is told %s', async (permissions, wanted, code) => {
    const room_id = await shared()
    await by(ada!, `PUT /rooms/${room_id}/members/${bob!.id}`, { role: 'moderator' })
    const { data: sent } = await by(ada!, `POST /rooms/${room_id}/messages`, { content: 'hello' })
    const { data: made } = await by(bob!, 'POST /auth/api-keys', { name: 'a program', permissions })
    const body = 'last_read_message_id' in wanted ? { last_read_message_id: (sent as { id: number }).id } : wanted
    expect(codeOf(await server.ask(`PUT /rooms/${room_id}/members/me`, body, (made as { key: string }).key))).toBe(code)
  })

  test('a private room of others is not there', async () => {
    const room_id = await server.room(ada!, { is_public: false })
    expect(codeOf(await by(cleo!, `PUT /rooms/${room_id}/members/me`, { notification_level: 'all' }))).toBe('ROOM_NOT_FOUND') // prettier-ignore
  })

  test('the level of somebody else is not there to change', async () => {
    const room_id = await shared()
    await by(ada!, `PUT /rooms/${room_id}/members/${bob!.id}`, { notification_level: 'none' })
    const [row] = await server.sql`select notification_level from members where conversation_id = ${room_id} and user_id = ${bob!.id}` // prettier-ignore
    expect(row).toEqual({ notification_level: 'all' })
  })
})

describe('GET /users/me/unread', () => {
  test('says what memberships say, of what has something unread', async () => {
    const eve = await server.register('eve')
    expect((await by(eve, 'GET /users/me/unread')).data).toEqual({ total_unread: 0, total_mentions: 0, conversations: [], threads: [], next_cursor: null } as never) // prettier-ignore
    const [loud, quiet] = [await server.room(ada!), await server.room(ada!)]
    const a = await socket(ada!)
    for (const room_id of [loud, quiet]) await by(eve, `POST /rooms/${room_id}/join`)
    const { conversation_id } = (await a.command('create_dm', { user_id: eve.id })).data
    for (const content of ['hello', 'hello @eve', '@eve again']) await a.command('send_message', { room_id: loud, content }) // prettier-ignore
    await a.command('send_dm', { conversation_id, content: 'psst' })
    const { data } = await by(eve, 'GET /users/me/unread')
    expectShape(UnreadSummary, data)
    expect(data).toMatchObject({
      total_unread: 4,
      total_mentions: 2,
      conversations: [
        { room_id: loud, unread_count: 3, mention_count: 2 },
        { conversation_id, unread_count: 1, mention_count: 0 },
      ],
    })
    const again = await socket(eve, { memberships: true })
    const all = again.hello.data['memberships'] as UnreadSummary['conversations']
    expect((data as UnreadSummary).conversations).toEqual(all.filter(({ unread_count }) => unread_count > 0))
    const first = (await by(eve, 'GET /users/me/unread?limit=1')).data as UnreadSummary
    expect(first).toMatchObject({ total_unread: 4, conversations: [{ room_id: loud }] })
    const second = (await by(eve, `GET /users/me/unread?limit=1&cursor=${first.next_cursor}`)).data
    expect(second).toMatchObject({ total_unread: 4, conversations: [{ conversation_id }], next_cursor: null })
    expect((await by(eve, 'GET /users/me/unread?cursor=x')).error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'cursor' }] }) // prettier-ignore
    expect((await server.ask('GET /users/me/unread')).status).toBe(401)
    await Promise.all([a.close(), again.close()])
  })
})

describe('PUT /users/me/status', () => {
  test('is what update_status is, on every device', async () => {
    const device = await socket(bob!)
    const answer = await by(bob!, 'PUT /users/me/status', { status: 'busy', message: ' at work ' })
    expect([answer.status, answer.data]).toEqual([200, { status: 'busy', message: 'at work' }] as never)
    expect((await by(bob!, 'PUT /users/me/status', { status: 'away' })).data).toEqual({ status: 'away', message: 'at work' } as never) // prettier-ignore
    const asker = await socket(cleo!)
    const seen = (await asker.command('get_presence', { user_ids: [bob!.id] })).data['users'] as object[]
    expect(seen).toMatchObject([{ status: 'away', message: 'at work' }])
    await Promise.all([device.close(), asker.close()])
  })

  test.each<[object, string]>([
    [{}, 'status'],
    [{ status: 'offline' }, 'status'],
    [{ status: 'busy', message: 'x'.repeat(129) }, 'message'],
    [{ status: 'busy', message: 'a\0' }, 'message'],
  ])('%j is refused', async (body, field) => {
    const { status, error } = await by(bob!, 'PUT /users/me/status', body)
    expect([status, error.details]).toMatchObject([422, [{ field }]])
  })
})

describe('blocks', () => {
  const block = (who: Account, whom: { id: number }, on = true) =>
    by(who, `${on ? 'POST' : 'DELETE'} /users/${whom.id}/block`)
  const write = (client: Client, conversation_id: number) =>
    client.command('send_dm', { conversation_id, content: 'x' })

  test('of somebody in a DM do what block_dm does', async () => {
    const [fay, gus] = [await server.register('fay'), await server.register('gus')]
    const [f, f2, g] = await Promise.all([fay, fay, gus].map((who) => socket(who)))
    const { conversation_id } = (await f!.command('create_dm', { user_id: gus.id })).data
    expect((await block(fay, gus)).status).toBe(204)
    for (const client of [f!, f2!])
      expect(await client.next('dm_blocked')).toMatchObject({ data: { conversation_id, is_blocked: true, blocked_by_you: true } }) // prettier-ignore
    for (const client of [f!, g!]) expect((await write(client, conversation_id)).data.code).toBe('CONVERSATION_BLOCKED')
    expect((await block(fay, gus)).status).toBe(204)
    expect((await block(fay, gus, false)).status).toBe(204)
    expect((await write(g!, conversation_id)).type).toBe('message_sent')
    await g!.command('ping')
    expect(g!.events.filter(({ type }) => type === 'dm_blocked')).toEqual([])
    expect(f!.events.filter(({ type }) => type === 'dm_blocked')).toHaveLength(2)
    await Promise.all([f!.close(), f2!.close(), g!.close()])
  })

  test('work without a DM, and keep one from being begun', async () => {
    const [hal, ida] = [await server.register('hal'), await server.register('ida')]
    expect((await block(hal, ida)).status).toBe(204)
    const i = await socket(ida)
    expect((await i.command('create_dm', { user_id: hal.id })).data.code).toBe('USER_BLOCKED')
    expect(codeOf(await by(ida, 'GET /users/search?q=hal'))).toBe('ok')
    expect(((await by(ida, 'GET /users/search?q=hal')).data as { users: object[] }).users).toEqual([])
    expect((await block(hal, ida, false)).status).toBe(204)
    expect((await block(hal, ida, false)).status).toBe(204)
    expect((await i.command('create_dm', { user_id: hal.id })).type).toBe('dm_created')
    const rows = await server.sql`select details from (select at, details from audit_log where actor_id = ${hal.id} and action = 'user.block' union all select at, details from audit_pending where actor_id = ${hal.id} and action = 'user.block') deeds order by at` // prettier-ignore
    expect(rows.map(({ details }) => details)).toEqual([{ block: true }, { block: false }])
    await i.close()
  })

  test('hide how one is from those who are blocked', async () => {
    const [jo, kim] = [await server.register('jo'), await server.register('kim')]
    const [j, k] = [await socket(jo), await socket(kim)]
    await block(jo, kim)
    const seen = (await k.command('get_presence', { user_ids: [jo.id] })).data['users'] as object[]
    expect(seen).toMatchObject([{ status: 'offline', last_seen: null }])
    await Promise.all([j.close(), k.close()])
  })

  test('are listed page by page', async () => {
    const lee = await server.register('lee')
    for (const whom of [cleo!, ada!, bob!]) await block(lee, whom)
    const seen: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { data }: Answer = await by(lee, `GET /users/me/blocks?limit=2${cursor && `&cursor=${cursor}`}`)
      expectShape(BlockPage, data)
      seen.push(...(data as BlockPage).blocks.map(({ user }) => user.id))
      cursor = (data as BlockPage).next_cursor
    }
    expect(seen).toEqual([ada!, bob!, cleo!].map(({ id }) => id).toSorted((a, b) => a - b))
  })

  test.each<[string, () => string, number, string]>([
    ['oneself', () => `POST /users/${ada!.id}/block`, 409, 'RESOURCE_CONFLICT'],
    ['nobody', () => 'POST /users/999999/block', 404, 'USER_NOT_FOUND'],
    ['a word', () => 'POST /users/x/block', 422, 'VALIDATION_FAILED'],
    ['a number that is too large', () => 'POST /users/99999999999999999999/block', 422, 'VALIDATION_FAILED'],
    ['nobody, to lift it', () => 'DELETE /users/999999/block', 404, 'USER_NOT_FOUND'],
    ['by a strange cursor', () => 'GET /users/me/blocks?cursor=!', 422, 'VALIDATION_FAILED'],
  ])('of %s are refused', async (_, line, status, code) => {
    const answer = await by(ada!, line())
    expect([answer.status, answer.error.code]).toEqual([status, code])
  })
})
