import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let mo: Account
let max: Account
let root: Account

beforeAll(async () => {
  server = await startServer({ limits: { max_bots_per_user: 100 } })
  ada = await server.register('ada')
  mo = await server.register('mo')
  max = await server.register('max')
  root = await server.register('root')
  await server.sql`update users set role = 'moderator' where username in ('mo', 'max')`
  await server.sql`update users set role = 'admin' where username = 'root'`
})
afterAll(() => server.close())

interface Bot {
  id: number
  username: string
}

let count = 0
const make = async (owner = mo): Promise<Bot> => {
  count += 1
  const { data, error } = await server.ask('POST /bots', { username: `bot${count}` }, owner.token)
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}
const keyOf = async (bot: Bot, owner = mo, permissions = ['read_messages', 'send_messages', 'join_rooms']) => {
  const wanted = { name: 'its program', permissions, user_id: bot.id }
  const { data, error } = await server.ask('POST /auth/api-keys', wanted, owner.token)
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data as { id: string; key: string; user_id: number }
}
const verdict = ({ status, error }: Answer): unknown[] => [status, error?.code]
const me = (key: string) => server.ask('GET /users/me', undefined, key)

test('a bot is a user of its owner that signs in with a key, and with nothing else', async () => {
  const answer = await server.ask('POST /bots', { username: 'deploybot', display_name: ' Deploy notices ' }, mo.token)
  expect(answer.status).toBe(201)
  const bot = answer.data as Bot
  expect(answer.headers.get('location')).toBe(`/api/v1/bots/${bot.id}`)
  expect(bot as object).toEqual({
    id: expect.any(Number),
    username: 'deploybot',
    display_name: 'Deploy notices',
    role: 'user',
    is_bot: true,
    owner_id: mo.id,
    created_at: expect.any(String),
  })
  const { key, user_id } = await keyOf(bot)
  expect(user_id).toBe(bot.id)
  expect((await me(key)).data as object).toMatchObject({ id: bot.id, is_bot: true })
  const socket = await connect(server, { token: key })
  expect((await socket.command('join_room', { room_id: 'general' })).type).toBe('room_joined')
  const draft = { room_id: 'general', content: 'deployed', metadata: { client_id: 'deploy-1' } }
  expect((await socket.command('send_message', draft)).type).toBe('message_sent')
  await socket.close()
  for (const password of ['', 'null', 'deploybot', 'correct horse']) {
    const login = await server.ask('POST /auth/login', { username: 'deploybot', password }, undefined)
    expect(verdict(login)).toEqual(password === '' ? [422, 'VALIDATION_FAILED'] : [401, 'INVALID_CREDENTIALS'])
  }
})

test.each([
  ['a user', () => ada, 403],
  ['a moderator', () => mo, 201],
  ['an admin', () => root, 201],
])('%s makes a bot: %d', async (who, by, status) => {
  const username = `of-${who.replaceAll(' ', '-')}`
  expect((await server.ask('POST /bots', { username }, by().token)).status).toBe(status)
})

test.each([
  ['a name that is taken', { username: 'ADA' }, 409],
  ['a reserved name', { username: 'Everyone' }, 409],
  ['a name that is none', { username: 'a b' }, 422],
  ['no name', {}, 422],
  ['a display name that is too long', { username: 'longbot', display_name: 'x'.repeat(65) }, 422],
  ['a display name with a line end', { username: 'linebot', display_name: 'a\nb' }, 422],
  ['a display name that turns the writing', { username: 'turnbot', display_name: 'a\u202eb' }, 422],
])('a bot with %s is refused', async (_, wanted, status) => {
  expect((await server.ask('POST /bots', wanted, mo.token)).status).toBe(status)
})

