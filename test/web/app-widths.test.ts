import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { connect } from '../services/client.ts'
import type { Account } from '../services/server.ts'
import { has_browser } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'
import { tooWide } from './widths.ts'

setDefaultTimeout(240_000)

const long = (letter: string, letters: number) => letter.repeat(letters)
const username = { ada: `ada${long('a', 29)}`, bob: `bob${long('b', 29)}`, eve: `eve${long('e', 29)}` }

interface House {
  dm: number
  parent: number
  code: string
  bob: number
}

type Open = (page: Page) => Promise<unknown>

const shows =
  (selector: string): Open =>
  (page) =>
    page.locator(selector).first().waitFor()
const after =
  (...steps: Open[]): Open =>
  async (page) => {
    for (const step of steps) await step(page)
  }
const press =
  (name: string | RegExp, within = 'body'): Open =>
  (page) =>
    page.locator(within).getByRole('button', { name, exact: true }).first().click()
const talk = shows('.vz-conversation .vz-message')
const beside = (name: string, selector: string) => after(talk, press(name, '.app-head'), shows(`.app-side ${selector}`))
const inDetails = (name: string, selector: string) =>
  after(beside('Details', '.app-side-deeds'), press(name, '.app-side'), shows(selector))
const search = (where: 'here' | 'everywhere') =>
  after(
    beside('Search', 'form'),
    (page) => page.getByLabel('Where', { exact: true }).selectOption(where),
    (page) => page.getByLabel('Words to find').fill('needle'),
    shows('.app-side mark'),
  )
const ofMessage = (name: string, selector: string) =>
  after(
    (page) => page.locator('.vz-conversation .vz-message', { hasText: 'tttt' }).last().hover(),
    press(name, '.vz-toolbar'),
    shows(selector),
  )
const find = (label: string, text: string, selector: string) =>
  after((page) => page.getByLabel(label).fill(text), shows(selector))

const room = '/c/long'
const states: [name: string, path: (house: House) => string, open: Open][] = [
  ['the list', () => '/', shows('.app-list .vz-room')],
  [
    'threads that wait',
    () => '/',
    after((page) => page.locator('.app-threads-line').click(), shows('.app-threads li')),
  ],
  ['a room', () => room, talk],
  ['a direct message', ({ dm }) => `/c/~${dm}`, talk],
  ['a room before one joins', () => '/c/other', shows('.app-preview')],
  ['an invite', ({ code }) => `/join/${code}`, shows('main h1')],
  ['what is not there', () => '/c/nowhere', shows('.app-empty')],
  ['details', () => room, beside('Details', '.app-side-deeds')],
  ['details of a direct message', ({ dm }) => `/c/~${dm}`, beside('Details', '.app-person')],
  [
    'members and their menu',
    () => room,
    after(talk, press('3 members'), press(`Actions for ${long('B', 64)}`), shows('[role=menu]')),
  ],
  ['pins', () => room, beside('Pinned messages', '.app-excerpt')],
  ['what is found here', () => room, search('here')],
  ['what is found everywhere', () => room, search('everywhere')],
  ['the trail of a room', () => room, inDetails('Audit trail', '.app-trail li')],
  [
    'a thread',
    ({ parent }) => `${room}/thread/${parent}`,
    shows('.vz-thread .vz-message + .vz-message, .vz-thread .vz-row'),
  ],
  [
    'completion',
    () => room,
    after(
      talk,
      (page) => page.locator('.vz-conversation .vz-composer-field').fill(''),
      (page) => page.locator('.vz-conversation .vz-composer-field').pressSequentially('@bo'),
      shows('.vz-suggestion'),
    ),
  ],
  ['browsing', () => '/', after(press('Browse rooms', '.app-list-foot'), shows('dialog .app-card'))],
  ['making a room', () => '/', after(press('Create a room', '.app-list-foot'), shows('dialog form'))],
  [
    'writing to somebody',
    () => '/',
    after(press('New message', '.app-list'), find('Who do you want to write to?', 'bob', 'dialog .app-people li')),
  ],
  ['the palette', () => room, after(talk, (page) => page.keyboard.press('Control+k'), shows('.app-palette-line'))],
  [
    'the shortcuts',
    () => room,
    // In the composer it would be a question mark.
    after(
      talk,
      (page) => page.locator('.app-head button').first().focus(),
      (page) => page.keyboard.press('?'),
      shows('.app-keys'),
    ),
  ],
  ['invites', () => room, inDetails('Invite people', '.app-invite')],
  [
    'adding people',
    () => room,
    after(inDetails('Add people', 'dialog input'), find('Who do you want to add?', 'eve', 'dialog .app-people li')),
  ],
  ['the settings of a room', () => room, inDetails('Room settings', 'dialog form')],
  [
    'a question about a room',
    () => room,
    after(
      inDetails('Room settings', 'dialog form'),
      press('Delete room'),
      shows('dialog .app-button-danger + *, dialog .app-dialog-body'),
    ),
  ],
  ['leaving a room', () => room, inDetails('Leave room', 'dialog')],
  ['what one does with a message', () => room, after(talk, ofMessage('More', 'dialog'))],
  ['a question about a message', () => room, after(talk, ofMessage('Delete', 'dialog'))],
  ['the list of accounts', () => '/admin/people', shows('.app-account')],
  ['an account', ({ bob }) => `/admin/people/${bob}`, shows('.app-facts')],
  ['the trail of the server', () => '/admin/trail', shows('.app-trail li')],
  ...['profile', 'security', 'api-keys', 'appearance', 'language', 'notifications', 'blocked', 'data'].map(
    (part): [string, () => string, Open] => [
      `settings: ${part}`,
      () => `/settings/${part}`,
      shows('.vs-part > h1 + *'),
    ],
  ),
]

