import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openHouse, type Pair } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const password = 'correct horse'

test('registering answers 201 with tokens that work at once, and where the user is', async () => {
  const answer = await house.ask('POST /auth/register', {
    body: { username: 'Ada', password, email: 'Ada@Example.org' },
  })
  expect(answer.status).toBe(201)
  const pair = answer.data as Pair
  expect(answer.headers.get('location')).toBe(`/api/v1/users/${pair.user.id}`)
  expect(pair).toMatchObject({
    token_type: 'Bearer',
    expires_in: 900,
    user: { username: 'Ada', email: 'ada@example.org', role: 'user' },
  })
  const me = await house.ask('GET /users/me', { token: pair.access_token })
  expect(me.data as unknown).toEqual(pair.user)
  expect(answer.text).not.toContain('password')
})

test('a user seen by others has no address', async () => {
  const { access_token } = await house.register('bob')
  const [row] = await house.sql`select id from users where username = 'Ada'`
  const answer = await house.ask(`GET /users/${row?.['id']}`, { token: access_token })
  expect(answer.data as unknown).toMatchObject({ username: 'Ada', is_bot: false })
  expect(Object.keys(answer.data)).toEqual(['id', 'username', 'display_name', 'role', 'is_bot', 'created_at'])
})

test('neither the address nor the password can be read in the database', async () => {
  const [row] =
    await house.sql`select row_to_json(u)::text as text, email_encrypted, password_hash from users u where username = 'Ada'`
  expect(row?.['text']).not.toContain('xample')
  expect(Buffer.from(row?.['email_encrypted'] as Uint8Array).toString('latin1')).not.toContain('xample')
  expect(row?.['password_hash']).toStartWith('$argon2id$v=19$m=1024,t=1')
  const tokens = await house.sql`select token_hash from refresh_tokens`
  expect(tokens.every((token) => (token['token_hash'] as Uint8Array).length === 32)).toBe(true)
})

test.each([
  ['its name, whatever the case', 'aDA'],
  ['its address, whatever the case', 'ADA@example.ORG'],
])('an account signs in by %s', async (_, username) => {
  const answer = await house.ask('POST /auth/login', { body: { username, password } })
  expect([answer.status, (answer.data as Pair).user.username]).toEqual([200, 'Ada'])
})

test.each([
  ['a name in use', { username: 'ADA', password }, 409, 'RESOURCE_CONFLICT', { field: 'username' }],
  ['a reserved name', { username: 'Everyone', password }, 409, 'RESOURCE_CONFLICT', { field: 'username' }],
  [
    'the name as password',
    { username: 'somebody', password: 'SomeBody' },
    422,
    'VALIDATION_FAILED',
    [{ field: 'password', reason: 'must not be the username' }],
  ],
  [
    'a short password',
    { username: 'carol', password: 'short' },
    422,
    'VALIDATION_FAILED',
    [{ field: 'password', reason: 'must have 8 to 256 characters' }],
  ],
])('registering with %s is refused', async (_, body, status, code, details) => {
  const answer = await house.ask('POST /auth/register', { body })
  expect([answer.status, answer.error.code, answer.error.details]).toEqual([status, code, details])
})

test.each(['a', 'x'.repeat(33), 'with space', 'ünal', 'ada.', '-ada', 'a@b', 'ada\n', ''])(
  'the name %j is refused',
  async (username) => {
    const answer = await house.ask('POST /auth/register', { body: { username, password } })
    expect([answer.status, (answer.error.details as { field: string }[])[0]?.field]).toEqual([422, 'username'])
  },
)

test.each(['ada@', '@b.de', 'a b@c.de', 'a@b', 'a@b.c', '<a>@b.de', 'a'.repeat(300) + '@b.de'])(
  'the address %j is refused',
  async (email) => {
    const answer = await house.ask('POST /auth/register', { body: { username: 'dora', password, email } })
    expect([answer.status, (answer.error.details as { field: string }[])[0]?.field]).toEqual([422, 'email'])
  },
)

test('fields that nobody asked for are dropped: no one makes themselves an admin', async () => {
  const body = {
    username: 'mallory',
    password,
    role: 'admin',
    id: 1,
    status: 'banned',
    is_bot: true,
    __proto__: { role: 'admin' },
  }
  const answer = await house.ask('POST /auth/register', { body })
  expect([answer.status, answer.data as unknown]).toMatchObject([201, { user: { role: 'user', is_bot: false } }])
})

test('of two who register one name at once, exactly one gets it', async () => {
  const answers = await Promise.all(
    ['x1', 'x2', 'x3', 'x4'].map(() => house.ask('POST /auth/register', { body: { username: 'Twin', password } })),
  )
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
})

