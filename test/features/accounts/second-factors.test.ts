import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { inflateSync } from 'node:zlib'
import { generate } from 'lean-qr'
import { codeAt } from './authenticator.ts'
import { openHouse, type Pair } from './house.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

type House = Awaited<ReturnType<typeof openHouse>>
let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const password = 'correct horse'
const stranger = '198.51.100.7'

interface Setup {
  secret: string
  otpauth_url: string
  qr_code: string
  backup_codes: string[]
}

const enable = (token: string, body: object = { password }, at = house) =>
  at.ask('POST /auth/2fa/enable', { token, body })

/** Somebody with a second factor, whose next code is good. */
async function withFactor(username: string, at: House = house, email?: string) {
  const { data } = await at.ask('POST /auth/register', {
    body: { username, password, ...(email !== undefined && { email }) },
  })
  const pair: Awaited<ReturnType<House['register']>> = data
  const setup = (await enable(pair.access_token, { password }, at)).data as Setup
  const confirmed = await at.ask('POST /auth/2fa/confirm', {
    token: pair.access_token,
    body: { totp_code: codeAt(setup.secret, at.clock.now()) },
  })
  expect(confirmed.status).toBe(200)
  at.advance(60_000)
  return {
    ...pair,
    ...setup,
    token: pair.access_token,
    code: (ahead = 0) => codeAt(setup.secret, at.clock.now(), ahead),
  }
}

test('the authenticator of these tests computes what RFC 6238 says', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const codes = [59, 1_111_111_109, 1_234_567_890, 20_000_000_000].map((s) => codeAt(secret, new Date(s * 1000)))
  expect(codes).toEqual(['287082', '081804', '005924', '353130'])
})