describe('a bot of somebody else', () => {
  test.each([
    ['GET', {}],
    ['PUT', { display_name: 'mine now' }],
    ['DELETE', {}],
  ])('does not exist for %s, but for those who manage users', async (method, body) => {
    const bot = await make()
    const line = `${method} /bots/${bot.id}`
    const given = method === 'GET' ? undefined : body
    for (const other of [ada, max]) {
      expect(verdict(await server.ask(line, given, other.token))).toEqual([404, 'USER_NOT_FOUND'])
    }
    expect((await server.ask(line, given, root.token)).status).toBe(method === 'DELETE' ? 204 : 200)
  })

  test('gets no key from others, but from those who manage users', async () => {
    const bot = await make()
    const wanted = { name: 'x', permissions: ['read_messages'], user_id: bot.id }
    for (const other of [ada, max]) {
      expect(verdict(await server.ask('POST /auth/api-keys', wanted, other.token))).toEqual([404, 'USER_NOT_FOUND'])
    }
    expect((await server.ask('POST /auth/api-keys', wanted, root.token)).status).toBe(201)
  })

  test('is not in the list, unless one manages users', async () => {
    const bot = await make()
    const listed = async (by: Account) => {
      const ids: number[] = []
      for (let cursor = ''; ;) {
        const { data } = await server.ask(`GET /bots?limit=3${cursor}`, undefined, by.token)
        const { bots, next_cursor } = data as { bots: Bot[]; next_cursor: number | null }
        ids.push(...bots.map(({ id }) => id))
        if (next_cursor === null) return ids
        cursor = `&cursor=${next_cursor}`
      }
    }
    expect(await listed(mo)).toContain(bot.id)
    expect(await listed(max)).not.toContain(bot.id)
    const all = await listed(root)
    expect(all).toContain(bot.id)
    expect(new Set(all).size).toBe(all.length)
  })
})

test.each([['ada'], ['mo']])('a person is no bot: %s', async (name) => {
  const id = name === 'ada' ? ada.id : mo.id
  expect(verdict(await server.ask(`GET /bots/${id}`, undefined, root.token))).toEqual([404, 'USER_NOT_FOUND'])
  expect(verdict(await server.ask(`DELETE /bots/${id}`, undefined, root.token))).toEqual([404, 'USER_NOT_FOUND'])
})

test('a bot is renamed, but not to a name that is taken, and what is not named stays', async () => {
  const bot = await make()
  const change = (body: object) => server.ask(`PUT /bots/${bot.id}`, body, mo.token)
  expect((await change({ username: 'renamed', display_name: 'Renamed' })).data as object).toMatchObject({
    username: 'renamed',
    display_name: 'Renamed',
  })
  expect((await change({ display_name: null })).data as object).toMatchObject({
    username: 'renamed',
    display_name: null,
  })
  expect(verdict(await change({ username: 'Ada' }))).toEqual([409, 'RESOURCE_CONFLICT'])
  expect(verdict(await change({ username: 'here' }))).toEqual([409, 'RESOURCE_CONFLICT'])
  // Whatever else is sent changes nothing.
  expect((await change({ role: 'admin', owner_id: ada.id, is_bot: false })).data as object).toMatchObject({
    role: 'user',
    owner_id: mo.id,
  })
})

test('a key of a bot has no more than both the bot and its maker may', async () => {
  const bot = await make(root)
  const wanted = { name: 'x', permissions: ['manage_users'], user_id: bot.id }
  expect(verdict(await server.ask('POST /auth/api-keys', wanted, root.token))).toEqual([403, 'PERMISSION_DENIED'])
  await server.sql`update users set role = 'admin' where id = ${bot.id}`
  expect((await server.ask('POST /auth/api-keys', wanted, root.token)).status).toBe(201)
  await server.sql`update users set owner_id = ${mo.id} where id = ${bot.id}`
  expect(verdict(await server.ask('POST /auth/api-keys', wanted, mo.token))).toEqual([403, 'PERMISSION_DENIED'])
})

test('a key of a bot manages no keys, and bots only with a permission for it', async () => {
  const bot = await make()
  const { key } = await keyOf(bot)
  expect((await server.ask('GET /auth/api-keys', undefined, key)).status).toBe(403)
  expect((await server.ask('GET /bots', undefined, key)).status).toBe(403)
})

test('a bot owns no bots: whoever is banned takes all of theirs along', async () => {
  const bot = await make(root)
  await server.sql`update users set role = 'moderator' where id = ${bot.id}`
  const { key } = await keyOf(bot, root, ['create_bots'])
  expect((await server.ask('GET /bots', undefined, key)).status).toBe(200)
  const refused = await server.ask('POST /bots', { username: 'grandchild' }, key)
  expect([...verdict(refused), refused.error.details]).toEqual([
    403,
    'PERMISSION_DENIED',
    { reason: 'a bot owns no bots' },
  ])
})

