import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { deleteEndedKeys } from '../../../src/features/accounts/api-key-queries.ts'
import { createKey } from '../../../src/features/accounts/api-key-text.ts'
import { grantable, scopes } from '../../../src/kernel/permissions.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let eve: Account
let root: Account

beforeAll(async () => {
  server = await startServer({
    server: { trusted_proxies: ['127.0.0.1'] },
    security: { max_api_keys_per_user: 1000 },
  })
  ada = await server.register('ada')
  eve = await server.register('eve')
  root = await server.register('root')
  await server.sql`update users set role = 'admin' where id = ${root.id}`
})
afterAll(() => server.close())

interface Key {
  id: string
  key: string
  user_id: number
  prefix: string
}

const draft = { name: 'a program', permissions: ['read_messages', 'send_messages'] }
const make = async (owner: Account, wanted: object = {}): Promise<Key> => {
  const { data, error } = await server.ask('POST /auth/api-keys', { ...draft, ...wanted }, owner.token)
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}

/** Asks as a client at an address, with these headers. */
const from = async (line: string, headers: Record<string, string>, ip = '192.0.2.7'): Promise<Answer> => {
  const [method = 'GET', path = '/'] = line.split(' ')
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { ...headers, 'x-forwarded-for': ip },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, ...(text === '' ? {} : JSON.parse(text)) }
}
const verdict = ({ status, error }: Answer): unknown[] => [status, error?.code]

