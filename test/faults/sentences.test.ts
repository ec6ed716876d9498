import { isCheckoutOpen } from '../services/postgres.ts'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clear, emptyFolder, finish, processesIn, type RunOptions } from '../e2e/program.ts'
import { expectSentence } from '../e2e/sentence.ts'
import { serveCrowd } from './crowd.ts'
import { freePort, startPasswordDatabase } from './password-database.ts'

const folders: string[] = []
const root = process.getuid?.() === 0

function folder(): string {
  const made = emptyFolder()
  folders.push(made)
  return made
}

let used: string
let passwords: { port: number }
let silent: { port: number; stop(): unknown }
let web: { port: number | undefined; stop(): unknown }
let nobody_listens: number

beforeAll(async () => {
  const { server } = await serveCrowd({ folder: folder() })
  used = server.folder
  server.kill('SIGTERM')
  await server.exited
  const database = await startPasswordDatabase(server.data_dir)
  folders.push(database.folder)
  passwords = database
  silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  web = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('hello') })
  nobody_listens = await freePort()
}, 60_000)

afterAll(async () => {
  silent.stop()
  await web.stop()
  folders.forEach(clear)
})

/** Runs `serve` where it cannot work; it must have said why in one sentence and have left nothing running. */
async function expectRefusal(place: string, args: string[], words: RegExp, options: RunOptions = {}): Promise<void> {
  const result = await finish(place, ['serve', '--port', '0', ...args], options)
  expectSentence(result, words)
  expect(processesIn(place)).toEqual([])
}

const url = (address: string) => ['--set', `database.url=postgres://${address}`]

describe('a database that cannot be used is told in one sentence:', () => {
  test.each([
    [
      'nothing listens',
      () => url(`keeper@127.0.0.1:${nobody_listens}/veza_chat`),
      /Nothing answers at 127\.0\.0\.1:\d+\/veza_chat; start PostgreSQL there/,
    ],
    [
      'its host has no address',
      () => url('keeper@database.invalid/veza_chat'),
      /host in database\.invalid:5432\/veza_chat is not known/,
    ],
    ['no socket', () => url('keeper@localhost/veza_chat?host=/nowhere'), /no PostgreSQL socket at \/nowhere/],
    [
      'it never answers',
      () => [...url(`keeper@127.0.0.1:${silent.port}/veza_chat`), '--set', 'database.connect_timeout=1s'],
      /did not answer in time/,
    ],
    [
      'something else answers',
      () => [...url(`keeper@127.0.0.1:${web.port}/veza_chat`), '--set', 'database.connect_timeout=1s'],
      /at 127\.0\.0\.1:\d+\/veza_chat does not speak as PostgreSQL does/,
    ],
    [
      'a wrong password',
      () => url(`keeper:wrong@127.0.0.1:${passwords.port}/veza_chat`),
      /refuses the user "keeper"; check the name and the password/,
    ],
    [
      'no password',
      () => url(`keeper@127.0.0.1:${passwords.port}/veza_chat`),
      /wants another password for "keeper"|refuses the user "keeper"/,
    ],
    [
      'a user it does not know',
      () => url(`stranger:right@127.0.0.1:${passwords.port}/veza_chat`),
      /refuses the user "stranger"/,
    ],
    [
      'a database it does not have',
      () => url(`keeper:right@127.0.0.1:${passwords.port}/elsewhere`),
      /no database of that name at \S+\/elsewhere; create it/,
    ],
    [
      'no rights in it',
      () => url(`keeper:right@127.0.0.1:${passwords.port}/veza_chat`),
      /has no rights in its database \(permission denied .+\)/,
    ],
    ['not an address', () => ['--set', 'database.url=mysql://x'], /must be postgres\w*:\/\/user:password@host/],
  ])(
    '%s',
    async (_, args, words) => {
      await expectRefusal(folder(), args(), words)
      // A password never appears, be it right or wrong.
      const { err } = await finish(folder(), ['serve', '--port', '0', ...args()])
      expect(err).not.toMatch(/:right|:wrong|"wrong"/)
    },
    20_000,
  )
})

test('a port that is taken', async () => {
  await expectRefusal(
    used,
    ['--port', String(web.port)],
    /127\.0\.0\.1:\d+ is taken by another program; .*CHAT_SERVER_PORT/,
  )
  const fresh = folder()
  await expectRefusal(fresh, ['--port', String(web.port)], /is taken by another program/)
  // No database was made for nothing.
  expect(readdirSync(join(fresh, 'data')).toSorted()).toEqual(['lock', 'secrets.toml'])
  await expectRefusal(used, ['--host', '192.0.2.1'], /192\.0\.2\.1:0 is not an address of this machine/)
}, 30_000)

