import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import {
  act,
  type App,
  composer,
  has_browser,
  message,
  password,
  seriousFindings,
  startApp,
  type Visitor,
  write,
} from './app-visit.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('whoever keeps a room in order', () => {
  let app: App
  let ada: Visitor
  let bob: Account
  let eve: Account
  beforeAll(async () => {
    app = await startApp()
    bob = await app.server.register('bob')
    eve = await app.server.register('eve')
    ada = await app.signUp('ada')
    await ada.page.locator('.app-list').getByRole('button', { name: 'Create a room' }).click()
    const form = dialog('Create a room')
    await form.getByLabel('Name').fill('Tea house')
    await form.getByLabel('Only those who are invited').check()
    await form.getByRole('button', { name: 'Create a room' }).click()
    await ada.page.getByRole('heading', { name: 'Tea house' }).waitFor()
  })
  afterAll(() => app.close())

  const side = (name: string) => ada.page.getByRole('complementary', { name })
  const dialog = (name: string) => ada.page.getByRole('dialog', { name })
  const focused = () =>
    ada.page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
  const press = (name: string) => ada.page.getByRole('button', { name, exact: true }).click()
  const details = async () => {
    if (!(await side('Details').isVisible())) await press('Details')
    return side('Details')
  }
  const trail = async () => {
    await (await details()).getByRole('button', { name: 'Audit trail' }).click()
    await side('Audit trail').locator('.app-trail li').first().waitFor()
    return side('Audit trail')
  }
  const sentences = () => side('Audit trail').locator('.app-trail li > p:nth-child(2)').allTextContents()

  test('is offered what they may do with a message as soon as that is known, also where the mouse is over it by then', async () => {
    const { page } = ada
    const of_room = /\/api\/v1\/rooms\/tea-house$/
    await write(page, 'Oolong')
    const known = Promise.withResolvers<void>()
    await page.route(of_room, async (route) => {
      await known.promise
      await route.continue()
    })
    await page.reload()
    await message(page, 'Oolong').hover()
    const does = (name: string) => message(page, 'Oolong').getByRole('button', { name, exact: true })
    await does('Reply in thread').waitFor()
    expect(await does('Pin').count()).toBe(0)
    known.resolve()
    await does('Pin').waitFor()
    await page.unroute(of_room)
  })

  test('adds people whom they find by name, also to a room that nobody else sees', async () => {
    await (await details()).getByRole('button', { name: 'Add people' }).click()
    const form = dialog('Add people')
    await form.getByLabel('Who do you want to add?').fill('@bo')
    await form.getByRole('button', { name: 'Add bob' }).click()
    await form.getByText('bob is a member now.').waitFor()
    await soon(async () => expect(await focused()).toBe('Member'))
    // Somebody else did it meanwhile.
    await app.server
      .sql`insert into members (conversation_id, user_id, role) select c.id, ${eve.id}, 'member' from conversations c where c.slug = 'tea-house'`
    await form.getByLabel('Who do you want to add?').fill('eve')
    await form.getByRole('button', { name: 'Add eve' }).click()
    await form.getByText('eve was a member already.').waitFor()
    await form.getByLabel('Who do you want to add?').fill('nobody')
    await form.getByText('Nobody here has a name that begins like that.').waitFor()
    await ada.page.keyboard.press('Escape')
    const { data } = await app.server.ask('GET /rooms/tea-house', undefined, bob.token)
    expect(data).toMatchObject({ user_role: 'member' })
  })

  test('sees who is muted, and ends a mute', async () => {
    await press('Details')
    await ada.page.locator('.app-head-count').click()
    await side('Members').getByLabel('Which members').selectOption({ label: 'Muted' })
    await side('Members').getByText('Nobody is muted here.').waitFor()
    const path = `/rooms/tea-house/members/${bob.id}`
    const { token } = await app.server.login('ada')
    await app.server.ask(`PUT ${path}`, { muted_until: new Date(Date.now() + 3_600_000).toISOString() }, token)
    await side('Members').getByRole('button', { name: 'End the mute of bob' }).click()
    await side('Members').getByText('Nobody is muted here.').waitFor()
    await soon(async () => expect(await focused()).toBe('Which members'))
    // One that is over by itself is over here too.
    await app.server.ask(`PUT ${path}`, { muted_until: new Date(Date.now() + 5000).toISOString() }, token)
    await side('Members').getByRole('button', { name: 'End the mute of bob' }).focus()
    await side('Members').getByText('Nobody is muted here.').waitFor()
    await eventually('the focus', async () => (await focused()) === 'Which members')
    const { data } = await app.server.ask('GET /rooms/tea-house/members', undefined, token)
    expect(data).toMatchObject({ members: [{}, { username: 'bob', muted_until: null }, {}] })
  })

  test('reads in words who did what to whom, page by page, and by action', async () => {
    await write(ada.page, 'The kettle is on')
    await act(ada.page, 'The kettle is on', 'Pin')
    await app.server.ask('POST /rooms/tea-house/messages', { content: 'Coffee is better' }, bob.token)
    await message(ada.page, 'Coffee is better').waitFor()
    await act(ada.page, 'Coffee is better', 'Delete')
    await dialog('Delete message?').getByLabel('Reason (optional)').fill('This is a tea house')
    await dialog('Delete message?').getByRole('button', { name: 'Delete' }).click()
    await ada.page.getByText('This message was deleted by a moderator.').waitFor()
    await ada.page.reload()
    await ada.page.getByText('This message was deleted by a moderator.').waitFor()
    await app.server.ask('PUT /rooms/tea-house', { topic: 'Green' }, bob.token)

    const pane = await trail()
    await pane.getByText('deleted a message of @bob').waitFor()
    await pane.getByText('Reason: This is a tea house').waitFor()
    await pane.getByText('added @bob to the room as a member').waitFor()
    await pane.getByText('ended the mute of @bob').waitFor()
    // What was refused is told as that.
    await pane.getByText('They are not allowed to.').waitFor()
    await soon(async () =>
      expect(
        await pane
          .locator('.app-trail li', { hasText: 'They are not allowed to.' })
          .locator('.app-danger')
          .textContent(),
      ).toBe('Refused'),
    )
    await soon(async () => expect((await sentences()).at(-1)).toBe('created the room Tea house'))
    expect(await seriousFindings(ada.page)).toEqual([])

    await pane.getByLabel('What was done').selectOption({ label: 'Messages pinned' })
    await eventually('the pin alone', async () => (await sentences()).join() === 'pinned a message')
    await pane.getByRole('link', { name: 'Show the message' }).click()
    await ada.page.locator('.vz-highlight', { hasText: 'The kettle is on' }).waitFor()
    await (await trail()).getByLabel('What was done').selectOption({ label: 'People removed' })
    await side('Audit trail').getByText('Nothing of the kind is in the trail.').waitFor()
  })

  test('reads on where the trail is long, and sees what came since by asking again', async () => {
    await app.server
      .sql`insert into audit_pending (actor_id, action, target_type, target_id, conversation_id, outcome, details)
      select ${bob.id}, 'member.nickname', 'user', ${String(eve.id)}, c.id, 'success', jsonb_build_object('from', null, 'to', 'number ' || n)
      from conversations c, generate_series(1, 70) n where c.slug = 'tea-house' order by n`
    const pane = side('Audit trail')
    await pane.getByLabel('What was done').selectOption({ label: 'Nicknames' })
    await pane.getByText('gave @eve the nickname “number 70”').waitFor()
    await soon(async () => expect((await sentences()).length).toBe(50))
    await pane.getByRole('button', { name: 'Show more' }).click()
    await pane.getByText('gave @eve the nickname “number 1”').waitFor()
    await soon(async () => expect((await sentences()).length).toBe(70))
    const { token } = await app.server.login('ada')
    await app.server.ask(`PUT /rooms/tea-house/members/${eve.id}`, { nickname: 'Evening' }, token)
    await pane.getByRole('button', { name: 'Refresh' }).click()
    await pane.getByText('gave @eve the nickname “Evening”').waitFor()
  })

  test('says so where it cannot be loaded, and loads it again', async () => {
    await ada.page.route('**/audit?*', (route) => route.abort())
    await side('Audit trail').getByLabel('What was done').selectOption({ label: 'Joining' })
    await side('Audit trail').getByText('The server cannot be reached.').waitFor()
    await ada.page.unroute('**/audit?*')
    await side('Audit trail').getByRole('button', { name: 'Try again' }).press('Enter')
    await side('Audit trail').getByText('Nothing of the kind is in the trail.').waitFor()
    // The button is gone, the focus is not.
    await soon(async () =>
      expect(
        await ada.page.evaluate<string>("document.activeElement.tagName + ' ' + document.activeElement.textContent"),
      ).toBe('H2 Audit trail'),
    )
    ada.complaints.length = 0
  })

  test('is the only one to whom any of this is offered', async () => {
    const { page, complaints, close } = await app.visit('/sign-in')
    await page.locator('[name=username]').fill('bob')
    await page.locator('[name=password]').fill(password)
    await page.locator('[name=password]').press('Enter')
    await page.locator('.app-frame').waitFor()
    await page.goto(`${app.server.url}/c/tea-house`)
    await page.getByRole('button', { name: 'Details' }).click()
    const pane = page.getByRole('complementary', { name: 'Details' })
    await pane.getByRole('button', { name: 'Leave room' }).waitFor()
    for (const name of ['Add people', 'Audit trail', 'Room settings', 'Invite people'])
      expect(await pane.getByRole('button', { name }).count()).toBe(0)
    await page.locator('.app-head-count').click()
    await page.locator('.app-member').first().waitFor()
    expect(await page.getByLabel('Which members').count()).toBe(0)
    await composer(page).pressSequentially('/')
    await page.getByRole('option', { name: '/leave' }).waitFor()
    expect(await page.getByRole('option', { name: '/topic' }).count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  test('gave the browser nothing to complain of', () => {
    // The browser logs a refusal of a member who is one already by itself.
    expect(ada.complaints.filter((text) => !text.includes('409'))).toEqual([])
  })
})
