import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(90_000)

const found = await findBrowser()

/** Controls whose text has less room than it takes: a choice as long as the longest of its options. */
const cut = `[...document.querySelectorAll('select, input:not([type=checkbox]), button, summary, .badge')].flatMap((control) => {
  let wanted = control.scrollWidth
  let has = control.clientWidth
  if (control.matches('select')) {
    const free = control.cloneNode(true)
    Object.assign(free.style, { position: 'absolute', width: 'auto', maxWidth: 'none' })
    control.after(free)
    wanted = free.offsetWidth
    has = control.offsetWidth
    free.remove()
  }
  return has > 0 && wanted > has && !control.matches('.frame summary') ? [control.outerHTML.slice(0, 120) + ' ' + wanted + ' > ' + has] : []
})`

describe.skipIf('missing' in found)('the controls of the playground', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    if ('missing' in found) return
    server = await startServer()
    browser = await openBrowser(found)
    page = await browser.newPage()
    await page.goto(`${server.url}/playground`)
    await page.locator('.bench').waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  test.each([
    [1440, 'en'],
    [1440, 'fr'],
    [1280, 'en'],
    [1280, 'fr'],
    [1024, 'en'],
    [1024, 'fr'],
    [901, 'fr'],
    [390, 'en'],
    [390, 'fr'],
  ])('are all seen in full at %d px, in "%s"', async (width, locale) => {
    await page.setViewportSize({ width, height: 900 })
    await page.locator('header.top select').selectOption(locale)
    await page.locator(`html[lang="${locale}"]`).waitFor()
    expect(await page.evaluate<string[]>(cut)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  })
})
