import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { createMetrics } from '../../../src/platform/metrics/index.ts'
import { createHttp, type HttpOptions, streamed } from '../../../src/transport/http/index.ts'
import { recordLog } from '../../services/log.ts'

const Thing = Type.Object({
  name: Type.String({ minLength: 2 }),
  count: Type.Optional(Type.Integer({ minimum: 1 })),
  tags: Type.Optional(Type.Array(Type.String())),
  note: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

async function* chunks() {
  yield 'a,b'
  yield 'c,d'
}

const routes = new Elysia({ prefix: '/things' })
  .post(
    '/',
    ({ body, set }) => {
      set.status = 201
      set.headers['location'] = '/api/v1/things/1'
      return body
    },
    { body: Thing },
  )
  .get('/:id', ({ params, query }) => ({ id: params.id, ...query }), {
    params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
    query: Type.Object({
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
      all: Type.Optional(Type.Boolean()),
    }),
  })
  .delete('/:id', () => undefined)
  .get('/by-name/:name', ({ params }) => params.name, {
    params: Type.Object({ name: Type.Union([Type.Integer(), Type.String()]) }),
  })
  .get('/answers/wrong', () => ({ name: 5, token: 'a secret value' }) as never, {
    response: Type.Object({ name: Type.String() }),
  })
  .get('/answers/more', () => ({ name: 'a', token: 'a secret value' }), {
    response: Type.Object({ name: Type.String() }),
  })
  .get('/answers/throws', () => {
    throw new Error('the reason inside')
  })
  .get('/answers/streamed', () => streamed(chunks(), { 'content-type': 'text/csv' }))
  .get('/answers/slow', ({ request }) => new Promise((resolve) => request.signal.addEventListener('abort', resolve)))
  .get('/answers/lost', () => {
    throw Object.assign(new Error('write CONNECTION_CLOSED db:5432'), { code: 'CONNECTION_CLOSED' })
  })

/** An HTTP face with a few routes that behave in every way. */
export function openShop(options: Partial<HttpOptions> = {}) {
  const log = recordLog()
  const metrics = createMetrics({ version: 'test' })
  const http = createHttp({
    log,
    metrics,
    trusted_proxies: [],
    allowed_origins: ['https://app.example'],
    max_body_size: 2000,
    request_timeout: 0,
    routes: [routes],
    ready: async () => ({ ok: true, checks: { database: 'ok' } }),
    ...options,
  })
  const ask = async (line: string, init: RequestInit & { ip?: string; tls?: boolean } = {}) => {
    const [method = 'GET', path = '/'] = line.split(' ')
    const { ip = '192.0.2.1', tls = false, ...rest } = init
    const response = await http.fetch(new Request(`http://localhost${path}`, { ...rest, method }), { ip, tls })
    const text = await response.text()
    const body = text.startsWith('{') ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, text, body }
  }
  const post = (text: string | ReadableStream, headers: Record<string, string> = {}) =>
    ask('POST /api/v1/things', { body: text, headers: { 'content-type': 'application/json', ...headers } })
  return { http, log, metrics, ask, post }
}
