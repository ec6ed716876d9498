// Whose e-mail address is it, and what is their password? Asked by people who may have accounts of their own with the same address.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import type { Actor } from '../../src/kernel/actor.ts'
import { openHouse, type Pair } from '../features/accounts/house.ts'
import { eventually } from '../services/eventually.ts'
import { createPasswords } from '../../src/features/accounts/passwords.ts'

setDefaultTimeout(120_000)

/** Failures that one client address may make, and all together. */
const max = 3

type House = Awaited<ReturnType<typeof openHouse>>
let house: House
beforeAll(async () => {
  house = await openHouse({ settings: { login_max_failures: max } })
})
afterAll(() => house.close())

const home = '192.0.2.50'
const right = 'the secret horse'

const register = async (username: string, password: string, email: string, ip: string, at = house) => {
  const { status, data } = await at.ask('POST /auth/register', { body: { username, password, email }, ip })
  expect(status).toBe(201)
  return data as Pair
}
/** What one sees: the name one is signed in as, or the refusal. */
const signIn = async (username: string, password: string, ip: string, at = house) => {
  const { status, data, error, headers } = await at.ask('POST /auth/login', { body: { username, password }, ip })
  return status === 200 ? (data as Pair).user.username : `${error.code} ${headers.get('retry-after') ?? ''}`
}
/** An address that somebody has, and one that nobody has. */
const pair = async (mark: string) => {
  const [taken, free] = [`${mark}@taken.example`, `${mark}@free.example`]
  await register(`owner-${mark}`, right, taken, home)
  return [taken, free] as const
}