test('who deletes a bot ends its keys at once and its sockets within a second', async () => {
  const bot = await make()
  const [first, second] = [await keyOf(bot), await keyOf(bot)]
  const socket = await connect(server, { token: first.key })
  expect((await server.ask(`DELETE /bots/${bot.id}`, undefined, mo.token)).status).toBe(204)
  const began = performance.now()
  for (const { key } of [first, second]) expect(verdict(await me(key))).toEqual([401, 'SESSION_REVOKED'])
  expect((await socket.closed()).code).toBe(4401)
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(verdict(await server.ask(`GET /bots/${bot.id}`, undefined, mo.token))).toEqual([404, 'USER_NOT_FOUND'])
  // Nobody passes for it.
  expect(verdict(await server.ask('POST /bots', { username: bot.username }, mo.token))).toEqual([
    409,
    'RESOURCE_CONFLICT',
  ])
})

describe('what becomes of its rooms', () => {
  const membersOf = (bot: Bot) => server.sql`select conversation_id from members where user_id = ${bot.id}`
  const countOf = async (room_id: number) => {
    const { data } = await server.ask(`GET /rooms/${room_id}`, undefined, ada.token)
    return (data as { member_count: number }).member_count
  }
  const remove = (bot: Bot) => server.ask(`DELETE /bots/${bot.id}`, undefined, mo.token)
  const owning = [
    'read_messages',
    'send_messages',
    'join_rooms',
    'create_rooms',
    'create_invites',
    'manage_members',
    'transfer_rooms',
  ]

  test('a bot that is deleted leaves them, which their members are told, and what lets others in', async () => {
    const bot = await make()
    const { key } = await keyOf(bot, mo, owning)
    const room_id = await server.room(ada)
    await server.ask(`POST /rooms/${room_id}/join`, undefined, key)
    const invited = await server.ask(`PUT /rooms/${room_id}/members/${bot.id}`, { role: 'moderator' }, ada.token)
    expect(invited.status).toBe(200)
    expect((await server.ask(`POST /rooms/${room_id}/invites`, {}, key)).status).toBe(201)
    const alone = await server.ask('POST /rooms', { name: 'Its own', is_public: true }, key)
    expect([alone.status, await countOf(room_id), (await membersOf(bot)).length]).toEqual([201, 2, 2])
    const watch = await connect(server, { token: ada.token, authenticate: { subscribe: 'all' } })
    expect((await remove(bot)).status).toBe(204)
    expect((await watch.next('member_left')).data).toMatchObject({ room_id, user_id: bot.id, username: bot.username })
    expect([await countOf(room_id), (await membersOf(bot)).length]).toEqual([1, 0])
    expect(await server.sql`select from invites where created_by = ${bot.id} and revoked_at is null`).toHaveLength(0)
    await watch.close()
  })

  test('the last owner hands over first', async () => {
    const bot = await make()
    const { key } = await keyOf(bot, mo, owning)
    const { data } = await server.ask('POST /rooms', { name: 'Kept by a bot', is_public: true }, key)
    const { id: room_id } = data as { id: number }
    await server.ask(`POST /rooms/${room_id}/join`, undefined, ada.token)
    const refused = await remove(bot)
    expect([...verdict(refused), refused.error.details]).toEqual([
      409,
      'RESOURCE_CONFLICT',
      { reason: 'give these rooms to somebody first', room_ids: [room_id] },
    ])
    expect((await me(key)).status).toBe(200)
    await server.ask(`PUT /rooms/${room_id}/members/${ada.id}`, { role: 'owner' }, key)
    expect((await remove(bot)).status).toBe(204)
  })

  test('whoever deletes their account takes their bots along, out of rooms of both too', async () => {
    const owner = await server.register('leaver')
    await server.sql`update users set role = 'moderator' where id = ${owner.id}`
    const [bot, other] = [await make(owner), await make(owner)]
    const { key, id } = await keyOf(bot, owner, owning)
    const [theirs, shared] = [await server.room(owner), await server.room(ada)]
    for (const room_id of [theirs, shared])
      for (const who of [owner.token, key]) await server.ask(`POST /rooms/${room_id}/join`, undefined, who)
    const socket = await connect(server, { token: key })
    const leave = () => server.ask('DELETE /users/me', { password: owner.password }, owner.token)
    await server.ask(`POST /rooms/${theirs}/join`, undefined, ada.token)
    expect((await leave()).error.details).toMatchObject({ room_ids: [theirs] })
    expect((await me(key)).status).toBe(200)
    await server.ask(`PUT /rooms/${theirs}/members/${ada.id}`, { role: 'owner' }, owner.token)
    expect((await leave()).status).toBe(204)
    expect((await socket.closed()).code).toBe(4401)
    expect(verdict(await me(key))).toEqual([401, 'SESSION_REVOKED'])
    expect([await countOf(theirs), await countOf(shared), (await membersOf(bot)).length]).toEqual([1, 1, 0])
    for (const each of [bot, other])
      expect(verdict(await server.ask(`GET /bots/${each.id}`, undefined, root.token))).toEqual([404, 'USER_NOT_FOUND'])
    expect(await server.sql`select from api_keys where id = ${id} and revoked_at is null`).toHaveLength(0)
    const trail = await server.sql`
      select target_id from audit_pending where action = 'bot.delete' and actor_id = ${owner.id}
      union all select target_id from audit_log where action = 'bot.delete' and actor_id = ${owner.id}`
    expect(trail.map((row) => Number(row['target_id'])).toSorted((a, b) => a - b)).toEqual([bot.id, other.id])
  })

  test('nobody who is deleting their account is left with a bot', async () => {
    for (let round = 0; round < 5; round++) {
      const owner = await server.register(`racer${round}`)
      await server.sql`update users set role = 'moderator' where id = ${owner.id}`
      const makes = Array.from({ length: 4 }, (_, n) =>
        server.ask('POST /bots', { username: `race-${round}-${n}` }, owner.token),
      )
      const left = await server.ask('DELETE /users/me', { password: owner.password }, owner.token)
      for (const { status } of [left, ...(await Promise.all(makes))]) expect(status).toBeLessThan(500)
      const bots = await server.sql`select from users where owner_id = ${owner.id} and status <> 'deleted'`
      if (left.status === 204) expect(bots).toHaveLength(0)
    }
  })
})

