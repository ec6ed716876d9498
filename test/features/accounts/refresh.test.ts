import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openHouse, type Pair } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse({ settings: { session_max_age: 10 * 86_400_000 } })
})
afterAll(() => house.close())

const refresh = (refresh_token: string, key?: string) =>
  house.ask('POST /auth/refresh', { body: { refresh_token }, ...(key && { headers: { 'idempotency-key': key } }) })

test('a refresh token gives the next pair, of the same session', async () => {
  const first = await house.register('ada')
  const answer = await refresh(first.refresh_token)
  const second = answer.data as Pair
  expect(answer.status).toBe(200)
  expect(second.refresh_token).not.toBe(first.refresh_token)
  const claims = await Promise.all([first, second].map((pair) => house.tokens.verify(pair.access_token)))
  expect(claims[0]?.sid).toBe(claims[1]?.sid ?? '')
  expect(claims[0]?.jti).not.toBe(claims[1]?.jti ?? '')
  expect((await house.ask('GET /users/me', { token: second.access_token })).status).toBe(200)
})

test('a refresh token used twice ends its whole family and says so to its sockets', async () => {
  const first = await house.register('bob')
  const second = (await refresh(first.refresh_token)).data as Pair
  const third = (await refresh(second.refresh_token)).data as Pair
  const again = await refresh(first.refresh_token)
  expect([again.status, again.error.code]).toEqual([401, 'SESSION_REVOKED'])
  expect((await refresh(third.refresh_token)).error.code).toBe('SESSION_REVOKED')
  expect((await house.ask('GET /users/me', { token: third.access_token })).error.code).toBe('SESSION_REVOKED')
  expect(house.revoked).toEqual([{ user_id: first.user.id, session_ids: [expect.any(String)], reason: 'reuse' }])
  expect(house.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
})

describe('asked for by a key that the client has kept', () => {
  const key = 'a key that nobody else knows'
  const next = async (refresh_token: string, by = key) => (await refresh(refresh_token, by)).data as Pair

  test('the same next token comes again for as long as it was not used', async () => {
    const first = await house.register('hal')
    const second = await next(first.refresh_token)
    const again = await next(first.refresh_token, `"${key}"`)
    expect(again.refresh_token).toBe(second.refresh_token)
    for (const { access_token } of [second, again])
      expect((await house.ask('GET /users/me', { token: access_token })).status).toBe(200)
    // The client goes on, by another key and without.
    const third = await next(again.refresh_token, 'the key of the next one')
    expect(third.refresh_token).not.toBe(second.refresh_token)
    const fourth = (await refresh(third.refresh_token)).data as Pair
    expect((await house.ask('GET /users/me', { token: fourth.access_token })).status).toBe(200)
    expect(house.revoked.filter(({ user_id }) => user_id === first.user.id)).toEqual([])
    expect((await refresh(first.refresh_token, key)).error.code).toBe('SESSION_REVOKED')
    expect((await house.ask('GET /users/me', { token: fourth.access_token })).status).toBe(401)
  })

  test('of many who ask at once all get the same', async () => {
    const { refresh_token } = await house.register('ida')
    const pairs = await Promise.all(Array.from({ length: 8 }, () => next(refresh_token)))
    expect(new Set(pairs.map((pair) => pair.refresh_token)).size).toBe(1)
    expect((await house.ask('GET /users/me', { token: pairs[7]?.access_token ?? '' })).status).toBe(200)
  })

  test.each([
    ['another key', 'another key than that one'],
    ['no key', undefined],
  ])('whoever has the old token and %s ends the session', async (what, other) => {
    const { refresh_token, user } = await house.register(`jo-${what.replaceAll(' ', '-')}`)
    const { access_token } = await next(refresh_token)
    const stolen = await refresh(refresh_token, other)
    expect([stolen.status, stolen.error.code]).toEqual([401, 'SESSION_REVOKED'])
    expect((await house.ask('GET /users/me', { token: access_token })).status).toBe(401)
    expect(house.revoked.filter(({ user_id }) => user_id === user.id)).toMatchObject([{ reason: 'reuse' }])
  })

  test('the key alone, or with the token of somebody else, is good for nothing', async () => {
    const [kim, lea] = [await house.register('kim'), await house.register('lea')]
    const pair = await next(kim.refresh_token)
    expect((await next(lea.refresh_token)).refresh_token).not.toBe(pair.refresh_token)
    expect((await refresh('A'.repeat(43), key)).error.code).toBe('INVALID_TOKEN')
  })

  test('what is over stays over: the next token, the ban, the session', async () => {
    const [old, banned, out] = [await house.register('max'), await house.register('ned'), await house.register('oda')]
    for (const { refresh_token } of [old, banned, out]) await next(refresh_token)
    await house.sql`update users set status = 'banned', ban_reason = 'spam' where id = ${banned.user.id}`
    expect((await refresh(banned.refresh_token, key)).error).toMatchObject({ code: 'USER_BANNED' })
    await house.sql`update users set status = 'active' where id = ${banned.user.id}`
    expect((await refresh(banned.refresh_token, key)).status).toBe(200)
    await house.sql`update sessions set revoked_at = now() where user_id = ${out.user.id}`
    expect((await refresh(out.refresh_token, key)).error.code).toBe('SESSION_REVOKED')
    await house.sql`update refresh_tokens set expires_at = now() where used_at is null and session_id in (select id from sessions where user_id = ${old.user.id})`
    expect((await refresh(old.refresh_token, key)).error.code).toBe('TOKEN_EXPIRED')
    expect(house.revoked.filter(({ user_id }) => user_id === old.user.id)).toEqual([])
  })

  test.each(['short', '"fifteen letters"', 'ä'.repeat(16), 'k'.repeat(129), '~ with sixteen letters'])(
    'one of %j is refused, and nothing used',
    async (bad) => {
      const { refresh_token } = await house.register(`p${Math.random().toString(36).slice(2, 10)}`)
      const answer = await refresh(refresh_token, bad)
      expect([answer.status, answer.error.code]).toEqual([422, 'VALIDATION_FAILED'])
      expect((await refresh(refresh_token)).status).toBe(200)
    },
  )
})

test('an answer that was lost comes again after the keys of the server were changed', async () => {
  const key = 'a key that nobody else knows'
  const [one, two] = [`one:${btoa('1'.repeat(32))}`, `two:${btoa('2'.repeat(32))}`]
  const ask = (at: typeof house, refresh_token: string) => at.ask('POST /auth/refresh', { body: { refresh_token }, headers: { 'idempotency-key': key } }) // prettier-ignore
  const before = await openHouse({ keys: [one] })
  const { refresh_token } = await before.register('quin')
  const first = (await ask(before, refresh_token)).data as Pair
  const after = await openHouse({ keys: [two, one], kept: before.database })
  expect(((await ask(after, refresh_token)).data as Pair).refresh_token).toBe(first.refresh_token)
  await before.close()
})

test('reuse in one session leaves the other sessions of the user alone', async () => {
  const stolen = await house.register('carol')
  const other = (await house.ask('POST /auth/login', { body: { username: 'carol', password: 'correct horse' } }))
    .data as Pair
  await refresh(stolen.refresh_token)
  await refresh(stolen.refresh_token)
  expect((await house.ask('GET /users/me', { token: stolen.access_token })).status).toBe(401)
  expect((await house.ask('GET /users/me', { token: other.access_token })).status).toBe(200)
})

test('of many who use one token at once exactly one gets a pair, and the session ends', async () => {
  const { refresh_token, access_token } = await house.register('dave')
  const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refresh_token)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(7)
  expect((await house.ask('GET /users/me', { token: access_token })).error.code).toBe('SESSION_REVOKED')
})

