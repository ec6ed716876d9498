import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { insertSession } from '../../src/features/accounts/queries.ts'
import { openHouse } from '../features/accounts/house.ts'

setDefaultTimeout(30_000)
let house: Awaited<ReturnType<typeof openHouse>>

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const refresh = (refresh_token: string) => house.ask('POST /auth/refresh', { body: { refresh_token } })

test('a login whose password is changed while it is being judged opens no session', async () => {
  const { user } = await house.register('ada')
  const open = (password_hash: string | null) =>
    insertSession(house.sql, {
      user_id: user.id,
      password_hash,
      client: { ip: '192.0.2.1', user_agent: null },
      now: new Date(),
      expires_at: new Date(Date.now() + 900_000),
      token_hash: Buffer.from(crypto.getRandomValues(new Uint8Array(32))),
      token_expires_at: new Date(Date.now() + 900_000),
    })
  const counts = async () => {
    const [row] = await house.sql<{ sessions: number; tokens: number }[]>`
      select (select count(*)::integer from sessions) as sessions, (select count(*)::integer from refresh_tokens) as tokens`
    return row
  }
  const [judged] = await house.sql<{ password_hash: string }[]>`select password_hash from users where id = ${user.id}`
  expect(await open(judged!.password_hash)).toHaveLength(1)
  await house.sql`update users set password_hash = 'of another password' where id = ${user.id}`
  const before = await counts()
  expect(await open(judged!.password_hash)).toHaveLength(0)
  expect(await open(null)).toHaveLength(0)
  expect(await counts()).toEqual(before)
})

test('a refresh while banned says so and leaves the token good for when the ban is lifted', async () => {
  const pair = await house.register('bob')
  await house.sql`update users set status = 'banned' where id = ${pair.user.id}`
  for (let time = 0; time < 2; time++)
    expect(await refresh(pair.refresh_token)).toMatchObject({ status: 403, error: { code: 'USER_BANNED' } })
  await house.sql`update users set status = 'active' where id = ${pair.user.id}`
  expect((await refresh(pair.refresh_token)).status).toBe(200)
  expect((await refresh(pair.refresh_token)).error.code).toBe('SESSION_REVOKED')
})

test('a refresh after a ban that ran out is taken as one without a ban', async () => {
  const pair = await house.register('cyd')
  const banned_until = new Date(house.clock.now().getTime() + 60_000)
  await house.sql`update users set status = 'banned', banned_until = ${banned_until} where id = ${pair.user.id}`
  expect((await refresh(pair.refresh_token)).error.code).toBe('USER_BANNED')
  house.advance(61_000)
  expect((await refresh(pair.refresh_token)).status).toBe(200)
})

// The password was changed in one transaction and the sessions ended in another.
test('a password is not changed unless the other sessions end with it', async () => {
  const { access_token, user } = await house.register('halfway')
  const login = () => house.ask('POST /auth/login', { body: { username: user.username, password: 'correct horse' } })
  expect((await login()).status).toBe(200)
  await house.sql.unsafe(`
    create function fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger fail before update of revoked_at on sessions for each row when (new.revoked_reason = 'password') execute function fail()`)
  const change = new Request('http://localhost/api/v1/auth/password', {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ current_password: 'correct horse', new_password: 'a better horse' }),
  })
  expect((await house.http.fetch(change, { ip: '192.0.2.1', tls: false })).status).toBe(500)
  await house.sql.unsafe('drop function fail() cascade')
  expect((await login()).status).toBe(200)
})
