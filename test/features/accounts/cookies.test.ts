import { afterAll, beforeAll, describe, expect, test } from 'bun:test'

import { startServer } from '../../services/server.ts'
import { openHouse } from './house.ts'

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const secure = { name: '__Host-veza_refresh', origin: 'https://chat.example', tls: true }
const local = { name: 'veza_refresh', origin: 'http://localhost:8080', tls: false }

interface Asking {
  body?: object
  token?: string
  cookie?: string
  origin?: string | null
  headers?: Record<string, string>
}

/** As a browser asks: with the origin of the page, and with cookies whoever made it ask. */
async function ask(line: string, { body, token, cookie, origin, headers = {} }: Asking, place = secure) {
  const [method = 'GET', path = '/'] = line.split(' ')
  const all = new Headers({ host: new URL(place.origin).host, ...headers })
  if (origin !== null) all.set('origin', origin ?? place.origin)
  if (token !== undefined) all.set('authorization', `Bearer ${token}`)
  if (cookie !== undefined) all.set('cookie', `other=1; ${place.name}=${cookie}; more=2`)
  if (body !== undefined) all.set('content-type', 'application/json')
  const init = { method, headers: all, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const response = await house.http.fetch(new Request(`${place.origin}/api/v1${path}`, init), { ip: '192.0.2.1', tls: place.tls }) // prettier-ignore
  const text = await response.text()
  const answer = (text === '' ? {} : JSON.parse(text)) as { data?: Record<string, string>; error?: { code: string } }
  const [set] = response.headers.getSetCookie()
  return { status: response.status, data: answer.data, code: answer.error?.code, set, value: /=([^;]*)/.exec(set ?? '')?.[1], text, headers: response.headers } // prettier-ignore
}

let people = 0
/** Somebody who has signed up on a page, and the cookie. */
async function signUp(place = secure) {
  const body = { username: `person${(people += 1)}`, password: 'correct horse' }
  const answer = await ask('POST /auth/register', { body, headers: { 'x-refresh-cookie': 'true' } }, place)
  return { ...body, ...answer, cookie: answer.value ?? '', token: answer.data?.['access_token'] ?? '' }
}
const wish = { 'x-refresh-cookie': 'true' }

describe.each([
  ['over TLS', secure, 'Path=/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure'],
  ['on one’s own machine', local, 'Path=/; Max-Age=604800; HttpOnly; SameSite=Strict'],
])('a page that asks for it, %s', (_, place, attributes) => {
  test('has its refresh token in a cookie and not in the body', async () => {
    const { status, username, password, data, set, text, cookie } = await signUp(place)
    expect([status, Object.keys(data ?? {}).toSorted()]).toEqual([201, ['access_token', 'expires_in', 'token_type', 'user']]) // prettier-ignore
    expect(set).toBe(`${place.name}=${cookie}; ${attributes}`)
    expect([cookie.length > 40, text.includes(cookie)]).toEqual([true, false])
    const login = await ask('POST /auth/login', { body: { username, password }, headers: wish }, place)
    expect([login.status, login.data?.['refresh_token'], login.set?.startsWith(`${place.name}=`)]).toEqual([200, undefined, true]) // prettier-ignore
  })

  test('is given the next pair for it, in the same way', async () => {
    const { cookie } = await signUp(place)
    const next = await ask('POST /auth/refresh', { cookie }, place)
    expect([next.status, next.data?.['refresh_token'], next.value !== cookie]).toEqual([200, undefined, true])
    const me = await ask('GET /users/me', { token: next.data?.['access_token'] ?? '' }, place)
    expect(me.status).toBe(200)
    const after = await ask('POST /auth/refresh', { cookie: next.value ?? '', body: {} }, place)
    expect(after.status).toBe(200)
  })

  test('loses it by signing out, with a token or with the cookie alone', async () => {
    const one = await signUp(place)
    const out = await ask('POST /auth/logout', { token: one.token, cookie: one.cookie }, place)
    expect([out.status, out.value, out.set?.includes('Max-Age=0')]).toEqual([204, '', true])
    expect((await ask('POST /auth/refresh', { cookie: one.cookie }, place)).code).toBe('SESSION_REVOKED')
    const other = await signUp(place)
    expect((await ask('POST /auth/logout', { cookie: other.cookie }, place)).status).toBe(204)
    expect((await ask('GET /users/me', { token: other.token }, place)).code).toBe('SESSION_REVOKED')
    const third = await signUp(place)
    const all = await ask('POST /auth/logout-all', { token: third.token, cookie: third.cookie }, place)
    expect([all.status, all.value]).toEqual([204, ''])
  })
})

test('a cookie that is no longer good is taken away, and kept when the fault is another', async () => {
  const { cookie } = await signUp()
  await ask('POST /auth/refresh', { cookie })
  const reused = await ask('POST /auth/refresh', { cookie })
  expect([reused.code, reused.set?.includes('Max-Age=0')]).toEqual(['SESSION_REVOKED', true])
  const malformed = await ask('POST /auth/refresh', { cookie: (await signUp()).cookie, body: { refresh_token: 5 } })
  expect([malformed.status, malformed.set]).toEqual([422, undefined])
})

describe('who does not ask', () => {
  test('has the token in the body as ever, and no cookie', async () => {
    const answer = await ask('POST /auth/register', { body: { username: 'plain', password: 'correct horse' }, origin: null }) // prettier-ignore
    expect([answer.status, answer.set]).toEqual([201, undefined])
    const token = answer.data?.['refresh_token'] ?? ''
    const next = await ask('POST /auth/refresh', { body: { refresh_token: token }, origin: null })
    expect([next.status, next.set, typeof next.data?.['refresh_token']]).toEqual([200, undefined, 'string'])
  })

  test('needs a token in the body where there is no cookie', async () => {
    for (const body of [undefined, {}]) {
      const answer = await ask('POST /auth/refresh', { ...(body !== undefined && { body }) })
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('"refresh_token","reason":"is required"') as never]) // prettier-ignore
    }
  })

  test('with both, the one of the body counts and the cookie stays', async () => {
    const [one, other] = [await signUp(), await signUp()]
    const answer = await ask('POST /auth/refresh', { cookie: one.cookie, body: { refresh_token: other.cookie } })
    expect([answer.status, answer.set]).toEqual([200, undefined])
    expect((await ask('POST /auth/refresh', { cookie: one.cookie })).status).toBe(200)
  })
})

