import { describe, expect, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'

import { createHttp, type HttpOptions } from '../../../src/transport/http/index.ts'
import { recordLog } from '../../services/log.ts'

const Page = Type.Object({ lines: Type.Array(Type.String()) })
const long = Array.from({ length: 100 }, (_, at) => `line ${at} of a page that is long enough to be compressed`)
const huge = Array.from({ length: 4000 }, (_, at) => `line ${at} of a page that is compressed aside`)
let reads = 0

const pages = new Elysia({ prefix: '/pages' })
  .get('/short', () => ({ lines: ['a'] }), { response: Page })
  .get('/long', () => ({ lines: long }), { response: Page })
  .get('/huge', () => ({ lines: huge }), { response: Page })
  .get('/count', () => ({ lines: [String((reads += 1))] }), { response: Page })
  .get('/gone', ({ set }) => void (set.status = 204))
  .get('/key', () => ({ key: 'x'.repeat(2000) }), { response: Type.Object({ key: Type.String() }) })
  .get('/deep', () => ({ hooks: [{ refresh_token: 'x'.repeat(2000) }] }), {
    response: Type.Object({ hooks: Type.Array(Type.Object({ refresh_token: Type.String() })) }),
  })
  .get('/said', () => ({ lines: long }), { response: Page, detail: { 'x-sensitive': true } as object })
  .get('/stream', () => new Response(new Blob(['x'.repeat(5000)]).stream(), { headers: { 'content-type': 'text/csv' } }))
  .post('/made', ({ set }) => {
    set.status = 201
    return { lines: long }
  }, { response: { 201: Page } }) // prettier-ignore
const auth = new Elysia({ prefix: '/auth' }).get('/list', () => ({ lines: long }), { response: Page })

function open(options: Partial<HttpOptions> = {}) {
  const http = createHttp({
    log: recordLog(),
    trusted_proxies: [],
    allowed_origins: [],
    max_body_size: 0,
    request_timeout: 0,
    routes: [pages, auth],
    documents: { '/document.json': () => ({ lines: long }) },
    ready: async () => ({ ok: true, checks: {} }),
    ...options,
  })
  return async (line: string, headers: Record<string, string> = {}) => {
    const [method = 'GET', path = '/'] = line.split(' ')
    const response = await http.fetch(new Request(`http://localhost${path}`, { method, headers }), { ip: null, tls: false }) // prettier-ignore
    const bytes = await response.bytes()
    const coding = bytes.length === 0 ? null : response.headers.get('content-encoding')
    const plain = coding === 'gzip' ? gunzipSync(bytes) : coding === 'zstd' ? Bun.zstdDecompressSync(bytes) : bytes
    return { status: response.status, headers: response.headers, length: bytes.length, text: Buffer.from(plain).toString() } // prettier-ignore
  }
}
const ask = open()
const kept = 'Authorization, X-API-Key'

describe('what is read again', () => {
  test('is tagged, for its one reader, who asks each time', async () => {
    const { headers } = await ask('GET /api/v1/pages/short')
    expect(headers.get('etag')).toMatch(/^W\/"[\w-]{22}"$/)
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['private, no-cache', kept])
  })

  test.each(['/api/v1/pages/short', '/api/v1/pages/long', '/document.json'])('is 304 while it is the same: %s', async (path) => {
    const first = await ask(`GET ${path}`)
    const etag = first.headers.get('etag') ?? ''
    for (const coding of ['identity', 'gzip', 'zstd'])
      for (const method of ['GET', 'HEAD']) {
        const again = await ask(`${method} ${path}`, { 'if-none-match': `"x", ${etag}`, 'accept-encoding': coding })
        expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
        expect(again.headers.get('vary')).toBe(first.headers.get('vary'))
        expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'))
        expect(again.headers.has('x-request-id')).toBeTrue()
        expect(again.headers.has('content-type')).toBeFalse()
        expect(again.headers.get('x-content-type-options')).toBe('nosniff')
      }
  }) // prettier-ignore

  test('is told anew once it has changed', async () => {
    const etag = (await ask('GET /api/v1/pages/count')).headers.get('etag') ?? ''
    const again = await ask('GET /api/v1/pages/count', { 'if-none-match': etag })
    expect([again.status, again.headers.get('etag') === etag]).toEqual([200, false])
  })

  test.each(['GET /health', 'GET /ready', 'GET /nowhere', 'GET /api/v1/pages/gone', 'GET /api/v1/pages/stream',
    'GET /api/v1/pages/key', 'GET /api/v1/pages/deep', 'GET /api/v1/pages/said', 'GET /api/v1/auth/list', 'POST /api/v1/pages/made'])('is not %s', async (line) => {
    const { status, headers } = await ask(line, { 'if-none-match': '*' })
    expect([status === 304, headers.get('etag'), headers.get('cache-control')]).toEqual([false, null, 'no-store'])
  }) // prettier-ignore
})

