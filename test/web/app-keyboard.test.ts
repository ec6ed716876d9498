import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import { type App, composer, has_browser, join, message, startApp, type Visitor } from './app-visit.ts'

setDefaultTimeout(120_000)

/** The name of what has the focus, as it is read out. */
const focused = (page: Page) =>
  page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")

describe.skipIf(!has_browser)('by keyboard alone', () => {
  let app: App
  let ada: Visitor
  let page: Page
  beforeAll(async () => {
    app = await startApp()
    const bob = await app.server.register('bob')
    await app.server.room(bob, { name: 'Tea house', slug: 'tea-house' })
    await app.server.room(bob, { name: 'Workshop', slug: 'workshop' })
    ada = await app.visit('/sign-up')
    page = ada.page
  })
  afterAll(() => app.close())

  const at = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (keys: string) => page.keyboard.press(keys)

  test('one signs up, and comes into a room that takes the focus to where one writes', async () => {
    await page.getByLabel('Username', { exact: true }).waitFor()
    await page.keyboard.type('ada')
    await press('Tab')
    await page.keyboard.type('correct horse')
    await press('Enter')
    await at('Welcome to Veza')
    await press('Control+k')
    await page.getByRole('combobox').waitFor()
    await soon(async () => expect(await focused(page)).toBe('Find a conversation, a person or a command'))
    await page.keyboard.type('brow')
    await press('Enter')
    const browse = page.getByRole('dialog', { name: 'Browse rooms' })
    await browse.getByRole('button', { name: 'Join: Tea house' }).focus()
    await press('Enter')
    await at('Tea house')
    await page.locator('.vz-conversation .vz-composer-field:focus').waitFor()
    await page.keyboard.type('By keyboard')
    await press('Enter')
    await message(page, 'By keyboard').waitFor()
  })

  test('one goes from conversation to conversation', async () => {
    await page.goto(`${app.server.url}/c/workshop`)
    await join(page)
    await page.getByRole('button', { name: 'Workshop' }).waitFor()
    await page.goto(`${app.server.url}/c/general`)
    await join(page)
    await at('General')
    await page.locator('.app-list .vz-room').nth(2).waitFor()
    // A list that was read at once has its order.
    await page.reload()
    await at('General')
    await page.locator('.app-list .vz-room').nth(2).waitFor()
    const names = await page.locator('.app-list .vz-room-name').allTextContents()
    const here = names.indexOf('General')
    await press('Alt+ArrowDown')
    await at(names[(here + 1) % 3] ?? '')
    await press('Alt+ArrowUp')
    await at('General')
    await press('Alt+ArrowUp')
    await at(names[(here + 2) % 3] ?? '')
  })

  test('one goes to what is unread', async () => {
    await page.goto(`${app.server.url}/c/general`)
    await at('General')
    const bob = await app.server.login('bob')
    await app.server.ask('POST /rooms/workshop/messages', { content: 'Come and see' }, bob.token)
    await page.getByRole('button', { name: /Workshop.*unread/ }).waitFor()
    await press('Alt+Shift+ArrowDown')
    await at('Workshop')
    await message(page, 'Come and see').waitFor()
    // What is on its way when one leaves may not arrive.
    await eventually('it is read', async () => {
      const rows = await app.server.sql`
        select from members m join conversations c on c.id = m.conversation_id join users u on u.id = m.user_id
        where c.slug = 'workshop' and u.username = 'ada' and m.last_read_number = c.message_count`
      return rows.length === 1
    })
  })

  test('one goes to the first of many new messages', async () => {
    await page.goto(`${app.server.url}/c/general`)
    await at('General')
    const bob = await app.server.login('bob')
    for (let n = 1; n <= 40; n++)
      await app.server.ask('POST /rooms/workshop/messages', { content: `Step ${n}.` }, bob.token)
    await page.getByRole('button', { name: /Workshop.*40 unread/ }).waitFor()
    await press('Alt+Shift+ArrowDown')
    await message(page, 'Step 40.').waitFor()
    await page.getByRole('button', { name: /^40 new messages since \d\d:\d\d$/ }).waitFor()
    await press('Control+j')
    await page.locator('.vz-message:focus', { hasText: 'Step 1.' }).waitFor()
    await soon(async () => expect(await page.locator('.vz-new').isVisible()).toBe(true))
    await page.getByRole('button', { name: /new messages/ }).waitFor({ state: 'detached' })
  })

  test('one walks the messages, replies in a thread, and comes back', async () => {
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'By keyboard').waitFor()
    await page.locator('.vz-conversation .vz-message[tabindex="0"]').focus()
    await press('r')
    const thread = page.getByRole('complementary', { name: 'Thread' })
    await thread.locator('.vz-composer-field:focus').waitFor()
    await page.keyboard.type('A reply')
    await press('Enter')
    await thread.getByText('A reply').waitFor()
    await press('Escape')
    await thread.waitFor({ state: 'detached' })
    await at('Tea house')
  })

  test('one sees all shortcuts, and closes them; a question mark that one writes is a question mark', async () => {
    await composer(page).focus()
    await page.keyboard.type('Really?')
    await soon(async () => expect(await composer(page).inputValue()).toBe('Really?'))
    await composer(page).fill('')
    await page.locator('.vz-conversation .vz-message[tabindex="0"]').focus()
    await page.keyboard.type('?')
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await sheet.getByText('Next unread conversation').waitFor()
    await press('Escape')
    await sheet.waitFor({ state: 'detached' })
    await page.locator('.vz-message:focus').waitFor()
  })

  test('one closes a dialog by one press, also from a field in which one has begun to search', async () => {
    const button = page.getByRole('button', { name: 'New message' })
    await button.focus()
    await press('Enter')
    const dialog = page.getByRole('dialog', { name: 'New message' })
    await dialog.getByLabel('Who do you want to write to?').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('bob')
    await dialog.getByRole('button', { name: 'bob @bob' }).waitFor()
    await press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await soon(async () => expect(await focused(page)).toBe('New message'))
  })

  test('one writes at once in what one has chosen: in the palette, wherever one was, and as the only one who was found', async () => {
    const written = async (name: string, text: string) => {
      await at(name)
      await page.locator('.vz-conversation .vz-composer-field:focus').waitFor()
      await page.keyboard.type(text)
      await press('Enter')
      await message(page, text).waitFor()
    }
    for (const [name, text] of [
      ['Workshop', 'From the list'],
      ['Tea house', 'And back'],
    ] as const) {
      await page.locator('.app-list .vz-room').first().focus()
      await press('Control+k')
      await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
      await page.keyboard.type(name)
      await press('Enter')
      await written(name, text)
    }
    await page.locator('.app-list').getByRole('button', { name: 'Browse rooms' }).focus()
    await press('Enter')
    await page.getByRole('dialog', { name: 'Browse rooms' }).getByRole('button', { name: 'Open: Workshop' }).focus()
    await press('Enter')
    await written('Workshop', 'From all rooms')
    await page.getByRole('button', { name: 'New message' }).focus()
    await press('Enter')
    await page.getByLabel('Who do you want to write to?').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('bob')
    await press('Enter')
    await written('bob', 'Found by name')
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'By keyboard').waitFor()
  })

  // Chromium gives the focus back without the caret, which then was in what is gone: every key was lost.
  test.each([
    ['chose the room where one was', ['Tea house', 'Enter']],
    ['chose nothing', ['', 'Escape']],
  ] as const)('one writes on where one wrote before one opened the palette and %s', async (_, [name, key]) => {
    await page.goto(`${app.server.url}/c/tea-house`)
    await composer(page).focus()
    for (let time = 0; time < 5; time++) {
      await press('Control+k')
      await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
      await page.keyboard.type(name)
      if (name !== '') await page.getByRole('option', { name }).first().waitFor()
      await press(key)
      await page.locator('.vz-conversation .vz-composer-field:focus').waitFor()
      await page.keyboard.type(`${time}`)
    }
    await soon(async () => expect(await composer(page).inputValue()).toBe('01234'))
    await composer(page).fill('')
  })

  const goneBack = (to: string) =>
    eventually(`the focus is back in ${to}`, async () => (await page.locator(`${to}:focus`).count()) === 1)

  test('one is back where one was after a dialog that led to another, and after one that opens when none has the focus', async () => {
    await page.locator('.vz-conversation .vz-message[tabindex="0"]').focus()
    await press('Control+k')
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('brow')
    await press('Enter')
    await page.getByRole('dialog', { name: 'Browse rooms' }).waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await goneBack('.vz-message')

    await page.locator('.vz-conversation .vz-message[tabindex="0"]').focus()
    await press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press('Control+k')
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await goneBack('.vz-message')

    // What had the focus is gone meanwhile, or nothing had it.
    for (const lose of ['document.activeElement.blur()', "document.querySelector('.app-find').focus()"]) {
      await page.evaluate(lose)
      await press('Control+k')
      await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
      await page.evaluate("document.querySelector('.app-find').remove()")
      await press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await goneBack('.vz-composer-field')
      await page.reload()
      await page.locator('.vz-conversation .vz-message[tabindex="0"]').waitFor()
    }
  })

  test('one is at what is seen after a dialog, where the field to write in is behind a thread', async () => {
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'By keyboard').waitFor()
    await page.setViewportSize({ width: 800, height: 800 })
    await page.locator('.vz-conversation .vz-message[tabindex="0"]').focus()
    await press('r')
    await page.getByRole('complementary', { name: 'Thread' }).locator('.vz-composer-field:focus').waitFor()
    await composer(page).waitFor({ state: 'hidden' })
    await page.evaluate('document.activeElement.blur()')
    await press('Control+k')
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await goneBack('main')
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('one reads in French which keys are meant, as they are called on the keyboard', async () => {
    const french = await app.signUp('eve', '/sign-up', { locale: 'fr-FR' })
    await french.page.locator('h1').focus()
    await french.page.keyboard.press('?')
    const sheet = french.page.getByRole('dialog', { name: 'Raccourcis clavier' })
    await sheet.waitFor()
    const keys = new Set(await sheet.locator('kbd').allTextContents())
    expect([...keys].toSorted()).toEqual(
      ['?', 'Alt', 'Ctrl', 'E', 'F', 'J', 'K', 'Maj', 'R', 'Échap', '↑', '↓'].toSorted(),
    )
    await french.close()
  })

  test('one turns keys alone off, and the others stay', async () => {
    const here = page.url()
    await page.goto(`${app.server.url}/settings/appearance`)
    await page.getByLabel('Keys alone are shortcuts').uncheck()
    await page.locator('.vs h1').focus()
    await press('?')
    await press('Control+k')
    await page.getByRole('combobox').waitFor()
    expect(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).count()).toBe(0)
    await press('Escape')
    await page.getByLabel('Keys alone are shortcuts').check()
    await page.goto(here)
    await page.locator('.vz-conversation .vz-message[tabindex="0"]').waitFor()
  })

  test('one opens a menu, walks it, and leaves it where one was', async () => {
    await page.getByRole('button', { name: 'status and settings' }).focus()
    await press('Enter')
    await page.getByRole('menuitemradio', { name: 'Online' }).waitFor()
    await press('ArrowDown')
    await soon(async () => expect(await focused(page)).toBe('Away'))
    await press('Enter')
    await page.locator('.app-own').getByRole('img', { name: 'Away' }).waitFor()
    await soon(async () => expect(await focused(page)).toContain('status and settings'))
    await press('Enter')
    await page.getByRole('menu').waitFor()
    await press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await soon(async () => expect(await focused(page)).toContain('status and settings'))
  })

  test('one changes the width of the list, which stays', async () => {
    const handle = page.getByRole('separator', { name: 'Width of the list' })
    await handle.focus()
    await press('ArrowRight')
    await soon(async () => expect(await handle.getAttribute('aria-valuenow')).toBe('276'))
    await page.reload()
    await handle.waitFor()
    const { width } = (await page.locator('.app-list').boundingBox()) ?? { width: 0 }
    expect(Math.round(width)).toBe(276)
  })

  test('one searches at once from another pane, and is back where that was opened', async () => {
    await page.goto(`${app.server.url}/c/tea-house`)
    await page.locator('.vz-conversation .vz-composer-field:focus').waitFor()
    const pins = page.getByRole('button', { name: 'Pinned messages' })
    await pins.focus()
    await press('Enter')
    await page.getByRole('heading', { name: 'Pinned messages' }).and(page.locator(':focus')).waitFor()
    await press('Control+Shift+f')
    await page.getByLabel('Words to find').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('keyboard')
    await page.getByText('1 found').waitFor()
    await press('Escape')
    await page.getByRole('complementary', { name: 'Search' }).waitFor({ state: 'detached' })
    await pins.and(page.locator(':focus')).waitFor()
  })

  test('one searches and goes to what was found', async () => {
    await at('Tea house')
    await press('Control+Shift+f')
    await page.getByLabel('Words to find').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('keyboard')
    await page.getByText('1 found').waitFor()
    await page.getByRole('button', { name: /By keyboard/ }).focus()
    await press('Enter')
    await page.locator('.vz-highlight', { hasText: 'By keyboard' }).waitFor()
    await press('Escape')
    await page.getByRole('complementary', { name: 'Search' }).waitFor({ state: 'detached' })
    expect(ada.complaints).toEqual([])
  })
})
