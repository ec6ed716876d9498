import { afterAll, beforeAll, expect, describe, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import { act, type App, composer, has_browser, message, startApp, write } from './app-visit.ts'

setDefaultTimeout(120_000)

const draft = 'Half a thought'

/** Which messages are on the screen, and where, in pixels from the top. */
const shown = (page: Page) =>
  page.evaluate<Record<string, number>>(`Object.fromEntries(
    Array.from(document.querySelectorAll('.vz-conversation .vz-message'), (message) => [message, message.getBoundingClientRect()])
      .filter(([, { top, bottom }]) => top > 100 && bottom < 600)
      .map(([message, { top }]) => [/Message \\d+/.exec(message.textContent)?.[0], Math.round(top)]))`)

describe.skipIf(!has_browser)('another language', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test('changes the words alone: connection, place, draft and open pane stay', async () => {
    const ada = await app.signUp('ada', '/c/general')
    const { page } = ada
    const account = await app.server.login('ada')
    // What one posts before one has joined is refused.
    await page.getByText('Nobody has written here yet.').waitFor()
    for (let count = 1; count <= 60; count++)
      await app.server.ask('POST /rooms/general/messages', { content: `Message ${count}` }, account.token)
    await message(page, 'Message 60').waitFor()
    await write(page, 'The last word')
    await act(page, 'The last word', 'Reply in thread')
    await page.getByRole('complementary').waitFor()
    await composer(page).fill(draft)
    await page.locator('.vz-conversation .vz-message').first().hover()
    await page.mouse.wheel(0, -900)
    let before = await shown(page)
    let still = 0
    // Scrolling is smooth, and older messages come on the way: it may seem to stand for a moment.
    await eventually('it stands still, above the end', async () => {
      const last = before
      before = await shown(page)
      still = Object.keys(before).length > 5 && Bun.deepEquals(before, last) ? still + 1 : 0
      return still === 20
    })
    expect(Object.keys(before)).not.toContain('Message 60')
    let sockets = 0
    page.on('websocket', () => sockets++)

    const other = await page.context().newPage()
    await other.goto(`${app.server.url}/settings/language`)
    await other.getByLabel('Français').check()
    await other.getByText('Enregistré.').waitFor()

    await page.getByRole('complementary', { name: 'Fil' }).waitFor()
    await soon(async () => expect(await page.locator('html').getAttribute('lang')).toBe('fr'))
    await soon(async () => expect(await shown(page)).toEqual(before))
    await soon(async () => expect(await composer(page).inputValue()).toBe(draft))
    expect(sockets).toBe(0)

    await other.close()
    await ada.close()
  })
})
