import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import type { Locator, Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import { startServer } from '../services/server.ts'
import {
  type App,
  composer,
  has_browser,
  join,
  message,
  seriousFindings,
  startApp,
  type Visitor,
  write,
} from './app-visit.ts'

setDefaultTimeout(120_000)

interface Styled {
  computedStyleMap(): { get(property: string): { toString(): string } }
}

const colourOf = async (dot: Locator) =>
  dot.evaluate((shown) => (shown as unknown as Styled).computedStyleMap().get('border-top-color').toString())

describe.skipIf(!has_browser)('when the connection ends', () => {
  let app: App
  let ada: Visitor
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada', '/c/general')
    await write(ada.page, 'Before')
  })
  afterAll(() => app.close())

  test('a thin bar says so, and what one writes is kept and goes once, by itself', async () => {
    const { page } = ada
    const { port, database } = app.server
    const eve = await app.signUp('eve', '/c/general')
    await message(eve.page, 'Before').waitFor()
    await write(page, 'And for her')
    await page.getByText('Read by eve').waitFor()
    const { token } = await app.server.login('eve')
    const { data } = await app.server.ask('POST /conversations', { user_id: (await app.server.login('ada')).id }, token)
    const { conversation_id } = data as { conversation_id: number }
    await app.server.ask(`POST /conversations/${conversation_id}/messages`, { content: 'Psst' }, token)
    const dot = page.locator('.app-list .vz-room', { hasText: 'eve' }).locator('.vz-dot')
    await dot.and(page.getByRole('img', { name: 'Online' })).waitFor()
    const green = await colourOf(dot)
    await app.server.app.close()
    await page.getByText('The server cannot be reached.').first().waitFor()
    expect(await page.getByText('You are offline.').count()).toBe(0)
    await page.locator('.app-own').getByRole('img', { name: 'Offline' }).waitFor()
    // How the others are nobody tells meanwhile.
    await dot.and(page.getByRole('img', { name: 'Not known without a connection' })).waitFor()
    await soon(async () => expect(await colourOf(dot)).toBe(await colourOf(page.locator('.app-own .vz-dot'))))
    expect(await colourOf(dot)).not.toBe(green)
    for (const text of ['While away, one', 'While away, two']) {
      await composer(page).fill(text)
      await composer(page).press('Enter')
    }
    await page.getByText('2 messages are kept and will be sent.').first().waitFor()
    await soon(async () => expect(await page.locator('.vz-pending').count()).toBe(2))
    // The last one is on its way: no older one is taken for it.
    const editing = page.locator('.vz-editing')
    await composer(page).press('ArrowUp')
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))')
    expect(await editing.count()).toBe(0)
    // She has read what is above them, and that is what it says.
    const read = page.getByText('Read by eve')
    await soon(async () => expect(await read.count()).toBe(1))
    await soon(async () => expect(await message(page, 'And for her').locator(read).count()).toBe(1))
    await eve.close()
    const again = await startServer({ server: { bind_addr: `127.0.0.1:${port}`, drain_seconds: 0 } }, database)
    await eventually('nothing is pending', async () => (await page.locator('.vz-pending').count()) === 0, 60_000)
    await composer(page).press('ArrowUp')
    await editing.waitFor()
    expect(await composer(page).inputValue()).toBe('While away, two')
    await composer(page).press('Escape')
    await page.locator('.app-own').getByRole('img', { name: 'Online' }).waitFor()
    await dot.and(page.getByRole('img', { name: 'Offline' })).waitFor()
    const rows = await database.sql<{ content: string }[]>`
      select content from messages where conversation_id <> ${conversation_id} order by id`
    expect(rows.map(({ content }) => content)).toEqual(['Before', 'And for her', 'While away, one', 'While away, two'])
    const shown = await page.locator('.vz-conversation .vz-message').allInnerTexts()
    expect(shown.filter((text) => text.includes('While away')).length).toBe(2)
    await again.app.close()
  })
})

