import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { createDatabase } from '../../services/postgres.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let count = 0
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const person = (name = `person${++count}`): Promise<Account> => server.register(name)
const codeOf = ({ error }: Answer) => error?.code ?? 'ok'
const rowOf = async ({ id }: { id: number }) => {
  const [row] = await server.sql`select * from users where id = ${id}`
  return row!
}
const put = (who: Account, body: object) => server.ask('PUT /users/me', body, who.token)
/** Somebody whom an external issuer brought. */
async function external(): Promise<Account> {
  const account = await person()
  await server.sql`update users set password_hash = null where id = ${account.id}`
  return account
}

describe('PUT /users/me', () => {
  test('changes what is named, tidies it up, and leaves the rest', async () => {
    const ada = await person()
    const first = await put(ada, { display_name: '  Ada Love\u0301lace ', locale: 'fr' })
    expect(first.status).toBe(200)
    expect(first.data).toMatchObject({ id: ada.id, display_name: 'Ada Lov\u00e9lace', locale: 'fr', email: null })
    expect((await put(ada, { locale: null })).data).toMatchObject({ display_name: 'Ada Lov\u00e9lace', locale: null })
    for (const nothing of [null, '   ']) {
      await put(ada, { display_name: 'x' })
      expect((await put(ada, { display_name: nothing })).data).toMatchObject({ display_name: null })
    }
    expect((await put(ada, {})).data).toMatchObject({ username: ada.username })
    const trail = await server.ask('GET /users/me/export', undefined, ada.token)
    const deeds = (trail.data as { audit: { action: string; details: object }[] }).audit
    expect(deeds.filter(({ action }) => action === 'user.update').map(({ details }) => details)).toEqual([
      { fields: ['display_name', 'locale'] },
      { fields: ['locale'] },
      ...[1, 2, 3, 4].map(() => ({ fields: ['display_name'] })),
    ])
  })

  test('a role, a status or a name in the body changes nothing', async () => {
    const ada = await person()
    const before = await rowOf(ada)
    const answer = await put(ada, {
      display_name: 'Ada',
      role: 'admin',
      status: 'banned',
      is_bot: true,
      username: 'root',
      id: 1,
      banned_until: null,
      email_verified: true,
      password_hash: 'x', // prettier-ignore
    })
    expect(answer.data).toMatchObject({ role: 'user', username: ada.username, is_bot: false, email_verified: false })
    const { display_name, updated_at, ...rest } = await rowOf(ada)
    const { display_name: _, updated_at: earlier, ...same } = before
    expect([display_name, rest]).toEqual(['Ada', same])
    expect(updated_at).not.toEqual(earlier)
  })

  test('an address is kept sealed, found at login, and has to be verified anew', async () => {
    const ada = await person()
    const email = `Ada.${ada.id}@Example.com`
    const answer = await put(ada, { email, current_password: ada.password })
    expect(answer.data).toMatchObject({ email: email.toLowerCase(), email_verified: false })
    const row = await rowOf(ada)
    expect(Buffer.from(row['email_encrypted'] as Uint8Array).includes('example')).toBe(false)
    expect((await server.ask('POST /auth/login', { username: email, password: ada.password })).status).toBe(200)
    await server.sql`update users set email_verified_at = now() where id = ${ada.id}`
    // The same is no change, and needs no password.
    expect((await put(ada, { email })).data).toMatchObject({ email_verified: true })
    const other = `b${email}`
    expect((await put(ada, { email: other, current_password: ada.password })).data).toMatchObject({ email_verified: false }) // prettier-ignore
    expect((await server.ask('POST /auth/login', { username: email, password: ada.password })).status).toBe(401)
    expect((await put(ada, { email: null, current_password: ada.password })).data).toMatchObject({ email: null })
    expect(await rowOf(ada)).toMatchObject({ email_encrypted: null, email_index: null, email_verified_at: null })
  })

  test('an address that somebody has is taken like a free one, and each signs in by it with their own password', async () => {
    const [ada, bob] = [await person(), await person()]
    const password = 'the second horse'
    await server.ask('POST /auth/password', { current_password: bob.password, new_password: password }, bob.token)
    const email = `shared${bob.id}@example.com`
    await put(bob, { email, current_password: password })
    const [shared, free] = [
      await put(ada, { email, current_password: ada.password }),
      await put(await person(), { email: `x${email}`, current_password: ada.password }),
    ]
    expect([shared.status, free.status]).toEqual([200, 200])
    const nameless = ({ data }: Answer) => ({ ...(data as object), id: 0, username: '', email: '', created_at: '' })
    expect(nameless(shared)).toEqual(nameless(free))
    const by = async (given: string) =>
      (await server.ask('POST /auth/login', { username: email, password: given })).data
    expect(await by(ada.password)).toMatchObject({ user: { id: ada.id } })
    expect(await by(password)).toMatchObject({ user: { id: bob.id } })
    expect(codeOf(await put(ada, { email: `y${email}`, current_password: 'wrong horse' }))).toBe('INVALID_CREDENTIALS')
  })

  test('a password that changes while the address does makes one of both fail, and none is lost', async () => {
    const ada = await person()
    const email = `race${ada.id}@example.com`
    const [moved, changed] = await Promise.all([
      put(ada, { email, current_password: ada.password }),
      server.ask('POST /auth/password', { current_password: ada.password, new_password: 'battery staple' }, ada.token),
    ])
    const password = changed.status < 300 ? 'battery staple' : ada.password
    // Whoever asks when the other is done already has given a password of before.
    for (const answer of [moved, changed])
      if (answer.status >= 300) expect([[409, 'RESOURCE_CONFLICT'], [401, 'INVALID_CREDENTIALS']]).toContainEqual([answer.status, codeOf(answer)]) // prettier-ignore
    expect([moved.status, changed.status].some((status) => status < 300)).toBe(true)
    const names = [ada.username, ...(moved.status === 200 ? [email] : [])]
    for (const username of names)
      expect((await server.ask('POST /auth/login', { username, password })).status).toBe(200)
  })

  test('gives nobody an address where only the operator does, taken or free, and takes one away', async () => {
    const database = await createDatabase()
    const before = await startServer({}, database)
    const [ada, bob] = [await before.register('ada'), await before.register('bob')]
    const give = (house: TestServer, who: Account, email: string | null) =>
      house.ask('PUT /users/me', { email, current_password: who.password }, who.token)
    expect((await give(before, bob, 'bob@example.com')).status).toBe(200)
    await before.close()

    const house = await startServer({ security: { user_emails: false } }, database)
    const [taken, free] = [await give(house, ada, 'bob@example.com'), await give(house, ada, 'free@example.com')]
    expect([taken.status, codeOf(taken)]).toEqual([403, 'FEATURE_DISABLED'])
    expect([free.status, codeOf(free), free.error.details]).toEqual([taken.status, codeOf(taken), taken.error.details])
    expect(await house.login('bob@example.com')).toMatchObject({ id: bob.id })
    expect((await give(house, bob, null)).data).toMatchObject({ email: null })
    await house.close()
    await database.drop()
  })

  test('an account without a password cannot change its address', async () => {
    const ada = await external()
    const answer = await put(ada, { email: 'x@example.com', current_password: 'anything' })
    expect([answer.status, codeOf(answer)]).toEqual([409, 'RESOURCE_CONFLICT'])
    expect((await put(ada, { display_name: 'Ada' })).status).toBe(200)
  })

  test.each<[string, object, string]>([
    ['a display name of 65 characters', { display_name: 'x'.repeat(65) }, 'display_name'],
    ['a display name with a control character', { display_name: 'a\u0007b' }, 'display_name'],
    ['a display name that turns the writing', { display_name: 'a\u202eb' }, 'display_name'],
    ['a display name with NUL', { display_name: 'a\0b' }, 'display_name'],
    ['a display name with half a character', { display_name: 'a\ud800' }, 'display_name'],
    ['a display name that is a number', { display_name: 7 }, 'display_name'],
    ['a language that is not spoken here', { locale: 'de' }, 'locale'],
    ['an address that is none', { email: 'nobody', current_password: 'x' }, 'email'],
    ['an address without the password', { email: 'x@example.com' }, 'current_password'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await put(await person(), body)
    expect([answer.status, answer.error.code]).toEqual([422, 'VALIDATION_FAILED'])
    expect(answer.error.details).toMatchObject([{ field }])
  })

  test('needs somebody who has signed in', async () => {
    expect((await server.ask('PUT /users/me', { display_name: 'x' })).status).toBe(401)
  })
})

describe('DELETE /users/me', () => {
  const leave = (who: Account, body: object = { password: who.password }) => server.ask('DELETE /users/me', body, who.token) // prettier-ignore

  test('leaves a name that says nothing, and nothing else of the person', async () => {
    const [ada, bob] = [await person(), await person()]
    await put(ada, { display_name: 'Ada', locale: 'fr', email: `gone${ada.id}@example.com`, current_password: ada.password }) // prettier-ignore
    const room_id = await server.room(bob)
    await server.ask(`POST /rooms/${room_id}/join`, undefined, ada.token)
    const [a, a2, b] = await Promise.all([
      connect(server, { token: ada.token }),
      connect(server, { token: (await server.login(ada.username)).token }),
      connect(server, { token: bob.token, authenticate: { subscribe: 'all' } }),
    ])
    const { conversation_id } = (await b.command('create_dm', { user_id: ada.id })).data
    await a.command('send_message', { room_id, content: 'what I wrote' })
    await a.command('update_status', { status: 'busy', message: 'at sea' })
    await server.ask(`POST /users/${bob.id}/block`, undefined, ada.token)
    await b.command('get_presence', { user_ids: [ada.id] })

    expect((await leave(ada)).status).toBe(204)
    for (const socket of [a, a2]) {
      expect(await socket.closed(1_000)).toMatchObject({ code: 4401 })
      expect(socket.frames.at(-1)).toMatchObject({ type: 'error', data: { code: 'SESSION_REVOKED' } })
    }
    expect(await b.next('member_left')).toMatchObject({ data: { room_id, user_id: ada.id, username: ada.username, reason: 'left' } }) // prettier-ignore
    expect(await rowOf(ada)).toMatchObject({
      username: `deleted-${ada.id}`,
      status: 'deleted',
      role: 'user',
      display_name: null,
      email_encrypted: null,
      email_index: null,
      email_verified_at: null, // prettier-ignore
      password_hash: null,
      presence: 'online',
      presence_message: null,
      locale: null,
      last_seen_at: null,
    })
    for (const table of ['members', 'blocks']) expect(await server.sql`select from ${server.sql(table)} where user_id = ${ada.id}`).toHaveLength(0) // prettier-ignore
    expect(await server.sql`select from sessions where user_id = ${ada.id} and (ip is not null or user_agent is not null or revoked_at is null)`).toHaveLength(0) // prettier-ignore
    // What was written is there, and nobody to find.
    const history = await b.command('get_history', { room_id })
    expect(history.data.messages.at(-1)).toMatchObject({ content: 'what I wrote', username: `deleted-${ada.id}` })
    expect(codeOf(await server.ask(`GET /users/${ada.id}`, undefined, bob.token))).toBe('USER_NOT_FOUND')
    expect((await server.ask('GET /users/me', undefined, ada.token)).status).toBe(401)
    expect((await server.ask('POST /auth/refresh', { refresh_token: ada.refresh_token })).status).toBe(401)
    for (const username of [ada.username, `gone${ada.id}@example.com`, `deleted-${ada.id}`])
      expect((await server.ask('POST /auth/login', { username, password: ada.password })).status).toBe(401)
    expect(((await server.ask(`GET /rooms/${room_id}`, undefined, bob.token)).data as { member_count: number }).member_count).toBe(1) // prettier-ignore
    expect((await b.command('get_dm_history', { conversation_id })).type).toBe('dm_history')
    // The name is free, and the one that is left is nobody's to take.
    expect((await server.register(ada.username)).id).not.toBe(ada.id)
    for (const username of [`deleted-${ada.id}`, 'Deleted-77', 'deleted-1x'])
      expect((await server.ask('POST /auth/register', { username, password: 'correct horse' })).error).toMatchObject({ code: 'RESOURCE_CONFLICT', details: { field: 'username' } }) // prettier-ignore
    await b.close()
  })

  test('tells those who asked how they are that nobody is there, and takes nothing away from the other person of a DM', async () => {
    const [ada, bob] = [await person(), await person()]
    const [a, b] = await Promise.all([ada, bob].map(({ token }) => connect(server, { token })))
    const { conversation_id } = (await b!.command('create_dm', { user_id: ada.id })).data
    await a!.command('send_dm', { conversation_id, content: 'still here' })
    const presence = async () =>
      ((await b!.command('get_presence', { user_ids: [ada.id] })).data['users'] as { status: string }[])[0]?.status
    await eventually('ada is there', async () => (await presence()) === 'online')
    await leave(ada)
    const told = await b!.next(({ type, data }) => type === 'user_presence' && data.user_id === ada.id && data['status'] === 'offline') // prettier-ignore
    expect(told.data).toEqual({
      user_id: ada.id,
      username: `deleted-${ada.id}`,
      status: 'offline',
      message: null,
      last_seen: null,
      current_room: null, // prettier-ignore
    } as never)
    expect((await b!.command('get_dm_history', { conversation_id })).data.messages).toMatchObject([{ content: 'still here' }]) // prettier-ignore
    await b!.close()
  })

  test('a name that was taken before it was reserved is no obstacle', async () => {
    const [ada, bob] = [await person(), await person()]
    await server.sql`update users set username = ${`Deleted-${ada.id}`} where id = ${bob.id}`
    expect((await leave(ada)).status).toBe(204)
    expect((await rowOf(ada))['username']).toMatch(new RegExp(`^deleted-${ada.id}-[0-9a-f]{8}$`))
  })

  test('the last owner hands over first, and is told which rooms', async () => {
    const [ada, bob] = [await person(), await person()]
    const [shared, alone, owned] = [await server.room(ada), await server.room(ada), await server.room(ada)]
    for (const id of [shared, owned]) await server.ask(`POST /rooms/${id}/join`, undefined, bob.token)
    await server.ask(`PUT /rooms/${owned}/members/${bob.id}`, { role: 'owner' }, ada.token)
    const refused = await leave(ada)
    expect([refused.status, refused.error.code]).toEqual([409, 'RESOURCE_CONFLICT'])
    expect(refused.error.details).toEqual({ reason: 'give these rooms to somebody first', room_ids: [shared] })
    expect((await rowOf(ada))['status']).toBe('active')
    expect(await server.sql`select from members where user_id = ${ada.id}`).toHaveLength(3)
    await server.ask(`PUT /rooms/${shared}/members/${bob.id}`, { role: 'owner' }, ada.token)
    expect((await leave(ada)).status).toBe(204)
    const counts = await server.sql`select member_count from conversations where id in (${shared}, ${alone}, ${owned}) order by id` // prettier-ignore
    expect(counts.map((row) => row['member_count'])).toEqual([1, 0, 1])
  })

  test('the last administrator stays, and of two at once one does', async () => {
    const [ada, bob] = [await person(), await person()]
    await server.sql`update users set role = 'admin' where id = ${ada.id}`
    const bot = await person()
    await server.sql`update users set role = 'admin', is_bot = true where id = ${bot.id}`
    const refused = await leave(ada)
    expect([refused.status, refused.error.details]).toEqual([409, { reason: 'the last administrator cannot be taken away' }]) // prettier-ignore
    await server.sql`update users set role = 'admin' where id = ${bob.id}`
    const answers = await Promise.all([leave(ada), leave(bob)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409])
  })

  test('whoever joins a room meanwhile is a member of nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const [ada, bob] = [await person(), await person()]
      const rooms = await Promise.all(Array.from({ length: 6 }, () => server.room(bob)))
      const joins = rooms.map((id) => server.ask(`POST /rooms/${id}/join`, undefined, ada.token))
      const left = await leave(ada)
      const answers = await Promise.all(joins)
      for (const { status } of [left, ...answers]) expect(status).toBeLessThan(500)
      if (left.status === 204) {
        expect(await server.sql`select from members where user_id = ${ada.id}`).toHaveLength(0)
        const counts = await server.sql`select distinct member_count from conversations where id = any (${rooms}::bigint[])` // prettier-ignore
        expect(counts.map((row) => row['member_count'])).toEqual([1])
      }
    }
  })

  test.each<[string, (who: Account) => object, number, string]>([
    ['nothing', () => ({}), 422, 'VALIDATION_FAILED'],
    ['a wrong password', () => ({ password: 'wrong horse' }), 401, 'INVALID_CREDENTIALS'],
    ['the name instead of the password', (who) => ({ username: who.username }), 422, 'VALIDATION_FAILED'],
    ['a password that is a number', () => ({ password: 7 }), 422, 'VALIDATION_FAILED'],
  ])('with %s it is refused, and the account goes on', async (_, body, status, code) => {
    const ada = await person()
    const answer = await leave(ada, body(ada))
    expect([answer.status, answer.error.code]).toEqual([status, code])
    expect((await server.ask('GET /users/me', undefined, ada.token)).status).toBe(200)
  })

  test('without a password it asks for the own name', async () => {
    const ada = await external()
    for (const body of [{}, { username: 'somebody' }, { password: 'anything' }])
      expect(codeOf(await leave(ada, body))).toBe('VALIDATION_FAILED')
    expect((await leave(ada, { username: ada.username.toUpperCase() })).status).toBe(204)
  })

  test('a wrong password is in the trail, and so is the end', async () => {
    const ada = await person()
    await leave(ada, { password: 'wrong horse' })
    await leave(ada)
    const rows = await eventually('both are there', async () => {
      const found = await server.sql`select action, outcome, actor_id from audit_log where actor_id = ${ada.id} and action = 'user.delete' order by outcome` // prettier-ignore
      return found.length === 2 && found
    })
    expect(rows.map((row) => row['outcome'])).toEqual(['failure', 'success'])
  })
})
