import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'
import { createHttp } from '../../src/transport/http/index.ts'
import { recordLog } from '../services/log.ts'
import { startServer, type TestServer } from '../services/server.ts'
import { openShop } from '../transport/http/shop.ts'

setDefaultTimeout(30_000)
let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** What the server says to bytes, until it hangs up. */
const exchange = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let got = ''
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (got += chunk.toString('utf8')))
    socket.on('close', () => resolve(got))
    socket.on('error', reject)
  })

describe('under TLS every address is found, as Elysia looked for the path where http:// ends', () => {
  const { http } = openShop()
  const ask = (scheme: string, host: string, path: string, init: RequestInit) =>
    http.fetch(new Request(`${scheme}://${host}${path}`, init), { ip: '192.0.2.1', tls: scheme === 'https' })
  const things = { method: 'POST', body: '{"name":"tea"}', headers: { 'content-type': 'application/json' } }

  test.each<[string, string, RequestInit, number]>([
    ['h', '/health', {}, 200],
    ['h', '/health', { method: 'HEAD' }, 200],
    ['chat.example:8443', '/health', {}, 200],
    ['h', '/api/v1/things/1?limit=7', {}, 200],
    ['[::1]:8443', '/api/v1/things/1', {}, 200],
    ['h', '/api/v1/things/1', { method: 'HEAD' }, 200],
    ['h', '/api/v1/things', things, 201],
    ['h', '/api/v1/things/0', {}, 422],
    ['h', '/nowhere', {}, 404],
    ['h', '/health', { method: 'PATCH' }, 405],
  ])('%s%s %j', async (host, path, init, status) => {
    const plain = await ask('http', host, path, init)
    const secure = await ask('https', host, path, init)
    expect([plain.status, secure.status]).toEqual([status, status])
    expect(secure.headers.get('content-type')).toBe(plain.headers.get('content-type'))
    if (status < 300 && path !== '/health') expect(await secure.text()).toBe(await plain.text())
  })

  test('and what is refused keeps its own request id', async () => {
    const log = recordLog()
    const face = createHttp({
      log,
      trusted_proxies: [],
      allowed_origins: [],
      max_body_size: 0,
      request_timeout: 0,
      routes: [],
      ready: () => Promise.reject(new Error('the reason inside')),
    })
    const request = new Request('https://h/ready', { headers: { 'x-request-id': 'mine' } })
    const answer = await face.fetch(request, { ip: '192.0.2.1', tls: true })
    expect([answer.headers.get('x-request-id'), await answer.text()]).toEqual([
      'mine',
      expect.not.stringContaining('reason'),
    ])
  })
})

describe('a Host that is none is the client’s fault, and never shows a page of errors', () => {
  test.each(['', 'a b', '[', 'a:b:c', 'x y:80', '[::1', 'a%zz'])('Host: %j', async (host) => {
    const answer = await exchange(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(answer).toStartWith('HTTP/1.1 400')
    expect(answer).not.toMatch(/<html|<!doctype|\bat .*\.ts|\bstack\b|node_modules/i)
  })

  test('and the server serves on', async () => {
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
