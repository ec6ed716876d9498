import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command as token } from '../../src/cli/token.ts'
import { command as user } from '../../src/cli/user.ts'
import { run } from '../../src/cli/run.ts'
import { hashSecret } from '../../src/platform/crypto/index.ts'
import { createDatabase, type TestDatabase } from '../services/postgres.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createDatabase({ migrated: false })
  folder = mkdtempSync(join(tmpdir(), 'veza-chat-test-'))
})
afterAll(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

const program = join(import.meta.dir, '../../src/main.ts')

/** The program as a process of its own, on this file's database, which has no tables at first. */
async function veza(line: string, input = '') {
  const child = Bun.spawn([process.execPath, program, ...line.split(' ')], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url },
    stdin: Buffer.from(input),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { out, err, code }
}

test('a user is made before the first start, with a password that is shown once', async () => {
  const { out, err, code } = await veza('user create ada')
  expect([err, code]).toEqual(['', 0])
  expect(out).toMatch(/^Created ada \(id 1, role user\)\.\nPassword, shown only now: \S{20}\n$/)
  const [row] = await database.sql<{ password_hash: string }[]>`select password_hash from users where username = 'ada'`
  const password = /now: (\S+)/.exec(out)?.[1] ?? ''
  expect(await Bun.password.verify(password, row?.password_hash ?? '')).toBe(true)
})

test('a given password is not shown', async () => {
  const { out, code } = await veza(
    'user create bob --password-stdin --email bob@example.org --role moderator',
    'battery staple\n',
  )
  expect([out, code]).toEqual(['Created bob (id 2, role moderator).\n', 0])
})

test('one address can be given to several accounts, which are then named by their usernames', async () => {
  for (const name of ['carla', 'carlo'])
    expect((await veza(`user create ${name} --password-stdin --email two@example.org`, 'battery staple\n')).code).toBe(
      0,
    )
  expect((await veza('user reset-password bob@example.org')).out).toStartWith('Token, shown only now: ')
  await database.sql`delete from password_resets`
})

test('promoting gives the role', async () => {
  expect(await veza('user promote ADA')).toEqual({ out: 'ada (id 1) now has the role admin.\n', err: '', code: 0 })
  expect((await database.sql`select role from users where username = 'ada'`)[0]).toEqual({ role: 'admin' })
})

test('a token goes alone to standard output, and stands for its user until its end', async () => {
  const { out, err, code } = await veza('token create ada --ttl 1h')
  expect([err, code]).toEqual(['', 0])
  const claims = JSON.parse(Buffer.from(out.trim().split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    number
  >
  expect(claims).toMatchObject({ sub: '1', role: 'admin', username: 'ada' })
  expect((claims['exp'] ?? 0) - Date.now() / 1000).toBeWithin(3500, 3602)
  const sessions = await database.sql`select user_id from sessions where id = ${String(claims['sid'])}`
  expect(sessions[0]).toEqual({ user_id: 1 })
})

test('a forgotten password is reset by a token that is shown once, or set from standard input', async () => {
  const { out, err, code } = await veza('user reset-password ada')
  expect([err, code]).toEqual(['', 0])
  const token = /^Token, shown only now: (\S{43})\nGood for one use until \d{4}-/.exec(out)?.[1] ?? ''
  const [reset] = await database.sql<
    { user_id: number; token_hash: Uint8Array }[]
  >`select user_id, token_hash from password_resets`
  const hash = Buffer.from(reset?.token_hash ?? []).toString('hex')
  expect([reset?.user_id, hash]).toEqual([1, hashSecret(token).toString('hex')])

  expect(await veza('user reset-password ada --password-stdin', 'battery staple 2\n')).toEqual({
    out: 'ada has the new password; all sessions have ended.\n',
    err: '',
    code: 0,
  })
  const [row] = await database.sql<{ password_hash: string; live: number }[]>`
    select password_hash, (select count(*)::integer from sessions s where s.user_id = u.id and revoked_at is null) as live from users u where username = 'ada'`
  expect([await Bun.password.verify('battery staple 2', row?.password_hash ?? ''), row?.live]).toEqual([true, 0])
  expect(await database.sql`select from password_resets`).toHaveLength(0)
})

test.each([
  ['where the address of the server is known', ' --set server.public_url=https://chat.example.org/', true],
  ['and none without that address', '', false],
  [
    'and none without the web app',
    ' --set server.public_url=https://chat.example.org --set features.web_app=false',
    false,
  ],
])('a reset comes with the link to its page %s', async (_, flags, has_link) => {
  const { out, err, code } = await veza(`user reset-password ada${flags}`)
  expect([err, code]).toEqual(['', 0])
  const token = /^Token, shown only now: (\S{43})$/m.exec(out)?.[1] ?? ''
  const link = `Link, shown only now: https://chat.example.org/reset#${token}\n`
  expect([out.startsWith(link), out.includes('reset#')]).toEqual([has_link, has_link])
})

test('a second factor that is lost is taken away', async () => {
  await database.sql`insert into second_factors (user_id, secret, confirmed_at) values (1, 'sealed', now())`
  expect((await veza('user reset-2fa ada')).out).toBe('ada signs in without a second factor now.\n')
  expect(await database.sql`select from second_factors`).toHaveLength(0)
  expect((await veza('user reset-2fa ada')).out).toBe('ada has no second factor.\n')
})

test.each([
  ['user reset-password nobody', '', 1, 'There is no user "nobody".'],
  ['user reset-2fa nobody', '', 1, 'There is no user "nobody".'],
  ['user reset-password ada --password-stdin', 'short\n', 1, 'The password must have 8 to 256 characters.'],
  ['user create ada', '', 1, 'The name "ada" is taken.'],
  [
    'user reset-password two@example.org',
    '',
    1,
    'two@example.org: several accounts have this address; give a username.',
  ],
  ['user create carl --password-stdin', 'short\n', 1, 'The password must have 8 to 256 characters.'],
  ['user create carl --password-stdin', '', 1, 'The password must have 8 to 256 characters.'],
  ['user create carlcarl --password-stdin', 'carlcarl\n', 1, 'The password must not be the username.'],
  ['user promote nobody', '', 1, 'There is no user "nobody".'],
  ['token create nobody', '', 1, 'There is no user "nobody".'],
])('veza-chat %s (%j) fails with a sentence', async (line, input, code, sentence) => {
  expect(await veza(line, input)).toEqual({ out: '', err: `veza-chat: ${sentence}\n`, code })
})

const here = (line: string) =>
  run(line.split(' '), { user: async () => ({ command: user }), token: async () => ({ command: token }) }, '0')

test.each([
  'user',
  'user create',
  'user create ada eve',
  'user destroy ada',
  'user create ada --role king',
  'user create ada --rolle admin',
  'token ada',
  'token create ada --ttl soon',
  'token create ada --ttl 1ms',
])('veza-chat %s is a misuse', async (line) => {
  expect(await here(line)).toBe(2)
})

test('a name that mentions could not hold is refused before anything is opened', async () => {
  expect(await here('user create -- ä')).toBe(1)
})