describe.each([
  ['there are cookies', secure],
  ['there are none', { name: '', origin: 'http://chat.example', tls: false }],
])('a wish that is not `true`, where %s, is told and uses nothing up', (_, place) => {
  test.each(['false', 'True', '1', '', 'hm\tHc', 'true, true'])('%p', async (value) => {
    const { refresh_token, user } = (await ask('POST /auth/register', { body: { username: `wish${(people += 1)}`, password: 'correct horse' } }, place)).data as unknown as { refresh_token: string; user: { username: string } } // prettier-ignore
    const headers = { 'x-refresh-cookie': value }
    const bodies = {
      'POST /auth/register': { username: `other${people}`, password: 'correct horse' },
      'POST /auth/login': { username: user.username, password: 'correct horse' },
      'POST /auth/refresh': { refresh_token },
    }
    for (const [line, body] of Object.entries(bodies)) {
      const answer = await ask(line, { body, headers }, place)
      expect([line, answer.status, answer.set, answer.text]).toEqual([line, 422, undefined, expect.stringContaining('"X-Refresh-Cookie","reason":"must be true"') as never]) // prettier-ignore
    }
    for (const [line, body] of Object.entries(bodies))
      expect([200, 201]).toContain((await ask(line, { body }, place)).status)
  })
})

test('a wish is nothing where no refresh token is given', async () => {
  const { token, cookie } = await signUp()
  const headers = { 'x-refresh-cookie': 'false' }
  expect((await ask('POST /auth/ws-ticket', { token, headers })).status).toBe(200)
  expect((await ask('POST /auth/logout', { token, cookie, headers })).status).toBe(204)
  const other = await signUp()
  expect((await ask('POST /auth/logout-all', { token: other.token, headers })).status).toBe(204)
})

