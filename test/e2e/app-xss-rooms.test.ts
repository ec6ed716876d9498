import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { plainText } from '../../sdks/react/src/markdown/parse.ts'
import { composer, has_browser, message } from '../web/app-visit.ts'
import { payloads } from '../web/payloads.ts'
import { soon } from '../services/eventually.ts'
import { type Client, rest, signIn } from './client.ts'
import { at_once, type Attacked, attack, inTurns, isAmongSixty, oneLine, type Room, shows } from './hostile-app.ts'
import { until } from './program.ts'

setDefaultTimeout(240_000)

describe.skipIf(!has_browser)('what attackers call their rooms, in the app', () => {
  let all: Attacked
  let bobs: Client
  /** Each with a payload for a name, in groups of as many as are completed at once. */
  let rooms: Room[]
  /** A thread in each. */
  let parents: number[]
  const group_size = 8
  const slugOf = (index: number) => `r${String(Math.floor(index / group_size)).padStart(2, '0')}-${index}`
  const textOf = (index: number) => payloads[index] ?? ''

  beforeAll(async () => {
    all = await attack()
    const { app, ask, mallory, bob } = all
    bobs = await signIn(app.server.url, bob.access_token)
    const create = (payload: string, index: number) =>
      ask<Room>('POST /rooms', { name: payload.slice(0, 100), description: payload, slug: slugOf(index), is_public: true }, mallory.access_token) // prettier-ignore
    rooms = await inTurns(payloads.map((payload, index) => () => create(payload, index)))
    expect(rooms.length).toBe(payloads.length)
  })
  afterAll(() => all.app.close())

  /** Puts it off no longer than it takes. */
  const each = (deed: (room: Room, index: number) => Promise<unknown>) =>
    inTurns(rooms.map((room, index) => () => deed(room, index)))
  const dialog = () => all.page.locator('dialog[open]').last()
  const title = () => dialog().locator('.app-dialog-head h2').textContent()
  const told = () => all.page.locator('.app-told p').textContent()
  const names = () => rooms.map(({ name }) => name)
  const texts =
    <T>(script: string) =>
    () =>
      all.page.evaluate<T>(script)

  test('is refused as a slug, which is never repeated', async () => {
    const { app, mallory } = all
    await each(async (_, index) => {
      const draft = { name: 'Slug', slug: textOf(index), is_public: true }
      const { status, error } = await rest(app.server.url, 'POST', '/rooms', draft, mallory.access_token)
      expect([textOf(index), status]).toEqual([textOf(index), 422])
      expect(JSON.stringify(error)).not.toContain(textOf(index))
    })
  })

  test('stays a text among the rooms to join: name, description and topic', async () => {
    const { ask, mallory, page, press, safe } = all
    const cards = page.locator('.app-card')
    const look = async (field: 'description' | 'topic') => {
      await page.getByRole('button', { name: 'Browse rooms' }).click()
      await press(dialog().getByRole('button', { name: 'Show more' }))
      await cards.nth(rooms.length).waitFor()
      await soon(async () =>
        expect(await cards.locator('a').allTextContents()).toEqual(expect.arrayContaining(names())),
      )
      const shown = await cards.locator('.app-muted').allTextContents()
      expect(shown).toEqual(expect.arrayContaining(rooms.map((room) => room[field] ?? '')))
      await safe.isUnharmed()
      await page.keyboard.press('Escape')
    }
    await look('description')
    rooms = await each(async ({ slug }, index) => ask<Room>(`PUT /rooms/${slug}`, { topic: textOf(index) }, mallory.access_token)) as Room[] // prettier-ignore
    await look('topic')
  })

  test('stays a text where one has not joined yet', async () => {
    const { at, page, safe } = all
    const seen = texts("[...document.querySelectorAll('.app-preview :is(h1, p)')].slice(0, 3).map(({ textContent }) => textContent)") // prettier-ignore
    for (const { slug, name, topic, description } of rooms) {
      await at(`/c/${slug}`)
      await shows(seen, [name, topic, description])
      await soon(async () =>
        expect(await page.locator('.app-preview .app-button-main').getAttribute('aria-label')).toBe(`Join: ${name}`),
      )
    }
    await safe.isUnharmed()
    await at('/c/den')
  })

  test('stays a text in the list, where one looks for a room, and where its name completes', async () => {
    const { app, bob, page, safe } = all
    await each(({ slug }) => rest(app.server.url, 'POST', `/rooms/${slug}/join`, {}, bob.access_token))
    await page.locator('.vz-room').nth(rooms.length).waitFor()
    await soon(async () =>
      expect(await page.locator('.vz-room-name').allTextContents()).toEqual(expect.arrayContaining(names())),
    )
    await safe.isUnharmed()

    await page.keyboard.press('Control+k')
    const options = page.getByRole('dialog').getByRole('option').locator('span:nth-child(2)')
    // A field of one line has no breaks.
    const written = names().filter((name) => !name.includes('\n'))
    expect(written.length).toBeGreaterThan(80)
    for (const name of written) {
      await dialog().getByRole('combobox').fill(name)
      await until(async () => (await options.allTextContents()).includes(name), 5000, name)
    }
    await safe.isUnharmed()
    await page.keyboard.press('Escape')

    for (let from = 0; from < rooms.length; from += group_size) {
      await composer(page).fill(`#${slugOf(from).slice(0, 4)}`)
      const details = () => page.locator('.vz-suggestion .vz-quiet').allTextContents()
      await shows(
        async () => (await details()).toSorted(),
        names()
          .slice(from, from + group_size)
          .toSorted(),
      )
    }
    await safe.isUnharmed()
    await composer(page).fill('')
  })

  test('stays a text in the list of threads, and where a search finds everywhere', async () => {
    const { at, ask, bob, page, pane, press, say, safe } = all
    parents = []
    await each(async ({ id }, index) => {
      const parent_id = await say(`${textOf(index)} everywhere`, { room_id: id })
      await bobs.ask('send_message', { room_id: id, content: 'what?', parent_id })
      await say(textOf(index), { room_id: id, parent_id })
      parents[index] = parent_id
    })
    const { threads } = await ask<{ threads: Thread[] }>('GET /users/me/unread', undefined, bob.access_token)
    expect(threads.length).toBe(rooms.length)
    await press(page.locator('.app-threads-line'))
    const seen = texts("[...document.querySelectorAll('.app-threads li')].map((line) => [...line.querySelectorAll('strong, .app-thread-text')].map(({ textContent }) => textContent))") // prettier-ignore
    const wanted = ({ room_name, preview, last_reply }: Thread) => [`#${room_name}`, `to mallory · ${plainText(preview)}`, `mallory: ${plainText(last_reply.preview)}`] // prettier-ignore
    await shows(seen, threads.map(wanted))
    await safe.isUnharmed()
    await page.keyboard.press('Escape')

    await at('/c/den', { show: 'search', text: 'everywhere', filters: { where: 'everywhere', author: '', after: '', before: '' } }) // prettier-ignore
    const excerpts = pane('Search').locator('.app-excerpt')
    for (let count = 20; count < rooms.length; count += 20) {
      await excerpts.nth(count - 1).waitFor()
      await press(pane('Search').getByRole('button', { name: 'Show more' }))
    }
    await excerpts.nth(rooms.length - 1).waitFor()
    const where = await excerpts.locator('.app-excerpt-head .app-muted').allTextContents()
    expect(where.toSorted()).toEqual(names().toSorted())
    await safe.isUnharmed()
  })

  test('stays a text in the room: its head, its details, its thread, what one searches for in it, and before one leaves', async () => {
    const { at, page, pane, press, closeDialog, safe } = all
    const head = `({
      name: document.querySelector('h1').textContent, hint: document.querySelector('h1 > span').title, title: document.title.replace(/^\\(\\d+\\) /, ''),
      topic: document.querySelector('.app-head-topic').textContent, all: document.querySelector('.app-head-topic').title,
      to: document.querySelector('.vz-composer-field').placeholder,
      details: [...document.querySelectorAll('.app-side-body > p:not([class])')].map(({ textContent }) => textContent)
    })`
    for (const [index, { slug, name, topic, description }] of rooms.entries()) {
      const payload = textOf(index)
      await at(`/c/${slug}`, { show: 'details' })
      const wanted = {
        name,
        hint: name,
        topic,
        all: topic,
        to: `Message #${name}`,
        details: [name, topic, description],
      }
      await shows(texts(head), { ...wanted, title: `${oneLine(name)} – Veza Chat` })
      await press(pane('Details').getByRole('button', { name: 'Leave room' }))
      await shows(title, `Leave ${name}?`)
      await closeDialog()

      await at(`/c/${slug}`, { show: 'search', text: payload })
      await pane('Search')
        .locator('output')
        .getByText(/found|This cannot be searched for/i)
        .waitFor()
      // A field of one line has no breaks.
      const field = pane('Search').getByLabel('Words to find')
      await soon(async () => expect(await field.inputValue()).toBe(payload.replaceAll('\n', '')))
      await soon(async () =>
        expect(await pane('Search').getByLabel('Where').locator('option').first().textContent()).toBe(name),
      )

      await at(`/c/${slug}/thread/${parents[index]}`)
      await shows(() => page.locator('.vz-thread h2 .vz-quiet').textContent(), `#${name}`)
      await page.locator('.vz-thread .vz-message', { hasText: 'everywhere' }).waitFor()
      await page.locator('.vz-thread .vz-message', { hasText: 'what?' }).waitFor()
      if (index % at_once === 0) await safe.isUnharmed()
    }
    await safe.isUnharmed()
  })

  test('stays a text where one is told that one was put out, or added, or that the room is gone', async () => {
    const { ask, at, bob, mallory, page, safe } = all
    for (const { slug, name } of rooms.filter(isAmongSixty)) {
      await at(`/c/${slug}`)
      await message(page, 'everywhere').waitFor()
      await ask(`DELETE /rooms/${slug}/members/${bob.user.id}`, undefined, mallory.access_token)
      await shows(told, `You were removed from ${name}.`)
      await ask(`POST /rooms/${slug}/members`, { user_id: bob.user.id }, mallory.access_token)
      await shows(told, `You were added to ${name}. Open`)
      await at(`/c/${slug}`)
      await message(page, 'everywhere').waitFor()
      await ask(`DELETE /rooms/${slug}`, undefined, mallory.access_token)
      await shows(told, `mallory deleted ${name}.`)
    }
    await safe.isUnharmed()
  })

  test('stays a text where one runs the room', async () => {
    const { ask, at, bob, pane, press, closeDialog, safe } = all
    await ask('POST /rooms', { name: 'Own', slug: 'own', is_public: false }, bob.access_token)
    await at('/c/own', { show: 'details' })
    const fields = "[...document.querySelectorAll('dialog[open] :is([name=name], [name=topic], [name=description])')].map(({ value }) => value)" // prettier-ignore
    for (const text of payloads) {
      const change = { name: text.slice(0, 100), topic: text, description: text }
      const { name, topic, description } = await ask<Room>('PUT /rooms/own', change, bob.access_token)
      await press(pane('Details').getByRole('button', { name: 'Room settings' }))
      // A field of one line has no breaks.
      await shows(texts(fields), [name.replaceAll('\n', ''), topic?.replaceAll('\n', ''), description])
      await press(dialog().getByRole('button', { name: 'Archive room' }))
      await shows(title, `Archive ${name}?`)
      await closeDialog()
      await press(dialog().getByRole('button', { name: 'Delete room' }))
      await shows(title, `Delete ${name}?`)
      await closeDialog()
      await closeDialog()
    }
    await safe.isUnharmed()
  })

  test('stays a text as it changes while one looks', async () => {
    const { ask, at, mallory, page, safe } = all
    await at('/c/den', { show: 'details' })
    // Who stays is told of the topic in a second or two, so it is a few.
    for (const payload of payloads.filter((_, index) => index % 16 === 0)) {
      const change = { name: payload.slice(0, 100), topic: payload }
      const { name, topic } = await ask<Room>('PUT /rooms/den', change, mallory.access_token)
      await shows(() => page.getByRole('heading', { level: 1 }).textContent(), name)
      await shows(() => page.locator('.app-head-topic').textContent(), topic)
    }
    await safe.isUnharmed()
  })
})

interface Thread {
  room_name: string
  preview: string
  last_reply: { preview: string }
}
