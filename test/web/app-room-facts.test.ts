import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Request, Route, WebSocketRoute } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { type App, has_browser, join, message, startApp, type Visitor } from './app-visit.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('what is known of a room', () => {
  let app: App
  let ada: Visitor
  let bob: Account
  let room: number
  const sockets: WebSocketRoute[] = []
  let may_connect = Promise.resolve()
  let may_ask_more = Promise.resolve()
  let lists = 0
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada')
    await app.server.sql`update users set role = 'admin' where username = 'ada'`
    bob = await app.server.register('bob')
    room = await app.server.room(bob, { name: 'Tea house', slug: 'tea-house', topic: 'Green and black' })
    await ada.page.routeWebSocket(/\/ws/, async (socket) => {
      await may_connect
      const server = socket.connectToServer()
      socket.onMessage(async (frame) => {
        const text = String(frame)
        if (text.includes('"get_members"')) lists++
        if (text.includes('"cursor"')) await may_ask_more
        server.send(frame)
      })
      sockets.push(socket)
    })
    await ada.page.goto(`${app.server.url}/c/tea-house`)
    await join(ada.page)
    await ada.page.getByRole('heading', { level: 1, name: 'Tea house' }).waitFor()
    await ada.page.getByRole('button', { name: '2 members' }).waitFor()
  })
  afterAll(() => app.close())

  const of_room = /\/api\/v1\/rooms\/[\w-]+$/
  const change = (body: object) => app.server.ask(`PUT /rooms/${room}`, body, bob.token)
  const topic = (text: string) => ada.page.locator('.app-head-topic', { hasText: text }).waitFor()

  test('is shown also where much happens and an answer takes longer than the time between two questions', async () => {
    const { page } = ada
    await page.route(of_room, async (route) => {
      const answer = await route.fetch()
      await Bun.sleep(2500)
      await route.fulfill({ response: answer }).catch((error: unknown) => error)
    })
    const shown = page.locator('.app-head-topic', { hasText: 'Green, cup' })
    let cups = 0
    const is_shown = async () => {
      await change({ topic: `Green, cup ${++cups}` })
      return (await shown.count()) > 0
    }
    const until = Date.now() + 12_000
    while (!(await is_shown()) && Date.now() < until) await Bun.sleep(500)
    expect(await shown.count()).toBe(1)
    await page.unroute(of_room)
    await topic(`Green, cup ${cups}`)
  })

  test('stays when one question has no answer, and what one types in its settings with it', async () => {
    const { page } = ada
    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('button', { name: 'Room settings' }).click()
    const form = page.getByRole('dialog', { name: 'Room settings' })
    await form.getByLabel('Description').fill('Not saved yet')
    let refused = 0
    await page.route(of_room, (route) => {
      refused++
      return route.fulfill({ status: 503, json: { success: false, error: { code: 'SERVICE_UNAVAILABLE', message: 'Later.' } } }) // prettier-ignore
    })
    await change({ topic: 'White' })
    await eventually('a question without an answer', () => Promise.resolve(refused > 0))
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    await soon(async () => expect(await form.getByLabel('Description').inputValue()).toBe('Not saved yet'))
    await page.unroute(of_room)
    // Nothing else happens in the room: it is asked again by itself.
    await topic('White')
    await soon(async () => expect(await form.getByLabel('Description').inputValue()).toBe('Not saved yet'))
  })

  test('keeps what others changed while one had the form open', async () => {
    const form = ada.page.getByRole('dialog', { name: 'Room settings' })
    await change({ name: 'Tea garden', slow_mode_seconds: 10 })
    await form.getByRole('button', { name: 'Archive room' }).click()
    await ada.page.getByRole('dialog', { name: /^Archive / }).getByRole('button', { name: 'Cancel' }).click() // prettier-ignore
    await soon(async () => expect(await form.getByLabel('Description').inputValue()).toBe('Not saved yet'))
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    const { data } = await app.server.ask(`GET /rooms/${room}`, undefined, bob.token)
    expect(data).toMatchObject({ name: 'Tea garden', topic: 'White', description: 'Not saved yet', slow_mode_seconds: 10 }) // prettier-ignore
  })

  test('is asked for a few times when many come at once', async () => {
    let asked = 0
    ada.page.on('request', (request) => {
      if (request.method() === 'GET' && of_room.test(new URL(request.url()).pathname)) asked++
    })
    const guests = await Promise.all(Array.from({ length: 8 }, (_, guest) => app.server.register(`guest-${guest}`)))
    await Promise.all(guests.map(({ token }) => app.server.ask(`POST /rooms/${room}/join`, undefined, token)))
    await ada.page.getByRole('button', { name: '10 members' }).waitFor()
    expect(asked).toBeWithin(1, 4)
  })

  test('is asked for again when it changed while the first answer was on its way', async () => {
    const { page } = ada
    const [is_asked, may_come] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const hold = async (route: Route) => {
      const answer = await route.fetch()
      is_asked.resolve()
      await may_come.promise
      await route.fulfill({ response: answer })
    }
    await page.route(of_room, hold, { times: 1 })
    await page.reload()
    await is_asked.promise
    await page.locator('.app-conversation textarea').waitFor()
    await change({ topic: 'Oolong' })
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'told after the change' }, bob.token)
    await message(page, 'told after the change').waitFor()
    may_come.resolve()
    await topic('Oolong')
  })

  test('is not asked for at what happens elsewhere once it is known not to be there', async () => {
    const { page } = ada
    let asked = 0
    const count = (request: Request) => {
      if (of_room.test(new URL(request.url()).pathname)) asked++
    }
    await page.goto(`${app.server.url}/c/nowhere`)
    const list = page.locator('.app-list')
    await list.getByRole('button', { name: /^Tea garden/ }).click()
    await message(page, 'told after the change').waitFor()
    await page.goBack()
    await page.getByText('This conversation does not exist, or it is not open to you.').waitFor()
    page.on('request', count)
    const eve = await app.server.register('eve')
    await app.server.ask(`POST /rooms/${room}/join`, undefined, eve.token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'told after the joining' }, bob.token)
    const unread = list.getByRole('region', { name: 'Unread' }).getByRole('button', { name: /^Tea garden/ })
    await unread.waitFor()
    expect(asked).toBe(0)
    page.off('request', count)
    await unread.click()
    await message(page, 'told after the joining').waitFor()
  })

  test('is asked for again when it changed before there was a connection', async () => {
    const { page } = ada
    const { promise, resolve } = Promise.withResolvers<void>()
    may_connect = promise
    await page.goto(`${app.server.url}/c/tea-house`)
    await topic('Oolong')
    await change({ topic: 'Pu-erh' })
    resolve()
    await topic('Pu-erh')
  })

  test('is asked for again after the connection was down', async () => {
    const { page } = ada
    // No event of it comes.
    await app.server.sql`update conversations set topic = 'Rooibos' where id = ${room}`
    await sockets.at(-1)?.close({ code: 1001 })
    await topic('Rooibos')
    await soon(async () => expect(await page.locator('.app-frame').count()).toBe(1))
  })

  test('has more members once one asked for them, also if the list was asked for again meanwhile', async () => {
    const { page } = ada
    await app.server.sql`
      with people as (insert into users (username) select 'person-' || n from generate_series(1, 100) n returning id)
      insert into members (conversation_id, user_id, role) select ${room}, id, 'member' from people`
    const { promise, resolve } = Promise.withResolvers<void>()
    may_ask_more = promise
    await page.getByRole('button', { name: / members$/ }).click()
    const pane = page.getByRole('complementary', { name: 'Members' })
    await pane.getByRole('button', { name: 'Show more' }).click()
    const before = lists
    await app.server.ask(`PUT /rooms/${room}/members/${bob.id}`, { nickname: 'Teapot' }, bob.token)
    await eventually('the list is asked for again', () => Promise.resolve(lists > before))
    resolve()
    await pane.getByText('Teapot').waitFor()
    await pane.getByText('person-99').waitFor()
  })
})
