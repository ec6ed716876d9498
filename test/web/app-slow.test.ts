// What waits in slow mode: how long, what ends it, and taking it back.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { composer, has_browser, message, write } from './app-visit.ts'
import { barriers, type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

const hours = 21_600

describe.skipIf(!has_browser)('in a room with slow mode', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
  })
  afterAll(() => app.close())

  const shown = (page: Page) => page.locator('.vz-conversation .vz-waiting > [aria-hidden]')
  const discard = (page: Page, text: string, name = 'Discard') =>
    page.locator('.vz-conversation .vz-row', { hasText: text }).getByRole('button', { name })
  const mark = (page: Page) => page.locator('.vz-room .vz-unsent')

  /** Bob in a room of its own, with one message there and more that wait. */
  async function come(name: string, waiting: readonly string[], options = {}) {
    const room = await app.server.room(ada, { name, slow_mode_seconds: hours })
    await app.server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    const page = await app.signIn(bob, options)
    await page.goto(`${app.server.url}/c/${name.toLowerCase().replace(' ', '-')}`)
    await write(page, 'the first')
    for (const text of waiting) {
      await composer(page).fill(text)
      await composer(page).press('Enter')
      await message(page, text).waitFor()
    }
    await shown(page).waitFor()
    const kept = async () => {
      const rows = await app.server.sql`select content from messages where conversation_id = ${room} order by number`
      return rows.map(({ content }) => String(content))
    }
    return { room, page, kept }
  }
  const change = (room: number, body: object) => app.server.ask(`PUT /rooms/${room}`, body, ada.token)

  test('what waits says for how long as one says it, and goes as soon as slow mode is off', async () => {
    const { room, page, kept } = await come('Tea house', ['two', 'three'])
    await eventually('the wait', async () =>
      /^Slow mode: 2 messages wait\. The next goes in (6 h|5 h 59 min)\.$/u.test(
        ((await shown(page).textContent()) ?? '').replaceAll('\u00a0', ' '),
      ),
    )
    await mark(page).waitFor()
    await change(room, { slow_mode_seconds: 0 })
    await shown(page).waitFor({ state: 'detached' })
    await eventually('all of it', async () => (await kept()).join() === 'the first,two,three')
    await mark(page).waitFor({ state: 'detached' })
    await write(page, 'at once')
  })

  test('what waits is taken back by its button, with the mouse and the keyboard, and the focus stays among the messages', async () => {
    const { room, page, kept } = await come('Tea garden', ['two', 'three', 'four', 'five'])
    await discard(page, 'two').click()
    await message(page, 'two').waitFor({ state: 'detached' })
    await discard(page, 'four').waitFor()
    await page.locator('.vz-message', { hasText: 'four' }).focus()
    await page.keyboard.press('Tab')
    await page.locator('.vz-row', { hasText: 'four' }).locator('button:focus').waitFor()
    await page.keyboard.press('Enter')
    await message(page, 'four').waitFor({ state: 'detached' })
    await page.locator('.vz-message:focus', { hasText: 'five' }).waitFor()
    expect(await barriers(page, '.vz-conversation')).toEqual([])
    await change(room, { slow_mode_seconds: 0 })
    await eventually('the others', async () => (await kept()).join() === 'the first,three,five')
  })

  test('what waits is taken back by a finger, in French', async () => {
    const { page } = await come('Tea shop', ['deux'], { locale: 'fr-FR', hasTouch: true })
    await shown(page)
      .filter({ hasText: /Le prochain part dans (6\sh|5\sh\s59\smin)\./u })
      .waitFor()
    await discard(page, 'deux', 'Abandonner').tap()
    await message(page, 'deux').waitFor({ state: 'detached' })
    await shown(page).waitFor({ state: 'detached' })
  })

  test('what waits as the room is archived is not sent, and only that nobody writes is said', async () => {
    const { room, page } = await come('Tea cellar', ['two'])
    await app.server.ask(`POST /rooms/${room}/archive`, { archived: true }, ada.token)
    await page.locator('.vz-failed').waitFor()
    await page.getByPlaceholder('This room is archived.').waitFor()
    expect(await shown(page).count()).toBe(0)
    await discard(page, 'two').click()
    await message(page, 'two').waitFor({ state: 'detached' })
  })

  test('gave the browser nothing to complain of', () => {
    expect(app.complaints()).toEqual([])
  })
})