describe('what is long', () => {
  test.each([
    ['/api/v1/pages/long', 'gzip'],
    ['/api/v1/pages/long', 'zstd'],
    ['/api/v1/pages/huge', 'gzip'],
    ['/api/v1/pages/huge', 'zstd'],
    ['/document.json', 'gzip'],
    ['/document.json', 'zstd'],
  ])('%s is sent shorter by %s, and says the same', async (path, coding) => {
    const plain = await ask(`GET ${path}`)
    const short = await ask(`GET ${path}`, { 'accept-encoding': coding })
    expect([plain.headers.has('content-encoding'), short.headers.get('content-encoding')]).toEqual([false, coding])
    expect([short.text === plain.text, short.length < plain.length / 3]).toEqual([true, true])
    expect(short.headers.get('vary')).toContain('Accept-Encoding')
    expect(plain.headers.get('vary')).toContain('Accept-Encoding')
    expect(short.headers.get('etag')).toBe(plain.headers.get('etag'))
    expect(short.headers.get('content-length')).toBe(String(short.length))
    expect(short.headers.get('content-type')).toBe(plain.headers.get('content-type'))
  })

  test('is so when it is made, too, and HEAD says what GET would', async () => {
    const made = await ask('POST /api/v1/pages/made', { 'accept-encoding': 'zstd' })
    expect([made.status, made.headers.get('content-encoding')]).toEqual([201, 'zstd'])
    for (const path of ['/api/v1/pages/long', '/api/v1/pages/short', '/document.json'])
      for (const coding of ['identity', 'gzip', 'zstd']) {
        const get = await ask(`GET ${path}`, { 'accept-encoding': coding })
        const head = await ask(`HEAD ${path}`, { 'accept-encoding': coding })
        expect([head.status, head.text]).toEqual([200, ''])
        for (const name of ['content-type', 'content-encoding', 'etag', 'vary', 'cache-control'])
          expect(head.headers.get(name)).toBe(get.headers.get(name))
        expect(head.headers.get('content-length')).toBe(String(get.length))
      }
  })

  test.each([
    ['what is short', '/api/v1/pages/short'],
    ['a field that is a secret by its name', '/api/v1/pages/key'],
    ['one deep within', '/api/v1/pages/deep'],
    ['what says that it is a secret', '/api/v1/pages/said'],
    ['all of /auth', '/api/v1/auth/list'],
    ['a stream', '/api/v1/pages/stream'],
    ['an error', '/api/v1/nowhere'],
  ])('is not: %s', async (_, path) => {
    const { headers } = await ask(`GET ${path}`, { 'accept-encoding': 'gzip, zstd' })
    expect([headers.has('content-encoding'), headers.get('vary') ?? '']).toEqual([false, expect.not.stringContaining('Accept-Encoding') as never]) // prettier-ignore
  })

  test('is as it is where compression is off', async () => {
    const plain = open({ compression: false })
    for (const path of ['/api/v1/pages/long', '/document.json']) {
      const { headers } = await plain(`GET ${path}`, { 'accept-encoding': 'gzip, zstd' })
      expect([headers.has('content-encoding'), headers.has('etag'), headers.get('vary') ?? '']).toEqual([false, true, expect.not.stringContaining('Encoding') as never]) // prettier-ignore
    }
  })
})
