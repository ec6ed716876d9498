import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { SignJWT } from 'jose'

import { Username } from '../../../src/features/accounts/index.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Issuer, startIssuer } from '../../services/issuer.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let issuer: Issuer
let root: Account

const secret = 'a secret that the product and the chat share'
const entry = {
  audience: 'chat',
  secret: '',
  jwks_url: '',
  algorithms: [],
  claims: { subject: 'sub', username: 'name', role: 'role' },
  provision: true,
}

beforeAll(async () => {
  issuer = await startIssuer()
  server = await startServer({
    security: {
      allowed_private_hosts: ['127.0.0.1'],
      issuers: [
        { ...entry, name: 'login', issuer: 'https://login.example', jwks_url: issuer.jwks_url },
        { ...entry, name: 'product', issuer: 'https://app.example', secret },
        { ...entry, name: 'closed', issuer: 'https://closed.example', secret, provision: false },
        {
          ...entry,
          name: 'mapped',
          issuer: 'https://mapped.example',
          secret,
          claims: { subject: 'uid', username: 'nick', role: 'chat_role' },
        },
        {
          ...entry,
          name: 'roleless',
          issuer: 'https://roleless.example',
          secret,
          claims: { ...entry.claims, role: '' },
        },
      ],
    },
  })
  root = await server.register('root')
  await server.sql`update users set role = 'admin' where id = ${root.id}`
})
afterAll(async () => {
  await server.close()
  await issuer.stop()
})

const now_s = () => Math.floor(Date.now() / 1000)
let serial = 0

/** As a backend with the shared secret does it. */
const token = (claims: object, iss = 'https://app.example') =>
  new SignJWT({ iss, aud: 'chat', iat: now_s(), exp: now_s() + 300, jti: `t${++serial}`, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))

interface Me {
  id: number
  username: string
  display_name: string | null
  role: string
}
const me = (bearer: string) => server.ask('GET /users/me', undefined, bearer)
const own = async (bearer: string): Promise<Me> => {
  const { data, error } = await me(bearer)
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}
const verdict = ({ status, error }: Answer): unknown[] => [status, error?.code]
const usersOf = (subject: string) => server.sql<{ user_id: number; username: string }[]>`
  select i.user_id, u.username from external_identities i join users u on u.id = i.user_id where i.subject = ${subject}`

test('a product embeds the chat: it signs a token, and its user connects, joins and sends', async () => {
  const bearer = await token({ sub: '4711', name: 'Grace Hopper' })
  const socket = await connect(server, { token: bearer })
  expect(socket.hello.data).toMatchObject({ username: 'Grace.Hopper', role: 'user' })
  expect((await socket.command('join_room', { room_id: 'general' })).type).toBe('room_joined')
  const draft = { room_id: 'general', content: 'hello from the product', metadata: { client_id: 'hello-1' } }
  expect((await socket.command('send_message', draft)).type).toBe('message_sent')
  await socket.close()
  expect(await own(bearer)).toMatchObject({
    username: 'Grace.Hopper',
    display_name: 'Grace Hopper',
    role: 'user',
    is_bot: false,
  })
})

test.each([['rs256'], ['es256'], ['eddsa']])('an issuer in another process signs with %s', async (kid) => {
  const claims = {
    iss: 'https://login.example',
    aud: 'chat',
    sub: `by-${kid}`,
    name: `By ${kid}`,
    iat: now_s(),
    exp: now_s() + 60,
  }
  expect(await own(await issuer.mint(claims, { kid }))).toMatchObject({ username: `By.${kid}` })
})

test('twenty first tokens at once are one user, and each its own session', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => token({ sub: 'crowd', name: 'Crowd' })))
  const seen = await Promise.all(tokens.map(own))
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
  expect(await usersOf('crowd')).toHaveLength(1)
  const [{ count } = { count: 0 }] = await server.sql<{ count: number }[]>`
    select count(*)::integer as count from sessions where user_id = ${seen[0]?.id ?? 0}`
  expect(count).toBe(20)
})

test('twenty people of one name at once are twenty users', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => token({ sub: `double-${n}`, name: 'Double' })))
  const seen = await Promise.all(tokens.map(own))
  expect(new Set(seen.map(({ id }) => id)).size).toBe(20)
  expect(new Set(seen.map(({ username }) => username.toLowerCase())).size).toBe(20)
  expect(new Set(seen.map(({ display_name }) => display_name))).toEqual(new Set(['Double']))
})

