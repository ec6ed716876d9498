// What only a browser has: IndexedDB over a reload, two tabs, Web Locks, storage events, uploads with progress.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'

import type * as sdk from '../../../sdks/javascript/src/index.ts'
import { findBrowser, openBrowser } from '../../services/browser.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { eventually } from './people.ts'

setDefaultTimeout(60_000)

/** What the page of the test has. */
interface Host {
  sdk: typeof sdk
  chat: sdk.Chat
  session: sdk.Session
}

const found = await findBrowser()
const missing = 'missing' in found ? found.missing : null

let server: TestServer
let ada: Account
let browser: Browser
let host: Bun.Server<unknown>
let uploaded = 0

beforeAll(async () => {
  if ('missing' in found) return
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, '../../../sdks/javascript/src/index.ts')],
    target: 'browser',
    minify: true,
  })
  const script = (await outputs[0]?.text()) ?? ''
  host = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/sdk.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
      if (pathname === '/api/v1/files/upload') {
        uploaded = (await request.arrayBuffer()).byteLength
        return Response.json({ success: true, data: { id: 7 } })
      }
      const page =
        '<!doctype html><title>host</title><script type="module">import * as sdk from "/sdk.js"; globalThis.sdk = sdk</script>'
      return new Response(page, { headers: { 'content-type': 'text/html' } })
    },
  })
  server = await startServer({ security: { allowed_origins: [`http://127.0.0.1:${host.port}`] } })
  ada = await server.register('ada')
  browser = await openBrowser(found)
})
afterAll(async () => {
  if (missing !== null) return
  await browser.close()
  await host.stop(true)
  await server.close()
})

/** How many messages IndexedDB has. As text: the types of this program have no IndexedDB. */
const count_kept = `(async () => {
  if (!(await indexedDB.databases()).some(({ name }) => name === 'veza-chat')) return 0
  const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
  const database = await done(indexedDB.open('veza-chat'))
  const count = await done(database.transaction('outbox').objectStore('outbox').count())
  database.close()
  return count
})()`

