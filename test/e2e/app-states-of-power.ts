import type { Locator } from 'playwright-core'

import type { Person } from './app-person.ts'
import { inRoom, room, type states, with_factor } from './app-states.ts'

/** Beside the conversation, for somebody who runs the room. */
const runningRoom = (open: (one: Person, details: Locator) => Promise<unknown>) =>
  inRoom(async (one, ask) => {
    const found = await ask(`GET /users/search?q=${one.name}`)
    const [{ id } = { id: 0 }] = found.data['users'] as { id: number }[]
    await ask(`PUT /rooms/tea-house/members/${id}`, { role: 'admin' })
    await open(one, await one.beside(one.words.conversation.details))
  })

/** What those see besides who run a room, or the server. */
export const states_of_power: typeof states = [
  [
    'the audit trail of a room',
    room,
    runningRoom(async (one, details) => {
      await one.pressButton(one.words.conversation.trail, details)
      await one.side(one.words.conversation.trail).locator('.app-trail li').first().waitFor()
    }),
  ],
  [
    'adding people',
    room,
    runningRoom(async (one, details) => {
      await one.pressButton(one.words.conversation.add_people, details)
      await one.dialog().getByLabel(one.words.rooms.find_member).fill('bob')
      await one.dialog().locator('.app-member').first().waitFor()
    }),
  ],
  [
    'a link that invites',
    room,
    runningRoom(async (one, details) => {
      await one.pressButton(one.words.conversation.invite, details)
      await one.pressButton(one.words.rooms.make_link, one.dialog())
      await one.dialog().locator('.app-invite').first().waitFor()
    }),
  ],
  [
    'the settings of a room',
    room,
    runningRoom(async (one, details) => {
      await one.pressButton(one.words.conversation.room_settings, details)
      await one.dialog().getByLabel(one.words.conversation.name, { exact: true }).waitFor()
    }),
  ],
  [
    'a member who is to be removed',
    room,
    runningRoom(async (one, details) => {
      await one.pressButton(one.words.conversation.people, details)
      await one.pressButton(one.words.conversation.profile_of(with_factor))
      await one.press(one.page.getByRole('menuitem', { name: one.words.conversation.kick }))
      await one.dialog().waitFor()
    }),
  ],
  [
    'the members who are muted',
    room,
    runningRoom(async (one, details) => {
      await one.pressButton(one.words.conversation.people, details)
      await one.page.getByLabel(one.words.conversation.which_members).selectOption('muted')
      await one.page.getByText(one.words.conversation.nobody_muted).waitFor()
    }),
  ],
  ['the accounts', '/admin/people', (one) => one.page.locator('.app-account').first().waitFor()],
  [
    'an account',
    '/admin/people',
    async (one) => {
      await one.press(one.page.locator('.app-account', { hasText: '@bob' }))
      await one.page.getByText(one.words.admin.factor_text).waitFor()
    },
  ],
  [
    'a link to a new password',
    '/admin/people',
    async (one) => {
      await one.press(one.page.locator('.app-account', { hasText: '@bob' }))
      await one.pressButton(one.words.admin.make_link)
      await one.pressButton(one.words.admin.make_link, one.dialog())
      await one.page.getByLabel(one.words.admin.link, { exact: true }).waitFor()
    },
  ],
  [
    'the audit trail of the server, with somebody one looks for',
    '/admin/trail',
    async (one) => {
      await one.page.locator('.app-trail li').first().waitFor()
      await one.pressButton(one.words.trail.anybody)
      await one.page.getByLabel(one.words.trail.choose_person).fill('bob')
      await one.page.locator('.app-people button').first().waitFor()
    },
  ],
]
