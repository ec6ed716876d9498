import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page, WebSocketRoute } from 'playwright-core'

import type { Account } from '../services/server.ts'
import { eventually, soon } from '../services/eventually.ts'
import { composer, has_browser, message } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('of who is gone', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  beforeAll(async () => {
    app = await startSignedInApp()
    const { server } = app
    ada = await server.register('ada')
    bob = await server.register('bob')
    await server.ask('POST /rooms', { name: 'Attic', slug: 'attic', is_public: true }, ada.token)
    await server.ask('POST /rooms/attic/join', {}, bob.token)
    await server.ask('POST /rooms/attic/messages', { content: 'I was here' }, bob.token)
    const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
    const { conversation_id } = data as { conversation_id: number }
    await server.ask(`POST /conversations/${conversation_id}/messages`, { content: 'Between us' }, bob.token)
    expect((await server.ask('DELETE /users/me', { password: bob.password }, bob.token)).status).toBeLessThan(300)
  })
  afterAll(() => app.close())

  const list = (page: Page) => page.locator('.app-list')

  test('one reads that the account is deleted, in one’s language, and writes to nobody', async () => {
    const page = await app.signIn(ada)
    await list(page).getByRole('button', { name: 'Attic' }).click()
    await message(page, 'I was here').getByText('Deleted account').waitFor()
    await list(page).getByRole('button', { name: 'Deleted account' }).click()
    await page.getByRole('heading', { name: 'Deleted account' }).waitFor()
    await page.getByPlaceholder('This account was deleted.').waitFor()
    expect(await composer(page).isEditable()).toBe(false)
    await page.getByRole('button', { name: 'Details' }).click()
    const details = page.getByRole('complementary', { name: 'Details' })
    await details.getByText('Deleted account').waitFor()
    expect(await details.getByRole('button', { name: 'Block' }).count()).toBe(0)
    expect(await page.getByText(/deleted-\d/).count()).toBe(0)

    const french = await app.signIn(ada, { locale: 'fr-FR' })
    await list(french).getByRole('button', { name: 'Compte supprimé' }).click()
    await french.getByPlaceholder('Ce compte a été supprimé.').waitFor()
  })

  test('one reads it also who is there as the account goes', async () => {
    const { server } = app
    const eve = await server.register('eve')
    const { data } = await server.ask('POST /conversations', { user_id: eve.id }, ada.token)
    const { conversation_id } = data as { conversation_id: number }
    const page = await app.signIn(ada)
    await page.goto(`${server.url}/c/~${conversation_id}`)
    await page.getByPlaceholder('Message eve').waitFor()
    await server.ask('DELETE /users/me', { password: eve.password }, eve.token)
    await page.getByPlaceholder('This account was deleted.').waitFor()
    await page.getByRole('heading', { name: 'Deleted account' }).waitFor()
  })

  test('whose session was ended elsewhere reads so, and who signs out reads nothing', async () => {
    const page = await app.signIn(ada)
    await app.server.ask('POST /auth/logout-all', {}, ada.token)
    await page.getByRole('alert').getByText('your session was ended elsewhere').waitFor()
    await page.locator('[name=username]').fill('ada')
    await page.locator('[name=password]').fill(ada.password)
    await page.locator('[name=password]').press('Enter')
    await page.getByRole('button', { name: 'status and settings' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.locator('[name=username]').waitFor()
    expect(await page.getByText('your session was ended').count()).toBe(0)
  })
})

describe.skipIf(!has_browser)('whom one does not want to hear', () => {
  test('learns of the block by what is refused, and of its end by what comes', async () => {
    const app = await startSignedInApp()
    const { server } = app
    const ada = await server.register('ada')
    const bob = await server.register('bob')
    const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
    const { conversation_id } = data as { conversation_id: number }
    const page = await app.signIn(bob)
    await page.goto(`${server.url}/c/~${conversation_id}`)
    await page.getByPlaceholder('Message ada').waitFor()
    await server.ask(`POST /users/${bob.id}/block`, undefined, ada.token)
    await composer(page).fill('Hello?')
    await composer(page).press('Enter')
    await page.getByPlaceholder('One of you has blocked the other.').waitFor()
    await server.ask(`DELETE /users/${bob.id}/block`, undefined, ada.token)
    await server.ask(`POST /conversations/${conversation_id}/messages`, { content: 'Sorry' }, ada.token)
    await page.getByPlaceholder('Message ada').waitFor()
    await soon(async () => expect(await composer(page).isEditable()).toBe(true))
    await app.close()
  })

  test('is blocked and not blocked any more in every tab', async () => {
    const app = await startSignedInApp()
    const { server } = app
    const ada = await server.register('ada')
    const bob = await server.register('bob')
    const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
    const page = await app.signIn(ada)
    await page.goto(`${server.url}/c/~${(data as { conversation_id: number }).conversation_id}`)
    await page.getByRole('button', { name: 'Details' }).click()
    const details = page.getByRole('complementary', { name: 'Details' })
    const button = (name: string) => details.getByRole('button', { name, exact: true })
    await button('Block').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click()
    await button('Unblock').waitFor()
    // Elsewhere.
    await server.ask(`DELETE /users/${bob.id}/block`, undefined, ada.token)
    await button('Block').waitFor()
    // Of two blocks it is one's own that one lifts, and makes again.
    await server.ask(`POST /users/${ada.id}/block`, undefined, bob.token)
    await server.ask(`POST /users/${bob.id}/block`, undefined, ada.token)
    await button('Unblock').click()
    await button('Block').waitFor()
    await page.getByPlaceholder('One of you has blocked the other.').waitFor()
    await app.close()
  })

  test('is blocked from what they wrote, and unblocked there and among the members', async () => {
    const app = await startSignedInApp()
    const { server } = app
    const ada = await server.register('ada')
    const eve = await server.register('eve')
    await server.ask('POST /rooms', { name: 'Attic', slug: 'attic', is_public: true }, ada.token)
    await server.ask('POST /rooms/attic/join', {}, eve.token)
    await server.ask('POST /rooms/attic/messages', { content: 'Buy this' }, eve.token)
    const page = await app.signIn(ada)
    await list(page).getByRole('button', { name: 'Attic' }).click()
    await message(page, 'Buy this').hover()
    await message(page, 'Buy this').getByRole('button', { name: 'More' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
    await page.getByRole('dialog', { name: 'Block eve?' }).getByRole('button', { name: 'Block' }).click()
    await page.getByText('eve is blocked.').waitFor()
    const blocked = async () => {
      const { data } = await server.ask('GET /users/me/blocks', undefined, ada.token)
      return (data as { blocks: { user: { id: number } }[] }).blocks.map(({ user }) => user.id)
    }
    await soon(async () => expect(await blocked()).toEqual([eve.id]))

    await message(page, 'Buy this').hover()
    await message(page, 'Buy this').getByRole('button', { name: 'More' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unblock' }).click()
    await page.getByText('eve is no longer blocked.').waitFor()
    expect(await blocked()).toEqual([])

    await page.getByRole('button', { name: /members$/ }).click()
    const ofEve = page.getByRole('button', { name: 'Actions for eve' })
    await ofEve.click()
    await page.getByRole('menuitem', { name: 'Block', exact: true }).click()
    await page.getByRole('dialog', { name: 'Block eve?' }).getByRole('button', { name: 'Block' }).click()
    await page.getByText('eve is blocked.').waitFor()
    await ofEve.click()
    await page.getByRole('menuitem', { name: 'Unblock' }).click()
    await page.getByText('eve is no longer blocked.').waitFor()
    expect(await blocked()).toEqual([])

    // The menu beside the timeline knows of what is done in it, and it is done while the connection is not back yet.
    const sockets: WebSocketRoute[] = []
    let is_down = false
    await page.routeWebSocket(/\/ws/, (socket) => {
      sockets.push(socket)
      if (!is_down) socket.connectToServer()
    })
    await page.reload()
    await message(page, 'Buy this').waitFor()
    await ofEve.waitFor()
    is_down = true
    for (const socket of sockets.splice(0)) await socket.close()
    await eventually('another attempt', () => sockets.length > 0)
    await message(page, 'Buy this').hover()
    await message(page, 'Buy this').getByRole('button', { name: 'More' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
    await page.getByRole('dialog', { name: 'Block eve?' }).getByRole('button', { name: 'Block' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await ofEve.click()
    await page.getByRole('menuitem', { name: 'Unblock' }).waitFor()
    expect(await blocked()).toEqual([eve.id])
    await app.close()
  })

  const list = (page: Page) => page.locator('.app-list')
})