test('an account that was there keeps its name, its password and itself', async () => {
  const local = await server.register('linus')
  const { id, username } = await own(await token({ sub: 'linus', name: 'Linus' }))
  expect(id).not.toBe(local.id)
  expect(username).toMatch(/^Linus-\w+$/)
  expect((await server.login('linus')).id).toBe(local.id)
})

test('the same subject of two issuers is two users', async () => {
  const one = await own(await token({ sub: 'same', name: 'Same' }))
  const other = await own(await token({ sub: 'same', name: 'Same', uid: 'same' }, 'https://mapped.example'))
  expect(one.id).not.toBe(other.id)
})

test('who came with a token has no password to sign in with', async () => {
  const { username } = await own(await token({ sub: 'passwordless', name: 'passwordless' }))
  for (const password of ['null', 'undefined', secret]) {
    expect(verdict(await server.ask('POST /auth/login', { username, password }))).toEqual([401, 'INVALID_CREDENTIALS'])
  }
})

describe('a claim', () => {
  test.each([
    ['a NUL in the subject', { sub: 'a\u0000b' }, 401],
    ['half a letter in the subject', { sub: '\ud83d' }, 401],
    ['no subject', { sub: undefined }, 401],
    ['an empty subject', { sub: '' }, 401],
    ['a subject that is an object', { sub: { id: 1 } }, 401],
    ['a subject of 256 characters', { sub: 'x'.repeat(256) }, 401],
    ['a subject of 255 characters', { sub: 'x'.repeat(255) }, 200],
    ['a subject of emoji', { sub: '🦊'.repeat(20) }, 200],
    ['a subject that is a number', { sub: 990_017 }, 200],
    ['a subject with SQL', { sub: "'; drop table users; --" }, 200],
    ['a name that is a list', { sub: 'odd-1', name: ['x'] }, 200],
    ['a name of a thousand characters', { sub: 'odd-2', name: 'n'.repeat(1000) }, 200],
    ['a name of emoji', { sub: 'odd-3', name: '🦊🦊' }, 200],
    ['a name with NUL and half letters', { sub: 'odd-4', name: 'a\u0000\ud83d\nb' }, 200],
    ['a name that turns the writing', { sub: 'odd-7', name: 'ada\u202e \u2066nimda' }, 200],
    ['a reserved name', { sub: 'odd-5', name: 'Everyone' }, 200],
    ['a token of six thousand characters', { sub: 'odd-6', more: 'x'.repeat(4000) }, 200],
  ])('with %s: %#', async (_, claims, status) => {
    const answer = await me(await token(claims))
    expect(answer.status).toBe(status)
    if (status === 401) return expect(answer.error.code).toBe('INVALID_TOKEN')
    const { username, display_name } = answer.data as Me
    expect(username).toMatch(new RegExp(Username.pattern ?? '(?!)'))
    expect(username.toLowerCase()).not.toBe('everyone')
    expect(display_name === null || Array.from(display_name).length <= 64).toBe(true)
    expect(display_name ?? '').not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
  })

  test.each([
    ['guest', 'guest'],
    ['moderator', 'moderator'],
    ['admin', 'admin'],
    ['owner', 'user'],
    ['ADMIN', 'user'],
    [['admin'], 'user'],
    [{ admin: true }, 'user'],
    [undefined, 'user'],
  ])('of the role %p makes somebody %s', async (role, expected) => {
    expect((await own(await token({ sub: `role-${JSON.stringify(role)}`, role }))).role).toBe(expected)
  })

  test('that is not mapped gives no role', async () => {
    const mapped = await token(
      { uid: 'm1', nick: 'Mapped', role: 'admin', sub: 'someone else' },
      'https://mapped.example',
    )
    expect(await own(mapped)).toMatchObject({ username: 'Mapped', role: 'user' })
    const given = await token({ uid: 'm2', nick: 'Given', chat_role: 'moderator' }, 'https://mapped.example')
    expect(await own(given)).toMatchObject({ role: 'moderator' })
    const roleless = await token({ sub: 'r1', role: 'admin', '': 'admin' }, 'https://roleless.example')
    expect(await own(roleless)).toMatchObject({ role: 'user' })
  })
})

