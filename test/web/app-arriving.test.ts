import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { composer, has_browser, message, phone } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

const many = 70

describe.skipIf(!has_browser)('arriving at a conversation', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  let page: Page
  let first: number
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    await app.server.room(ada, {
      name: `Tea house ${'of many words '.repeat(6)}`,
      slug: 'tea-house',
      topic: 'Green and black',
    })
    await app.server.room(ada, { name: 'Attic' })
    for (const slug of ['tea-house', 'attic']) await app.server.ask(`POST /rooms/${slug}/join`, undefined, bob.token)
    first = await post('The kettle is on')
    for (let n = 1; n <= many; n++) await post(`Cup ${n}.`)
    page = await app.signIn(ada)
  })
  afterAll(() => app.close())

  async function post(content: string): Promise<number> {
    const { data } = await app.server.ask('POST /rooms/tea-house/messages', { content }, bob.token)
    return (data as { id: number }).id
  }
  const come = async (path: string, of = page) => {
    // Of the same address, the browser would keep what is beside it.
    await of.goto('about:blank')
    await of.goto(app.server.url + path)
    await composer(of).waitFor()
  }
  const line = (name: string) => page.locator('.app-list .vz-room', { hasText: name })
  const at = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const isFocused = (one: Locator) =>
    eventually('it has the focus', () => one.evaluate((it) => it === it.ownerDocument.activeElement))
  const rightOf = async (one: Locator) => {
    const { x, width } = (await one.boundingBox()) ?? { x: NaN, width: NaN }
    return x + width
  }

  test('by a click or by Enter in the list, one writes there next', async () => {
    await come('/c/tea-house')
    await line('Attic').click()
    await at('Attic')
    await page.keyboard.type('Up here')
    await soon(async () => expect(await composer(page).inputValue()).toBe('Up here'))
    // Where one is already, too.
    await line('Attic').click()
    await page.keyboard.type(', now')
    await soon(async () => expect(await composer(page).inputValue()).toBe('Up here, now'))
    await line('Tea house').focus()
    await page.keyboard.press('Enter')
    await at('Tea house')
    await isFocused(composer(page))
    // Whoever only walks the list stays in it.
    await line('Tea house').focus()
    await page.keyboard.press('Alt+ArrowDown')
    await at('Attic')
    await soon(async () =>
      expect(await page.evaluate("document.activeElement.closest('.app-list') !== null")).toBe(true),
    )
  })

  test('on a tablet no keyboard comes up', async () => {
    const tablet = await app.signIn(ada, { viewport: { width: 1100, height: 800 }, hasTouch: true, isMobile: true })
    await come('/c/tea-house', tablet)
    await tablet.locator('.app-list .vz-room', { hasText: 'Attic' }).tap()
    await isFocused(tablet.getByRole('heading', { level: 1, name: 'Attic' }))
    await tablet.context().close()
  })

  test('a long name ends in an ellipsis, is told where one points, and leaves room for the topic', async () => {
    await come('/c/tea-house')
    const name = page.locator('.app-head-name > span')
    await soon(async () => expect(await name.evaluate((it) => it.scrollWidth > it.clientWidth)).toBe(true))
    await soon(async () => expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.app-head-name > span')).textOverflow")).toBe('ellipsis')) // prettier-ignore
    await soon(async () => expect(await name.getAttribute('title')).toStartWith('Tea house of many'))
    const topic = page.getByText('Green and black')
    await soon(async () => expect(await topic.evaluate((it) => it.clientWidth)).toBeGreaterThan(150))
    expect(await rightOf(name)).toBeLessThan((await topic.boundingBox())?.x ?? 0)
  })

  test('whoever goes on to the newest does not come back to the old one by a reload', async () => {
    await come(`/c/tea-house/${first}`)
    await message(page, 'The kettle is on').waitFor()
    await page.getByRole('button', { name: 'Details' }).click()
    await page.locator('.vz-to-newest').click()
    await message(page, `Cup ${many}.`).waitFor()
    await soon(() => expect(new URL(page.url()).pathname).toBe('/c/tea-house'))
    // What is beside stays, and closing it leads nowhere else.
    await page.getByRole('complementary', { name: 'Details' }).waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' })
    await settled(page)
    await soon(() => expect(new URL(page.url()).pathname).toBe('/c/tea-house'))
    await page.reload()
    await message(page, `Cup ${many}.`).waitFor()
  })

  test('what came while the tab was in the background stands below the line', async () => {
    await come('/c/tea-house')
    await message(page, `Cup ${many}.`).waitFor()
    const isRead = () =>
      app.server.sql`select from members m join conversations c on c.id = m.conversation_id
        where c.slug = 'tea-house' and m.user_id = ${ada.id} and m.last_read_number = c.message_count`
    await eventually('all is read', async () => (await isRead()).length === 1)
    expect(await page.locator('.vz-new').count()).toBe(0)
    await hide(page, true)
    await post('Somebody at the door')
    await post('It was the wind')
    await message(page, 'It was the wind').waitFor({ state: 'attached' })
    await hide(page, false)
    const row = page.locator('.vz-row', { has: page.locator('.vz-new') })
    await row.filter({ hasText: 'Somebody at the door' }).waitFor()
    await eventually('all is read', async () => (await isRead()).length === 1)
    await soon(async () => expect(await page.locator('.vz-new').count()).toBe(1))
  })

  describe('on a phone', () => {
    let small: Page
    beforeAll(async () => {
      const { data } = await app.server.ask(`GET /rooms/tea-house`, undefined, ada.token)
      const room_id = (data as { id: number }).id
      await app.server
        .sql`update messages set pinned_at = now(), pinned_by = ${ada.id} where id = ${first} and conversation_id = ${room_id}`
      small = await app.signIn(ada, phone)
    })

    const seen = async (found: Locator) => {
      const kettle = message(small, 'The kettle is on')
      await small.locator('.vz-highlight', { hasText: 'The kettle is on' }).waitFor()
      await found.waitFor({ state: 'detached' })
      const { y = -1 } = (await kettle.boundingBox()) ?? {}
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(844)
      await small.goBack()
      await found.waitFor()
    }

    test('what one has found is seen, and one step back leads to the others', async () => {
      await come('/c/tea-house', small)
      await small.getByRole('button', { name: 'Search' }).tap()
      await small.getByLabel('Words to find').fill('kettle')
      const found = small.locator('.app-side .app-excerpt')
      await found.tap()
      await seen(found)
      await soon(async () => expect(await small.getByLabel('Words to find').inputValue()).toBe('kettle'))
    })

    test('a pin is seen wherever one touches its card, and one step back leads to the pins', async () => {
      await come('/c/tea-house', small)
      await small.getByRole('button', { name: 'Pinned messages' }).tap()
      const pin = small.locator('.app-side .app-excerpt')
      const { x = 0, y = 0, width = 0 } = (await pin.boundingBox()) ?? {}
      await small.touchscreen.tap(x + width - 4, y + 4)
      await seen(pin)
    })
  })
})

/** As the browser does with a tab that goes behind another. */
async function hide(page: Page, is_hidden: boolean): Promise<void> {
  await page.evaluate(`(() => {
    Object.defineProperty(document, 'hidden', { value: ${is_hidden}, configurable: true })
    Object.defineProperty(document, 'visibilityState', { value: '${is_hidden ? 'hidden' : 'visible'}', configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  })()`)
}

/** Whatever was asked of the history is done: that takes the browser a moment. */
const settled = (page: Page) => page.evaluate('new Promise((done) => setTimeout(done, 300))')
