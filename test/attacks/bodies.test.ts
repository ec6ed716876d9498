// Bodies that are too much, too deep, or of numbers and names that nobody expects.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'

import { sendRaw } from '../services/raw-http.ts'
import { startServer, type TestServer } from '../services/server.ts'
import { lineOf, type Operation, operationsOf } from './operations.ts'
import { calls, furnish, type Things } from './world.ts'

setDefaultTimeout(120_000)

const max_body_size = 262_144
let server: TestServer
let own: Things
let taking: Operation[]
beforeAll(async () => {
  server = await startServer({ server: { max_body_size }, security: { login_max_failures: 0 } })
  const [a, b] = [await server.register('ada'), await server.register('bob')]
  await server.sql`update users set role = 'admin' where id = ${a.id}`
  own = await furnish(server, { ...a, user: { ...a.user, role: 'admin' } }, b, 'ADAS')
  taking = (await operationsOf(server.url)).filter(({ body }) => body)
})
afterAll(() => server.close())

async function send(
  operation: Operation,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const [method = 'POST', path = ''] = lineOf(operation, calls[operation.id]!(own)).split(' ')
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${own.owner.token}`, 'content-type': 'application/json', ...headers },
  })
  const text = await response.text()
  return { status: response.status, error: (text === '' ? {} : JSON.parse(text)).error as { code: string } | undefined }
}

/** The statuses that every operation which takes a body answers, each once, with those that answer them. */
async function answersOf(
  body: (operation: Operation) => string | Uint8Array<ArrayBuffer>,
  headers?: Record<string, string>,
): Promise<string[]> {
  expect(taking.length).toBeGreaterThan(25)
  const all = new Set<string>()
  for (const operation of taking) {
    const { status, error } = await send(operation, body(operation), headers)
    all.add(`${status} ${error?.code ?? operation.id}`)
  }
  return [...all]
}

describe('every operation that takes a body refuses', () => {
  test.each<[string, () => string | Uint8Array<ArrayBuffer>, Record<string, string> | undefined, string]>([
    ['one that is too large', () => `{"a": "${'x'.repeat(max_body_size)}"}`, undefined, '413 PAYLOAD_TOO_LARGE'],
    [
      'arrays within arrays',
      () => `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      undefined,
      '400 MALFORMED_FRAME',
    ],
    [
      'objects within objects',
      () => `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`,
      undefined,
      '400 MALFORMED_FRAME',
    ],
    ['brackets that never close', () => '['.repeat(200_000), undefined, '400 MALFORMED_FRAME'],
    ['a million elements', () => `[${'1,'.repeat(120_000)}1]`, undefined, '400 MALFORMED_FRAME'],
    ['NaN', () => '{"a": NaN}', undefined, '400 MALFORMED_FRAME'],
    ['half of JSON', () => '{"a": ', undefined, '400 MALFORMED_FRAME'],
    ['JSON and more', () => '{}{}', undefined, '400 MALFORMED_FRAME'],
    [
      'a mark of the order of bytes in UTF-16',
      () => new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
      undefined,
      '400 MALFORMED_FRAME',
    ],
    [
      'what is compressed',
      () => gzipSync('x'.repeat(100_000_000)),
      { 'content-encoding': 'gzip' },
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'what says to be compressed twice',
      () => '{}',
      { 'content-encoding': 'identity, gzip' },
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a form', () => 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    [
      'parts',
      () => '--x\r\n\r\n--x--',
      { 'content-type': 'multipart/form-data; boundary=x' },
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'XML',
      () => '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
      { 'content-type': 'application/xml' },
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['text', () => '{}', { 'content-type': 'text/plain' }, '415 UNSUPPORTED_MEDIA_TYPE'],
  ])('%s', async (_, body, headers, expected) => {
    const made = body()
    expect(await answersOf(() => made, headers)).toEqual([expected])
  })
})

test('no value in any field of a body is more than a value', async () => {
  const odd = ['1e400', '-1e400', '-0', '9007199254740993', '9223372036854775808', '-1', '1.5', '1e-400', 'true', 'null', '""', '" "', '[]', '{}', '[[]]', '[null]', '{"__proto__": {"polluted": 1}}', '{"constructor": {"prototype": {"polluted": 1}}}', '{"toString": 1, "length": -1, "then": 1, "toJSON": 1}', JSON.stringify('x'.repeat(100_000)), `[${'1,'.repeat(100_000)}1]`, `{${Array.from({ length: 10_000 }, (_, n) => `"k${n}":1`).join()}}`, String.raw`"\ud800"`, String.raw`"\u0000"`] // prettier-ignore
  const found: string[] = []
  for (const operation of taking) {
    // It ends the session that asks, and a new password is one.
    if (['auth.refresh', 'auth.password'].includes(operation.id)) continue
    const { body = {} } = calls[operation.id]!(own)
    for (const { name } of operation.fields.filter((field) => field.in === 'body')) {
      const rest = Object.entries(body).filter(([other]) => other !== name).map(([other, value]) => `${JSON.stringify(other)}: ${JSON.stringify(value)},`) // prettier-ignore
      for (const value of odd) {
        const { status } = await send(operation, `{${rest.join('')}${JSON.stringify(name)}: ${value}}`)
        if (status >= 500) found.push(`${operation.id} ${name} ${value.slice(0, 60)}: ${status}`)
        if (status === 401 && !operation.id.startsWith('auth.') && !operation.id.startsWith('users.me'))
          found.push(`${operation.id} ended the session`)
      }
    }
  }
  expect(found).toEqual([])
  expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  expect((await server.ask('GET /users/me', undefined, own.owner.token)).status).toBe(200)
})

