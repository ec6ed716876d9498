import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

import { hueOf } from '../../src/web/pages/widget/accent.ts'
import type { Account } from '../services/server.ts'
import { soon } from '../services/eventually.ts'
import { styleOf, hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'

setDefaultTimeout(60_000)

test.each([
  ['200', 200],
  ['-20', 340],
  ['380.5', 20.5],
  ['#f00', 29],
  ['#00ff00', 142],
  ['#0000FF', 264],
  ['#0a7', 163],
  ['#777', null],
  ['red', null],
  ['12px', null],
  ['0; } * { color: red', null],
  ['', null],
  [null, null],
])('the accent %j is the hue %p', (accent, hue) => {
  expect(hueOf(accent)).toBe(hue)
})

const axe = await Bun.file(join(import.meta.dir, '../../node_modules/axe-core/axe.min.js')).text()
async function breaches(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }>("axe.run('veza-chat', { resultTypes: ['violations'] })")
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe.skipIf(hasNoBrowser)('the widget', () => {
  let all: Widgets
  let ada: Account

  beforeAll(async () => {
    all = await startWidgets()
    ada = await all.server.register('ada')
    await all.server.ask('POST /rooms/general/join', undefined, ada.token)
    await all.says(ada, '**Bold**, `code`, @bob and https://example.com\n\n> quoted\n\n- one\n- two')
  })
  afterAll(() => all.close())
  afterEach(async () => {
    for (const context of all.browser.contexts()) await context.close()
  })

  test.each(['light', 'dark', 'contrast'])('in the theme %s has nothing that axe calls serious', async (theme) => {
    const { page, said, chat } = await all.open({
      name: 'bob',
      attributes: `room="general" theme="${theme}" accent="#c06"`,
    })
    await said('quoted').waitFor()
    expect(await breaches(page)).toEqual([])
    await said('quoted').focus()
    await page.keyboard.press('r')
    await chat.locator('.vz-thread textarea').waitFor()
    expect(await breaches(page)).toEqual([])
  })

  test.each([
    ['a wide page', { width: 1200, height: 800 }, 'en', /^Open the chat/],
    ['a phone', { width: 390, height: 844 }, 'en', /^Open the chat/],
    ['a phone, in French', { width: 390, height: 844 }, 'fr', /^Ouvrir la discussion/],
  ])(
    'as a launcher on %s has nothing that axe calls serious, and the panel is all in view',
    async (_, viewport, lang, opens) => {
      const { page, chat, field } = await all.open(
        { name: 'bob', lang, attributes: 'room="general" launcher' },
        { viewport },
      )
      await chat.getByRole('button', { name: opens }).waitFor()
      expect(await breaches(page)).toEqual([])
      await chat.getByRole('button', { name: opens }).click()
      await field.waitFor()
      expect(await breaches(page)).toEqual([])
      const box = await chat.getByRole('dialog').boundingBox()
      expect(box).not.toBeNull()
      const { x = -1, y = -1, width = 0, height = 0 } = box ?? {}
      expect([x >= 0, y >= 0, x + width <= viewport.width, y + height <= viewport.height]).toEqual([true, true, true, true]) // prettier-ignore
      await chat
        .getByRole('dialog')
        .getByRole('button', { name: /^(Close|Fermer)$/ })
        .click()
      await field.waitFor({ state: 'detached' })
    },
  )

  test.each([
    ['auto', 'dark', 'oklch(0.19 0.012 265)'],
    ['auto', 'light', 'oklch(0.985 0.004 85)'],
    ['light', 'dark', 'oklch(0.985 0.004 85)'],
    ['dark', 'light', 'oklch(0.19 0.012 265)'],
  ] as const)('theme="%s" where people prefer %s', async (theme, colorScheme, colour) => {
    const { chat, field } = await all.open(
      { name: 'bob', attributes: `room="general" theme="${theme}"` },
      { colorScheme },
    )
    await field.waitFor()
    await soon(async () => expect(await styleOf(chat.locator('.vz-timeline'), 'background-color')).toBe(colour))
  })

  test.each([
    ['lang="en-GB" of the page', 'en-US', { lang: 'en-GB' }, '', /^\d\d:\d\d$/],
    ['locale="en-US"', 'en-GB', { lang: 'fr' }, 'locale="en-US"', /^1?\d:\d\d [AP]M$/],
    ['locale="fr-CA"', 'en-US', { lang: 'en' }, 'locale="fr-CA"', /^\d\d h \d\d$/],
    ['locale="en"', 'fr-FR', { lang: 'fr' }, 'locale="en"', /^1?\d:\d\d [AP]M$/],
    ['a locale that browsers have under C', 'en-GB', { lang: 'fr' }, 'locale="en-US@posix"', /^1?\d:\d\d [AP]M$/],
    ['a locale that is none', 'en-GB', { lang: 'fr' }, 'locale="en_US"', /^1?\d:\d\d [AP]M$/],
  ])('writes times as %s has them, in a browser of %s', async (_, locale, page, attributes, form) => {
    const { said } = await all.open({ name: 'bob', attributes: `room="general" ${attributes}`, ...page }, { locale })
    const time = said('quoted').locator('time').first()
    await time.waitFor({ state: 'attached' })
    await soon(async () => expect((await time.textContent())?.replaceAll(/\s/g, ' ')).toMatch(form))
  })

  test('speaks the language of the page, in a box of any height', async () => {
    const { chat, field } = await all.open({ name: 'bob', lang: 'fr-CA', styles: '#box { height: auto }' })
    await field.waitFor()
    await chat.getByText('La conversation commence ici.').waitFor({ state: 'attached' })
    await soon(async () => expect(await field.getAttribute('placeholder')).toBe('Écrire à #General'))
    await soon(async () => expect((await chat.boundingBox())?.height).toBe(320))
  })
})
