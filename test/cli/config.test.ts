import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { version } from '../../package.json'
import { run } from '../../src/cli/run.ts'
import { UserError } from '../../src/kernel/user-error.ts'
import { folder } from '../platform/config/files.ts'
import { veza } from './program.ts'

describe('veza-chat config', () => {
  test('check says ok and names its sources', async () => {
    using dir = folder()
    dir.write('config.toml', '[limits]\nmax_message_length = 3')
    const env = { CHAT_SERVER_PORT: '9' }
    expect(await veza(['config', 'check', '--set', 'server.workers=1'], { env, cwd: dir.path })).toEqual({
      out: 'ok: config.toml, CHAT_SERVER_PORT, --set server.workers\n',
      err: '',
      code: 0,
    })
    expect(await veza(['config', 'check'])).toMatchObject({ out: 'ok: defaults only\n', code: 0 })
  })

  test('check tells everything that is wrong, one sentence a line', async () => {
    using dir = folder()
    dir.write('config.toml', '[limits]\nmax_message_lenght = 3')
    const { out, err, code } = await veza(['config', 'check'], { env: { CHAT_SERVER_PORT: 'x' }, cwd: dir.path })
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err.trimEnd().split('\n')).toEqual([
      'veza-chat: config.toml:2: "limits.max_message_lenght" is not a configuration key; did you mean "limits.max_message_length"?',
      'veza-chat: CHAT_SERVER_PORT: port must be a port from 0 to 65535, not "x".',
    ])
  })

  test('check finds a TLS file that is not there', async () => {
    const args = [
      'config',
      'check',
      '--set',
      'server.tls_cert=/nowhere/c.pem',
      '--set',
      'server.tls_key=/nowhere/k.pem',
    ]
    expect(await veza(args)).toMatchObject({
      err: 'veza-chat: The TLS file /nowhere/c.pem cannot be read.\nveza-chat: The TLS file /nowhere/k.pem cannot be read.\n',
      code: 1,
    })
  })

  test('check and show make no secrets', async () => {
    using dir = folder()
    for (const action of ['check', 'show']) expect((await veza(['config', action], { cwd: dir.path })).code).toBe(0)
    expect(await Array.fromAsync(new Bun.Glob('**').scan({ cwd: dir.path, onlyFiles: false }))).toEqual([])
  })

  test('show has each value with its source and hides secrets', async () => {
    const { out, code } = await veza(['config', 'show', '--port', '7'], { env: { JWT_SECRET: 'hunter2' } })
    expect(code).toBe(0)
    expect(out).toContain('bind_addr = "127.0.0.1:7" # --port\n')
    expect(out).toContain('jwt_secret = "***" # JWT_SECRET\n')
    expect(out).not.toContain('hunter2')
  })

  test.each([
    ['doc', 'docs/configuration.md'],
    ['example', 'config.toml'],
  ])('%s prints %s, or writes it with --out', async (action, file) => {
    using dir = folder()
    const committed = readFileSync(join(import.meta.dir, '../..', file), 'utf8')
    expect((await veza(['config', action])).out).toBe(committed)
    expect(await veza(['config', action, '--out', 'written'], { cwd: dir.path })).toEqual({ out: '', err: '', code: 0 })
    expect(readFileSync(join(dir.path, 'written'), 'utf8')).toBe(committed)
  })

  test.each([
    [['config'], 2, 'Usage: veza-chat config check|show|doc|example [flags]'],
    [['config', 'shwo'], 2, 'config has no "shwo"; did you mean "show"?'],
    [['config', 'show', '--prot', '1'], 2, 'There is no flag --prot; did you mean --port?'],
    [['config', 'show', '--port'], 2, "Option '--port <value>' argument missing."],
    [['config', 'show', '--set', 'server'], 2, '--set takes section.key=value, not "server".'],
    [['config', 'show', '--config', '/nowhere.toml'], 1, '/nowhere.toml cannot be read: there is no such file.'],
    [['config', 'doc', '--out', '/nowhere/doc.md'], 1, '/nowhere/doc.md cannot be written (ENOENT).'],
    [['conifg'], 2, 'There is no command "conifg"; did you mean "config"?'],
    [['toString'], 2, 'There is no command "toString"; see veza-chat --help.'],
  ])('%p fails with %p and one sentence', async (args, code, sentence) => {
    expect(await veza(args)).toEqual({ out: '', err: `veza-chat: ${sentence}\n`, code })
  })
})

describe('veza-chat health', () => {
  test('says ok when the server on the configured address does', async () => {
    using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: ({ url }) => new Response(new URL(url).pathname),
    })
    expect(await veza(['health', '--host', '0.0.0.0', '--port', `${server.port}`])).toEqual({
      out: 'ok\n',
      err: '',
      code: 0,
    })
  })

  test('fails when it answers otherwise', async () => {
    using server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('', { status: 503 }) })
    const { err, code } = await veza(['health', '--port', `${server.port}`])
    expect({ err, code }).toEqual({ err: `veza-chat: http://127.0.0.1:${server.port}/health answers 503.\n`, code: 1 })
  })

  test('fails when nobody listens', async () => {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    const { port } = server
    await server.stop(true)
    const { err, code } = await veza(['health', '--port', `${port}`])
    const address = `http://127.0.0.1:${port}/health`
    expect({ err, code }).toEqual({ err: `veza-chat: ${address} does not answer: is the server running?\n`, code: 1 })
  })
})

describe('the program', () => {
  test.each([['--version'], ['-v'], ['version']])('%s prints the version', async (flag) => {
    expect(await veza([flag])).toEqual({ out: `veza-chat ${version}\n`, err: '', code: 0 })
  })

  test.each([[['help', 'config']], [['config', '--help']], [['config', 'show', '-h']]])(
    '%p explains the command',
    async (args) => {
      const { out, code } = await veza(args)
      expect(code).toBe(0)
      expect(out).toContain('Usage: veza-chat config check|show|doc|example [flags]\n\n  check ')
      expect(out).toContain('--data-dir DIR')
    },
  )

  test('--help lists the commands, and no command at all is misuse', async () => {
    const commands = {
      one: async () => ({ command: { name: 'one', usage: 'one', short: 'The first.', run: async () => 0 } }),
    }
    const lines: string[] = []
    const [log, error] = [console.log, console.error]
    console.log = console.error = (line: string) => lines.push(line)
    try {
      expect(await run(['--help'], commands, '1')).toBe(0)
      expect(await run([], commands, '1')).toBe(2)
    } finally {
      Object.assign(console, { log, error })
    }
    expect(lines).toEqual([
      expect.stringContaining('  one  The first.\n'),
      expect.stringContaining('  one  The first.\n'),
    ])
  })

  test.each([
    ['an expected failure', new UserError('Do this.'), 'veza-chat: Do this.'],
    [
      'a surprise',
      new TypeError('x is y'),
      'veza-chat: Something unexpected failed: x is y (CHAT_LOG_LEVEL=debug shows where).',
    ],
  ])('%s is one line without a stack trace', async (_, thrown, line) => {
    const commands = {
      fail: async () => ({
        command: { name: 'fail', usage: 'fail', short: 'Fails.', run: () => Promise.reject(thrown) },
      }),
    }
    const lines: string[] = []
    const { error } = console
    console.error = (text: string) => lines.push(text)
    try {
      expect(await run(['fail'], commands, '1')).toBe(1)
    } finally {
      console.error = error
    }
    expect(lines).toEqual([line])
  })
})
