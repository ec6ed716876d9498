import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { composer, has_browser, message } from '../web/app-visit.ts'
import { payloads } from '../web/payloads.ts'
import { soon } from '../services/eventually.ts'
import { rest } from './client.ts'
import { at_once, type Attacked, attack, inTurns, shows } from './hostile-app.ts'
import { until } from './program.ts'

setDefaultTimeout(240_000)

describe.skipIf(!has_browser)('what attackers write, in the app', () => {
  let all: Attacked
  beforeAll(async () => {
    all = await attack()
  })
  afterAll(() => all.app.close())

  const fence = (payload: string) => `\`\`\`${payload}\ncode\n\`\`\``

  test.each([
    ['plain', 'text', (payload: string) => payload],
    ['as Markdown', 'markdown', (payload: string) => payload],
    ['as code', 'code', (payload: string) => payload],
    ['as the language of code', 'markdown', fence],
  ])('stays a text as a message: %s', async (kind, content_type, written) => {
    const { page, say, safe } = all
    const words = (index: number) => `${kind} number ${index} is here`
    for (let from = 0; from < payloads.length; from += at_once) {
      const these = payloads.slice(from, from + at_once)
      const more = (payload: string) => ({ content_type, metadata: { [payload]: payload } })
      const told = these.map((payload, at) => say(`${written(payload)}\n\n${words(from + at)}`, more(payload)))
      await Promise.all(told)
      await message(page, words(from + these.length - 1)).waitFor()
      expect(await message(page, words(from)).count()).toBe(1)
      await safe.isUnharmed()
    }
    if (content_type === 'code')
      await soon(async () =>
        expect(await page.locator('.vz-plain-code').last().innerText()).toStartWith(payloads.at(-1) ?? ''),
      )
  })

  test('stays a text as what those hear who do not see', async () => {
    const { page, say, safe } = all
    const heard = page.locator('.vz-conversation [role=log]')
    for (const [index, payload] of payloads.entries()) {
      await say(`${payload}\n\nheard as ${index}`)
      await heard.filter({ hasText: new RegExp(`^mallory: .*heard as ${index}$`, 's') }).waitFor({ state: 'attached' })
    }
    await safe.isUnharmed()
  })

  test('is refused as a reaction, and so not seen', async () => {
    const { app, bob, say } = all
    const id = await say('react to this')
    const refused = await inTurns(
      payloads.map((emoji) => () => rest(app.server.url, 'POST', `/messages/${id}/reactions`, { emoji }, bob.access_token)), // prettier-ignore
    )
    expect(refused.map(({ status }) => status)).toEqual(payloads.map(() => 422))
    for (const [index, { error }] of refused.entries()) expect(JSON.stringify(error)).not.toContain(payloads[index])
  })

  test('stays a text in a thread', async () => {
    const { page, pane, say, safe } = all
    const parent_id = await say(`${payloads[0]} the parent`)
    await inTurns(payloads.map((payload) => () => say(payload, { parent_id })))
    await say('the last reply', { parent_id })
    await message(page, 'the parent')
      .getByRole('button', { name: /replies/ })
      .click()
    await pane('Thread').getByText('the last reply').waitFor()
    for (let up = 0; up < 12; up++) {
      await safe.isUnharmed()
      await pane('Thread').locator('.vz-scroller').hover()
      await page.mouse.wheel(0, -600)
    }
    await page.keyboard.press('Escape')
  })

  test('stays a text among the pinned messages', async () => {
    const { ask, mallory, open, say, safe } = all
    const pin = async (payload: string, index: number) =>
      ask(`POST /messages/${await say(`${payload} pinned ${index}`)}/pin`, { pinned: true }, mallory.access_token)
    await inTurns(payloads.map((payload, index) => () => pin(payload, index)))
    const pinned = (await open('Pinned messages')).locator('.app-excerpt-text')
    await pinned.nth(payloads.length - 1).waitFor()
    await soon(async () => expect(await pinned.count()).toBe(payloads.length))
    await safe.isUnharmed()
  })

  test('stays a text in what a search finds', async () => {
    const { open, press, safe } = all
    const found = await open('Search')
    await found.getByLabel('Words to find').fill('pinned')
    const excerpts = found.locator('.app-excerpt')
    for (let count = 20; count < payloads.length; count += 20) {
      await excerpts.nth(count - 1).waitFor()
      await press(found.getByRole('button', { name: 'Show more' }))
    }
    await excerpts.nth(payloads.length - 1).waitFor()
    await found.locator('mark', { hasText: 'pinned' }).first().waitFor()
    await safe.isUnharmed()
  })

  test('stays a text in what one writes oneself: on its way, and sent', async () => {
    const { at, page, safe } = all
    await at('/c/den')
    for (const payload of payloads) {
      await composer(page).fill(`${payload} of mine`)
      await composer(page).press('Enter')
    }
    await message(page, 'example.com of mine').and(page.locator(':not(:has(.vz-pending))')).waitFor()
    await safe.isUnharmed()
  })

  test('stays a text as a command', async () => {
    const { page, safe } = all
    const told = page.locator('.app-told p')
    for (const payload of payloads) {
      await composer(page).fill(`/status busy ${payload}`)
      await composer(page).press('Enter')
      const words = payload.trim().split(/\s+/).join(' ')
      await shows(() => told.textContent(), `Your status: Busy, “${words}”.`)
    }
    await safe.isUnharmed()
  })

  test('stays a text as a draft, which another tab or anybody at this device may have left', async () => {
    const { bob, den, page, safe } = all
    await page.locator('.vz-composer').waitFor()
    const leave = (text: string) =>
      page.evaluate(`{
        const [oldValue, newValue] = [localStorage.getItem('veza-drafts') ?? '[]', ${JSON.stringify(JSON.stringify([[`${bob.user.id} room ${den.id}`, text]]))}]
        localStorage.setItem('veza-drafts', newValue)
        dispatchEvent(new StorageEvent('storage', { storageArea: localStorage, key: 'veza-drafts', oldValue, newValue }))
      }`)
    for (const payload of payloads) {
      await leave(payload)
      await shows(() => composer(page).inputValue(), payload)
    }
    await safe.isUnharmed()
    await page.reload()
    await shows(() => composer(page).inputValue(), payloads.at(-1) ?? '')
    await composer(page).fill('')
    await safe.isUnharmed()
  })

  test('would be noticed if it were more than a text', async () => {
    const { page, safe, visitor } = all
    await page
      .evaluate("document.querySelector('h1').insertAdjacentHTML('beforeend', '<img src=x onerror=marked()>')")
      .catch(() => undefined)
    await until(() => visitor.complaints.some((text) => text.includes('policy')))
    await expect(safe.isUnharmed()).rejects.toThrow()
    visitor.complaints.length = 0
    await page.evaluate('marked()')
    await expect(safe.isUnharmed()).rejects.toThrow()
    await page.reload()
    await composer(page).waitFor()
    visitor.complaints.length = 0
    await safe.isUnharmed()
    // Also if it is gone before one looks.
    await page.evaluate(`{
      const link = document.createElement('a')
      link.href = 'javascript:marked()'
      document.querySelector('h1').append(link)
      link.remove()
    }`)
    await expect(safe.isUnharmed()).rejects.toThrow('javascript:marked()')
  })
})
