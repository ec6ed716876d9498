// Bytes that two readers could read in two ways: request smuggling (RFC 9112, 11.2), response splitting (11.1), hosts and methods that are none.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { sendRaw } from '../services/raw-http.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)

let server: TestServer
let ada: Account
beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
})
afterAll(() => server.close())

const roomsCalled = async (name: string) =>
  Number((await server.sql`select count(*) as n from conversations where name = ${name}`)[0]?.['n'])
const body = '{"name":"Tea house","is_public":true}'
const hex = body.length.toString(16)
/** Somebody else's request that waits behind the first on the same connection, as a proxy puts them. */
const next = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
const hidden = () => post(`Content-Length: ${hidden_body.length}`, hidden_body)
const hidden_body = '{"name":"Hidden","is_public":true}'
const post = (headers: string, text: string) =>
  `POST /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ada.token}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${text}`

describe('where a request ends is never a matter of opinion:', () => {
  test.each<[string, string, () => string, number[], number]>([
    ['a length', `Content-Length: ${body.length}`, () => body, [201, 200], 1],
    ['chunks', 'Transfer-Encoding: chunked', () => `${hex}\r\n${body}\r\n0\r\n\r\n`, [201, 200], 1],
    ['chunks, in capitals', 'Transfer-Encoding: CHUNKED', () => `${hex}\r\n${body}\r\n0\r\n\r\n`, [201, 200], 1],
    [
      'an extension of a chunk',
      'Transfer-Encoding: chunked',
      () => `${hex};a="b"\r\n${body}\r\n0\r\n\r\n`,
      [201, 200],
      1,
    ],
    [
      'the same length twice',
      `Content-Length: ${body.length}\r\nContent-Length: ${body.length}`,
      () => body,
      [201, 200],
      1,
    ],
    ['no body at all', 'Content-Length: 0', () => '', [422, 200], 0],
    // Every one of these hides a request in what one of two readers takes for a body. Whoever is unsure stops.
    ['a length and chunks', 'Content-Length: 6\r\nTransfer-Encoding: chunked', () => `0\r\n\r\n${hidden()}`, [400], 0],
    ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 6', () => `0\r\n\r\n${hidden()}`, [400], 0],
    [
      'two lengths, the shorter first',
      `Content-Length: 0\r\nContent-Length: ${body.length}`,
      () => `${body}${hidden()}`,
      [400],
      0,
    ],
    [
      'two lengths, the longer first',
      `Content-Length: ${body.length}\r\nContent-Length: 0`,
      () => `${body}${hidden()}`,
      [400],
      0,
    ],
    ['a list of lengths', `Content-Length: ${body.length}, ${body.length}`, () => body, [400], 0],
    ['a length with a sign', `Content-Length: +${body.length}`, () => body, [400], 0],
    ['a negative length', 'Content-Length: -1', () => body, [400], 0],
    ['a length in hexadecimal', `Content-Length: 0x${hex}`, () => body, [400], 0],
    ['a length with a space', 'Content-Length: 3 7', () => body, [400], 0],
    ['a length that is empty', 'Content-Length:', () => body, [400], 0],
    ['a length beyond all numbers', `Content-Length: ${'9'.repeat(40)}`, () => body, [400], 0],
    ['another coding', 'Transfer-Encoding: xchunked', () => `0\r\n\r\n${hidden()}`, [400], 0],
    [
      'chunks that are not the last coding',
      'Transfer-Encoding: chunked, identity',
      () => `0\r\n\r\n${hidden()}`,
      [400],
      0,
    ],
    [
      'two codings in two lines',
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
      () => `0\r\n\r\n${hidden()}`,
      [400],
      0,
    ],
    ['compressed chunks', 'Transfer-Encoding: gzip, chunked', () => '0\r\n\r\n', [400], 0],
    ['a coding behind a vertical tab', 'Transfer-Encoding: \x0bchunked', () => `0\r\n\r\n${hidden()}`, [400], 0],
    ['a space before the colon', 'Transfer-Encoding : chunked', () => `0\r\n\r\n${hidden()}`, [400], 0],
    [
      'a header that goes on in the next line',
      'Transfer-Encoding:\r\n chunked',
      () => `0\r\n\r\n${hidden()}`,
      [400],
      0,
    ],
    ['a chunk with a sign', 'Transfer-Encoding: chunked', () => `+${hex}\r\n${body}\r\n0\r\n\r\n`, [400], 0],
    ['a chunk of a negative length', 'Transfer-Encoding: chunked', () => `-1\r\n${body}\r\n0\r\n\r\n`, [400], 0],
    ['a chunk with 0x', 'Transfer-Encoding: chunked', () => `0x${hex}\r\n${body}\r\n0\r\n\r\n`, [400], 0],
    [
      'a chunk whose length runs over',
      'Transfer-Encoding: chunked',
      () => `1000000000000000${hex}\r\n${body}\r\n0\r\n\r\n`,
      [400],
      0,
    ],
    ['a chunk that is longer than it says', 'Transfer-Encoding: chunked', () => `5\r\n${body}\r\n0\r\n\r\n`, [400], 0],
    ['a line of chunks that ends in LF alone', 'Transfer-Encoding: chunked', () => `${hex}\n${body}\n0\n\n`, [400], 0],
    [
      'an extension that ends in LF alone',
      'Transfer-Encoding: chunked',
      () => `${hex};a\n${body}\r\n0\r\n\r\n`,
      [400],
      0,
    ],
    // The body is whole by then, and the runtime has handed it over: were it a good one, it would be done, and the answer be a refusal all the same.
    ['a trailer that would be a header', 'Transfer-Encoding: chunked', () => '2\r\n{}\r\n0\r\nAuthorization: x\r\n\r\n', [400], 0], // prettier-ignore
    ['a null in a header', 'X-A: a\0b\r\nContent-Length: 0', hidden, [400], 0],
    ['a CR alone in a header', 'X-A: a\rContent-Length: 0', hidden, [400], 0],
    ['a second host', `Host: elsewhere\r\nContent-Length: ${body.length}`, () => body, [400, 200], 0],
  ])('%s', async (_, headers, text, statuses, made) => {
    const before = await roomsCalled('Tea house')
    const answers = await sendRaw(server.port, post(headers, text()), [next])
    expect(answers.map(({ status }) => status)).toEqual(statuses)
    expect((await roomsCalled('Tea house')) - before).toBe(made)
  })

  test('a body where none is expected is the body, and not the next request', async () => {
    const get = `GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${hidden().length}\r\n\r\n${hidden()}`
    const answers = await sendRaw(server.port, get, [next])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('there is no going over to HTTP/2 past a proxy', async () => {
    const upgrade =
      'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n'
    const answers = await sendRaw(server.port, upgrade, [next])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await sendRaw(server.port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).map(({ status }) => status)).toEqual([400])
  })
})

describe('what is said of a request is never a header of its answer', () => {
  const read = ['X-Request-Id', 'Idempotency-Key', 'Accept-Language', 'Origin', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'Authorization', 'X-API-Key', 'If-None-Match', 'Accept-Encoding', 'User-Agent', 'Cookie', 'X-Refresh-Cookie', 'Sec-Fetch-Site', 'Content-Type'] // prettier-ignore
  const ends: [string, string][] = [
    ['CR LF', 'a\r\nX-Evil: 1'],
    ['LF', 'a\nX-Evil: 1'],
    ['CR', 'a\rX-Evil: 1'],
    ['NUL', 'a\0X-Evil: 1'],
    ['encoded', 'a%0d%0aX-Evil: 1'],
    ['in two bytes of UTF-8', 'a\xe5\x98\x8d\xe5\x98\x8aX-Evil: 1'],
    ['in other spaces', 'a\x0b\x0c\x85X-Evil: 1'],
  ]
  const cases = read.flatMap((name) => ends.map(([title, value]): [string, string, string] => [name, title, value]))

  test.each(cases)('%s, %s', async (name, _, value) => {
    const own = name === 'Authorization' ? '' : `Authorization: Bearer ${ada.token}\r\n`
    const said = `PUT /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\n${own}${name === 'Content-Type' ? '' : 'Content-Type: application/json\r\n'}${name}: ${value}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}` // prettier-ignore
    const answers = await sendRaw(server.port, said)
    expect(answers).toHaveLength(1)
    expect(answers[0]?.status).toBeLessThan(500)
    for (const [header, text] of answers[0]?.headers ?? []) {
      expect([header, /evil/i.test(header), /evil/i.test(text)]).toEqual([header, false, false])
    }
  })

  test.each(read)('%s of 100 kB is refused, and of 8 kB is no failure', async (name) => {
    const said = (length: number) =>
      `GET /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\n${name}: ${'z'.repeat(length)}\r\nConnection: close\r\n\r\n`
    expect((await sendRaw(server.port, said(100_000))).map(({ status }) => status)).toEqual([431])
    const [answer] = await sendRaw(server.port, said(8_000))
    expect(answer?.status).toBeWithin(400, 500)
    for (const [header, text] of answer?.headers ?? []) expect([header, text.includes('zzzz')]).toEqual([header, false])
  })

  test('where something made is, is said by its id, whatever it is called', async () => {
    const name = 'a%0d%0aX-Evil: 1 \r\nX-Evil: 2'
    const { headers, status } = await server.ask('POST /rooms', { name, is_public: true }, ada.token)
    expect([status, headers.get('location')]).toEqual([201, expect.stringMatching(/^\/api\/v1\/rooms\/\d+$/) as never])
    for (const slug of ['a\r\nb', 'a%0d%0ab', '../../admin', '//evil.example'])
      expect((await server.ask('POST /rooms', { name: 'x', slug, is_public: true }, ada.token)).status).toBe(422)
    const { headers: made } = await server.ask(`POST /rooms/${headers.get('location')?.split('/').at(-1)}/messages`, { content: 'x\r\nX-Evil: 1' }, ada.token) // prettier-ignore
    expect(made.get('location')).toMatch(/^\/api\/v1\/messages\/\d+$/)
  })
})

describe('the host that is asked for', () => {
  const ask = (host: string, path: string, more = '') =>
    sendRaw(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}Authorization: Bearer ${ada.token}\r\nConnection: close\r\n\r\n`,
    )

  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1@evil.example',
    'localhost/docs?',
    'localhost/api/v1/users/me#',
    'localhost/ws?x=',
    'localhost\\docs?',
    '',
    'a,b',
    'a b',
    '[::1',
    '[',
    'ⓔvil.example',
  ])('%j chooses no page, and is in no answer', async (host) => {
    for (const path of ['/health', '/docs', '/openapi.json', '/asyncapi.json', '/api/v1/users/me', '/nowhere']) {
      const answers = await ask(Buffer.from(host).toString('latin1'), path)
      expect(answers).toHaveLength(1)
      const [{ status, headers, body: text } = { status: 0, headers: [], body: '' }] = answers
      const found = path === '/nowhere' ? 404 : 200
      expect([path, [found, 400].includes(status)]).toEqual([path, true])
      expect([path, /evil/.test(JSON.stringify(headers)), /evil\.example/.test(text)]).toEqual([path, false, false])
      expect(headers.filter(([name]) => name === 'location')).toEqual([])
      if (status === 400 && text !== '') expect(text).toContain('MALFORMED_FRAME')
    }
  })

  test.each([
    'X-Forwarded-Host',
    'Forwarded',
    'X-Host',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Forwarded-Prefix',
    'X-HTTP-Host-Override',
  ])('is not what %s says, and neither is the path', async (name) => {
    const value = name === 'Forwarded' ? 'host=evil.example' : name.endsWith('URL') ? '/metrics' : 'evil.example'
    for (const path of ['/health', '/docs', '/openapi.json', '/asyncapi.json']) {
      const [plain] = await ask('localhost', path)
      const [answer] = await ask('localhost', path, `${name}: ${value}\r\n`)
      expect([answer?.status, answer?.body === plain?.body]).toEqual([200, true])
    }
  })

  test('of an absolute target does not change what is asked for', async () => {
    const target = (url: string) =>
      sendRaw(server.port, `GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect((await target('http://evil.example/health')).map(({ status, body: text }) => [status, text])).toEqual([[200, '{"status":"ok"}']]) // prettier-ignore
    expect((await target('http://evil.example/nowhere')).map(({ status }) => status)).toEqual([404])
    expect((await target('evil.example:80')).map(({ status }) => status)).toEqual([400])
  })
})

