import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'

import { type App, composer, has_browser, join, message, type Visitor } from '../web/app-visit.ts'
import { mark, payloads } from '../web/payloads.ts'
import { comeIn, type Served, serveApp } from './app.ts'
import { type Account, type Client, password, rest, signIn } from './client.ts'
import { type Guard, guard } from './hostile-page.ts'
import { until } from './program.ts'

setDefaultTimeout(120_000)
/** As many messages as the page keeps in the document at once. */
const in_sight = 10

describe.skipIf(!has_browser)('what attackers write, in the app', () => {
  let app: App<Served>
  let ask: Served['ask']
  let mallory: Account
  let socket: Client
  let bob: Account
  let visitor: Visitor
  let page: Page
  let safe: Guard
  let den: Named
  /** Rooms and people whose names are payloads, as far as the server takes them. */
  const rooms: Named[] = []
  const people: { name: string; id: number }[] = []
  /** What people say beside their status, as far as the server takes it. */
  const notes: string[] = []

  beforeAll(async () => {
    app = await serveApp(['security.max_api_keys_per_user=0'])
    ask = app.server.ask
    mallory = await app.server.register('mallory')
    socket = await signIn(app.server.url, mallory.access_token)
    den = await ask<Named>('POST /rooms', { name: 'Den', slug: 'den', is_public: true }, mallory.access_token)
    bob = await app.server.register('bob')
    visitor = await comeIn(app, 'bob', '/c/den', { script: mark })
    page = visitor.page
    safe = guard(visitor, app.server.url)
    await composer(page).waitFor()
  })
  afterAll(async () => {
    await app.close()
  })

  /** Goes there without loading the page again. */
  const at = (path: string) =>
    page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`)
  const say = async (content: string, more: object = {}): Promise<number> => {
    const { type, data } = await socket.ask('send_message', { room_id: den.id, content, ...more })
    expect([content, type]).toEqual([content, 'message_sent'])
    return Number(data['message_id'])
  }
  const pane = (name: string) => page.getByRole('complementary', { name })
  const open = async (name: string, exact = true): Promise<Locator> => {
    await page.getByRole('button', { name, exact }).click()
    return pane(name)
  }

  test('stays a text as a message: plain, as Markdown and as code', async () => {
    for (const content_type of ['text', 'markdown', 'code']) {
      const words = (index: number) => `${content_type} number ${index} is here`
      for (let from = 0; from < payloads.length; from += in_sight) {
        const these = payloads.slice(from, from + in_sight)
        const more = (payload: string) => ({ content_type, metadata: { [payload]: payload } })
        await Promise.all(these.map((payload, at) => say(`${payload}\n\n${words(from + at)}`, more(payload))))
        await message(page, words(from + these.length - 1)).waitFor()
        expect(await message(page, words(from)).count()).toBe(1)
        await safe.isUnharmed()
      }
    }
    expect(await page.locator('.vz-plain-code').last().innerText()).toStartWith(payloads.at(-1) ?? '')
  })

  test('stays a text in a thread', async () => {
    const parent_id = await say(`${payloads[0]} the parent`)
    await inTurns(payloads.map((payload) => () => say(payload, { parent_id })))
    await say('the last reply', { parent_id })
    await message(page, 'the parent')
      .getByRole('button', { name: /replies/ })
      .click()
    await pane('Thread').getByText('the last reply').waitFor()
    for (let up = 0; up < 12; up++) {
      await safe.isUnharmed()
      await pane('Thread').locator('.vz-scroller').hover()
      await page.mouse.wheel(0, -600)
    }
    await page.keyboard.press('Escape')
  })

  test('stays a text among the pinned messages', async () => {
    const pin = async (payload: string, index: number) =>
      ask(`POST /messages/${await say(`${payload} pinned ${index}`)}/pin`, { pinned: true }, mallory.access_token)
    await inTurns(payloads.map((payload, index) => () => pin(payload, index)))
    const pinned = (await open('Pinned messages')).locator('.app-excerpt-text')
    await pinned.nth(payloads.length - 1).waitFor()
    expect(await pinned.count()).toBe(payloads.length)
    await safe.isUnharmed()
  })

  test('stays a text in what a search finds, and as what one searches for', async () => {
    const found = await open('Search')
    await found.getByLabel('Words to find').fill('pinned')
    for (let count = 20; count < payloads.length; count += 20) {
      await found
        .locator('.app-excerpt')
        .nth(count - 1)
        .waitFor()
      await found.getByRole('button', { name: 'Show more' }).click()
    }
    await found
      .locator('.app-excerpt')
      .nth(payloads.length - 1)
      .waitFor()
    await found.locator('mark', { hasText: 'pinned' }).first().waitFor()
    await safe.isUnharmed()
    for (const payload of payloads.filter((_, index) => index % 12 === 0)) {
      await found.getByLabel('Words to find').fill(payload)
      await found
        .getByText(/found|Nothing found|Show more|not|search/i)
        .first()
        .waitFor()
    }
    await safe.isUnharmed()
  })

  test('stays a text as name, topic and description of rooms, in the lists', async () => {
    for (const [index, payload] of payloads.entries()) {
      const draft = {
        name: payload.slice(0, 100),
        topic: payload,
        description: payload,
        slug: `r${index}`,
        is_public: true,
      }
      rooms.push(await ask<Named>('POST /rooms', draft, mallory.access_token))
    }
    const names = rooms.map(({ name }) => name)
    await page.getByRole('button', { name: 'Browse rooms' }).click()
    const browse = page.getByRole('dialog', { name: 'Browse rooms' })
    await browse.getByRole('button', { name: 'Show more' }).click()
    await browse.locator('.app-card').nth(rooms.length).waitFor()
    expect(await browse.locator('.app-card a').allTextContents()).toEqual(expect.arrayContaining(names))
    await safe.isUnharmed()
    await page.keyboard.press('Escape')

    for (const { slug } of rooms) await ask(`POST /rooms/${slug}/join`, {}, bob.access_token)
    await page.locator('.vz-room').nth(rooms.length).waitFor()
    expect(await page.locator('.vz-room-name').allTextContents()).toEqual(expect.arrayContaining(names))
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('marked')
    await page.getByRole('option').nth(7).waitFor()
    await safe.isUnharmed()
    await page.keyboard.press('Escape')
  })

  test('stays a text as name, topic and description of the room one is in', async () => {
    const details = await open('Details')
    const heading = page.getByRole('heading', { level: 1 })
    const isCalled = (name: string) => until(async () => (await heading.textContent()) === name, 5000)
    for (const [index, payload] of some.entries()) {
      const change = { name: payload.slice(0, 100), topic: payload, description: payload }
      const { name } = await ask<Named>('PUT /rooms/den', change, mallory.access_token)
      await isCalled(name)
      // Who stays is told of the rest in a second or two, whoever comes back at once.
      if (index % 10 > 0) {
        await at(`/c/${rooms[0]?.slug}`)
        await isCalled(rooms[0]?.name ?? '')
        await page.goBack()
      }
      const seen = async () => ({ name: await heading.textContent(), title: await page.title(), told: (await details.textContent())?.split(payload).length }) // prettier-ignore
      const wanted = { name, title: `${oneLine(name)} – Veza Chat`, told: 3 }
      await until(async () => Bun.deepEquals(await seen(), wanted), 5000).catch(() => undefined)
      expect(await seen()).toEqual(wanted)
      expect(await page.locator('.app-head-topic').getAttribute('title')).toBe(payload)
      expect(await composer(page).getAttribute('placeholder')).toContain(name)
    }
    await safe.isUnharmed()
    await page.getByRole('button', { name: 'Leave room' }).click()
    await safe.isUnharmed()
    await page.keyboard.press('Escape')
  })

  test('stays a text where an invite leads, and where one is told that a room is gone', async () => {
    for (const { slug } of rooms.slice(0, 12)) {
      const { code } = await ask<{ code: string }>(`POST /rooms/${slug}/invites`, {}, mallory.access_token)
      await at(`/join/${code}`)
      await page.getByRole('heading', { name: /invites you/ }).waitFor()
      await safe.isUnharmed()
    }
    for (const { slug, name } of rooms.slice(0, 5)) {
      await rest(app.server.url, 'POST', `/rooms/${slug}/leave`, {}, bob.access_token)
      await at(`/c/${slug}`)
      await page.locator('.app-preview').waitFor()
      await safe.isUnharmed()
      await join(page)
      await page
        .locator('.vz-room', { hasText: name.slice(0, 20) })
        .first()
        .waitFor()
      await ask(`DELETE /rooms/${slug}`, undefined, mallory.access_token)
      await page.locator('.app-told', { hasText: name.slice(0, 20) }).waitFor()
      await safe.isUnharmed()
    }
    await at('/c/den')
  })

  test('stays a text as the name of a person, where the server takes it', async () => {
    const arrive = async (payload: string, index: number) => {
      const refused = await rest(app.server.url, 'POST', '/auth/register', { username: payload, password })
      expect([payload, refused.status]).toEqual([payload, 422])
      const { access_token: token, user } = await app.server.register(`m${index}`)
      const named = await rest(app.server.url, 'PUT', '/users/me', { display_name: payload.slice(0, 64) }, token)
      if (named.status !== 200) return
      people.push({ name: String(named.data['display_name']), id: user.id })
      await ask('POST /rooms/den/join', {}, token)
      if (index % 2 === 0) await ask('PUT /rooms/den/members/me', { nickname: payload.slice(0, 32) }, token)
      // Others see it for as long as one is connected.
      const { data } = await (await signIn(app.server.url, token)).ask('update_status', { status: 'busy', message: payload.slice(0, 128) }) // prettier-ignore
      notes.push(String(data['message']))
    }
    await inTurns(payloads.map((payload, index) => () => arrive(payload, index)))
    expect(people.length).toBeGreaterThan(60)
    await page.getByRole('button', { name: /members$/ }).click()
    await pane('Members').locator('.app-member').nth(people.length).waitFor()
    await safe.isUnharmed()
    const said = pane('Members').locator('.app-note')
    await said.nth(notes.length - 1).waitFor()
    expect((await said.allTextContents()).toSorted()).toEqual(notes.toSorted())
    await safe.isUnharmed()
    await pane('Members')
      .getByRole('button', { name: /^Actions for/ })
      .nth(3)
      .click()
    await safe.isUnharmed()
    await page.keyboard.press('Escape')

    for (const sign of ['@m1', '@m2', '@<', '@"']) {
      await composer(page).fill(`look, ${sign}`)
      await safe.isUnharmed()
    }
    await composer(page).fill('')
    await page.getByRole('button', { name: 'New message' }).click()
    for (const begin of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8']) {
      await page.getByLabel('Who do you want to write to?').fill(begin)
      await page.getByRole('dialog').getByText(`@${begin}5`).waitFor()
      await safe.isUnharmed()
    }
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await (await open('Search')).getByLabel('From').getByRole('option').nth(50).waitFor({ state: 'attached' })
    await safe.isUnharmed()
  })

  test('stays a text as what somebody says beside their status', async () => {
    const { conversation_id: id } = await ask<{ conversation_id: number }>(
      'POST /conversations',
      { user_id: mallory.user.id },
      bob.access_token,
    )
    await ask(`POST /conversations/${id}/messages`, { content: 'between us' }, mallory.access_token)
    await at(`/c/~${id}`)
    await message(page, 'between us').waitFor()
    const details = await open('Details')
    // Others are told of a status now and then only.
    for (const text of payloads.filter((_, index) => index % 16 === 0)) {
      const { data } = await socket.ask('update_status', { status: 'online', message: text.slice(0, 128) })
      await details.getByText(String(data['message']), { exact: true }).waitFor()
    }
    await safe.isUnharmed()
  })

  test('stays a text in the settings', async () => {
    for (const [index, payload] of payloads.entries()) {
      await ask('POST /auth/api-keys', { name: payload.slice(0, 100), permissions: ['read_messages'] }, bob.access_token) // prettier-ignore
      await fetch(`${app.server.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': `Mozilla/5.0 ${index} ${payload.replace(/[^ -~]/g, '')}`,
        },
        body: JSON.stringify({ username: 'bob', password }),
      })
    }
    for (const { id } of people) await ask(`POST /users/${id}/block`, undefined, bob.access_token)
    const rows = page.locator('.vs-row')
    for (const [part, count] of [
      ['security', payloads.length],
      ['blocked', people.length],
      ['api-keys', payloads.length],
    ] as const) {
      await at(`/settings/${part}`)
      for (let shown = 50; shown < count && part !== 'security'; shown += 50) {
        await rows.nth(shown - 1).waitFor()
        await page.getByRole('button', { name: 'Show more' }).click()
      }
      await rows.nth(count - 1).waitFor()
      await safe.isUnharmed()
    }
    await page
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .click()
    await safe.isUnharmed()
    await page.keyboard.press('Escape')
    await at('/settings/profile')
    const own = payloads[20]?.slice(0, 64) ?? ''
    await page.getByLabel('Display name').fill(own)
    await page.getByRole('button', { name: 'Save' }).first().click()
    await page.getByText('Saved').first().waitFor()
    await page.reload()
    await page.locator('.app-own', { hasText: own }).waitFor()
    expect(await page.getByLabel('Display name').inputValue()).toBe(own)
    await safe.isUnharmed()
  })

  test('stays a text in an address', async () => {
    const paths = ['/c/', '/join/', '/settings/', '/c/den/', '/?', '/#']
    for (const [index, payload] of some.entries())
      await at(`${paths[index % paths.length]}${encodeURIComponent(payload)}#${payload}`)
    await safe.isUnharmed()
    for (const path of ['/join/', '/c/']) {
      await page.goto(`${app.server.url}${path}${encodeURIComponent(payloads[0] ?? '')}#${payloads[16]}`)
      await page.locator('.app-frame').waitFor()
      await safe.isUnharmed()
    }
  })

  test('stays a text in what one writes oneself: as a draft, on its way, and sent', async () => {
    await at('/c/den')
    for (const payload of payloads) {
      await composer(page).fill(`${payload} of mine`)
      await composer(page).press('Enter')
    }
    await composer(page).fill(payloads.join(' ').slice(0, 1900))
    await composer(page).blur()
    await message(page, 'example.com of mine').and(page.locator(':not(:has(.vz-pending))')).waitFor()
    await safe.isUnharmed()
    await page.reload()
    await composer(page).waitFor()
    expect(await composer(page).inputValue()).toStartWith('<script>marked()</script>')
    await safe.isUnharmed()
  })

  test('would be noticed if it were more than a text', async () => {
    await page
      .evaluate("document.querySelector('h1').insertAdjacentHTML('beforeend', '<img src=x onerror=marked()>')")
      .catch(() => undefined)
    await until(() => visitor.complaints.some((text) => text.includes('policy')))
    await expect(safe.isUnharmed()).rejects.toThrow()
    visitor.complaints.length = 0
    await page.evaluate('marked()')
    await expect(safe.isUnharmed()).rejects.toThrow()
  })
})

/** Of what takes its time, still sixty. */
const some = payloads.filter((_, index) => index % 3 < 2)

/** As a document has its title. */
const oneLine = (text: string) => text.replace(/[\p{Cc} ]+/gu, ' ').trim()

/** A few at a time, because more would be refused as too fast. */
async function inTurns(deeds: (() => Promise<unknown>)[]): Promise<void> {
  for (let from = 0; from < deeds.length; from += in_sight)
    await Promise.all(deeds.slice(from, from + in_sight).map((deed) => deed()))
}

interface Named {
  id: number
  name: string
  slug: string
}
