import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'

import { startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let token: string

const origin = 'https://app.example'
beforeAll(async () => {
  server = await startServer({ security: { allowed_origins: [origin] }, server: { max_body_size: 2000 } })
  token = (await server.register('ada')).token
})
afterAll(() => server.close())

/** What each answer carries, whatever it is. */
const always: Record<string, RegExp> = {
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /^default-src 'none'.*frame-ancestors 'none'$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^(same-origin|cross-origin)$/,
  'permissions-policy': /camera=\(\).*microphone=\(\)/,
  'cache-control': /^(no-store|no-cache|private, no-cache|public, max-age=31536000, immutable)$/,
  'x-request-id': /^[\w.-]{1,128}$/,
}

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }
const signed = (): Init => ({ headers: { authorization: `Bearer ${token}` } })
const post = (body: string, headers: Record<string, string> = {}): Init => ({ method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }) // prettier-ignore

test.each<[number, string, string, () => Init]>([
  [200, 'what is asked for', '/api/v1/users/me', signed],
  [200, 'HEAD', '/api/v1/users/me', () => ({ ...signed(), method: 'HEAD' })],
  [201, 'what is made', '/api/v1/auth/register', () => post('{"username": "grace", "password": "correct horse"}')],
  [204, 'nothing to say', '/api/v1/auth/logout', () => ({ ...signed(), method: 'POST' })],
  [204, 'what is allowed', '/api/v1/rooms', () => ({ method: 'OPTIONS' })],
  [204, 'a preflight', '/api/v1/rooms', () => ({ method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })], // prettier-ignore
  [204, 'a preflight of a stranger', '/api/v1/rooms', () => ({ method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } })], // prettier-ignore
  [304, 'what has not changed', '/openapi.json', () => ({ headers: { 'if-none-match': '*' } })],
  [400, 'what is not JSON', '/api/v1/auth/login', () => post('{')],
  [400, 'a bad address', '/api/v1/rooms/%zz', () => ({})],
  [400, 'a token in the address', '/ws?token=x', () => ({ headers: { upgrade: 'websocket' } })],
  [401, 'nobody', '/api/v1/users/me', () => ({})],
  [403, 'what is off', '/api/v1/files/x', () => ({})],
  [404, 'what is not there', '/api/v1/nowhere', () => ({})],
  [404, 'what is not there, outside the API', '/wp-login.php', () => ({})],
  [404, 'a file of the reader that is not there', '/docs/x.js', () => ({})],
  [405, 'a wrong method', '/api/v1/rooms', () => ({ method: 'PATCH' })],
  [413, 'too much', '/api/v1/auth/login', () => post(`{"username": "${'x'.repeat(3000)}"}`)],
  [415, 'another type', '/api/v1/auth/login', () => post('{}', { 'content-type': 'text/plain' })],
  [422, 'what does not fit', '/api/v1/auth/login', () => post('{}')],
  [426, 'a socket without a handshake', '/ws', () => ({})],
  [200, 'life', '/health', () => ({})],
  [200, 'readiness', '/ready', () => ({})],
  [200, 'figures', '/metrics', () => ({})],
  [200, 'a document', '/openapi.json', () => ({})],
  [200, 'the other document', '/asyncapi.json', () => ({})],
  [200, 'the reader', '/docs', () => ({})],
])('%d, %s (%s), is sealed', async (status, _, path, init) => {
  const response = await fetch(`${server.url}${path}`, init())
  const got = Object.fromEntries(Object.keys(always).map((name) => [name, response.headers.get(name)]))
  const wanted = Object.fromEntries(Object.entries(always).map(([name, value]) => [name, expect.stringMatching(value)]))
  expect([response.status, got]).toEqual([status, wanted as never])
  expect(response.headers.has('server')).toBeFalse()
  expect(response.headers.has('x-powered-by')).toBeFalse()
  await response.body?.cancel()
})

/** What the server says to bytes. */
const say = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let got = ''
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => (got += chunk.toString()))
    socket.on('close', () => resolve(got))
    socket.on('error', reject)
  })

describe('what is no HTTP', () => {
  test('but for its host is answered like the rest', async () => {
    const text = await say('GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
    expect(text).toStartWith('HTTP/1.1 400')
    for (const name of Object.keys(always)) expect(text.toLowerCase()).toContain(`${name}: `)
    expect(text).toContain('"code":"MALFORMED_FRAME"')
  })

  // The runtime answers these before we see them: without a body there is nothing to frame, to sniff or to keep.
  test.each([
    ['nonsense', 'NONSENSE\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['headers without an end', `GET / HTTP/1.1\r\nHost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
    ['another version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 505],
  ])('%s is answered %3$d by the runtime, with no body, and hung up on', async (_, bytes, status) => {
    const text = await say(bytes)
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^\\r]+\\r\\nConnection: close\\r\\n\\r\\n$`))
  })
})