test.each(['', 'x', 'A'.repeat(43), 'A'.repeat(513)])('what is no refresh token is refused: %j', async (text) => {
  const answer = await refresh(text)
  expect(answer.status).toBe(text === '' || text.length > 512 ? 422 : 401)
})

test('an unused refresh token ends with its time, and each use gives a new time until the session is old', async () => {
  let pair = await house.register('eve')
  for (let day = 0; day < 9; day += 3) {
    house.advance(3 * 86_400_000)
    pair = (await refresh(pair.refresh_token)).data
  }
  expect(pair.expires_in).toBe(900)
  house.advance(86_400_000 - 300_000)
  const last = (await refresh(pair.refresh_token)).data as Pair
  expect(last.expires_in).toBeLessThanOrEqual(300)
  house.advance(400_000)
  expect((await refresh(last.refresh_token)).error.code).toBe('TOKEN_EXPIRED')
  expect((await house.ask('GET /users/me', { token: last.access_token })).error.code).toBe('TOKEN_EXPIRED')
})

test('a banned user cannot refresh, and learns why', async () => {
  const pair = await house.register('fay')
  await house.sql`update users set status = 'banned', ban_reason = 'spam' where id = ${pair.user.id}`
  expect((await refresh(pair.refresh_token)).error).toMatchObject({ code: 'USER_BANNED', details: { reason: 'spam' } })
})

test('sweeping removes what has ended and keeps what has not', async () => {
  const pair = await house.register('gil')
  await house.sql`update sessions set expires_at = now() - interval '1 day' where user_id <> ${pair.user.id}`
  await house.accounts.sweep()
  const rows = await house.sql`select user_id from sessions`
  expect(rows.map((row) => row['user_id'])).toEqual([pair.user.id])
  expect((await house.sql`select from refresh_tokens`).length).toBe(1)
})