describe.skipIf(!has_browser)('when the browser says that it is offline', () => {
  let app: App
  let ada: Visitor
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada', '/c/general')
    await write(ada.page, 'Before')
  })
  afterAll(() => app.close())

  const bar = () => ada.page.locator('.vz-connection')

  test('a bar says so before the connection knows, in the settings too, and goes when it is online again', async () => {
    const { page } = ada
    let opened = 0
    page.on('websocket', () => opened++)
    for (const path of ['/c/general', '/settings/profile']) {
      await page.goto(`${app.server.url}${path}`)
      await page
        .getByRole('button', { name: /General/ })
        .first()
        .waitFor()
      await eventually('it is connected', async () => (await bar().count()) === 0)
      const before = opened
      await page.context().setOffline(true)
      await bar().getByText('You are offline.').first().waitFor({ timeout: 2000, state: 'attached' })
      expect(await bar().getByRole('button').count()).toBe(0)
      await page.context().setOffline(false)
      await bar().waitFor({ state: 'detached' })
      // It was the same connection all the time.
      expect(opened).toBe(before)
    }
  })

  test('nothing waits where the connection is well, and the bar goes by itself once that is seen', async () => {
    const { page } = ada
    await page.goto(`${app.server.url}/c/general`)
    await message(page, 'Before').waitFor()
    await page.evaluate("dispatchEvent(new Event('offline'))")
    await bar().waitFor()
    await write(page, 'All the same')
    await message(page, 'All the same').waitFor()
    const { data } = await app.server.ask('GET /rooms/general/messages', undefined, (await app.server.login('ada')).token) // prettier-ignore
    expect((data as { messages: { content: string }[] }).messages.map(({ content }) => content)).toContain('All the same') // prettier-ignore
    await bar().waitFor({ state: 'detached' })
    // While there was no network, the browser says of each request that there is none.
    expect(ada.complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
  })
})

describe.skipIf(!has_browser)('without a connection', () => {
  let app: App
  let ada: Visitor
  beforeAll(async () => {
    app = await startApp()
    const bob = await app.server.register('bob')
    await app.server.room(bob, { name: 'Tea house', slug: 'tea-house' })
    await app.server.ask('POST /rooms/tea-house/messages', { content: 'Water boils' }, bob.token)
    ada = await app.signUp('ada', '/c/general')
    await write(ada.page, 'Before')
    await app.server.ask('POST /rooms/tea-house/join', undefined, (await app.server.login('ada')).token)
    await ada.page.reload()
    await ada.page.getByRole('button', { name: /Tea house/ }).waitFor()
    await message(ada.page, 'Before').waitFor()
  })
  afterAll(() => app.close())

  test.each([
    ['the network is cut', 'You are offline.', (page: Page) => page.context().setOffline(true)],
    ['the server is away', 'The server cannot be reached.', () => app.server.app.close()],
  ])('a room that was not loaded, and a search, say what they wait for while %s, and go on', async (_, says, cut) => {
    const { page } = ada
    const { port, database } = app.server
    await cut(page)
    await page.locator('.vz-connection').getByText(says).first().waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /Tea house/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Tea house' }).waitFor()
    await page.getByText('Nothing of this is loaded yet.').waitFor()
    await page.getByRole('button', { name: 'Details', exact: true }).click()
    await page.getByRole('complementary', { name: 'Details' }).getByText('Nothing of this is loaded yet.').waitFor()
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByLabel('Words to find').fill('boils')
    await page.getByText('Searching needs a connection.').waitFor()
    await page.context().setOffline(false)
    const isAway = says !== 'You are offline.'
    const again = isAway ? await startServer({ server: { bind_addr: `127.0.0.1:${port}`, drain_seconds: 0 } }, database) : null // prettier-ignore
    await message(page, 'Water boils').waitFor({ timeout: 60_000 })
    // With the messages, and not the next time that a room without an answer is asked for.
    await page.getByRole('button', { name: '2 members' }).waitFor({ timeout: 3000 })
    await page.locator('.app-excerpt', { hasText: 'Water boils' }).waitFor({ timeout: 60_000 })
    if (again !== null) return again.app.close()
    // The other way to lose it begins where this one did.
    await page.goto(`${app.server.url}/c/general`)
    await message(page, 'Before').waitFor()
  })
})

