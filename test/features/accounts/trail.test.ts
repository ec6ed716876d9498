import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openHouse } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface Row {
  id: number
  actor_id: number | null
  action: string
  target_type: string | null
  target_id: string | null
  ip: string | null
  request_id: string | null
  outcome: string
  details: Record<string, unknown>
}

/** What `run` leaves in the trail. */
async function trailOf(run: () => Promise<unknown>): Promise<Omit<Row, 'id'>[]> {
  await house.audit.settle()
  const [last] = await house.sql<{ id: number }[]>`select coalesce(max(id), 0) as id from audit_log`
  await run()
  await house.audit.settle()
  return house.sql<Row[]>`
    select actor_id, action, target_type, target_id, host(ip) as ip, request_id, outcome, details from audit_log where id > ${last?.id ?? 0} order by id`.then(
    (rows) => rows.map((row) => ({ ...row })),
  )
}

const ip = '192.0.2.1'
const login = (username: string, password: string, request_id = 'r-1') =>
  house.ask('POST /auth/login', { body: { username, password }, headers: { 'x-request-id': request_id } })

test('registering is an account and a session', async () => {
  const trail = await trailOf(() =>
    house.ask('POST /auth/register', {
      body: { username: 'ada', password: 'correct horse' },
      headers: { 'x-request-id': 'r-0' },
    }),
  )
  const common = { actor_id: 1, ip, request_id: 'r-0', outcome: 'success' }
  expect(trail).toEqual([
    { ...common, action: 'user.register', target_type: 'user', target_id: '1', details: { role: 'user' } },
    {
      ...common,
      action: 'session.begin',
      target_type: 'session',
      target_id: expect.any(String),
      details: { by: 'registration', user_id: 1 },
    },
  ] as never)
})

test('a registration that is refused leaves nothing', async () => {
  expect(await trailOf(() => house.register('ADA'))).toEqual([])
})

test('signing in, and ending the session', async () => {
  const trail = await trailOf(async () => {
    const { access_token } = (await login('ada', 'correct horse')).data as { access_token: string }
    await house.ask('POST /auth/logout', { token: access_token, headers: { 'x-request-id': 'r-2' } })
  })
  const [begin, end] = trail
  expect(trail).toHaveLength(2)
  expect(begin).toMatchObject({ actor_id: 1, action: 'session.begin', request_id: 'r-1', details: { by: 'password' } })
  expect(end).toMatchObject({
    actor_id: 1,
    action: 'session.end',
    target_type: 'session',
    target_id: begin?.target_id,
    ip,
    request_id: 'r-2',
    details: { reason: 'logout', sessions: 1 },
  })
})

test('a wrong password is a failure of the user it was tried for, told once', async () => {
  expect(await trailOf(() => login('ada', 'a wrong one'))).toEqual([
    {
      actor_id: null,
      action: 'session.begin',
      target_type: 'user',
      target_id: '1',
      ip,
      request_id: 'r-1',
      outcome: 'failure',
      details: { code: 'INVALID_CREDENTIALS' },
    },
  ])
})

test('neither the name that nobody has nor the password is in the trail', async () => {
  const trail = await trailOf(() => login('hunter2-typed-too-early', 'my-secret-password'))
  expect(trail).toEqual([
    {
      actor_id: null,
      action: 'session.begin',
      target_type: null,
      target_id: null,
      ip,
      request_id: 'r-1',
      outcome: 'failure',
      details: { code: 'INVALID_CREDENTIALS' },
    },
  ])
  const whole = await house.sql<{ text: string }[]>`select string_agg(l::text, ' ') as text from audit_log l`
  expect(whole[0]?.text).not.toMatch(/hunter2|my-secret|a wrong one|correct horse/)
})

test('a locked account and a banned user are told of', async () => {
  await house.register('locked')
  const [{ id } = { id: 0 }] = await house.sql<{ id: number }[]>`select id from users where username = 'locked'`
  for (let time = 0; time < 3; time++) await house.login('locked', { password: 'a wrong one' }, '198.51.100.7')
  const stranger = () =>
    house.ask('POST /auth/login', { body: { username: 'locked', password: 'x' }, ip: '198.51.100.7' })
  expect(await trailOf(stranger)).toMatchObject([
    { target_id: String(id), outcome: 'failure', details: { code: 'ACCOUNT_LOCKED' } },
  ])
  await house.sql`update users set status = 'banned' where id = ${id}`
  expect(await trailOf(() => login('locked', 'correct horse'))).toMatchObject([
    { action: 'session.begin', target_id: String(id), outcome: 'failure', details: { code: 'USER_BANNED' } },
  ])
})

test('a ban that is over is lifted on record', async () => {
  await house.register('back')
  await house.sql`update users set status = 'banned', banned_until = now() - interval '1 minute' where username = 'back'`
  const trail = await trailOf(() => login('back', 'correct horse'))
  expect(trail).toMatchObject([
    { actor_id: null, action: 'user.unban', target_type: 'user' },
    { action: 'session.begin' },
  ])
})

test('changing the password, with the sessions that end by it, and failing to', async () => {
  const { access_token } = await house.register('carol')
  await login('carol', 'correct horse')
  await login('carol', 'correct horse')
  const change = (current_password: string) =>
    house.ask('POST /auth/password', {
      token: access_token,
      body: { current_password, new_password: 'battery staple' },
    })
  const failed = await trailOf(() => change('a wrong one'))
  expect(failed).toMatchObject([
    { action: 'password.change', outcome: 'failure', ip, details: { code: 'INVALID_CREDENTIALS' } },
  ])
  expect(failed[0]?.actor_id).toBe(Number(failed[0]?.target_id))
  expect(await trailOf(() => change('correct horse'))).toMatchObject([
    { action: 'password.change', outcome: 'success', target_type: 'user', ip },
    { action: 'session.end', target_type: 'user', details: { reason: 'password', sessions: 2 } },
  ])
})

test('a refresh token used twice ends its session, on record, with the address of the second', async () => {
  const { refresh_token } = await house.register('dave')
  const refresh = (from: string) => house.ask('POST /auth/refresh', { body: { refresh_token }, ip: from })
  expect(await trailOf(() => refresh(ip))).toEqual([])
  const trail = await trailOf(() => refresh('198.51.100.7'))
  expect(trail).toMatchObject([
    { actor_id: null, action: 'session.end', target_type: 'session', details: { reason: 'reuse' } },
    {
      actor_id: null,
      action: 'session.reuse',
      target_type: 'session',
      ip: '198.51.100.7',
      outcome: 'denied',
      details: { code: 'SESSION_REVOKED' },
    },
  ])
})

test('what the command line does has nobody as its actor', async () => {
  const trail = await trailOf(async () => {
    await house.accounts.create({ username: 'eve', password: null, role: 'user' })
    await house.accounts.promote('eve', 'admin')
    await house.accounts.signInAs('eve')
  })
  expect(trail).toMatchObject([
    { actor_id: null, action: 'user.create', details: { by: 'cli', role: 'user' } },
    { actor_id: null, action: 'user.promote', details: { by: 'cli', role: 'admin', old_role: 'user' } },
    { actor_id: null, action: 'session.begin', details: { by: 'cli' } },
  ])
})
