import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import type { Account } from '../services/server.ts'
import { soon } from '../services/eventually.ts'
import { has_browser, phone } from './app-visit.ts'
import { barriers, type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('what somebody says beside their status', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  let page: Page
  let others: Page
  let dm: string
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    for (const { token } of [ada, bob]) await app.server.ask('POST /rooms/general/join', undefined, token)
    page = await app.signIn(ada)
    others = await app.signIn(bob)
    await page.getByRole('button', { name: 'New message' }).click()
    await page.getByLabel('Who do you want to write to?').fill('bob')
    await page.getByRole('button', { name: 'bob @bob' }).click()
    await page.getByRole('heading', { name: 'bob' }).waitFor()
    dm = new URL(page.url()).pathname
  })
  afterAll(() => app.close())

  const say = (message: string | null) => app.server.ask('PUT /users/me/status', { status: 'busy', message }, bob.token)
  const head = (text: string, of = page) => of.locator('.app-head').getByText(text, { exact: true })
  const listed = (text: string) => page.locator(`.app-list .vz-room[title="${text}"]`, { hasText: 'bob' })

  test('is set in the settings, and seen as a text beside a direct message and where one points in the list', async () => {
    await others.goto(`${app.server.url}/settings/profile`)
    await others.getByLabel('Away', { exact: true }).check()
    await others.getByLabel('Status message').fill('At <b>lunch</b>')
    await others.locator('section', { has: others.getByRole('heading', { name: 'Status', exact: true }) }).getByRole('button', { name: 'Save' }).click() // prettier-ignore
    await head('At <b>lunch</b>').waitFor()
    await listed('At <b>lunch</b>').waitFor()
    expect(await page.locator('.app-note b').count()).toBe(0)
    await page.locator('.app-head').getByRole('img', { name: 'Away' }).waitFor()
    await page.getByRole('button', { name: 'Details' }).click()
    const details = page.getByRole('complementary', { name: 'Details' })
    await details.getByText('At <b>lunch</b>').waitFor()
    await details.getByText('Away', { exact: true }).waitFor()
  })

  test('changes as it is changed, and goes when it is taken back', async () => {
    await say('Until four')
    await head('Until four').waitFor()
    await listed('Until four').waitFor()
    await say(null)
    await head('Until four').waitFor({ state: 'detached' })
    await listed('Until four').waitFor({ state: 'detached' })
    await page.locator('.app-head').getByRole('img', { name: 'Busy' }).waitFor()
  })

  test('is seen among the members of a room, on one line', async () => {
    await page.goto(`${app.server.url}/c/general`)
    await page.getByRole('button', { name: '2 members' }).click()
    const members = page.getByRole('complementary', { name: 'Members' })
    const member = members.locator('.app-member', { hasText: 'bob' })
    await member.getByRole('img', { name: 'Busy' }).waitFor()
    const before = await member.boundingBox()
    const long = `Writing: ${'a long letter '.repeat(8)}`.trim()
    await say(long)
    await member.getByText(long).waitFor()
    // Nothing below it has moved.
    await soon(async () => expect(await member.boundingBox()).toEqual(before))
    await soon(async () => expect(await member.locator('.app-note').getAttribute('title')).toBe(long))
    await soon(async () => expect(await members.locator('.app-note').count()).toBe(1))
    expect(await barriers(page, '.app-side')).toEqual([])
  })

  test('is seen on a phone, where there is room for it', async () => {
    await say('On the train')
    const small = await app.signIn(ada, phone)
    await small.goto(app.server.url + dm)
    await head('On the train', small).waitFor()
    const [box, button] = [await head('On the train', small).boundingBox(), await small.getByRole('button', { name: 'Pinned messages' }).boundingBox()] // prettier-ignore
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(button?.x ?? 0)
    await soon(async () => expect(await small.evaluate<number>('document.documentElement.scrollWidth')).toBe(390))
    await small.context().close()
  })

  test('is not seen of who is not there', async () => {
    await page.goto(app.server.url + dm)
    await head('On the train').waitFor()
    await others.context().close()
    await head('On the train').waitFor({ state: 'detached' })
    await page.locator('.app-head').getByRole('img', { name: 'Offline' }).waitFor()
  })

  test('gave the browser nothing to complain of', () => {
    expect(app.complaints()).toEqual([])
  })
})
