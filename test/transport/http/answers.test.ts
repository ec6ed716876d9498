import { expect, test } from 'bun:test'
import { AppError } from '../../../src/kernel/errors.ts'
import type { HttpOptions } from '../../../src/transport/http/index.ts'
import { openShop } from './shop.ts'

const { ask, post, log, metrics } = openShop()

test('success carries its data in the envelope, and creating says where', async () => {
  const answer = await post('{"name": "tea", "count": 2}')
  expect([answer.status, answer.headers.get('location')]).toEqual([201, '/api/v1/things/1'])
  expect(answer.body).toEqual({ success: true, data: { name: 'tea', count: 2 } })
})

test('nothing to say is 204 without a body', async () => {
  const answer = await ask('DELETE /api/v1/things/1')
  expect([answer.status, answer.text]).toEqual([204, ''])
})

test('a failure carries code, message, time and the request id', async () => {
  const answer = await ask('GET /api/v1/nowhere')
  expect(answer.body).toEqual({
    success: false,
    error: {
      code: 'NOT_FOUND',
      message: 'There is nothing at this address.',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      request_id: answer.headers.get('x-request-id'),
    },
  })
})

const deep = (depth: number) => `{"name": "tea", "note": {"a": ${'['.repeat(depth)}${']'.repeat(depth)}}}`

test.each([
  ['no JSON', '{', 400, 'MALFORMED_FRAME'],
  ['an array', '[]', 400, 'MALFORMED_FRAME'],
  ['a string', '"tea"', 400, 'MALFORMED_FRAME'],
  ['null', 'null', 400, 'MALFORMED_FRAME'],
  ['JSON of a depth of 100', deep(100), 400, 'MALFORMED_FRAME'],
  ['JSON of a depth of 900', deep(900), 400, 'MALFORMED_FRAME'],
  ['too many bytes', `{"name": "${'x'.repeat(3000)}"}`, 413, 'PAYLOAD_TOO_LARGE'],
  ['a wrong type', '{"name": 5}', 422, 'VALIDATION_FAILED'],
  ['a string for a number', '{"name": "tea", "count": "2"}', 422, 'VALIDATION_FAILED'],
  ['an empty object', '{}', 422, 'VALIDATION_FAILED'],
  ['nothing', '', 422, 'VALIDATION_FAILED'],
  ['NUL in a string', String.raw`{"name": "a\u0000b"}`, 422, 'VALIDATION_FAILED'],
  ['NUL in a key', String.raw`{"name": "tea", "note": {"a\u0000": 1}}`, 422, 'VALIDATION_FAILED'],
  ['half a surrogate pair', String.raw`{"name": "a\ud800b"}`, 422, 'VALIDATION_FAILED'],
  [
    'half a surrogate pair, far inside',
    String.raw`{"name": "tea", "note": {"a": [{"b": "\udfff"}]}}`,
    422,
    'VALIDATION_FAILED',
  ],
])('a body with %s is refused', async (_, text, status, code) => {
  const answer = await post(text)
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
})

test('a body that is not UTF-8 is refused', async () => {
  const answer = await ask('POST /api/v1/things', {
    body: new Uint8Array([0x7b, 0xff, 0x7d]),
    headers: { 'content-type': 'application/json' },
  })
  expect([answer.status, answer.body.error.code]).toEqual([400, 'MALFORMED_FRAME'])
})

test('a chunked body is counted as it comes', async () => {
  let sent = 0
  const endless = new ReadableStream({
    pull: (controller) => {
      sent++
      controller.enqueue(new Uint8Array(500).fill(32))
    },
  })
  const answer = await post(endless)
  expect([answer.status, sent < 20]).toEqual([413, true])
})

test.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['application/json; charset=latin1', 415],
  ['application/jsonx', 415],
  ['application/json; charset=utf-8', 201],
  ['application/vnd.veza+json', 201],
  ['Application/JSON', 201],
])('a body of type %s is answered %d', async (type, status) => {
  expect((await post('{"name": "tea"}', { 'content-type': type })).status).toBe(status)
})