describe('a key', () => {
  test('is shown once, and nowhere kept', async () => {
    const answer = await server.ask(
      'POST /auth/api-keys',
      {
        ...draft,
        expires_at: '2099-01-01T00:00:00+02:00',
        ip_whitelist: ['10.1.2.3/8', '::ffff:192.0.2.0/120', '2001:DB8::1'],
      },
      ada.token,
    )
    expect(answer.status).toBe(201)
    const { key, ...shown } = answer.data as Key
    expect(answer.headers.get('location')).toBe(`/api/v1/auth/api-keys/${shown.id}`)
    expect(shown as object).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: ada.id,
      name: 'a program',
      prefix: key.slice(0, 14),
      permissions: ['read_messages', 'send_messages'],
      // Without the bits behind the prefix; IPv4 within IPv6 as the IPv4 it is.
      ip_whitelist: ['10.0.0.0/8', '192.0.2.0/24', '2001:db8::1/128'],
      expires_at: '2098-12-31T22:00:00.000Z',
      created_at: expect.any(String),
      last_used_at: null,
      last_used_ip: null,
    })
    const list = await server.ask('GET /auth/api-keys', undefined, ada.token)
    expect((list.data as { api_keys: object[] }).api_keys).toContainEqual(shown)
    expect(JSON.stringify(list.data)).not.toContain(key)
    const [row] = await server.sql<{ row: string }[]>`select k::text as row from api_keys k where id = ${shown.id}`
    expect(row?.row).not.toContain(key.slice(14))
    const trail = await eventually('the trail', async () => {
      const rows = await server.sql<{ details: object }[]>`
        select details from audit_log where action = 'key.create' and target_type = 'key' and target_id = ${shown.id} and actor_id = ${ada.id}`
      return rows[0]
    })
    expect(JSON.stringify(trail)).not.toContain(key.slice(14))
    expect(JSON.stringify(server.log.lines)).not.toContain(key)
  })

  test.each([
    ['X-API-Key', (key: string) => ({ 'x-api-key': key })],
    ['Authorization', (key: string) => ({ authorization: `Bearer ${key}` })],
  ])('is good by %s, and that is noted to the minute', async (_, headers) => {
    const { key, id } = await make(ada)
    const answer = await from('GET /users/me', headers(key))
    expect(answer.status).toBe(200)
    expect(answer.data as object).toMatchObject({ id: ada.id, username: 'ada' })
    const [used] = await server.sql`select last_used_at, host(last_used_ip) as ip from api_keys where id = ${id}`
    expect(used?.['ip']).toBe('192.0.2.7')
    await from('GET /users/me', headers(key), '192.0.2.8')
    expect(
      await server.sql`select last_used_at, host(last_used_ip) as ip from api_keys where id = ${id}`,
    ).toMatchObject([{ ...used }])
    await server.sql`update api_keys set last_used_at = now() - interval '61 seconds' where id = ${id}`
    await from('GET /users/me', headers(key), '192.0.2.8')
    const [later] = await server.sql`select host(last_used_ip) as ip from api_keys where id = ${id}`
    expect(later?.['ip']).toBe('192.0.2.8')
  })

  test.each([
    ['a key and a token', (key: string) => ({ 'x-api-key': key, authorization: `Bearer ${ada.token}` }), 422, 'VALIDATION_FAILED'],
    ['a token for a key', () => ({ 'x-api-key': ada.token }), 401, 'INVALID_TOKEN'],
    ['an empty key', () => ({ 'x-api-key': '' }), 401, 'INVALID_TOKEN'],
    ['a key that was made up', () => ({ 'x-api-key': createKey() }), 401, 'INVALID_TOKEN'],
    ['a key with a letter changed', (key: string) => ({ 'x-api-key': key.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')) }), 401, 'INVALID_TOKEN'],
    ['two keys', (key: string) => ({ 'x-api-key': `${key}, ${key}` }), 401, 'INVALID_TOKEN'],
    ['a key without Bearer', (key: string) => ({ authorization: key }), 401, 'AUTH_REQUIRED'],
  ])('%s: refused', async (_, headers, status, code) => {
    const { key } = await make(ada)
    expect(verdict(await from('GET /users/me', headers(key)))).toEqual([status, code])
  }) // prettier-ignore

  test('that was mistyped is refused without a look at the database', async () => {
    const blind = await startServer()
    await blind.sql`alter table api_keys rename to hidden`
    const real = createKey()
    const mistyped = `${real.slice(0, -1)}${real.endsWith('0') ? '1' : '0'}`
    const looked = await fetch(`${blind.url}/api/v1/users/me`, { headers: { 'x-api-key': real } })
    expect(looked.status).toBe(500)
    expect(verdict(await blind.ask('GET /users/me', undefined, mistyped))).toEqual([401, 'INVALID_TOKEN'])
    await blind.close()
  })
})

describe('what a key may', () => {
  test.each([
    ['GET /users/me', ['send_messages'], 403],
    ['GET /users/me', ['read_messages'], 200],
    ['GET /rooms', ['read_messages'], 200],
    ['POST /rooms/general/join', ['read_messages'], 403],
    ['POST /rooms/general/join', ['join_rooms'], 200],
    ['POST /bots', ['read_messages', 'create_rooms'], 403],
  ])('%s with %p: %d', async (line, permissions, status) => {
    const { key } = await make(ada, { permissions })
    const answer = await from(line, { 'x-api-key': key })
    expect(answer.status).toBe(status)
    if (status === 403)
      expect(answer.error).toMatchObject({
        code: 'PERMISSION_DENIED',
        details: { reason: 'not a permission of this key' },
      })
  })

  test.each([
    ['GET /auth/api-keys'],
    ['POST /auth/api-keys'],
    ['DELETE /auth/api-keys/00000000-0000-4000-8000-000000000000'],
    ['POST /auth/logout'],
    ['POST /auth/logout-all'],
    ['POST /auth/ws-ticket'],
    ['POST /auth/password'],
  ])('%s is for people who have signed in, whatever the key has', async (line) => {
    const { key } = await make(root, { permissions: scopes })
    expect(verdict(await from(line, { 'x-api-key': key }))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('is not to learn the address of its user, or whether it is one, or to change it', async () => {
    const owner = await server.register('addressed')
    const email = 'addressed@example.com'
    const put = (body: object, token: string) => server.ask('PUT /users/me', body, token)
    expect((await put({ email, current_password: owner.password }, owner.token)).status).toBe(200)
    await server.sql`update users set email_verified_at = now() where id = ${owner.id}`
    const { key } = await make(owner, { permissions: ['read_messages', 'edit_profile'] })
    const hidden = { email: null, email_verified: false }
    expect((await server.ask('GET /users/me', undefined, key)).data as object).toMatchObject(hidden)
    expect((await put({ display_name: 'Ada' }, key)).data as object).toMatchObject({ display_name: 'Ada', ...hidden })
    const socket = await connect(server, { token: key })
    expect(socket.hello.data['user']).toMatchObject(hidden)
    await socket.close()
    for (const given of [email, 'other@example.com', null])
      expect(verdict(await put({ email: given, current_password: owner.password }, key))).toEqual([
        403,
        'PERMISSION_DENIED',
      ])
    const own = await server.ask('GET /users/me', undefined, owner.token)
    expect(own.data as object).toMatchObject({ email, email_verified: true })
  })

  test('is not to learn anybody\u2019s address, whatever it may do to accounts', async () => {
    const owner = await server.register('addressed-admin')
    await server.sql`update users set role = 'admin' where id = ${owner.id}`
    const email = 'admin@example.com'
    await server.ask('PUT /users/me', { email, current_password: owner.password }, owner.token)
    const { key } = await make(owner, { permissions: ['manage_users'] })
    const ask = (line: string, token: string) => server.ask(line, undefined, token)
    for (const [token, shown] of [
      [owner.token, email],
      [key, null],
    ] as const) {
      // prettier-ignore
      expect((await ask(`GET /admin/users/${owner.id}`, token)).data as object).toMatchObject({ email: shown })
      expect((await ask('GET /admin/users?q=addressed-admin', token)).data as object).toMatchObject({
        users: [{ email: shown }],
      })
    }
    for (const q of [email, 'nobody@example.com'])
      expect(verdict(await ask(`GET /admin/users?q=${encodeURIComponent(q)}`, key))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('is what its owner may now: who is demoted takes the key along', async () => {
    const owner = await server.register('demoted')
    const { key } = await make(owner, { permissions: ['create_rooms'] })
    const room = () => fetch(`${server.url}/api/v1/rooms`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'One more', is_public: true }),
    }).then(({ status }) => status) // prettier-ignore
    expect(await room()).toBe(201)
    await server.sql`update users set role = 'guest' where id = ${owner.id}`
    expect(await room()).toBe(403)
  })

  test('is of what its owner may give: the permissions of the role, and those that a role in a room may carry', async () => {
    for (const permission of scopes) {
      const { status, error } = await server.ask(
        'POST /auth/api-keys',
        { ...draft, permissions: [permission] },
        ada.token,
      )
      expect([permission, status]).toEqual([permission, grantable('user').has(permission) ? 201 : 403])
      if (status === 403) expect(error.details).toEqual({ permission, reason: "not a permission of the key's owner" })
    }
    expect(grantable('user').has('manage_users')).toBe(false)
    expect(grantable('user').has('create_bots')).toBe(false)
    expect(grantable('moderator').has('create_bots')).toBe(true)
  })
})

test.each([
  ['no name', { name: undefined }, 'name'],
  ['a blank name', { name: ' \t' }, 'name'],
  ['a long name', { name: 'x'.repeat(101) }, 'name'],
  ['a name with NUL', { name: 'a\u0000' }, 'name'],
  ['no permissions', { permissions: [] }, 'permissions'],
  ['one permission twice', { permissions: ['read_messages', 'read_messages'] }, 'permissions'],
  ['a permission that there is not', { permissions: ['rule_the_world'] }, 'permissions.0'],
  ['an end in the past', { expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
  ['an end that is no day', { expires_at: '2099-13-45T00:00:00Z' }, 'expires_at'],
  ['an end in February that is in March', { expires_at: '2099-02-30T00:00:00Z' }, 'expires_at'],
  ['an end without a zone', { expires_at: '2099-01-01T00:00:00' }, 'expires_at'],
  ['an end beyond all calendars', { expires_at: '9999-12-31T23:59:59.999Z' }, 'expires_at'],
  ['a range that is none', { ip_whitelist: ['10.0.0.0/8', 'example.com'] }, 'ip_whitelist.1'],
  ['a prefix that is too long', { ip_whitelist: ['10.0.0.0/33'] }, 'ip_whitelist.0'],
  ['an address with a zone', { ip_whitelist: ['fe80::1%eth0'] }, 'ip_whitelist.0'],
  ['an address that is short', { ip_whitelist: ['10.1/8'] }, 'ip_whitelist.0'],
  ['too many ranges', { ip_whitelist: Array.from({ length: 101 }, (_, n) => `10.0.0.${n}`) }, 'ip_whitelist'],
  ['a user that is text', { user_id: 'ada' }, 'user_id'],
  ['a huge user', { user_id: 2 ** 60 }, 'user_id'],
])('a key with %s is refused, by its field', async (_, wanted, field) => {
  const { status, error } = await server.ask('POST /auth/api-keys', { ...draft, ...wanted }, ada.token)
  expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  expect(error.details).toMatchObject([{ field }])
})

describe('an address', () => {
  const cases: [string, string[], string, boolean][] = [
    ['any, with an empty list', [], '203.0.113.9', true],
    ['within a range', ['192.0.2.0/24'], '192.0.2.255', true],
    ['beyond it', ['192.0.2.0/24'], '192.0.3.0', false],
    ['that is listed', ['192.0.2.1'], '192.0.2.1', true],
    ['beside it', ['192.0.2.1'], '192.0.2.2', false],
    ['within the second range', ['10.0.0.0/8', '192.0.2.0/24'], '192.0.2.9', true],
    ['within a range that was written loosely', ['192.0.2.77/24'], '192.0.2.1', true],
    ['at the edge of an odd range', ['192.0.2.0/25'], '192.0.2.127', true],
    ['beyond an odd range', ['192.0.2.0/25'], '192.0.2.128', false],
    ['of IPv6 within a range', ['2001:db8:1::/48'], '2001:db8:1:ffff::1', true],
    ['of IPv6 beyond it', ['2001:db8:1::/48'], '2001:db8:2::1', false],
    ['of IPv6 that is listed, written otherwise', ['2001:DB8:0:0::1'], '2001:db8::1', true],
    ['of IPv4, given as IPv6', ['192.0.2.0/24'], '::ffff:192.0.2.1', true],
    ['of IPv4, listed within IPv6', ['::ffff:c000:200/120'], '192.0.2.1', true],
    ['of IPv4, with all of IPv6 listed', ['::/0'], '192.0.2.1', false],
    ['of IPv6, with all of IPv4 listed', ['0.0.0.0/0'], '2001:db8::1', false],
    ['of IPv4, with all of it listed', ['0.0.0.0/0'], '192.0.2.1', true],
  ]
  test.each(cases)('%s: %p, from %s: %p', async (_, ip_whitelist, ip, allowed) => {
    const { key } = await make(ada, { ip_whitelist })
    const answer = await from('GET /users/me', { 'x-api-key': key }, ip)
    expect(verdict(answer)).toEqual(allowed ? [200, undefined] : [401, 'INVALID_TOKEN'])
    // Nothing tells it from a key that there is not.
    if (!allowed) expect(answer.error.details).toBeUndefined()
  })

  test('beyond the list is in the trail, with the key', async () => {
    const { key, id } = await make(ada, { ip_whitelist: ['192.0.2.1'] })
    await from('GET /users/me', { 'x-api-key': key }, '203.0.113.77')
    const row = await eventually('the refusal', async () => {
      const rows = await server.sql`
        select action, outcome, host(ip) as ip, details from audit_log where target_type = 'key' and target_id = ${id} and outcome = 'denied'`
      return rows[0]
    })
    expect(row).toMatchObject({
      action: 'key.use',
      ip: '203.0.113.77',
      details: { code: 'INVALID_TOKEN', reason: 'address', user_id: ada.id },
    })
  })
})

describe('a key that is over', () => {
  test('is refused from the moment it is revoked, and its sockets close within a second', async () => {
    const { key, id } = await make(ada)
    const other = await make(ada)
    const socket = await connect(server, { token: key })
    const spared = await connect(server, { token: other.key })
    const person = await connect(server, { token: ada.token })
    const answer = await server.ask(`DELETE /auth/api-keys/${id}`, undefined, ada.token)
    const began = performance.now()
    expect([answer.status, answer.data]).toEqual([204, undefined as never])
    expect(verdict(await from('GET /users/me', { 'x-api-key': key }))).toEqual([401, 'SESSION_REVOKED'])
    expect((await socket.closed()).code).toBe(4401)
    expect(performance.now() - began).toBeLessThan(1_000)
    expect([spared.isClosed(), person.isClosed()]).toEqual([false, false])
    const { data } = await server.ask('GET /auth/api-keys', undefined, ada.token)
    expect(JSON.stringify(data)).not.toContain(id)
    expect((await server.ask(`DELETE /auth/api-keys/${id}`, undefined, ada.token)).status).toBe(404)
    await Promise.all([spared.close(), person.close()])
  })

  test('closes its sockets when it is revoked in the database, too', async () => {
    const { key, id } = await make(ada)
    const socket = await connect(server, { token: key })
    await server.sql`update api_keys set revoked_at = now() where id = ${id}`
    expect((await socket.closed()).code).toBe(4401)
  })

  test('has expired', async () => {
    const { key, id } = await make(ada, { expires_at: new Date(Date.now() + 3_600_000).toISOString() })
    expect((await from('GET /users/me', { 'x-api-key': key })).status).toBe(200)
    await server.sql`update api_keys set expires_at = now() where id = ${id}`
    expect(verdict(await from('GET /users/me', { 'x-api-key': key }))).toEqual([401, 'TOKEN_EXPIRED'])
  })

  test('is of somebody who is banned, and good again when the ban is over', async () => {
    const owner = await server.register('banished')
    const { key } = await make(owner)
    const socket = await connect(server, { token: key })
    await server.sql`update users set status = 'banned' where id = ${owner.id}`
    expect(verdict(await from('GET /users/me', { 'x-api-key': key }))).toEqual([403, 'USER_BANNED'])
    expect((await socket.closed()).code).toBe(4403)
    await server.sql`update users set banned_until = now() - interval '1 second' where id = ${owner.id}`
    expect((await from('GET /users/me', { 'x-api-key': key })).status).toBe(200)
  })

  test('outlives the sessions of its owner: signing out everywhere and a new password leave it', async () => {
    const owner = await server.register('nomad')
    const { key } = await make(owner)
    await server.ask('POST /auth/logout-all', undefined, owner.token)
    expect((await from('GET /users/me', { 'x-api-key': key })).status).toBe(200)
  })
})

describe('on a socket a key', () => {
  test.each([
    ['in the frame', (key: string) => ({ token: key })],
    ['in the header', (key: string) => ({ headers: { authorization: `Bearer ${key}` } })],
    ['in the header of its own', (key: string) => ({ headers: { 'x-api-key': key } })],
    ['as a subprotocol', (key: string) => ({ protocols: ['veza.v1', `bearer.${key}`] })],
  ])('%s signs in, and sends what it may', async (_, options) => {
    const { key, id } = await make(ada, { permissions: ['read_messages', 'send_messages', 'join_rooms'] })
    await server.ask('POST /rooms/general/join', undefined, ada.token)
    const socket = await connect(server, options(key))
    const hello = 'token' in options(key) ? socket.hello : await socket.next('auth_success')
    expect(hello.data).toMatchObject({ user_id: ada.id, session_id: id, expires_at: '9999-12-31T23:59:59.000Z' })
    const sent = await socket.command('send_message', {
      room_id: 'general',
      content: 'from a program',
      metadata: { client_id: crypto.randomUUID() },
    })
    expect(sent.type).toBe('message_sent')
    const denied = await socket.command('create_dm', { user_id: eve.id })
    expect(denied).toMatchObject({ type: 'error' })
    await socket.close()
  })

  test.each<[string, (key: string) => Record<string, string>, number, string]>([
    [
      'with a token beside it',
      (key) => ({ 'x-api-key': key, authorization: `Bearer ${ada.token}` }),
      422,
      'VALIDATION_FAILED',
    ],
    ['that is a token', () => ({ 'x-api-key': ada.token }), 401, 'INVALID_TOKEN'],
  ])('%s is refused before there is one', async (_, headers, status, code) => {
    const { key } = await make(ada)
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    const answer = await fetch(server.url + '/ws', { headers: { ...upgrade, ...headers(key) } })
    expect([answer.status, ((await answer.json()) as Answer).error.code]).toEqual([status, code])
  })

  test('needs to read messages', async () => {
    const { key } = await make(ada, { permissions: ['send_messages'] })
    const socket = await connect(server)
    const refused = socket.next('auth_error')
    socket.raw(JSON.stringify({ type: 'authenticate', data: { token: key } }))
    expect((await refused).data).toMatchObject({ code: 'PERMISSION_DENIED' })
    expect((await socket.closed()).code).toBe(4401)
  })

  test('is judged by the address of the socket', async () => {
    const { key } = await make(ada, { ip_whitelist: ['192.0.2.1'] })
    const hello = await connect(server, { token: key, headers: { 'x-forwarded-for': '192.0.2.1' } })
    expect(hello.hello.type).toBe('auth_success')
    const stranger = await connect(server, { headers: { 'x-forwarded-for': '192.0.2.2' } })
    stranger.raw(JSON.stringify({ type: 'authenticate', data: { token: key } }))
    expect((await stranger.next('auth_error')).data).toMatchObject({ code: 'INVALID_TOKEN' })
    await hello.close()
  })

  test('is told of its end and cut off at it', async () => {
    const { key } = await make(ada, { expires_at: new Date(Date.now() + 3_000).toISOString() })
    const socket = await connect(server, { token: key })
    await socket.next('token_expiring')
    expect((await socket.closed()).code).toBe(4401)
  })
})

describe("somebody else's keys", () => {
  test('are neither seen nor ended, but by those who manage users', async () => {
    const { id, key } = await make(ada)
    expect(verdict(await server.ask(`GET /auth/api-keys?user_id=${ada.id}`, undefined, eve.token))).toEqual([
      404,
      'USER_NOT_FOUND',
    ])
    expect(verdict(await server.ask(`DELETE /auth/api-keys/${id}`, undefined, eve.token))).toEqual([404, 'NOT_FOUND'])
    expect((await from('GET /users/me', { 'x-api-key': key })).status).toBe(200)
    const { data } = await server.ask(`GET /auth/api-keys?user_id=${ada.id}`, undefined, root.token)
    expect(JSON.stringify(data)).toContain(id)
    expect((await server.ask(`DELETE /auth/api-keys/${id}`, undefined, root.token)).status).toBe(204)
    expect(verdict(await from('GET /users/me', { 'x-api-key': key }))).toEqual([401, 'SESSION_REVOKED'])
  })

  test.each([
    ['for somebody else', () => eve, () => ada.id],
    ['for somebody else, as an admin', () => root, () => ada.id],
    ['for nobody', () => root, () => 9_000_000],
  ])('are not made %s', async (_, by, user_id) => {
    const answer = await server.ask('POST /auth/api-keys', { ...draft, user_id: user_id() }, by().token)
    expect(verdict(answer)).toEqual([404, 'USER_NOT_FOUND'])
  })

  test.each([['not-a-uuid'], ["' or true --"], ['urn:uuid:00000000-0000-4000-8000-000000000000']])(
    'named %p are a wrong name',
    async (id) => {
      expect((await server.ask(`DELETE /auth/api-keys/${encodeURIComponent(id)}`, undefined, ada.token)).status).toBe(
        422,
      )
    },
  )
})

test('the list goes page by page, the newest first', async () => {
  const owner = await server.register('collector')
  const made: string[] = []
  for (let n = 0; n < 5; n++) made.unshift((await make(owner, { name: `key ${n}` })).id)
  const seen: string[] = []
  for (let cursor = ''; ;) {
    const { data } = await server.ask(`GET /auth/api-keys?limit=2${cursor}`, undefined, owner.token)
    const { api_keys, next_cursor } = data as { api_keys: Key[]; next_cursor: string | null }
    seen.push(...api_keys.map(({ id }) => id))
    if (next_cursor === null) break
    cursor = `&cursor=${next_cursor}`
  }
  expect(seen).toEqual(made)
})

test('of so many keys at once there are no more than the limit', async () => {
  const small = await startServer({ security: { max_api_keys_per_user: 3 } })
  const owner = await small.register('owner')
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => small.ask('POST /auth/api-keys', draft, owner.token)),
  )
  const made = answers.filter(({ status }) => status === 201)
  expect(made).toHaveLength(3)
  expect(answers.filter(({ status }) => status !== 201).map(verdict)).toEqual(
    Array.from({ length: 5 }, () => [409, 'RESOURCE_CONFLICT']),
  )
  const [first] = made.map(({ data }) => (data as Key).id)
  await small.ask(`DELETE /auth/api-keys/${first}`, undefined, owner.token)
  expect((await small.ask('POST /auth/api-keys', draft, owner.token)).status).toBe(201)
  await small.close()
})

test('keys that ended long ago are deleted, and no others', async () => {
  const owner = await server.register('tidy')
  const [good, revoked, expired, lately] = [await make(owner), await make(owner), await make(owner), await make(owner)]
  await server.sql`update api_keys set expires_at = now() - interval '31 days' where id = ${expired.id}`
  await server.sql`update api_keys set expires_at = now() - interval '1 day' where id = ${lately.id}`
  // The time of a revocation is that of its commit, so this one is told to have been long ago afterwards.
  await server.sql`update api_keys set revoked_at = now() where id = ${revoked.id}`
  await server.sql`update api_keys set revoked_at = now() - interval '31 days' where id = ${revoked.id}`
  await deleteEndedKeys(server.sql, new Date(Date.now() - 30 * 86_400_000))
  const left = await server.sql<{ id: string }[]>`select id from api_keys where user_id = ${owner.id}`
  expect(left.map(({ id }) => id).toSorted()).toEqual([good.id, lately.id].toSorted())
})
