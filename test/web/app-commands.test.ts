import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import { type App, composer, has_browser, message, startApp, type Visitor } from './app-visit.ts'

setDefaultTimeout(120_000)

const suggestions = (page: Page) => page.locator('.vz-suggestion')

describe.skipIf(!has_browser)('a line that begins with a slash', () => {
  let app: App
  let ada: Visitor
  let page: Page
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada')
    page = ada.page
    const { token } = await app.server.login('ada')
    await app.server.ask('POST /rooms', { name: 'Tea house', slug: 'tea-house', is_public: true }, token)
    await app.server.ask('POST /rooms/tea-house/messages', { content: 'The **kettle** is on' }, token)
  })
  afterAll(() => app.close())

  const come = (path: string) => page.goto(app.server.url + path)
  /** Writes it and sends it, past what completes it. */
  const command = async (text: string) => {
    await composer(page).fill(text)
    await suggestions(page).first().waitFor({ state: 'detached' })
    await composer(page).press('Enter')
    await eventually('the field is empty', async () => (await composer(page).inputValue()) === '')
  }

  test('offers what one may do here, and does it', async () => {
    await come('/c/tea-house')
    await composer(page).pressSequentially('/to')
    await page.getByRole('option', { name: '/topic text' }).waitFor()
    await composer(page).press('Tab')
    await composer(page).pressSequentially('Green and black')
    await composer(page).press('Enter')
    await page.locator('.app-head-topic', { hasText: 'Green and black' }).waitFor()
    await soon(async () => expect(await page.locator('.vz-conversation .vz-message').count()).toBe(1))
  })

  test('searches for what stands after it, and finds it without marks', async () => {
    await command('/search kettle')
    const pane = page.getByRole('complementary', { name: 'Search' })
    await soon(async () => expect(await pane.getByLabel('Words to find').inputValue()).toBe('kettle'))
    await pane.getByText('1 found').waitFor()
    await soon(async () => expect(await pane.locator('.app-excerpt-text').textContent()).toBe('The kettle is on'))
    await soon(async () => expect(await pane.locator('mark').textContent()).toBe('kettle'))
    // Whoever goes to what was found may go on to the next.
    await pane.locator('.app-excerpt-button').click()
    await page.locator('.vz-conversation .vz-highlight', { hasText: 'kettle' }).waitFor()
    await soon(async () => expect(await pane.getByLabel('Words to find').inputValue()).toBe('kettle'))
    await command('/search nothing of the kind')
    await pane.getByText('Nothing found.').waitFor()
  })

  test('changes how one looks to others, with what one says beside it', async () => {
    await command('/status busy until four')
    await page.getByText('Your status: Busy, “until four”.').waitFor()
    const { id, token } = await app.server.login('ada')
    const { data } = await app.server.ask(`GET /users/${id}`, undefined, token)
    expect(data).toMatchObject({ username: 'ada' })
    const [row] = await app.server.sql`select presence, presence_message from users where id = ${id}`
    expect(row).toMatchObject({ presence: 'busy', presence_message: 'until four' })
    const choose = async (status: string) => {
      await page.getByRole('button', { name: 'status and settings' }).click()
      await page.getByRole('menuitemradio', { name: status }).click()
      await page.locator('.app-own').getByRole('img', { name: status }).waitFor()
    }
    const said = async () => {
      const [row] = await app.server.sql<{ presence: string; presence_message: string | null }[]>`select presence, presence_message from users where id = ${id}` // prettier-ignore
      return [row?.presence, row?.presence_message]
    }
    await page.locator('.app-own').getByRole('img', { name: 'Busy' }).waitFor()
    // What one said was about the status one had.
    await choose('Online')
    await eventually('nothing is said beside it', async () => String(await said()) === 'online,')
    await command('/status away at lunch')
    await page.getByText('Your status: Away, “at lunch”.').waitFor()
    await page.locator('.app-own').getByRole('img', { name: 'Away' }).waitFor()
    await choose('Away')
    await soon(async () => expect(await said()).toEqual(['away', 'at lunch']))
    await command('/status away')
    await page.getByText('Your status: Away.').waitFor()
    await soon(async () => expect(await said()).toEqual(['away', null]))
    await composer(page).fill('/status whatever')
    await composer(page).press('Enter')
    await page.getByRole('heading', { name: 'Profile' }).waitFor()
  })

  test.each([
    ['/status busy', 128],
    ['/topic', 250],
  ])('%s with more than %i characters keeps what was written, and says how many there may be', async (name, most) => {
    await come('/c/tea-house')
    const written = `${name} ${'🍵'.repeat(most + 1)}`
    await composer(page).fill(written)
    await suggestions(page).first().waitFor({ state: 'detached' })
    await composer(page).press('Enter')
    await page.getByText(`At most ${most} characters.`).waitFor()
    expect(await composer(page).inputValue()).toBe(written)
    await command(written.replace('🍵', ''))
    await page.getByText('🍵'.repeat(most)).first().waitFor()
  })

  test.each([
    ['/invite', 'Invite people'],
    ['/add', 'Add people'],
    ['/topic', 'Room settings'],
    ['/leave', 'Leave Tea house?'],
  ])('%s opens what the menu opens: %s', async (text, name) => {
    await come('/c/tea-house')
    await composer(page).waitFor()
    await page.getByRole('button', { name: '1 member' }).waitFor()
    await command(text)
    await page.getByRole('dialog', { name }).waitFor()
    await page.keyboard.press('Escape')
  })

  test('is sent with two of them, and so is what is no command', async () => {
    await command('//leave is a command')
    await message(page, '/leave is a command').waitFor()
    await command('/usr/bin is a place')
    await message(page, '/usr/bin is a place').waitFor()
  })

  test('does the same in a thread', async () => {
    await message(page, 'kettle').hover()
    await message(page, 'kettle').getByRole('button', { name: 'Reply in thread' }).click()
    const field = page.getByRole('complementary', { name: 'Thread' }).locator('.vz-composer-field')
    await field.fill('/members')
    await field.press('Enter')
    await page.getByRole('complementary', { name: 'Members' }).locator('.app-member').waitFor()
  })

  test('has names of its own in French, and in a direct message only what is of use there', async () => {
    const bob = await app.server.register('bob')
    const zoe = await app.signUp('zoe', '/sign-up', { locale: 'fr-FR' })
    const { token } = await app.server.login('zoe')
    const { data } = await app.server.ask('POST /conversations', { user_id: bob.id }, token)
    await zoe.page.goto(`${app.server.url}/c/~${String((data as { conversation_id: number }).conversation_id)}`)
    await composer(zoe.page).fill('/')
    await zoe.page.getByRole('option', { name: '/chercher mots' }).waitFor()
    await soon(async () => expect(await suggestions(zoe.page).count()).toBe(2))
    await composer(zoe.page).press('Escape')
    await composer(zoe.page).fill('/statut absent')
    await composer(zoe.page).press('Enter')
    await zoe.page.getByText('Votre statut : Absent.').waitFor()
    expect(zoe.complaints).toEqual([])
    await zoe.close()
  })

  test('gave the browser nothing to complain of', () => {
    expect(ada.complaints).toEqual([])
  })
})
