import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { has_browser } from '../web/app-visit.ts'
import { payloads } from '../web/payloads.ts'
import { password } from './client.ts'
import { type Attacked, attack, inTurns, shows } from './hostile-app.ts'
import { guard, watched } from '../web/hostile-page.ts'
import { soon } from '../services/eventually.ts'
import { until } from './program.ts'

setDefaultTimeout(240_000)

describe.skipIf(!has_browser)('what attackers leave in an account, an address and a device', () => {
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
      await soon(async () =>
        expect(await dialog().locator('.app-dialog-content p').first().textContent()).toContain(`“${name}”`),
      )
      await press(dialog().getByRole('button', { name: 'Revoke' }))
      await shows(() => page.locator('.app-done').first().textContent(), `“${name}” is revoked.`)
      await shows(async () => (await rows().allTextContents()).length, names.length - count - 1)
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
      await shows(async () => (await page.locator('.app-own').innerText()).includes(kept), true)
      await save('Status message', name)
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
      // Whatever their order.
      await until(async () => isNamed(these, await said()), 10_000, these.join())
    }
    await safe.isUnharmed()
  })

  test('stays a text in an address', async () => {
    const { app, at, page, safe } = all
    const shell = await (await fetch(`${app.server.url}/c/den`)).text()
    const areas = ['/c/', '/c/den/', '/join/', '/settings/', '/?', '/#']
    // The server says the same at each.
    const paths = payloads.flatMap((payload) =>
      areas.slice(0, 4).map((area) => `${area}${encodeURIComponent(payload)}`),
    )
    const pages = await inTurns(paths.map((path) => async () => (await fetch(app.server.url + path)).text()))
    expect(pages.filter((one) => one !== shell)).toEqual([])
    for (const payload of payloads)
      for (const area of areas) await at(`${area}${encodeURIComponent(payload)}#${payload}`)
    await safe.isUnharmed()
    for (const payload of payloads.filter((_, index) => index % 12 === 0))
      for (const area of ['/c/', '/join/']) {
        await page.goto(`${app.server.url}${area}${encodeURIComponent(payload)}#${payload}`)
        await page.locator('.app-empty').waitFor()
        await safe.isUnharmed()
      }
  })

  test('stays a text, or nothing, as what the device keeps', async () => {
    const { bob, page, safe } = all
    const kept = (payload: string): Record<string, unknown> => {
      const colours = { background: payload, text: payload, accent: payload }
      const tokens = { [payload]: payload, '--vz-bg': payload, '--vz-text': `#000;${payload}` }
      const good = { background: '#ffffff', text: '#000000', accent: '#004400' }
      return {
        'veza.appearance': { theme: 'custom', density: payload, custom: { colours: good, scheme: payload, tokens: { '--vz-panel': '#ffffff', ...tokens } } }, // prettier-ignore
        'veza.preferences': { notify: payload, preview: payload, [payload]: payload },
        [`veza.rooms ${bob.user.id}`]: { rooms: [payload] },
        [`veza.place ${bob.user.id}`]: `/c/${payload}`,
        'veza.locale': payload,
        'veza.list-width': payload,
        'veza.other': { theme: payload, custom: { colours } },
      }
    }
    const look = '({ theme: document.documentElement.dataset.vzTheme, style: document.documentElement.getAttribute("style") ?? "" })' // prettier-ignore
    for (const [index, payload] of payloads.entries()) {
      const entries = Object.entries(kept(payload)).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]) // prettier-ignore
      await page.evaluate(
        `for (const [key, newValue] of ${JSON.stringify(entries)}) {
          localStorage.setItem(key, newValue)
          dispatchEvent(new StorageEvent('storage', { storageArea: localStorage, key, newValue }))
        }`,
      )
      if (index % 12 === 0) {
        await page.goto(all.app.server.url)
        await page.locator('.app-frame').waitFor()
      }
      const { theme, style } = await page.evaluate<{ theme: string; style: string }>(look)
      expect({ theme, has_own: style.includes('--vz-panel: #ffffff'), has_other: style.includes('marked') || style.includes('leak') || style.includes('--vz-bg') }).toEqual({ theme: 'light', has_own: true, has_other: false }) // prettier-ignore
      await safe.isUnharmed()
    }
    await page.evaluate('localStorage.removeItem("veza.appearance")')
  })

  test('stays a text as the reason of a ban: to who is there, and to who signs in', async () => {
    const { app, ask, bob, mallory, page, safe } = all
    const ban = (ban_reason: string) =>
      ask<{ ban_reason: string }>(
        `PUT /admin/users/${bob.user.id}`,
        { active: false, ban_reason },
        mallory.access_token,
      )
    await ban('advertising')
    await page.getByText('This account is banned, without an end. Reason: advertising.').waitFor()
    const stranger = await app.visit('/sign-in', { script: watched })
    const also_safe = guard(stranger, app.server.url)
    await stranger.page.getByLabel('Username').fill('bob')
    await stranger.page.getByLabel('Password', { exact: true }).fill(password)
    for (const payload of payloads) {
      const { ban_reason } = await ban(payload.repeat(5).slice(0, 500))
      const wanted = `This account is banned, without an end. Reason: ${ban_reason.replace(/[.\s]+$/, '')}. Whoever runs this server can tell you more.`
      await page.getByRole('button', { name: 'Try again' }).dispatchEvent('click')
      await stranger.page.getByRole('button', { name: 'Sign in' }).dispatchEvent('click')
      await shows(() => page.locator('.app-door-panel > p:nth-of-type(2)').textContent(), wanted)
      await shows(() => stranger.page.locator('.app-form [role=alert]').textContent(), wanted)
    }
    await safe.isUnharmed()
    await also_safe.isUnharmed()
  })
})

const isNamed = (names: string[], text: string): boolean => names.every((name) => text.includes(name))
