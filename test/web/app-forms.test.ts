import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { act, type App, has_browser, message, password, startApp } from './app-visit.ts'

setDefaultTimeout(120_000)

const focused = (page: Page) => page.evaluate<string>("document.activeElement.name || document.activeElement.textContent") // prettier-ignore

describe.skipIf(!has_browser)('a form of the app', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
    await app.server.register('ada')
  })
  afterAll(() => app.close())

  test('says aloud which field is wrong, and brings one there', async () => {
    const { page, close } = await app.visit('/sign-up')
    await page.getByLabel('Username', { exact: true }).fill('ada')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('alert').getByText('Somebody has this name already.').waitFor()
    expect(await focused(page)).toBe('username')
    await close()
  })

  test('leaves the focus with the button one pressed while it is busy', async () => {
    const { page, close } = await app.visit('/sign-in')
    await page.locator('[name=username]').fill('ada')
    await page.locator('[name=password]').fill('wrong horse')
    let answer: (() => Promise<void>) | null = null
    await page.route('**/auth/login', (route) => {
      answer = () => route.continue()
    })
    await page.getByRole('button', { name: 'Sign in' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'One moment' }).waitFor()
    expect(await focused(page)).toBe('One moment')
    await (answer as (() => Promise<void>) | null)?.()
    await page.getByRole('alert').waitFor()
    expect(await focused(page)).toBe('Sign in')
    await close()
  })
})

describe.skipIf(!has_browser)('the owner of a room', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test('makes another member one, and is not offered to remove who is no member', async () => {
    const { page, close } = await app.signUp('ada')
    const [ada, bob, eve] = [await app.server.login('ada'), await app.server.register('bob'), await app.server.register('eve')] // prettier-ignore
    const room = await app.server.room(ada, { name: 'Tea house', slug: 'tea-house' })
    for (const { token } of [bob, eve]) await app.server.ask(`POST /rooms/${room}/join`, undefined, token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'I was here' }, eve.token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'And I am' }, bob.token)
    await app.server.ask(`POST /rooms/${room}/leave`, undefined, eve.token)
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'I was here').waitFor()
    const more = page.getByRole('dialog')
    await act(page, 'And I am', 'More')
    await more.getByRole('button', { name: 'Remove from room' }).waitFor()
    await page.keyboard.press('Escape')
    await act(page, 'I was here', 'More')
    await more.getByRole('button', { name: 'Copy text' }).waitFor()
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    expect(await more.getByRole('button', { name: 'Remove from room' }).count()).toBe(0)
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: '2 members' }).click()
    const members = page.getByRole('complementary', { name: 'Members' })
    await members.getByRole('listitem').filter({ hasText: 'bob' }).getByRole('button').click()
    await page.getByRole('menuitem', { name: /owner/ }).click()
    await page.getByRole('dialog', { name: 'Make bob an owner?' }).getByRole('button', { name: /owner/ }).click()
    await members.getByRole('region', { name: 'Owners' }).getByText('bob').waitFor()
    expect((await app.server.ask('DELETE /users/me', { password }, ada.token)).status).toBeLessThan(300)
    await close()
  })
})
