import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { composer, has_browser } from '../web/app-visit.ts'
import { payloads } from '../web/payloads.ts'
import { soon } from '../services/eventually.ts'
import { password, rest, signIn } from './client.ts'
import { type Attacked, attack, inTurns, shows } from './hostile-app.ts'

setDefaultTimeout(240_000)

describe.skipIf(!has_browser)('what attackers call themselves, in the app', () => {
  let all: Attacked
  /** Each with a payload for a name, in groups of as many as are found at once. */
  const people: Person[] = []
  const group_size = 5
  const groupOf = (index: number) => `m${String(Math.floor(index / group_size)).padStart(2, '0')}`
  const groups = Array.from({ length: Math.ceil(payloads.length / group_size) }, (_, at) => groupOf(at * group_size))

  beforeAll(async () => {
    all = await attack()
    const { app, ask } = all
    const { url, register } = app.server
    let taken = 0
    const arrive = async (payload: string, index: number): Promise<void> => {
      const username = `${groupOf(index)}-${index}`
      const { access_token: token, user } = await register(username)
      const call = (name: string) => rest(url, 'PUT', '/users/me', { display_name: name.slice(0, 64) }, token)
      const given = await call(payload)
      if (given.status === 200) taken++
      // A name is one line, and has nothing in it that cannot be seen.
      const { data } = given.status === 200 ? given : await call(payload.replace(/[\p{Cc}\p{Cf}]/gu, ''))
      await ask('POST /rooms/den/join', {}, token)
      const { name, description, slug } = await ask<{ name: string; description: string; slug: string }>('POST /rooms', { name: payload.slice(0, 100), description: payload, slug: `of-${username}`, is_public: false }, token) // prettier-ignore
      const { code } = await ask<{ code: string }>(`POST /rooms/${slug}/invites`, {}, token)
      // Others see it for as long as one is connected.
      const told = await (await signIn(url, token)).ask('update_status', { status: 'busy', message: payload.slice(0, 128) }) // prettier-ignore
      people.push({
        id: user.id,
        username,
        token,
        name: String(data['display_name']),
        note: String(told.data['message']),
        room: { name, description, code },
      })
    }
    await inTurns(payloads.map((payload, index) => () => arrive(payload, index)))
    expect(people.length).toBe(payloads.length)
    expect(taken).toBeGreaterThan(80)
  })
  afterAll(() => all.app.close())

  const texts = (script: string) => () => all.page.evaluate<(string | null)[]>(script)
  const textsOf = (selector: string) => async () => (await all.page.locator(selector).allTextContents()).toSorted()
  const namesIn = (group: string) =>
    people
      .filter(({ username }) => username.startsWith(group))
      .map(({ name }) => name)
      .toSorted()
  const dialog = () => all.page.locator('dialog[open]').last()

  test('is refused as a username, and not repeated', async () => {
    const { app } = all
    const refused = await inTurns(
      payloads.map((username) => () => rest(app.server.url, 'POST', '/auth/register', { username, password })),
    )
    for (const [index, { status, error }] of refused.entries()) {
      expect([payloads[index], status]).toEqual([payloads[index], 422])
      expect(JSON.stringify(error)).not.toContain(payloads[index])
    }
  })

  test('stays a text among the members, with what they say beside their status', async () => {
    const { page, pane, safe } = all
    await page.getByRole('button', { name: /members$/ }).click()
    const members = pane('Members').locator('.app-member')
    await members.nth(people.length).waitFor()
    const names = await members.locator('.app-member-name').allTextContents()
    for (const { name, username } of people)
      expect(names.some((one) => one.startsWith(`${name} @${username}`))).toBeTrue()
    await shows(textsOf('.app-side .app-note'), people.map(({ note }) => note).toSorted())
    const labels = "[...document.querySelectorAll('.app-member button')].map((button) => button.getAttribute('aria-label'))" // prettier-ignore
    await soon(async () =>
      expect(await page.evaluate<string[]>(labels)).toEqual(
        expect.arrayContaining(people.map(({ name }) => `Actions for ${name}`)),
      ),
    )
    await safe.isUnharmed()
  })

  test('stays a text as a nickname, and among the muted', async () => {
    const { ask, at, bob, page, pane, safe } = all
    const { slug } = await ask<{ slug: string }>(
      'POST /rooms',
      { name: 'Own', slug: 'own', is_public: false },
      bob.access_token,
    )
    const muted_until = new Date(Date.now() + 86_400_000).toISOString()
    const nicknames = await inTurns(
      people.map(({ id, token, name }) => async () => {
        await ask(`POST /rooms/${slug}/members`, { user_id: id }, bob.access_token)
        const { nickname } = await ask<{ nickname: string }>(`PUT /rooms/${slug}/members/me`, { nickname: name.slice(0, 32) }, token) // prettier-ignore
        await ask(`PUT /rooms/${slug}/members/${id}`, { muted_until }, bob.access_token)
        return nickname
      }),
    )
    await at(`/c/${slug}`, { show: 'members' })
    const members = pane('Members').locator('.app-member')
    const shown = async () => (await members.locator('.app-member-name').allTextContents()).join('\n')
    const all_named = async () => {
      await members.nth(people.length - 1).waitFor()
      const text = await shown()
      expect(nicknames.filter((nickname) => !text.includes(`${nickname} @`))).toEqual([])
    }
    await all_named()
    await pane('Members').getByLabel('Which members').selectOption({ label: 'Muted' })
    await pane('Members')
      .getByRole('button', { name: /^End the mute of/ })
      .nth(people.length - 1)
      .waitFor()
    await all_named()
    const labels = "[...document.querySelectorAll('.app-member button')].map((button) => button.getAttribute('aria-label'))" // prettier-ignore
    await soon(async () =>
      expect((await page.evaluate<string[]>(labels)).toSorted()).toEqual(
        nicknames.map((nickname) => `End the mute of ${nickname}`).toSorted(),
      ),
    )
    await safe.isUnharmed()
  })

  test('stays a text wherever one looks for a person', async () => {
    const { at, page, pane, press, closeDialog, safe } = all
    await at('/c/den')
    await composer(page).waitFor()
    for (const group of groups) {
      await composer(page).fill(`look, @${group}`)
      await shows(textsOf('.vz-suggestion .vz-quiet'), namesIn(group))
    }
    await safe.isUnharmed()
    await composer(page).fill('')

    await page.keyboard.press('Control+k')
    for (const group of groups) {
      await dialog().getByRole('combobox').fill(`@${group}`)
      await shows(textsOf('[role=option]:has(.app-muted) span:nth-child(2)'), namesIn(group))
    }
    await safe.isUnharmed()
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'New message' }).click()
    for (const group of groups) {
      await dialog().getByRole('searchbox').fill(`@${group}`)
      await shows(textsOf('dialog .app-people span:nth-child(2)'), namesIn(group))
    }
    await safe.isUnharmed()
    await closeDialog()

    await at('/c/own', { show: 'details' })
    await press(pane('Details').getByRole('button', { name: 'Add people' }))
    for (const group of groups) {
      await dialog().getByRole('searchbox').fill(`@${group}`)
      const found = people.filter(({ username }) => username.startsWith(group))
      const wanted = found.map(({ name, username }) => `${name} @${username}`)
      await shows(textsOf('dialog .app-member-name'), wanted.toSorted())
    }
    await safe.isUnharmed()
    await closeDialog()
  })

  test('stays a text as whose messages one searches for', async () => {
    const { at, page, pane, safe } = all
    await at('/c/den', { show: 'search', text: 'nowhere' })
    const from = pane('Search').getByLabel('From')
    await from.locator('option').nth(people.length).waitFor({ state: 'attached' })
    const labels = await from.locator('option').allTextContents()
    for (const { id, name } of people) {
      expect(labels).toContain(name)
      await from.selectOption(String(id))
      await shows(() => page.locator('.app-side output').textContent(), `Nothing found with the filter: ${name}.`)
    }
    await safe.isUnharmed()
  })

  test('stays a text as who invites, and to what', async () => {
    const { at, safe } = all
    const seen = texts("[...document.querySelectorAll('.app-empty :is(h1, .app-muted)')].map(({ textContent }) => textContent)") // prettier-ignore
    for (const { name, room } of people) {
      await at(`/join/${room.code}`)
      await shows(seen, [`${name} invites you to ${room.name}`, room.description])
    }
    await safe.isUnharmed()
  })

  test('stays a text where one writes with the person alone', async () => {
    const { ask, at, bob, page, safe } = all
    const places = await inTurns(
      people.map(({ token }) => async () => {
        const { conversation_id: id } = await ask<{ conversation_id: number }>('POST /conversations', { user_id: bob.user.id }, token) // prettier-ignore
        await ask(`POST /conversations/${id}/messages`, { content: 'between us' }, token)
        return id
      }),
    )
    await shows(
      () => page.evaluate("[...document.querySelectorAll('.vz-room[title]')].map(({ title }) => title).toSorted()"),
      people.map(({ note }) => note).toSorted(),
    )
    const seen = texts("[...document.querySelectorAll('.app-head-note, .app-person strong, .app-person .app-small[dir=auto]')].map(({ textContent }) => textContent)") // prettier-ignore
    for (const [index, { name, note }] of people.entries()) {
      await at(`/c/~${places[index]}`, { show: 'details' })
      await shows(seen, [note, name, note])
    }
    await safe.isUnharmed()
  })

  test('stays a text among those whom one has blocked', async () => {
    const { ask, at, bob, page, press, safe } = all
    await inTurns(
      people.map(
        ({ id }) =>
          () =>
            ask(`POST /users/${id}/block`, undefined, bob.access_token),
      ),
    )
    await at('/settings/blocked')
    await page.locator('.vs-row').nth(49).waitFor()
    await press(page.getByRole('button', { name: 'Show more' }))
    await shows(textsOf('.vs-row strong'), people.map(({ name }) => name).toSorted())
    await safe.isUnharmed()
  })
})

interface Person {
  id: number
  username: string
  token: string
  name: string
  note: string
  room: { name: string; description: string; code: string }
}
