// The package as it is published: its size, its types for plain TypeScript, the examples of its guide, Node.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { buildSdk, type ShortNames, smallest, syntax_only } from '../../../.ci/build-sdks.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(120_000)

const root = join(import.meta.dir, '../../..')
const source = join(root, 'sdks/javascript/src')
const folder = mkdtempSync(join(tmpdir(), 'veza-chat-sdk-'))
let server: TestServer
let ada: Account
let bob: Account

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
  mkdirSync(join(folder, 'node_modules'))
  await buildSdk('javascript', join(folder, 'node_modules/veza-js-sdk'))
  symlinkSync(join(root, 'node_modules/ws'), join(folder, 'node_modules/ws'))
  await Bun.write(join(folder, 'package.json'), '{"type": "module"}')
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server.close()
})

async function run(command: string[]) {
  const child = Bun.spawn(command, { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
  return { code: await child.exited, out, err }
}

/** The examples of the guide as one module: what they import in front, what they take for granted before them. */
async function guide(): Promise<string> {
  const page = await Bun.file(join(root, 'docs/sdks/javascript.md')).text()
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  const lines = blocks.join('\n').split('\n')
  const isImport = (line: string) => line.startsWith('import ')
  return [
    ...new Set(lines.filter(isImport)),
    `const url: string = ${JSON.stringify(server.url)}`,
    `const ada: string = ${JSON.stringify(ada.token)}`,
    `const bob: number = ${bob.id}`,
    'async function waitFor<T>(holds: () => T | undefined): Promise<T> {',
    '  for (;;) { const value = holds(); if (value !== undefined) return value; await new Promise((resolve) => setTimeout(resolve, 5)) }',
    '}',
    ...lines.filter((line) => !isImport(line)),
  ].join('\n')
}

describe('the guide', () => {
  test('runs as it is written', async () => {
    await Bun.write(join(folder, 'guide.ts'), await guide())
    const { code, out, err } = await run([process.execPath, 'guide.ts'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n').slice(0, 2)).toEqual(['ada', 'queued 1'])
    expect(out).toContain('ROOM_NOT_FOUND')
  })

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('has types for plain TypeScript, module %s, resolution %s', async (module, resolution) => {
    await Bun.write(join(folder, 'guide.ts'), await guide())
    const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--lib', 'es2023,dom', '--types', '', '--ignoreConfig'] // prettier-ignore
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { code, out } = await run([process.execPath, tsc, ...flags, '--module', module, '--moduleResolution', resolution, 'guide.ts']) // prettier-ignore
    expect({ code, out }).toEqual({ code: 0, out: '' })
  })
})

describe('the size', () => {
  test.each([
    ['core.ts', 12 * 1024],
    ['index.ts', 15 * 1024],
  ])('of %s is at most %i bytes, minified as it is published and compressed', async (entry, most) => {
    const { length: bytes } = Bun.gzipSync((await published(entry)).code, { level: 9 })
    console.log(`  ${entry}: ${bytes} bytes gzip`)
    expect(bytes).toBeLessThanOrEqual(most)
    const page = await Bun.file(join(root, 'docs/sdks/javascript.md')).text()
    expect(page.slice(page.indexOf('## Size')).replaceAll(',', '')).toContain(String(bytes))
  })

  test('of the session alone, imported from the whole package, is that of the session and no more', async () => {
    const entry = join(folder, 'session.ts')
    await Bun.write(entry, "import { createSession } from 'veza-js-sdk'\nconsole.log(createSession)\n")
    const { outputs } = await Bun.build({ entrypoints: [entry], target: 'browser' })
    const { code } = await smallest((await outputs[0]?.text()) ?? '', {})
    expect(Bun.gzipSync(code, { level: 9 }).length).toBeLessThan(4 * 1024)
    expect(code).toContain('/auth/login')
    expect(code).not.toMatch(/reconnect_in_ms|send_message|WebSocket/)
  })

  test('has nothing of any other package in it', async () => {
    const files = await Array.fromAsync(new Bun.Glob('*.ts').scan({ cwd: source }))
    for (const file of files) {
      const imports = [...(await Bun.file(join(source, file)).text()).matchAll(/from '([^']+)'/g)]
      expect(imports.filter(([, path = '']) => !path.startsWith('./'))).toEqual([])
    }
  })
})

async function published(entry: string): Promise<{ code: string; names: ShortNames }> {
  const { outputs } = await Bun.build({ entrypoints: [join(source, entry)], target: 'browser', minify: syntax_only })
  const names: ShortNames = {}
  const { code } = await smallest((await outputs[0]?.text()) ?? '', names)
  return { code, names }
}

test('only what its parts have for each other goes by another name than in the source', async () => {
  const { names } = await published('index.ts')
  const short = Object.keys(names.props?.props ?? {}).map((name) => name.slice(1))
  expect(short).toContain('onStanding')
  const files = await Array.fromAsync(new Bun.Glob('*.ts').scan({ cwd: source }))
  const texts = await Promise.all(files.map((file) => Bun.file(join(source, file)).text()))
  // What begins a line is declared there. What others have, such as a browser, is so nowhere but where all names are left as they are.
  const declared = texts.flatMap((text) =>
    [...text.matchAll(/^ +(?:readonly )?(\w+)\??[(:<]/gm)].map(([, name]) => name),
  )
  expect(short.filter((name) => !declared.includes(name))).toEqual([])
  const spoken = await Bun.file(join(root, 'docs/sdks/javascript.md')).text()
  expect(short.filter((name) => new RegExp(`\\b${name}\\b`).test(spoken))).toEqual([])
})

test.each(['createChat', 'createCore'])('where there is no WebSocket, %s says how to give one', async (create) => {
  const script = `
    import { ${create} } from 'veza-js-sdk'
    delete globalThis.WebSocket
    try { ${create}({ url: 'http://localhost', token: '' }) } catch (error) { console.log(error.message) }
  `
  await Bun.write(join(folder, 'bare.mjs'), script)
  const { code, out, err } = await run(['node', 'bare.mjs'])
  expect({ code, out, err }).toEqual({
    code: 0,
    out: 'No WebSocket: pass { WebSocket } of "ws"\n',
    err: '',
  })
})

test.each(['index', 'core'])('what nobody catches fills no screen of Node with the source of %s', async (entry) => {
  const script = `
    import { createCore } from 'veza-js-sdk${entry === 'core' ? '/core' : ''}'
    import { WebSocket } from 'ws'
    const chat = createCore({ url: ${JSON.stringify(server.url)}, token: ${JSON.stringify(ada.token)}, WebSocket })
    await chat.connect()
    await chat.command('get_history', { room_id: 1e9 })
  `
  await Bun.write(join(folder, 'thrown.mjs'), entry === 'core' ? script : script.replaceAll('createCore', 'createChat'))
  const { code, err } = await run(['node', 'thrown.mjs'])
  expect({ code, said: err.includes('ROOM_NOT_FOUND') }).toEqual({ code: 1, said: true })
  expect(Math.max(...err.split('\n').map((line) => line.length))).toBeLessThan(700)
  expect(err.length).toBeLessThan(4000)
})

test('Node connects, sends and hears with a WebSocket that it is given', async () => {
  const room_id = await server.room(ada)
  const script = `
    import { createChat } from 'veza-js-sdk'
    import { WebSocket } from 'ws'
    const chat = createChat({ url: ${JSON.stringify(server.url)}, token: ${JSON.stringify(ada.token)}, WebSocket })
    await chat.connect()
    const room = chat.conversation({ room_id: ${room_id} })
    room.open()
    const heard = new Promise((resolve) => chat.on('room_message', resolve))
    room.send('from Node')
    const { content } = await heard
    const { username } = await chat.rest('GET /users/me')
    console.log(username, content)
    chat.close()
  `
  await Bun.write(join(folder, 'node.mjs'), script)
  const { code, out, err } = await run(['node', 'node.mjs'])
  expect({ code, out, err }).toEqual({ code: 0, out: 'ada from Node\n', err: '' })
})