describe('what changes at the issuer', () => {
  test('follows: a name, a role, once each', async () => {
    const at = now_s() - 100
    const first = await own(await token({ sub: 'changing', name: 'Before', role: 'user', iat: at }))
    const later = await own(await token({ sub: 'changing', name: 'After', role: 'moderator', iat: at + 1 }))
    expect(later).toMatchObject({ id: first.id, username: 'After', display_name: 'After', role: 'moderator' })
    const rows = await eventually('the trail', async () => {
      const found = await server.sql<{ details: object }[]>`
        select details from audit_log where action = 'user.follow' and target_id = ${String(first.id)}`
      return found.length > 0 && found
    })
    expect(rows).toEqual([
      { details: { issuer: 'product', role: 'moderator', old_role: 'user', renamed: true } },
    ] as never)
  })

  test('does not come back with an older token that is still good', async () => {
    const at = now_s() - 100
    const old = await token({ sub: 'demoted', name: 'Old', role: 'admin', iat: at })
    expect((await own(old)).role).toBe('admin')
    await own(await token({ sub: 'demoted', name: 'New', role: 'user', iat: at + 1 }))
    expect(await own(old)).toMatchObject({ username: 'New', role: 'user' })
  })

  test('and is not said changes nothing, nor does a role that is none of ours', async () => {
    const at = now_s() - 100
    await own(await token({ sub: 'silent', name: 'Silent', role: 'moderator', iat: at }))
    for (const claims of [{}, { name: 5, role: 'king' }, { name: '', role: null }]) {
      const said = await own(await token({ sub: 'silent', iat: ++serial + at, ...claims }))
      expect(said).toMatchObject({ username: 'Silent', role: 'moderator' })
    }
  })

  test('leaves what was changed here until it changes there', async () => {
    const at = now_s() - 100
    const { id } = await own(await token({ sub: 'local', name: 'Local', role: 'user', iat: at }))
    await server.sql`update users set role = 'moderator', display_name = 'Chosen here' where id = ${id}`
    expect(await own(await token({ sub: 'local', name: 'Local', role: 'user', iat: at + 1 }))).toMatchObject({
      role: 'moderator',
      display_name: 'Chosen here',
    })
    expect(await own(await token({ sub: 'local', name: 'Moved', role: 'user', iat: at + 2 }))).toMatchObject({
      role: 'moderator',
      display_name: 'Moved',
    })
    expect(await own(await token({ sub: 'local', name: 'Moved', role: 'guest', iat: at + 3 }))).toMatchObject({
      role: 'guest',
    })
  })

  test("takes nobody's name", async () => {
    await server.register('occupied')
    const at = now_s() - 100
    await own(await token({ sub: 'mover', name: 'Mover', iat: at }))
    expect(await own(await token({ sub: 'mover', name: 'Occupied', iat: at + 1 }))).toMatchObject({
      username: 'Mover',
      display_name: 'Occupied',
    })
    expect(await own(await token({ sub: 'mover', name: 'here', iat: at + 2 }))).toMatchObject({
      username: 'Mover',
      display_name: 'here',
    })
  })

  test('costs one query when there is nothing new', async () => {
    const bearer = await token({ sub: 'quiet', name: 'Quiet' })
    const { id } = await own(bearer)
    const states = () => server.sql`
      select u.xmin as u, i.xmin as i, s.xmin as s from users u join external_identities i on i.user_id = u.id join sessions s on s.user_id = u.id where u.id = ${id}`
    const before = await states()
    for (let n = 0; n < 5; n++) await own(bearer)
    expect(await states()).toEqual(before as never)
  })

  test('is told to open sockets', async () => {
    const at = now_s() - 100
    const socket = await connect(server, { token: await token({ sub: 'socketed', name: 'Socketed', iat: at }) })
    await socket.command('join_room', { room_id: 'general' })
    const send = () => socket.command('send_message', { room_id: 'general', content: 'still here?' })
    expect((await send()).type).toBe('message_sent')
    await own(await token({ sub: 'socketed', role: 'guest', iat: at + 1 }))
    await eventually('the new role', async () => (await send()).type === 'error')
    await socket.close()
  })
})

