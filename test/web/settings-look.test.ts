import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account, TestServer } from '../services/server.ts'
import { has_browser, phone } from './app-visit.ts'
import { barriers, type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(60_000)

const parts = ['profile', 'security', 'api-keys', 'appearance', 'language', 'notifications', 'blocked', 'data']

describe.skipIf(!has_browser)('the settings, as they look', () => {
  let server: TestServer
  let app: SignedInApp
  let ada: Account

  beforeAll(async () => {
    app = await startSignedInApp()
    server = app.server
    ada = await server.register('ada')
    const bob = await server.register('bob')
    await server.ask(`POST /users/${bob.id}/block`, undefined, ada.token)
    await server.ask('POST /auth/api-keys', { name: 'deploy notices', permissions: ['read_messages'] }, ada.token)
  })
  afterAll(() => app.close())

  async function open(page: Page, part: string): Promise<void> {
    await page.goto(`${server.url}/settings/${part}`)
    await page.locator('.vs h1').waitFor()
    await eventually('everything is loaded', async () => (await page.locator('.app-skeleton').count()) === 0)
  }
  const background = (page: Page): Promise<string> =>
    page.evaluate<string>('getComputedStyle(document.body).backgroundColor')

  const barriersIn = (page: Page) => barriers(page, '.vs')

  test('a theme is there before the first paint, after a reload and in other tabs too', async () => {
    const page = await app.signIn(ada, { colorScheme: 'light' })
    await open(page, 'appearance')
    const other = await page.context().newPage()
    await other.goto(`${server.url}/settings/language`)
    const light = await background(page)
    await page.getByLabel('Dark', { exact: true }).check()
    const dark = await background(page)
    expect(dark).not.toBe(light)
    await eventually('the other tab is dark', async () => (await background(other)) === dark)

    // The theme is set when the parser comes to the body, so before anything can be painted; and the page itself waits for no script of ours but this one.
    await page.addInitScript(`new MutationObserver((_, observer) => {
      if (document.body === null) return
      globalThis.themeAtBody = document.documentElement.dataset.vzTheme
      globalThis.schemeAtBody = document.documentElement.style.colorScheme
      observer.disconnect()
    }).observe(document, { childList: true, subtree: true })`)
    await page.reload()
    await page.locator('.vs h1').waitFor()
    await soon(async () =>
      expect(await page.evaluate<string[]>('[themeAtBody, schemeAtBody]')).toEqual(['dark', 'dark']),
    )
    expect(await background(page)).toBe(dark)
    await soon(async () => expect(await page.evaluate<string[]>('Array.from(document.querySelectorAll("meta[name=theme-color]"), ({ media }) => media)')).toEqual(['not all', 'all'])) // prettier-ignore
    await page.context().close()
  })

  test.each(['en-GB', 'fr-FR'])('on a phone in %s the part one is at is in sight among the others', async (locale) => {
    const page = await app.signIn(ada, { ...phone, locale })
    const current = page.locator('.vs-nav [aria-current=page]')
    const isInSight = async () => {
      const { x = -1, width = 0 } = (await current.boundingBox()) ?? {}
      return x >= 0 && x + width <= 390
    }
    for (const part of ['data', 'profile', 'notifications']) {
      await open(page, part)
      await soon(async () => expect([part, await isInSight()]).toEqual([part, true]))
    }
    const last = page.locator('.vs-nav a').last()
    await last.focus()
    await page.keyboard.press('Enter')
    await eventually('another part', async () => (await current.getAttribute('href')) === '/settings/data')
    await soon(async () => expect(await isInSight()).toBe(true))
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await page.context().close()
  })

  test('on a phone the edge of the line of parts says whether there are more', async () => {
    const page = await app.signIn(ada, { ...phone, locale: 'fr-FR' })
    const edge = async (part: string) => {
      await open(page, part)
      const { y = 0, height = 0 } = (await page.locator('.vs-nav').boundingBox()) ?? {}
      // Below the letters, at either end.
      const at = (x: number) => page.screenshot({ clip: { x, y: y + height - 7, width: 16, height: 4 } })
      return [(await at(0)).toString('base64'), (await at(374)).toString('base64')]
    }
    const [plain, shade] = await edge('profile')
    expect(plain === shade).toBe(false)
    const [left, right] = await edge('data')
    expect(left === plain).toBe(false)
    expect(right === shade).toBe(false)
    await page.context().close()
  })

  test('the playground has the theme as well', async () => {
    const page = await app.signIn(ada, { colorScheme: 'light' })
    await open(page, 'appearance')
    await page.getByLabel('High contrast').check()
    await page.goto(`${server.url}/playground`)
    expect(await page.locator('html').getAttribute('data-vz-theme')).toBe('contrast')
    await page.context().close()
  })

  test('own colours are in use only if they can be read, and the nearest that can are offered', async () => {
    const page = await app.signIn(ada)
    await open(page, 'appearance')
    await page.getByLabel('Your own colours').check()
    const before = await background(page)
    await page.getByLabel('Background').fill('#2b1a4d')
    const use = page.getByRole('button', { name: 'Use these colours' })
    await page.getByText('The text could not be read everywhere').waitFor()
    await soon(async () => expect(await use.getAttribute('aria-disabled')).toBe('true'))
    await use.click({ force: true })
    await soon(async () => expect(await background(page)).toBe(before))
    await page.getByRole('button', { name: 'Take the nearest that can be read' }).click()
    expect(await page.locator('.app-wrong').count()).toBe(0)
    await use.click()
    await soon(async () => expect(await background(page)).toBe('rgb(43, 26, 77)'))
    expect(await barriersIn(page)).toEqual([])
    await page.reload()
    await page.locator('.vs h1').waitFor()
    expect(await background(page)).toBe('rgb(43, 26, 77)')
    await soon(async () =>
      expect(await page.locator('meta[name=theme-color]').first().getAttribute('content')).toBe('#2b1a4d'),
    )
    await page.getByLabel('Light', { exact: true }).check()
    await soon(async () => expect(await background(page)).toBe(before))
    await page.context().close()
  })

  test('density, Enter and notifications are kept on the device', async () => {
    const page = await app.signIn(ada)
    await open(page, 'appearance')
    await page.getByLabel('Compact').check()
    await page.getByLabel('Enter sends').uncheck()
    await open(page, 'notifications')
    await page.getByLabel('Nothing').check()
    await page.getByLabel('Play a sound').check()
    await open(page, 'appearance')
    await soon(async () => expect(await page.locator('html').getAttribute('data-vz-density')).toBe('compact'))
    expect(await page.getByLabel('Enter sends').isChecked()).toBe(false)
    await open(page, 'notifications')
    await soon(async () => expect([await page.getByLabel('Nothing').isChecked(), await page.getByLabel('Play a sound').isChecked()]).toEqual([true, true])) // prettier-ignore
    await page.context().close()
  })

  test('compact messages take less room', async () => {
    const room = await server.room(ada)
    for (const content of ['One', 'Two', 'Three'])
      await server.ask(`POST /rooms/${room}/messages`, { content }, ada.token)
    const page = await app.signIn(ada)
    const heightOf = async (density: string): Promise<number[]> => {
      await page.evaluate(`localStorage.setItem('veza.appearance', '{"density":"${density}"}')`)
      await page.goto(`${server.url}/c/${room}`)
      await page.locator('.vz-message', { hasText: 'Three' }).waitFor()
      return page.evaluate<number[]>(
        "Array.from(document.querySelectorAll('.vz-message'), (message) => message.getBoundingClientRect().height)",
      )
    }
    const [comfortable, compact] = [await heightOf('comfortable'), await heightOf('compact')]
    expect(compact).toHaveLength(3)
    expect(compact.map((height, at) => height < (comfortable[at] ?? 0))).toEqual([true, true, true])
    await page.context().close()
  })

  test('notifications are asked for by a click, and the page says what the browser answered', async () => {
    const page = await app.signIn(ada, { permissions: [] })
    await page.addInitScript(`Object.defineProperty(Notification, 'permission', { get: () => globalThis.answer ?? 'default' })
      Notification.requestPermission = () => Promise.resolve(globalThis.answer = 'denied')`)
    await open(page, 'notifications')
    await page.getByRole('button', { name: 'Allow notifications' }).click()
    await page.getByText('Your browser blocks notifications of this page.').waitFor()
    await page.context().close()
  })

  test('notifications that are allowed elsewhere, in the list or by the browser, are no question any more', async () => {
    const page = await app.signIn(ada, { permissions: [] })
    await page.addInitScript(`Object.defineProperty(Notification, 'permission', { get: () => globalThis.answer ?? 'default' })
      Notification.requestPermission = () => Promise.resolve(globalThis.answer = 'granted')`)
    const allow = page.getByRole('button', { name: 'Allow notifications' })
    await open(page, 'notifications')
    await allow.waitFor()
    await page.locator('.app-offer').getByRole('button').first().click()
    await allow.waitFor({ state: 'detached' })
    await page.context().close()

    const other = await app.signIn(ada, { permissions: [] })
    // A headless shell says here that all is denied, whatever was granted.
    await other.addInitScript(`navigator.permissions.query({ name: 'notifications' }).then((status) =>
      Object.defineProperty(Notification, 'permission', { get: () => status.state === 'prompt' ? 'default' : status.state }))`)
    await open(other, 'notifications')
    const said = other.getByText('Your browser shows notifications of this page.')
    expect(await said.count()).toBe(0)
    await other.context().grantPermissions(['notifications'])
    await said.waitFor()
    await other.context().close()
  })

  test('a language is chosen for the app and for what the server says', async () => {
    const eve = await server.register('eve')
    const page = await app.signIn(eve)
    await open(page, 'language')
    await page.getByLabel('Français').check()
    await page.getByRole('heading', { name: 'Langue' }).waitFor()
    await page.getByText('Enregistré.').waitFor()
    await soon(async () => expect(await page.locator('html').getAttribute('lang')).toBe('fr'))
    expect((await server.ask('GET /users/me', undefined, eve.token)).data as object).toMatchObject({ locale: 'fr' })
    await open(page, 'profile')
    await page.locator('[name=email]').fill('eve@localhost')
    await page.locator('[name=current_password]').fill(eve.password)
    await page.locator('[name=current_password]').press('Enter')
    await page.getByText('doit être une adresse e-mail').waitFor()
    await page.context().close()
  })

  test.each(['light', 'dark', 'contrast'])('no part has a barrier, by axe, in the theme %s', async (theme) => {
    const page = await app.signIn(ada)
    await page.evaluate(`localStorage.setItem('veza.appearance', '{"theme":"${theme}"}')`)
    const found: Record<string, string[]> = {}
    for (const part of parts) {
      await open(page, part)
      found[part] = await barriersIn(page)
    }
    expect(found).toEqual(Object.fromEntries(parts.map((part) => [part, []])))
    await page.context().close()
  })

  test('on a phone nothing is cut off, in French either, and every part can be reached', async () => {
    const page = await app.signIn(ada, { viewport: { width: 390, height: 844 }, locale: 'fr-FR' })
    for (const part of parts) {
      await open(page, part)
      const wide = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.vs-part, .vs-part *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && e.closest('pre') === null && !e.matches('.vz-hidden')).map((e) => e.outerHTML.slice(0, 80))`,
      )
      expect({ part, wide }).toEqual({ part, wide: [] })
      expect(await barriersIn(page)).toEqual([])
    }
    await page.getByRole('link', { name: 'Vos données' }).click()
    await page.getByRole('heading', { level: 1, name: 'Vos données' }).waitFor()
    await page.context().close()
  })

  test('the keyboard alone gets to a part, changes a name, and out of a question again', async () => {
    const page = await app.signIn(ada)
    await open(page, 'profile')
    const { keyboard } = page
    const focused = () =>
      page.evaluate<string>(`(() => {
      const { activeElement: a } = document
      return a.labels?.[0]?.innerText ?? a.getAttribute('aria-label') ?? a.innerText
    })()`)
    const tabTo = async (name: string) => {
      for (let steps = 0; steps < 60; steps++) {
        if ((await focused()) === name) return
        await keyboard.press('Tab')
      }
      throw new Error(`Tab does not come to ${name}.`)
    }
    await tabTo('Display name')
    await keyboard.type('Countess')
    await keyboard.press('Enter')
    await page.getByText('Saved.').waitFor()
    await soon(async () => expect(await focused()).toBe('Display name'))

    await tabTo('Your data')
    await keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Your data' }).waitFor()
    await soon(async () => expect(await focused()).toBe('Your data'))
    await tabTo('Delete my account')
    await keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo('Your username')
    await keyboard.press('Escape')
    await eventually('the question is gone', async () => (await page.getByRole('dialog').count()) === 0)
    await soon(async () => expect(await focused()).toBe('Delete my account'))
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    await page.context().close()
  })

  test('the browser has nothing to complain of', () => {
    expect(app.complaints()).toEqual([])
  })
})
