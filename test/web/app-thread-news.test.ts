import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { has_browser, message, phone } from './app-visit.ts'
import { recording, shownBy } from './notices.ts'
import { barriers, type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('replies in a thread that one takes part in', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  let room: number
  let elsewhere: number
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    room = await app.server.room(ada, { name: 'Tea house' })
    elsewhere = await app.server.room(ada, { name: 'Attic' })
    for (const id of [room, elsewhere]) await app.server.ask(`POST /rooms/${id}/join`, undefined, bob.token)
  })
  afterAll(() => app.close())

  const post = async (who: Account, content: string, parent_id?: number) => {
    const { data } = await app.server.ask(`POST /rooms/${room}/messages`, { content, parent_id }, who.token)
    return (data as { id: number }).id
  }
  const come = async (path: string, of: Page) => {
    await of.goto(app.server.url + path)
    await of.locator('.vz-conversation .vz-composer-field').waitFor()
  }
  const middleOf = async (of: Locator) => {
    const box = await of.boundingBox()
    return box === null ? NaN : box.y + box.height / 2
  }
  const line = (of: Page) => of.getByRole('button', { name: /^Threads: \d+ with new replies/ })
  const pane = (of: Page) => of.getByRole('complementary', { name: 'Thread' })

  test('are told from another room, marked at the message although the room is read, and read once the thread is open', async () => {
    const page = await app.signIn(ada)
    const first = await post(ada, 'Who brings the cake?')
    await come('/c/attic', page)
    expect(await line(page).count()).toBe(0)
    await post(bob, 'I **do**', first)
    await line(page).waitFor()
    // Its sign stands in the middle of the line, as its name does.
    const [sign, name] = [
      await middleOf(line(page).locator('svg')),
      await middleOf(line(page).locator('.vz-room-name')),
    ]
    expect(Math.abs(sign - name)).toBeLessThanOrEqual(1)
    await eventually('the title says so', async () => (await page.title()).startsWith('(1)'))

    // Reading the room is not reading the thread.
    await come('/c/tea-house', page)
    const mark = message(page, 'Who brings').locator('.vz-thread-new')
    await mark.getByText('1 new').waitFor()
    await post(bob, 'Or two', first)
    await mark.getByText('2 new').waitFor()
    await page.reload()
    await mark.getByText('2 new').waitFor()

    await come('/c/attic', page)
    await line(page).click()
    const list = page.getByRole('dialog', { name: 'Threads' })
    await list.getByText('#Tea house').waitFor()
    await list.getByText('bob: Or two').waitFor()
    expect(await barriers(page, '.app-dialog')).toEqual([])
    await list.getByRole('button', { name: /Tea house/ }).click()
    await pane(page).getByText('Or two').waitFor()
    await line(page).waitFor({ state: 'detached' })
    await soon(() => expect(new URL(page.url()).pathname).toBe(`/c/tea-house/thread/${first}`))
    await message(page, 'Who brings').getByText('2 replies').waitFor()
    expect(await mark.count()).toBe(0)
    await page.context().close()
  })

  test('leave no room unread that one has seen to its end, whether they were there or come then', async () => {
    const page = await app.signIn(ada)
    const first = await post(bob, 'Who left the door open?')
    const left = async () => {
      const { data } = await app.server.ask('GET /users/me/unread', undefined, ada.token)
      return (data as { conversations: { room_id?: number }[] }).conversations.some(({ room_id }) => room_id === room)
    }
    await come('/c/attic', page)
    await post(bob, 'The cat', first)
    expect(await left()).toBe(true)
    await come('/c/tea-house', page)
    await eventually('what was there is read', async () => !(await left()))
    await post(bob, 'Or the wind', first)
    await message(page, 'Who left').getByText('2 replies').waitFor()
    await eventually('what came is read', async () => !(await left()))
    await page.context().close()
  })

  test('are told who only replied, on a phone and in French, and on all of their devices until one has read them', async () => {
    const first = await post(bob, 'Quelle heure ?')
    await post(ada, 'Cinq heures', first)
    const [page, other] = [await app.signIn(ada, { ...phone, locale: 'fr-FR' }), await app.signIn(ada)]
    await post(bob, 'Trop tard', first)
    const waiting = page.getByRole('button', { name: 'Fils\u00a0: 1 avec de nouvelles réponses' })
    await waiting.waitFor()
    // Whoever says what they see of it, presses it.
    await soon(async () => expect(await waiting.innerText()).toStartWith('Fils'))
    await line(other).waitFor()
    await waiting.tap()
    await page
      .getByRole('dialog', { name: 'Fils' })
      .getByRole('button', { name: /bob : Trop tard/ })
      .tap()
    await page.getByRole('complementary', { name: 'Fil' }).getByText('Trop tard').waitFor()
    await line(other).waitFor({ state: 'detached' })
    for (const one of [page, other]) await one.context().close()
  })

  test('are told who is mentioned in one, also once the room is read, with what was edited since, until they open it', async () => {
    const page = await app.signIn(ada)
    const first = await post(bob, 'Where is the map?')
    await come('/c/attic', page)
    const reply = await post(bob, 'With @ada', first)
    await line(page).waitFor()
    await come('/c/tea-house', page)
    await eventually('the room is read', async () => {
      const { data } = await app.server.ask('GET /users/me/unread', undefined, ada.token)
      return (data as { total_mentions: number }).total_mentions === 0
    })
    await come('/c/attic', page)
    await line(page).click()
    const list = page.getByRole('dialog', { name: 'Threads' })
    await list.getByText('mentions you · 1 new reply').waitFor()
    expect(await barriers(page, '.app-dialog')).toEqual([])
    await app.server.ask(`PUT /messages/${reply}`, { content: 'Under the lamp, @ada' }, bob.token)
    await list.getByText('bob: Under the lamp, @ada').waitFor()
    await app.server.ask(`PUT /messages/${first}`, { content: 'Where is the globe?' }, bob.token)
    await list.getByText('to bob · Where is the globe?').waitFor()
    await post(bob, 'You know, @ada', first)
    await list.getByText('mentions you 2 times · 2 new replies').waitFor()
    await list.getByRole('button', { name: /Tea house/ }).click()
    await pane(page).getByText('You know').waitFor()
    await line(page).waitFor({ state: 'detached' })
    await page.context().close()
  })

  test('are notified as mentions are, unless the room is set to nothing', async () => {
    const page = await app.signIn(ada, { permissions: ['notifications'] })
    await page.addInitScript(recording)
    const first = await post(ada, 'Who has the key?')
    await come('/c/attic', page)
    await post(bob, 'Not me', first)
    await eventually('ada is told', async () => (await shownBy(page)).length === 1)
    await soon(async () => expect(await shownBy(page)).toEqual(['bob in Tea house: Not me']))
    await app.server.ask(`PUT /rooms/${room}/members/me`, { notification_level: 'none' }, ada.token)
    await come('/c/attic', page)
    await line(page).waitFor()
    await post(bob, 'Nor me', first)
    await come('/c/tea-house', page)
    await message(page, 'Who has').getByText('2 new').waitFor()
    expect(await shownBy(page)).toEqual([])
    await page.context().close()
  })
})
