import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { composer, has_browser } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'
import { soon } from '../services/eventually.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('a search for what somebody said', () => {
  let app: SignedInApp
  beforeAll(async () => {
    app = await startSignedInApp()
  })
  afterAll(() => app.close())

  test('says of whoever is no member any more that they have left, and can be widened to everybody', async () => {
    const [ada, bob] = [await app.server.register('ada'), await app.server.register('bob')]
    const room = await app.server.room(ada, { name: 'Tea house' })
    await app.server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'The cups are clean' }, bob.token)
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'The kettle is on' }, ada.token)
    const page = await app.signIn(ada)
    await page.goto(`${app.server.url}/c/tea-house`)
    await composer(page).waitFor()
    await page.getByRole('button', { name: 'Search' }).click()
    const pane = page.getByRole('complementary', { name: 'Search' })
    await pane.getByLabel('Words to find').fill('cups')
    await pane.getByLabel('From').selectOption({ label: 'bob' })
    // Whoever comes back by the browser finds what they searched for.
    await pane.getByRole('button', { name: /The cups are clean/ }).click()
    await app.server.ask(`DELETE /rooms/${room}/members/${bob.id}`, undefined, ada.token)
    await page.getByRole('button', { name: '1 member' }).waitFor()
    await page.reload()
    await pane.getByText('1 found').waitFor()
    await soon(async () =>
      expect(await pane.getByLabel('From').locator('option:checked').textContent()).toBe('Somebody who has left'),
    )
    await pane.getByLabel('Words to find').fill('kettle')
    await pane.getByText('Nothing found with the filter: Somebody who has left.').waitFor()
    await pane.getByRole('button', { name: 'Clear the filter' }).click()
    await pane.getByText('1 found').waitFor()
    await pane.getByRole('button', { name: /The kettle is on/ }).waitFor()
    await page.context().close()
  })
})
