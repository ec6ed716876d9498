import { expect, test } from 'bun:test'
import { openShop } from './shop.ts'

const { ask } = openShop()

test.each(['/api/v1/things/1', '/api/v1/things/0', '/nowhere', '/health', '/ready'])(
  '%s carries the security headers',
  async (path) => {
    const { headers } = await ask(`GET ${path}`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('content-security-policy')).toStartWith("default-src 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.has('strict-transport-security')).toBe(false)
    expect(headers.has('access-control-allow-origin')).toBe(false)
  },
)

test('an encrypted connection is told to stay so', async () => {
  expect((await ask('GET /health', { tls: true })).headers.get('strict-transport-security')).toStartWith('max-age=')
})

test.each([
  ['abc-DEF_1.2', true],
  ['x'.repeat(128), true],
  ['x'.repeat(129), false],
  ['has space', false],
  ['semi;colon', false],
  ['', false],
])('the request id %j is kept: %p', async (id, kept) => {
  const answer = await ask('GET /health', { headers: { 'x-request-id': id } })
  const got = answer.headers.get('x-request-id') ?? ''
  expect(got === id).toBe(kept)
  if (!kept) expect(got).toMatch(/^[0-9a-f-]{36}$/)
})

const sentence = { en: 'There is nothing at this address.', fr: 'Il n’y a rien à cette adresse.' }
test.each([
  [undefined, 'en'],
  ['fr', 'fr'],
  ['fr-CA,fr;q=0.9,en;q=0.8', 'fr'],
  ['en;q=0.5, fr;q=0.6', 'fr'],
  ['de, fr;q=0.4', 'fr'],
  ['de', 'en'],
  ['fr;q=0', 'en'],
  [';;,,q=', 'en'],
] as const)('with Accept-Language %p errors speak %s', async (accepted, locale) => {
  const answer = await ask('GET /nowhere', accepted === undefined ? {} : { headers: { 'accept-language': accepted } })
  expect(answer.body.error.message).toBe(sentence[locale])
})

const preflight = (origin: string) =>
  ask('OPTIONS /api/v1/things', {
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  })

test('a listed origin may ask and read', async () => {
  const leave = await preflight('https://app.example')
  expect(leave.status).toBe(204)
  expect(leave.headers.get('access-control-allow-origin')).toBe('https://app.example')
  expect(leave.headers.get('access-control-allow-methods')).toContain('POST')
  expect(leave.headers.get('access-control-allow-headers')).toContain('Authorization')
  expect(leave.headers.get('vary')).toBe('Origin')
  const answer = await ask('GET /api/v1/things/1', { headers: { origin: 'https://app.example' } })
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
  expect(answer.headers.get('vary')).toBe('Origin')
  const failed = await ask('GET /api/v1/things/0', { headers: { origin: 'https://app.example' } })
  expect(failed.headers.get('access-control-allow-origin')).toBe('https://app.example')
})

test.each(['https://app.example.evil.example', 'http://app.example', 'https://app.example:8443', 'null', '*'])(
  'the origin %s may not',
  async (origin) => {
    for (const answer of [await preflight(origin), await ask('GET /api/v1/things/1', { headers: { origin } })]) {
      expect(answer.headers.has('access-control-allow-origin')).toBe(false)
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
    }
  },
)

test('metrics ask for their token, when there is one', async () => {
  const open = openShop()
  expect((await open.ask('GET /metrics')).headers.get('content-type')).toStartWith('text/plain')
  const closed = openShop({ metrics_token: 'the token' })
  const closed_to = async (authorization?: string) =>
    (await closed.ask('GET /metrics', authorization === undefined ? {} : { headers: { authorization } })).status
  expect([await closed_to(), await closed_to('Bearer nothing'), await closed_to('Bearer the token')]).toEqual([
    401, 401, 401,
  ])
  const good = openShop({ metrics_token: 'the-token' })
  expect((await good.ask('GET /metrics', { headers: { authorization: 'Bearer the-token' } })).text).toContain(
    'chat_build_info',
  )
})
