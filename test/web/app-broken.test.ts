import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import { type App, composer, has_browser, join, startApp } from './app-visit.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('a part of the app that cannot be fetched', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
    await app.server.register('ada')
  })
  afterAll(() => app.close())

  const focused = "document.activeElement.tagName + ' ' + document.activeElement.textContent"
  /** Nothing is fetched ahead. */
  const script = 'delete globalThis.requestIdleCallback; globalThis.setTimeout = ((set) => (run, ms, ...rest) => set(run, ms === 2000 ? 1e9 : ms, ...rest))(setTimeout)' // prettier-ignore
  /** As after an upgrade of the server: files that were not fetched yet are no longer there. */
  const signUpAndLose = async (name: string, path = '/sign-up') => {
    const visitor = await app.signUp(name, path, { script })
    await visitor.page.route(/\.js$/, (route) => route.abort())
    return visitor
  }

  test('leaves the page as it is when it is a dialog, and opens once it can be had', async () => {
    const { page, close } = await signUpAndLose('bob')
    await page.keyboard.press('Control+k')
    await page.getByText('This could not be opened.').waitFor()
    await soon(async () => expect(await page.locator('.app-frame').count()).toBe(1))
    await page.unroute(/\.js$/)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await close()
  })

  test('is told where it would have been, with another try', async () => {
    const { page, close } = await signUpAndLose('eve')
    await page.getByRole('button', { name: 'status and settings' }).click()
    await page.getByRole('menuitem', { name: 'Settings' }).click()
    await page.getByText('This part of the page could not be loaded').waitFor()
    await page.unroute(/\.js$/)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    // One came here from elsewhere: the heading is where one reads on, though the file came late.
    await eventually('the heading', async () => (await page.evaluate<string>(focused)) === 'H1 Profile')
    await close()
  })

  test('beside a conversation leaves the focus beside it with another try', async () => {
    const { page, close } = await signUpAndLose('trent', '/c/general')
    await page.getByRole('button', { name: 'Pinned messages' }).click()
    const pane = page.getByRole('complementary', { name: 'Pinned messages' })
    await pane.getByRole('alert').waitFor()
    await page.unroute(/\.js$/)
    await pane.getByRole('button', { name: 'Try again' }).press('Enter')
    await pane.getByText('Nothing is pinned here.').waitFor()
    await soon(async () => expect(await page.evaluate<string>(focused)).toBe('H2 Pinned messages'))
    await close()
  })

  test('in a dialog leaves the focus in it with another try, and says again that it failed', async () => {
    const { page, close } = await app.signUp('walter')
    await page.getByRole('button', { name: 'New message' }).click()
    const dialog = page.getByRole('dialog', { name: 'New message' })
    await page.route(/users\/search/, (route) => route.abort())
    await dialog.getByRole('combobox').or(dialog.getByRole('searchbox')).or(dialog.getByRole('textbox')).fill('ad')
    const sentence = await dialog.getByRole('alert').locator('p').elementHandle()
    const again = dialog.getByRole('button', { name: 'Try again' })
    await again.press('Enter')
    // Another sentence with the same words, which is read out.
    await eventually('another sentence', async () => (await sentence?.evaluate((one) => one.isConnected)) === false)
    await page.unroute(/users\/search/)
    await again.press('Enter')
    await dialog.getByText('ada').first().waitFor()
    await soon(async () => expect(await page.evaluate<string>(focused)).toBe('H2 New message'))
    await close()
  })

  test.each([
    ['takes the focus from nobody who writes by then', true, 'TEXTAREA'],
    ['has the focus where one waited for it', false, 'INPUT'],
  ])('and is a search that comes late %s', async (_, writes, place) => {
    const { page, close } = await app.signUp(writes ? 'peggy' : 'victor', '/c/general', { script })
    const held = Promise.withResolvers<void>()
    await page.route(/\.js$/, (route) => held.promise.then(() => route.continue()))
    await page.getByRole('button', { name: 'Search' }).click()
    const pane = page.getByRole('complementary', { name: 'Search' })
    await eventually('the pane', async () => (await page.evaluate<string>(focused)) === 'H2 Search')
    if (writes) await composer(page).click()
    held.resolve()
    await pane.getByLabel('Words to find').waitFor()
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    await soon(async () => expect(await page.evaluate<string>('document.activeElement.tagName')).toBe(place))
    await close()
  })

  test('is fetched before it is needed, and is there without the server', async () => {
    const { page, close } = await app.signUp('mallory')
    const files = () => page.evaluate<number>("performance.getEntriesByType('resource').filter(({ name, responseEnd }) => name.endsWith('.js') && responseEnd > 0).length") // prettier-ignore
    await eventually('the six files', async () => (await files()) >= 8)
    await page.route(/\.js$/, (route) => route.abort())
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await close()
  })

  test('to go somewhere at once after closing what is beside leads there', async () => {
    const owner = await app.server.register('owner')
    await app.server.room(owner, { name: 'Tea house', slug: 'tea-house' })
    const { page, close } = await app.signUp('carol', '/sign-up')
    for (const [slug, name] of [
      ['tea-house', 'Tea house'],
      ['general', 'General'],
    ] as const) {
      // prettier-ignore
      await page.goto(`${app.server.url}/c/${slug}`)
      await join(page)
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await page.locator('.app-list .vz-room', { hasText: name }).waitFor()
    }
    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('complementary', { name: 'Details' }).waitFor()
    // In one turn of the loop, as fast hands and scripts do.
    await page.evaluate(`
      document.querySelector('.app-side-head .app-icon-button').click()
      ;[...document.querySelectorAll('.app-list .vz-room')].find((room) => room.textContent.includes('Tea house')).click()`)
    await eventually('the other room', () => Promise.resolve(page.url().endsWith('/c/tea-house')))
    await page.getByRole('heading', { level: 1, name: 'Tea house' }).waitFor()
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    await soon(() => expect(new URL(page.url()).pathname).toBe('/c/tea-house'))
    await close()
  })
})