describe('a method is the one of the first line', () => {
  test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method'])(
    'and not that of %s',
    async (name) => {
      const room = await server.room(ada)
      const of = (method: string, path: string) =>
        fetch(`${server.url}/api/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${ada.token}`, [name]: 'DELETE' },
        })
      expect((await of('GET', `/rooms/${room}`)).status).toBe(200)
      expect((await of('GET', `/rooms/${room}?_method=DELETE`)).status).toBe(200)
      expect((await of('POST', `/rooms/${room}`)).status).toBe(405)
      expect((await server.ask(`GET /rooms/${room}`, undefined, ada.token)).status).toBe(200)
    },
  )

  test.each([
    ['TRACE', '/health', 405],
    ['TRACE', '/', 405],
    ['TRACE', '/nowhere', 404],
    ['CONNECT', '/health', 405],
    ['PROPFIND', '/api/v1/users/me', 405],
    ['PATCH', '/api/v1/users/me', 405],
    // The runtime knows no such method, and hangs up.
    ['DEBUG', '/docs', 0],
  ])('%s %s is %p and echoes nothing', async (method, path, status) => {
    const [answer] = await sendRaw(
      server.port,
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: secret=1\r\nConnection: close\r\n\r\n`,
    )
    expect([answer?.status ?? 0, answer?.body.includes('secret') ?? false]).toEqual([status, false])
  })
})

test('nothing that was hidden in something else was done, and nothing of this was a failure of the server', async () => {
  expect(await roomsCalled('Hidden')).toBe(0)
  expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})