test('a compressed body is refused, not misread', async () => {
  expect((await post('{"name": "tea"}', { 'content-encoding': 'gzip' })).status).toBe(415)
})

test('each field that does not fit is named once, with its reason', async () => {
  const answer = await post('{"name": "t", "count": 0, "tags": ["a", 5]}')
  expect(answer.body.error.details).toEqual([
    { field: 'name', reason: 'must have at least 2 characters' },
    { field: 'count', reason: 'must be at least 1' },
    { field: 'tags.1', reason: 'must be a text' },
  ])
})

test.each([
  ['{}', 'en', [{ field: 'name', reason: 'is required' }]],
  [
    '{"tags": [1]}',
    'fr',
    [
      { field: 'name', reason: 'est obligatoire' },
      { field: 'tags.0', reason: 'doit être un texte' },
    ],
  ],
  ['{"name": null}', 'en', [{ field: 'name', reason: 'must be a text' }]],
])('of %s, what is missing is required, as over the socket', async (body, language, details) => {
  expect((await post(body, { 'accept-language': language })).body.error.details).toEqual(details as never)
})

test('unknown fields are dropped, from questions and from answers', async () => {
  expect((await post('{"name": "tea", "role": "admin", "__proto__": {"x": 1}}')).body.data).toEqual({ name: 'tea' })
  expect((await ask('GET /api/v1/things/answers/more')).body.data).toEqual({ name: 'a' })
})

test.each([
  ['/api/v1/things/7', 200, { id: 7, limit: 50 }],
  ['/api/v1/things/7?limit=3&all=true&more=1', 200, { id: 7, limit: 3, all: true }],
  ['/api/v1/things/by-name/7', 200, 7],
  ['/api/v1/things/by-name/caf%C3%A9', 200, 'café'],
  ['/api/v1/things/0', 422, [{ field: 'id', reason: 'must be at least 1' }]],
  ['/api/v1/things/1.5', 422, [{ field: 'id', reason: 'must be a whole number' }]],
  ['/api/v1/things/1e3', 422, [{ field: 'id', reason: 'must be a whole number' }]],
  ['/api/v1/things/99999999999999999999', 422, [{ field: 'id', reason: 'must be a whole number' }]],
  ['/api/v1/things/7?limit=', 422, [{ field: 'limit', reason: 'must be a whole number' }]],
  ['/api/v1/things/7?limit=101', 422, [{ field: 'limit', reason: 'must be at most 100' }]],
  ['/api/v1/things/7?limit=3&limit=3', 422, [{ field: 'limit', reason: 'must not be given more than once' }]],
  [
    '/api/v1/things/7?all=true&limit=3&al%6C=false',
    422,
    [{ field: 'all', reason: 'must not be given more than once' }],
  ],
  ['/api/v1/things/7?more=1&more=2', 200, { id: 7, limit: 50 }],
  ['/api/v1/things/7?all=maybe', 422, [{ field: 'all', reason: 'must be true or false' }]],
  ['/api/v1/things/%zz', 400, { field: 'url' }],
  ['/api/v1/things/%ff', 400, { field: 'url' }],
  ['/api/v1/things/7?limit=%', 400, { field: 'url' }],
  ['/api/v1/things/by-name/a%00b', 400, { field: 'url' }],
  ['/api/v1/things/../../../etc/passwd', 404, undefined],
  ['/api/v2/things', 404, undefined],
  ['//', 404, undefined],
])('GET %s is answered %d', async (path, status, expected) => {
  const { status: got, body } = await ask(`GET ${path}`)
  expect([got, body.data ?? body.error.details]).toEqual([status, expected] as never)
})

test.each([
  ['PUT /api/v1/things/1', 'GET, DELETE, HEAD, OPTIONS'],
  ['GET /api/v1/things', 'POST, OPTIONS'],
  ['POST /health', 'GET, HEAD, OPTIONS'],
  ['PROPFIND /api/v1/things/1', 'GET, DELETE, HEAD, OPTIONS'],
])('%s is answered 405 and what is allowed', async (line, allow) => {
  const answer = await ask(line)
  expect([answer.status, answer.headers.get('allow'), answer.body.error.code]).toEqual([
    405,
    allow,
    'METHOD_NOT_ALLOWED',
  ])
})

