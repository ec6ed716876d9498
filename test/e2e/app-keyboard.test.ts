import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { arrive, password, type Person } from './app-person.ts'
import { register, rest } from './client.ts'
import { clear, emptyFolder, serve, type Server, unlimited, until } from './program.ts'

// The executable may have to be built first.
setDefaultTimeout(180_000)

const found = await findBrowser()
if ('missing' in found) console.warn(`Nobody uses the app by keyboard: ${found.missing}.`)

/** The name of what has the focus, and whether one sees that it has it. */
const focus = `(() => {
  const element = document.activeElement
  const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean)
  const drawn = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px'
  // On the button within a field of a date the browser draws by itself.
  const within = element.type === 'date' && !element.matches(':focus')
  // From the last one comes back to the page itself, which is all of what one sees; the divider of the list is drawn beside itself.
  const outlined = element === document.body || within || around.some((one) => drawn(getComputedStyle(one))) || getComputedStyle(element, '::after').content !== 'none'
  const { top, bottom, left, right } = element.getBoundingClientRect()
  return { name: name.trim(), seen: outlined && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth }
})()`
const most_stops = 60

describe.skipIf('missing' in found)('by keyboard alone, and always seeing where one is,', () => {
  const place = emptyFolder()
  let server: Server
  let browser: Browser
  let ada: Person
  /** Where one could not see it. */
  const unseen = new Set<string>()
  beforeAll(async () => {
    if ('missing' in found) return
    ;[server, browser] = await Promise.all([serve(place, { settings: unlimited }), openBrowser(found)])
    const { access_token: token } = await register(server.url, 'bob')
    await rest(server.url, 'POST', '/rooms', { name: 'Kiosque', slug: 'kiosque', is_public: true }, token)
    await rest(server.url, 'POST', '/rooms/kiosque/messages', { content: 'La bouilloire siffle' }, token)
    ada = await arrive(browser, server.url, 'ada', 'fr')
  })
  afterAll(async () => {
    await browser.close()
    clear(place)
  })

  const press = (key: string) => ada.page.keyboard.press(key)
  const type = (text: string) => ada.page.keyboard.type(text)
  const at = async () => {
    const now = await ada.page.evaluate<{ name: string; seen: boolean }>(focus)
    if (!now.seen) unseen.add(now.name)
    return now.name
  }
  /** Goes on by Tab, or back, until the focus is there. */
  const tabTo = async (name: string, key = 'Tab') => {
    const stops: string[] = []
    for (let stop = 0; stop < most_stops; stop++) {
      await press(key)
      stops.push(await at())
      if (stops.at(-1)?.startsWith(name)) return
    }
    throw new Error(`No ${name} among ${stops.join(' | ')}`)
  }
  const toMessage = async () => {
    for (let stop = 0; stop < most_stops && (await ada.page.locator('.vz-message:focus').count()) === 0; stop++) {
      await press('Shift+Tab')
      await at()
    }
  }
  const composed = () => ada.page.locator('.vz-conversation .vz-composer-field:focus').waitFor()

  test('one signs up, makes a room and writes', async () => {
    const { words, page } = ada
    await page.goto(server.url)
    await tabTo(words.sign.to_sign_up)
    await press('Enter')
    await until(async () => (await at()).startsWith(words.sign.username))
    await type('ada')
    await tabTo(words.sign.password)
    await type(password)
    await press('Enter')
    await page.locator('.app-frame').waitFor()
    await tabTo(words.frame.create)
    await press('Enter')
    await until(async () => (await at()).startsWith(words.rooms.name))
    await type('Salon de thé')
    await press('Enter')
    await ada.heading('Salon de thé').waitFor()
    await composed()
    await type('Bonjour')
    await press('Enter')
    await ada.message('Bonjour').and(page.locator(':not(:has(.vz-pending))')).waitFor()
  })

  test('one reacts, replies in a thread, and is back', async () => {
    const { words, page } = ada
    await toMessage()
    await press('e')
    await until(async () => (await at()).startsWith(words.components.findEmoji))
    await type('tea')
    await press('Enter')
    await ada.message('Bonjour').locator('.vz-reaction').waitFor()
    await page.locator('.vz-message:focus').waitFor()
    await press('r')
    await page.locator('.vz-thread .vz-composer-field:focus').waitFor()
    await type('Avec du lait ?')
    await press('Enter')
    await page.locator('.vz-thread .vz-message', { hasText: 'Avec du lait ?' }).waitFor()
    await press('Escape')
    await page.locator('.vz-thread').waitFor({ state: 'detached' })
  })

  test('one edits, pins and deletes', async () => {
    const { words, page, message, dialog } = ada
    await press('Escape')
    await composed()
    await press('ArrowUp')
    await page.getByText(words.components.editing).waitFor()
    await type(' à tous')
    await press('Enter')
    await message('Bonjour à tous').getByText(words.components.edited, { exact: true }).waitFor()
    await toMessage()
    await tabTo(words.components.pin)
    await press('Enter')
    await message('Bonjour').getByText(words.components.pinned, { exact: true }).waitFor()
    await tabTo(words.components.remove)
    await press('Enter')
    await dialog(words.conversation.delete_message).waitFor()
    await tabTo(words.conversation.delete)
    await press('Enter')
    await message(words.components.deleted).waitFor()
  })

  test('one finds a room and joins it, writes to somebody alone, and finds what was said', async () => {
    const { words, page, message, dialog, heading } = ada
    await tabTo(words.frame.browse)
    await press('Enter')
    await until(async () => (await at()).startsWith(words.rooms.find_room))
    await type('Kiosque')
    await tabTo(words.rooms.join_room('Kiosque'))
    await press('Enter')
    await heading('Kiosque').waitFor()
    await composed()
    await message('La bouilloire siffle').waitFor()
    await tabTo(words.frame.message)
    await press('Enter')
    await until(async () => (await at()).startsWith(words.rooms.find_person))
    await type('bob')
    await dialog().getByRole('button', { name: '@bob' }).waitFor()
    await press('Enter')
    await heading('bob').waitFor()
    await composed()
    await type('Entre nous')
    await press('Enter')
    await message('Entre nous').and(page.locator(':not(:has(.vz-pending))')).waitFor()
    await press('Alt+ArrowUp')
    await heading('Salon de thé').waitFor()
    await press('Alt+ArrowUp')
    await heading('Kiosque').waitFor()
    await press('Control+Shift+f')
    await until(async () => (await at()).startsWith(words.conversation.search_words))
    await type('bouilloire')
    await ada.side(words.conversation.search).getByText(words.conversation.found(1)).waitFor()
    // The initial of the picture comes before the name.
    await tabTo('Bbob')
    await press('Enter')
    await page.locator('.vz-highlight', { hasText: 'La bouilloire siffle' }).waitFor({ state: 'attached' })
    await press('Escape')
  })

  test('one changes the theme, and signs out', async () => {
    const { words, page, dialog, heading } = ada
    await press('Control+k')
    await dialog(words.palette.title).waitFor()
    await type(words.palette.settings)
    await page.getByRole('option').first().waitFor()
    await press('Enter')
    await heading(words.settings.parts.profile).waitFor()
    await tabTo(words.settings.parts.appearance)
    await press('Enter')
    await heading(words.settings.parts.appearance).waitFor()
    await tabTo(words.settings.appearance.themes.auto)
    await press('ArrowDown')
    await press('ArrowDown')
    await page.locator('html[data-vz-theme=dark]').waitFor({ state: 'attached' })
    await tabTo('Aada', 'Shift+Tab')
    await press('Enter')
    await page.getByRole('menu').waitFor()
    await press('End')
    await press('Enter')
    await page.getByLabel(words.sign.username_or_email).waitFor()
  })

  test('and saw each time where that was', () => {
    expect([...unseen]).toEqual([])
  })
})
