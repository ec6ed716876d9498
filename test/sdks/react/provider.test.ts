import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { eventually, soon } from '../../services/eventually.ts'
import { startServer, type Account, type TestServer } from '../../services/server.ts'
import { frameworks, open, serve, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The provider is not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found).each(frameworks)('the provider, by %s', (_, framework) => {
  let browser: Browser
  let served: Served
  let server: TestServer
  let ada: Account
  let page: Page

  beforeAll(async () => {
    if ('missing' in found) return
    served = await serve({ entry: 'pages/provider.tsx', ...framework })
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
  const says = (text: string | RegExp) => page.locator('output', { hasText: text }).waitFor()

  test('says which token the server refused, and so gets another', async () => {
    await come()
    await says('connected ada')
    await soon(async () =>
      expect(await page.evaluate<string[]>('controls.asked')).toContain('one that the server does not know'),
    )
  })

  /** How many the page has that listen for the network: a connection, and the provider where it has one. */
  const listening = () => page.evaluate<number>('listening')
  const counted = (page: Page) =>
    page.addInitScript(`globalThis.listening = 0
      for (const [name, step] of [['addEventListener', 1], ['removeEventListener', -1]]) {
        const own = globalThis[name]
        globalThis[name] = function (type, ...more) {
          if (type === 'online') listening += step
          return own.call(globalThis, type, ...more)
        }
      }`)

  test('closes what it has connected when it goes, and connects anew when it comes again', async () => {
    await come(counted)
    await says('connected ada')
    for (let time = 0; time < 3; time++) {
      await page.evaluate('controls.show(null)')
      await says('nothing')
      await eventually('nobody listens', async () => (await listening()) === 0)
      await page.evaluate(`controls.show('${time === 1 ? 'alone' : 'connected'}')`)
      await says(time === 1 ? /^connected$/ : 'connected ada')
      await eventually('as many listen as before', async () => (await listening()) === (time === 1 ? 1 : 2))
    }
  })

  test('has the server speak the language it is given, also when that is another', async () => {
    await come(counted)
    await says('connected ada')
    const english = await page.evaluate<string>('controls.ask()')
    await page.evaluate(`controls.locale('fr')`)
    await eventually('a sentence in French', async () => {
      await says('connected ada')
      return (await page.evaluate<string>('controls.ask()')) !== english
    })
    await eventually('as many listen as before', async () => (await listening()) === 2)
  })
})
