import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { act, type App, has_browser, message, password, phone, startApp, type Visitor, write } from './app-visit.ts'

setDefaultTimeout(60_000)

/**
 * What has the focus once the page has what `appears` selects, before it does anything else, such as take the next key: 'there', or another element's tag. Whoever
 * waits for the next frame takes the focus from people who have gone on.
 */
async function focusOnce(page: Page, deed: () => Promise<unknown>, appears: string, takes = appears): Promise<string> {
  await page.evaluate(`window.focusOnce = new Promise((resolve) => {
    const ends = (how) => {
      observer.disconnect()
      resolve(how)
    }
    const observer = new MutationObserver(() => {
      if (document.querySelector(${JSON.stringify(appears)}) === null) return
      const now = document.activeElement
      ends(now.matches(${JSON.stringify(takes)}) ? 'there' : now.cloneNode().outerHTML)
    })
    observer.observe(document, { subtree: true, childList: true, attributes: true })
    setTimeout(() => ends('it never appeared'), 10_000)
  })
  void 0`)
  await deed()
  return page.evaluate<string>('window.focusOnce')
}

const field = '.vz-conversation .vz-composer-field'

describe.skipIf(!has_browser)('what takes the focus takes it at once:', () => {
  let app: App
  let ada: Visitor
  let page: Page
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada', '/c/general')
    page = ada.page
    await write(page, 'Whose turn is it?')
    await write(page, 'Who waters the plants?')
  })
  beforeEach(async () => {
    await page.goto(`${app.server.url}/c/general`)
    await message(page, 'Who waters the plants?').waitFor()
  })
  afterAll(() => app.close())

  const pressed = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const toSettings = async () => {
    await page.getByRole('button', { name: 'status and settings' }).click()
    await page.getByRole('menuitem', { name: 'Settings', exact: true }).click()
  }

  test('the heading of a pane beside the conversation', async () => {
    expect(await focusOnce(page, () => pressed('Pinned messages'), '.app-side h2')).toBe('there')
  })

  test('the field of a pane, once its file is at hand', async () => {
    await pressed('Search')
    await page.locator('.app-side input[type=search]').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.app-side').waitFor({ state: 'detached' })
    expect(await focusOnce(page, () => pressed('Search'), '.app-side input[type=search]')).toBe('there')
  })

  test('the field of a thread', async () => {
    const reply = () => act(page, 'Who waters the plants?', 'Reply in thread')
    expect(await focusOnce(page, reply, '.vz-thread textarea')).toBe('there')
  })

  test('a message that one goes to by keys', async () => {
    await page.locator('.vz-message').last().focus()
    const up = () => page.keyboard.press('ArrowUp')
    const older = '[data-key]:nth-last-child(2) .vz-message[tabindex="0"]'
    expect(await focusOnce(page, up, older)).toBe('there')
  })

  test('the heading of the settings, and of each of their parts', async () => {
    expect(await focusOnce(page, toSettings, '.vs-part h1')).toBe('there')
    for (const part of ['api-keys', 'language', 'profile']) {
      const link = `.vs-nav a[href="/settings/${part}"]`
      const go = () => page.locator(link).click()
      expect(await focusOnce(page, go, `${link}[aria-current]`, '.vs-part h1'), part).toBe('there')
    }
  })

  test('a field that is wrong, but from nobody who has gone on meanwhile', async () => {
    await toSettings()
    await page.locator('.vs-nav a[href="/settings/security"]').click()
    const wrong = page.locator('.vs-part [aria-invalid=true]')
    const change = () => page.getByRole('button', { name: 'Change password' }).click()
    await change()
    await wrong.and(page.locator(':focus')).waitFor()

    const elsewhere = [page.locator('.app-list button').first(), page.locator('[name=new_password]')]
    for (const place of elsewhere) {
      await page.locator('[name=current_password]').fill('not the one')
      await page.locator('[name=new_password]').fill(`${password} and more`)
      const asked = Promise.withResolvers<void>()
      const answers = Promise.withResolvers<void>()
      await page.route('**/auth/password', async (route) => {
        asked.resolve()
        await answers.promise
        await route.continue()
      })
      await change()
      await asked.promise
      await wrong.waitFor({ state: 'detached' })
      await place.focus()
      answers.resolve()
      await wrong.waitFor()
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 200))')
      expect(await place.evaluate((one) => one.matches(':focus'))).toBe(true)
      await page.unroute('**/auth/password')
    }
  })

  test('the field of a conversation', async () => {
    await page.goto(`${app.server.url}/settings/profile`)
    const go = () => page.locator('.app-list .vz-room', { hasText: 'general' }).click()
    expect(await focusOnce(page, go, field)).toBe('there')
  })

  test('the heading of a page that does not exist, and of the home page', async () => {
    const away = "history.pushState(null, '', '/c/nowhere-at-all'); dispatchEvent(new PopStateEvent('popstate'))"
    expect(await focusOnce(page, () => page.evaluate(away), '.app-empty h1')).toBe('there')
    const home = () => page.locator('.app-empty a').click()
    expect(await focusOnce(page, home, '.app-main h1:not(.app-empty-title)')).toBe('there')
  })
})

describe.skipIf(!has_browser)('where there is room for one pane,', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test.each([
    ['narrow', { viewport: { width: 390, height: 844 } }, field],
    ['phone', phone, '.app-conversation h1'],
  ])('the list that goes keeps nothing of whoever leaves it by keys: %s', async (name, options, place) => {
    const { page, close } = await app.signUp(name, '/c/general', options)
    const arrived = page.locator(place).and(page.locator(':focus'))
    const ways = {
      'the palette': async () => {
        await page.keyboard.press('Control+k')
        await page.getByRole('dialog').locator('input').fill('general')
        await page.getByRole('option', { name: 'general' }).first().waitFor()
        await page.keyboard.press('Enter')
      },
      'a key': () => page.keyboard.press('Alt+ArrowDown'),
    }
    for (const go of Object.values(ways)) {
      await page.goto(`${app.server.url}/`)
      await page.locator('.app-find').focus()
      await page.locator('.app-list .vz-room', { hasText: 'general' }).waitFor()
      await go()
      await arrived.waitFor()
      // The browser takes the focus from what is out of sight a frame later.
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
      expect(await arrived.count()).toBe(1)
    }
    await close()
  })

  test('a second click on what opens a dialog does not close it', async () => {
    const { page, close } = await app.signUp('twice', '/c/general')
    const { x, y } = (await page.getByRole('button', { name: 'Create a room' }).boundingBox()) ?? { x: 0, y: 0 }
    await page.mouse.click(x + 5, y + 5)
    await page.getByRole('dialog').waitFor()
    await page.mouse.click(x + 5, y + 5)
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 600))')
    expect(await page.getByRole('dialog').count()).toBe(1)
    await page.mouse.click(5, 400)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await close()
  })
})
