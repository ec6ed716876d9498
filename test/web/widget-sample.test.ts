import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'

import { smallestScript } from '../../.ci/smallest.ts'
import { compressTightest } from '../../src/transport/http/index.ts'
import { configured } from '../platform/config/files.ts'
import { findBrowser, openBrowser } from '../services/browser.ts'
import { eventually, soon } from '../services/eventually.ts'
import { startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)
const docs = join(import.meta.dir, '../../docs')
const text = await Bun.file(join(docs, 'widget.md')).text()
const blocks = (language: string): string[] => [...text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, code = '']) => code) // prettier-ignore

test.each([
  ['ts', 'server.ts'],
  ['html', 'index.html'],
])('the page shows the sample as it is: %s', async (language, file) => {
  expect(blocks(language)).toContain(await Bun.file(join(docs, 'examples/widget', file)).text())
})

test('the script is as large as the page says', async () => {
  const { bundlePages } = await import('../../src/web/bundle.ts')
  const script = (await bundlePages())['widget.js'] ?? new Uint8Array()
  const [, kilobytes = ''] = /about (\d+) KB \(gzip\)/.exec(text) ?? []
  const { length } = await compressTightest(await smallestScript(script), 'gzip')
  expect(Math.abs(length / 1000 - Number(kilobytes))).toBeLessThan(1)
})

const found = await findBrowser()

describe.skipIf('missing' in found)('the sample, run as the page says', () => {
  const secret = 'y'.repeat(64)
  let server: TestServer
  let browser: Browser
  let sample: Bun.Subprocess<'ignore', 'pipe', 'inherit'>
  let url: string

  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
    // Its port has to be known to the server first.
    const taken = Bun.serve({ port: 0, fetch: () => new Response() })
    url = `http://localhost:${taken.port}`
    await taken.stop(true)
    const toml = blocks('toml')[0]?.replace('secret = ""', `secret = "${secret}"`) ?? ''
    const { config } = configured({ toml: toml.replace('["http://localhost:3000"]', `["${url}"]`) })
    server = await startServer({ security: { issuers: config.security.issuers, allowed_origins: config.security.allowed_origins } }) // prettier-ignore
    sample = Bun.spawn([process.execPath, join(docs, 'examples/widget/server.ts')], {
      env: { ...process.env, CHAT_SECRET: secret, CHAT_URL: server.url, PORT: new URL(url).port },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await eventually('the sample', () => fetch(url).then(({ ok }) => ok, () => false)) // prettier-ignore
  })
  afterAll(async () => {
    sample.kill()
    await sample.exited
    await browser.close()
    await server.close()
  })

  const person = async (link: string): Promise<Page> => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(url)
    await page.locator('veza-chat').getByRole('button', { name: 'Open the chat' }).click()
    await page.locator('veza-chat').getByText('Sign in to this page to use the chat.').waitFor()
    await page.getByRole('link', { name: link }).click()
    await page
      .locator('veza-chat')
      .getByRole('button', { name: /^Open the chat/ })
      .click()
    await page.locator('veza-chat textarea').waitFor()
    return page
  }

  test('two people chat through it', async () => {
    const [ada, bob] = [await person('Ada'), await person('Bob')]
    await ada.locator('veza-chat textarea').fill('Good morning')
    await ada.keyboard.press('Enter')
    const arrived = bob.locator('veza-chat article', { hasText: 'Good morning' })
    await arrived.waitFor()
    await soon(async () => expect(await arrived.locator('.vz-name').textContent()).toBe('Ada.Lovelace'))
    await bob.locator('veza-chat textarea').fill('And to you')
    await bob.keyboard.press('Enter')
    await ada.locator('veza-chat article', { hasText: 'And to you' }).waitFor()
  })
})
