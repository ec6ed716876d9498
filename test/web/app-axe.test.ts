import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { act, type App, has_browser, message, seriousFindings, startApp, type Visitor, write } from './app-visit.ts'

setDefaultTimeout(120_000)

const keys: [what: string, open: (page: Page) => Promise<void>][] = [
  ['a conversation', (page) => message(page, 'Something to read').waitFor()],
  ['the actions of a message', (page) => message(page, 'Something to read').hover()],
  ['the picker of reactions', (page) => act(page, 'Something to read', 'React')],
  ['a thread', (page) => act(page, 'Something to read', 'Reply in thread')],
  ['what one does with a message', (page) => act(page, 'Something to read', 'More')],
  ['the details', (page) => page.getByRole('button', { name: 'Details' }).click()],
  ['the members', (page) => page.getByRole('button', { name: '2 members' }).click()],
  ['what is pinned', (page) => page.getByRole('button', { name: 'Pinned messages' }).click()],
  ['the search', (page) => page.getByRole('button', { name: 'Search' }).click()],
  ['the palette', (page) => page.keyboard.press('Control+k')],
  ['the shortcuts', (page) => page.getByRole('heading', { level: 1 }).press('?')],
  ['browsing', (page) => page.getByRole('button', { name: 'Browse rooms' }).click()],
  ['creating a room', (page) => page.getByRole('button', { name: 'Create a room' }).click()],
  ['writing to somebody', (page) => page.getByRole('button', { name: 'New message' }).click()],
  ['the own menu', (page) => page.getByRole('button', { name: 'status and settings' }).click()],
]

describe.skipIf(!has_browser)('axe finds nothing serious in', () => {
  let app: App
  let ada: Visitor
  beforeAll(async () => {
    app = await startApp()
    const bob = await app.server.register('bob')
    ada = await app.signUp('ada', '/c/general')
    await app.server.ask('POST /rooms/general/join', undefined, bob.token)
    await app.server.ask('POST /rooms/general/messages', { content: 'Good morning @ada, `code` and a [link](https://example.org)' }, bob.token) // prettier-ignore
    await write(ada.page, 'Something to read')
  })
  afterAll(() => app.close())

  test.each(['/sign-in', '/sign-up'])('%s', async (path) => {
    const { page, close } = await app.visit(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await close()
  })

  describe.each(['light', 'dark'] as const)('the %s theme:', (colorScheme) => {
    test.each(keys)('%s', async (_, open) => {
      const { page } = ada
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(`${app.server.url}/c/general`)
      await message(page, 'Something to read').waitFor()
      await open(page)
      await page.waitForLoadState('networkidle')
      expect(await seriousFindings(page)).toEqual([])
    })
  })
})
