import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { startServer } from '../services/server.ts'
import { type App, has_browser, seriousFindings, startApp } from './app-visit.ts'
import { loadedBy } from './served-pages.ts'

setDefaultTimeout(120_000)

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

describe.skipIf(!has_browser)('an address that leads nowhere', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  const ask = (path: string, options?: RequestInit) => fetch(`${app.server.url}${path}`, options)

  test.each([
    '/nonsense',
    '/c',
    '/c/1/2/3',
    '/settings/a/b',
    '/join',
    '/apis',
    '/app.html',
    '/%',
    '/c/%E0%A4%A',
    '/a%00b',
    '/?q=%',
  ])('is a page for people at %s, as strict as the others', async (path) => {
    const page = await ask(path, { headers: browser })
    const of = (name: string) => page.headers.get(name)
    expect([page.status, of('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect([of('content-language'), of('vary'), of('cache-control')]).toEqual(['en', 'Accept, Accept-Language', 'no-store']) // prettier-ignore
    expect([of('content-security-policy'), of('x-frame-options')]).toEqual([(await ask('/')).headers.get('content-security-policy'), 'DENY']) // prettier-ignore
    const html = await page.text()
    expect(html).toContain('href="/"')
    expect(html).not.toMatch(/<script>|<style|style=|https?:|\son\w+=/)
    for (const file of loadedBy(html)) expect([file, (await ask(file)).status]).toEqual([file, 200])
  })

  test('says nothing to HEAD but what it would say', async () => {
    const page = await ask('/nonsense', { method: 'HEAD', headers: browser })
    const { byteLength: length } = await (await ask('/nonsense', { headers: browser })).arrayBuffer()
    expect([page.status, page.headers.get('content-length'), await page.text()]).toEqual([404, String(length), ''])
  })

  test.each([
    ['that takes anything', '/nonsense', { headers: { accept: '*/*' } }],
    ['that wants JSON', '/nonsense', { headers: { accept: 'application/json' } }],
    ['that wants anything but HTML', '/nonsense', { headers: { accept: 'text/html;q=0, */*' } }],
    ['that sends something', '/nonsense', { method: 'POST', headers: browser }],
    ['that asks the API', '/api/v1/nonsense', { headers: browser }],
    ['that asks for a file', '/assets/nonsense.js', { headers: browser }],
    ['that asks for a file of the reader', '/docs/nonsense.js', { headers: browser }],
  ])('is an error for a program %s', async (_, path, options) => {
    const answer = await ask(path, options)
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }])
  })

  test.each([
    ['that takes anything', '/%', { headers: { accept: '*/*' } }],
    ['that asks the API', '/api/v1/%', { headers: browser }],
  ])('tells a program %s when it cannot be read at all', async (_, path, options) => {
    const answer = await ask(path, options)
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'MALFORMED_FRAME' } }])
  })

  test('is an error for everybody where there is no app to go to', async () => {
    const bare = await startServer({ features: { web_app: false } })
    try {
      const answer = await fetch(`${bare.url}/nonsense`, { headers: browser })
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }])
    } finally {
      await bare.close()
    }
  })

  test.each([
    ['en-GB', 'There is no such page', 'Cette page n’existe pas', 'Open the chat', 'Sign in'],
    ['fr-CA', 'Cette page n’existe pas', 'There is no such page', 'Ouvrir la discussion', 'Se connecter'],
  ])('is in the language of the browser, %s, without scripts, and leads to the app', async (locale, ...words) => {
    const [title, other, way, door] = words
    const plain = await app.visit('/nonsense', { locale, javaScriptEnabled: false })
    await plain.page.getByRole('heading', { name: title }).waitFor()
    expect(await plain.page.getByRole('heading', { name: other }).count()).toBe(0)
    expect(await plain.page.title()).toBe(`${title} – Veza Chat`)
    await plain.close()

    const { page, complaints, close } = await app.visit('/nonsense', { locale })
    await page.getByRole('heading', { name: title }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    // That there is no such page is in the log of every browser.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
    await page.getByRole('link', { name: way }).click()
    await page.getByRole('button', { name: door }).waitFor()
    await close()
  })

  test('speaks the language and wears the theme that were chosen on the device', async () => {
    const { page, close } = await app.visit('/sign-in', { colorScheme: 'light' })
    await page.getByRole('button', { name: 'Français' }).click()
    await page.getByRole('button', { name: 'Se connecter' }).waitFor()
    await page.evaluate(`localStorage.setItem('veza.appearance', JSON.stringify({ theme: 'dark' }))`)
    await page.goto(`${app.server.url}/nonsense`)
    await page.getByRole('heading', { name: 'Cette page n’existe pas' }).waitFor()
    expect(await page.title()).toBe('Cette page n’existe pas – Veza Chat')
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    expect(await page.locator('html').getAttribute('data-vz-theme')).toBe('dark')
    expect(await page.getByRole('heading').count()).toBe(1)
    await close()
  })
})