/** A tab with the client in it. */
async function tab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${host.port}/`)
  await page.waitForFunction(() => 'sdk' in globalThis)
  return page
}

const connected = (page: Page, token = ada.token) =>
  page.evaluate(
    async ({ url, token }) => {
      const own = globalThis as unknown as Host
      own.chat = own.sdk.createChat({ url, token })
      await own.chat.connect()
    },
    { url: server.url, token },
  )

const kept = async (room_id: number) =>
  (await server.sql<{ content: string }[]>`select content from messages where conversation_id = ${room_id} order by seq`).map(({ content }) => content) // prettier-ignore

describe.skipIf(missing !== null)('in a browser', () => {
  test('what was written without a connection outlives the reload, and two tabs send it once', async () => {
    const room_id = await server.room(ada)
    const context = await browser.newContext()
    const page = await tab(context)
    await connected(page)
    const wanted = Array.from({ length: 8 }, (_, index) => `line ${index}`)
    await page.evaluate(
      ({ room_id, wanted }) => {
        const { chat } = globalThis as unknown as Host
        chat.disconnect()
        for (const line of wanted) chat.conversation({ room_id }).send(line)
      },
      { room_id, wanted },
    )
    await page.reload()
    await page.waitForFunction(() => 'sdk' in globalThis)
    const other = await tab(context)
    await Promise.all([connected(page), connected(other)])
    await eventually('all sent', async () => (await kept(room_id)).length >= wanted.length)
    for (const each of [page, other])
      await each.waitForFunction(() => (globalThis as unknown as Host).chat.outbox.get().length === 0)
    expect(await kept(room_id)).toEqual(wanted)
    await context.close()
  })

  test('what was written a moment before the reload outlives it, however busy IndexedDB is', async () => {
    const room_id = await server.room(ada)
    const context = await browser.newContext()
    const page = await tab(context)
    await connected(page)
    // Another transaction holds the store for as long as the page is there, and what waits for its turn then goes with the page.
    await page.evaluate(`(async () => {
      const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
      const outbox = (await done(indexedDB.open('veza-chat'))).transaction('outbox', 'readwrite').objectStore('outbox')
      const hold = () => (outbox.get(['', '']).onsuccess = hold)
      hold()
    })()`)
    const wanted = ['one', 'two', 'three']
    await page.evaluate(
      async ({ room_id, wanted }) => {
        const { chat } = globalThis as unknown as Host
        const room = chat.conversation({ room_id })
        for (const line of wanted) room.send(line)
        // What is taken back is not sent by the next page either.
        const { client_id } = room.send('taken back')
        await new Promise((done) => setTimeout(done, 50))
        room.discard(client_id)
        while (chat.outbox.get().length > wanted.length) await new Promise((done) => setTimeout(done, 5))
        const { location } = globalThis as unknown as { location: { reload(): void } }
        location.reload()
      },
      { room_id, wanted },
    )
    await page.waitForFunction(() => 'sdk' in globalThis && !('chat' in globalThis))
    await connected(page)
    await eventually('all sent', async () => (await kept(room_id)).length >= wanted.length)
    await page.waitForFunction(() => (globalThis as unknown as Host).chat.outbox.get().length === 0)
    expect(await kept(room_id)).toEqual(wanted)
    await eventually('nothing kept', async () => (await page.evaluate(count_kept)) === 0)
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([])
    await context.close()
  })

  test('what was written in a tab that is closed before it is sent is sent by the one that is left, in its order', async () => {
    const room_id = await server.room(ada)
    const context = await browser.newContext()
    const [left, closed] = [await tab(context), await tab(context)]
    await Promise.all([connected(left), connected(closed)])
    await closed.evaluate(
      ({ room_id }) => {
        const { chat } = globalThis as unknown as Host
        chat.disconnect()
        for (const line of ['one', 'two']) chat.conversation({ room_id }).send(line)
      },
      { room_id },
    )
    await closed.close()
    await eventually('all sent', async () => (await kept(room_id)).length >= 2)
    expect(await kept(room_id)).toEqual(['one', 'two'])
    await left.waitForFunction(() => (globalThis as unknown as Host).chat.outbox.get().length === 0)
    await eventually('nothing kept', async () => (await left.evaluate(count_kept)) === 0)
    await context.close()
  })

  test('a page that is opened without a network keeps what is written for the user that it names', async () => {
    const room_id = await server.room(ada)
    const context = await browser.newContext()
    const page = await tab(context)
    await connected(page)
    await page.reload()
    await page.waitForFunction(() => 'sdk' in globalThis)
    await page.evaluate(
      ({ url, token, user_id, room_id }) => {
        const own = globalThis as unknown as Host
        own.chat = own.sdk.createChat({ url, token, user_id })
        own.chat.conversation({ room_id }).send('before the first connection')
      },
      { url: server.url, token: ada.token, user_id: ada.id, room_id },
    )
    await eventually('it is kept', async () => (await page.evaluate(count_kept)) === 1)
    await page.reload()
    await page.waitForFunction(() => 'sdk' in globalThis)
    const shown = await page.evaluate(
      async ({ url, token, user_id }) => {
        const { sdk } = globalThis as unknown as Host
        const [known, unknown] = [sdk.createChat({ url, token, user_id }), sdk.createChat({ url, token })]
        await new Promise<void>((resolve) => known.outbox.subscribe(() => known.outbox.get().length > 0 && resolve()))
        const counts = [known, unknown].map(({ outbox }) => outbox.get().length)
        for (const chat of [known, unknown]) chat.close()
        return counts
      },
      { url: server.url, token: ada.token, user_id: ada.id },
    )
    expect(shown).toEqual([1, 0])
    await connected(page)
    await eventually('it is sent', async () => (await kept(room_id)).includes('before the first connection'))
    await context.close()
  })

  test('tabs refresh one at a time, are signed in together and signed out together', async () => {
    const context = await browser.newContext()
    const tabs = [await tab(context), await tab(context), await tab(context)]
    for (const page of tabs)
      await page.evaluate((url) => {
        const own = globalThis as unknown as Host
        own.session = own.sdk.createSession({ url, keep: 'local' })
      }, server.url)
    const username = `eve${crypto.randomUUID().slice(0, 6)}`
    const [first] = tabs
    await first?.evaluate(
      (username) => (globalThis as unknown as Host).session.register({ username, password: 'correct horse' }),
      username,
    )
    for (const page of tabs)
      await page.waitForFunction((name) => (globalThis as unknown as Host).session.user.get()?.username === name, username) // prettier-ignore
    for (let round = 0; round < 4; round++) {
      const tokens = await Promise.all(
        tabs.flatMap((page) => [
          page.evaluate(async () => {
            const { session } = globalThis as unknown as Host
            return session.token(await session.token())
          }),
        ]),
      )
      for (const token of tokens) expect((await server.ask('GET /users/me', undefined, token)).status).toBe(200)
    }
    await first?.evaluate(() => (globalThis as unknown as Host).session.signOut())
    for (const page of tabs)
      await page.waitForFunction(() => (globalThis as unknown as Host).session.user.get() === null)
    await context.close()
  })

  test('whoever loads the page again while a token is being refreshed stays signed in', async () => {
    const context = await browser.newContext()
    const page = await tab(context)
    const open = (url: string) => {
      const own = globalThis as unknown as Host
      own.session = own.sdk.createSession({ url, keep: 'local' })
    }
    await page.evaluate(open, server.url)
    const username = `fay${crypto.randomUUID().slice(0, 6)}`
    await page.evaluate(
      (username) => (globalThis as unknown as Host).session.register({ username, password: 'correct horse' }),
      username,
    )
    for (let round = 0; round < 3; round++) {
      const refreshed = Promise.withResolvers<void>()
      await context.route('**/auth/refresh', async (route) => {
        // The server has given the next tokens, and nobody hears of them.
        await route.fetch()
        refreshed.resolve()
      })
      await page.evaluate(() => {
        const { session } = globalThis as unknown as Host
        session
          .token()
          .then((token) => session.token(token))
          .catch(() => undefined)
      })
      await refreshed.promise
      await page.reload()
      await context.unroute('**/auth/refresh')
      await page.waitForFunction(() => 'sdk' in globalThis)
      await page.evaluate(open, server.url)
      const token = await page.evaluate(async () => {
        const { session } = globalThis as unknown as Host
        return session.token(await session.token())
      })
      expect((await server.ask('GET /users/me', undefined, token)).data).toMatchObject({ username })
    }
    await context.close()
  })

  test('an upload tells how far it is, and can be cancelled', async () => {
    const context = await browser.newContext()
    const page = await tab(context)
    const told = await page.evaluate(async (url) => {
      const { sdk } = globalThis as unknown as Host
      const chat = sdk.createChat({ url, token: 'the token' })
      const steps: number[] = []
      await chat.upload(new Blob([new Uint8Array(3_000_000)]), {
        ref: { room_id: 1 },
        onProgress: (done) => steps.push(done),
      })
      const aborting = new AbortController()
      const cancelled = chat.upload(new Blob([new Uint8Array(3_000_000)]), {
        signal: aborting.signal,
        onProgress: () => aborting.abort(),
      })
      return { steps, code: await cancelled.catch((error: unknown) => (error as { code: string }).code) }
    }, `http://127.0.0.1:${host.port}`)
    expect(told.steps.at(-1)).toBeGreaterThan(3_000_000)
    expect(told.code).toBe('CANCELLED')
    expect(uploaded).toBeGreaterThan(3_000_000)
    await context.close()
  })

  test('a network that comes back is used at once', async () => {
    const context = await browser.newContext()
    const page = await tab(context)
    await connected(page)
    await context.setOffline(true)
    await page.evaluate(() => (globalThis as unknown as Host).chat.disconnect())
    await page.evaluate(() => void (globalThis as unknown as Host).chat.connect().catch(() => undefined))
    await page.waitForFunction(() => {
      const state = (globalThis as unknown as Host).chat.connection.get()
      return state.status === 'waiting' && state.attempt > 3
    })
    await context.setOffline(false)
    const began = performance.now()
    await page.waitForFunction(() => (globalThis as unknown as Host).chat.connection.get().status === 'connected')
    expect(performance.now() - began).toBeLessThan(2000)
    await context.close()
  })
})

test.skipIf(missing === null)(`no browser: ${missing}`, () => undefined)
