import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Command, commandsOf, type Document } from '../../src/web/pages/playground/document.ts'
import { exampleDraft } from '../../src/web/pages/playground/draft.ts'
import { readDraft } from '../../src/web/pages/playground/reading.ts'
import type { RestDocument } from '../../src/web/pages/playground/rest-twins.ts'
import { type Language, languages, snippet } from '../../src/web/pages/playground/snippets.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)
let server: TestServer
let commands: Command[]
let rest: RestDocument
let ada: Account
let bob: Account
let room: number
let dm: number
const folder = mkdtempSync(join(tmpdir(), 'veza-snippets-'))
const modules = join(import.meta.dir, '../../node_modules/.cache', `snippets-${process.pid}`)

beforeAll(async () => {
  server = await startServer()
  const read = async (path: string): Promise<unknown> => (await fetch(`${server.url}${path}`)).json()
  commands = commandsOf((await read('/asyncapi.json')) as Document)
  rest = (await read('/openapi.json')) as RestDocument
  ada = await server.register('ada')
  bob = await server.register('bob')
  room = await server.room(ada)
  dm = (await server.ask('POST /conversations', { user_id: bob.id }, ada.token)).data['conversation_id']
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(modules, { recursive: true, force: true })
  await server.close()
})

/** What is hard on one language or another. */
const nasty = `it's "quoted" \`ticked\` $HOME $(id) \\n %s {{}} é 😀 \u2028\uFEFF\r\n\ttwo lines`

const write = (language: Language, type: string, data: unknown) => {
  const { answers = [] } = commands.find((each) => each.type === type) ?? {}
  return snippet(language, { origin: server.url, type, data, is_answered: answers.length > 0, rest })
}

/** Each command as its form begins, and one with all that is hard to write down. */
const sendings = () => [
  ...commands.map(({ type, data }) => [type, readDraft(data, exampleDraft(data)).value] as const),
  ['send_message', { room_id: room, content: nasty, parent_id: null, metadata: { list: [1, -2.5, true, [], {}], [nasty]: nasty } }] as const, // prettier-ignore
]

/** Runs a program with the token where snippets look for it. */
async function run(args: string[], stdin = '') {
  const child = Bun.spawn(args, {
    stdin: Buffer.from(stdin),
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, VEZA_TOKEN: ada.token },
  })
  const [out, err, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]) // prettier-ignore
  return { out, err, code }
}

