import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { eventually, soon } from '../services/eventually.ts'
import { startServer, type TestServer } from '../services/server.ts'
import { seriousFindings } from './app-visit.ts'

setDefaultTimeout(60_000)
let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const files = (html: string) => [...html.matchAll(/(?:href|src)="(\/docs\/[^"]+)"/g)].map(([, path = '']) => path)

describe('/docs', () => {
  test('is a page whose files are here, under a policy without exceptions', async () => {
    const page = await fetch(`${server.url}/docs`)
    const html = await page.text()
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(html).not.toMatch(/<script>|<style|style=|https?:/)
    expect([page.headers.get('cache-control'), page.headers.get('x-frame-options')]).toEqual(['no-cache', 'DENY'])
    expect(files(html).length).toBe(4)
  })

  test('has files that are kept for ever, each under a name of its content, and sent compressed', async () => {
    const page = await (await fetch(`${server.url}/docs`)).text()
    for (const path of files(page)) {
      expect(path).toMatch(/^\/docs\/[a-z-]+\.[\w-]{12}\.(js|css|txt)$/)
      const plain = await fetch(`${server.url}${path}`, { headers: { 'accept-encoding': 'identity' } })
      const bytes = await plain.bytes()
      const etag = plain.headers.get('etag') ?? ''
      expect([plain.status, plain.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
      expect(path).toContain(etag.slice(3, 15))
      const short = await fetch(`${server.url}${path}`, { headers: { 'accept-encoding': 'gzip' }, decompress: false } as RequestInit) // prettier-ignore
      const packed = await short.bytes()
      expect([short.headers.get('content-encoding'), packed.length < bytes.length]).toEqual(['gzip', true])
      expect(Buffer.compare(gunzipSync(packed), bytes)).toBe(0)
      const again = await fetch(`${server.url}${path}`, { headers: { 'if-none-match': etag } })
      expect([again.status, again.headers.get('content-security-policy')]).toEqual([304, expect.stringContaining("default-src 'none'") as never]) // prettier-ignore
    }
    expect((await fetch(`${server.url}/docs/reader.000000000000.js`)).status).toBe(404)
    expect((await fetch(`${server.url}/docs/..%2fopenapi.json`)).status).toBe(404)
  })

  test('names whose work it is', async () => {
    const page = await (await fetch(`${server.url}/docs`)).text()
    const licences = await (await fetch(`${server.url}${files(page).find((path) => path.endsWith('.txt'))}`)).text()
    expect(licences).toContain('Apache License')
    expect(licences).toContain('SmartBear')
  })
})

const found = await findBrowser()
if ('missing' in found) console.warn(`The reader is not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found)('/docs in Chromium', () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const asked: string[] = []

  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
    page = await browser.newPage()
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => asked.push(request.url()))
    await page.addInitScript("addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))") // prettier-ignore
    await page.goto(`${server.url}/docs`)
    await page.waitForSelector('.opblock')
  })
  afterAll(() => browser.close())

  test('it shows every operation, by its tags', async () => {
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, object> }
    const count = Object.values(paths).flatMap((methods) => Object.keys(methods)).length
    await soon(async () => expect(await page.locator('.opblock').count()).toBe(count))
    await soon(async () => expect(await page.locator('.opblock-tag').allInnerTexts()).toEqual(expect.arrayContaining([expect.stringContaining('rooms')]))) // prettier-ignore
    expect(await page.locator('.errors-wrapper').count()).toBe(0)
  })

  test('one opens, is filled in and is asked, with a token', async () => {
    const ada = await server.register('ada')
    await page.locator('button.authorize').first().click()
    await page.locator('.auth-container input').first().fill(ada.token)
    await page.locator('.modal-btn.authorize').first().click()
    await page.locator('.btn-done').first().click()
    const create = page.locator('.opblock', { hasText: 'rooms.create' })
    await create.locator('.opblock-summary-control').click()
    await create.locator('.try-out__btn').click()
    await create.locator('.execute').click()
    await create.locator('.live-responses-table').waitFor()
    await soon(async () =>
      expect(await create.locator('.live-responses-table .response-col_status').last().innerText()).toContain('201'),
    )
    const { data } = await server.ask('GET /rooms?filter=owned', undefined, ada.token)
    expect(data as object).toMatchObject({ rooms: [{ name: 'Tea house', slug: 'tea-house' }] })
  })

  test('axe finds nothing serious: operations closed and open, with answers, and where one signs in', async () => {
    // All of them, some ninety, would be the same and take three times as long.
    await page.locator('.operation-filter-input').fill('rooms')
    await eventually('some of them', async () => (await page.locator('.opblock').count()) < 40)
    await soon(async () => expect(await page.locator('.opblock.is-open .live-responses-table').count()).toBe(1))
    expect(await seriousFindings(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('button.authorize').first().click()
    await page.locator('.auth-container').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Close' }).last().click()
  })

  test('one comes to an operation by its address, and opens and closes it by keyboard', async () => {
    await page.goto(`${server.url}/docs#/auth/auth.login`)
    await page.reload()
    const login = page.locator('.opblock', { hasText: 'auth.login' })
    await login.locator('.try-out__btn').waitFor()
    await login.locator('.opblock-summary-control').focus()
    await page.keyboard.press('Enter')
    await login.locator('.try-out__btn').waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await login.locator('.try-out__btn').waitFor()
    await soon(() => expect(new URL(page.url()).hash).toBe('#/auth/auth.login'))
  })

  test('it needs nobody else, and the browser has nothing to complain of', () => {
    expect(complaints).toEqual([])
    expect(asked.length).toBeGreaterThan(4)
    expect(asked.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([])
  })
})
