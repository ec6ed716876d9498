import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { has_browser } from '../web/app-visit.ts'
import { payloads } from '../web/payloads.ts'
import { password, rest } from './client.ts'
import { type Attacked, attack, inTurns, isAmongSixty, shows } from './hostile-app.ts'
import { guard, watched } from './hostile-page.ts'

setDefaultTimeout(240_000)

describe.skipIf(!has_browser)('what attackers leave in an account, in an address and on a device, in the app', () => {
  let all: Attacked
  beforeAll(async () => {
    all = await attack()
  })
  afterAll(() => all.app.close())

  const rows = () => all.page.locator('.vs-row strong')
  const dialog = () => all.page.locator('dialog[open]').last()

  test('stays a text as the device of a session', async () => {
    const { app, ask, at, bob, safe } = all
    // What the server does not know goes by its first word.
    const agents = payloads.map((payload, index) => `${payload.replace(/[^!-.0-~]/g, '')}${index}`)
    await inTurns(
      agents.map((agent) => async () => {
        const headers = { 'content-type': 'application/json', 'user-agent': agent }
        const body = JSON.stringify({ username: 'bob', password })
        expect((await fetch(`${app.server.url}/api/v1/auth/login`, { method: 'POST', headers, body })).status).toBe(200)
      }),
    )
    const { sessions } = await ask<{ sessions: { device: string }[] }>(
      'GET /auth/sessions',
      undefined,
      bob.access_token,
    )
    const devices = sessions.map(({ device }) => device)
    expect(agents.filter((agent) => devices.includes(agent)).length).toBeGreaterThan(60)
    await at('/settings/security')
    await shows(async () => (await rows().allTextContents()).toSorted(), devices.toSorted())
    await safe.isUnharmed()
  })

  test('stays a text as the name of an API key, also while one revokes it', async () => {
    const { ask, at, bob, page, press, safe } = all
    const names = await inTurns(
      payloads.map((payload) => async () => {
        const draft = { name: payload.slice(0, 100), permissions: ['read_messages'] }
        return (await ask<{ name: string }>('POST /auth/api-keys', draft, bob.access_token)).name
      }),
    )
    await at('/settings/api-keys')
    await rows().nth(49).waitFor()
    await press(page.getByRole('button', { name: 'Show more' }))
    await shows(async () => (await rows().allTextContents()).toSorted(), names.toSorted())
    await safe.isUnharmed()
    for (let count = 0; count < names.length; count++) {
      const name = (await rows().first().textContent()) ?? ''
      await press(page.locator('.vs-row button').first())
      await shows(() => dialog().locator('h2').textContent(), `Revoke ${name}`)
      expect(await dialog().locator('.app-dialog-content p').first().textContent()).toContain(`“${name}”`)
      await press(dialog().getByRole('button', { name: 'Revoke' }))
      await shows(() => page.locator('.app-done').first().textContent(), `“${name}” is revoked.`)
      await shows(async () => (await rows().allTextContents()).length, Math.min(50, names.length - count - 1))
    }
    await safe.isUnharmed()
  })

  test('stays a text as what one is called and says oneself', async () => {
    const { at, page, press, safe } = all
    await at('/settings/profile')
    const save = async (label: string, text: string): Promise<string> => {
      const field = page.getByLabel(label, { exact: true })
      const form = page.locator('form', { has: field })
      await field.fill(text)
      await press(form.getByRole('button', { name: 'Save' }))
      await form.getByText('Saved').waitFor()
      return field.inputValue()
    }
    const names = payloads.map((payload) => payload.slice(0, 64).replace(/[\p{Cc}\p{Cf}]/gu, ''))
    for (const name of names) {
      const kept = await save('Display name', name)
      await shows(() => page.locator('.app-own > span:nth-of-type(2)').textContent(), kept)
      await save('Message', name)
    }
    await safe.isUnharmed()
  })

  test('stays a text as the rooms that need another owner before one leaves', async () => {
    const { ask, at, bob, mallory, page, press, safe } = all
    const at_once = 5
    const rooms = await inTurns(
      Array.from({ length: at_once }, (_, index) => async () => {
        const { id } = await ask<{ id: number }>(
          'POST /rooms',
          { name: `Own ${index}`, is_public: false },
          bob.access_token,
        )
        await ask(`POST /rooms/${id}/members`, { user_id: mallory.user.id }, bob.access_token)
        return id
      }),
    )
    await at('/settings/data')
    await page.getByRole('button', { name: 'Delete my account' }).click()
    await dialog().getByLabel('Your username').fill('bob')
    await dialog().getByLabel('Your password', { exact: true }).fill(password)
    for (let from = 0; from < payloads.length; from += at_once) {
      const these = await inTurns(
        payloads.slice(from, from + at_once).map(
          (payload, index) => async () =>
          (await ask<{ name: string }>(`PUT /rooms/${rooms[index]}`, { name: payload.slice(0, 100) }, bob.access_token)).name, // prettier-ignore
        ),
      )
      await press(dialog().getByRole('button', { name: 'Delete for good' }))
      const said = async () => (await dialog().textContent()) ?? ''
      await shows(async () => these.filter(async (name) => !(await said()).includes(name)), [])
    }
    await safe.isUnharmed()
  })
})
