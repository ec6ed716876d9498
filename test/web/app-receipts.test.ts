import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { createMemoryBus } from '../../src/platform/bus/index.ts'
import { eventually } from '../services/eventually.ts'
import { type Account, startServer } from '../services/server.ts'
import { type App, has_browser, message, openApp, type Visitor, write } from './app-visit.ts'

setDefaultTimeout(120_000)

interface Place {
  /** At the REST API, and in the app. */
  path: string
  address: string
  id: number
  /** What it says once bob has read. */
  says: string
}

describe.skipIf(!has_browser)('who has read what one wrote last', () => {
  const bus = createMemoryBus()
  let app: App
  let ada: Visitor
  let page: Page
  let [bob, eve] = [] as unknown as [Account, Account]
  /** The answers there were, each by its path. */
  let asked: string[] = []
  let places: Record<'room' | 'dm', Place>

  beforeAll(async () => {
    app = await openApp(startServer({}, undefined, { bus }))
    const { server } = app
    ada = await app.signUp('ada')
    page = ada.page
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.endsWith('/receipts')) asked.push(pathname)
    })
    ;[bob, eve] = [await server.register('bob'), await server.register('eve')]
    const { token, user } = await server.login('ada')
    const { data } = await server.ask('POST /conversations', { user_id: user.id }, bob.token)
    const { conversation_id } = data as { conversation_id: number }
    places = { room: await newRoom(token, [bob, eve]), dm: { path: `/conversations/${conversation_id}`, address: `/c/~${conversation_id}`, id: conversation_id, says: 'Read' } } // prettier-ignore
  })
  afterAll(() => app.close())
  beforeEach(() => {
    asked = []
  })
  afterEach(() => page.unrouteAll())

  async function newRoom(token: string, people: Account[]): Promise<Place> {
    const { data } = await app.server.ask('POST /rooms', { name: 'Attic', is_public: true }, token)
    const { id, slug } = data as { id: number; slug: string }
    for (const one of people) await app.server.ask(`POST /rooms/${id}/join`, undefined, one.token)
    return { path: `/rooms/${id}`, address: `/c/${slug}`, id, says: 'Read by bob' }
  }

  const said = (text: string) => page.locator('.app-receipts').getByText(text, { exact: true })

  async function open({ address }: Place): Promise<void> {
    await page.goto(app.server.url + address)
    await page.locator('.vz-conversation .vz-composer-field').waitFor()
  }

  /** Ada writes; the number of that message. */
  async function say({ path }: Place, text: string): Promise<number> {
    await write(page, text)
    const { data } = await app.server.ask(`GET ${path}/messages?limit=1`, undefined, bob.token)
    return (data as { messages: { id: number }[] }).messages[0]?.id ?? 0
  }

  const read = ({ path }: Place, message_id: number, who = bob) =>
    app.server.ask(`POST ${path}/read`, { message_id }, who.token)

  /** What nobody tells ada. */
  const readUnheard = ({ id }: Place, message_id: number) => app.server.sql`
    update members set last_read_number = (select number from messages where id = ${message_id}), last_read_message_id = ${message_id}
    where conversation_id = ${id} and user_id = ${bob.id}`

  /** Until all is there that comes with a conversation. */
  const settled = () => eventually('the answer', async () => asked.length > 0 && (await page.locator('.vz-conversation .vz-message').count()) > 0) // prettier-ignore

  test.each(['room', 'dm'] as const)('is there after a reload, in a %s', async (kind) => {
    const place = places[kind]
    await open(place)
    await read(place, await say(place, 'First'))
    await said(place.says).waitFor()
    asked = []
    await page.reload()
    await said(place.says).waitFor()
    expect(asked).toEqual([expect.stringMatching(/^\/api\/v1\/(rooms|conversations)\/[\w-]+\/receipts$/)])
  })

  test('is joined by what comes afterwards, and is not what was read before', async () => {
    const place = places.room
    await open(place)
    const [first, second] = [await say(place, 'Second'), await say(place, 'Third')]
    await read(place, first)
    await page.reload()
    await settled()
    await read(place, second, eve)
    await said('Read by eve').waitFor()
    await page.reload()
    await said('Read by eve').waitFor()
    await read(place, second)
    await said('Read by bob and eve').waitFor()
  })

  test('names nobody who has left', async () => {
    const place = places.room
    await open(place)
    await said('Read by bob and eve').waitFor()
    await app.server.ask(`POST ${place.path}/leave`, undefined, eve.token)
    await said('Read by bob').waitFor()
    await page.reload()
    await said('Read by bob').waitFor()
  })

  test('is asked for only once what one wrote is the last, and once in an opening', async () => {
    const place = places.room
    await app.server.ask(`POST ${place.path}/messages`, { content: 'Hello, ada' }, bob.token)
    await open(place)
    await message(page, 'Hello, ada').waitFor()
    expect(asked).toEqual([])
    await say(place, 'Hello, bob')
    await settled()
    await app.server.ask(`POST ${place.path}/messages`, { content: 'And again' }, bob.token)
    await message(page, 'And again').waitFor()
    await read(place, await say(place, 'And so on'))
    await said('Read by bob').waitFor()
    expect(asked).toHaveLength(1)
  })

  test('that could not be had is asked for at the next opening, and nothing is said of it', async () => {
    const [place, other] = [places.room, places.dm]
    await page.route('**/receipts?*', (route) => route.fulfill({ status: 503, body: '' }))
    await open(place)
    await settled()
    await page.unrouteAll()
    expect(await page.locator('[role=alert]').count()).toBe(0)
    expect(await said('Read by bob').count()).toBe(0)
    await page.locator('.app-list .vz-room', { hasText: 'bob' }).click()
    await said(other.says).waitFor()
    asked = []
    await page.locator('.app-list .vz-room', { hasText: 'Attic' }).click()
    await said('Read by bob').waitFor()
    expect(asked).toHaveLength(1)
  })

  test('is asked for again where the server says that events were lost', async () => {
    const place = places.room
    await open(place)
    await settled()
    await readUnheard(place, await say(place, 'Lost'))
    const { id } = place
    bus.publish([`c:${id}`], { v: 1, kind: 'room', conversation_id: id, frame: JSON.stringify({ type: 'resync', data: { room_id: id, seq: 1 } }) }) // prettier-ignore
    await said('Read by bob').waitFor()
  })

  test('is asked for again when the connection is back', async () => {
    const place = places.dm
    const { port, database } = app.server
    await open(place)
    await settled()
    const id = await say(place, 'While away')
    await app.server.app.close()
    await page.getByText('The server cannot be reached.').first().waitFor()
    await readUnheard(place, id)
    const again = await startServer({ server: { bind_addr: `127.0.0.1:${port}`, drain_seconds: 0 } }, database)
    await said('Read').waitFor({ timeout: 60_000 })
    await again.app.close()
  })

  test('gave the browser nothing to complain of', () => {
    expect(ada.complaints.filter((text) => !/status of 503|WebSocket|ERR_CONNECTION/.test(text))).toEqual([])
  })
})