test('an issuer that makes no users refuses whom it does not know, and takes whom it knows', async () => {
  const bearer = await token({ sub: 'invited', name: 'Invited' }, 'https://closed.example')
  const answer = await me(bearer)
  expect(verdict(answer)).toEqual([401, 'INVALID_TOKEN'])
  expect(await usersOf('invited')).toHaveLength(0)
  await server.sql`insert into external_identities (issuer, subject, user_id, claimed_at) values ('closed', 'invited', ${root.id}, to_timestamp(0))`
  expect((await own(bearer)).id).toBe(root.id)
  await server.sql`delete from external_identities where issuer = 'closed'`
})

describe('a session of such a user', () => {
  const sessions = (user_id: number) => server.sql<
    { id: string; ip: string; expires_at: Date; revoked_at: Date | null }[]
  >`
    select id, host(ip) as ip, expires_at, revoked_at from sessions where user_id = ${user_id} order by expires_at`

  test('is one for each token, or one for all of a sid, with the end of the latest', async () => {
    const exp = now_s() + 200
    const alone = await own(await token({ sub: 'alone', jti: 'a', exp }))
    await own(await token({ sub: 'alone', jti: 'b', exp: exp + 10 }))
    await own(await token({ sub: 'alone', jti: undefined, exp: exp + 20 }))
    expect((await sessions(alone.id)).map(({ expires_at }) => expires_at.getTime() / 1000)).toEqual([
      exp,
      exp + 10,
      exp + 20,
    ])
    const joint = await own(await token({ sub: 'joint', sid: 's', exp: exp + 10 }))
    await own(await token({ sub: 'joint', sid: 's', exp: exp + 50 }))
    await own(await token({ sub: 'joint', sid: 's', exp: exp + 20 }))
    const [only, ...others] = await sessions(joint.id)
    expect([only?.expires_at.getTime(), only?.ip, others.length]).toEqual([(exp + 50) * 1000, '127.0.0.1', 0])
  })

  test('ends by logging out, and a sid stays ended whatever tokens follow', async () => {
    const bearer = await token({ sub: 'leaver', sid: 'one' })
    await own(bearer)
    const other = await token({ sub: 'leaver', sid: 'two' })
    await own(other)
    expect((await server.ask('POST /auth/logout', undefined, bearer)).status).toBe(204)
    expect(verdict(await me(bearer))).toEqual([401, 'SESSION_REVOKED'])
    const next = await token({ sub: 'leaver', sid: 'one', iat: now_s() + 2, exp: now_s() + 900 })
    expect(verdict(await me(next))).toEqual([401, 'SESSION_REVOKED'])
    // The row lasts as long as its tokens, or the session would come back with them.
    const [row] = await server.sql<
      { left: number }[]
    >`select extract(epoch from s.expires_at - now())::integer as left from sessions s join external_identities i using (user_id) where i.subject = 'leaver' and s.revoked_at is not null`
    expect(row?.left).toBeGreaterThan(800)
    expect((await me(other)).status).toBe(200)
  })

  test('ends with all others, tokens that were never seen among them, and later ones are good again', async () => {
    const seen = await token({ sub: 'everywhere', iat: now_s() - 10 })
    const unseen = await token({ sub: 'everywhere', iat: now_s() - 5 })
    const socket = await connect(server, { token: seen })
    await server.ask('POST /auth/logout-all', undefined, seen)
    expect(verdict(await me(seen))).toEqual([401, 'SESSION_REVOKED'])
    expect(verdict(await me(unseen))).toEqual([401, 'SESSION_REVOKED'])
    expect((await socket.closed()).code).toBe(4401)
    expect((await me(await token({ sub: 'everywhere', iat: now_s() + 2 }))).status).toBe(200)
  })

  test('ends for those who are banned, seen or not', async () => {
    const bearer = await token({ sub: 'banned', iat: now_s() - 10 })
    const { id } = await own(bearer)
    const socket = await connect(server, { token: bearer })
    await server.sql`update users set status = 'banned' where id = ${id}`
    expect(verdict(await me(bearer))).toEqual([403, 'USER_BANNED'])
    expect(verdict(await me(await token({ sub: 'banned' })))).toEqual([403, 'USER_BANNED'])
    expect((await socket.closed()).code).toBe(4403)
  })

  test('does not bring back who was deleted', async () => {
    const { id } = await own(await token({ sub: 'gone' }))
    await server.sql`update users set status = 'deleted' where id = ${id}`
    expect(verdict(await me(await token({ sub: 'gone' })))).toEqual([401, 'SESSION_REVOKED'])
    expect(await usersOf('gone')).toHaveLength(1)
  })

  test('opens a socket by a ticket', async () => {
    const bearer = await token({ sub: 'ticketed', name: 'Ticketed' })
    const { data } = await server.ask('POST /auth/ws-ticket', undefined, bearer)
    const socket = await connect(server, { query: `?ticket=${(data as { ticket: string }).ticket}` })
    expect((await socket.next('auth_success')).data).toMatchObject({ username: 'Ticketed' })
    await socket.close()
  })

  test('on a socket is told of its end, goes on with the next token, and ends without one', async () => {
    const short = await token({ sub: 'renewing', exp: now_s() + 3 })
    const socket = await connect(server, { token: short })
    await socket.next('token_expiring')
    const next = now_s() + 5
    const renewed = await socket.command('authenticate', { token: await token({ sub: 'renewing', exp: next }) })
    expect(renewed.data).toMatchObject({ expires_at: new Date(next * 1000).toISOString() })
    await socket.next('token_expiring')
    expect((await socket.closed()).code).toBe(4401)
    expect(Date.now()).toBeGreaterThanOrEqual(next * 1000)
  })

  test("on a socket does not go on with somebody else's token", async () => {
    const socket = await connect(server, { token: await token({ sub: 'one-person' }) })
    const refused = await socket.command('authenticate', { token: await token({ sub: 'another-person' }) })
    expect(refused.data).toMatchObject({ code: 'INVALID_TOKEN' })
    expect((await socket.closed()).code).toBe(4401)
  })
})