test('the same letters sign in, composed or not', async () => {
  await house.ask('POST /auth/register', { body: { username: 'zoe', password: 'Zo\u00eb likes tea' } })
  const answer = await house.ask('POST /auth/login', { body: { username: 'zoe', password: 'Zoe\u0308 likes tea' } })
  expect(answer.status).toBe(200)
})

test('logging out ends this session and no other', async () => {
  const first = await house.register('eve')
  const second = (await house.ask('POST /auth/login', { body: { username: 'eve', password } })).data as Pair
  const out = await house.ask('POST /auth/logout', { token: first.access_token })
  expect([out.status, out.text]).toEqual([204, ''])
  expect((await house.ask('GET /users/me', { token: first.access_token })).error.code).toBe('SESSION_REVOKED')
  expect((await house.ask('POST /auth/refresh', { body: { refresh_token: first.refresh_token } })).error.code).toBe(
    'SESSION_REVOKED',
  )
  expect((await house.ask('GET /users/me', { token: second.access_token })).status).toBe(200)
  expect(house.revoked.at(-1)).toMatchObject({
    user_id: first.user.id,
    reason: 'logout',
    session_ids: [expect.any(String)],
  })
})

test('logging out everywhere ends every session', async () => {
  const pairs = [
    await house.register('fay'),
    (await house.ask('POST /auth/login', { body: { username: 'fay', password } })).data as Pair,
  ]
  expect((await house.ask('POST /auth/logout-all', { token: pairs[0]?.access_token ?? '' })).status).toBe(204)
  for (const { access_token } of pairs)
    expect((await house.ask('GET /users/me', { token: access_token })).status).toBe(401)
  expect(house.revoked.at(-1)?.session_ids).toHaveLength(2)
})

test('a new password ends the other sessions, keeps this one, and replaces the old', async () => {
  const here = await house.register('gil')
  const there = (await house.ask('POST /auth/login', { body: { username: 'gil', password } })).data as Pair
  const change = { current_password: password, new_password: 'battery staple' }
  const wrong = await house.ask('POST /auth/password', {
    token: here.access_token,
    body: { ...change, current_password: 'wrong one' },
  })
  expect([wrong.status, wrong.error.code]).toEqual([401, 'INVALID_CREDENTIALS'])
  expect((await house.ask('POST /auth/password', { token: here.access_token, body: change })).status).toBe(204)
  expect((await house.ask('GET /users/me', { token: here.access_token })).status).toBe(200)
  expect((await house.ask('GET /users/me', { token: there.access_token })).error.code).toBe('SESSION_REVOKED')
  expect(house.revoked.at(-1)).toMatchObject({ reason: 'password', session_ids: [expect.any(String)] })
  expect((await house.ask('POST /auth/login', { body: { username: 'gil', password } })).status).toBe(401)
  expect((await house.ask('POST /auth/login', { body: { username: 'gil', password: 'battery staple' } })).status).toBe(
    200,
  )
})

test.each(['/users/me', '/users/1'])('GET %s wants a token', async (path) => {
  const answer = await house.ask(`GET ${path}`)
  expect([answer.status, answer.error.code, answer.headers.get('www-authenticate')]).toEqual([
    401,
    'AUTH_REQUIRED',
    'Bearer realm="veza-chat"',
  ])
})

test.each(['logout', 'logout-all', 'ws-ticket', 'password'])(
  'POST /auth/%s wants a token before it looks at the body',
  async (path) => {
    expect((await house.ask(`POST /auth/${path}`)).error.code).toBe('AUTH_REQUIRED')
  },
)

test('a banned user is told so, with the right password only, until the ban is over', async () => {
  const { access_token, user } = await house.register('hal')
  await house.sql`update users set status = 'banned', banned_until = ${new Date(house.clock.now().getTime() + 60_000)} where id = ${user.id}`
  const login = (given: string) => house.ask('POST /auth/login', { body: { username: 'hal', password: given } })
  expect((await house.ask('GET /users/me', { token: access_token })).error.code).toBe('USER_BANNED')
  expect((await login(password)).error.code).toBe('USER_BANNED')
  expect((await login('a wrong one')).error.code).toBe('INVALID_CREDENTIALS')
  house.advance(61_000)
  expect((await house.ask('GET /users/me', { token: access_token })).status).toBe(200)
  const [row] = await house.sql`select status, banned_until from users where id = ${user.id}`
  expect(row).toMatchObject({ status: 'active', banned_until: null })
})

test('nobody is found at an id that nobody has, and a bad id is a bad request', async () => {
  const { access_token: token } = await house.register('ida')
  expect((await house.ask('GET /users/999999', { token })).error.code).toBe('USER_NOT_FOUND')
  for (const id of ['0', '-1', '1.5', 'abc', '99999999999999999999', '1e3', '0x1']) {
    expect((await house.ask(`GET /users/${id}`, { token })).status).toBe(422)
  }
})
