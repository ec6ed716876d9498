import { afterAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { openShop } from './shop.ts'

const { http, log } = openShop()
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, server) => http.fetch(request, { ip: server.requestIP(request)?.address ?? null, tls: false }),
})
afterAll(() => server.stop(true))

/** Bytes as they are on the wire, since a client library would refuse to send most of these. */
const exchange = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let got = ''
    const socket = connect(server.port ?? 0, '127.0.0.1', () => socket.end(text))
    socket.on('data', (chunk) => (got += chunk.toString('utf8')))
    socket.on('close', () => resolve(got))
    socket.on('error', reject)
  })

const get = (path: string, host = 'localhost') => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const post = (headers: string, body: string) =>
  `POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n${headers}\r\n\r\n${body}`
const chunked = (...parts: string[]) => post('Transfer-Encoding: chunked', `${parts.map(chunk).join('')}0\r\n\r\n`)

test.each([
  ['a plain request', get('/api/v1/things/1'), 200],
  ['a host of one letter', get('/api/v1/things/1', 'x'), 200],
  ['a host with a port', get('/api/v1/things/1', 'pi:8080'), 200],
  ['an IPv6 host', get('/api/v1/things/1', '[::1]:8080'), 200],
  ['a stray percent', get('/api/v1/things/%'), 400],
  ['a stray percent in the query', get('/api/v1/things/1?limit=%f'), 400],
  ['UTF-8 that is none', get('/api/v1/things/%c3%28'), 400],
  ['an encoded slash', get('/api/v1/things/by-name/a%2Fb'), 200],
  ['a very long query', get(`/api/v1/things/1?${'x=1&'.repeat(1000)}`), 200],
  ['a chunked body', chunked('{"name": ', '"tea"}'), 201],
  ['a chunked body that is too long', chunked(...Array<string>(10).fill(' '.repeat(500))), 413],
  ['a length that is too long', post('Content-Length: 5000', ' '.repeat(5000)), 413],
  ['an empty body', post('Content-Length: 0', ''), 422],
  ['a method that is not taken', get('/health').replace('GET', 'PATCH'), 405],
])('%s is answered as it should', async (_, text, status) => {
  const answer = await exchange(text)
  expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`)
  expect(answer.toLowerCase()).toContain('x-request-id:')
})

test('a length and chunks at once are refused by the runtime, as one of them smuggles', async () => {
  const answer = await exchange(post('Content-Length: 5\r\nTransfer-Encoding: chunked', '0\r\n\r\n'))
  expect(answer).toStartWith('HTTP/1.1 400')
})

test('HEAD says how it would be answered, without the answer', async () => {
  const response = await fetch(`${server.url.href}api/v1/things/1`, { method: 'HEAD' })
  expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
    200,
    '',
    'application/json; charset=utf-8',
  ])
})

test.each(['/api/v1/things/1', '/api/v1/things/0', '/api/v1/nowhere', '/api/v1/things', '/health', '/api/v1/things/answers/streamed'])(
  'HEAD of %s has the length of GET, or none',
  async (path) => {
    const lengthOf = async (method: string) => {
      const response = await fetch(`${server.url.origin}${path}`, { method })
      await response.text()
      return [response.status, response.headers.get('content-length')]
    }
    const [status, length] = await lengthOf('GET')
    expect([
      [status, length],
      [status, null],
    ]).toContainEqual(await lengthOf('HEAD'))
  },
) // prettier-ignore

test('after a refused body the connection serves on', async () => {
  const url = `${server.url.href}api/v1/things`
  for (let time = 0; time < 20; time++) {
    const refused = await fetch(url, {
      method: 'POST',
      body: 'x'.repeat(100_000),
      headers: { 'content-type': 'application/json' },
    })
    expect(refused.status).toBe(413)
  }
  expect((await fetch(`${url}/1`)).status).toBe(200)
})

test.each([
  ['a length', 'Content-Length: 100'],
  ['chunks', 'Transfer-Encoding: chunked'],
])('a client that announces %s and hangs up midway is no failure of the server', async (_, header) => {
  log.lines.length = 0
  const socket = connect(server.port ?? 0, '127.0.0.1', () => {
    socket.end(post(header, header.startsWith('C') ? '{"name"' : '5\r\n{"nam\r\n'))
  })
  const start = performance.now()
  while (log.lines.length === 0 && performance.now() - start < 5000) await new Promise(setImmediate)
  expect(log.lines.map(({ level, context }) => [level, context['status']])).toEqual([['debug', 400]])
})
