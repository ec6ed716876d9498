import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { composer, has_browser, message, write } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('the composer', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  let page: Page
  let room: number
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    room = await app.server.room(ada, { name: 'Tea house' })
    await app.server.room(ada, { name: 'Tea garden' })
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'The kettle is on' }, ada.token)
    page = await app.signIn(ada)
    await comeTo('/c/tea-house')
  })
  afterAll(() => app.close())

  const comeTo = async (path: string, of = page) => {
    await of.goto(app.server.url + path)
    await composer(of).waitFor()
  }
  const holds = (of: Page, text: string) =>
    eventually(`the field holds "${text}"`, async () => (await composer(of).inputValue()) === text)
  const sent = async () => {
    const rows = await app.server.sql`select content from messages where conversation_id = ${room} order by number`
    return rows.map(({ content }) => String(content)).slice(1)
  }

  test('of another tab has nothing left of what was sent in this one, and keeps what somebody wrote there', async () => {
    await composer(page).fill('only once')
    const tab = await page.context().newPage()
    await eventually('it is kept', () => page.evaluate<boolean>("localStorage.getItem('veza-drafts')?.includes('only once') === true")) // prettier-ignore
    await comeTo('/c/tea-house', tab)
    await holds(tab, 'only once')
    await write(page, 'only once')
    await holds(tab, '')
    await composer(tab).press('Enter')
    await composer(page).fill('half a thought')
    await holds(tab, 'half a thought')
    await composer(tab).fill('half a thought of mine')
    await holds(page, 'half a thought of mine')
    await composer(page).fill('another one')
    // Not yet kept: what is written in one tab while the other sends is nobody else's.
    await composer(tab).press('Enter')
    await message(tab, 'half a thought of mine').waitFor()
    await eventually('the first keeps its own', () => page.evaluate<boolean>("localStorage.getItem('veza-drafts')?.includes('another one') === true")) // prettier-ignore
    await soon(async () => expect(await composer(page).inputValue()).toBe('another one'))
    await composer(page).fill('')
    await tab.close()
    await soon(async () => expect(await sent()).toEqual(['only once', 'half a thought of mine']))
  })

  test('publishes no mistyped command, unless one says so', async () => {
    const before = (await sent()).length
    await composer(page).fill('/nosuch thing')
    await composer(page).press('Enter')
    const note = page.getByRole('alert').filter({ hasText: 'There is no command /nosuch here.' })
    await note.waitFor()
    await holds(page, '/nosuch thing')
    await composer(page).press('ArrowRight')
    await composer(page).pressSequentially('s')
    await note.waitFor({ state: 'detached' })
    await composer(page).press('Enter')
    await note.getByRole('button', { name: 'Send as text' }).click()
    await message(page, '/nosuch things').waitFor()
    await holds(page, '')
    await composer(page).fill('/other')
    await composer(page).press('Enter')
    await page.getByText('There is no command /other here.').waitFor()
    await composer(page).press('Enter')
    await message(page, '/other').waitFor()
    await write(page, '/etc/hosts is a place')
    await eventually('all of it', async () => (await sent()).length === before + 3)
    await soon(async () =>
      expect((await sent()).slice(before)).toEqual(['/nosuch things', '/other', '/etc/hosts is a place']),
    )
  })

  test('makes a mention of a member alone, and a link of a room that one is in', async () => {
    await app.server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'I am here' }, bob.token)
    await message(page, 'I am here').waitFor()
    await write(page, 'Ask @bob, not @nobody, in #tea-garden or #nowhere')
    const line = message(page, 'Ask @bob')
    await eventually('bob alone', async () => (await line.locator('.vz-mention').allTextContents()).join() === '@bob')
    await soon(async () => expect(await line.locator('.vz-markdown a').allTextContents()).toEqual(['#tea-garden']))
    await line.getByRole('link', { name: '#tea-garden' }).click()
    await page.locator('.app-head-name', { hasText: 'Tea garden' }).waitFor()
    await soon(() => expect(new URL(page.url()).pathname).toBe('/c/tea-garden'))
    await page.goBack()
    await line.waitFor()
    await soon(async () =>
      expect(await page.evaluate<number>("performance.getEntriesByType('navigation').length")).toBe(1),
    )
  })

  test('offers @room and @here only to who may call everybody, and shows them as such only where they did', async () => {
    await app.server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    const options = (of: Page) => of.locator('[role=option]')
    const isOffered = async (of: Page, typed: string, name: string) => {
      await composer(of).fill('')
      await composer(of).pressSequentially(typed)
      await options(of).filter({ hasText: name }).waitFor()
      const offered = await options(of).allInnerTexts()
      await composer(of).fill('')
      return offered.filter((text) => /@(here|room)/.test(text))
    }
    const marked = async (of: Page, text: string) => {
      await message(of, text).waitFor()
      return message(of, text).locator('.vz-mention').allTextContents()
    }
    expect(await isOffered(page, '@', '@bob')).toEqual(['@here\nEverybody online', '@room\nEverybody in the room'])
    await write(page, '@room: tea')
    await write(page, 'Cake, @here')
    await soon(async () =>
      expect([await marked(page, ': tea'), await marked(page, 'Cake')]).toEqual([['@room'], ['@here']]),
    )

    const other = await app.signIn(bob)
    await comeTo('/c/tea-house', other)
    await soon(async () =>
      expect([await marked(other, ': tea'), await marked(other, 'Cake')]).toEqual([['@room'], ['@here']]),
    )
    await message(other, ': tea').locator('.vz-mention-own').waitFor()
    expect(await isOffered(other, '@', '@ada')).toEqual([])
    await write(other, 'May I, @room or @here?')
    expect(await marked(other, 'May I')).toEqual([])
    expect(await marked(page, 'May I')).toEqual([])
    await other.reload()
    await soon(async () => expect([await marked(other, 'Cake'), await marked(other, 'May I')]).toEqual([['@here'], []]))

    await app.server.ask(`PUT /rooms/${room}/members/${bob.id}`, { role: 'moderator' }, ada.token)
    expect(await isOffered(other, '@ro', '@room')).toEqual(['@room\nEverybody in the room'])
    const { data } = await app.server.ask('POST /conversations', { user_id: ada.id }, bob.token)
    await comeTo(`/c/~${(data as { conversation_id: number }).conversation_id}`, other)
    expect(await isOffered(other, '@', '@ada')).toEqual([])
    await other.context().close()
  })

  test('says why one cannot write, also where a draft hides it', async () => {
    const { data } = await app.server.ask('POST /conversations', { user_id: bob.id }, ada.token)
    const id = (data as { conversation_id: number }).conversation_id
    await comeTo(`/c/~${id}`)
    await composer(page).fill('Dear bob')
    const why = page.locator('.vz-conversation .vz-note', { hasText: 'blocked' })
    expect(await why.count()).toBe(0)
    await app.server.ask(`POST /users/${bob.id}/block`, undefined, ada.token)
    await why.waitFor()
    await soon(async () => expect(await composer(page).inputValue()).toBe('Dear bob'))
    expect(await composer(page).isEditable()).toBe(false)

    await comeTo('/c/tea-house')
    await composer(page).fill('One more thing')
    await app.server.ask(`POST /rooms/${room}/archive`, { archived: true }, ada.token)
    await page.locator('.vz-conversation .vz-note', { hasText: 'This room is archived.' }).waitFor()
    await app.server.ask(`POST /rooms/${room}/archive`, { archived: false }, ada.token)
    await eventually('one may write again', () => composer(page).isEditable())
    await write(page, 'One more thing')
  })

  test('keeps the focus and the text of who is muted as they type, and takes more once that is over', async () => {
    await app.server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    const page = await app.signIn(bob)
    await comeTo('/c/tea-house', page)
    const mute = (until: string | null) =>
      app.server.ask(`PUT /rooms/${room}/members/${bob.id}`, { muted_until: until }, ada.token)
    const focus = composer(page).and(page.locator(':focus'))
    await composer(page).click()
    await page.keyboard.type('Shall I')
    await mute(new Date(Date.now() + 3_600_000).toISOString())
    const why = page.locator('.vz-conversation').getByRole('status').filter({ hasText: 'A moderator has muted you' })
    await why.waitFor()
    await focus.waitFor()
    await page.keyboard.type(' speak @a')
    await page.keyboard.press('Enter')
    expect(await page.getByRole('option').count()).toBe(0)
    await soon(async () => expect(await composer(page).inputValue()).toBe('Shall I'))
    // No sign is typed, so it may be a key of the app.
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await focus.waitFor()
    await mute(null)
    await why.waitFor({ state: 'detached' })
    await page.keyboard.type(' speak')
    await page.keyboard.press('Enter')
    await message(page, 'Shall I speak').waitFor()
    const is_there = async () => (await sent()).filter((text) => text.startsWith('Shall')).length > 0
    await eventually('what was typed is sent', is_there)
    await soon(async () => expect((await sent()).filter((text) => text.startsWith('Shall'))).toEqual(['Shall I speak']))
    await page.context().close()
  })

  test('gave the browser nothing to complain of', () => {
    expect(app.complaints()).toEqual([])
  })
})

