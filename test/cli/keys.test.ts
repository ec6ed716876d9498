import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command as keys } from '../../src/cli/keys.ts'
import { run } from '../../src/cli/run.ts'
import { startServer } from '../services/server.ts'
import { createDatabase, type TestDatabase } from '../services/postgres.ts'
import { veza } from './program.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(60_000)

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createDatabase()
  folder = mkdtempSync(join(tmpdir(), 'veza-chat-test-'))
})
afterAll(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`
const here = (line: string, env: Record<string, string> = {}) =>
  veza(line.split(' '), { cwd: folder, env: { DATABASE_URL: database.url, ...env } })
const ring = () =>
  [...readFileSync(join(folder, 'data/secrets.toml'), 'utf8').matchAll(/"(generated-\d+):/g)].map(([, id]) => id)

test('from the first key to the next: a new one in front, then everything under it, then the old one may go', async () => {
  for (const name of ['ada', 'bob']) await here(`user create ${name} --email ${name}@example.org`)
  expect((await here('keys status')).out).toBe('generated-1  2 e-mail addresses  (the first: encrypts)\n')
  const jwt = /jwt_secret = ".*"/.exec(readFileSync(join(folder, 'data/secrets.toml'), 'utf8'))?.[0]

  const added = await here('keys rotate --new')
  expect([added.err, added.code]).toEqual(['', 0])
  expect(added.out).toContain('The key generated-2 is now the first in secrets.toml.')
  expect(ring()).toEqual(['generated-2', 'generated-1'])
  expect(readFileSync(join(folder, 'data/secrets.toml'), 'utf8')).toContain(jwt ?? 'no secret')
  expect(statSync(join(folder, 'data/secrets.toml')).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, 'data'))).toEqual(['secrets.toml'])
  expect((await here('keys status')).out).toBe(
    'generated-2  nothing  (the first: encrypts)\ngenerated-1  2 e-mail addresses  (still needed; run veza-chat keys rotate)\n',
  )

  // A server that was not restarted.
  const [first] = readFileSync(join(folder, 'data/secrets.toml'), 'utf8').match(/generated-1:[^"]+/) ?? []
  const server = await startServer({ security: { encryption_keys: [first ?? ''] } }, database)
  const refused = await here('keys rotate')
  expect([refused.out, refused.code]).toEqual(['', 1])
  expect(refused.err).toStartWith('veza-chat: A server runs that does not know the key generated-2')
  await server.close()

  const rotated = await here('keys rotate')
  expect(rotated).toEqual({
    out: 'e-mail addresses: 2 encrypted anew\nsecond factors: 0 encrypted anew\nEverything is under the key generated-2.\n',
    err: '',
    code: 0,
  })
  expect((await here('keys status')).out).toBe(
    'generated-2  2 e-mail addresses  (the first: encrypts)\ngenerated-1  nothing  (may be dropped)\n',
  )
  expect((await here('keys rotate --new')).out).toContain('generated-3')
})

test('a key that is gone is named, by status and by rotate, with exit code 1', async () => {
  const env = { CHAT_SECURITY_ENCRYPTION_KEYS: key('other', 7) }
  expect(await here('keys status', env)).toEqual({
    out: 'other  nothing  (the first: encrypts)\ngenerated-2  2 e-mail addresses  (missing: nothing can read these)\n',
    err: '',
    code: 1,
  })
  const rotated = await here('keys rotate', env)
  expect([rotated.code, rotated.err]).toEqual([
    1,
    '2 fields could not be read: their key is missing, or they are damaged. See veza-chat keys status.\n',
  ])
})

test('keys that the configuration sets are changed there', async () => {
  const { err, code } = await here('keys rotate --new', { CHAT_SECURITY_ENCRYPTION_KEYS: key('k1', 1) })
  expect(code).toBe(1)
  expect(err).toMatch(
    /^veza-chat: security\.encryption_keys is set in the configuration: put a new key in front of the others there, such as "generated-1:[A-Za-z0-9+/]{43}="\.\n$/,
  )
})

test('of two who add a key at once, one is told so and neither loses a key', async () => {
  writeFileSync(join(folder, 'data/secrets.toml.next'), '')
  const before = ring()
  const { err, code } = await here('keys rotate --new')
  expect([code, ring()]).toEqual([1, before])
  expect(err).toContain('secrets.toml.next is in the way; delete it if nobody else rotates keys.')
  rmSync(join(folder, 'data/secrets.toml.next'))
})

test.each(['keys', 'keys drop', 'keys status --new', 'keys rotate now'])('veza-chat %s is a misuse', async (line) => {
  expect(await run(line.split(' '), { keys: async () => ({ command: keys }) }, '0')).toBe(2)
})
