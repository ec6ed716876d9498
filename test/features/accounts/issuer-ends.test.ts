import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { SignJWT } from 'jose'

import { deleteEnded } from '../../../src/features/accounts/queries.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let local: Account

const secret = 'a secret that the product and the chat share'
const product = {
  name: 'product',
  issuer: 'https://app.example',
  audience: 'chat',
  secret,
  jwks_url: '',
  algorithms: [],
  claims: { subject: 'sub', username: 'name', role: 'role' },
  provision: true,
}
const security = { issuers: [product], require_2fa_for_admins: true }

beforeAll(async () => {
  server = await startServer({ security })
  local = await server.register('local')
})
afterAll(() => server.close())

const day_s = 86_400
const now_s = () => Math.floor(Date.now() / 1000)
let serial = 0
const token = (claims: object) =>
  new SignJWT({ iss: 'https://app.example', aud: 'chat', iat: now_s(), exp: now_s() + 300, jti: `e${++serial}`, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret)) // prettier-ignore

const me = (bearer: string) => server.ask('GET /users/me', undefined, bearer)
const own = async (bearer: string) => (await me(bearer)).data as { id: number; username: string; role: string }
const verdict = ({ status, error }: Answer): unknown[] => [status, error?.code]

test('a newer token with another name gives nothing back to an account that was deleted', async () => {
  const first = await token({ sub: 'forgotten', name: 'Ada Lovelace', role: 'user', iat: now_s() - 10 })
  const { id, username } = await own(first)
  expect((await server.ask('DELETE /users/me', { username }, first)).status).toBe(204)
  for (const claims of [{ name: 'Ada Lovelace', role: 'admin' }, { name: 'Ada King' }])
    expect(verdict(await me(await token({ sub: 'forgotten', ...claims, iat: now_s() + 5 })))).toEqual([
      401,
      'SESSION_REVOKED',
    ])
  const [row] = await server.sql`
    select u.username, u.display_name, u.role, i.claimed_name, i.claimed_role
    from users u join external_identities i on i.user_id = u.id where u.id = ${id}`
  expect(row).toEqual({
    username: `deleted-${id}`,
    display_name: null,
    role: 'user',
    claimed_name: null,
    claimed_role: null,
  })
})

test.each([
  ['a sid', { sid: 'long' }],
  ['its own', {}],
])('a session by %s that was ended stays ended while its token is good, however long that is', async (_, claims) => {
  const bearer = await token({ sub: `long ${JSON.stringify(claims)}`, exp: now_s() + 400 * day_s, ...claims })
  const { id } = await own(bearer)
  expect((await server.ask('POST /auth/logout', undefined, bearer)).status).toBe(204)
  const ago = (days: number) => new Date(Date.now() - days * day_s * 1000)
  await server.sql`update sessions set revoked_at = ${ago(100)}, last_used_at = ${ago(100)} where user_id = ${id}`
  await deleteEnded(server.sql, new Date(), ago(30), ago(60))
  expect(verdict(await me(bearer))).toEqual([401, 'SESSION_REVOKED'])
  // Once no token of it is good, it is gone.
  await server.sql`update sessions set expires_at = ${ago(1)} where user_id = ${id}`
  await deleteEnded(server.sql, new Date(), ago(30), ago(60))
  expect(await server.sql`select from sessions where user_id = ${id}`).toHaveLength(0)
})

test('a token whose signature is written otherwise is the same session', async () => {
  const bearer = await token({ sub: 'rewriter', jti: undefined })
  const { id } = await own(bearer)
  // 32 bytes fill 42 characters and four bits of the last one: two bits of it say nothing.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(bearer.at(-1) ?? '')
  const others = [1, 2, 3].map((bits) => `${bearer.slice(0, -1)}${alphabet[last ^ bits]}`)
  await Promise.all(others.map(me))
  expect(await server.sql`select from sessions where user_id = ${id}`).toHaveLength(1)
  await server.ask('POST /auth/logout', undefined, bearer)
  for (const other of [bearer, ...others]) expect((await me(other)).status).toBe(401)
})

test('an older token that is seen late does not bring back a role that was taken', async () => {
  const at = now_s() - 100
  const sub = 'late'
  await own(await token({ sub, role: 'user', iat: at }))
  const promoted = await token({ sub, role: 'moderator', iat: at + 10 })
  await own(await token({ sub, role: 'user', iat: at + 20 }))
  expect((await own(promoted)).role).toBe('user')
  const joint = await token({ sub, role: 'moderator', iat: at + 25, sid: 'one' })
  for (const iat of [at + 22, at + 30]) await own(await token({ sub, role: 'user', iat, sid: 'one', exp: now_s() + 300 + iat - at })) // prettier-ignore
  expect((await own(joint)).role).toBe('user')
  expect((await own(await token({ sub, role: 'moderator', iat: at + 40 }))).role).toBe('moderator')
})

test('a new password ends all sessions but the one it is set in, by a token too', async () => {
  const sub = 'both ways'
  const [here, elsewhere] = [await token({ sub, iat: now_s() - 10 }), await token({ sub, iat: now_s() - 10 })]
  const { id, username } = await own(here)
  await own(elsewhere)
  await server.sql`update users set password_hash = (select password_hash from users where id = ${local.id}) where id = ${id}`
  const unseen = await token({ sub, iat: now_s() - 5 })
  const { token: signedIn } = await server.login(username)
  const change = { current_password: local.password, new_password: 'battery staple' }
  expect((await server.ask('POST /auth/password', change, here)).status).toBe(204)
  for (const ended of [elsewhere, signedIn, unseen]) expect(verdict(await me(ended))).toEqual([401, 'SESSION_REVOKED'])
  expect((await me(here)).status).toBe(200)
})

test('who follows an issuer and who ends all sessions do not lock each other out', async () => {
  const at = now_s() - 100
  const { id } = await own(await token({ sub: 'locked', name: 'Before', iat: at }))
  const next = await token({ sub: 'locked', name: 'After', iat: at + 1 })
  const asked = await server.sql.begin(async (tx) => {
    // As a deletion and a new password do: the user first.
    await tx`select from users where id = ${id} for no key update`
    const answer = me(next)
    await eventually('the other waits', async () => {
      const waiting = await server.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return waiting.length > 0
    })
    await tx`update external_identities set not_before = null where user_id = ${id}`
    return { answer }
  })
  expect((await asked.answer).status).toBe(200)
})

test('whom an issuer vouches for needs no second factor of ours, on sockets and by tickets neither', async () => {
  const bearer = await token({ sub: 'chief', role: 'admin' })
  const { id, role } = await own(bearer)
  expect(role).toBe('admin')
  expect((await server.ask('GET /admin/stats', undefined, bearer)).status).toBe(200)
  const { data } = await server.ask('POST /auth/ws-ticket', undefined, bearer)
  const sockets = await Promise.all([
    connect(server, { token: bearer }),
    connect(server, { query: `?ticket=${(data as { ticket: string }).ticket}` }),
  ])
  await sockets[1].next('auth_success')
  await server.sql`update users set updated_at = clock_timestamp() where id = ${id}`
  const watched = await server.register('watched')
  const other = await connect(server, { token: watched.token })
  await server.sql`update users set status = 'banned' where id = ${watched.id}`
  await other.closed()
  for (const socket of sockets) expect((await socket.command('ping')).type).toBe('pong')
  expect((await server.ask('GET /auth/2fa', undefined, bearer)).data as object).toMatchObject({ required: false })
  await Promise.all(sockets.map((socket) => socket.close()))
})
