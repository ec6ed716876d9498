import 'fake-indexeddb/auto'
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, setSystemTime, test } from 'bun:test'

import { createSession, memoryOutbox, type OutboxStorage } from '../../../sdks/javascript/src/index.ts'
import { exclusively } from '../../../sdks/javascript/src/exclusive.ts'
import { createVault, type Vault } from '../../../sdks/javascript/src/vault.ts'
import { startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats, eventually } from './people.ts'
import { shelf, withShelf } from './shelf.ts'

setDefaultTimeout(30_000)

let server: TestServer
let count = 0
const someone = () => `ada${++count}`
const password = 'correct horse'

beforeAll(async () => {
  server = await startServer()
})
afterEach(closeChats)
afterAll(() => server.close())

describe('signing in', () => {
  test('gives the user and a token that a client can use', async () => {
    const session = createSession({ url: server.url, keep: 'memory' })
    await expect(session.token()).rejects.toMatchObject({ code: 'SIGNED_OUT' })
    const username = someone()
    const user = await session.register({ username, password })
    expect(session.user.get()).toEqual(user)
    const chat = chatOf(server, session.token)
    await chat.connect()
    expect(chat.me.get()?.username).toBe(username)
  })

  test.each([
    ['a wrong password', { username: 'nobody-here', password: 'wrong horse' }, 'INVALID_CREDENTIALS'],
    ['a blank name', { username: '', password }, 'VALIDATION_FAILED'],
  ])('with %s rejects', async (_, given, code) => {
    const session = createSession({ url: server.url, keep: 'memory' })
    await expect(session.signIn(given)).rejects.toMatchObject({ name: 'ChatError', code })
    expect(session.user.get()).toBeNull()
  })

  test('a name that is taken rejects with the field', async () => {
    const username = someone()
    await server.register(username)
    const session = createSession({ url: server.url, keep: 'memory' })
    await expect(session.register({ username, password })).rejects.toMatchObject({ code: 'RESOURCE_CONFLICT', details: { field: 'username' } }) // prettier-ignore
  })

  test('a server that is not there rejects with NOT_CONNECTED, and signs nobody out', async () => {
    let is_down = false
    const session = createSession({
      url: server.url,
      keep: 'memory',
      fetch: (address, init) => (is_down ? Promise.reject(new TypeError('no network')) : fetch(address, init)),
    })
    const user = await session.register({ username: someone(), password })
    is_down = true
    await expect(session.token(await session.token())).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    expect(session.user.get()).toEqual(user)
    is_down = false
    expect(await session.token(await session.token())).toBeString()
  })
})

describe('the token', () => {
  test('is the same until it is refused or about to end', async () => {
    const session = createSession({ url: server.url, keep: 'memory' })
    await session.register({ username: someone(), password })
    const first = await session.token()
    expect(await session.token()).toBe(first)
    const second = await session.token(first)
    expect(second).not.toBe(first)
    expect(await session.token()).toBe(second)
  })

  test('asked for many times at once is refreshed once: a refresh token that is used twice would end the session', async () => {
    const session = createSession({ url: server.url, keep: 'memory' })
    await session.register({ username: someone(), password })
    const refused = await session.token()
    const all = await Promise.all(Array.from({ length: 10 }, () => session.token(refused)))
    expect(new Set(all).size).toBe(1)
    expect(await session.token()).toBe(all[0] ?? '')
  })

  test.each(['memory', 'local'] as const)(
    'is refreshed also after an answer that did not come, kept in %s',
    async (keep) => {
      await withShelf(shelf(), async () => {
        let is_lost = false
        const keys: (string | null)[] = []
        const losing = async (address: string, init?: RequestInit) => {
          if (address.endsWith('/auth/refresh')) keys.push(new Headers(init?.headers).get('idempotency-key'))
          const answer = await fetch(address, init)
          if (is_lost) throw new TypeError('the network went away')
          return answer
        }
        const session = createSession({ url: server.url, keep, fetch: losing })
        const user = await session.register({ username: someone(), password })
        const refused = await session.token()
        is_lost = true
        for (let time = 0; time < 3; time++)
          await expect(session.token(refused)).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
        is_lost = false
        // As after a reload of the page.
        const next = keep === 'local' ? createSession({ url: server.url, keep, fetch: losing }) : session
        const token = await next.token(refused)
        expect(token).not.toBe(refused)
        expect(next.user.get()).toEqual(user)
        // And on, by what came late.
        const later = await next.token(token)
        expect((await server.ask('GET /users/me', undefined, later)).status).toBe(200)
        // One key for each pair of tokens: who has copied one pair with its key does not have the next.
        expect(keys).toEqual([keys[0] ?? '', keys[0] ?? '', keys[0] ?? '', keys[0] ?? '', expect.any(String)])
        expect(keys[4]).not.toBe(keys[0] ?? '')
      })
    },
  )

  test('is given back by whoever signs out after an answer that did not come: nobody is taken for a thief', async () => {
    let is_lost = false
    const short = await startServer({ security: { jwt_access_duration: 60_000 } })
    const session = createSession({
      url: short.url,
      keep: 'memory',
      fetch: async (address, init) => {
        const answer = await fetch(address, init)
        if (is_lost) throw new TypeError('the network went away')
        return answer
      },
    })
    const { id } = await session.register({ username: 'ada', password })
    is_lost = true
    await expect(session.token()).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    is_lost = false
    setSystemTime(Date.now() + 61_000)
    await session.signOut()
    setSystemTime()
    const reasons = await short.sql`select revoked_reason from sessions where user_id = ${id}`
    expect(reasons.map((row) => row['revoked_reason'])).toEqual(['logout'])
    await short.close()
  })

  test('keeps a client connected although access tokens are short', async () => {
    const short = await startServer({ security: { jwt_access_duration: 62_000 } })
    const session = createSession({ url: short.url, keep: 'memory' })
    await session.register({ username: 'ada', password })
    const tokens = new Set<string>()
    const chat = chatOf(short, async (refused) => {
      const token = await session.token(refused)
      tokens.add(token)
      return token
    })
    await chat.connect()
    const states: object[] = []
    const errors: string[] = []
    chat.connection.subscribe(() => states.push(chat.connection.get()))
    chat.on('error', ({ code }) => errors.push(code))
    await eventually('the next token', () => tokens.size > 1)
    await chat.command('ping', {})
    expect({ states, errors }).toEqual({ states: [], errors: [] })
    await short.close()
  })

  test('of a session that the server ended is SIGNED_OUT, and a client with it stops', async () => {
    const session = createSession({ url: server.url, keep: 'memory' })
    await session.register({ username: someone(), password })
    const chat = chatOf(server, session.token)
    await chat.connect()
    await server.ask('POST /auth/logout-all', undefined, await session.token())
    await eventually('the end', () => chat.connection.get().status === 'stopped')
    expect(chat.connection.get()).toMatchObject({ code: 4401, reason: 'SIGNED_OUT' })
    expect(session.user.get()).toBeNull()
  })
})

