import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { connect } from '../services/client.ts'
import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { type App, has_browser, startApp, type Visitor } from './app-visit.ts'
import { type Guard, guard, watched } from './hostile-page.ts'
import { payloads } from './payloads.ts'

setDefaultTimeout(240_000)

describe.skipIf(!has_browser)('what attackers write, before those who run the server', () => {
  let app: App
  let ada: Visitor
  let token: string
  let safe: Guard
  /** Each with a payload for a name, in groups of as many as are found at once, and with what they say beside their status. */
  const people: { id: number; username: string; token: string; name: string; note: string }[] = []
  const group_size = 10
  const groupOf = (index: number) => `m${String(Math.floor(index / group_size)).padStart(2, '0')}`
  /** A name is one line, and has nothing in it that cannot be seen. */
  const nameOf = (payload: string) => payload.slice(0, 64).replace(/[\p{Cc}\p{Cf}]/gu, '')

  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada', '/sign-up', { script: watched })
    safe = guard(ada, app.server.url)
    await app.server.sql`update users set role = 'admin' where username = 'ada'`
    token = (await app.server.login('ada')).token
    for (let from = 0; from < payloads.length; from += group_size)
      await Promise.all(payloads.slice(from, from + group_size).map((payload, at) => arrive(payload, from + at)))
  })
  afterAll(() => app.close())

  async function ask<T>(line: string, body: unknown, by = token): Promise<T> {
    const { status, data, error } = await app.server.ask(line, body, by)
    expect([line, body, status < 300, error]).toEqual([line, body, true, undefined as never])
    return data
  }

  async function arrive(payload: string, index: number): Promise<void> {
    const username = `${groupOf(index)}-${index}`
    const { id, token }: Account = await app.server.register(username)
    const { display_name: name } = await ask<{ display_name: string }>('PUT /users/me', { display_name: nameOf(payload) }, token) // prettier-ignore
    const socket = await connect(app.server, { token })
    const told = await socket.command('update_status', { status: 'busy', message: payload.slice(0, 128) })
    people[index] = { id, username, token, name, note: String(told.data['message']) }
  }

  const at = (path: string) =>
    ada.page.evaluate(
      `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
    )
  const textsOf = (selector: string) => ada.page.locator(selector).allTextContents()
  const shows = (what: string, seen: () => Promise<string[]>, wanted: string[]) =>
    eventually(what, async () => Bun.deepEquals((await seen()).toSorted(), wanted.toSorted())).catch(async () =>
      expect((await seen()).toSorted()).toEqual(wanted.toSorted()),
    )

  test('stays a text among the accounts: names, and what is said beside a status', async () => {
    const { page } = ada
    await page.goto(`${app.server.url}/admin/people`)
    await page.locator('.app-account').nth(49).waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.locator('.app-account').nth(people.length).waitFor()
    await shows('the notes', () => textsOf('.app-account .app-note'), people.map(({ note }) => note)) // prettier-ignore
    const names = await textsOf('.app-account .app-member-name')
    expect(people.filter(({ name, username }) => !names.some((one) => one.startsWith(`${name} @${username}`)))).toEqual(
      [],
    )
    await safe.isUnharmed()
  })

  test('stays a text where one looks for whose deeds to see', async () => {
    const { page } = ada
    await at('/admin/trail')
    await page.getByRole('button', { name: 'Anybody', exact: true }).click()
    for (let from = 0; from < people.length; from += group_size) {
      await page.getByLabel('The beginning of a name').fill(`@${groupOf(from)}`)
      const wanted = people.slice(from, from + group_size).map(({ name }) => name)
      await shows('who is found', () => textsOf('.app-people span:nth-child(2)'), wanted)
    }
    await safe.isUnharmed()
  })

  test('stays a text in an account, with why it is banned', async () => {
    const { page } = ada
    for (const [index, { id, name }] of people.entries()) {
      const payload = payloads[index] ?? ''
      const { ban_reason } = await ask<{ ban_reason: string }>(`PUT /admin/users/${id}`, { active: false, ban_reason: payload }) // prettier-ignore
      await at(`/admin/people/${id}`)
      await page.getByText(`Reason: ${ban_reason}`, { exact: true }).waitFor()
      await soon(async () => expect(await page.locator('.app-person h2').textContent()).toBe(name))
    }
    await safe.isUnharmed()
  })

  test('stays a text in the audit trail, of the server and of a room', async () => {
    const { page } = ada
    const eve = await app.server.register('eve')
    await ask('POST /rooms', { name: 'Own', slug: 'own', is_public: false })
    await ask('POST /rooms/own/members', { user_id: eve.id })
    for (const payload of payloads) {
      await ask('POST /rooms', { name: payload.slice(0, 100), is_public: false })
      await ask('PUT /rooms/own', { name: payload.slice(0, 100), topic: payload, description: `about ${payload}` })
      await ask('PUT /rooms/own/members/me', { nickname: nameOf(payload).slice(0, 32) })
      const { id } = await ask<{ id: number }>('POST /rooms/own/messages', { content: payload }, eve.token)
      await ask(`DELETE /messages/${id}?reason=${encodeURIComponent(payload)}`, undefined)
    }
    const readAll = async (within: string) => {
      const lines = page.locator(`${within} .app-trail > li`)
      const more = page.locator(within).getByRole('button', { name: 'Show more' })
      await lines.first().waitFor()
      while ((await lines.filter({ hasText: 'created the room Own' }).count()) === 0) {
        const count = await lines.count()
        await more.dispatchEvent('click')
        await eventually('more of it', async () => (await lines.count()) > count)
      }
      await safe.isUnharmed()
      return (await lines.locator('p').allTextContents()).join('\n')
    }
    /** Fewer than were written: the server leaves blanks at the ends away. */
    const toldIn = (told: string, sentence: (text: string) => string) =>
      payloads.filter((payload) => told.includes(sentence(payload.trim()))).length
    await at('/admin/trail')
    await page.getByRole('heading', { name: 'Administration' }).waitFor()
    const of_server = await readAll('.app-admin')
    await page.goto(`${app.server.url}/c/own`)
    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('button', { name: 'Audit trail' }).click()
    const of_room = await readAll('.app-side')
    const counts = [of_server, of_room].map((told) => [
      toldIn(told, (text) => `Reason: ${text}`),
      toldIn(told, (text) => `→ ${text}`),
      toldIn(told, (text) => `→ about ${text}`),
      payloads.filter((payload) => told.includes(`“${nameOf(payload).slice(0, 32).trim()}”`)).length,
    ])
    for (const count of [...counts.flat(), toldIn(of_server, (text) => `created the room ${text}`)])
      expect(count).toBeGreaterThan(85)
  })
})
