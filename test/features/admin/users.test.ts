import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { AdminUserDetail, AdminUserPage } from '../../../src/features/admin/schema.ts'
import { roles } from '../../../src/kernel/permissions.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { expectShape } from '../conversations/staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let chief: Account
let count = 0
beforeAll(async () => {
  server = await startServer()
  chief = await admin()
})
afterAll(() => server.close())

const person = (name = `person${++count}`): Promise<Account> => server.register(name)
async function admin(): Promise<Account> {
  const account = await person()
  await server.sql`update users set role = 'admin' where id = ${account.id}`
  return account
}
const as = (who: Account, line: string, body?: object): Promise<Answer> => server.ask(line, body, who.token)
const put = (who: Account, whom: { id: number }, body: object) => as(who, `PUT /admin/users/${whom.id}`, body)
const codeOf = ({ error }: Answer) => error?.code ?? 'ok'
const deedsOn = async ({ id }: { id: number }) => {
  const { data } = await as(chief, `GET /admin/audit?target_type=user&target_id=${id}`)
  return (data as { logs: { action: string; details: object; outcome: string; actor_id: number }[] }).logs
}

describe('who may', () => {
  const lines: [string, object | undefined][] = [
    ['GET /admin/users', undefined],
    ['GET /admin/users/1', undefined],
    ['PUT /admin/users/1', {}],
    ['POST /admin/users/1/revoke-sessions', {}],
    ['POST /admin/drain', {}],
  ]
  test.each(lines)('%s: administrators alone', async (line, body) => {
    for (const role of ['guest', 'user', 'moderator']) {
      const who = await person()
      await server.sql`update users set role = ${role} where id = ${who.id}`
      expect(codeOf(await as(who, line, body))).toBe('PERMISSION_DENIED')
    }
    expect((await server.ask(line, body)).status).toBe(401)
  })
})