test.each([
  ['nobody is there afterwards', false],
  ['somebody else is there afterwards', true],
])('a refresh that is on its way while one signs out does not bring one back: %s', async (_, is_followed) => {
  const held = Promise.withResolvers<void>()
  let refreshed = 0
  const session = createSession({
    url: server.url,
    keep: 'memory',
    fetch: async (address, init) => {
      const response = await fetch(address, init)
      if (address.endsWith('/refresh') && ++refreshed === 1) await held.promise
      return response
    },
  })
  await session.register({ username: someone(), password })
  const late = session.token(await session.token()).catch((error: unknown) => (error as { code: string }).code)
  await eventually('the refresh', () => refreshed === 1)
  await session.signOut()
  const other = someone()
  if (is_followed) await session.register({ username: other, password })
  held.resolve()
  const token = await late
  if (!is_followed) {
    expect(token).toBe('SIGNED_OUT')
    await expect(session.token()).rejects.toMatchObject({ code: 'SIGNED_OUT' })
    return
  }
  for (const own of [token, await session.token()])
    expect(await server.ask('GET /users/me', undefined, own)).toMatchObject({ data: { username: other } })
})

test('a refresh that is refused because one signed out signs nobody else out', async () => {
  const held = Promise.withResolvers<void>()
  let asked = 0
  const session = createSession({
    url: server.url,
    keep: 'memory',
    fetch: async (address, init) => {
      if (address.endsWith('/refresh') && ++asked === 1) await held.promise
      return fetch(address, init)
    },
  })
  await session.register({ username: someone(), password })
  const late = session.token(await session.token()).catch(() => undefined)
  await eventually('the refresh', () => asked === 1)
  await session.signOut()
  const other = await session.register({ username: someone(), password })
  held.resolve()
  await late
  expect(session.user.get()).toEqual(other)
  expect(await session.token()).toBeString()
})

