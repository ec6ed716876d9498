import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { act, type App, has_browser, password, startApp, type Visitor, write } from './app-visit.ts'

setDefaultTimeout(60_000)

/**
 * What has the focus once the page has what `appears` selects, before it does anything else, such as take the next key: 'there', or another element's tag. Whoever
 * waits for the next frame takes the focus from people who have gone on.
 */
async function focusOnce(page: Page, deed: () => Promise<unknown>, appears: string, takes = appears): Promise<string> {
  await page.evaluate(`window.focusOnce = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(${JSON.stringify(appears)}) === null) return
      observer.disconnect()
      const now = document.activeElement
      resolve(now.matches(${JSON.stringify(takes)}) ? 'there' : now.cloneNode().outerHTML)
    })
    observer.observe(document, { subtree: true, childList: true, attributes: true })
  })
  void 0`)
  await deed()
  return page.evaluate<string>('window.focusOnce')
}

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
  afterAll(() => app.close())

  const pressed = (name: string) => page.getByRole('button', { name, exact: true }).click()

  const closed = async (pane: string) => {
    await page.keyboard.press('Escape')
    await page.locator(pane).waitFor({ state: 'detached' })
  }

  test('the heading of a pane beside the conversation', async () => {
    expect(await focusOnce(page, () => pressed('Pinned messages'), '.app-side h2')).toBe('there')
    await closed('.app-side')
  })

  test('the field of a pane, once its file is at hand', async () => {
    await pressed('Search')
    await page.locator('.app-side input[type=search]').waitFor()
    await closed('.app-side')
    expect(await focusOnce(page, () => pressed('Search'), '.app-side input[type=search]')).toBe('there')
    await closed('.app-side')
  })

  test('the field of a thread', async () => {
    const reply = () => act(page, 'Who waters the plants?', 'Reply in thread')
    expect(await focusOnce(page, reply, '.vz-thread textarea')).toBe('there')
    await closed('.vz-thread')
  })

  test('a message that one goes to by keys', async () => {
    await page.locator('.vz-message').last().focus()
    const up = () => page.keyboard.press('ArrowUp')
    const older = '[data-key]:nth-last-child(2) .vz-message[tabindex="0"]'
    expect(await focusOnce(page, up, older)).toBe('there')
  })

  test('the heading of the settings, and of each of their parts', async () => {
    await page.getByRole('button', { name: 'status and settings' }).click()
    const settings = () => page.getByRole('menuitem', { name: 'Settings', exact: true }).click()
    expect(await focusOnce(page, settings, '.vs-part h1')).toBe('there')
    for (const part of ['api-keys', 'language', 'profile']) {
      const link = `.vs-nav a[href="/settings/${part}"]`
      const go = () => page.locator(link).click()
      expect(await focusOnce(page, go, `${link}[aria-current]`, '.vs-part h1'), part).toBe('there')
    }
  })

  test('a field that is wrong, but from nobody who has gone on meanwhile', async () => {
    await page.locator('.vs-nav a[href="/settings/security"]').click()
    const wrong = page.locator('.vs-part [aria-invalid=true]')
    const change = () => page.getByRole('button', { name: 'Change password' }).click()
    await change()
    await wrong.and(page.locator(':focus')).waitFor()

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
    const elsewhere = page.locator('.app-list button').first()
    await elsewhere.focus()
    answers.resolve()
    await wrong.first().waitFor()
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 200))')
    expect(await elsewhere.evaluate((button) => button.matches(':focus'))).toBe(true)
  })

  test('the field of a conversation', async () => {
    const go = () => page.locator('.app-list .vz-room', { hasText: 'general' }).click()
    expect(await focusOnce(page, go, '.vz-conversation .vz-composer-field')).toBe('there')
  })

  test('the heading of a page that does not exist, and of the home page', async () => {
    await page.evaluate(
      "history.pushState(null, '', '/c/nowhere-at-all'); dispatchEvent(new PopStateEvent('popstate'))",
    )
    await page.locator('.app-empty h1').waitFor()
    const home = () => page.locator('.app-empty a').click()
    expect(await focusOnce(page, home, '.app-main h1:not(.app-empty-title)')).toBe('there')
  })
})