describe('a data directory that cannot be used:', () => {
  test('a file', async () => {
    const place = folder()
    writeFileSync(join(place, 'data'), '')
    await expectRefusal(place, [], /data.* (is not a directory|its folder is a file)/)
  })

  test.skipIf(!root)('on a read-only file system (needs root, to mount one)', async () => {
    const place = folder()
    mkdirSync(join(place, 'data'))
    mount(place, 'ro')
    await expectRefusal(place, [], /read-only/)
    expectSentence(await finish(place, ['user', 'create', 'ada']), /read-only/)
  })

  test.skipIf(!root || !isCheckoutOpen())(
    'of another user (needs root, to become one, in a checkout that others reach)',
    async () => {
      const place = folder()
      mkdirSync(join(place, 'data'), { mode: 0o755 })
      await expectRefusal(place, [], /this user may not write there|cannot be written by this user/, {
        through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
      })
    },
  )

  test.skipIf(!root).each(['1k', '300k', '8m', '40m', '70m', '90m'])(
    'a disk of %s, full before the first start is through (needs root, to mount one)',
    async (size) => {
      const place = folder()
      mkdirSync(join(place, 'data'))
      mount(place, `size=${size},mode=755`)
      await expectRefusal(place, [], /disk (of \S+ )?is full|is full/)
      // Nothing half-made may be taken for whole later.
      const home = join(place, 'data/postgres')
      const made = existsSync(home) ? readdirSync(home) : []
      expect(made.filter((name) => name.includes('partial'))).toEqual([])
    },
    30_000,
  )

  test('a database of another PostgreSQL', async () => {
    const place = copyOf(used)
    writeFileSync(join(place, 'data/postgres/db/PG_VERSION'), '14\n')
    await expectRefusal(place, [], /was made by PostgreSQL 14 and this veza-chat carries 18/)
  }, 20_000)

  test('a database that is damaged', async () => {
    const place = copyOf(used)
    Bun.spawnSync(['rm', join(place, 'data/postgres/db/global/pg_control')])
    await expectRefusal(place, [], /embedded PostgreSQL ended at its start \(.+\); its log is in/)
  }, 20_000)

  test('secrets that are damaged', async () => {
    const place = folder()
    mkdirSync(join(place, 'data'))
    writeFileSync(join(place, 'data/secrets.toml'), 'jwt_secret = "half')
    await expectRefusal(place, [], /secrets\.toml is damaged: put back a good copy, or delete it/)
  })
})

describe('a configuration that makes no sense:', () => {
  test.each<[string, string, RegExp]>([
    ['an unknown key', '[limits]\nmax_mesage_length = 1\n', /config\.toml:2.*max_mesage_length.*max_message_length/],
    ['an unknown section', '[limit]\n', /config\.toml:1.*limit/],
    ['a wrong type', '[limits]\nmax_message_length = "many"\n', /config\.toml:2.*max_message_length/],
    ['a bad duration', '[security]\njwt_access_duration = "15 parsecs"\n', /config\.toml:2.*jwt_access_duration/],
    ['no TOML', '[server\n', /config\.toml:1:\d+: this is not valid TOML/],
    ['a certificate that is not there', '[server]\ntls_cert = "no.pem"\ntls_key = "no.key"\n', /no\.pem/],
  ])(
    '%s',
    async (_, text, words) => {
      const place = folder()
      writeFileSync(join(place, 'config.toml'), text)
      await expectRefusal(place, [], words)
      const checked = await finish(place, ['config', 'check'])
      if (!text.includes('tls_cert')) expectSentence(checked, words)
    },
    20_000,
  )

  test.each<[string, string[], RegExp, Record<string, string>?]>([
    ['a file that is not there', ['--config', 'nowhere.toml'], /nowhere\.toml cannot be read: there is no such file/],
    ['a folder', ['--config', '/tmp'], /\/tmp cannot be read: it is a folder/],
    ['an unknown flag', ['--prot', '80'], /no flag --prot; did you mean --port\?/],
    ['an unknown key in a flag', ['--set', 'server.prot=80'], /server\.prot/],
    ['a port that is none', ['--port', '99999'], /99999/],
    ['a bad environment', [], /DATABASE_MAX_CONNECTIONS/, { DATABASE_MAX_CONNECTIONS: 'many' }],
    [
      'production with a weak secret',
      [],
      /JWT_SECRET.* harder to guess/,
      { CHAT_ENVIRONMENT: 'production', JWT_SECRET: 'k7P2'.repeat(12) },
    ],
    ['production without a secret', [], /jwt_secret/, { CHAT_ENVIRONMENT: 'production' }],
    [
      'production without a database',
      [],
      /database/,
      {
        CHAT_ENVIRONMENT: 'production',
        JWT_SECRET: Buffer.from(Array.from({ length: 48 }, (_, index) => (index * 89 + 7) % 251)).toString('base64'),
        CHAT_SECURITY_ENCRYPTION_KEYS: `k1:${Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64')}`,
      },
    ],
  ])('%s', async (_, args, words, env = {}) => {
    await expectRefusal(folder(), args, words, { env })
  })

  test.skipIf(!root || !isCheckoutOpen())(
    'a file of another user (needs root, to become one, in a checkout that others reach)',
    async () => {
      const place = folder()
      writeFileSync(join(place, 'config.toml'), '')
      chmodSync(join(place, 'config.toml'), 0o600)
      await expectRefusal(place, [], /config\.toml cannot be read: this user may not read it/, {
        through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
      })
    },
  )

  test.skipIf(!root)('a place where it cannot be written (needs root, to mount one)', async () => {
    const place = folder()
    mkdirSync(join(place, 'data'))
    mount(place, 'ro')
    expectSentence(await finish(place, ['config', 'example', '--out', 'data/config.toml']), /data\/config\.toml/)
    expectSentence(await finish(place, ['config', 'example', '--out', 'nowhere/config.toml']), /nowhere\/config\.toml/)
  })

  test('an unknown command', async () => {
    expectSentence(await finish(folder(), ['serv']), /There is no command "serv"; did you mean "serve"\?/)
  })
})

function mount(place: string, options: string): void {
  const { exitCode, stderr } = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', join(place, 'data')])
  if (exitCode !== 0) throw new Error(`No file system could be mounted: ${stderr.toString()}`)
}

function copyOf(place: string): string {
  const copy = folder()
  Bun.spawnSync(['cp', '-a', '--reflink=auto', join(place, 'data'), copy])
  return copy
}
