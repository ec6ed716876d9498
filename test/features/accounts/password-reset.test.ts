import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually } from '../../services/eventually.ts'
import { codeAt } from './authenticator.ts'
import { openHouse, type Pair } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let house: Awaited<ReturnType<typeof openHouse>>
let admin: Pair
beforeAll(async () => {
  house = await openHouse()
  await house.register('root')
  await house.accounts.promote('root', 'admin')
  admin = (await house.login('root')).data
})
afterAll(() => house.close())

const issue = (id: number, token = admin.access_token) => house.ask(`POST /admin/users/${id}/password-reset`, { token })
const reset = (token: string, extra: object = {}, ip = '198.51.100.7') =>
  house.ask('POST /auth/password/reset', { body: { token, new_password: 'battery staple', ...extra }, ip })
const tokenFor = async (id: number) => ((await issue(id)).data as { reset_token: string }).reset_token

describe('a token of a reset', () => {
  test('is given out by an administrator, sets a password once and ends every session', async () => {
    const ada = await house.register('ada')
    const answer = await issue(ada.user.id)
    expect(answer.status).toBe(200)
    const { reset_token, expires_at } = answer.data as { reset_token: string; expires_at: string }
    expect(Object.keys(answer.data)).toEqual(['reset_token', 'expires_at'])
    expect(new Date(expires_at).getTime() - house.clock.now().getTime()).toBeWithin(86_390_000, 86_400_001)
    const [row] = await house.sql<{ text: string }[]>`select string_agg(r::text, ' ') as text from password_resets r`
    expect(row?.text).not.toContain(reset_token)

    const done = await reset(reset_token)
    expect([done.status, done.text]).toEqual([204, ''])
    expect((await house.ask('GET /users/me', { token: ada.access_token })).error.code).toBe('SESSION_REVOKED')
    expect(house.revoked.at(-1)).toMatchObject({ user_id: ada.user.id, reason: 'reset' })
    expect((await house.login('ada')).status).toBe(401)
    expect((await house.login('ada', { password: 'battery staple' })).status).toBe(200)
    expect((await reset(reset_token)).error.code).toBe('INVALID_TOKEN')
  })

  test('of two uses at once has one effect', async () => {
    const bob = await house.register('bob')
    const token = await tokenFor(bob.user.id)
    const answers = await Promise.all(
      ['one long password', 'two long password', 'six long password'].map((new_password) =>
        reset(token, { new_password }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 401, 401])
  })

  test('waits for a new password or a deletion at the same time, and is void then', async () => {
    const ben = await house.register('ben')
    const token = await tokenFor(ben.user.id)
    const asked = await house.sql.begin(async (tx) => {
      await tx`update users set updated_at = now() where id = ${ben.user.id}`
      const answer = reset(token)
      await eventually('the reset waits', async () => {
        const waiting = await house.sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        return waiting.length > 0
      })
      await tx`delete from password_resets where user_id = ${ben.user.id}`
      return { answer }
    })
    expect((await asked.answer).error.code).toBe('INVALID_TOKEN')
    expect((await house.login('ben')).status).toBe(200)
  })

  test('unlocks the account', async () => {
    const carl = await house.register('carl')
    for (let n = 0; n < 6; n++) await house.login('carl', { password: 'a wrong one' }, `198.18.${n}.1`)
    expect((await house.login('carl', {}, '203.0.113.1')).error.code).toBe('ACCOUNT_LOCKED')
    await reset(await tokenFor(carl.user.id))
    expect((await house.login('carl', { password: 'battery staple' }, '203.0.113.1')).status).toBe(200)
  })

  test.each<[string, () => Promise<string>]>([
    ['unknown', async () => 'a'.repeat(43)],
    ['of odd form', async () => "' or true --"],
    [
      'replaced by a later one',
      async () => {
        const { user } = await house.register('dora')
        const first = await tokenFor(user.id)
        await issue(user.id)
        return first
      },
    ],
    [
      'of an account whose password was changed since',
      async () => {
        const { user, access_token: token } = await house.register('emil')
        const first = await tokenFor(user.id)
        const body = { current_password: 'correct horse', new_password: 'another one' }
        expect((await house.ask('POST /auth/password', { token, body })).status).toBe(204)
        return first
      },
    ],
    [
      'of an account that is gone',
      async () => {
        const { user } = await house.register('fred')
        const first = await tokenFor(user.id)
        await house.sql`update users set status = 'deleted' where id = ${user.id}`
        return first
      },
    ],
    [
      'too old',
      async () => {
        const { user } = await house.register('gina')
        const first = await tokenFor(user.id)
        house.advance(86_401_000)
        admin = (await house.login('root')).data
        return first
      },
    ],
  ])('that is %s is answered like any other that is not good', async (_, make) => {
    const answer = await reset(await make())
    const { request_id: __, timestamp: ___, ...told } = answer.error
    expect([answer.status, told as unknown]).toEqual([
      401,
      { code: 'INVALID_TOKEN', message: 'The token is not valid.' },
    ])
  })

  test('a password that will not do leaves it good', async () => {
    const { user } = await house.register('hannah')
    const token = await tokenFor(user.id)
    for (const new_password of ['short', 'HANNAH00'.slice(0, 6)])
      expect((await reset(token, { new_password })).status).toBe(422)
    expect((await reset(token, { new_password: 'x'.repeat(300) })).status).toBe(422)
    expect((await reset(token)).status).toBe(204)
  })

  test('does not stand in for the second factor, which the account keeps', async () => {
    const ian = await house.register('ian')
    const setup = (
      await house.ask('POST /auth/2fa/enable', { token: ian.access_token, body: { password: 'correct horse' } })
    ).data as { secret: string; backup_codes: string[] }
    const code = () => codeAt(setup.secret, house.clock.now())
    await house.ask('POST /auth/2fa/confirm', { token: ian.access_token, body: { totp_code: code() } })
    house.advance(60_000)
    const token = await tokenFor(ian.user.id)
    expect((await reset(token)).error.code).toBe('TWO_FACTOR_REQUIRED')
    expect((await reset(token, { totp_code: '000000' })).error.code).toBe('INVALID_CREDENTIALS')
    expect((await house.login('ian')).error.code).toBe('TWO_FACTOR_REQUIRED')
    expect((await reset(token, { totp_code: code() })).status).toBe(204)
    expect((await house.login('ian', { password: 'battery staple' })).error.code).toBe('TWO_FACTOR_REQUIRED')
    house.advance(60_000)
    expect((await house.login('ian', { password: 'battery staple', totp_code: code() })).status).toBe(200)
  })

  test('guessing the code at a reset locks like guessing it anywhere', async () => {
    const jo = await house.register('jo')
    const { secret } = (
      await house.ask('POST /auth/2fa/enable', { token: jo.access_token, body: { password: 'correct horse' } })
    ).data as { secret: string }
    const totp_code = codeAt(secret, house.clock.now())
    await house.ask('POST /auth/2fa/confirm', { token: jo.access_token, body: { totp_code } })
    const token = await tokenFor(jo.user.id)
    for (let time = 0; time < 3; time++) expect((await reset(token, { totp_code: '000000' })).status).toBe(401)
    expect((await reset(token, { totp_code: '000000' })).error.code).toBe('ACCOUNT_LOCKED')
  })
})

test.each(['user', 'moderator', 'guest'] as const)('a %s gives out none', async (role) => {
  const name = `plain-${role}`
  const { access_token: token } = await house.register(name)
  await house.accounts.promote(name, role)
  const answer = await issue(admin.user.id, token)
  expect([answer.status, answer.error.code]).toEqual([403, 'PERMISSION_DENIED'])
  expect(await house.sql`select from password_resets where user_id = ${admin.user.id}`).toHaveLength(0)
})

test('nobody and bots have no password to reset', async () => {
  expect((await issue(999_999)).error.code).toBe('USER_NOT_FOUND')
  const [bot] = await house.sql<
    { id: number }[]
  >`insert into users (username, is_bot) values ('robot', true) returning id`
  expect((await issue(bot!.id)).error).toMatchObject({
    code: 'RESOURCE_CONFLICT',
    details: { reason: 'a bot has no password' },
  })
})

describe('forgetting a password', () => {
  const forgot = (username: string, ip = '203.0.113.77') =>
    house.ask('POST /auth/password/forgot', { body: { username }, ip })
  const noted = async () => {
    await house.audit.settle()
    return house.sql<
      { target_id: string | null; ip: string | null; outcome: string; actor_id: number | null; details: object }[]
    >`
      select target_id, host(ip) as ip, outcome, actor_id, details from audit_log where action = 'password.forgot' order by id`.then(
      (rows) => rows.map((row) => ({ ...row })),
    )
  }

  test('is answered alike whoever exists, and administrators see whom it was asked for', async () => {
    await house.ask('POST /auth/register', {
      body: { username: 'kate', password: 'correct horse', email: 'kate@example.org' },
    })
    const answers = [
      await forgot('kate'),
      await forgot('KATE@example.org'),
      await forgot('nobody'),
      await forgot('x@y.example'),
    ]
    for (const answer of answers)
      expect([answer.status, answer.data as unknown]).toEqual([202, { delivery: 'administrator' }])
    const [row] = await house.sql<{ id: number }[]>`select id from users where username = 'kate'`
    const common = { ip: '203.0.113.77', outcome: 'success', actor_id: null }
    expect(await noted()).toEqual([
      { ...common, target_id: String(row!.id), details: {} },
      { ...common, target_id: null, details: { user_ids: [row!.id] } },
      { ...common, target_id: null, details: {} },
      { ...common, target_id: null, details: { user_ids: [] } },
    ])
    const [all] = await house.sql<{ text: string }[]>`select string_agg(l::text, ' ') as text from audit_log l`
    expect(all?.text).not.toMatch(/x@y|kate@|nobody/)
  })

  test('is noted a few times an hour for one account, however it is named, and answered as ever', async () => {
    await house.register('liam')
    const before = (await noted()).length
    for (let time = 0; time < 8; time++) expect((await forgot('liam', `203.0.113.${time}`)).status).toBe(202)
    expect((await noted()).length - before).toBe(3)
  })

  test('is limited by address, as is resetting', async () => {
    const strict = await openHouse({ rates: { auth: 2 } })
    const statuses: number[] = []
    for (const [path, body] of [
      ['forgot', { username: 'ada' }],
      ['reset', { token: 'x', new_password: 'battery staple' }],
      ['forgot', { username: 'bob' }],
      ['reset', { token: 'y', new_password: 'battery staple' }],
    ] as const)
      statuses.push((await strict.ask(`POST /auth/password/${path}`, { body })).status)
    expect(statuses).toEqual([202, 401, 429, 429])
    await strict.close()
  })
})

test('what a reset does is in the trail', async () => {
  const { user } = await house.register('mia')
  await reset(await tokenFor(user.id))
  await house.audit.settle()
  const rows = await house.sql<{ action: string; actor_id: number }[]>`
    select action, actor_id from audit_log where target_id = ${String(user.id)} and action like 'password.%' order by id`
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { action: 'password.reset_token', actor_id: admin.user.id },
    { action: 'password.reset', actor_id: user.id },
  ])
})
