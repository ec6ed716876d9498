// What tabs of one browser tell of: each message once, whichever is open, and as much as was chosen.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import { type Account, startServer } from '../services/server.ts'
import { type App, has_browser, join, startApp, type Visitor } from './app-visit.ts'
import { recording, shownBy, wish } from './notices.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('two tabs', () => {
  let app: App
  let ada: Visitor
  let bob: Account
  /** Ada's tabs: she reads General in the first, and has the settings open in the second. */
  let tabs: Page[]
  /** How often a tab has read its list. */
  let lists = 0

  const open = async (path: string): Promise<Page> => {
    const page = await ada.page.context().newPage()
    page.setDefaultTimeout(15_000)
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('"memberships"')) lists++
      })
    })
    await page.goto(app.server.url + path)
    await page.getByRole('button', { name: 'Tea house' }).waitFor()
    return page
  }
  const shown = async () => (await Promise.all(tabs.map(shownBy))).flat()
  const told = async (...lines: string[]) => {
    await eventually(lines.join(', '), async () => (await shown()).length >= lines.length)
    // Which of the tabs tells is left open, and with it the order here.
    await soon(async () => expect((await shown()).toSorted()).toEqual(lines.toSorted()))
  }
  const forget = () => Promise.all(tabs.map((page) => page.evaluate('shown.length = 0')))
  const say = (room: string, content: string) => app.server.ask(`POST /rooms/${room}/messages`, { content }, bob.token)
  /** A message that is told behind others shows that those were not. */
  const last = async (content: string) => say('tea-house', `@ada ${content}`)
  const level = async (room: string, notification_level: string) => {
    const ada_now = await app.server.login('ada')
    await app.server.ask(`PUT /rooms/${room}/members/me`, { notification_level }, ada_now.token)
  }

  beforeAll(async () => {
    app = await startApp()
    bob = await app.server.register('bob')
    await app.server.room(bob, { name: 'Tea house', slug: 'tea-house' })
    await app.server.room(bob, { name: 'Kitchen', slug: 'kitchen' })
    ada = await app.signUp('ada', '/c/tea-house', { permissions: ['notifications'] })
    await ada.page.getByRole('button', { name: 'Tea house' }).waitFor()
    await ada.page.goto(`${app.server.url}/c/kitchen`)
    await join(ada.page)
    await ada.page.getByRole('button', { name: 'Kitchen' }).waitFor()
    await app.server.ask('POST /rooms/general/join', undefined, bob.token)
    await wish(ada.page, 'all')
    await ada.page.context().addInitScript(recording)
    await ada.page.goto(`${app.server.url}/c/general`)
    await join(ada.page)
    tabs = [await open('/c/general'), await open('/settings/notifications')]
    await ada.page.close()
  })
  afterAll(() => app.close())

  test('tell once of what comes in rooms that neither has open', async () => {
    await say('tea-house', 'The kettle is on')
    await told('bob in Tea house: The kettle is on')
    await say('kitchen', 'So is the oven')
    await told('bob in Tea house: The kettle is on', 'bob in Kitchen: So is the oven')
    await forget()
  })

  test('tell once of a mention, of a call to the whole room, and of direct messages from somebody new', async () => {
    await say('tea-house', 'Tea, @ada?')
    await told('bob in Tea house: Tea, @ada?')
    await say('tea-house', '@room come')
    await eventually('two', async () => (await shown()).length === 2)
    const made = await app.server.ask('POST /conversations', { user_id: (await app.server.login('ada')).id }, bob.token)
    const { conversation_id } = made.data as { conversation_id: number }
    await app.server.ask(`POST /conversations/${conversation_id}/messages`, { content: 'psst' }, bob.token)
    await told('bob in Tea house: Tea, @ada?', 'bob in Tea house: @room come', 'bob: psst')
    await forget()
  })

  test('say how many there are, of more than a few at once', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, at) => say('kitchen', `plate ${at}`)))
    await eventually('all of them', async () => {
      const lines = await shown()
      const counted = lines.map((line) => Number(/^(\d+) new messages in Kitchen/.exec(line)?.[1] ?? 1))
      return counted.reduce((sum, count) => sum + count, 0) === 12
    })
    expect((await shown()).length).toBeLessThan(12)
    await forget()
  })

  test('are silent about the conversation that is open in front in one of them, and about what one says oneself', async () => {
    await say('general', 'Good morning')
    await tabs[0]?.locator('.vz-message', { hasText: 'Good morning' }).waitFor()
    const ada_now = await app.server.login('ada')
    await app.server.ask('POST /rooms/kitchen/messages', { content: 'from my phone' }, ada_now.token)
    await last('and now tea')
    await told('bob in Tea house: @ada and now tea')
    await forget()
  })

  test('heed the level of a room, as soon as it is chosen in one of them', async () => {
    const [first] = tabs
    // What is behind is drawn slowly.
    await first?.bringToFront()
    await first?.getByRole('button', { name: 'Kitchen' }).click()
    await first?.getByRole('button', { name: 'Details' }).click()
    await first?.getByLabel('Notify me of').waitFor()
    const before = lists
    await first?.getByLabel('Notify me of').selectOption({ label: 'Mentions' })
    await eventually('the list of both', () => lists >= before + 2)
    await first?.getByRole('button', { name: 'General' }).click()
    await say('kitchen', 'Nobody in particular')
    await say('kitchen', 'You, @ada')
    await told('bob in Kitchen: You, @ada')
    await forget()
  })

  test('say nothing of a room that is to be silent, not even of mentions', async () => {
    await level('kitchen', 'none')
    for (const page of tabs) await page.reload()
    await tabs[1]?.getByRole('button', { name: 'Kitchen' }).waitFor()
    await say('kitchen', 'Hear me, @ada')
    await last('over here')
    await told('bob in Tea house: @ada over here')
    await forget()
  })

  test('lead to the message, in the tab that told', async () => {
    await say('tea-house', 'The biscuits are here')
    await told('bob in Tea house: The biscuits are here')
    const teller = (await Promise.all(tabs.map(shownBy))).findIndex((lines) => lines.length > 0)
    const page = tabs[teller] as Page
    await page.evaluate('shown[0].notification.onclick()')
    await page.locator('.vz-highlight', { hasText: 'The biscuits are here' }).waitFor()
    await soon(() => expect(new URL(page.url()).pathname).toMatch(/^\/c\/\d+\/\d+$/))
    await page.goto(`${app.server.url}/settings/notifications`)
    await page.getByRole('button', { name: 'Tea house' }).waitFor()
  })

  test('take over from each other when one is closed', async () => {
    for (const line of ['one', 'two']) {
      await say('tea-house', line)
      await told(`bob in Tea house: ${line}`)
      const teller = (await Promise.all(tabs.map(shownBy))).findIndex((lines) => lines.length > 0)
      await tabs[teller]?.close()
      tabs.splice(teller, 1)
      if (tabs.length === 1) tabs.push(await open('/settings/appearance'))
      await forget()
    }
    await say('tea-house', 'three')
    await told('bob in Tea house: three')
    await forget()
  })

  test('tell of what came while they had no connection', async () => {
    const { port, database } = app.server
    await app.server.app.close()
    const elsewhere = await startServer({}, database)
    await elsewhere.ask('POST /rooms/tea-house/messages', { content: 'Are you there?' }, bob.token)
    await elsewhere.close()
    expect(await shown()).toEqual([])
    const again = await startServer({ server: { bind_addr: `127.0.0.1:${port}`, drain_seconds: 0 } }, database)
    await told('bob in Tea house: Are you there?')
    await again.close()
  })
})
