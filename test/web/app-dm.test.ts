import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { composer, has_browser } from './app-visit.ts'
import { barriers, type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('a direct message', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  let page: Page
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    await app.server.ask('PUT /users/me', { display_name: 'Bob Hill' }, bob.token)
    page = await app.signIn(ada)
  })
  afterAll(() => app.close())

  const details = () => page.getByRole('complementary', { name: 'Details' })
  const begin = async (name: string, shown = `@${name}`) => {
    await page.getByRole('button', { name: 'New message' }).click()
    await page.getByRole('dialog').locator('input').fill(name)
    await page.getByRole('dialog').getByText(shown).click()
  }

  test('that is just begun is none of the rooms, before it is known whom it is with', async () => {
    let held: (() => void) | null = null
    await page.routeWebSocket(/\/ws/, (socket) => {
      socket.connectToServer().onMessage((text) => {
        const pass = () => socket.send(text)
        if (held === null && String(text).includes('"dm_list"') && String(text).includes('"bob"')) held = pass
        else pass()
      })
    })
    await page.reload()
    await begin('bob')
    const line = page.locator('.vz-room', { hasText: 'bob' })
    await line.locator('.vz-room-sign', { hasText: '@' }).waitFor()
    await eventually('whom it is with', () => held !== null)
    const release = held as (() => void) | null
    release?.()
    await line.locator('.vz-avatar').waitFor()
    await composer(page).waitFor()
  })

  test('has details of whom it is with: their names, how they are, when they were here, and since when', async () => {
    const there = await app.signIn(bob)
    await page.getByRole('button', { name: 'Details' }).click()
    await details().getByText('Bob Hill').waitFor()
    await details().getByText('@bob').waitFor()
    await details().getByText('Online').waitFor()
    const today = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/Paris' }).format(new Date())
    const facts = () => details().locator('.app-facts').innerText()
    await soon(async () =>
      expect((await facts()).split('\n').filter((line) => line !== '')).toEqual([
        'Account since',
        today,
        'Conversation since',
        today,
      ]),
    )
    await there.context().close()
    await details().getByText('Last seen').waitFor()
    await soon(async () => expect(await facts()).toContain('Last seen'))
    expect(await barriers(page, '.app-side')).toEqual([])
  })

  test('with oneself offers no block', async () => {
    await details().getByRole('button', { name: 'Block' }).waitFor()
    await begin('ada', 'a place for notes')
    await page.locator('.app-head-name', { hasText: 'ada' }).waitFor()
    await page.getByRole('button', { name: 'Details' }).click()
    await details().getByText('@ada').waitFor()
    expect(await details().getByRole('button', { name: 'Block' }).count()).toBe(0)
  })
})
