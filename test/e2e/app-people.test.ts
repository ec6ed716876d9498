import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { eventually, soon } from '../services/eventually.ts'
import { awayMatters, enter } from './app-away.ts'
import { ownMatters } from './app-own.ts'
import { arrive, hello, type Locale, type Person, roomOf } from './app-person.ts'
import { clear, emptyFolder, serve, type Server, unlimited, until } from './program.ts'

// The executable may have to be built first.
setDefaultTimeout(180_000)

const found = await findBrowser()
if ('missing' in found) console.warn(`Nobody uses the app: ${found.missing}.`)

describe.skipIf('missing' in found)('two people through all of the app', () => {
  const place = emptyFolder()
  let server: Server
  let browser: Browser
  beforeAll(async () => {
    if ('missing' in found) return
    ;[server, browser] = await Promise.all([serve(place, { settings: unlimited }), openBrowser(found)])
  })
  afterAll(async () => {
    await browser.close()
    clear(place)
  })

  describe.each<[Locale]>([['en'], ['fr']])('in %s', (locale) => {
    const people = new Map<string, Person>()
    beforeAll(async () => {
      people.set('ada', await arrive(browser, server.url, `ada-${locale}`, locale, 'desktop'))
      people.set('bob', await arrive(browser, server.url, `bob-${locale}`, locale, 'phone'))
    })
    afterAll(() => Promise.all([...people.values()].map(({ close }) => close())))

    /** Each does everything once, while the other looks on. */
    const both = (does: string, deed: (one: Person, other: Person) => Promise<void>) =>
      test.each([
        ['at a desk', 'ada', 'bob'],
        ['on a phone', 'bob', 'ada'],
      ])(`%s, one ${does}`, (_, one, other) => deed(people.get(one)!, people.get(other)!))

    /** Both are in the room of `one`. */
    const meet = async (one: Person, other: Person) => {
      for (const person of [one, other])
        if (!(await person.heading(roomOf(one)).isVisible())) await person.open(roomOf(one))
    }

    both('signs up and makes a room', async (one) => {
      const { words, pressButton, list, dialog, heading, say } = one
      await one.signUp()
      await list.getByText(words.frame.no_conversations).waitFor()
      await pressButton(words.frame.create, list)
      await dialog().getByLabel(words.rooms.name, { exact: true }).fill(roomOf(one))
      await dialog().getByLabel(words.rooms.topic).fill('Green and black')
      await pressButton(words.rooms.create, dialog())
      await heading(roomOf(one)).waitFor()
      await say(hello(one))
      await one.page.locator('.vz-day', { hasText: words.components.today }).waitFor()
    })

    both('finds the room of the other, and joins it', async (one, other) => {
      await enter(one, other)
      await other.open(roomOf(other))
      await other.button(other.words.conversation.members(2)).waitFor()
    })

    both('is seen to type, and writes Markdown with code', async (one, other) => {
      await meet(one, other)
      await one.composer.pressSequentially('**Kett')
      await other.page.getByText(other.words.components.typing([one.name])).waitFor()
      await one.composer.fill('**Kettles** and `cups`\n```js\nboil(water)\n```\n[leaves](https://example.org/)')
      await one.send()
      const told = other.message('Kettles and cups')
      await told.waitFor()
      await one.page.getByText(one.words.conversation.read_by(other.name)).waitFor()
      // As they are written where the reader is: in London as in Paris without a.m. and p.m.
      await soon(async () => expect(await told.locator('time').first().textContent()).toMatch(/^\d\d:\d\d$/))
      await soon(async () => expect(await told.locator('strong').textContent()).toBe('Kettles'))
      await soon(async () => expect(await told.locator('pre').textContent()).toContain('boil(water)'))
      await soon(async () =>
        expect(await told.getByRole('link', { name: 'leaves' }).getAttribute('href')).toBe('https://example.org/'),
      )
    })

    both('mentions the other by completion, who is told elsewhere and sees what is new', async (one, other) => {
      await other.open(roomOf(other))
      await one.open(roomOf(one))
      await one.composer.pressSequentially(`Look @${other.name.slice(0, 3)}`)
      const offered = one.page.getByRole('option', { name: other.name })
      await offered.waitFor()
      if (one.device === 'phone') await offered.tap()
      else await one.composer.press('Enter')
      await soon(async () => expect((await one.composer.inputValue()).trim()).toBe(`Look @${other.name}`))
      await one.send()
      await other.toList()
      const line = other.line(roomOf(one))
      await line.getByText(other.words.components.mentions(1)).waitFor()
      await other.press(line)
      await other.message('Look').locator('.vz-mention-own').waitFor()
      await other.page.locator('.vz-new', { hasText: other.words.components.newMessages }).waitFor()
      await other.open(roomOf(other))
      await other.toList()
      await line.waitFor()
      await line.locator('.vz-badge').waitFor({ state: 'detached' })
    })

    both('reacts by the picker, and the other does the same', async (one, other) => {
      await meet(one, other)
      const { addReaction, pickEmoji, findEmoji } = one.words.components
      await one.act(hello(one), addReaction)
      await one.dialog(pickEmoji).getByLabel(findEmoji, { exact: true }).fill('tea')
      await one.press(one.dialog(pickEmoji).locator('[data-emoji]').first())
      await other.press(other.message(hello(one)).locator('.vz-reaction'))
      await one.message(hello(one)).locator('.vz-reaction', { hasText: '2' }).waitFor()
    })

    both('edits, and deletes', async (one, other) => {
      await meet(one, other)
      const { edit, save, edited, remove, deleted } = one.words.components
      const [slip, mended] = [`A slop of ${one.name}`, `A slip of ${one.name}`]
      await one.say(slip)
      await one.act(slip, edit)
      await until(async () => (await one.composer.inputValue()) === slip)
      await one.composer.fill(mended)
      if (one.device === 'phone') await one.pressButton(save)
      else await one.composer.press('Enter')
      await other.message(mended).getByText(edited, { exact: true }).waitFor()
      await one.act(mended, remove)
      await one.pressButton(one.words.conversation.delete, one.dialog(one.words.conversation.delete_message))
      await other.message(deleted).waitFor()
      expect(await other.message(mended).count()).toBe(0)
    })

    both('pins, which the other finds', async (one, other) => {
      await meet(one, other)
      const { pins, close } = other.words.conversation
      await one.act(hello(one), one.words.components.pin)
      await (await other.beside(pins)).getByText(hello(one)).waitFor()
      await other.pressButton(close, other.side(pins))
      await other.composer.waitFor()
    })

    both('replies in a thread, which the other opens', async (one, other) => {
      await meet(one, other)
      const { thread, reply, send, replies } = one.words.components
      await one.act(hello(one), reply)
      const field = one.side(thread).locator('.vz-composer-field')
      await field.fill('With milk?')
      if (one.device === 'phone') await one.pressButton(send, one.side(thread))
      else await field.press('Enter')
      await one.side(thread).locator('.vz-message', { hasText: 'With milk?' }).waitFor()
      await other.press(other.message(hello(one)).getByRole('button', { name: replies(1) }))
      await other.side(thread).getByText('With milk?').waitFor()
      for (const { pressButton, side, composer, words } of [one, other]) {
        await pressButton(words.components.close, side(thread))
        await composer.waitFor()
      }
    })

    both('writes to the other alone', async (one, other) => {
      await other.open(roomOf(other))
      await one.toList()
      await one.pressButton(one.words.frame.message, one.list)
      await one.dialog().getByLabel(one.words.rooms.find_person).fill(other.name.slice(0, 3))
      await one.press(one.dialog().getByRole('button', { name: `@${other.name}` }))
      await one.heading(other.name).waitFor()
      await one.say(`Between us, ${one.name}`)
      await other.toList()
      await other.line(one.name).getByText(other.words.components.unreadCount(1)).waitFor()
      await other.open(one.name)
      await other.message(`Between us, ${one.name}`).waitFor()
    })

    both('searches, and jumps to what was found', async (one) => {
      await one.open(roomOf(one))
      const { search, search_words, found, close } = one.words.conversation
      const pane = await one.beside(search)
      await pane.getByLabel(search_words).fill('kettle*')
      await pane.getByText(found(1)).waitFor()
      await one.press(pane.getByRole('button', { name: /Kettles/ }))
      await one.page.locator('.vz-highlight', { hasText: 'Kettles' }).waitFor({ state: 'attached' })
      // On a phone it would lie over what was found.
      if (one.device === 'phone') await pane.waitFor({ state: 'detached' })
      else await one.pressButton(close, pane)
      await one.message('Kettles').waitFor()
    })

    both('leaves something half written, which is there after a reload', async (one) => {
      await one.open(roomOf(one))
      await one.composer.fill('Half a thou')
      await one.page.reload()
      await one.heading(roomOf(one)).waitFor()
      await one.composer.waitFor()
      await soon(async () => expect(await one.composer.inputValue()).toBe('Half a thou'))
      await one.composer.fill('')
    })

    both('goes by the palette', async (one, other) => {
      const { words, page, dialog } = one
      await one.toList()
      await one.press(one.list.locator('.app-find'))
      await dialog(words.palette.title).getByRole('combobox').fill(other.name)
      const line = page.getByRole('option', { name: roomOf(other) })
      await line.waitFor()
      await one.press(line)
      await one.heading(roomOf(other)).waitFor()
    })

    both(
      'silences the other for a while, who reads so, keeps what they had begun and sends it after',
      async (one, other) => {
        await meet(one, other)
        const { people, profile_of, mute_for, hour, unmute, close } = one.words.conversation
        const members = one.side(people)
        const choose = async (deed: string) => {
          await one.pressButton(profile_of(other.name), members)
          await one.press(one.page.getByRole('menuitem', { name: deed }))
        }
        await other.composer.fill('May I speak?')
        await one.pressButton(one.words.conversation.members(2))
        await choose(mute_for(hour))
        await members.getByText(one.words.conversation.muted_until('').trim()).waitFor()
        await eventually('the composer is closed', async () => !(await other.composer.isEditable()))
        await choose(unmute)
        await members.getByText(one.words.conversation.muted_until('').trim()).waitFor({ state: 'detached' })
        await eventually('the composer is open', () => other.composer.isEditable())
        await soon(async () => expect(await other.composer.inputValue()).toBe('May I speak?'))
        await other.send()
        await one.pressButton(close, members)
        await one.message('May I speak?').waitFor()
      },
    )

    awayMatters(both, () => [people.get('ada')!, people.get('bob')!])
    ownMatters(both, () => server.url)

    test('and the browsers had nothing to complain of', () => {
      // A refusal that the server means, such as of a login without its second factor, is in the log of every browser.
      // Who changes the language twice at once ends a connection that had only begun; a network that is cut is told of, too.
      const meant = /status of 4\d\d|closed before the connection is established|ERR_INTERNET_DISCONNECTED/
      expect([...people.values()].flatMap(({ complaints }) => complaints.filter((text) => !meant.test(text)))).toEqual(
        [],
      )
    })
  })
})