describe.skipIf(!has_browser)('who may no longer be here', () => {
  let app: App
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test('is asked to sign in when the session was ended elsewhere, and then is where they were', async () => {
    const { page } = await app.signUp('ada', '/c/general')
    await write(page, 'Still here')
    const elsewhere = await app.server.login('ada')
    await app.server.ask('POST /auth/logout-all', undefined, elsewhere.token)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await soon(() => expect(new URL(page.url()).pathname).toBe('/c/general'))
    await page.getByLabel('Username or e-mail address').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill('correct horse')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await message(page, 'Still here').waitFor()
  })

  test('is told when an administrator has banned them', async () => {
    const root = await app.server.register('root')
    await app.server.sql`update users set role = 'admin' where id = ${root.id}`
    const admin = await app.visit('/c/general')
    await admin.page.getByLabel('Username or e-mail address').fill('root')
    await admin.page.getByLabel('Password', { exact: true }).fill('correct horse')
    await admin.page.getByRole('button', { name: 'Sign in' }).click()
    await join(admin.page)
    const bob = await app.signUp('bob', '/c/general')
    await write(bob.page, 'Buy cheap tea')
    await message(admin.page, 'Buy cheap tea').hover()
    await message(admin.page, 'Buy cheap tea').getByRole('button', { name: 'More' }).click()
    await admin.page.getByRole('dialog').getByRole('button', { name: 'Ban from server' }).click()
    const question = admin.page.getByRole('dialog', { name: 'Ban bob from this server?' })
    await question.getByLabel('Reason, which they are told (optional)').fill('advertising')
    await question.getByRole('button', { name: 'Ban from server' }).click()
    await bob.page.getByRole('heading', { name: 'You are banned from this server' }).waitFor()
    await bob.page.getByText('This account is banned, without an end. Reason: advertising.').waitFor()
    expect(await bob.page.getByText('USER_BANNED').count()).toBe(0)
    const [row] = await app.server.sql<{ ban_reason: string }[]>`select ban_reason from users where username = 'bob'`
    expect(row?.ban_reason).toBe('advertising')
    // Loading the page again leads to the same words, and to no empty frame.
    await app.server.sql`update users set banned_until = '2099-01-08 12:00:00+01' where username = 'bob'`
    await bob.page.reload()
    await bob.page.getByText('This account is banned until 8 January 2099 at 12:00. Reason: advertising.').waitFor()
    expect(await bob.page.locator('.app-frame').count()).toBe(0)
    expect(await seriousFindings(bob.page)).toEqual([])
    // Whoever tries in vain reads what is true by now.
    await app.server.sql`update users set ban_reason = 'more advertising' where username = 'bob'`
    await bob.page.getByRole('button', { name: 'Try again' }).click()
    await bob.page.getByText('Reason: more advertising.').waitFor()
    await app.server
      .sql`update users set status = 'active', banned_until = null, ban_reason = null where username = 'bob'`
    await bob.page.getByRole('button', { name: 'Try again' }).click()
    await message(bob.page, 'Buy cheap tea').waitFor()
    // A ban that is over by itself needs no button, also where the clock is ahead.
    await bob.page.addInitScript('const { now } = Date; Date.now = () => now() + 6000')
    await app.server
      .sql`update users set status = 'banned', banned_until = now() + interval '7 seconds' where username = 'bob'`
    await bob.page.reload()
    await bob.page.getByText('This account is banned until').waitFor()
    await message(bob.page, 'Buy cheap tea').waitFor()
  })

  test('reads until when and why on signing in, in their language', async () => {
    const eve = await app.server.register('eve')
    await app.server
      .sql`update users set status = 'banned', ban_reason = 'spam', banned_until = '2099-01-08 12:00:00+01' where id = ${eve.id}`
    const { page } = await app.visit('/sign-in', { locale: 'fr-FR' })
    await page.locator('[name=username]').fill('eve')
    await page.locator('[name=password]').fill('a wrong one')
    await page.locator('[name=password]').press('Enter')
    await page.getByText('ne vont pas ensemble').waitFor()
    expect(await page.getByText('spam').count()).toBe(0)
    await page.locator('[name=password]').fill('correct horse')
    await page.locator('[name=password]').press('Enter')
    await page.getByText('Ce compte est banni jusqu’au 8 janvier 2099').waitFor()
    await page.getByText('Motif\u00a0: spam.').waitFor()
  })
})