describe('turning it on', () => {
  test('gives a secret, its QR code and ten backup codes, and changes nothing until a code confirms it', async () => {
    const { access_token: token } = await house.register('ada')
    const answer = await enable(token)
    expect(answer.status).toBe(200)
    const { secret, otpauth_url, qr_code, backup_codes } = answer.data as Setup
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(otpauth_url).toBe(
      `otpauth://totp/Veza%20Chat:ada?issuer=Veza%20Chat&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    )
    expect(modulesOf(qr_code)).toEqual(modulesIn(otpauth_url))
    expect(new Set(backup_codes).size).toBe(10)
    for (const code of backup_codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/)
    expect((await house.login('ada')).status).toBe(200)
    const status = await house.ask('GET /auth/2fa', { token })
    expect(status.data as unknown).toEqual({ enabled: false, since: null, backup_codes_left: 0, required: false })

    const confirm = (totp_code: string) => house.ask('POST /auth/2fa/confirm', { token, body: { totp_code } })
    const wrong = await confirm('000000' === codeAt(secret, house.clock.now()) ? '000001' : '000000')
    expect([wrong.status, wrong.error.code, wrong.error.details]).toEqual([
      401,
      'INVALID_CREDENTIALS',
      { field: 'totp_code' },
    ])
    expect((await confirm(codeAt(secret, house.clock.now()))).data as unknown).toEqual({
      enabled: true,
      since: expect.any(String),
      backup_codes_left: 10,
      required: false,
    })
    expect((await confirm(codeAt(secret, house.clock.now(), 1))).error.code).toBe('RESOURCE_CONFLICT')
    expect((await enable(token)).error).toMatchObject({
      code: 'RESOURCE_CONFLICT',
      details: { reason: 'the second factor is on' },
    })
  })

  test('beginning anew voids what was begun before', async () => {
    const { access_token: token } = await house.register('anew')
    const first = (await enable(token)).data as Setup
    const second = (await enable(token)).data as Setup
    expect(second.secret).not.toBe(first.secret)
    const confirm = (secret: string) =>
      house.ask('POST /auth/2fa/confirm', { token, body: { totp_code: codeAt(secret, house.clock.now()) } })
    expect((await confirm(first.secret)).status).toBe(401)
    expect((await confirm(second.secret)).status).toBe(200)
  })

  test.each([
    ['without the password', {}, 422, 'VALIDATION_FAILED'],
    ['with a wrong one', { password: 'a wrong one' }, 401, 'INVALID_CREDENTIALS'],
  ])('is refused %s', async (name, body, status, code) => {
    const { access_token: token } = await house.register(`p-${name.split(' ')[0]}`)
    const answer = await enable(token, body)
    expect([answer.status, answer.error.code]).toEqual([status, code])
    expect(
      await house.sql`select from second_factors f join users u on u.id = f.user_id where u.username like 'p-%'`,
    ).toHaveLength(0)
  })

  test('an account without a password has none to give', async () => {
    await house.accounts.create({ username: 'nopass', password: null, role: 'user' })
    const { access_token: token } = await house.accounts.signInAs('nopass')
    expect((await enable(token, {})).status).toBe(200)
  })

  test('nothing waits for a code that nobody asked for', async () => {
    const { access_token: token } = await house.register('early')
    const answer = await house.ask('POST /auth/2fa/confirm', { token, body: { totp_code: '123456' } })
    expect([answer.status, answer.error.code]).toEqual([409, 'RESOURCE_CONFLICT'])
  })
})

describe('signing in', () => {
  test('with the right password alone says that a code is needed, opens no session and counts as no failure', async () => {
    const who = await withFactor('bob')
    for (let time = 0; time < 5; time++) {
      const answer = await house.login('bob', {}, stranger)
      expect([answer.status, answer.error.code, answer.error.details]).toEqual([
        401,
        'TWO_FACTOR_REQUIRED',
        { field: 'totp_code' },
      ])
    }
    const [row] = await house.sql`
      select f.failures, (select count(*)::integer from sessions s where s.user_id = u.id) as sessions
      from users u join second_factors f on f.user_id = u.id where u.id = ${who.user.id}`
    expect(row).toEqual({ failures: 0, sessions: 1 })
    expect((await house.login('bob', { totp_code: who.code() }, stranger)).status).toBe(200)
  })

  test('takes both steps, by name and by address, also on a new device while the account is locked to others', async () => {
    const email = 'lou@example.org'
    const who = await withFactor('lou', house, email)
    for (const [n, name] of ['lou', email].entries()) {
      const device = `203.0.113.${80 + n}`
      for (let time = 0; time < 4; time++) await house.login(name, { password: 'a wrong one' }, '198.51.100.90')
      expect((await house.login(name, {}, device)).error.code).toBe('TWO_FACTOR_REQUIRED')
      house.advance(30_000)
      expect((await house.login(name, { totp_code: '000000' }, device)).error.code).toBe('INVALID_CREDENTIALS')
      expect((await house.login(name, { totp_code: who.code() }, device)).status).toBe(200)
    }
  })

  test('a wrong password is answered alike, with a code, without, or with the right one', async () => {
    const who = await withFactor('carol')
    for (const extra of [{}, { totp_code: '000000' }, { totp_code: who.code() }]) {
      const answer = await house.login('carol', { password: 'a wrong one', ...extra }, '203.0.113.50')
      expect([answer.status, answer.error.code, answer.error.details]).toEqual([401, 'INVALID_CREDENTIALS', undefined])
    }
    const [row] =
      await house.sql`select last_step < ${Math.floor(house.clock.now().getTime() / 30_000)} as unused from second_factors where user_id = ${who.user.id}`
    expect(row).toEqual({ unused: true })
  })

  test('the right password with a wrong code is answered like a wrong password', async () => {
    await withFactor('dave')
    const answer = await house.login('dave', { totp_code: '000000' }, stranger)
    const other = await house.login('dave', { password: 'a wrong one' }, stranger)
    const { request_id: _, timestamp: __, ...told } = answer.error
    expect({ status: answer.status, told }).toEqual({
      status: other.status,
      told: { code: other.error.code, message: other.error.message },
    })
  })

  test.each([
    [-2, 401],
    [-1, 200],
    [0, 200],
    [1, 200],
    [2, 401],
  ])('a code of %i steps from now answers %i', async (ahead, status) => {
    const who = await withFactor(`step${ahead + 2}`)
    house.advance(60_000)
    expect((await house.login(who.user.username, { totp_code: who.code(ahead) })).status).toBe(status)
  })

  test('a code is refused a second time, and so is every code before it', async () => {
    const who = await withFactor('eve')
    const code = who.code()
    const before = who.code(-1)
    expect((await house.login('eve', { totp_code: code })).status).toBe(200)
    for (const again of [code, before]) expect((await house.login('eve', { totp_code: again })).status).toBe(401)
    expect((await house.login('eve', { totp_code: who.code(1) })).status).toBe(200)
  })

  test('of one code used eight times at once, exactly one succeeds', async () => {
    const who = await withFactor('fay')
    const totp_code = who.code()
    const answers = await Promise.all(Array.from({ length: 8 }, () => house.login('fay', { totp_code })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('a backup code is good once, however it is typed, also of eight times at once', async () => {
    const who = await withFactor('gil')
    const [first = '', second = ''] = who.backup_codes
    expect((await house.login('gil', { totp_code: first.toUpperCase().replace('-', ' ') })).status).toBe(200)
    expect((await house.login('gil', { totp_code: first })).status).toBe(401)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => house.login('gil', { totp_code: second }, `203.0.113.${n}`)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const status = await house.ask('GET /auth/2fa', { token: who.token })
    expect(status.data as unknown).toMatchObject({ enabled: true, backup_codes_left: 8 })
  })

  test("another user's codes are worth nothing", async () => {
    const [one, two] = [await withFactor('hal'), await withFactor('ida')]
    for (const totp_code of [two.code(), two.backup_codes[0]])
      expect((await house.login('hal', { totp_code })).status).toBe(401)
    expect((await house.login('hal', { totp_code: one.code() })).status).toBe(200)
  })
})

describe('guessing codes', () => {
  const guess = (username: string, ip: string) => house.login(username, { totp_code: '000000' }, ip)

  test('locks strangers after the allowed failures, for twice as long each time, up to a day', async () => {
    const who = await withFactor('joe')
    for (let time = 0; time < 3; time++)
      expect((await guess('joe', `203.0.113.${time}`)).error.code).toBe('INVALID_CREDENTIALS')
    const waits: number[] = []
    for (let time = 0; time < 10; time++) {
      const locked = await guess('joe', stranger)
      expect([locked.status, locked.error.code]).toEqual([429, 'ACCOUNT_LOCKED'])
      const wait = Number(locked.headers.get('retry-after'))
      waits.push(Math.round(wait / 900))
      house.advance(wait * 1000)
      expect((await guess('joe', stranger)).error.code).toBe('INVALID_CREDENTIALS')
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 96, 96, 96])
    // The right password does not forget wrong codes: only a right code does.
    expect((await house.login('joe', {}, stranger)).error.code).toBe('TWO_FACTOR_REQUIRED')
    expect((await house.login('joe', { totp_code: who.code() }, stranger)).error.code).toBe('ACCOUNT_LOCKED')
  })

  test('keeps nobody out at home, where the owner signs in as ever', async () => {
    const who = await withFactor('kim')
    for (let time = 0; time < 6; time++) await guess('kim', stranger)
    expect((await house.login('kim', { totp_code: who.code() }, stranger)).error.code).toBe('ACCOUNT_LOCKED')
    expect((await house.login('kim', { totp_code: who.code() })).status).toBe(200)
  })

  test('from an address that has signed in before has as many a day', async () => {
    const who = await withFactor('lee')
    for (let time = 0; time < 3; time++)
      expect((await guess('lee', '192.0.2.1')).error.code).toBe('INVALID_CREDENTIALS')
    expect((await house.login('lee', { totp_code: who.code() })).error.code).toBe('ACCOUNT_LOCKED')
  })

  test('is hopeless: within a year, from anywhere and without a pause, a chance of a thousandth by the default settings', () => {
    const [max, lockout_s, day_s] = [10, 900, 86_400]
    let [guesses, spent_s] = [max, 0]
    for (let n = 0; spent_s < 365 * day_s; n++, guesses++) spent_s += Math.min(day_s, lockout_s * 2 ** n)
    // Three codes of a million are good at a time.
    expect(guesses * 3e-6).toBeLessThan(0.0013)
  })

  test('in parallel learns nothing past the limit', async () => {
    const who = await withFactor('max')
    const wrong = Array.from({ length: 12 }, (_, n) => guess('max', `203.0.113.${n}`))
    const codes = (await Promise.all(wrong)).map(({ error }) => error.code)
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(3)
    expect((await house.login('max', { totp_code: who.code() }, stranger)).error.code).toBe('ACCOUNT_LOCKED')
  })
})

describe('turning it off, and new codes', () => {
  test('takes the password and a code, and then the password alone signs in', async () => {
    const who = await withFactor('ned')
    const disable = (body: object) => house.ask('POST /auth/2fa/disable', { token: who.token, body })
    expect((await disable({ totp_code: who.code() })).status).toBe(422)
    expect((await disable({ password, totp_code: '000000' })).error.code).toBe('INVALID_CREDENTIALS')
    expect((await disable({ password: 'a wrong one', totp_code: who.code() })).error.code).toBe('INVALID_CREDENTIALS')
    expect((await house.login('ned')).error.code).toBe('TWO_FACTOR_REQUIRED')
    expect((await disable({ password, totp_code: who.code() })).status).toBe(204)
    expect((await house.login('ned')).status).toBe(200)
    expect(await house.sql`select from backup_codes where user_id = ${who.user.id}`).toHaveLength(0)
    expect((await disable({ password, totp_code: who.code() })).error.code).toBe('RESOURCE_CONFLICT')
  })

  test('new backup codes void the old ones', async () => {
    const who = await withFactor('oli')
    const renew = (totp_code: string) =>
      house.ask('POST /auth/2fa/backup-codes', { token: who.token, body: { totp_code } })
    expect((await renew('000000')).error.code).toBe('INVALID_CREDENTIALS')
    const { backup_codes } = (await renew(who.code())).data as Setup
    expect(backup_codes).toHaveLength(10)
    expect((await house.login('oli', { totp_code: who.backup_codes[0] })).status).toBe(401)
    expect((await house.login('oli', { totp_code: backup_codes[0] })).status).toBe(200)
  })

  test('no enrolment while it is off by configuration, and those who have one keep it', async () => {
    const who = await withFactor('pia')
    const off = await openHouse({ kept: house.database, settings: { enable_2fa: false } })
    const other = await off.register('quin')
    const refused = await enable(other.access_token, { password }, off)
    expect([refused.status, refused.error.code, refused.error.details]).toEqual([
      403,
      'FEATURE_DISABLED',
      { feature: 'enable_2fa' },
    ])
    expect((await off.login('pia')).error.code).toBe('TWO_FACTOR_REQUIRED')
    expect((await off.login('pia', { totp_code: who.backup_codes[0] })).status).toBe(200)
  })
})

describe('an administrator', () => {
  test('takes away a factor that is lost; nobody else does', async () => {
    const who = await withFactor('rob')
    await house.register('root')
    await house.accounts.promote('root', 'admin')
    const { access_token: admin } = (await house.login('root')).data as Pair
    const drop = (token: string, id: number) => house.ask(`DELETE /admin/users/${id}/2fa`, { token })
    const denied = await drop(who.token, who.user.id)
    expect([denied.status, denied.error.code]).toEqual([403, 'PERMISSION_DENIED'])
    expect((await drop(admin, who.user.id)).status).toBe(204)
    expect((await house.login('rob')).status).toBe(200)
    expect((await drop(admin, who.user.id)).status).toBe(204)
    expect((await drop(admin, 999_999)).error.code).toBe('USER_NOT_FOUND')
  })
})

test('an account that is deleted, by whatever means, keeps neither factor nor codes nor a token of a reset', async () => {
  const [who, other] = [await withFactor('tim'), await withFactor('uma')]
  for (const name of ['tim', 'uma']) await house.accounts.issueResetFor(name)
  await house.sql`update users set status = 'deleted' where id = ${who.user.id}`
  const left = await house.sql<{ user_id: number }[]>`
    select user_id from second_factors union all select user_id from backup_codes union all select user_id from password_resets`
  const ids = left.map(({ user_id }) => user_id)
  expect(ids).not.toContain(who.user.id)
  expect(ids.filter((id) => id === other.user.id)).toHaveLength(12)
})

test('what is done with a second factor is in the trail, without a code or a secret', async () => {
  const who = await withFactor('sam')
  await house.login('sam', { totp_code: '000000' }, '203.0.113.200')
  await house.ask('POST /auth/2fa/backup-codes', { token: who.token, body: { totp_code: who.code() } })
  await house.ask('POST /auth/2fa/backup-codes', { token: who.token, body: { totp_code: '000000' } })
  await house.accounts.resetSecondFactor('sam')
  await house.audit.settle()
  const rows = await house.sql<{ action: string; outcome: string }[]>`
    select action, outcome from audit_log where target_id = ${String(who.user.id)} and action <> 'user.register' order by action, outcome`
  expect(rows.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'second_factor.codes success',
    'second_factor.confirm failure',
    'second_factor.enable success',
    'second_factor.reset success',
    'session.begin failure',
  ])
  const [all] = await house.sql<{ text: string }[]>`select string_agg(l::text, ' ') as text from audit_log l`
  for (const secret of [who.secret, ...who.backup_codes]) expect(all?.text).not.toContain(secret)
})

/** Rows of dark and light modules, without the quiet zone, as they stand in the PNG (8 bits a channel or a palette, filter 0). */
function modulesOf(data_url: string): string[] {
  const png = Buffer.from(data_url.replace('data:image/png;base64,', ''), 'base64')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  const [width, height, depth, colours] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24] ?? 0, png[25]]
  const chunks: Buffer[] = []
  let palette = Buffer.alloc(0)
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const body = png.subarray(at + 8, at + 8 + png.readUInt32BE(at))
    const type = png.toString('latin1', at + 4, at + 8)
    if (type === 'IDAT') chunks.push(body)
    if (type === 'PLTE') palette = Buffer.from(body)
  }
  expect([width, colours]).toEqual([height, 3])
  const pixels = inflateSync(Buffer.concat(chunks))
  const stride = 1 + Math.ceil((width * depth) / 8)
  const dark = (x: number, y: number) => {
    const byte = pixels[y * stride + 1 + Math.floor((x * depth) / 8)] ?? 0
    const index = (byte >> (8 - depth - ((x * depth) % 8))) & (2 ** depth - 1)
    return (palette[index * 3] ?? 255) === 0
  }
  const scale = 5
  return Array.from({ length: height / scale }, (_, y) =>
    Array.from({ length: width / scale }, (__, x) => (dark(x * scale + 2, y * scale + 2) ? '#' : ' ')).join(''),
  )
}

function modulesIn(text: string): string[] {
  const code = generate(text)
  const pad = 4
  return Array.from({ length: code.size + 2 * pad }, (_, y) =>
    Array.from({ length: code.size + 2 * pad }, (__, x) => (code.get(x - pad, y - pad) ? '#' : ' ')).join(''),
  )
}