describe('GET /admin/users', () => {
  const list = async (query = '') => (await as(chief, `GET /admin/users${query}`)).data as AdminUserPage
  const names = async (query: string) => (await list(query)).users.map(({ username }) => username)

  test('finds by name, id and address, and shows what others do not see', async () => {
    const ada = await person('ada.admin')
    await as(ada, 'PUT /users/me', { display_name: 'Éva', email: 'Ada@example.com', current_password: ada.password })
    for (const q of ['ADA.', 'eva', String(ada.id), 'ada%40EXAMPLE.com'])
      expect([q, await names(`?q=${q}`)]).toEqual([q, expect.arrayContaining(['ada.admin']) as never])
    expect(await names('?q=nobody%40example.com')).toEqual([])
    const { users } = await list('?q=ada.')
    expectShape(AdminUserPage, await list('?q=ada.'))
    expect(users[0]).toMatchObject({
      id: ada.id,
      email: 'ada@example.com',
      status: 'active',
      role: 'user',
      has_password: true,
      is_online: false,
      banned_until: null,
      ban_reason: null, // prettier-ignore
    })
  })

  test('by role and by status, page by page, without those who are gone', async () => {
    const [mod, banned, gone] = [await person(), await person(), await person()]
    await server.sql`update users set role = 'moderator' where id = ${mod.id}`
    await server.sql`update users set status = 'banned' where id = ${banned.id}`
    await as(gone, 'DELETE /users/me', { password: gone.password })
    expect(await names('?role=moderator')).toContain(mod.username)
    expect(await names('?status=banned')).toEqual([banned.username])
    expect(await names('?role=moderator&status=banned')).toEqual([])
    const seen: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: AdminUserPage = await list(`?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.users.map(({ id }) => id))
      cursor = page.next_cursor
    }
    const rows = await server.sql`select id from users where status <> 'deleted' order by id`
    expect(seen).toEqual(rows.map(({ id }) => id as number))
    expect(seen).not.toContain(gone.id)
  })

  test.each(['role=boss', 'status=deleted', 'limit=0', 'cursor=!', 'q='])('with %s is refused', async (query) => {
    expect(codeOf(await as(chief, `GET /admin/users?${query}`))).toBe('VALIDATION_FAILED')
  })

  test('an address under a key that is lost keeps nobody out, and hides nobody else', async () => {
    const ada = await person('lost.address')
    await as(ada, 'PUT /users/me', { email: 'lost@example.com', current_password: ada.password })
    await server.sql`update users set email_encrypted = set_byte(email_encrypted, 4, get_byte(email_encrypted, 4) # 1) where id = ${ada.id}`
    const lost = { id: ada.id, email: null, email_verified: false }
    expect((await as(ada, 'GET /users/me')).data as object).toMatchObject(lost)
    expect((await server.login('lost.address')).user).toMatchObject(lost)
    expect((await list('?q=lost.a')).users).toMatchObject([lost])
    const next = { email: 'found@example.com', current_password: ada.password }
    expect((await as(ada, 'PUT /users/me', next)).data as object).toMatchObject({ email: 'found@example.com' })
  })

  test('one account, with how much it has', async () => {
    const ada = await person()
    await server.login(ada.username)
    await server.room(ada)
    const socket = await connect(server, { token: ada.token })
    const { data } = await as(chief, `GET /admin/users/${ada.id}`)
    expectShape(AdminUserDetail, data)
    expect(data).toMatchObject({ username: ada.username, active_sessions: 2, room_count: 1, is_online: true })
    await socket.close()
    expect(codeOf(await as(chief, 'GET /admin/users/999999'))).toBe('USER_NOT_FOUND')
    expect(codeOf(await as(chief, 'GET /admin/users/x'))).toBe('VALIDATION_FAILED')
  })
})

describe('PUT /admin/users/{id}', () => {
  test('by a key gives nobody what the key does not carry: who has it could make an admin of anybody', async () => {
    const keyWith = async (...permissions: string[]) => {
      const { data } = await as(chief, 'POST /auth/api-keys', { name: 'x', permissions })
      return (data as { key: string }).key
    }
    const ada = await person()
    const give = (role: string, key: string) => server.ask(`PUT /admin/users/${ada.id}`, { role }, key)
    const narrow = await keyWith('manage_users')
    for (const role of ['admin', 'moderator']) {
      const refused = await give(role, narrow)
      expect([refused.status, codeOf(refused)]).toEqual([403, 'PERMISSION_DENIED'])
      expect(refused.error.details).toMatchObject({ reason: 'not a permission of this key' })
    }
    const added = roles.moderator.filter((permission) => !(roles.user as readonly string[]).includes(permission))
    expect((await give('moderator', await keyWith('manage_users', ...added))).status).toBe(200)
    expect(codeOf(await give('admin', await keyWith('manage_users', ...added)))).toBe('PERMISSION_DENIED')
    expect((await give('guest', narrow)).status).toBe(200)
    expect((await server.ask(`PUT /admin/users/${ada.id}`, { active: false }, narrow)).status).toBe(200)
  })

  test('a role holds at once, reaches open sockets, and is in the trail', async () => {
    const ada = await person()
    const room_id = await server.room(chief)
    await as(ada, `POST /rooms/${room_id}/join`)
    const socket = await connect(server, { token: ada.token })
    const { status, data } = await put(chief, ada, { role: 'guest' })
    expectShape(AdminUserDetail, data)
    expect([status, data]).toMatchObject([200, { role: 'guest', status: 'active' }])
    expect(codeOf(await as(ada, 'POST /rooms', { name: 'x', is_public: true }))).toBe('PERMISSION_DENIED')
    await eventually('a guest cannot write', async () =>
      (await socket.command('send_message', { room_id, content: 'x' })).data.code === 'PERMISSION_DENIED', 2_500) // prettier-ignore
    const roleNow = async () => (await socket.command('authenticate', { token: ada.token })).data.role
    await eventually('the socket is told to ask', () => socket.frames.some(({ type }) => type === 'token_expiring'))
    expect(await roleNow()).toBe('guest')
    await put(chief, ada, { role: 'guest' })
    await put(chief, ada, { role: 'moderator' })
    await eventually('and again', () => socket.frames.filter(({ type }) => type === 'token_expiring').length === 2)
    expect(await roleNow()).toBe('moderator')
    expect((await deedsOn(ada)).filter(({ action }) => action === 'user.role')).toMatchObject([
      { actor_id: chief.id, details: { from: 'guest', to: 'moderator' } },
      { actor_id: chief.id, details: { from: 'user', to: 'guest' } },
    ])
    await socket.close()
  })

  test('a ban closes every socket within a second, is said with its end, and lifted gives everything back', async () => {
    const ada = await person()
    const sockets = [await connect(server, { token: ada.token }), await connect(server, { token: ada.token })]
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const { data } = await put(chief, ada, { active: false, banned_until: until, ban_reason: ' spam ' })
    expect(data).toMatchObject({ status: 'banned', banned_until: until, ban_reason: 'spam' })
    for (const socket of sockets) {
      expect(await socket.closed(1_000)).toMatchObject({ code: 4403 })
      expect(socket.frames.at(-1)).toMatchObject({ type: 'error', data: { code: 'USER_BANNED' } })
    }
    const refused = await as(ada, 'GET /users/me')
    expect([refused.status, refused.error.code, refused.error.details]).toEqual([403, 'USER_BANNED', { banned_until: until, reason: 'spam' }]) // prettier-ignore
    expect(codeOf(await server.ask('POST /auth/login', { username: ada.username, password: ada.password }))).toBe('USER_BANNED') // prettier-ignore
    // Made longer, for good, then lifted.
    expect((await put(chief, ada, { banned_until: null })).data).toMatchObject({ status: 'banned', banned_until: null, ban_reason: 'spam' }) // prettier-ignore
    expect((await put(chief, ada, { active: true })).data).toMatchObject({ status: 'active', banned_until: null, ban_reason: null }) // prettier-ignore
    expect((await as(ada, 'GET /users/me')).status).toBe(200)
    const bans = (await deedsOn(ada)).filter(({ action }) => /^user\.(un)?ban$/.test(action))
    expect(bans.map(({ action, details }) => [action, details])).toEqual([
      ['user.unban', { reason: 'lifted' }],
      ['user.ban', { until: null, reason: 'spam' }],
      ['user.ban', { until, reason: 'spam' }],
    ])
  })

  test('a ban that is over takes its reason along', async () => {
    const ada = await person()
    await put(chief, ada, { active: false, banned_until: '2999-01-01T00:00:00Z', ban_reason: 'spam' })
    await server.sql`update users set banned_until = now() - interval '1 second' where id = ${ada.id}`
    expect((await as(ada, 'GET /users/me')).status).toBe(200)
    expect((await as(chief, `GET /admin/users/${ada.id}`)).data).toMatchObject({ status: 'active', banned_until: null, ban_reason: null }) // prettier-ignore
  })

  test('what is so already is no deed', async () => {
    const ada = await person()
    for (const body of [{}, { active: true }, { role: 'user' }, { banned_until: null }, { ban_reason: null }])
      expect((await put(chief, ada, body)).status).toBe(200)
    expect((await deedsOn(ada)).filter(({ actor_id }) => actor_id === chief.id)).toEqual([])
  })

  test.each<[string, object, string]>([
    ['an end without a ban', { banned_until: '2999-01-01T00:00:00Z' }, 'banned_until'],
    ['a reason without a ban', { ban_reason: 'because' }, 'ban_reason'],
    ['an end of a ban that is lifted', { active: true, banned_until: '2999-01-01T00:00:00Z' }, 'banned_until'],
    ['an end that is over', { active: false, banned_until: '2020-01-01T00:00:00Z' }, 'banned_until'],
    ['an end that is none', { active: false, banned_until: '2999-13-41T00:00:00Z' }, 'banned_until'],
    ['an end in February that is in March', { active: false, banned_until: '2999-02-30T00:00:00Z' }, 'banned_until'],
    ['an end that is a word', { active: false, banned_until: 'tomorrow' }, 'banned_until'],
    ['a role that there is not', { role: 'owner' }, 'role'],
    ['a reason of 501 characters', { active: false, ban_reason: 'x'.repeat(501) }, 'ban_reason'],
    ['a reason with NUL', { active: false, ban_reason: 'a\0' }, 'ban_reason'],
    ['active as a word', { active: 'no' }, 'active'],
  ])('%s is refused', async (_, body, field) => {
    const { status, error } = await put(chief, await person(), body)
    expect([status, error.code, error.details]).toMatchObject([422, 'VALIDATION_FAILED', [{ field }]])
  })

  test('nobody changes themselves, nor who is not there', async () => {
    expect(codeOf(await put(chief, chief, { role: 'user' }))).toBe('PERMISSION_DENIED')
    expect(codeOf(await put(chief, chief, { active: false }))).toBe('PERMISSION_DENIED')
    expect(codeOf(await put(chief, { id: 999_999 }, { role: 'user' }))).toBe('USER_NOT_FOUND')
    const gone = await person()
    await as(gone, 'DELETE /users/me', { password: gone.password })
    expect(codeOf(await put(chief, gone, { role: 'admin' }))).toBe('USER_NOT_FOUND')
  })

  test('fields that are not for it are ignored', async () => {
    const ada = await person()
    await put(chief, ada, { username: 'other', is_bot: true, email: 'x@example.com', status: 'deleted' })
    expect((await as(chief, `GET /admin/users/${ada.id}`)).data).toMatchObject({ username: ada.username, is_bot: false, email: null, status: 'active' }) // prettier-ignore
  })

  test('a bot cannot take away the last person who is an administrator, and may take any other', async () => {
    const alone = await startServer()
    const [last, bot, other] = [await alone.register('last'), await alone.register('robot'), await alone.register('other')] // prettier-ignore
    await alone.sql`update users set role = 'admin' where id in (${last.id}, ${bot.id})`
    await alone.sql`update users set is_bot = true where id = ${bot.id}`
    for (const body of [{ role: 'user' }, { active: false }]) {
      const refused = await alone.ask(`PUT /admin/users/${last.id}`, body, bot.token)
      expect([refused.status, refused.error]).toMatchObject([409, { code: 'RESOURCE_CONFLICT', details: { reason: 'the last administrator cannot be taken away' } }]) // prettier-ignore
    }
    await alone.sql`update users set role = 'admin' where id = ${other.id}`
    expect((await alone.ask(`PUT /admin/users/${last.id}`, { active: false }, bot.token)).status).toBe(200)
    await alone.close()
  })

  test.each([[{ role: 'user' }], [{ active: false }]])(
    'of two administrators who take each other away at once by %j, one is left',
    async (body) => {
      const alone = await startServer()
      for (let round = 0; round < 8; round++) {
        const [ada, bob] = [await alone.register(`ada${round}`), await alone.register(`bob${round}`)]
        await alone.sql`update users set role = 'user'`
        await alone.sql`update users set role = 'admin' where id in (${ada.id}, ${bob.id})`
        const answers = await Promise.all([
          alone.ask(`PUT /admin/users/${bob.id}`, body, ada.token),
          alone.ask(`PUT /admin/users/${ada.id}`, body, bob.token),
        ])
        expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403])
        expect(await alone.sql`select from users where role = 'admin' and status = 'active'`).toHaveLength(1)
      }
      await alone.close()
    },
  )
})

describe('POST /admin/users/{id}/revoke-sessions', () => {
  test('ends all of them, with their sockets, and says who did it', async () => {
    const ada = await person()
    const second = await server.login(ada.username)
    const sockets = [await connect(server, { token: ada.token }), await connect(server, { token: second.token })]
    expect((await as(chief, `POST /admin/users/${ada.id}/revoke-sessions`)).status).toBe(204)
    for (const socket of sockets) expect(await socket.closed(1_000)).toMatchObject({ code: 4401 })
    for (const { token } of [ada, second])
      expect((await server.ask('GET /users/me', undefined, token)).status).toBe(401)
    expect((await deedsOn(ada)).find(({ action }) => action === 'session.end')).toMatchObject({ actor_id: chief.id, details: { reason: 'admin', sessions: 2 } }) // prettier-ignore
    expect((await as(chief, `POST /admin/users/${ada.id}/revoke-sessions`)).status).toBe(204)
    expect(codeOf(await as(chief, 'POST /admin/users/999999/revoke-sessions'))).toBe('USER_NOT_FOUND')
    expect((await server.login(ada.username)).id).toBe(ada.id)
  })
})
