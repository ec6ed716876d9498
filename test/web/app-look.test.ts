import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator } from 'playwright-core'

import { type App, has_browser, phone, startApp } from './app-visit.ts'
import { soon } from '../services/eventually.ts'

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

  test('initials stand on the hue of the person, which the policy of the page lets be set', async () => {
    const { page, complaints } = await app.signUp('gil')
    const gil = await app.server.login('gil')
    const room = await app.server.room(gil, { name: 'Shed' })
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'Hello' }, gil.token)
    await page.goto(`${app.server.url}/c/${room}`)
    const face = page.locator('.vz-conversation .vz-avatar-face').first()
    await face.waitFor()
    const shown = await page.evaluate<string>(
      "getComputedStyle(document.querySelector('.vz-conversation .vz-avatar-face')).backgroundColor",
    )
    expect(shown).toMatch(/^oklch\(0\.49 /)
    expect(complaints).toEqual([])
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

  test('on a phone the bar without a connection breaks no word of its button', async () => {
    const { page } = await app.signUp('otto', '/c/general', { ...phone, locale: 'fr-FR' })
    await page.locator('.vz-composer-field').waitFor()
    const height = await page.evaluate<number>(`(() => {
      const bar = document.querySelector('.vz-hidden:has(> [role=status]:first-child)')
      bar.className = 'vz-connection'
      const button = document.createElement('button')
      button.className = 'vz-button'
      button.textContent = 'Essayer maintenant'
      bar.lastChild.textContent = 'Le serveur est injoignable. 1 message est gardé et partira dès que possible.'
      bar.append(button)
      return button.getBoundingClientRect().height
    })()`)
    expect(height).toBe(28)
  })

  test('on a phone the details of a room have its name in full, which its head cuts off', async () => {
    const { page } = await app.signUp('lena', '/', phone)
    const name = `The ${'long '.repeat(18)}room`
    await app.server.room(await app.server.login('lena'), { name, slug: 'long' })
    await page.goto(`${app.server.url}/c/long`)
    await page.getByRole('button', { name: 'Details', exact: true }).click()
    const box = await boxOf(page.getByRole('complementary', { name: 'Details' }).getByText(name))
    expect(box.height).toBeGreaterThan(40)
    expect(box.right).toBeLessThanOrEqual(390)
  })

  test('on a phone the field that finds rooms says so in full', async () => {
    const { page } = await app.signUp('finn', '/', { ...phone, locale: 'fr-FR' })
    await page.getByRole('button', { name: 'Parcourir les salons' }).first().click()
    const field = page.getByRole('dialog').getByRole('searchbox')
    await field.waitFor()
    const [room = 0, needed = NaN] = await page.evaluate<number[]>(`(() => {
      const field = document.querySelector('dialog [type=search]')
      const style = getComputedStyle(field)
      const context = document.createElement('canvas').getContext('2d')
      context.font = style.font
      const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight)
      return [field.clientWidth - padding, context.measureText(field.placeholder).width]
    })()`)
    expect(room).toBeGreaterThanOrEqual(needed)
  })

  test('what people write goes the way of its first letter, in whatever language the page is', async () => {
    const { page } = await app.signUp('dana', '/c/general')
    const { token } = await app.server.login('dana')
    const first = 'שלום'
    const text = `${first} Veza עולם`
    await app.server.ask('POST /rooms', { name: text, topic: text, slug: 'shalom', is_public: true }, token)
    await app.server.ask('POST /rooms/shalom/messages', { content: text }, token)
    await page.goto(`${app.server.url}/c/shalom`)
    const places = [
      '.vz-markdown p',
      '.app-head-name > span',
      '.app-head-topic',
      '.app-list .vz-selected .vz-room-name',
    ]
    for (const place of places) {
      await page.locator(place, { hasText: first }).waitFor()
      // The first word is at the right of the last one.
      const [begin = NaN, end = NaN] = await page.evaluate<
        number[]
      >(`((node) => [[0, 4], [10, 14]].map(([from, to]) => {
        const range = document.createRange()
        range.setStart(node, from)
        range.setEnd(node, to)
        return range.getBoundingClientRect().left
      }))(document.querySelector('${place}').firstChild)`)
      expect([place, begin > end]).toEqual([place, true])
    }
    await page.locator('.vz-conversation .vz-composer-field').fill(text)
    await soon(async () =>
      expect(
        await page.evaluate<string>("getComputedStyle(document.querySelector('.vz-composer-field')).unicodeBidi"),
      ).toBe('plaintext'),
    )
  })

  test('the name of a room stands within the line it is written in', async () => {
    const { page } = await app.signUp('ruth', '/c/general')
    const { token } = await app.server.login('ruth')
    const post = (content: string) => app.server.ask('POST /rooms/general/messages', { content }, token)
    await post('Come to the room there')
    await post('Come to #general there')
    const text = (of: string) => page.locator('.vz-markdown p', { hasText: of })
    const link = text('#general there').getByRole('link', { name: '#general' })
    await link.waitFor()
    await soon(async () =>
      expect((await boxOf(text('#general there'))).height).toBe((await boxOf(text('the room there'))).height),
    )
    expect((await boxOf(link)).width).toBeLessThan(100)
  })

  test('marks heaped upon a letter do not stand in what others wrote', async () => {
    const { page } = await app.signUp('zoe', '/c/general')
    const { token } = await app.server.login('zoe')
    const post = async (content: string) =>
      ((await app.server.ask('POST /rooms/general/messages', { content }, token)).data as { id: number }).id
    await post('Quiet words')
    const heaped = await post('later')
    const quiet = page.locator('.vz-message', { hasText: 'Quiet words' })
    const later = page.locator('.vz-message', { hasText: 'later' })
    await later.waitFor()
    const picture = async () => {
      const { y, height } = await boxOf(quiet)
      return page.screenshot({ clip: { x: 320, y, width: 300, height: height - 8 }, caret: 'hide' })
    }
    const before = await picture()
    await app.server.ask(`PUT /messages/${heaped}`, { content: `e${'\u0301'.repeat(60)} later` }, token)
    await later.getByText('edited').waitFor()
    await soon(async () => expect((await picture()).equals(before)).toBe(true))
    // They would.
    await page.evaluate(
      `document.querySelector('[data-message-id="${heaped}"] .vz-markdown').style.overflow = 'visible'`,
    )
    expect((await picture()).equals(before)).toBe(false)
  })
})
