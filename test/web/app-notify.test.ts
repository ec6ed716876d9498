import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { type App, has_browser, join, startApp, type Visitor } from './app-visit.ts'
import { recording } from './notices.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('what happens while one looks elsewhere', () => {
  let app: App
  let ada: Visitor
  let bob: Account
  beforeAll(async () => {
    app = await startApp()
    bob = await app.server.register('bob')
    await app.server.room(bob, { name: 'Tea house', slug: 'tea-house' })
    ada = await app.signUp('ada', '/c/tea-house', { permissions: ['notifications'] })
    await ada.page.getByRole('button', { name: 'Tea house' }).waitFor()
    await ada.page.addInitScript(recording)
    await ada.page.goto(`${app.server.url}/c/general`)
    await join(ada.page)
    await ada.page.getByRole('button', { name: 'Tea house' }).waitFor()
  })
  afterAll(() => app.close())

  const shown = () => ada.page.evaluate<string[]>('shown.map(({ title, body }) => `${title}: ${body}`)')
  const icon = () => ada.page.evaluate<string>("document.querySelector('link[rel=icon]').href.slice(0, 5)")

  test('is told if it concerns one, and by a dot on the icon', async () => {
    await app.server.ask('POST /rooms/tea-house/messages', { content: 'Nobody in particular' }, bob.token)
    await ada.page.getByRole('button', { name: /Tea house.*unread/ }).waitFor()
    await soon(async () => expect([await shown(), await icon()]).toEqual([[], 'http:']))
    await app.server.ask('POST /rooms/tea-house/messages', { content: 'The **kettle** is on, @ada' }, bob.token)
    await eventually('a notification', async () => (await shown()).length === 1)
    await soon(async () => expect(await shown()).toEqual(['bob in Tea house: The kettle is on, @ada']))
    await eventually('a dot on the icon', async () => (await icon()) === 'data:')
    await eventually('a number in the title', async () => (await ada.page.title()) === '(1) General – Veza Chat')
  })

  test('leads to the message when one clicks it, and is over when one has read it', async () => {
    await ada.page.evaluate('shown[0].notification.onclick()')
    await ada.page.locator('.vz-highlight', { hasText: 'The kettle is on' }).waitFor()
    await eventually('a title without a number', async () => (await ada.page.title()) === 'Tea house – Veza Chat')
    await eventually('the plain icon', async () => (await icon()) === 'http:')
    expect(ada.complaints).toEqual([])
  })

  test('is not shown any more once one has read it, here or elsewhere', async () => {
    const tea = ada.page.locator('.vz-room', { hasText: 'Tea house' })
    await ada.page.getByRole('button', { name: 'General' }).click()
    await ada.page.getByRole('heading', { name: 'General' }).waitFor()
    const tell = async (room: string, content: string, count: number) => {
      await app.server.ask(`POST /rooms/${room}/messages`, { content }, bob.token)
      await eventually('it is told', async () => (await shown()).length === count)
    }
    const closed = () => ada.page.evaluate<boolean[]>('shown.slice(-2).map(({ is_closed }) => is_closed)')
    const before = (await shown()).length
    await tell('tea-house', 'One for @ada', before + 1)
    await tell('tea-house', 'And `another` for @ada', before + 2)
    await soon(async () => expect((await shown()).at(-1)).toBe('bob in Tea house: And another for @ada'))
    await tea.and(ada.page.locator('.vz-unread')).waitFor()
    await soon(async () => expect(await closed()).toEqual([false, false]))
    const other = await ada.page.context().newPage()
    await other.goto(`${app.server.url}/c/tea-house`)
    await eventually('both are closed', async () => (await closed()).join() === 'true,true')
    await other.close()
    await ada.page.bringToFront()
    await tea.click()
    await ada.page.getByRole('heading', { name: 'Tea house' }).waitFor()
  })

  test('of a room that one wants to hear nothing of, is not', async () => {
    await ada.page.getByRole('button', { name: 'Details' }).click()
    await ada.page.getByLabel('Notify me of').selectOption({ label: 'Nothing' })
    await ada.page.reload()
    await ada.page.getByRole('complementary', { name: 'Details' }).waitFor()
    await ada.page.locator('select:has(option[value=none]:checked)').waitFor()
  })

  test('from somebody one has blocked, does not come', async () => {
    const { page } = ada
    await page.getByRole('button', { name: 'New message' }).click()
    await page.getByLabel('Who do you want to write to?').fill('bob')
    await page.getByRole('button', { name: 'bob @bob' }).click()
    await page.getByRole('heading', { name: 'bob' }).waitFor()
    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('button', { name: 'Block' }).click()
    await page.getByRole('dialog', { name: 'Block bob?' }).getByRole('button', { name: 'Block' }).click()
    await page.getByPlaceholder('One of you has blocked the other.').waitFor()
    await page.getByRole('button', { name: 'Unblock' }).click()
    await page.getByPlaceholder('Message bob').waitFor()
    expect(ada.complaints).toEqual([])
  })
})
