import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { type App, has_browser } from '../web/app-visit.ts'
import { type Served, serveApp } from './app.ts'
import { arrive, type Device, type Locale, type Person } from './app-person.ts'
import { until } from './program.ts'
import { walk } from './timeline-page.ts'

setDefaultTimeout(120_000)

// Whose network, page or server breaks is ada, on the one device; bob is in the room on the other.
describe.skipIf(!has_browser)('what two people see when something breaks in the middle of sending', () => {
  let app: App<Served>
  /** Of somebody who makes the rooms and looks at what the server has. */
  let token: string
  let rooms = 0
  beforeAll(async () => {
    app = await serveApp()
    token = (await app.server.register('eve')).access_token
  })
  afterAll(() => app.close())

  describe.each<[Locale, Device, Device]>([
    ['en', 'desktop', 'phone'],
    ['fr', 'phone', 'desktop'],
  ])('in %s, on a %s:', (locale, device, other_device) => {
    let ada: Person
    let bob: Person
    /** A room of its own for each test. */
    let room: { id: number; slug: string }
    const visitors = () => [ada, bob]

    beforeAll(async () => {
      const come = (name: string, device: Device) =>
        arrive(app.browser, app.server.url, `${name}-${locale}-${device}`, locale, device)
      ada = await come('ada', device)
      bob = await come('bob', other_device)
      for (const { signUp } of visitors()) await signUp()
    })
    afterAll(() => Promise.all(visitors().map(({ close }) => close())))

    beforeEach(async () => {
      const slug = `room-${++rooms}`
      room = await app.server.ask('POST /rooms', { name: slug, slug, is_public: true }, token)
      for (const { goTo, page, words, composer } of visitors()) {
        await goTo(`/c/${slug}`)
        await page.locator('.vz-conversation .vz-empty', { hasText: words.components.noMessages }).waitFor()
        await composer.waitFor()
      }
    })
    afterEach(() => {
      // A connection that fails is told of in the log of every browser.
      const unexpected = (text: string) => !/ERR_|WebSocket connection|status of 5/.test(text)
      for (const { complaints } of visitors()) expect(complaints.splice(0).filter(unexpected)).toEqual([])
    })

    const lines = (name: string, from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => `${name} says ${String(from + at).padStart(2, '0')}`)

    /** As fast as keys or fingers go, whatever becomes of it. */
    async function write({ composer, send }: Person, texts: string[]): Promise<void> {
      for (const text of texts) {
        await composer.fill(text)
        await send()
      }
    }

    /** What the server has, in the order of the log. */
    async function kept(): Promise<string[]> {
      const { messages } = await app.server.ask<{ messages: { content: string; seq: number }[] }>(
        `GET /rooms/${room.id}/messages?limit=100`,
        undefined,
        token,
      )
      return messages.toSorted((a, b) => a.seq - b.seq).map(({ content }) => content)
    }

    /** Everybody sees everything once, in one order, in which each said it in theirs; so does the server. */
    async function isWhole(said: Record<string, string[]>): Promise<void> {
      const wanted = Object.values(said).flat()
      const is_there = async () => (await kept()).length >= wanted.length
      await until(is_there, 60_000, 'the server has all').catch(() => undefined)
      const server = await kept()
      expect(server.toSorted()).toEqual(wanted.toSorted())
      for (const [name, texts] of Object.entries(said))
        expect(server.filter((text) => text.startsWith(name))).toEqual(texts)
      for (const { page } of visitors()) {
        const sees = async () => Bun.deepEquals(await walk(page), server)
        await until(sees, 30_000, 'the page shows all').catch(() => undefined)
        expect(await walk(page)).toEqual(server)
        await page.locator('.vz-connection').first().waitFor({ state: 'detached' })
      }
    }

    const isPending = ({ page }: Person, text: string) =>
      page
        .locator('.vz-message', { has: page.locator('.vz-pending') })
        .filter({ hasText: text })
        .waitFor()

    /** What one reads of it, in one's own language. */
    const reads = ({ page, words }: Person, what: 'offline' | 'away') =>
      page.locator('.vz-connection', { hasText: words.components[what](0) }).waitFor()

    const reload = async ({ page, composer }: Person) => {
      await page.reload()
      await composer.waitFor()
    }

    test('the network is cut, and comes back', async () => {
      await write(ada, lines('ada', 0, 8))
      await ada.page.context().setOffline(true)
      await write(ada, lines('ada', 8, 16))
      await write(bob, lines('bob', 0, 6))
      await isPending(ada, 'ada says 15')
      await reads(ada, 'offline')
      expect(await kept()).not.toContain('ada says 15')
      await ada.page.context().setOffline(false)
      await write(ada, lines('ada', 16, 20))
      await isWhole({ ada: lines('ada', 0, 20), bob: lines('bob', 0, 6) })
    })

    test('the network is cut, and the page is loaded again when it is back', async () => {
      await write(ada, lines('ada', 0, 5))
      await ada.page.context().setOffline(true)
      await write(ada, lines('ada', 5, 15))
      await isPending(ada, 'ada says 14')
      await reads(ada, 'offline')
      await ada.page.context().setOffline(false)
      await reload(ada)
      await write(ada, lines('ada', 15, 18))
      await isWhole({ ada: lines('ada', 0, 18) })
    })

    test('the page is loaded again at the moment of sending', async () => {
      for (let part = 0; part < 4; part++) {
        await write(ada, lines('ada', part * 5, part * 5 + 5))
        await reload(ada)
      }
      await isWhole({ ada: lines('ada', 0, 20) })
    })

    test('the server is killed, and starts again on what it left', async () => {
      const writing = Promise.all([write(ada, lines('ada', 0, 25)), write(bob, lines('bob', 0, 15))])
      await until(async () => (await kept()).length >= 8)
      await app.server.killed()
      await writing
      await isPending(ada, 'ada says 24')
      for (const visitor of visitors()) await reads(visitor, 'away')
      await app.server.again()
      await isWhole({ ada: lines('ada', 0, 25), bob: lines('bob', 0, 15) })
    })

    test('the server is killed, starts again, and the page is loaded again', async () => {
      const writing = write(ada, lines('ada', 0, 20))
      await until(async () => (await kept()).length >= 5)
      await app.server.killed()
      await writing
      await reads(ada, 'away')
      await app.server.again()
      await reload(ada)
      await write(ada, lines('ada', 20, 24))
      await write(bob, lines('bob', 0, 4))
      await isWhole({ ada: lines('ada', 0, 24), bob: lines('bob', 0, 4) })
    })
  })
})