test('a token is in no snippet, whatever the command', () => {
  for (const language of languages)
    for (const [type, data] of [
      ['authenticate', { token: ada.token }],
      ['send_message', { room_id: 1, content: `my token is ${ada.token}` }],
    ] as const) {
      const code = write(language, type, data) ?? ''
      expect(code).not.toContain('eyJ')
      expect(code === '' || code.includes('VEZA_TOKEN')).toBe(true)
      // A message is not the place for it.
      if (type === 'send_message') expect(code).not.toMatch(/replace(All)?\(/i)
    }
})

describe('JavaScript', () => {
  test('is a module, whatever is sent', () => {
    const transpiler = new Bun.Transpiler({ loader: 'js' })
    for (const [type, data] of sendings())
      expect(transpiler.scanImports(write('JavaScript', type, data) ?? '')).toEqual([
        { kind: 'import-statement', path: 'veza-js-sdk' },
      ])
  })

  test('sends what the form says, and shows the answer', async () => {
    const sdk = await import('veza-js-sdk')
    if (!('createChat' in sdk)) return console.warn('The library has no createChat yet: its snippets are not run.')
    mkdirSync(modules, { recursive: true })
    const file = join(modules, 'snippet.mjs')
    writeFileSync(file, write('JavaScript', 'send_message', { room_id: room, content: nasty }) ?? '')
    const { out, err, code } = await run([process.execPath, file])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('message_id')
    expect(await newest()).toBe(nasty)
  })
})

/** What the newest message of the room says. */
async function newest(): Promise<string | undefined> {
  const { data } = await server.ask(`GET /rooms/${room}/messages?limit=1`, undefined, ada.token)
  return (data as { messages: { content: string }[] }).messages[0]?.content
}

describe('curl', () => {
  test('does the same as the command, for each that REST has', async () => {
    await server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    const { id: own } = (await server.ask(`POST /rooms/${room}/messages`, { content: 'one' }, ada.token)).data as { id: number } // prettier-ignore
    const other = await server.room(bob)
    const cases: [string, object][] = [
      ['join_room', { room_id: other }],
      ['leave_room', { room_id: other, forget: true }],
      ['join_room', { room_id: room }],
      ['get_members', { room_id: room, limit: 10 }],
      ['create_dm', { user_id: bob.id }],
      ['mark_read', { room_id: room, message_id: own }],
      ['send_message', { room_id: room, content: nasty, metadata: { color: 'blue' } }],
      ['send_dm', { conversation_id: dm, content: nasty }],
      ['get_history', { room_id: room, limit: 2 }],
      ['get_history', { conversation_id: dm }],
      ['get_dm_history', { conversation_id: dm, limit: 2 }],
      ['list_dms', { limit: 3 }],
      ['edit_message', { message_id: own, content: nasty, edit_reason: "it's late" }],
      ['pin_message', { message_id: own }],
      ['get_pinned_messages', { room_id: room }],
      ['unpin_message', { message_id: own }],
      ['add_reaction', { message_id: own, emoji: '👍' }],
      ['get_reactions', { message_id: own }],
      ['remove_reaction', { message_id: own, emoji: '👍' }],
      ['search_messages', { query: `"it's" & more`, room_id: room }],
      ['get_room_stats', { room_id: room }],
      ['update_status', { status: 'busy', message: "can't talk" }],
      ['get_audit_logs', { room_id: room, limit: 5 }],
      ['block_dm', { conversation_id: dm, block: true }],
      ['delete_message', { message_id: own, reason: 'done & "gone"' }],
    ]
    for (const [type, data] of cases) {
      const { out, err, code } = await run(['sh', '-c', write('curl', type, data) ?? 'exit 9'])
      const answer = out === '' ? { success: true } : (JSON.parse(out) as object)
      expect({ type, code, err, answer }).toMatchObject({ type, code: 0, err: '', answer: { success: true } })
      if (type === 'send_message') expect(await newest()).toBe(nasty)
    }
    const { data } = await server.ask(`GET /rooms/${room}/messages`, undefined, ada.token)
    expect((data['messages'] as { is_deleted: boolean }[]).map((each) => each.is_deleted)).toContain(true)
    await server.ask(`POST /conversations/${dm}/block`, { blocked: false }, ada.token)
  })

  test.each([
    ['ping', {}],
    ['sync', { cursors: [] }],
    ['typing_start', { room_id: 1 }],
    ['join_room', { conversation_id: 1 }],
    ['join_room', { room_id: 1, since_seq: 4 }],
    ['leave_room', { room_id: 1 }],
    ['get_history', {}],
    ['constructor', {}],
  ])('says that there is none for %s %j', (type, data) => {
    expect(write('curl', type, data)).toBeNull()
  })

  test('of an operation that this server does not have is none', () => {
    expect(
      snippet('curl', { origin: '', type: 'list_dms', data: {}, is_answered: true, rest: { paths: {} } }),
    ).toBeNull()
  })
})

describe('Go', () => {
  const gofmt = Bun.which('gofmt')
  if (gofmt === null) console.warn('The snippets in Go are not parsed: there is no gofmt.')

  test.skipIf(gofmt === null)('is a program as gofmt writes it, whatever is sent', async () => {
    for (const [index, [type, data]] of sendings().entries())
      writeFileSync(join(folder, `${index}-${type}.go`), write('Go', type, data) ?? '')
    const { out, err, code } = await run([gofmt ?? '', '-e', '-d', folder])
    expect([code, err, out]).toEqual([0, '', ''])
  })

  test('says in the text of its frame what the form says', () => {
    for (const [type, data] of sendings()) {
      const code = write('Go', type, data) ?? ''
      const [, raw, quoted] = /(?:frame := |ReplaceAll\()(?:`([^`]*)`|("(?:[^"\\]|\\.)*"))/.exec(code) ?? []
      // JSON's escapes are those of Go's texts in quotes.
      const text = raw ?? (JSON.parse(quoted ?? 'null') as string)
      expect(JSON.parse(text)).toEqual({ type, id: 1, data } as never)
    }
  })
})

describe('Python', () => {
  const python = Bun.which('python3')
  if (python === null) console.warn('The snippets in Python are not parsed: there is no python3.')
  /** Prints what each file assigns to `frame`, once it is compiled. */
  const reader = `
import ast, json, py_compile, sys
for path in json.load(sys.stdin):
    py_compile.compile(path, doraise=True)
    for node in ast.parse(open(path, encoding="utf-8").read()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "frame":
            print(json.dumps(ast.literal_eval(node.value)))
`

  test.skipIf(python === null)('is a program that says what the form says', async () => {
    const paths = sendings().map(([type, data], index) => {
      const path = join(folder, `${index}-${type}.py`)
      writeFileSync(path, write('Python', type, data) ?? '')
      return path
    })
    const { out, err, code } = await run([python ?? '', '-c', reader], JSON.stringify(paths))
    expect([code, err]).toEqual([0, ''])
    expect(out.trim().split('\n').map((line) => JSON.parse(line) as object)).toEqual(sendings().map(([type, data]) => ({ type, id: 1, data }))) // prettier-ignore
  })
})
