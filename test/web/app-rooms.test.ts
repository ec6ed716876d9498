import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import {
  act,
  type App,
  composer,
  has_browser,
  hiddenItems,
  message,
  startApp,
  type Visitor,
  write,
} from './app-visit.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('a room of one’s own', () => {
  let app: App
  let ada: Visitor
  let bob: Visitor
  let link: string
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada')
  })
  afterAll(() => app.close())

  const side = (who: Visitor, name: string) => who.page.getByRole('complementary', { name })
  const dialog = (who: Visitor, name: string) => who.page.getByRole('dialog', { name })
  const settings = async () => {
    if (!(await side(ada, 'Details').isVisible())) await ada.page.getByRole('button', { name: 'Details' }).click()
    await side(ada, 'Details').getByRole('button', { name: 'Room settings' }).click()
    return dialog(ada, 'Room settings')
  }

  test('is made, with a name, a topic, and who may come', async () => {
    await ada.page.locator('.app-list').getByRole('button', { name: 'Create a room' }).click()
    const form = dialog(ada, 'Create a room')
    await form.getByLabel('Name').fill('Tea house')
    await form.getByLabel('Topic (optional)').fill('Green and black')
    await form.getByLabel('Only those who are invited').check()
    await form.getByRole('button', { name: 'Create a room' }).click()
    await ada.page.getByRole('heading', { name: 'Tea house' }).waitFor()
    await soon(() => expect(new URL(ada.page.url()).pathname).toBe('/c/tea-house'))
    await ada.page.locator('.vz-conversation .vz-composer-field:focus').waitFor()
    await soon(async () => expect(await ada.page.locator('.app-head-topic').textContent()).toBe('Green and black'))
    await write(ada.page, 'The kettle is on')
  })

  test.each([
    ['/c/Tea-House', '/c/tea-house', 'Tea house'],
    ['/c/Tea%20house', '/c/tea%20house', 'This conversation does not exist'],
    ['/c/No.Such', '/c/no.such', 'This conversation does not exist'],
    [`/c/${'x'.repeat(80)}`, `/c/${'x'.repeat(80)}`, 'This conversation does not exist'],
  ])('at %s one sees what is at %s, and never another one', async (typed, address, name) => {
    const { page } = ada
    await page.goto(app.server.url + typed)
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await soon(() => expect(new URL(page.url()).pathname).toBe(address))
    if (!name.startsWith('This')) await composer(page).waitFor()
    await soon(async () => expect(await composer(page).count()).toBe(name.startsWith('This') ? 0 : 1))
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'The kettle is on').waitFor()
    expect(ada.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
    ada.complaints.length = 0
  })

  test('is not there for strangers', async () => {
    bob = await app.signUp('bob', '/sign-up')
    await bob.page.goto(`${app.server.url}/c/tea-house`)
    await bob.page.getByRole('heading', { name: 'This conversation does not exist' }).waitFor()
    // The browser logs an answer of 404 by itself.
    expect(bob.complaints.filter((text) => !text.includes('404'))).toEqual([])
    bob.complaints.length = 0
  })

  test('is joined by a link, also by who has no account yet', async () => {
    await ada.page.getByRole('button', { name: 'Details' }).click()
    await side(ada, 'Details').getByRole('button', { name: 'Invite people' }).click()
    const form = dialog(ada, 'Invite people')
    await form.getByLabel('Can be used').selectOption({ label: '10 times' })
    await form.getByRole('button', { name: 'Make a link' }).click()
    link = await form.getByLabel('Invite link').inputValue()
    expect(link).toStartWith(`${app.server.url}/join/`)
    await form.getByText(/^used 0 of 10 times · ends \d/).waitFor()
    await form.getByText(/^made by @ada, \d/).waitFor()
    await ada.page.keyboard.press('Escape')

    const eve = await app.signUp('eve', new URL(link).pathname)
    await eve.page.getByRole('heading', { name: 'ada invites you to Tea house' }).waitFor()
    await eve.page.getByRole('button', { name: 'Accept invite' }).click()
    await message(eve.page, 'The kettle is on').waitFor()
    expect(eve.complaints).toEqual([])
    await eve.close()
    await bob.page.goto(link)
    await bob.page.getByRole('button', { name: 'Accept invite' }).click()
    await message(bob.page, 'The kettle is on').waitFor()
    await ada.page.getByRole('button', { name: '3 members' }).waitFor()
  })

  test('has links that one tells apart, copies again and revokes', async () => {
    await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await side(ada, 'Details').getByRole('button', { name: 'Invite people' }).click()
    const form = dialog(ada, 'Invite people')
    await form.getByLabel('Ends after').selectOption({ label: 'Never' })
    await form.getByRole('button', { name: 'Make a link' }).click()
    const lines = form.locator('.app-invite')
    await lines.nth(1).waitFor()
    const sign = new URL(link).pathname.slice('/join/'.length, '/join/'.length + 6)
    await soon(async () => expect(await lines.locator('code').last().textContent()).toBe(`${sign}…`))
    expect(await lines.filter({ hasText: 'does not end' }).locator('code').textContent()).not.toBe(`${sign}…`)
    await form.getByRole('button', { name: `Copy the link ${sign}` }).click()
    await form.getByRole('status').getByText('The link is copied.').waitFor()
    await soon(async () => expect(await ada.page.evaluate<string>('navigator.clipboard.readText()')).toBe(link))
    await form.getByRole('button', { name: `Revoke the link ${sign}` }).click()
    await eventually('one link is left', async () => (await lines.count()) === 1)
    await ada.page.keyboard.press('Escape')
  })

  test('can be renamed and slowed down, which everybody sees', async () => {
    const form = await settings()
    await form.getByLabel('Name').fill('Tea garden')
    await form.getByLabel('Slow mode').selectOption({ label: '10 seconds' })
    await form.getByRole('button', { name: 'Save' }).click()
    await bob.page.getByRole('heading', { name: 'Tea garden' }).waitFor()
    await side(ada, 'Details').getByText('Slow mode: one message in 10 seconds').waitFor()
  })

  test('keeps what is pinned at hand, which is advised to those who may pin', async () => {
    for (const [who, told] of [
      [ada, 'Nothing is pinned here. Pin a message to keep it at hand.'],
      [bob, 'Nothing is pinned here.'],
    ] as const) {
      await who.page.getByRole('button', { name: 'Pinned messages' }).click()
      await side(who, 'Pinned messages').getByText(told, { exact: true }).waitFor()
      await who.page.keyboard.press('Escape')
    }
    await act(ada.page, 'The kettle is on', 'Pin')
    await ada.page.getByRole('button', { name: 'Pinned messages' }).click()
    await side(ada, 'Pinned messages').getByText('The kettle is on').waitFor()
    await bob.page.getByRole('button', { name: 'Pinned messages' }).click()
    await side(bob, 'Pinned messages').getByText('The kettle is on').waitFor()
    await bob.page.keyboard.press('Escape')
    await side(ada, 'Pinned messages').getByRole('button', { name: 'Unpin' }).press('Enter')
    await side(ada, 'Pinned messages').getByText('Nothing is pinned here.').waitFor()
    await soon(async () =>
      expect(await ada.page.evaluate<string>('document.activeElement.textContent')).toBe('Pinned messages'),
    )
  })

  test('is kept in order: a message is deleted with a reason, a member muted, another removed', async () => {
    await write(bob.page, 'Coffee is better')
    await message(ada.page, 'Coffee is better').waitFor()
    await act(ada.page, 'Coffee is better', 'Delete')
    await dialog(ada, 'Delete message?').getByLabel('Reason (optional)').fill('This is a tea house')
    await dialog(ada, 'Delete message?').getByRole('button', { name: 'Delete' }).click()
    await bob.page.getByText('This message was deleted by a moderator.').waitFor()

    await ada.page.getByRole('button', { name: '3 members' }).click()
    await side(ada, 'Members').getByRole('button', { name: 'Actions for bob' }).click()
    expect(await hiddenItems(ada.page)).toEqual([])
    await ada.page.setViewportSize({ width: 1280, height: 420 })
    await eventually('all of it again', async () => (await hiddenItems(ada.page)).length === 0)
    await ada.page.setViewportSize({ width: 1280, height: 800 })
    await ada.page.getByRole('menuitem', { name: 'Mute for an hour' }).click()
    await side(ada, 'Members').getByText('muted until').waitFor()
    const muted = bob.page.getByPlaceholder(
      /^A moderator has muted you here until .*\d{4},? (at )?\d\d:\d\d\. You can read meanwhile\.$/,
    )
    await muted.waitFor()
    expect(await muted.isEditable()).toBe(false)
    // A mute that is over is over without a reload, also where the clock is ahead.
    await bob.page.addInitScript('const { now } = Date; Date.now = () => now() + 6000')
    await app.server
      .sql`update members m set muted_until = now() + interval '7 seconds' from conversations c where c.id = m.conversation_id and c.slug = 'tea-house' and m.muted_until is not null`
    await bob.page.reload()
    await muted.waitFor()
    await muted.waitFor({ state: 'detached' })
    await soon(async () => expect(await composer(bob.page).isEditable()).toBe(true))

    await side(ada, 'Members').getByRole('button', { name: 'Actions for eve' }).click()
    await ada.page.getByRole('menuitem', { name: 'Remove from room' }).click()
    await dialog(ada, 'Remove eve from this room?').getByRole('button', { name: 'Remove from room' }).click()
    await ada.page.getByRole('button', { name: '2 members' }).waitFor()
    await side(ada, 'Members').getByRole('button', { name: 'Actions for bob' }).click()
    await ada.page.getByRole('menuitem', { name: 'Remove from room' }).click()
    await dialog(ada, 'Remove bob from this room?').getByRole('button', { name: 'Remove from room' }).click()
    await bob.page.getByText('You were removed from Tea garden.').waitFor()
  })

  test('is archived, comes back, and is deleted', async () => {
    const form = await settings()
    await form.getByRole('button', { name: 'Archive room' }).click()
    await dialog(ada, 'Archive Tea garden?').getByRole('button', { name: 'Archive room' }).click()
    await ada.page.getByPlaceholder('This room is archived.').waitFor()
    expect(await composer(ada.page).isEditable()).toBe(false)
    await side(ada, 'Details').getByText('This room is archived.').waitFor()
    for (const name of ['Add people', 'Invite people'])
      expect(await side(ada, 'Details').getByRole('button', { name }).count()).toBe(0)
    const again = await settings()
    await again.getByRole('button', { name: 'Bring room back' }).click()
    await again.waitFor({ state: 'detached' })
    await side(ada, 'Details').getByRole('button', { name: 'Invite people' }).waitFor()
    await soon(async () => expect(await composer(ada.page).isEditable()).toBe(true))
    await (await settings()).getByRole('button', { name: 'Delete room' }).click()
    await dialog(ada, 'Delete Tea garden?').getByRole('button', { name: 'Delete room' }).click()
    await ada.page.getByRole('heading', { name: 'Welcome to Veza' }).waitFor()
    expect(await ada.page.locator('.app-list .vz-room').count()).toBe(0)
  })

  test('asks nobody to write the first message where nobody may', async () => {
    const { token } = await app.server.login('ada')
    await app.server.ask('POST /rooms', { name: 'Attic', slug: 'attic', is_public: false }, token)
    await app.server.ask('POST /rooms/attic/archive', { archived: true }, token)
    await ada.page.goto(`${app.server.url}/c/attic`)
    await ada.page.getByPlaceholder('This room is archived.').waitFor()
    await ada.page.getByText('Nobody has written here yet.', { exact: true }).waitFor()
  })

  test('gave the browser nothing to complain of', () => {
    expect([ada.complaints, bob.complaints]).toEqual([[], []])
  })
})