test.each([
  ['another audience', { aud: 'elsewhere' }, 'INVALID_TOKEN'],
  ['an end that has passed', { exp: now_s() - 1 }, 'TOKEN_EXPIRED'],
  ['an issuer that is not configured', { iss: 'https://evil.example' }, 'INVALID_TOKEN'],
  ['our own issuer', { iss: 'veza-chat', aud: 'veza-chat', sid: crypto.randomUUID(), role: 'admin' }, 'INVALID_TOKEN'],
])('a token with %s is refused, over HTTP and on a socket', async (_, claims, code) => {
  const bearer = await token({ sub: 'attacker', ...claims })
  expect(verdict(await me(bearer))).toEqual([401, code])
  const socket = await connect(server)
  socket.raw(JSON.stringify({ type: 'authenticate', data: { token: bearer } }))
  expect((await socket.next('auth_error')).data).toMatchObject({ code })
  expect((await socket.closed()).code).toBe(4401)
  expect(await usersOf('attacker')).toHaveLength(0)
})

test('while the keys of an issuer cannot be had, its users wait and others go on', async () => {
  const down = await startIssuer()
  const alone = await startServer({
    security: {
      allowed_private_hosts: ['127.0.0.1'],
      issuers: [{ ...entry, name: 'login', issuer: 'https://login.example', jwks_url: down.jwks_url }],
    },
  })
  await down.serve('down')
  const claims = { iss: 'https://login.example', aud: 'chat', sub: 'waiting', iat: now_s(), exp: now_s() + 60 }
  const answer = await alone.ask('GET /users/me', undefined, await down.mint(claims))
  expect(verdict(answer)).toEqual([503, 'SERVICE_UNAVAILABLE'])
  expect(answer.headers.get('retry-after')).toBe('30')
  const local = await alone.register('local')
  expect((await alone.ask('GET /users/me', undefined, local.token)).status).toBe(200)
  await alone.close()
  await down.stop()
})

test('keys on a private address are not fetched unless that is allowed', async () => {
  const wary = await startServer({
    security: { issuers: [{ ...entry, name: 'login', issuer: 'https://login.example', jwks_url: issuer.jwks_url }] },
  })
  const before = await issuer.fetches()
  const claims = { iss: 'https://login.example', aud: 'chat', sub: 'inside', iat: now_s(), exp: now_s() + 60 }
  expect((await wary.ask('GET /users/me', undefined, await issuer.mint(claims))).status).toBe(503)
  expect(await issuer.fetches()).toBe(before)
  await wary.close()
})
