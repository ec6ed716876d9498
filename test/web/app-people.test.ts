import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import { act, type App, composer, has_browser, message, startApp, type Visitor, write } from './app-visit.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('two people', () => {
  let app: App
  let ada: Visitor
  let bob: Visitor
  beforeAll(async () => {
    app = await startApp()
    ada = await app.signUp('ada')
    bob = await app.signUp('bob')
  })
  afterAll(() => app.close())

  test('find the first room, and each other in it', async () => {
    for (const { page } of [ada, bob]) {
      await page.getByRole('heading', { name: 'Welcome to Veza' }).waitFor()
      await page.getByRole('button', { name: 'Join: General' }).click()
      await page.getByRole('heading', { name: 'General' }).waitFor()
    }
    await composer(ada.page).fill('Good morning **all**')
    await composer(ada.page).press('Enter')
    await message(bob.page, 'Good morning all').waitFor()
    await soon(async () => expect(await message(bob.page, 'Good morning').locator('strong').textContent()).toBe('all'))
    await ada.page.getByRole('button', { name: '2 members' }).waitFor()
  })

  test('see who types, and what was said, as it happens', async () => {
    await composer(bob.page).pressSequentially('Morn')
    await ada.page.getByText('bob is typing').waitFor()
    await composer(bob.page).fill('')
    await write(bob.page, 'Morning, ada')
    await message(ada.page, 'Morning, ada').waitFor()
    await bob.page.getByText('Read by ada').waitFor()
  })

  test('react, edit, pin and delete', async () => {
    await act(bob.page, 'Good morning', 'React')
    await bob.page.locator('.vz-picker button').first().click()
    await message(ada.page, 'Good morning').locator('.vz-reaction').waitFor()

    await composer(bob.page).focus()
    await composer(bob.page).press('ArrowUp')
    await composer(bob.page).fill('Morning, Ada')
    await composer(bob.page).press('Enter')
    await message(ada.page, 'Morning, Ada').getByText('edited').waitFor()

    await write(bob.page, 'A slip')
    await message(ada.page, 'A slip').waitFor()
    await act(bob.page, 'A slip', 'Delete')
    await bob.page.getByRole('dialog', { name: 'Delete message?' }).getByRole('button', { name: 'Delete' }).click()
    await ada.page.getByText('This message was deleted.').waitFor()
    expect(await message(ada.page, 'A slip').count()).toBe(0)
  })

  test('talk in a thread beside the room', async () => {
    const step = await bob.page.evaluate('history.state.visit')
    await act(bob.page, 'Good morning', 'Reply in thread')
    const thread = bob.page.getByRole('complementary', { name: 'Thread' })
    await thread.locator('.vz-composer-field').fill('What a morning')
    await thread.locator('.vz-composer-field').press('Enter')
    await thread.locator('.vz-message', { hasText: 'What a morning' }).waitFor()
    await message(ada.page, 'Good morning').getByRole('button', { name: '1 reply' }).click()
    await ada.page.getByRole('complementary', { name: 'Thread' }).getByText('What a morning').waitFor()
    await ada.page.goBack()
    await ada.page.getByRole('complementary', { name: 'Thread' }).waitFor({ state: 'detached' })
    await bob.page.keyboard.press('Escape')
    await thread.waitFor({ state: 'detached' })
    // One step back, and not out of the room.
    await soon(async () => expect(await bob.page.evaluate('history.state.visit')).toBe(step))
  })

  test('write to each other alone, and are told of it elsewhere', async () => {
    await ada.page.getByRole('button', { name: 'New message' }).click()
    await ada.page.getByLabel('Who do you want to write to?').fill('bo')
    await ada.page.getByRole('button', { name: 'bob @bob' }).click()
    await ada.page.getByRole('heading', { name: 'bob' }).waitFor()
    await write(ada.page, 'Between us')
    const line = bob.page.getByRole('button', { name: /ada.*unread/ })
    await line.waitFor()
    await soon(async () => expect(await bob.page.title()).toBe('(1) General – Veza Chat'))
    await line.click()
    await message(bob.page, 'Between us').waitFor()
    await eventually('a title without a number', async () => (await bob.page.title()) === 'ada – Veza Chat')
  })

  test('are mentioned, and come back by the address of a message', async () => {
    await bob.page.getByRole('button', { name: 'General' }).click()
    await write(bob.page, 'Look here, @ada')
    await ada.page.getByRole('button', { name: /^General.*1 mention/ }).waitFor()
    await ada.page.getByRole('button', { name: /^General/ }).click()
    await act(ada.page, 'Look here', 'More')
    await ada.page.getByRole('dialog', { name: 'A message of bob' }).getByRole('button', { name: 'Close' }).click()
    const id = await message(ada.page, 'Good morning').locator('[data-message-id]').getAttribute('data-message-id')
    await ada.page.goto(`${app.server.url}/c/general/${id}`)
    await ada.page.locator('.vz-highlight', { hasText: 'Good morning' }).waitFor()
  })

  test('find what was said', async () => {
    const { page } = ada
    await page.getByRole('button', { name: 'Search' }).click()
    const pane = page.getByRole('complementary', { name: 'Search' })
    await pane.getByLabel('Words to find').fill('morn*')
    await pane.getByText('3 found, best and newest first').waitFor()
    await pane.getByLabel('From').selectOption({ label: 'bob' })
    await pane.getByText('2 found, best and newest first').waitFor()
    await pane.getByLabel('Words to find').fill('kettle')
    await pane.getByText('Nothing found with the filter: bob.').waitFor()
    await pane.getByRole('button', { name: 'Clear the filter' }).click()
    await pane.getByText('Nothing found. Try fewer').waitFor()
    expect(await pane.getByLabel('From').inputValue()).toBe('')
    await soon(async () => expect(await pane.locator('input:focus').inputValue()).toBe('kettle'))
    for (const [text, reason] of [
      ['4*', 'needs at least 2 letters before *'],
      ['-number', 'holds no word to look for'],
    ] as const) {
      await pane.getByLabel('Words to find').fill(text)
      await pane.getByText(`This cannot be searched for: ${reason}.`).waitFor()
      expect(await pane.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    }
    await pane.getByLabel('Where').selectOption({ label: 'Everywhere' })
    await pane.getByLabel('Words to find').fill('between')
    await pane.getByRole('button', { name: /Between us/ }).click()
    await page.getByRole('heading', { name: 'bob' }).waitFor()
    await page.locator('.vz-highlight', { hasText: 'Between us' }).waitFor()
  })

  test('keep what they began to write, and where they were', async () => {
    const { page } = ada
    await page.getByRole('button', { name: 'General' }).click()
    await composer(page).fill('Half a thou')
    await page.locator('.vz-room', { hasText: 'bob' }).click()
    await page.getByRole('heading', { name: 'bob' }).waitFor()
    expect(await composer(page).inputValue()).toBe('')
    await page.goto(app.server.url)
    await page.getByRole('heading', { name: 'bob' }).waitFor()
    await page.getByRole('button', { name: 'General' }).click()
    await soon(async () => expect(await composer(page).inputValue()).toBe('Half a thou'))
    // A room has two addresses, and one draft.
    const { id } = await app.server.ask('GET /rooms/general', undefined, (await app.server.login('ada')).token).then(({ data }) => data as { id: number }) // prettier-ignore
    await page.goto(`${app.server.url}/c/${id}`)
    await soon(async () => expect(await composer(page).inputValue()).toBe('Half a thou'))
    await composer(page).fill('')
  })

  test('are not said to have read what was written since they went elsewhere', async () => {
    const { server } = app
    const { token } = await server.login('ada')
    const { data } = await server.ask('POST /rooms', { name: 'Attic', slug: 'attic', is_public: true }, token)
    // Messages of other rooms count on among the ids, and not among the numbers.
    for (const content of 'abcdefgh')
      await server.ask(`POST /rooms/${(data as { id: number }).id}/messages`, { content }, token)
    const read = bob.page.getByText('Read by ada')
    await write(bob.page, 'Still there?')
    await message(ada.page, 'Still there?').waitFor()
    await read.waitFor()
    await ada.page.locator('.app-list').getByRole('button', { name: 'Attic' }).click()
    await ada.page.getByRole('heading', { name: 'Attic' }).waitFor()
    await write(bob.page, 'Gone, then')
    await message(bob.page, 'Gone, then').and(bob.page.locator(':not(:has(.vz-pending))')).waitFor()
    expect(await read.count()).toBe(0)
    await ada.page.goBack()
    await read.waitFor()
  })

  test('gave the browser nothing to complain of', () => {
    expect([ada.complaints, bob.complaints]).toEqual([[], []])
  })
})
