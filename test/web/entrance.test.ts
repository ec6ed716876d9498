import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

import { bundlePages } from '../../src/web/index.ts'
import { eventually, soon } from '../services/eventually.ts'
import { type App, composer, has_browser, password, startApp } from './app-visit.ts'

setDefaultTimeout(120_000)

const app_sources = join(import.meta.dir, '../../src/web/pages/app')
const files = await bundlePages()

describe('the files of the way in', () => {
  const textOf = (path: string) => new TextDecoder().decode(files[path.slice(1)])
  const zipped = (paths: string[]) => paths.reduce((sum, path) => sum + Bun.gzipSync(textOf(path)).length, 0)
  const html = new TextDecoder().decode(files['app.html'])
  const [, template = ''] = /<template id="chat-files">(.*?)<\/template>/s.exec(html) ?? []
  const named = (markup: string) =>
    [...markup.matchAll(/="(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path = '']) => path)
  const [at_first, chat] = [named(html.replace(template, '')), named(template)]
  const isIn = (paths: string[], text: string) => paths.some((path) => textOf(path).includes(text))

  test('are at most 32 KB, compressed, and 110 KB with those of the chat', () => {
    console.log(`The entrance: ${(zipped(at_first) / 1000).toFixed(1)} KB compressed; the chat: ${(zipped(chat) / 1000).toFixed(1)} KB.`) // prettier-ignore
    expect(zipped(at_first)).toBeLessThan(32_000)
    expect(zipped([...at_first, ...chat])).toBeLessThan(110_000)
  })

  test.each([
    ['the form', 'current-password'],
    ['its styles', '.app-door'],
    ['the ways to sign in', '/auth/login'],
  ])('have %s, which those of the chat do without', (_, text) => {
    expect([isIn(at_first, text), isIn(chat, text)]).toEqual([true, false])
  })

  test.each([
    ['the timeline', 'vz-timeline'],
    ['its styles', '.vz-timeline'],
    ['the composer', 'vz-composer-field'],
    ['the list', 'app-list-head'],
    ['the connection', 'reconnect_in_ms'],
  ])('do without %s, which those of the chat have', (_, text) => {
    expect([isIn(at_first, text), isIn(chat, text)]).toEqual([false, true])
  })

  // The bundler would put those of a part that is loaded later into those of the page: they belong into chat.css.
  test('are the only ones to bring styles of their own', async () => {
    const importing: string[] = []
    for (const path of new Bun.Glob('**/*.{ts,tsx}').scanSync({ cwd: app_sources }))
      if (/^import '[^']+\.css'/m.test(await Bun.file(join(app_sources, path)).text())) importing.push(path)
    expect(importing).toEqual(['main.tsx'])
  })

  test('are named once each, and all are there', () => {
    const all = [...at_first, ...chat]
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((path) => files[path.slice(1)] === undefined)).toEqual([])
    expect(chat.map((path) => path.replace(/\.[\w-]+\./, '.'))).toEqual(expect.arrayContaining(['/assets/SignedIn.js', '/assets/chat.css'])) // prettier-ignore
  })
})

describe.skipIf(!has_browser)('who comes in', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
    await app.server.register('ada')
  })
  afterAll(() => app.close())

  const chat_script = /\/assets\/SignedIn\./
  const chat_styles = /\/assets\/chat\./
  const field = (page: Page) => page.locator('[name=username]')
  const enter = async (page: Page) => {
    await field(page).fill('ada')
    await page.locator('[name=password]').fill(password)
    await page.locator('[name=password]').press('Enter')
  }
  const sees = (page: Page, selector: string) => page.locator(selector).first().waitFor()
  /** Opens the page with requests that wait until they are let go. */
  const openHeld = async (held: RegExp, path = '/sign-in') => {
    const visitor = await app.visit('/settings/none')
    const { promise, resolve } = Promise.withResolvers<void>()
    await visitor.page.route(held, async (route) => {
      await promise
      await route.continue()
    })
    await visitor.page.goto(app.server.url + path)
    return { ...visitor, letGo: resolve }
  }

  test('types at once, and what was typed stays while the chat comes', async () => {
    const { page, complaints, letGo, close } = await openHeld(chat_script)
    await field(page).waitFor()
    await page.keyboard.type('ada')
    letGo()
    await eventually('the chat’s files', () => page.evaluate<boolean>("performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.includes('/SignedIn.') && responseEnd > 0)")) // prettier-ignore
    await soon(async () => expect([await field(page).inputValue(), await page.evaluate<string>('document.activeElement.name')]).toEqual(['ada', 'username'])) // prettier-ignore
    await enter(page)
    await sees(page, '.app-frame')
    expect(complaints).toEqual([])
    await close()
  })

  test.each([
    ['the script', chat_script],
    ['the styles', chat_styles],
  ])('before %s of the chat are there waits for them', async (_, held) => {
    const { page, complaints, letGo, close } = await openHeld(held, '/c/general')
    await enter(page)
    await sees(page, '.app-skeleton')
    expect(await page.locator('.app-frame').count()).toBe(0)
    letGo()
    await sees(page, '.app-frame')
    await page.getByRole('heading', { level: 1, name: 'General' }).waitFor()
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.app-frame')).display")).toBe('grid')
    expect(complaints).toEqual([])
    await close()
  })

  test.each([
    ['the script', chat_script],
    ['the styles', chat_styles],
    ['the script and the styles', /\/assets\/(SignedIn|chat)\./],
    ['what the script needs', /\/assets\/(SignedIn|main)\./],
  ])('is told when %s of the chat cannot be had, and gets them with another try', async (_, lost) => {
    const { page, close } = await app.visit('/sign-in')
    await page.route(lost, (route) => route.abort())
    await page.reload()
    await enter(page)
    const told = page.getByRole('alert')
    await told.getByText('the server is out of reach, or newer than this page').waitFor()
    await told.getByRole('button', { name: 'Load the page again' }).waitFor()
    await page.unroute(lost)
    await told.getByRole('button', { name: 'Try again' }).click()
    await sees(page, '.app-frame')
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.app-frame')).display")).toBe('grid')
    await close()
  })

  test.each([
    ['en-GB', 'The page could not be loaded.', 'Load the page again'],
    ['fr-FR', 'La page n’a pas pu se charger.', 'Recharger la page'],
  ])('is told when the page itself cannot be had, in %s', async (locale, text, again) => {
    const { page, close } = await app.visit('/sign-in', { locale })
    await page.route(/\/assets\/(app|main)\.[\w-]+\.js/, (route) => route.abort())
    await page.reload()
    await page.getByRole('alert').getByText(text).waitFor()
    await page.unrouteAll()
    await page.getByRole('button', { name: again }).click()
    await field(page).waitFor()
    await close()
  })

  test('again, signed in, has the files of the chat asked for before the app runs', async () => {
    const { page, close } = await app.visit('/c/general')
    await enter(page)
    await composer(page)
      .or(page.getByRole('button', { name: 'Join' }))
      .first()
      .waitFor()
    await page.route(/\/assets\/app\.[\w-]+\.js/, () => undefined)
    const asked = Promise.all([page.waitForRequest(chat_script), page.waitForRequest(chat_styles)])
    await page.goto(`${app.server.url}/c/general`, { waitUntil: 'commit' })
    await asked
    await close()
  })

  test('and has left has them fetched when there is nothing else to do', async () => {
    const { page, close } = await app.visit('/sign-in')
    await enter(page)
    await sees(page, '.app-frame')
    await page.getByRole('button', { name: 'status and settings' }).click()
    // Whoever loads the page again as soon as they see the form is nobody already.
    const expected = page.evaluate<string | null>(`new Promise((tell) => new MutationObserver((_, observer) => {
      if (document.querySelector('[name=username]') === null) return
      observer.disconnect()
      tell(localStorage.getItem('veza.signed-in'))
    }).observe(document.body, { childList: true, subtree: true }))`)
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    expect(await expected).toBeNull()
    let has_asked = false
    page.on('request', (request) => (has_asked ||= chat_script.test(request.url())))
    await page.route(/\/assets\/app\.[\w-]+\.js/, (route) => route.abort())
    await page.reload()
    await page.getByText('The page could not be loaded.').waitFor()
    expect(has_asked).toBe(false)
    await page.unrouteAll()
    await page.reload()
    await eventually('the chat’s files', () => Promise.resolve(has_asked))
    await close()
  })
})
