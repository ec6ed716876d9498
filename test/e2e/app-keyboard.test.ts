import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { soon } from '../services/eventually.ts'
import { type ByKeyboard, byKeyboard } from './app-by-keyboard.ts'
import { arrive, type Locale, password, type Person, roomOf } from './app-person.ts'
import { register, rest } from './client.ts'
import { clear, emptyFolder, serve, type Server, unlimited } from './program.ts'

// The executable may have to be built first.
setDefaultTimeout(180_000)

const found = await findBrowser()
if ('missing' in found) console.warn(`Nobody uses the app by keyboard: ${found.missing}.`)

describe.skipIf('missing' in found)('by keyboard alone, and always seeing where one is,', () => {
  const place = emptyFolder()
  let server: Server
  let browser: Browser
  /** Of bob, who made the room that one finds. */
  let token: string
  beforeAll(async () => {
    if ('missing' in found) return
    ;[server, browser] = await Promise.all([serve(place, { settings: unlimited }), openBrowser(found)])
    token = (await register(server.url, 'bob')).access_token
    await ask('POST /rooms', { name: 'Kiosque', slug: 'kiosque', is_public: true })
    await ask('POST /rooms/kiosque/messages', { content: 'La bouilloire siffle' })
  })
  afterAll(async () => {
    await browser.close()
    clear(place)
  })

  const ask = async (line: string, body: object = {}) => {
    const [method = '', path = ''] = line.split(' ')
    const { status, error } = await rest(server.url, method, path, body, token)
    if (status >= 400) throw new Error(`${line}: ${JSON.stringify(error)}`)
  }

  describe.each<[Locale]>([['en'], ['fr']])('in %s,', (locale) => {
    let ada: Person
    let hand: ByKeyboard
    let backup_code: string
    beforeAll(async () => {
      ada = await arrive(browser, server.url, `ada-${locale}`, locale)
      hand = byKeyboard(ada)
    })
    afterAll(() => ada.close())

    const press = (key: string) => hand.press(key)
    const type = (text: string) => hand.type(text)
    const tabTo = (name: string, key?: string) => hand.tabTo(name, key)
    const use = (name: string, key?: string) => hand.use(name, key)
    const isAt = (name: string) => hand.isAt(name)
    const choose = (name: string) => hand.choose(name)
    const toMessage = () => hand.toMessage()
    const composed = () => hand.composed()
    const byPalette = (name: string) => hand.byPalette(name)
    const toPart = async (part: keyof Person['words']['settings']['parts']) => {
      const { words, page, heading } = ada
      const { parts } = words.settings
      if (!page.url().includes('/settings/')) {
        await byPalette(words.palette.settings)
        await heading(parts.profile).waitFor()
      }
      if (await heading(parts[part]).isVisible()) return
      await use(parts[part], 'Shift+Tab')
      await heading(parts[part]).waitFor()
    }

    test('one signs up, makes a room and writes', async () => {
      const { words, page } = ada
      await page.goto(server.url)
      await use(words.sign.to_sign_up)
      await isAt(words.sign.username)
      await type(ada.name)
      await tabTo(words.sign.password)
      await type(password)
      await press('Enter')
      await page.locator('.app-frame').waitFor()
      await use(words.frame.create)
      await isAt(words.rooms.name)
      await type(roomOf(ada))
      await press('Enter')
      await ada.heading(roomOf(ada)).waitFor()
      await composed()
      await type('Bonjour')
      await press('Enter')
      await ada.message('Bonjour').and(page.locator(':not(:has(.vz-pending))')).waitFor()
    })

    test('one reacts, replies in a thread, and is back', async () => {
      const { words, page } = ada
      await toMessage()
      await press('e')
      await isAt(words.components.findEmoji)
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
      await use(words.components.pin)
      await message('Bonjour').getByText(words.components.pinned, { exact: true }).waitFor()
      await use(words.components.remove)
      await dialog(words.conversation.delete_message).waitFor()
      await use(words.conversation.delete)
      await message(words.components.deleted).waitFor()
    })

    test('one finds a room and joins it, writes to somebody alone, and finds what was said', async () => {
      const { words, page, message, dialog, heading } = ada
      await use(words.frame.browse)
      await isAt(words.rooms.find_room)
      await type('Kiosque')
      await use(words.rooms.join_room('Kiosque'))
      await heading('Kiosque').waitFor()
      await composed()
      await message('La bouilloire siffle').waitFor()
      await use(words.frame.message)
      await isAt(words.rooms.find_person)
      await type('bob')
      await dialog().getByRole('button', { name: '@bob' }).waitFor()
      await press('Enter')
      await heading('bob').waitFor()
      await composed()
      await type('Entre nous')
      await press('Enter')
      await message('Entre nous').and(page.locator(':not(:has(.vz-pending))')).waitFor()
      await press('Alt+ArrowUp')
      await heading(roomOf(ada)).waitFor()
      await press('Alt+ArrowUp')
      await heading('Kiosque').waitFor()
      await press('Control+Shift+f')
      await isAt(words.conversation.search_words)
      await type('bouilloire')
      await ada.side(words.conversation.search).getByText(words.conversation.found(1)).waitFor()
      // The initial of the picture comes before the name.
      await use('Bbob')
      await page.locator('.vz-highlight', { hasText: 'La bouilloire siffle' }).waitFor({ state: 'attached' })
      await press('Escape')
    })

    test('one goes to a room by the palette, and mentions somebody by completion', async () => {
      const { page, message, composer } = ada
      await byPalette('Kiosque')
      await ada.heading('Kiosque').waitFor()
      await composed()
      await type(`Bonsoir de ${ada.name} @bo`)
      await page.getByRole('option', { name: 'bob' }).waitFor()
      await press('Enter')
      await soon(async () => expect(await composer.inputValue()).toBe(`Bonsoir de ${ada.name} @bob `))
      await press('Enter')
      await message(`Bonsoir de ${ada.name}`).locator('.vz-mention').waitFor()
    })

    test('whoever runs a room deletes what somebody wrote, silences them for a while and puts them out', async () => {
      const { words, page, message, dialog, side, heading } = ada
      const { conversation } = words
      const slug = roomOf(ada).toLowerCase().replaceAll(' ', '-')
      await ask(`POST /rooms/${slug}/join`)
      await ask(`POST /rooms/${slug}/messages`, { content: 'Achetez du café' })
      await byPalette(roomOf(ada))
      await heading(roomOf(ada)).waitFor()
      await composed()
      await message('Achetez du café').waitFor()
      // Who is there is known along with what one may do.
      await ada.button(conversation.members(2)).waitFor()
      await toMessage()
      await use(words.components.remove)
      await dialog(conversation.delete_message).waitFor()
      await tabTo(conversation.reason)
      await type('On boit du thé ici')
      await use(conversation.delete)
      await message('Achetez du café').waitFor({ state: 'detached' })

      await use(conversation.members(2), 'Shift+Tab')
      const members = side(conversation.people)
      await members.waitFor()
      await tabTo(conversation.profile_of('bob'))
      await choose(conversation.mute_for(conversation.hour))
      const muted = members.getByText(conversation.muted_until('').trim())
      await muted.waitFor()
      await isAt(conversation.profile_of('bob'))
      await choose(conversation.unmute)
      await muted.waitFor({ state: 'detached' })
      await isAt(conversation.profile_of('bob'))
      await choose(conversation.kick)
      await dialog(conversation.kick_title('bob')).waitFor()
      await use(conversation.kick)
      await members.getByRole('listitem').filter({ hasText: 'bob' }).waitFor({ state: 'detached' })
      await press('Escape')
      await members.waitFor({ state: 'detached' })
      await page.locator('.vz-conversation').waitFor()
    })

    test('one takes a display name, makes a key and revokes it, and reads in another language', async () => {
      const { words, page, dialog, locale } = ada
      const { profile, keys, saved, done, language } = words.settings
      await toPart('profile')
      await tabTo(profile.displayName)
      await type('Ada la première')
      await press('Enter')
      await page.getByRole('region', { name: profile.name, exact: true }).getByText(saved).waitFor()

      await toPart('api-keys')
      await tabTo(keys.name)
      await type('bouilloire')
      await use(keys.make)
      await page.getByRole('region', { name: keys.made }).waitFor()
      await use(done)
      await use(keys.revokeOf('bouilloire'), 'Shift+Tab')
      await dialog().waitFor()
      await use(keys.revoke)
      await page.getByText(keys.revoked('bouilloire')).waitFor()

      await toPart('language')
      const [other, key] = locale === 'en' ? (['fr', 'ArrowDown'] as const) : (['en', 'ArrowUp'] as const)
      await tabTo(language.languages[locale])
      await press(key)
      await page.locator(`html[lang^=${other}]`).waitFor({ state: 'attached' })
      await press(key === 'ArrowDown' ? 'ArrowUp' : 'ArrowDown')
      await page.locator(`html[lang^=${locale}]`).waitFor({ state: 'attached' })
    })

    test('one ends another session, and sets up a second factor', async () => {
      const { words, page } = ada
      const { factor, sessions } = words.settings
      await rest(server.url, 'POST', '/auth/login', { username: ada.name, password })
      await toPart('security')
      await use(sessions.endOthers)
      await page.getByText(sessions.othersEnded(1)).waitFor()
      await use(factor.begin, 'Shift+Tab')
      await isAt(factor.password)
      await type(password)
      await press('Enter')
      const secret = await page.getByRole('region', { name: factor.secret }).innerText()
      await tabTo(factor.code)
      await type(new TOTP({ secret }).generate())
      await press('Enter')
      const codes = await page.getByRole('region', { name: factor.codesTitle }).innerText()
      backup_code = codes.split('\n')[0] ?? ''
      await use(factor.kept)
      await page.getByText(factor.left(10)).waitFor()
    })

    test('one changes the theme, and signs out', async () => {
      const { words, page } = ada
      await toPart('appearance')
      await tabTo(words.settings.appearance.themes.auto)
      await press('ArrowDown')
      await press('ArrowDown')
      await page.locator('html[data-vz-theme=dark]').waitFor({ state: 'attached' })
      await tabTo('ALAda la première', 'Shift+Tab')
      await choose(words.frame.sign_out)
      await page.getByLabel(words.sign.username_or_email).waitFor()
    })

    test('one comes back with a code that one has kept', async () => {
      const { words, page } = ada
      await isAt(words.sign.username_or_email)
      await type(ada.name)
      await tabTo(words.sign.password)
      await type(password)
      await press('Enter')
      await isAt(words.sign.app_code)
      await use(words.sign.use_backup)
      await isAt(words.sign.backup_code)
      await type(backup_code)
      await press('Enter')
      await page.locator('.app-frame').waitFor()
    })

    test('and saw each time where that was', () => {
      expect([...hand.unseen]).toEqual([])
    })
  })
})
