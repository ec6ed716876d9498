import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { payloads } from '../sdks/react/payloads.ts'
import type { Account } from '../services/server.ts'
import { soon } from '../services/eventually.ts'
import { type App, has_browser, join, startApp, type Visitor } from './app-visit.ts'

setDefaultTimeout(240_000)

/** What the page itself never has, so that it can only come out of a text. */
const dangerous = `[...document.querySelectorAll('#app script, #app iframe, #app object, #app embed, #app base, #app meta, #app style, #app link, #app video, #app audio, #app math, #app marquee, #app [srcdoc], #app [formaction], #app img[src=x], #app a[href^="javascript:"], #app a[href^="data:"]')].map((element) => element.outerHTML)`

describe.skipIf(!has_browser)('hostile texts in the app', () => {
  let app: App
  let eve: Account
  let ada: Visitor
  beforeAll(async () => {
    app = await startApp()
    eve = await app.server.register('eve')
    await app.server.ask('POST /rooms/general/join', undefined, eve.token)
    ada = await app.signUp('ada', '/c/general')
    await ada.page.addInitScript('globalThis.hits = 0; globalThis.hit = () => { hits++ }')
  })
  afterAll(() => app.close())

  const harmless = async () => {
    expect(await ada.page.evaluate<string[]>(dangerous)).toEqual([])
    expect(await ada.page.evaluate<number>('hits')).toBe(0)
    expect(ada.complaints).toEqual([])
  }
  /** How many of them the server took: what it refuses is in nobody's way. */
  const askAll = async (line: string, bodies: unknown[]) => {
    const answers = []
    for (const body of bodies) answers.push(await app.server.ask(line, body, eve.token))
    return answers.filter(({ status }) => status === 201).length
  }

  test('as messages, scrolled through and found', async () => {
    const texts = [...new Set(payloads)]
    expect(
      await askAll(
        'POST /rooms/general/messages',
        texts.map((content) => ({ content })),
      ),
    ).toBeGreaterThanOrEqual(60)
    const { page } = ada
    await page.goto(`${app.server.url}/c/general`)
    await page.locator('.vz-conversation .vz-message').first().waitFor()
    for (let step = 0; step < 12; step++) {
      await page.locator('.vz-conversation .vz-scroller').evaluate((scroller) => scroller.scrollBy(0, -500))
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
      await harmless()
    }
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByLabel('Words to find').fill('hit')
    await page.locator('.app-excerpts li').first().waitFor()
    await harmless()
  })

  test('as names, topics and descriptions of rooms, and as names of people', async () => {
    const { page } = ada
    const cut = (text: string, length: number) => Array.from(text).slice(0, length).join('').trim()
    const rooms = [...new Set(payloads)].map((text, at) => ({
      name: cut(text, 100),
      slug: `room-${at}`,
      topic: cut(text, 250),
      description: cut(text, 1000),
      is_public: true,
    }))
    expect(await askAll('POST /rooms', rooms)).toBeGreaterThanOrEqual(60)
    await page.goto(app.server.url)
    await page.getByRole('button', { name: 'Browse rooms' }).click()
    await page.locator('.app-card').nth(40).waitFor()
    await harmless()
    for (const at of [0, 8, 17, 30, 45]) {
      const { status } = await app.server.ask('PUT /users/me', { display_name: cut(payloads[at] ?? '', 64) }, eve.token)
      expect(status).toBe(200)
      await page.goto(`${app.server.url}/c/room-${at}`)
      await page.locator('.app-preview').waitFor()
      await harmless()
      await join(page)
      await page.locator('.app-head-topic').waitFor()
      await page.getByRole('button', { name: '2 members' }).click()
      await page.locator('.app-member').nth(1).waitFor()
      await harmless()
      await page.getByRole('button', { name: 'Details' }).click()
      await page.getByRole('complementary', { name: 'Details' }).waitFor()
      await harmless()
    }
  })

  test('would be seen: an element that comes out of one is found', async () => {
    await ada.page.evaluate("document.querySelector('#app').append(document.createElement('marquee'))")
    await soon(async () => expect(await ada.page.evaluate<string[]>(dangerous)).toEqual(['<marquee></marquee>']))
  })
})
