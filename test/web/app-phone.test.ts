import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import {
  type App,
  composer,
  has_browser,
  message,
  phone,
  seriousFindings,
  startApp,
  type Visitor,
} from './app-visit.ts'

setDefaultTimeout(120_000)

const french = { ...phone, locale: 'fr-FR' }

describe.skipIf(!has_browser)('on a phone, in French', () => {
  let app: App
  let ada: Visitor
  let page: Page
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada', '/sign-up', french)
    page = ada.page
  })
  afterAll(() => app.close())

  /** Nothing is wider than the screen. */
  const fits = async () =>
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  const serious = async () => expect(await seriousFindings(page)).toEqual([])

  test('one pane is there at a time, and one goes back by the browser or by the arrow', async () => {
    await page.getByText('Vous n’êtes encore dans aucun salon.').waitFor()
    await fits()
    await serious()
    await page.getByRole('button', { name: 'Parcourir les salons' }).first().tap()
    await page.getByRole('dialog').getByRole('button', { name: 'Rejoindre : General' }).tap()
    await page.getByRole('heading', { name: 'General' }).waitFor()
    await page.locator('.app-list').waitFor({ state: 'hidden' })
    await fits()
    await page.goBack()
    await page.locator('.app-list').getByRole('button', { name: 'General' }).tap()
    await page.getByRole('heading', { name: 'General' }).waitFor()
    await page.getByRole('link', { name: 'Retour à la liste' }).tap()
    await page.locator('.app-list').getByRole('button', { name: 'General' }).tap()
    await page.getByRole('heading', { name: 'General' }).waitFor()
  })

  test('one writes above the keyboard, which comes only when one wants it', async () => {
    expect(await composer(page).evaluate((field) => field === field.ownerDocument.activeElement)).toBe(false)
    await composer(page).tap()
    await page.keyboard.type('Bonjour à tous')
    await page.getByRole('button', { name: 'Envoyer' }).tap()
    await message(page, 'Bonjour à tous').waitFor()
    // As high as with a keyboard on the screen.
    await page.setViewportSize({ width: 390, height: 460 })
    const box = await composer(page).boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(460)
    await page.setViewportSize({ width: 390, height: 844 })
    await serious()
  })

  test('what is beside a conversation takes its place', async () => {
    await page.getByRole('button', { name: 'Détails' }).tap()
    await page.getByRole('complementary', { name: 'Détails' }).getByText('Salon public').waitFor()
    await composer(page).waitFor({ state: 'hidden' })
    await fits()
    await serious()
    await page.goBack()
    await composer(page).waitFor()
    await page.getByRole('button', { name: '1 membre' }).tap()
    await page.getByRole('complementary', { name: 'Membres' }).getByText('vous').waitFor()
    await page.getByRole('button', { name: 'Fermer' }).tap()
    await composer(page).waitFor()
  })

  test('gave the browser nothing to complain of', () => {
    expect(ada.complaints).toEqual([])
  })
})