describe.skipIf(!has_browser)('more messages than the server takes in a minute', () => {
  let app: SignedInApp
  beforeAll(async () => {
    app = await startSignedInApp({ limits: { max_messages_per_minute: 3 } })
  })
  afterAll(() => app.close())

  test('wait, which is said with how long, and nothing is tried before', async () => {
    const ada = await app.server.register('ada')
    await app.server.room(ada, { name: 'Tea house' })
    const page = await app.signIn(ada)
    const tried: string[] = []
    page.on('websocket', (socket) =>
      socket.on(
        'framesent',
        ({ payload }) => String(payload).includes('"send_message"') && tried.push(String(payload)),
      ),
    )
    await page.goto(`${app.server.url}/c/tea-house`)
    for (const text of ['one', 'two', 'three']) await write(page, text)
    const send = async (text: string) => {
      await composer(page).fill(text)
      await composer(page).press('Enter')
      await message(page, text).waitFor()
    }
    const shown = page.locator('.vz-conversation .vz-waiting > [aria-hidden]')
    const told = page.locator('.vz-conversation .vz-waiting > [role=status]')
    const seconds = async () => {
      const text = (await shown.textContent()) ?? ''
      return text.endsWith('1\u00a0min.') ? 60 : Number(/(\d+)\u00a0s\.$/.exec(text)?.[1])
    }
    await send('four')
    await shown.filter({ hasText: '1 message waits. The next goes in ' }).waitFor()
    const first = await told.textContent()
    const begun = await seconds()
    expect(begun).toBeGreaterThan(20)
    expect(begun).toBeLessThanOrEqual(60)
    await send('five')
    await send('six')
    await shown.filter({ hasText: '3 messages wait. The next goes in ' }).waitFor()
    await eventually('it counts down', async () => (await seconds()) < begun - 1)
    // Said once, not at each second.
    await soon(async () => expect(await told.textContent()).toBe(first))
    expect(tried).toHaveLength(4)
    await eventually(
      'all of it',
      async () => (await page.locator('.vz-conversation .vz-pending').count()) === 0,
      70_000,
    )
    expect(tried).toHaveLength(7)
    await shown.waitFor({ state: 'detached' })
    expect(app.complaints()).toEqual([])
  })
})
