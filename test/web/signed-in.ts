import type { BrowserContextOptions, Page } from 'playwright-core'

import type { Account, Overrides, TestServer } from '../services/server.ts'
import { startApp, type Visitor } from './app-visit.ts'

export interface SignedInApp {
  server: TestServer
  /** A page of somebody who has signed in by the form, in a browser of their own. */
  signIn(account: Pick<Account, 'username' | 'password'>, options?: BrowserContextOptions): Promise<Page>
  /** Of all pages so far. A refusal that the server means is in the log of every browser, and no complaint. */
  complaints(): string[]
  close(): Promise<void>
}

/** The app for people who have their accounts already. */
export async function startSignedInApp(overrides?: Overrides): Promise<SignedInApp> {
  const app = await startApp(overrides)
  const visitors: Visitor[] = []
  return {
    server: app.server,
    signIn: async ({ username, password }, options) => {
      const visitor = await app.visit('/sign-in', options)
      visitors.push(visitor)
      const { page } = visitor
      await page.locator('[name=username]').fill(username)
      await page.locator('[name=password]').fill(password)
      await page.locator('[name=password]').press('Enter')
      await page.locator('.app-frame').waitFor()
      return page
    },
    complaints: () => visitors.flatMap(({ complaints }) => complaints).filter((text) => !/status of 4\d\d/.test(text)),
    close: app.close,
  }
}

/** What axe holds to be wrong within an element, however little, each as its rule and where. */
export async function barriers(page: Page, within: string): Promise<string[]> {
  await page.evaluate(await Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir)).text())
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(${JSON.stringify(within)})`,
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