describe('tabs that share a storage', () => {
  test('are signed in together, refresh one at a time, and are signed out together', async () => {
    const storage = shelf()
    await withShelf(storage, async () => {
      const first = createSession({ url: server.url, keep: 'local' })
      const second = createSession({ url: server.url, keep: 'local' })
      const user = await first.register({ username: someone(), password })
      storage.tell()
      expect(second.user.get()).toEqual(user)
      const refused = await first.token()
      expect(await second.token()).toBe(refused)
      const tokens = await Promise.all([first, second, first, second].map((tab) => tab.token(refused)))
      expect(new Set(tokens).size).toBe(1)
      expect(await server.ask('GET /users/me', undefined, tokens[0])).toMatchObject({ status: 200 })
      await first.signOut()
      storage.tell()
      expect(second.user.get()).toBeNull()
      await expect(second.token()).rejects.toMatchObject({ code: 'SIGNED_OUT' })
      expect(await server.ask('GET /users/me', undefined, tokens[0])).toMatchObject({ status: 401 })
    })
  })

  test('and a reload finds who was signed in', async () => {
    const storage = shelf()
    await withShelf(storage, async () => {
      const user = await createSession({ url: server.url, keep: 'local' }).register({ username: someone(), password })
      const again = createSession({ url: server.url, keep: 'local' })
      expect(again.user.get()).toEqual(user)
      expect(await again.token()).toBeString()
    })
  })

  test('and who finds something else there than a user is signed out', async () => {
    const storage = shelf()
    await withShelf(storage, async () => {
      storage.setItem(`veza-chat session ${server.url}`, '{"id":')
      const session = createSession({ url: server.url, keep: 'local' })
      expect(session.user.get()).toBeNull()
      const user = await session.register({ username: someone(), password })
      expect(createSession({ url: server.url, keep: 'local' }).user.get()).toEqual(user)
    })
  })

  test('and what was not sent is shown before the connection only where one knows whose it is', async () => {
    await withShelf(shelf(), async () => {
      const session = createSession({ url: server.url, keep: 'local' })
      await session.register({ username: someone(), password })
      const read: string[] = []
      const outbox: OutboxStorage = { ...memoryOutbox(), all: async (owner) => (read.push(owner), []) }
      await chatOf(server, session.token, { outbox }).connect()
      closeChats()
      read.length = 0
      chatOf(server, session.token, { outbox })
      expect(read).toEqual([])
      const user_id = session.user.get()?.id ?? 0
      chatOf(server, session.token, { outbox, user_id })
      expect(read).toEqual([`${server.url} ${user_id}`])
    })
  })

  test('without locks of the browser hold a lease, one after the other', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await Bun.sleep(2)
      inside--
    }
    // Within one program calls of one name wait for each other anyway: each tab has a name of its own, and all have one lease.
    const tabs = [1, 2, 3].map((tab) => {
      const vault = createVault(true)
      const update: Vault['update'] = (_, change) => vault.update('a lease', change)
      return () => exclusively(`tab ${tab}`, { update }, work)
    })
    await Promise.all(tabs.flatMap((enter) => [enter(), enter()]))
    expect({ most, left: await createVault(true).update('a lease', (lease) => lease) }).toEqual({ most: 1, left: null })
  })
})

test('with a cookie the refresh token is out of reach', async () => {
  const own = await startServer({ security: { refresh_cookie: true } })
  const { browser, jar, bodies } = cookies(own.url)
  const storage = shelf()
  await withShelf(storage, async () => {
    const session = createSession({ url: own.url, keep: 'cookie', fetch: browser })
    await session.register({ username: 'ada', password })
    expect(jar.size).toBe(1)
    expect(bodies.join()).not.toContain('refresh_token')
    expect(JSON.stringify([...storage.values()])).not.toContain('token":"')
    // A reload: the page has no token, and the cookie gets one.
    const again = createSession({ url: own.url, keep: 'cookie', fetch: browser })
    expect(again.user.get()?.username).toBe('ada')
    const token = await again.token()
    expect(await own.ask('GET /users/me', undefined, token)).toMatchObject({ status: 200 })
    await again.signOut()
    expect(jar.size).toBe(0)
    expect(await own.ask('GET /users/me', undefined, token)).toMatchObject({ status: 401 })
    // A reload that signs out before it has asked for a token.
    await session.signIn({ username: 'ada', password })
    const last = await session.token()
    await createSession({ url: own.url, keep: 'cookie', fetch: browser }).signOut()
    expect(jar.size).toBe(0)
    expect(await own.ask('GET /users/me', undefined, last)).toMatchObject({ status: 401 })
  })
  await own.close()
})

test('with a cookie and a token that has ended signing out ends the session', async () => {
  const own = await startServer({ security: { refresh_cookie: true, jwt_access_duration: 1000 } })
  const { browser, jar } = cookies(own.url)
  const session = createSession({ url: own.url, keep: 'cookie', fetch: browser })
  await session.register({ username: 'ada', password })
  const token = await session.token()
  await eventually('its end', async () => (await own.ask('GET /users/me', undefined, token)).status === 401)
  const before = [...jar]
  await session.signOut()
  for (const [name, value] of before) jar.set(name, value)
  const again = await browser(`${own.url}/api/v1/auth/refresh`, {
    method: 'POST',
    credentials: 'include',
    headers: { 'x-refresh-cookie': 'true', 'content-type': 'application/json' },
    body: '{}',
  })
  expect(await again.json()).toMatchObject({ error: { code: 'SESSION_REVOKED' } })
  await own.close()
})

/** A browser keeps cookies and says where the page is from; fetch of this program does neither. */
function cookies(origin: string) {
  const jar = new Map<string, string>()
  const bodies: string[] = []
  const browser = async (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('origin', origin)
    if (init.credentials === 'include' && jar.size > 0) headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; ')) // prettier-ignore
    const response = await fetch(url, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/)
      if (/max-age=0/i.test(cookie) || value === '') jar.delete(name)
      else jar.set(name, value)
    }
    bodies.push(await response.clone().text())
    return response
  }
  return { browser, jar, bodies }
}
