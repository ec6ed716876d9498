import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import {
  type App,
  composer,
  has_browser,
  hiddenItems,
  join,
  message,
  phone,
  seriousFindings,
  startApp,
  type Visitor,
  write,
} from './app-visit.ts'
import { soon } from '../services/eventually.ts'

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
    await page.getByText('Vous n’êtes dans aucun salon.').waitFor()
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

  test('a menu of a short list is seen whole', async () => {
    for (const name of ['bob', 'eve']) {
      const { token } = await app.server.register(name)
      await app.server.ask('POST /rooms/general/join', undefined, token)
    }
    await app.server
      .sql`update members set role = 'owner' where user_id = (select id from users where username = 'ada')`
    await page.goto(`${app.server.url}/c/general`)
    await page.getByRole('button', { name: '3 membres' }).tap()
    await page.getByRole('button', { name: 'Actions pour eve' }).tap()
    await page.getByRole('menuitem', { name: 'Exclure du salon' }).waitFor()
    expect(await hiddenItems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Fermer' }).tap()
  })

  test('one reads in full why one cannot write, from the moment of it', async () => {
    await composer(page).waitFor()
    const lines = () => composer(page).evaluate((field) => [field.clientHeight, field.scrollHeight])
    const [before = 0] = await lines()
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const owner = await app.server.login('bob')
    await app.server.sql`update members set role = case user_id when ${owner.id} then 'owner' else 'member' end`
    const ada_id = await app.server.sql`select id from users where username = 'ada'`
    await app.server.ask(`PUT /rooms/general/members/${ada_id[0]?.['id']}`, { muted_until: until }, owner.token)
    await page.getByPlaceholder(/^La modération vous a rendu muet/).waitFor()
    const [after = 0, text] = await lines()
    expect([after > before, after]).toEqual([true, text ?? 0])
    await page.getByRole('button', { name: 'Envoyer' }).waitFor({ state: 'hidden' })
    await fits()
  })

  test('the way to the list is there where no conversation is, and where one has not joined', async () => {
    await page.goto(`${app.server.url}/c/nowhere`)
    const sentence = page.getByRole('heading', { name: 'Cette conversation n’existe pas, ou ne vous est pas ouverte.' })
    await sentence.waitFor()
    await soon(async () =>
      expect(await sentence.evaluate((it) => it.scrollWidth <= it.clientWidth && it.clientHeight > 30)).toBe(true),
    )
    await page.getByRole('link', { name: 'Retour à la liste' }).tap()
    await page.locator('.app-list').waitFor()
    await app.server.room(await app.server.login('bob'), { name: 'Attic' })
    await page.goto(`${app.server.url}/c/attic`)
    await page.getByRole('heading', { name: 'Attic' }).waitFor()
    await serious()
    await page.getByRole('link', { name: 'Retour à la liste' }).tap()
    await page.locator('.app-list').waitFor()
    const { token } = await app.server.login('bob')
    const { data } = await app.server.ask('POST /rooms/attic/invites', {}, token)
    await page.goto(`${app.server.url}/join/${(data as { code: string }).code}`)
    await page.getByRole('heading', { name: /Attic/ }).waitFor()
    await fits()
    await page.getByRole('link', { name: 'Retour à la liste' }).tap()
    await page.locator('.app-list').waitFor()
    ada.complaints = ada.complaints.filter((text) => !text.includes('status of 404'))
  })

  test('what one may do with a message lies over no text, in a room and in a thread', async () => {
    const full =
      'Des mots et encore des mots, jusqu’à ce qu’il ne reste plus rien de libre au bout des lignes, où que l’on regarde'
    const zoe = await app.server.register('zoe')
    const room = await app.server.room(zoe, { name: 'Quay' })
    for (let time = 0; time < 11; time++)
      await app.server.ask(`POST /rooms/${room}/messages`, { content: `${time}. ${full}` }, zoe.token)
    await page.goto(`${app.server.url}/c/quay`)
    await join(page)
    await write(page, `Dernier. ${full}`)
    const [last] = await app.server.sql`select max(id) as id from messages where conversation_id = ${room}`
    await app.server.ask(`POST /rooms/${room}/read`, { message_id: Number(last?.id) }, zoe.token)
    const covered = () =>
      page.evaluate<string[]>(`(() => {
        const bar = document.querySelector('.vz-toolbar').getBoundingClientRect()
        const texts = document.createTreeWalker(document.querySelector('.app-conversation'), NodeFilter.SHOW_TEXT)
        const found = []
        for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
          const range = document.createRange()
          range.selectNodeContents(text)
          // What is scrolled away is not seen.
          const end = text.parentElement.closest('.vz-scroller')?.getBoundingClientRect().bottom ?? Infinity
          for (const { left, right, top, bottom } of range.getClientRects())
            if (left < bar.right && right > bar.left && top < bar.bottom && Math.min(bottom, end) > bar.top) found.push(text.data)
        }
        return found
      })()`)
    await message(page, full).nth(11).waitFor()
    await page.locator('.app-receipts', { hasText: 'zoe' }).waitFor()
    for (const at of [10, 11]) {
      await message(page, full).nth(at).tap()
      await page.locator('.vz-toolbar').waitFor()
      expect(await covered()).toEqual([])
    }
    await page.locator('.vz-toolbar').getByRole('button', { name: 'Réagir' }).tap()
    await soon(async () => expect((await page.locator('.vz-popover').boundingBox())?.y).toBeGreaterThan(48))
    await page.keyboard.press('Escape')
    await page.locator('.vz-toolbar').getByRole('button', { name: 'Répondre dans le fil' }).tap()
    const thread = page.locator('.vz-thread')
    await thread.locator('.vz-composer-field').waitFor()
    // A field would bring up the keyboard, over what one came to read.
    await thread.and(page.locator(':focus')).waitFor()
    await thread.locator('.vz-composer-field').fill(full)
    await thread.locator('.vz-send').tap()
    await thread.locator('.vz-timeline .vz-message').tap()
    await thread.locator('.vz-timeline .vz-toolbar').waitFor()
    expect(await covered()).toEqual([])
  })

  test('gave the browser nothing to complain of', () => {
    expect(ada.complaints).toEqual([])
  })
})