describe('whoever is not a page of ours', () => {
  test.each<[string, Asking]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['a neighbour', { origin: 'https://other.chat.example' }],
    ['the same host without TLS', { origin: 'http://chat.example' }],
    ['another port', { origin: 'https://chat.example:8443' }],
    ['no origin', { origin: null }],
    ['an opaque one', { origin: 'null' }],
    ['our origin, but from another site', { headers: { 'sec-fetch-site': 'cross-site' } }],
  ])('is refused with the cookie: %s', async (_, asking) => {
    const { cookie, username, password, token } = await signUp()
    for (const line of ['POST /auth/refresh', 'POST /auth/logout', 'POST /auth/logout-all']) {
      const answer = await ask(line, { token, cookie, ...asking })
      expect([line, answer.status, answer.code, answer.set]).toEqual([line, 403, 'ORIGIN_REFUSED', undefined])
    }
    const login = await ask('POST /auth/login', { body: { username, password }, ...asking, headers: { ...wish, ...asking.headers } }) // prettier-ignore
    expect([login.code, login.set]).toEqual(['ORIGIN_REFUSED', undefined])
    // Nothing of it has used the token up.
    expect((await ask('POST /auth/refresh', { cookie })).status).toBe(200)
  })

  test.each<[string, Asking]>([
    ['a listed origin', { origin: 'https://app.example' }],
    ['the same origin, as the browser says too', { headers: { 'sec-fetch-site': 'same-origin' } }],
    ['a listed origin of the same site', { origin: 'https://app.example', headers: { 'sec-fetch-site': 'same-site' } }],
  ])('and may: %s', async (_, asking) => {
    const { cookie } = await signUp()
    expect((await ask('POST /auth/refresh', { cookie, ...asking })).status).toBe(200)
  })
})

test('without TLS nobody but one’s own machine has a cookie', async () => {
  const place = { name: 'veza_refresh', origin: 'http://chat.example', tls: false }
  const answer = await ask('POST /auth/register', { body: { username: 'clear', password: 'correct horse' }, headers: wish }, place) // prettier-ignore
  expect([answer.status, answer.set, typeof answer.data?.['refresh_token']]).toEqual([201, undefined, 'string'])
  expect((await ask('POST /auth/refresh', { cookie: answer.data?.['refresh_token'] ?? '' }, place)).status).toBe(422)
})

describe('by configuration', () => {
  const origin = 'https://app.example'
  const preflight = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-refresh-cookie' } // prettier-ignore

  test.each([
    [false, null],
    [true, 'true'],
  ])('security.refresh_cookie = %p', async (refresh_cookie, credentials) => {
    const server = await startServer({ security: { refresh_cookie, allowed_origins: [origin] } })
    try {
      const ask = (path: string, init: RequestInit) => fetch(`${server.url}/api/v1${path}`, init)
      const leave = await ask('/auth/refresh', { method: 'OPTIONS', headers: preflight })
      expect(leave.headers.get('access-control-allow-credentials')).toBe(credentials)
      expect(leave.headers.get('access-control-allow-headers')).toContain('X-Refresh-Cookie')
      const elsewhere = await ask('/rooms', { method: 'OPTIONS', headers: preflight })
      expect(elsewhere.headers.has('access-control-allow-credentials')).toBeFalse()
      const stranger = await ask('/auth/refresh', { method: 'OPTIONS', headers: { ...preflight, origin: 'https://evil.example' } }) // prettier-ignore
      expect(stranger.headers.has('access-control-allow-credentials')).toBeFalse()
      const body = JSON.stringify({ username: 'ada', password: 'correct horse' })
      const signed = await ask('/auth/register', { method: 'POST', body, headers: { ...wish, origin, 'content-type': 'application/json' } }) // prettier-ignore
      const { data } = (await signed.json()) as { data: object }
      expect([signed.headers.getSetCookie().length, 'refresh_token' in data]).toEqual(refresh_cookie ? [1, false] : [0, true]) // prettier-ignore
      expect(signed.headers.get('access-control-allow-credentials')).toBe(credentials)
    } finally {
      await server.close()
    }
  })
})