describe('whether somebody has an address is not seen', () => {
  test('from the same client address as the owner, while strangers are locked out', async () => {
    const seen = []
    for (const email of await pair('nat')) {
      for (let n = 0; n < max; n++) await signIn(email, 'a wrong one', '198.51.100.1')
      const answers = []
      for (let n = 0; n < max + 2; n++) answers.push(await signIn(email, 'a wrong one', home))
      seen.push(answers)
    }
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]).toEqual([
      ...Array.from({ length: max }, () => 'INVALID_CREDENTIALS '),
      'ACCOUNT_LOCKED 900',
      'ACCOUNT_LOCKED 900',
    ])
  })

  test('by what is noted about accounts of one\u2019s own when a password is forgotten', async () => {
    const lines = []
    for (const [at, email] of (await pair('forgot')).entries()) {
      const own = []
      for (let n = 0; n < 12; n++)
        own.push((await register(`mine-${at}-${n}`, 'a horse of mine', email, '203.0.113.1')).user.id)
      const ip = `198.51.100.${20 + at}`
      expect((await house.ask('POST /auth/password/forgot', { body: { username: email }, ip })).status).toBe(202)
      await house.audit.settle()
      const targets = await house.sql`
        select target_id from audit_log where action = 'password.forgot' and target_id = any (${own.map(String)})`
      const [note] = await house.sql<{ details: { user_ids: number[] } }[]>`
        select details from audit_log where action = 'password.forgot' and host(ip) = ${ip}`
      // For administrators they are all there; for moderators and keys, which may not look accounts up by address, not.
      const read = async (role: 'admin' | 'moderator', key: Pick<Actor, 'scopes'> = {}) => {
        const actor = { id: 1, session_id: '', username: 'reader', role, ...key } as Actor
        const { logs } = await house.audit.everywhere(actor, { action: 'password.forgot', limit: 10 })
        return logs.find((log) => log.ip === ip)?.details
      }
      expect(await read('admin')).toEqual(note?.details)
      expect(await read('moderator')).toEqual({})
      expect(await read('admin', { scopes: ['view_audit_logs', 'manage_users'] })).toEqual({})
      expect(note?.details.user_ids.slice(-12)).toEqual(own)
      lines.push(targets.length)
    }
    expect(lines).toEqual([0, 0])
  })

  test('by the hashes that a sign-in takes after their cost has changed, with an account of one\u2019s own or without', async () => {
    const emails = await pair('cost')
    const hashed: string[] = []
    const dearer = createPasswords({ memory_kib: 2048, iterations: 2 })
    const later = await openHouse({
      kept: house.database,
      through: ({ sql }) => ({
        sql,
        passwords: {
          ...dearer,
          hash: (password, as) => {
            hashed.push(as?.cost ?? dearer.cost)
            return dearer.hash(password, as)
          },
        },
      }),
    })
    const costsOf = async (email: string, ip = '198.51.100.2') => {
      hashed.length = 0
      await signIn(email, 'a wrong one', ip, later)
      return [...hashed]
    }
    const before = [await costsOf(emails[0]), await costsOf(emails[1])]
    for (const [at, email] of emails.entries())
      await register(`mine-cost-${at}`, 'a horse of mine', email, '203.0.113.2', later)
    const after = [await costsOf(emails[0]), await costsOf(emails[1])]
    expect(before[0]).toHaveLength(2)
    for (const costs of [before[1], ...after]) expect(costs).toEqual(before[0])
    // Who signs in is hashed at the cost of today, and a cost that nobody has any more is not computed.
    const old = await house.sql`select from users where email_index is not null and password_hash like '%m=1024%'`
    expect(old.length).toBeGreaterThan(0)
    await later.accounts.sweep()
    expect(await costsOf(emails[1], '198.51.100.4')).toHaveLength(2)
    for (const name of ['owner-nat', 'owner-forgot', 'owner-cost']) expect(await signIn(name, right, home, later)).toBe(name) // prettier-ignore
    expect(await signIn(emails[0], right, home, later)).toBe('owner-cost')
    await house.sql`delete from users where password_hash like '%m=1024%'`
    await later.accounts.sweep()
    expect(await costsOf(emails[1], '198.51.100.5')).toHaveLength(1)
  })

  test('by having a thousand accounts with it', async () => {
    const seen = []
    for (const [at, email] of (await pair('many')).entries()) {
      await register(`many-${at}`, 'a horse of mine', email, '203.0.113.30')
      await house.sql`
        insert into users (username, role, password_hash, email_encrypted, email_index, password_changed_at)
        select 'many-' || ${at}::int || '-' || n, 'user', u.password_hash, u.email_encrypted, u.email_index, now()
        from users u, generate_series(1, 998) n where u.username = ${`many-${at}`}`
      await register(`many-${at}-last`, 'a horse of the last', email, '203.0.113.31')
      for (let n = 0; n < max; n++) await signIn(email, 'a wrong one', '198.51.100.3')
      seen.push((await signIn(email, 'a horse of the last', '203.0.113.31')).replace(/\d/, ''))
    }
    expect(seen).toEqual(['many--last', 'many--last'])
    expect(await signIn('many@taken.example', right, home)).toBe('owner-many')
  })
})