test('HEAD is GET without a body, and OPTIONS says what is allowed', async () => {
  const head = await ask('HEAD /api/v1/things/1')
  expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
    200,
    '',
    'application/json; charset=utf-8',
  ])
  expect((await ask('HEAD /api/v1/things/0')).status).toBe(422)
  const options = await ask('OPTIONS /api/v1/things/1')
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, DELETE, HEAD, OPTIONS'])
})

test('what fails inside stays inside, and is in the log', async () => {
  log.lines.length = 0
  const thrown = await ask('GET /api/v1/things/answers/throws', { headers: { 'x-request-id': 'find-me' } })
  expect([thrown.status, thrown.body.error.code]).toEqual([500, 'INTERNAL_ERROR'])
  expect(thrown.text).not.toContain('reason inside')
  const line = log.lines.find(({ level }) => level === 'error')
  expect(line?.context).toMatchObject({ request_id: 'find-me', method: 'GET', route: '/api/v1/things/answers/throws' })
  expect(String(line?.context['error'])).toContain('the reason inside')
})

test('an answer that breaks its own schema is our failure, and the log names the field without the value', async () => {
  log.lines.length = 0
  const answer = await ask('GET /api/v1/things/answers/wrong')
  expect([answer.status, answer.body.error.code, answer.body.error.details]).toEqual([500, 'INTERNAL_ERROR', undefined])
  const text = Bun.inspect(log.lines, { depth: 10 })
  expect(text).toContain('name: must be a text')
  expect(text).not.toContain('a secret value')
})

test('a database that is away is 503 with a time to come back', async () => {
  const answer = await ask('GET /api/v1/things/answers/lost')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
})

test('an answer that does not come in time is 503', async () => {
  const { ask } = openShop({ request_timeout: 20 })
  expect((await ask('GET /api/v1/things/answers/slow')).body.error).toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    details: { timeout_ms: 20 },
  })
})

test('while draining the API is 503 and the system routes go on', async () => {
  const { ask } = openShop({
    draining: () => true,
    ready: async () => ({ ok: false, checks: { draining: 'draining' } }),
  })
  expect([(await ask('GET /api/v1/things/1')).status, (await ask('GET /health')).status]).toEqual([503, 200])
  const ready = await ask('GET /ready')
  expect([ready.status, ready.body]).toEqual([503, { status: 'unavailable', checks: { draining: 'draining' } }])
})

test.each<[string, Partial<HttpOptions>]>([
  ['PATCH /api/v1/things/a-secret', {}],
  ['GET /api/v1/things/by-name/a-secret/accept', {}],
  ['GET /api/v1/things/a-secret', { draining: () => true }],
])('the log of %s says where to, and not what is secret in the address', async (line, options) => {
  const { ask, log } = openShop(options)
  expect((await ask(line)).status).toBeGreaterThan(400)
  const text = Bun.inspect(log.lines, { depth: 10 })
  expect(text).toContain('/api/v1/things')
  expect(text).not.toContain('a-secret')
})

test('a refused upgrade is answered like any failure', async () => {
  const { http } = openShop()
  const response = http.refuse(
    new Request('http://localhost/ws'),
    { ip: '192.0.2.1', tls: false },
    new AppError('ORIGIN_REFUSED'),
  )
  expect([response.status, await response.json()]).toMatchObject([
    403,
    { success: false, error: { code: 'ORIGIN_REFUSED' } },
  ])
  expect(response.headers.has('x-request-id')).toBe(true)
})

test('durations are counted by the pattern of the route', async () => {
  await ask('GET /api/v1/things/41')
  await ask('GET /api/v1/things/42')
  const text = await metrics.text()
  expect(text).toContain('route="/api/v1/things/:id"')
  expect(text).toMatch(/method="POST",route="\/api\/v1\/things\/?",status="400"/)
  expect(text).not.toContain('things/42')
})
