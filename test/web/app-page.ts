import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import type { Account, TestServer } from '../services/server.ts'

const found = await findBrowser()
if ('missing' in found) console.warn(`The app is not looked at in a browser: ${found.missing}.`)
export const hasBrowser = !('missing' in found)

const axe = await Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir)).text()

export type AppPages = Awaited<ReturnType<typeof openAppPages>>

/** The app in Chromium, one context a person. What the browser complains of is in `complaints`. */
export async function openAppPages(server: () => TestServer) {
  if ('missing' in found) throw new Error(found.missing)
  const browser: Browser = await openBrowser(found)
  const complaints: string[] = []

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1200, height: 900 }, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.addInitScript(
      "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))",
    )
    page.on('console', (message) => {
      // A refusal that the server means is in the log of every browser.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
    })
    return page
  }

  return {
    complaints,
    open,
    /** A page of somebody who has signed in by its form. */
    async signedIn(
      { username, password }: Pick<Account, 'username' | 'password'>,
      options?: BrowserContextOptions,
    ): Promise<Page> {
      const page = await open(options)
      await page.goto(`${server().url}/sign-in`)
      await page.locator('[name=username]').fill(username)
      await page.locator('[name=password]').fill(password)
      await page.locator('[name=password]').press('Enter')
      await page.locator('.app-frame').waitFor()
      return page
    },
    close: () => browser.close(),
  }
}

/** What axe holds to be wrong within an element, in short. */
export async function barriers(page: Page, within = 'html'): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(${JSON.stringify(within)})`,
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
