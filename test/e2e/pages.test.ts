import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Locator } from 'playwright-core'

import { smallestScript } from '../../.ci/smallest.ts'
import { bundlePages } from '../../src/web/bundle.ts'
import { type Locale, sayIn } from '../../src/web/pages/playground/texts.ts'
import { findBrowser, openBrowser } from '../services/browser.ts'
import { phone } from '../web/app-visit.ts'
import { coded, loadedBy, watch } from '../web/served-pages.ts'
import { clear, emptyFolder, serve, type Server } from './program.ts'

setDefaultTimeout(120_000)
const place = emptyFolder()
let server: Server

beforeAll(async () => {
  server = await serve(place)
})
afterAll(() => clear(place))

test('the executable has the files that the sources make, and makes none', async () => {
  const bundled = await bundlePages()
  const files = { ...bundled, 'widget.js': await smallestScript(bundled['widget.js'] ?? new Uint8Array()) }
  for (const [path, bytes] of Object.entries(files)) {
    const [, lost] = /^lost\.(\w+)\.html$/.exec(path) ?? []
    const address = { 'app.html': '', 'playground.html': 'playground' }[path] ?? path
    const headers = lost === undefined ? {} : { accept: 'text/html', 'accept-language': lost }
    const served = await coded(`${server.url}/${address}`, 'identity', headers)
    const status = lost === undefined ? 200 : 404
    expect([path, served.response.status, Buffer.compare(served.bytes, bytes)]).toEqual([path, status, 0])
  }
  expect(readdirSync(place)).toEqual(['data'])
  expect(readdirSync(join(place, 'data')).filter((name) => /page|asset|cache/.test(name))).toEqual([])
})

test('each is there in every coding, and in that which a browser likes and is the smallest', async () => {
  const html = await (await fetch(server.url)).text()
  for (const path of ['/', '/widget.js', ...loadedBy(html)]) {
    const plain = await coded(`${server.url}${path}`, 'identity')
    const readers = { br: brotliDecompressSync, zstd: Bun.zstdDecompressSync, gzip: Bun.gunzipSync }
    for (const [coding, read] of Object.entries(readers)) {
      const sent = await coded(`${server.url}${path}`, coding)
      expect([path, sent.coding, Buffer.compare(read(sent.bytes), plain.bytes)]).toEqual([path, coding, 0])
    }
    expect((await coded(`${server.url}${path}`, 'gzip, deflate, br, zstd')).coding).toBe('br')
  }
})

test('production has no playground unless it is told to', async () => {
  const own = emptyFolder()
  const settings = [
    'server.environment=production',
    'database.embedded=true',
    `security.jwt_secret=${crypto.randomUUID()}${crypto.randomUUID()}`,
    'server.trusted_proxies=127.0.0.1',
    `security.encryption_keys=k1:${crypto.getRandomValues(Buffer.alloc(32)).toString('base64')}`,
  ]
  try {
    const careful = await serve(own, { settings })
    expect((await fetch(`${careful.url}/playground`)).status).toBe(404)
    expect((await fetch(careful.url)).status).toBe(200)
    careful.kill('SIGTERM')
    expect(await careful.exited).toBe(0)
    const open = await serve(own, { settings: [...settings, 'features.playground=true'] })
    expect((await fetch(`${open.url}/playground`)).status).toBe(200)
  } finally {
    clear(own)
  }
})

const found = await findBrowser()
if ('missing' in found) console.warn(`The pages are not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found)('in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
  })
  afterAll(() => browser.close())

  test('the app and the playground show themselves from the executable alone, and a second visit fetches no file again', async () => {
    for (const path of ['/', '/playground']) {
      const context = await browser.newContext()
      const page = await context.newPage()
      const { asked, complaints } = await watch(page)
      await page.goto(`${server.url}${path}`)
      await page.waitForSelector('#app > *')
      const foreign = (url: string) => !url.startsWith(server.url) && !/^(data|blob):/.test(url)
      expect([asked.filter(foreign), complaints]).toEqual([[], []])

      await page.goto(`${server.url}/docs`)
      await page.goto(`${server.url}${path}`)
      await page.waitForSelector('#app > *')
      const sizes = await page.evaluate<number[]>(
        "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).map(({ transferSize }) => transferSize)",
      )
      expect(sizes.length).toBeGreaterThan(0)
      expect(Math.max(...sizes)).toBe(0)
      await context.close()
    }
  })

  test.each<[string, Locale, BrowserContextOptions]>([
    ['a desk, in English', 'en', { locale: 'en-GB', viewport: { width: 1280, height: 900 } }],
    ['a phone, in French', 'fr', { locale: 'fr-FR', ...phone }],
  ])('two people write to each other in the playground, at %s', async (_, locale, options) => {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    const { complaints } = await watch(page)
    const say = sayIn(locale)
    const press = (what: Locator) => (options.hasTouch === true ? what.tap() : what.click())
    const choose = (type: string) => page.getByRole('combobox', { name: say('command') }).selectOption(type)
    const send = async (as: string, answer: string) => {
      await press(page.getByRole('button', { name: say('send_as', as) }))
      await page.locator('output.answer', { hasText: say('answered', answer) }).waitFor()
    }
    await page.goto(`${server.url}/playground`)
    for (const name of ['A', 'B']) {
      await press(page.locator(`section.client-${name}`).getByRole('button', { name: say('throw_away') }))
      await page.locator(`section.client-${name}`).getByText(say('ready', 'try-')).waitFor()
    }
    for (const name of ['A', 'B']) {
      await choose('join_room')
      await send(name, 'room_joined')
    }
    await choose('send_message')
    for (const [from, to] of ['AB', 'BA']) {
      await page.locator('form.fields').getByLabel('content').first().fill(`Hello from ${from}`)
      await send(from ?? '', 'message_sent')
      await page
        .locator(`li.frame.client-${to}`, { hasText: `Hello from ${from}` })
        .first()
        .waitFor()
    }
    for (const language of ['JavaScript', 'Go', 'Python', 'curl']) {
      await press(page.getByRole('button', { name: language, exact: true }))
      await page.getByRole('region', { name: language }).getByText('Hello from B').waitFor()
    }
    expect(complaints).toEqual([])
    await context.close()
  })

  test('the first load of the app is at most 200 KB compressed', async () => {
    const html = await (await fetch(server.url)).text()
    let total = 0
    for (const path of ['/', ...loadedBy(html).filter((path) => /\.(js|css)$/.test(path))])
      total += (await coded(`${server.url}${path}`, 'gzip')).bytes.length
    expect(total).toBeLessThan(200_000)
  })
})
