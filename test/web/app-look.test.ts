import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator } from 'playwright-core'

import { type App, has_browser, phone, startApp } from './app-visit.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('the look of small things', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  const boxOf = async (of: Locator) => {
    const box = await of.boundingBox()
    if (box === null) throw new Error('It is not on screen.')
    return { ...box, right: box.x + box.width, bottom: box.y + box.height }
  }

  test('presence stands on the rim of a face, however large', async () => {
    const bob = await app.server.register('bob')
    const { page } = await app.signUp('ada', '/c/general')
    const ada = await app.server.login('ada')
    const { data } = await app.server.ask('POST /conversations', { user_id: bob.id }, ada.token)
    await page.goto(`${app.server.url}/c/~${(data as { conversation_id: number }).conversation_id}`)
    await page.getByRole('button', { name: 'Details', exact: true }).click()
    for (const size of ['large', 'small']) {
      const avatar = page.locator(`.vz-avatar-${size}`, { has: page.locator('.vz-dot') }).first()
      const [face, dot] = [await boxOf(avatar.locator('.vz-avatar-face')), await boxOf(avatar.locator('.vz-dot'))]
      const [x, y] = [
        dot.x + dot.width / 2 - face.x - face.width / 2,
        dot.y + dot.height / 2 - face.y - face.height / 2,
      ]
      expect(Math.abs(Math.hypot(x, y) - face.width / 2), size).toBeLessThan(dot.width / 4)
    }
  })

  test('what went wrong in the settings stands within its box', async () => {
    const { page } = await app.signUp('eve')
    await page.goto(`${app.server.url}/settings/profile`)
    await page.locator('.vs .app-alert').first().waitFor({ state: 'attached' })
    const padding = await page.evaluate<string>(`(() => {
      const alert = document.querySelector('.vs .app-alert')
      alert.textContent = 'Something'
      return getComputedStyle(alert).padding
    })()`)
    expect(padding).toBe('8px 12px')
  })

  test('what is found stands within the palette, however long its name', async () => {
    const { page } = await app.signUp('bob-the-second')
    await app.server.room(await app.server.login('bob-the-second'), { name: 'W'.repeat(100) })
    await page.locator('.vz-room', { hasText: 'WWW' }).waitFor()
    await page.keyboard.press('Control+k')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('option', { name: 'WWW' }).waitFor()
    const box = await boxOf(dialog)
    for (const part of [dialog.getByRole('button', { name: 'Close' }), dialog.getByRole('combobox')])
      expect((await boxOf(part)).right).toBeLessThan(box.right)
    expect(await dialog.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
  })

  test('on a phone the button that copies code covers none of it', async () => {
    const { page } = await app.signUp('root', '/c/general', { ...phone, locale: 'fr-FR' })
    // Whoever posts must have joined.
    await page.getByText('Personne n’a encore écrit ici.').waitFor()
    const { token } = await app.server.login('root')
    const content = '```\nconst line = "that goes on and on beyond the edge of a phone"\n```'
    await app.server.ask('POST /rooms/general/messages', { content }, token)
    const [button, code] = [
      await boxOf(page.getByRole('button', { name: 'Copier' })),
      await boxOf(page.locator('.vz-code-block pre')),
    ]
    expect(button.bottom <= code.y || button.y >= code.bottom).toBe(true)
  })
})
