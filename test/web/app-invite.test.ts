import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import type { Account } from '../services/server.ts'
import { soon } from '../services/eventually.ts'
import { composer, has_browser } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('among the invite links that work now', () => {
  let app: SignedInApp
  let bob: Account
  let page: Page
  beforeAll(async () => {
    app = await startSignedInApp()
    const ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    await app.server.room(ada, { name: 'Tea house', is_public: false })
    page = await app.signIn(ada)
    await page.goto(`${app.server.url}/c/tea-house`)
    await composer(page).waitFor()
  })
  afterAll(() => app.close())

  const form = () => page.getByRole('dialog', { name: 'Invite people' })
  const open = async () => {
    // What one may do is not known at once.
    await composer(page).fill('/inv')
    await page.locator('.vz-suggestion', { hasText: '/invite' }).waitFor()
    await composer(page).fill('/invite')
    await composer(page).press('Enter')
    await form().waitFor()
  }
  const link = () => form().getByLabel('Invite link')
  const none = () => form().getByText('No link works at present.')

  test('is none that somebody has used up since', async () => {
    await open()
    await none().waitFor()
    await form().getByLabel('Can be used').selectOption({ label: 'Once' })
    await form().getByRole('button', { name: 'Make a link' }).click()
    await form().locator('.app-invite').waitFor()
    const code = (await link().inputValue()).split('/').at(-1)
    const { status } = await app.server.ask(`POST /invites/${code}/accept`, undefined, bob.token)
    expect(status).toBe(200)
    await none().waitFor()
    expect(await link().count()).toBe(0)
    await page.keyboard.press('Escape')
  })

  test('is none that has ended since', async () => {
    await open()
    await form().getByRole('button', { name: 'Make a link' }).click()
    await form().locator('.app-invite').waitFor()
    await page.keyboard.press('Escape')
    await app.server.sql`update invites set expires_at = now() + interval '4 seconds' where uses = 0`
    await open()
    await form().locator('.app-invite').waitFor()
    await none().waitFor()
  })

  test('the focus stays with the list when one is revoked', async () => {
    await form().getByRole('button', { name: 'Make a link' }).click()
    await form().getByRole('button', { name: 'Revoke' }).press('Enter')
    await none().waitFor()
    await soon(async () =>
      expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Links that work now'),
    )
  })
})