test('names that mean something to JavaScript are names of nothing', async () => {
  // The server shares this process, so whatever it does to a prototype is seen here.
  const before = Object.getOwnPropertyNames(Object.prototype).toSorted()
  const spells = ['"__proto__": {"role": "admin", "polluted": 1}', '"constructor": {"prototype": {"polluted": 1}}', '"prototype": {"polluted": 1}', '"__defineGetter__": 1', '"hasOwnProperty": 1', '"toString": 1', '"valueOf": 1'] // prettier-ignore
  for (const operation of taking) {
    if (['auth.refresh', 'auth.password'].includes(operation.id)) continue
    const text = JSON.stringify(calls[operation.id]!(own).body).slice(1)
    for (const spell of spells)
      expect([operation.id, (await send(operation, `{${spell},${text}`)).status < 500]).toEqual([operation.id, true])
  }
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(before)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  const { data } = await server.ask('GET /users/me', undefined, own.owner.token)
  expect(data).toMatchObject({ role: 'admin' })
  const plain = await server.register('plain')
  const name = JSON.parse('{"__proto__": {"role": "admin", "is_bot": true}, "display_name": "x"}') as object
  expect((await server.ask('PUT /users/me', name, plain.token)).data).toMatchObject({ role: 'user', is_bot: false })
  const kept = await server.ask(`POST /rooms/${own.room}/messages`, { content: 'x', metadata: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1, "kept": 2}') as object }, own.owner.token) // prettier-ignore
  expect([
    kept.status,
    (kept.data as { metadata: { kept: number; polluted?: number } } | undefined)?.metadata.polluted,
  ]).toEqual([201, undefined])
})

test('of a name that comes twice the last counts, everywhere', async () => {
  const operation = taking.find(({ id }) => id === 'rooms.create')!
  expect((await send(operation, '{"name": "One", "is_public": true, "name": 5}')).status).toBe(422)
  expect((await send(operation, '{"name": 5, "is_public": true, "name": "Two"}')).status).toBe(201)
})

describe('a length that is a lie', () => {
  const head = (length: string) => `POST /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${own.owner.token}\r\nContent-Type: application/json\r\n${length}\r\n\r\n` // prettier-ignore

  test('and is too much is refused before anything is sent', async () => {
    const begun = performance.now()
    const socket = connect(server.port, '127.0.0.1')
    const said = Promise.withResolvers<string>()
    socket.on('data', (chunk) => said.resolve(chunk.toString('latin1')))
    socket.write(head('Content-Length: 99999999999'))
    expect((await said.promise).slice(0, 12)).toBe('HTTP/1.1 413')
    expect(performance.now() - begun).toBeLessThan(5_000)
    socket.destroy()
  })

  test('and too short leaves a rest that is no request', async () => {
    const answers = await sendRaw(server.port, `${head('Content-Length: 2')}{}`, ['"name": "rest"}'])
    expect(answers.map(({ status }) => status)).toEqual([422, 400])
  })

  test.each(['chunks', 'a length'])('a body without an end, in %s, is cut off, and fills no memory', async (how) => {
    const before = process.memoryUsage().rss
    const socket = connect(server.port, '127.0.0.1')
    const said: string[] = []
    const closed = Promise.withResolvers<void>()
    socket.on('data', (chunk) => said.push(chunk.toString('latin1')))
    socket.on('error', () => closed.resolve())
    socket.on('close', () => closed.resolve())
    socket.write(head(how === 'chunks' ? 'Transfer-Encoding: chunked' : `Content-Length: ${2 ** 40}`))
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
    let sent = 0
    const pour = async (): Promise<void> => {
      while (!socket.destroyed && sent < 256 * 2 ** 20) {
        sent += chunk.length
        if (!socket.write(chunk))
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed.promise])
      }
    }
    await pour()
    socket.destroy()
    await closed.promise
    expect(said.join('').slice(0, 12)).toBe('HTTP/1.1 413')
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 2 ** 20)
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })
})