describe.skipIf(!has_browser)('names of many letters without a blank', () => {
  let app: SignedInApp
  let house: House
  let bob: Account
  let page: Page
  beforeAll(async () => {
    app = await startSignedInApp()
    const { server } = app
    const first = await server.register(username.ada)
    await server.sql`update users set role = 'admin' where id = ${first.id}`
    const ada = await server.login(username.ada)
    bob = await server.register(username.bob)
    const eve = await server.register(username.eve)
    for (const [one, letter] of [
      [ada, 'A'],
      [bob, 'B'],
      [eve, 'E'],
    ] as const) {
      await server.ask('PUT /users/me', { display_name: long(letter, 64) }, one.token)
      await server.ask('PUT /users/me/status', { status: 'busy', message: long('S', 100) }, one.token)
    }
    const about = { topic: long('T', 250), description: long('D', 900) }
    await server.room(ada, { ...about, name: long('W', 100), slug: 'long' })
    await server.room(bob, { ...about, name: long('M', 100), slug: 'other' })
    for (const one of [bob, eve]) await server.ask('POST /rooms/long/join', undefined, one.token)
    const content = `needle ${long('w', 300)} **${long('x', 200)}** @${username.ada} https://example.org/${long('p', 200)}`
    const parent = await post(ada, '/rooms/long', { content: `${long('t', 300)} \`${long('c', 200)}\`` })
    const pinned = await post(bob, '/rooms/long', { content: `${content}\n> ${long('q', 200)}\n\n- ${long('l', 200)}` })
    await post(ada, '/rooms/long', { content: `${long('t', 100)}\n\`\`\`\n${long('k', 300)}\n\`\`\`` })
    const { data: begun } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
    const dm = (begun as { conversation_id: number }).conversation_id
    await post(bob, `/conversations/${dm}`, { content })
    const { data: made } = await server.ask('POST /rooms/long/invites', {}, ada.token)
    await server.ask('POST /auth/api-keys', { name: long('K', 100), permissions: ['read_messages'] }, ada.token)
    await server.ask(`POST /users/${eve.id}/block`, undefined, ada.token)
    const muted_until = new Date(Date.now() + 3_600_000).toISOString()
    await server.ask(`PUT /rooms/long/members/${eve.id}`, { muted_until }, ada.token)
    const client = await connect(server, { token: ada.token })
    expect((await client.command('pin_message', { room_id: 'long', message_id: pinned })).type).not.toBe('error')
    client.ws.close()
    house = { dm, parent, code: (made as { code: string }).code, bob: bob.id }
    page = await app.signIn(ada)
  })
  afterAll(() => app.close())

  const post = async (who: Account, to: string, draft: object) =>
    ((await app.server.ask(`POST ${to}/messages`, draft, who.token)).data as { id: number }).id

  describe.each([390, 1280])('at %i pixels', (width) => {
    beforeAll(async () => {
      // Its thread waits again.
      await post(bob, '/rooms/long', { content: long('r', 200), parent_id: house.parent })
      await page.setViewportSize({ width, height: 800 })
    })

    test.each(states)('keep %s within what one sees', async (_, path, open) => {
      // Of the same address, the browser would keep what is beside it.
      await page.goto('about:blank')
      await page.goto(app.server.url + path(house))
      await open(page)
      expect(await tooWide(page)).toEqual([])
    })

    test('keep the first page of somebody new within what one sees', async () => {
      const first = await app.server.register(`new${long('n', 20)}${width}`)
      const own = await app.signIn(first, { viewport: { width, height: 800 } })
      await own
        .locator(width < 900 ? '.app-list .vz-empty' : '.app-page .app-card')
        .first()
        .waitFor()
      expect(await tooWide(own)).toEqual([])
      await own.close()
    })
  })
})
