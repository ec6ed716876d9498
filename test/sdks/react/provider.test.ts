import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { startServer, type Account, type TestServer } from '../../services/server.ts'
import { frameworks, open, serve, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The provider is not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found).each(frameworks)('the provider, by %s', (_, instead) => {
  let browser: Browser
  let served: Served
  let server: TestServer
  let ada: Account
  let page: Page

  beforeAll(async () => {
    if ('missing' in found) return
    served = await serve({ entry: 'pages/provider.tsx', instead })
    server = await startServer({ security: { allowed_origins: [served.url] } })
    ada = await server.register('ada')
    browser = await openBrowser(found)
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
    await server.close()
  })
  afterEach(async () => {
    await page.close()
  })

  const come = async (before?: (page: Page) => unknown) => {
    const address = `${served.url}/#${encodeURIComponent(`${server.url}|${ada.token}`)}`
    page = (await open(browser, address, undefined, before)).page
  }
  const says = (text: string) => page.locator('output', { hasText: text }).waitFor()

  test('says which token the server refused, and so gets another', async () => {
    await come()
    await says('connected ada')
    expect(await page.evaluate<string[]>('controls.asked')).toContain('one that the server does not know')
  })
})
