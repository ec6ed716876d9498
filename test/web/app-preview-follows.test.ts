import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { composer, has_browser, message } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('the page of a room that one is not in', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
  })
  afterAll(() => app.close())

  const gone = (page: Page) => page.getByText('This conversation does not exist, or it is not open to you.')
  const comeIntoView = (page: Page) => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

  test('follows a rename and a deletion when it comes into view, and while it is in view', async () => {
    const room = await app.server.room(ada, { name: 'Tea house' })
    const page = await app.signIn(bob)
    await page.clock.install()
    await page.goto(`${app.server.url}/c/tea-house`)
    await page.getByRole('heading', { name: 'Tea house' }).waitFor()
    await app.server.ask(`PUT /rooms/${room}`, { name: 'Tea garden' }, ada.token)
    await comeIntoView(page)
    await page.getByRole('heading', { name: 'Tea garden' }).waitFor()
    await page.clock.fastForward(25_000)
    await app.server.ask(`PUT /rooms/${room}`, { name: 'Tea barge' }, ada.token)
    await page.clock.fastForward(10_000)
    await page.getByRole('heading', { name: 'Tea barge' }).waitFor()
    await app.server.ask(`DELETE /rooms/${room}`, undefined, ada.token)
    await page.locator('.app-find').focus()
    await page.clock.fastForward(31_000)
    await gone(page).waitFor()
    await page.locator('.app-find:focus').waitFor()
    await page.context().close()
  })

  test('asks nothing while nobody sees it', async () => {
    await app.server.room(ada, { name: 'Attic' })
    const page = await app.signIn(bob)
    await page.clock.install()
    let asked = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/rooms/attic')) asked++
    })
    await page.goto(`${app.server.url}/c/attic`)
    await page.getByRole('heading', { name: 'Attic' }).waitFor()
    const see = (state: string) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { get: () => '${state}', configurable: true })`)
    await see('hidden')
    const before = asked
    await page.clock.fastForward(100_000)
    expect(asked).toBe(before)
    await see('visible')
    await comeIntoView(page)
    await eventually('a question', () => asked === before + 1)
    await page.context().close()
  })

  test.each(['is not in', 'is in'])(
    'of which one %s is not there after a deletion without a connection',
    async (how) => {
      const name = `Quay ${how.length}`
      const room = await app.server.room(ada, { name })
      await app.server.ask(`POST /rooms/${room}/messages`, { content: 'Mind the gap' }, ada.token)
      if (how === 'is in') await app.server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
      const page = await app.signIn(bob)
      let is_down = false
      const cuts: (() => Promise<void>)[] = []
      await page.routeWebSocket(/.*/, (socket) => {
        if (is_down) return void socket.close({ code: 1013 })
        socket.connectToServer()
        cuts.push(() => socket.close({ code: 1013 }))
      })
      await page.goto(`${app.server.url}/c/quay-${how.length}`)
      if (how === 'is in') await message(page, 'Mind the gap').waitFor()
      else await page.getByRole('button', { name: `Join: ${name}` }).waitFor()
      is_down = true
      for (const cut of cuts) await cut()
      await app.server.ask(`DELETE /rooms/${room}`, undefined, ada.token)
      is_down = false
      await gone(page).waitFor()
      expect(await composer(page).count()).toBe(0)
      await page.context().close()
    },
  )

  test('says that it is gone where it is deleted as one presses Join, also among all rooms', async () => {
    const page = await app.signIn(bob)
    for (const name of ['Dock', 'Pier']) {
      const room = await app.server.room(ada, { name })
      await page.goto(app.server.url + (name === 'Dock' ? '/c/dock' : '/'))
      const join = page.getByRole('button', { name: `Join: ${name}` })
      await join.waitFor()
      // What is known of it stays, as it would where the answer is late.
      await page.route(/\/rooms\/dock$/, (route) => route.abort())
      await app.server.ask(`DELETE /rooms/${room}`, undefined, ada.token)
      await join.click()
      await gone(page).and(page.locator(':focus')).waitFor()
      await soon(() => expect(new URL(page.url()).pathname).toBe(`/c/${name.toLowerCase()}`))
    }
    await page.context().close()
  })
})