describe('guesses at the password of somebody whose address one has taken too', () => {
  test('are counted when each is first made the own password, from ever new client addresses', async () => {
    const [email] = await pair('own')
    let password = 'guess number 0'
    const mine = await register('guesser', password, email, '203.0.113.1')
    const seen = []
    // As many again have a try while it is locked.
    const judged = 2 * max
    for (let n = 1; n <= judged + 3; n++) {
      const next = n === judged + 3 ? right : `guess number ${n}`
      const change = { current_password: password, new_password: next }
      await house.ask('POST /auth/password', { body: change, token: mine.access_token, ip: '203.0.113.1' })
      password = next
      seen.push(await signIn(email, next, `2001:db8:${n}:1::1`))
    }
    expect(seen).toEqual([...Array<string>(judged).fill('guesser'), ...Array<string>(3).fill('INVALID_CREDENTIALS ')])
  })

  test('are counted from the owner\u2019s own client address, with an account for each guess', async () => {
    const [email] = await pair('shared')
    for (let n = 0; n < 5; n++) await register(`housemate-${n}`, n === 4 ? right : `guess number ${n}`, email, home)
    const seen = []
    for (let n = 0; n < 5; n++) seen.push(await signIn(email, n === 4 ? right : `guess number ${n}`, home))
    expect(seen).toEqual([
      ...Array.from({ length: max }, (_, n) => `housemate-${n}`),
      ...Array.from({ length: 5 - max }, () => 'ACCOUNT_LOCKED 900'),
    ])
  })

  test('are counted from the owner\u2019s own client address, also those that were right for an own account elsewhere before', async () => {
    const [email] = await pair('elsewhere')
    let password = 'guess number 0'
    const mine = await register('hopper', password, email, home)
    const seen = []
    for (let n = 1; n <= 5; n++) {
      const next = n === 5 ? right : `guess number ${n}`
      const change = { current_password: password, new_password: next }
      await house.ask('POST /auth/password', { body: change, token: mine.access_token, ip: home })
      password = next
      // By name it counts for nothing here, and makes the client address known.
      const other = `198.51.100.${80 + n}`
      expect(await signIn('hopper', next, other)).toBe('hopper')
      await signIn(email, next, other)
      seen.push(await signIn(email, next, home))
    }
    expect(seen.filter((answer) => answer === 'hopper').length).toBeLessThanOrEqual(max)
    expect(seen.at(-1)).toBe('ACCOUNT_LOCKED 900')
  })

  test('are counted once the lock of strangers is over, also those that were right for own accounts during it', async () => {
    const lockout_ms = 3_000
    const brief = await openHouse({ settings: { login_max_failures: max, login_lockout: lockout_ms } })
    const email = 'owner@taken.example'
    await register('owner', right, email, home, brief)
    const guesses = [...Array.from({ length: 2 * max }, (_, n) => `guess number ${n}`), right]
    const ip = (n: number) => `203.0.113.${70 + n}`
    for (const [n, guess] of guesses.entries()) await register(`early-${n}`, guess, email, ip(n), brief)
    const tryAll = async () => {
      const seen = []
      for (const [n, guess] of guesses.entries()) seen.push(await signIn(email, guess, ip(n), brief))
      return seen
    }
    // Locked, and what others may try in the lock used up.
    for (let n = 0; n < 2 * max; n++) await signIn(email, 'a wrong one', `198.51.100.${n}`, brief)
    const locked = performance.now()
    const passed = (ms: number) => eventually('time', () => performance.now() - locked > ms)
    const own = guesses.map((_, n) => `early-${n}`)
    await passed(lockout_ms * 0.7)
    expect(await tryAll()).toEqual(own)
    await passed(lockout_ms + 100)
    // Were the first not counted, the last would be refused, and the guess known to be right.
    expect(await tryAll()).toEqual(own)
    await brief.close()
  })

  test('lie in wait in vain: the owner does not come into an account that has their password by chance', async () => {
    const [email] = await pair('wait')
    const mine = []
    for (const [n, guess] of ['a wrong one', right].entries())
      mine.push(await register(`honeypot-${n}`, guess, email, '203.0.113.60'))
    for (const [n, guess] of ['a wrong one', right].entries())
      mine.push(await register(`honeypot-home-${n}`, guess, email, home))
    // Neither is taken where both could be meant; by name the owner gets in.
    for (const ip of ['198.51.100.60', home]) {
      expect(await signIn(email, right, ip)).toBe('INVALID_CREDENTIALS ')
      expect(await signIn('owner-wait', right, ip)).toBe('owner-wait')
    }
    for (const { access_token } of mine) {
      const { data } = await house.ask('GET /auth/sessions', { token: access_token })
      expect((data as { sessions: unknown[] }).sessions).toHaveLength(1)
    }
  })

  test('are held back when they come at once, from addresses that know another account', async () => {
    const [email] = await pair('burst')
    const ips = Array.from({ length: 14 }, (_, n) => `203.0.113.${100 + n}`)
    await register('burster', 'a horse of mine', email, ips[0]!)
    for (const ip of ips) expect(await signIn('burster', 'a horse of mine', ip)).toBe('burster')
    const guesses = ips.flatMap((ip) => [1, 2].map((n) => ({ ip, guess: `guess ${ip} ${n}` })))
    guesses.push({ ip: ips.at(-1)!, guess: right })
    const seen = await Promise.all(guesses.map(({ ip, guess }) => signIn(email, guess, ip)))
    expect(seen.at(-1)).toBe('INVALID_CREDENTIALS ')
    expect(await signIn(email, 'a horse of mine', ips[5]!)).toBe('burster')
    expect(await signIn(email, right, home)).toBe('owner-burst')
  })
})

