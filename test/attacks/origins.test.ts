// Pages of others: what their scripts may read, and what they can make a browser do.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { connect } from '../services/client.ts'
import { sendRaw } from '../services/raw-http.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'
import { type Operation, operationsOf } from './operations.ts'

setDefaultTimeout(60_000)

const allowed = 'https://app.example'
let server: TestServer
let ada: Account
let operations: Operation[]
beforeAll(async () => {
  server = await startServer({ security: { allowed_origins: [allowed], refresh_cookie: true } })
  ada = await server.register('ada')
  operations = await operationsOf(server.url)
})
afterAll(() => server.close())

const evil = [
  'null', '', '*', 'https://evil.example', 'https://app.example.evil.example', 'https://evil-app.example', 'https://app.example:8443', 'https://app.example:443', 'http://app.example', 'https://APP.example', 'HTTPS://app.example',
  'https://app.example.', 'https://sub.app.example', 'https://app.example/', 'https://app.example/path', 'https://app.example@evil.example', 'https://user@app.example', 'https://evil.example#https://app.example', 'https://app.example%00.evil.example',
  'https://app.example,https://evil.example', 'https://app.example https://evil.example', 'https://app_example', 'file://', 'chrome-extension://abc', 'data:text/html,x', 'https://xn--pp-xla.example', '//app.example', 'app.example',
] // prettier-ignore

const ask = (method: string, path: string, origin: string, more: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { method, headers: { origin, ...more } })
const told = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-'))

test.each(evil)('the origin %j reads nothing', async (origin) => {
  for (const path of [
    '/api/v1/users/me',
    '/api/v1/auth/refresh',
    '/api/v1/auth/login',
    '/health',
    '/openapi.json',
    '/docs',
    '/nowhere',
  ]) {
    const preflight = await ask('OPTIONS', path, origin, { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, x-refresh-cookie' }) // prettier-ignore
    const answer = await ask('GET', path, origin, { authorization: `Bearer ${ada.token}` })
    expect([path, told(preflight.headers), told(answer.headers)]).toEqual([path, [], []])
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  }
})

test('the one that may reads everything, and sends cookies to /auth only', async () => {
  for (const { method, path } of operations) {
    const address = path.replaceAll(/\{\w+\}/g, '1')
    const answer = await ask('OPTIONS', address, allowed, { 'access-control-request-method': method })
    expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, allowed])
    const credentials = path.startsWith('/api/v1/auth/') ? 'true' : null
    expect([path, answer.headers.get('access-control-allow-credentials')]).toEqual([path, credentials])
    expect([path, answer.headers.get('vary')?.includes('Origin')]).toEqual([path, true])
  }
})

test.each([
  '/api/v1/auth/../users/me',
  '/api/v1/auth/%2e%2e/users/me',
  '/api/v1/auth/..%2fusers/me',
  '/api/v1/users/me?/api/v1/auth/',
  '//api/v1/auth/',
])('credentials are not allowed at %s', async (path) => {
  const [answer] = await sendRaw(
    server.port,
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${allowed}\r\nConnection: close\r\n\r\n`,
  )
  const header = answer?.headers.find(([name]) => name === 'access-control-allow-credentials')?.[1]
  // Where the address stays below /auth there is nothing that it could be for.
  expect([header, answer?.status]).toEqual(
    path.includes('..%2f') ? ['true', 404] : [undefined, expect.any(Number) as never],
  )
})

describe('what a browser sends without asking', () => {
  const simple = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; charset=application/json',
    'application/json; charset=latin1',
    '',
  ]
  test.each(simple)('as %j is taken by no operation', async (type) => {
    for (const { method, path, body } of operations) {
      if (!body) continue
      const address = path.replaceAll(/\{\w+\}/g, '1')
      const response = await fetch(`${server.url}${address}`, { method, body: new TextEncoder().encode('{"username": "x", "password": "y"}'), headers: { ...(type !== '' && { 'content-type': type }), authorization: `Bearer ${ada.token}` } }) // prettier-ignore
      expect([path, response.status]).toEqual([path, 415])
    }
  })

  test('the cookie opens nothing but the three addresses it is for, and none of them from elsewhere', async () => {
    const own = server.url
    const wish = { 'x-refresh-cookie': 'true', 'content-type': 'application/json', origin: own }
    const login = await fetch(`${own}/api/v1/auth/login`, {
      method: 'POST',
      headers: wish,
      body: JSON.stringify({ username: 'ada', password: ada.password }),
    })
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect(cookie).toStartWith('veza_refresh=')
    const taken: string[] = []
    for (const { method, path } of operations) {
      if (
        !path.startsWith('/api/v1/') ||
        /\/auth\/(register|login|refresh|logout|password\/(forgot|reset))$/.test(path)
      )
        continue
      const { status } = await fetch(`${own}${path.replaceAll(/\{\w+\}/g, '1')}`, {
        method,
        headers: { cookie, origin: own },
      })
      if (status !== 401) taken.push(`${method} ${path} ${status}`)
    }
    expect(taken).toEqual([])
    for (const origin of [
      ...evil.filter((each) => each !== ''),
      own.replace('127.0.0.1', 'localhost'),
      own.replace('http:', 'https:'),
    ])
      for (const path of ['/auth/refresh', '/auth/logout']) {
        const response = await fetch(`${own}/api/v1${path}`, { method: 'POST', headers: { cookie, origin } })
        expect([origin, path, response.status, response.headers.getSetCookie()]).toEqual([origin, path, 403, []])
      }
    expect(
      (await fetch(`${own}/api/v1/auth/refresh`, { method: 'POST', headers: { cookie, origin: own } })).status,
    ).toBe(200)
  })
})

test.each(evil.filter((each) => each !== ''))('a page of %j opens no socket', async (origin) => {
  const upgrade = `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${ada.token}\r\n\r\n` // prettier-ignore
  const socket = Bun.connect({ hostname: '127.0.0.1', port: server.port, socket: { data: (opened, chunk) => { said.resolve(chunk.toString('latin1').slice(0, 12)); opened.end() } } }) // prettier-ignore
  const said = Promise.withResolvers<string>()
  ;(await socket).write(upgrade)
  expect(await said.promise).toBe('HTTP/1.1 403')
})

test('and a page of ours does', async () => {
  const client = await connect(server, { headers: { origin: allowed }, token: ada.token })
  expect(client.hello.type).toBe('auth_success')
  await client.close()
})
