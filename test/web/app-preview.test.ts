import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { composer, has_browser, message, phone } from './app-visit.ts'
import { barriers, type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('a room that one is not in', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  let said: number
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    const room = await app.server.room(ada, { name: 'Tea house', topic: 'First flush', description: 'Oolong and green.' }) // prettier-ignore
    const { data } = await app.server.ask(`POST /rooms/${room}/messages`, { content: 'The kettle is on' }, ada.token)
    said = (data as { id: number }).id
  })
  afterAll(() => app.close())

  const members = async () => {
    const { data } = await app.server.ask('GET /rooms/tea-house', undefined, ada.token)
    return (data as { member_count: number }).member_count
  }

  test('is shown as far as outsiders may know it, and joined by the button alone', async () => {
    const page = await app.signIn(bob)
    for (const path of ['/c/tea-house', `/c/tea-house/${said}`, `/c/tea-house/thread/${said}`]) {
      await page.goto(app.server.url + path)
      await page.getByRole('heading', { name: 'Tea house' }).waitFor()
      await page.getByText('First flush').waitFor()
      await page.getByText('Oolong and green.').waitFor()
      await page.getByText('1 member', { exact: true }).waitFor()
    }
    expect(await page.getByText('The kettle is on').count()).toBe(0)
    expect(await barriers(page, 'main')).toEqual([])
    expect(await members()).toBe(1)
    await page.goto(`${app.server.url}/c/tea-house/${said}`)
    await page.getByRole('button', { name: 'Join: Tea house' }).click()
    await message(page, 'The kettle is on').waitFor()
    await composer(page).and(page.locator(':focus')).waitFor()
    expect(await members()).toBe(2)
    await page.locator('.app-list').getByRole('button', { name: 'Tea house' }).waitFor()
    await page.context().close()
  })

  test('says when it is archived that nobody joins it', async () => {
    const attic = await app.server.room(ada, { name: 'Attic' })
    await app.server.ask(`POST /rooms/${attic}/archive`, { archived: true }, ada.token)
    const page = await app.signIn(bob, { ...phone, locale: 'fr-FR' })
    await page.goto(`${app.server.url}/c/attic`)
    await page.getByText('Ce salon est archivé.').waitFor()
    expect(await page.getByRole('button', { name: /Rejoindre/ }).count()).toBe(0)
    await page.context().close()
  })

  test('and to which one is added says so: at once with a link, and in the list until one has opened it', async () => {
    const page = await app.signIn(bob)
    await page.locator('.app-list').getByRole('button', { name: 'Tea house' }).waitFor()
    const line = page.locator('.app-list').getByRole('button', { name: /^Cellar/ })
    const cellar = await app.server.room(ada, { name: 'Cellar', is_public: false })
    await app.server.ask(`POST /rooms/${cellar}/members`, { user_id: bob.id }, ada.token)
    const told = page.locator('.app-told')
    await told.getByText('You were added to Cellar.').waitFor()
    await line.getByText('New').waitFor()
    await page.reload()
    await line.getByText('New').waitFor()
    await line.click()
    await page.getByRole('heading', { name: 'Cellar' }).waitFor()
    await eventually('no mark', async () => (await line.getByText('New').count()) === 0)

    const loft = await app.server.room(ada, { name: 'Loft', is_public: false })
    await app.server.ask(`POST /rooms/${loft}/members`, { user_id: bob.id }, ada.token)
    await told.getByText('You were added to Loft.').waitFor()
    await told.getByRole('link', { name: 'Open' }).click()
    await page.getByRole('heading', { name: 'Loft' }).waitFor()
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'The kettle is on').waitFor()
    expect(await page.locator('.app-list').getByText('New', { exact: true }).count()).toBe(0)
    await page.context().close()
  })

  test('whose invite is taken back while one looks at it says so, in the words of one that never was', async () => {
    const attic = await app.server.room(ada, { name: 'Boathouse', is_public: false })
    const { data } = await app.server.ask(`POST /rooms/${attic}/invites`, {}, ada.token)
    const { code } = data as { code: string }
    const page = await app.signIn(bob)
    await page.goto(`${app.server.url}/join/${code}`)
    await page.getByRole('heading', { name: /Boathouse/ }).waitFor()
    const accept = page.locator('main .app-button-main')
    await app.server.ask(`DELETE /rooms/${attic}/invites/${code}`, undefined, ada.token)
    await accept.click()
    await page.getByText('This invite does not work any more. Ask for a new link.').waitFor()
    expect(await accept.count()).toBe(0)
    await page.context().close()
  })
})