test('of IPv6 a client address is a /64: its attempts count together, and the owner at home is in another address of it every day', async () => {
  const [email] = await pair('v4')
  await register('owner-v6', 'a horse at home', email, '2001:db8:1:1::1')
  for (let n = 0; n < max; n++) await signIn(email, 'a wrong one', `2001:db8:1:2::${n}`)
  expect(await signIn(email, 'a wrong one', '2001:db8:1:2:ffff::1')).toBe('ACCOUNT_LOCKED 900')
  expect(await signIn(email, 'a horse at home', '2001:db8:1:3::1')).toBe('INVALID_CREDENTIALS ')
  expect(await signIn(email, 'a horse at home', '2001:db8:1:1:abcd:ef01:2345:6789')).toBe('owner-v6')
})

test('the same right password by an address is no guess, however often and at once', async () => {
  const [email] = await pair('often')
  const seen = await Promise.all(Array.from({ length: 4 * max }, () => signIn(email, right, home)))
  expect(seen).toEqual(seen.map(() => 'owner-often'))
})

test('many right passwords at once all succeed, also when their hashes are of another cost', async () => {
  await register('rehashed', right, 'rehashed@taken.example', home)
  const later = await openHouse({ kept: house.database, settings: { argon2_memory_kib: 2048 } , through: ({ sql }) => ({ sql, passwords: createPasswords({ memory_kib: 2048, iterations: 1 }) }) }) // prettier-ignore
  const seen = await Promise.all(Array.from({ length: 6 }, () => signIn('rehashed', right, home, later)))
  expect(seen).toEqual(seen.map(() => 'rehashed'))
  const [row] = await house.sql<
    { password_hash: string }[]
  >`select password_hash from users where username = 'rehashed'`
  expect(row?.password_hash).toStartWith('$argon2id$v=19$m=2048,')
})

test('a password without an address is hashed at the cost of today, too, also when its hash is of another form', async () => {
  for (const name of ['plain', 'plain-bcrypt'])
    await house.ask('POST /auth/register', { body: { username: name, password: right }, ip: home })
  const bcrypt = await Bun.password.hash(right, { algorithm: 'bcrypt', cost: 4 })
  await house.sql`update users set password_hash = ${bcrypt} where username = 'plain-bcrypt'`
  const later = await openHouse({ kept: house.database, through: ({ sql }) => ({ sql, passwords: createPasswords({ memory_kib: 2048, iterations: 1 }) }) }) // prettier-ignore
  for (const name of ['plain', 'plain-bcrypt']) {
    const seen = await Promise.all(Array.from({ length: 6 }, () => signIn(name, right, home, later)))
    expect(seen).toEqual(seen.map(() => name))
    const [row] = await house.sql<{ password_hash: string }[]>`select password_hash from users where username = ${name}`
    expect(row?.password_hash).toStartWith('$argon2id$v=19$m=2048,')
    expect(await signIn(name, 'a wrong one', home, later)).toBe('INVALID_CREDENTIALS ')
    expect(await signIn(name, right, home, later)).toBe(name)
  }
})

test('a hash that begins like ours and is none leaves its address as it is', async () => {
  const [taken, free] = await pair('odd')
  const odd = `$argon2id$v=19$m=1024,t=1,p=1,keyid=1$${'a'.repeat(43)}$${'b'.repeat(43)}`
  await house.sql`update users set password_hash = ${odd} where username = 'owner-odd'`
  for (const email of [taken, free])
    expect(await signIn(email, 'a wrong one', '198.51.100.71')).toBe('INVALID_CREDENTIALS ')
  await register('odd-2', 'a horse of mine', taken, '203.0.113.71')
  expect(await signIn(taken, 'a horse of mine', '203.0.113.71')).toBe('odd-2')
})