test.each([
  ['banned', 403, 'USER_BANNED', 4403],
  ['deleted', 401, 'SESSION_REVOKED', 4401],
])('the bots of somebody who is %s stop', async (status, http, code, closed) => {
  const owner = await server.register(`owner-${status}`)
  await server.sql`update users set role = 'moderator' where id = ${owner.id}`
  const bot = await make(owner)
  const { key } = await keyOf(bot, owner)
  const socket = await connect(server, { token: key })
  await server.sql`update users set status = ${status} where id = ${owner.id}`
  expect(verdict(await me(key))).toEqual([http, code])
  expect((await socket.closed()).code).toBe(closed)
})

test('the bots of somebody whose ban is over go on', async () => {
  const owner = await server.register('forgiven')
  await server.sql`update users set role = 'moderator' where id = ${owner.id}`
  const { key } = await keyOf(await make(owner), owner)
  await server.sql`update users set status = 'banned', banned_until = now() - interval '1 minute' where id = ${owner.id}`
  expect((await me(key)).status).toBe(200)
  const socket = await connect(server, { token: key })
  expect(socket.hello.type).toBe('auth_success')
  await socket.close()
})

test('of so many bots at once there are no more than the limit', async () => {
  const small = await startServer({ limits: { max_bots_per_user: 2 } })
  const owner = await small.register('owner')
  await small.sql`update users set role = 'moderator' where id = ${owner.id}`
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => small.ask('POST /bots', { username: `b${n}` }, owner.token)),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(4)
  await small.close()
})

test('what is done to bots is in the trail', async () => {
  const bot = await make()
  await server.ask(`PUT /bots/${bot.id}`, { display_name: 'Seen' }, mo.token)
  const { id } = await keyOf(bot)
  await server.ask(`DELETE /bots/${bot.id}`, undefined, mo.token)
  const rows = await server.sql<{ action: string }[]>`
    select action from audit_pending where target_id in (${String(bot.id)}, ${id})
    union all select action from audit_log where target_id in (${String(bot.id)}, ${id})`
  expect(rows.map(({ action }) => action).toSorted()).toEqual([
    'bot.create',
    'bot.delete',
    'bot.update',
    'key.create',
    'key.revoke',
  ])
})
