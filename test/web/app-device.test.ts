import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually } from '../services/eventually.ts'
import { act, type App, has_browser, password, startApp, type Visitor, write } from './app-visit.ts'

setDefaultTimeout(120_000)

/** A page that was opened by plain http has no clipboard. */
const plain_http = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"

describe.skipIf(!has_browser)('on a device that has less', () => {
  let app: App
  let ada: Visitor
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada', '/c/general', { script: plain_http })
  })
  afterAll(() => app.close())

  /** What lands in a field when one pastes. */
  const pasted = async (page: Page) => {
    const field = page.locator('.vz-conversation .vz-composer-field')
    await field.fill('')
    await field.press('Control+v')
    const text = await field.inputValue()
    await field.fill('')
    return text
  }

  test('a text is copied without a clipboard of the page', async () => {
    await write(ada.page, 'The kettle is on')
    await act(ada.page, 'The kettle is on', 'More')
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Copy text' }).click()
    await ada.page.getByText('The text is copied.').waitFor()
    expect(await pasted(ada.page)).toBe('The kettle is on')
  })

  test('so is the link to a message', async () => {
    const { page } = ada
    await act(page, 'The kettle is on', 'Copy link')
    await page.getByText('The link to the message is copied.').waitFor()
    expect(await pasted(page)).toMatch(/^http:.*\/c\/general\/\d+$/)
  })

  test('so is an invite link', async () => {
    const { page } = ada
    await page.locator('.app-list').getByRole('button', { name: 'Create a room' }).click()
    const form = page.getByRole('dialog', { name: 'Create a room' })
    await form.getByLabel('Name').fill('Tea house')
    await form.getByRole('button', { name: 'Create a room' }).click()
    await page.getByRole('heading', { name: 'Tea house' }).waitFor()
    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('button', { name: 'Invite people' }).click()
    const invite = page.getByRole('dialog', { name: 'Invite people' })
    await invite.getByRole('button', { name: 'Make a link' }).click()
    const link = await invite.getByLabel('Invite link').inputValue()
    await invite.getByRole('button', { name: 'Copy', exact: true }).click()
    await invite.getByText('The link is copied.').waitFor()
    await page.keyboard.press('Escape')
    expect(await pasted(page)).toBe(link)
    expect(ada.complaints).toEqual([])
  })

  test('notifications that the browser only has the name of are not offered, and break nothing', async () => {
    const throwing = `globalThis.Notification = class { static permission = 'default'; static requestPermission = async () => 'granted'
      constructor() { throw new TypeError('Illegal constructor') } }`
    const { page, complaints, close } = await app.signUp('bob', '/sign-up', { script: throwing })
    await page.locator('.app-list-foot').waitFor()
    expect(await page.locator('.app-offer').count()).toBe(0)
    await page.goto(`${app.server.url}/settings/notifications`)
    await page.getByText('This browser shows no notifications.').waitFor()
    await page.evaluate("Notification.permission = 'granted'")
    expect(complaints).toEqual([])
    await close()
  })

  test('one’s own name is the new one everywhere, at once', async () => {
    const { page, close } = await app.signUp('eve')
    await page.getByRole('button', { name: 'status and settings' }).click()
    await page.getByRole('menuitem', { name: 'Settings' }).click()
    await page.getByLabel('Display name').fill('Eve of the tea house')
    await page.getByRole('region', { name: 'Name' }).getByRole('button', { name: 'Save' }).click()
    await page.locator('.app-own', { hasText: 'Eve of the tea house' }).waitFor()
    await close()
  })

  test('the language of the account is not kept on a device, and the last choice is what the server has', async () => {
    const carol = await app.server.register('carol')
    await app.server.ask('PUT /users/me', { locale: 'fr' }, carol.token)
    const { page, close } = await app.visit('/sign-in')
    await page.locator('[name=username]').fill('carol')
    await page.locator('[name=password]').fill(password)
    await page.locator('[name=password]').press('Enter')
    await page.getByRole('button', { name: 'Parcourir les salons' }).waitFor()
    expect(await page.evaluate<string | null>("localStorage.getItem('veza.locale')")).toBeNull()
    await page.goto(`${app.server.url}/settings/language`)
    let waiting: (() => Promise<void>) | null = null
    await page.route('**/api/v1/users/me', (route) => {
      if (route.request().method() !== 'PUT' || waiting !== null) return route.continue()
      waiting = () => route.continue()
    })
    await page.getByLabel('English').check()
    await eventually('the first wish', () => Promise.resolve(waiting !== null))
    await page.getByLabel('Français').check()
    await (waiting as (() => Promise<void>) | null)?.()
    await page.getByText('Enregistré.').waitFor()
    const { data } = await app.server.ask('GET /users/me', undefined, carol.token)
    expect(data).toMatchObject({ locale: 'fr' })
    await close()
  })

  test.each([
    [
      'signing out',
      async (page: Page) => {
        await page.getByRole('button', { name: 'status and settings' }).click()
        await page.getByRole('menuitem', { name: 'Sign out' }).click()
      },
    ],
    [
      'signing out everywhere',
      async (page: Page) => {
        await page.getByRole('button', { name: 'Sign out everywhere' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
      },
    ],
  ] as const)('who signs in after %s of another begins at the beginning', async (how, leave) => {
    const name = how.replaceAll(' ', '-')
    const { page, close } = await app.signUp(name)
    await page.goto(`${app.server.url}/settings/security`)
    await page.getByText('This device').waitFor()
    await leave(page)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.locator('[name=username]').fill('ada')
    await page.locator('[name=password]').fill(password)
    await page.locator('[name=password]').press('Enter')
    await page.locator('.app-frame').waitFor()
    await page.locator('.app-list .vz-room').first().waitFor()
    expect(new URL(page.url()).pathname).not.toStartWith('/settings')
    await close()
  })
})