test('a hash of another form, as of somebody brought from elsewhere, stands in nobody\u2019s way and tells nothing', async () => {
  const [taken, free] = await pair('form')
  const bcrypt = await Bun.password.hash(right, { algorithm: 'bcrypt', cost: 4 })
  await house.sql`update users set password_hash = ${bcrypt} where username = 'owner-form'`
  expect([await signIn(taken, 'a wrong one', '198.51.100.70'), await signIn(free, 'a wrong one', '198.51.100.70')]).toEqual(['INVALID_CREDENTIALS ', 'INVALID_CREDENTIALS ']) // prettier-ignore
  await register('form-2', 'a horse of mine', taken, '203.0.113.70')
  expect(await signIn(taken, 'a horse of mine', '203.0.113.70')).toBe('form-2')
  // By name they come in, and from then on by the address.
  expect(await signIn('owner-form', right, home)).toBe('owner-form')
  expect(await signIn(taken, right, home)).toBe('owner-form')
})

test.each(['name', 'address'])(
  'a sign-in by %s that was under way when the password is set anew is none',
  async (by) => {
    const email = `late-${by}@taken.example`
    await register(`late-${by}`, right, email, home)
    let begun = () => {}
    const judging = new Promise<void>((resolve) => (begun = resolve))
    let go = () => {}
    const gone = new Promise<void>((resolve) => (go = resolve))
    const slow = await openHouse({
      kept: house.database,
      through: ({ sql, passwords }) => {
        let held = 0
        /** The first that is right waits before it is told. */
        const holding = async <T>(answer: T): Promise<T> => {
          if ((held += 1) > 1) return answer
          begun()
          await gone
          return answer
        }
        const statements = new Proxy(sql, {
          apply: (target, self, args: unknown[]) => {
            const query = Reflect.apply(target, self, args) as Promise<unknown>
            const isLast = Array.isArray(args[0]) && String(args[0][0]).includes('with found as materialized')
            return isLast ? query.then(holding) : query
          },
        })
        const verify: typeof passwords.verify = async (...given) => holding(await passwords.verify(...given))
        return { sql: statements, passwords: { ...passwords, verify } }
      },
    })
    const late = signIn(by === 'name' ? 'late-name' : email, right, home, slow)
    await judging
    await slow.accounts.setPasswordOf(`late-${by}`, 'a horse set anew')
    go()
    expect(await late).toBe('INVALID_CREDENTIALS ')
    const sessions = await house.sql`
    select from sessions s join users u on u.id = s.user_id where u.username = ${`late-${by}`} and s.revoked_at is null`
    expect(sessions).toHaveLength(0)
  },
)

test('a password that is set anew stands against a change that was under way', async () => {
  const { access_token } = await register('reset-race', right, 'reset-race@taken.example', home)
  let begun = () => {}
  const hashing = new Promise<void>((resolve) => (begun = resolve))
  let go = () => {}
  const gone = new Promise<void>((resolve) => (go = resolve))
  const slow = await openHouse({
    kept: house.database,
    through: ({ sql, passwords }) => ({
      sql,
      passwords: {
        ...passwords,
        hash: async (password, as) => {
          if (password === 'the horse of a thief') {
            begun()
            await gone
          }
          return passwords.hash(password, as)
        },
      },
    }),
  })
  const body = { current_password: right, new_password: 'the horse of a thief' }
  const change = slow.ask('POST /auth/password', { token: access_token, body, ip: home })
  await hashing
  await slow.accounts.setPasswordOf('reset-race', 'a horse set anew')
  go()
  expect((await change).status).toBe(409)
  expect(await signIn('reset-race', 'a horse set anew', home)).toBe('reset-race')
})

test('a forgotten password is noted as often as the rule says, however its address is written', async () => {
  const [email] = await pair('spaces')
  for (let n = 0; n < 12; n++)
    await house.ask('POST /auth/password/forgot', { body: { username: ' '.repeat(n) + email }, ip: `198.51.100.${100 + n}` }) // prettier-ignore
  await house.audit.settle()
  const notes =
    await house.sql`select from audit_log where action = 'password.forgot' and host(ip) like '198.51.100.1__'`
  expect(notes).toHaveLength(3)
})
