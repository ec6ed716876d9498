import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { startServer, type TestServer } from '../../services/server.ts'
import { soon } from '../../services/eventually.ts'
import { open, reacts, serve, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The sample is not run in a browser: ${found.missing}.`)

const pages = join(import.meta.dir, 'pages')
const docs = await Bun.file(join(import.meta.dir, '../../../docs/integration_react.md')).text()
const [, sample = ''] = /```jsx\n(import \{ useWebSocket \}[\s\S]*?)```/.exec(docs) ?? []
const [, importsOfComponents = ''] = /```js\n {3}(import \{ ChatInput[^\n]*)\n/.exec(docs) ?? []
const [, hookFile = ''] = /```js\n {3}(export \{ useWebSocket[^\n]*)\n/.exec(docs) ?? []
const [, styles = ''] = /```css\n {3}([^\n]*)\n/.exec(docs) ?? []

describe.skipIf('missing' in found).each(reacts)('the sample of docs/integration_react.md, by %s', (_, framework) => {
  let browser: Browser
  let server: TestServer
  let served: Served

  beforeAll(async () => {
    if ('missing' in found) return
    served = await serve({
      entry: 'pages/sample-page.tsx',
      ...framework,
      files: {
        [join(pages, 'ChatApp.jsx')]: `${importsOfComponents}\n${sample}\nexport { ChatApp }`,
        [join(pages, 'hooks/useWebSocket.js')]: hookFile,
      },
    })
    server = await startServer({ security: { allowed_origins: [served.url] } })
    // Where the sample says the server is, there it is.
    browser = await openBrowser(found, [`--host-resolver-rules=MAP localhost:8080 127.0.0.1:${server.port}`])
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
    await server.close()
  })

  test('is there as it was agreed on', () => {
    expect(sample).toContain("} = useWebSocket('ws://localhost:8080/ws');")
    expect(sample).toContain('<ChatMessages messages={messages} />\n            <ChatInput onSend={sendMessage} />')
  })

  test.each([
    ['the address of the sample', ''],
    ['that of the provider', 'provider'],
  ])('has two people write to each other, connected to %s', async (_, whose) => {
    const url = whose === '' ? '' : server.url
    const [ada, bob] = [await server.register(`ada${whose}`), await server.register(`bob${whose}`)]
    const { data } = await server.ask('POST /rooms', { name: `Tea house ${whose}`, is_public: true }, ada.token)
    const { slug } = data as { slug: string }
    const come = async (token: string): Promise<Page> => {
      const { page } = await open(browser, `${served.url}/#${encodeURIComponent(`${url}|${token}|${slug}`)}`)
      await page.getByText('Status: 🟢 Connecté').waitFor()
      return page
    }
    const [one, two] = [await come(ada.token), await come(bob.token)]
    await one.locator('textarea').fill('Bonjour')
    await one.keyboard.press('Enter')
    await two.locator('.vz-message', { hasText: 'Bonjour' }).waitFor()
    await two.locator('textarea').fill('Salut *ada*')
    await two.keyboard.press('Enter')
    await one.locator('.vz-message', { hasText: 'Salut ada' }).waitFor()
    await soon(async () => expect(await one.locator('.vz-name').allInnerTexts()).toEqual([ada.username, bob.username]))
  })

  test('fills the window with the styles beside it, and scrolls within', async () => {
    const eve = await server.register('eve')
    await server.ask('POST /rooms', { name: 'Attic', slug: 'attic', is_public: true }, eve.token)
    for (let at = 1; at <= 40; at++) await server.ask('POST /rooms/attic/messages', { content: `Box ${at}` }, eve.token)
    const { page } = await open(browser, `${served.url}/#${encodeURIComponent(`|${eve.token}|attic`)}`)
    await page.evaluate(`(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(${JSON.stringify(styles)})
      document.adoptedStyleSheets.push(sheet)
    })()`)
    await page.locator('.vz-message', { hasText: 'Box 40' }).waitFor()
    const { y = 0, height = 0 } = (await page.locator('textarea').boundingBox()) ?? {}
    expect(y + height).toBeLessThanOrEqual(page.viewportSize()?.height ?? 0)
    expect(await page.evaluate<number>('document.documentElement.scrollHeight - innerHeight')).toBeLessThan(20)
    await page.close()
  })
})
