import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { soon } from '../../services/eventually.ts'
import { frameworks, open, seriousFindings, serve, type Opened, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The lists are not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found).each(frameworks)('the lists, by %s', (_, framework) => {
  let browser: Browser
  let served: Served
  let opened: Opened
  let page: Page

  beforeAll(async () => {
    if ('missing' in found) return
    browser = await openBrowser(found)
    served = await serve({ entry: 'pages/lists.tsx', ...framework })
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
  })
  beforeEach(async () => {
    opened = await open(browser, served.url, { width: 1600, height: 800 })
    page = opened.page
    await page.locator('.vz-rooms').waitFor()
  })
  afterEach(async () => {
    expect(opened.complaints).toEqual([])
    await page.close()
  })

  const calls = () => page.evaluate<string[]>('controls.calls')

  test('conversations stand in sections, unread ones first and bold, mentions as a filled count', async () => {
    await soon(async () =>
      expect(await page.locator('.vz-rooms h3').allInnerTexts()).toEqual(['Unread', 'Rooms', 'Direct messages']),
    )
    await soon(async () => expect(await page.locator('.vz-rooms section').first().locator('.vz-room-name').allInnerTexts()).toEqual(['Room 2', 'Room 3', 'eve'])) // prettier-ignore
    await soon(async () => expect(await page.locator('.vz-badge > :first-child').allInnerTexts()).toEqual(['99+']))
    // Of a direct message too the number is for those who hear.
    const line = page.locator('.vz-room', { hasText: 'eve' })
    await soon(async () =>
      expect([await line.locator('.vz-hidden').innerText(), await line.locator('.vz-badge').count()]).toEqual([
        '7 unread',
        0,
      ]),
    )
    const weights = await page.evaluate<string[]>(`[...document.querySelectorAll('.vz-unread')].map((line) => getComputedStyle(line).fontWeight)`) // prettier-ignore
    expect(weights).toEqual(['600', '600', '600'])
    await page.locator('.vz-room', { hasText: 'Room 2' }).click()
    await soon(async () => expect(await page.locator('[aria-current=page]').innerText()).toContain('Room 2'))
    await soon(async () =>
      expect(await page.locator('.vz-room', { hasText: 'bob' }).locator('.vz-dot-away').count()).toBe(1),
    )
  })

  test('a room has a sign, and one that is not public a lock', async () => {
    const sign = (name: string) => page.locator('.vz-room', { hasText: name }).locator('.vz-room-sign')
    await soon(async () =>
      expect([await sign('Room 1').innerText(), await sign('Room 1').locator('svg').count()]).toEqual(['#', 0]),
    )
    await soon(async () =>
      expect([await sign('Room 3').innerText(), await sign('Room 3').locator('svg').count()]).toEqual(['', 1]),
    )
  })

  test('members stand by their roles with their presence', async () => {
    await soon(async () =>
      expect(await page.locator('.vz-members h3').allInnerTexts()).toEqual(['Owner', 'Moderator', 'Members']),
    )
    await page.locator('.vz-member', { hasText: 'eve' }).click()
    await soon(async () => expect(await calls()).toContain('eve'))
    await soon(async () => expect(await page.locator('.vz-members [role=img]').evaluateAll((dots) => dots.map((dot) => dot.getAttribute('aria-label')))).toEqual(['Online', 'Away', 'Busy', 'Offline'])) // prettier-ignore
  })

  test('what people say beside their status is a text, and in the conversations where one points', async () => {
    await soon(async () =>
      expect(await page.locator('.vz-room', { hasText: 'bob' }).getAttribute('title')).toBe('At <b>lunch</b>'),
    )
    expect(await page.locator('.vz-room', { hasText: 'eve' }).getAttribute('title')).toBeNull()
    await soon(async () => expect(await page.locator('.vz-member', { hasText: 'Ada L.' }).locator('.vz-note').innerText()).toBe('In a <b>meeting</b>')) // prettier-ignore
    await soon(async () => expect(await page.locator('.vz-note').count()).toBe(1))
  })

  test('the picker finds by name, what fits best first, moves by arrows, picks and closes', async () => {
    await page.locator('.vz-picker input').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await soon(async () => expect((await calls()).at(-1)).toBe('❤️'))
    await page.keyboard.press('ArrowUp')
    await page.keyboard.type('art')
    await page.keyboard.press('Enter')
    await soon(async () => expect((await calls()).at(-1)).toBe('🎨'))
    await page.locator('.vz-picker input').fill('nosuchname')
    await soon(async () => expect(await page.locator('.vz-picker').innerText()).toContain('No emoji has that name.'))
    await page.keyboard.press('Escape')
    await soon(async () => expect((await calls()).at(-1)).toBe('close'))
  })

  test('a thread has its message, its replies and a field, and is closed by Escape', async () => {
    const field = page.locator('.vz-thread textarea')
    await field.fill('A reply')
    await page.keyboard.press('Enter')
    await soon(async () => expect(await calls()).toContain('A reply'))
    await soon(async () => expect(await page.locator('.vz-thread-parent').innerText()).toContain('Message 1.'))
    await soon(async () => expect(await page.locator('.vz-thread [role=feed] .vz-message').count()).toBe(3))
    // Above the replies is a message, and no beginning of the conversation.
    expect(await page.locator('.vz-thread').innerText()).not.toContain('beginning')
    expect(await page.locator('.vz-thread .vz-lead').innerText()).toBe('')
    await page.keyboard.press('Escape')
    await soon(async () => expect((await calls()).at(-1)).toBe('closed'))
  })

  test('without a connection a thin bar says what is kept, in the reader’s language', async () => {
    expect(await page.locator('.vz-connection').count()).toBe(0)
    await page.evaluate(
      `controls.connection({ status: 'waiting', retry_at: Date.now() + 60000, attempt: 1, code: null })`,
    )
    const bar = page.locator('.vz-connection')
    await bar.waitFor()
    await soon(async () =>
      expect(await bar.innerText()).toContain(
        'The server cannot be reached. 2 messages are kept and will be sent. Next try in',
      ),
    )
    await bar.locator('button').click()
    await soon(async () => expect((await calls()).at(-1)).toBe('retry'))
    await page.evaluate("controls.locale('fr')")
    await page.locator('.vz-connection', { hasText: 'Le serveur est injoignable. 2 messages sont gardés et partiront dès que possible.' }).waitFor() // prettier-ignore
    await page.locator('.vz-typing', { hasText: 'bob et eve écrivent' }).waitFor()
    await page.evaluate(`controls.connection({ status: 'stopped', code: 4401, reason: '' })`)
    await page.locator('.vz-connection', { hasText: 'Reconnectez-vous' }).waitFor()
    await page.evaluate(`controls.connection({ status: 'connected', since: 1 })`)
    await bar.waitFor({ state: 'detached' })
  })

  test.each(['light', 'dark', 'contrast'])('axe finds nothing serious in %s', async (theme) => {
    await page.evaluate(`controls.theme('${theme}')`)
    await page.evaluate(
      `controls.connection({ status: 'waiting', retry_at: Date.now() + 60000, attempt: 1, code: null })`,
    )
    await page.locator('.vz-connection').waitFor()
    expect(await seriousFindings(page)).toEqual([])
  })
})
