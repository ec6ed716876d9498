import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { act, has_browser, message, phone } from './app-visit.ts'
import { type SignedInApp, startSignedInApp } from './signed-in.ts'

setDefaultTimeout(120_000)

describe.skipIf(!has_browser)('a thread', () => {
  let app: SignedInApp
  let ada: Account
  let bob: Account
  let page: Page
  let others: Page
  let room: number
  let first: number
  beforeAll(async () => {
    app = await startSignedInApp()
    ada = await app.server.register('ada')
    bob = await app.server.register('bob')
    room = await app.server.room(ada, { name: 'Tea house' })
    await app.server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
    first = await post('Shall we have tea?')
    page = await app.signIn(ada, { permissions: ['clipboard-read', 'clipboard-write'] })
    others = await app.signIn(bob)
    for (const one of [page, others]) await comeTo('/c/tea-house', one)
  })
  afterAll(() => app.close())

  const post = async (content: string, parent_id?: number) => {
    const { data } = await app.server.ask(`POST /rooms/${room}/messages`, { content, parent_id }, ada.token)
    return (data as { id: number }).id
  }
  const comeTo = async (path: string, of = page) => {
    await of.goto(app.server.url + path)
    await message(of, 'Shall we').waitFor()
  }
  const pane = (of: Page) => of.getByRole('complementary', { name: 'Thread' })
  const parent = (of: Page) => pane(of).locator('.vz-thread-parent')
  const pathOf = (of: Page) => new URL(of.url()).pathname
  const isAt = (path: string, of = page) => eventually(`the address ${path}`, () => pathOf(of) === path)
  const gone = (of: Page) => pane(of).waitFor({ state: 'detached' })
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
  /** Presses a button of the first message's toolbar, in the pane. */
  const does = async (of: Page, deed: string) => {
    await parent(of).locator('.vz-message').hover()
    await parent(of).getByRole('button', { name: deed, exact: true }).click()
  }
  const reply = async (of: Page, text: string) => {
    await pane(of).locator('.vz-composer-field').fill(text)
    await pane(of).locator('.vz-composer-field').press('Enter')
    await pane(of).locator('[role=feed] .vz-message', { hasText: text }).and(of.locator(':not(:has(.vz-pending))')).waitFor() // prettier-ignore
  }

  test('has an address, which back, forward, a reload and a link all know', async () => {
    await act(page, 'Shall we', 'Reply in thread')
    await isAt(`/c/tea-house/thread/${first}`)
    await reply(page, 'With milk')
    const [above, below] = [await parent(page).boundingBox(), await pane(page).locator('.vz-day').boundingBox()]
    // No room is kept for a sentence that threads have not.
    expect((below?.y ?? NaN) - (above?.y ?? NaN) - (above?.height ?? NaN)).toBeLessThanOrEqual(8)
    await page.goBack()
    await gone(page)
    await isAt('/c/tea-house')
    await page.goForward()
    await pane(page).getByText('With milk').waitFor()
    await isAt(`/c/tea-house/thread/${first}`)
    await page.reload()
    await pane(page).getByText('With milk').waitFor()
    // Where one was reading, one reads on.
    expect(await page.locator('.vz-conversation .vz-highlight').count()).toBe(0)
    await page.goBack()
    await gone(page)
    await isAt('/c/tea-house')

    await comeTo(`/c/tea-house/thread/${first}`, others)
    await pane(others).getByText('With milk').waitFor()
    await parent(others).getByText('Shall we have tea?').waitFor()
    await others.locator('.vz-conversation .vz-highlight', { hasText: 'Shall we' }).waitFor()
    await pane(others).locator('.vz-composer-field').focus()
    await others.keyboard.press('Escape')
    await gone(others)
    await isAt(`/c/tea-house/${first}`, others)
  })

  test('that an address opened leaves the room beside it read, as long as one is at its end', async () => {
    const last = await post('The kettle boils')
    await comeTo(`/c/tea-house/thread/${last}`, others)
    await others.locator('.vz-conversation .vz-highlight', { hasText: 'The kettle boils' }).waitFor()
    await others.locator('.vz-conversation .vz-to-newest').waitFor({ state: 'detached' })
    const read = (id: number) =>
      eventually(`${id} is read`, async () => {
        const [row] = await app.server.sql`
          select c.id from members m join users u on u.id = m.user_id join messages c on c.conversation_id = m.conversation_id and c.number = m.last_read_number
          where m.conversation_id = ${room} and u.username = 'bob'`
        return Number(row?.['id']) === id
      })
    await read(last)
    const next = await post('And the cups are warm')
    await message(others, 'And the cups').waitFor()
    await read(next)
    expect(await others.locator('.vz-conversation .vz-to-newest').count()).toBe(0)
  })

  test('and messages that were read long ago are no new ones, however they are loaded', async () => {
    const long = await app.server.room(ada, { name: 'Long' })
    await app.server.ask(`POST /rooms/${long}/join`, undefined, bob.token)
    const ids: number[] = []
    for (let n = 1; n <= 45; n++) {
      const { data } = await app.server.ask(`POST /rooms/${long}/messages`, { content: `Said ${n}.` }, ada.token)
      ids.push((data as { id: number }).id)
    }
    await others.goto(`${app.server.url}/c/long`)
    await message(others, 'Said 45.').waitFor()
    for (const [path, count] of [
      [`/c/long/thread/${ids[0]}`, 45],
      [`/c/long/${ids[3]}`, 46],
    ] as const) {
      await others.goto(app.server.url + path)
      await others.locator('.vz-conversation .vz-highlight').waitFor()
      await others.locator(`.vz-conversation [aria-setsize='${count}']`).first().waitFor()
      await others.getByRole('button', { name: 'To the newest' }).waitFor()
      await app.server.ask(`POST /rooms/${long}/messages`, { content: 'Now.' }, ada.token)
      await others.getByRole('button', { name: '1 new message', exact: true }).waitFor()
    }
    await comeTo('/c/tea-house', others)
  })

  test('of a room with a long name has that in one line, with the way out beside it', async () => {
    const { data } = await app.server.ask('POST /rooms', { name: 'Where the tea is kept. '.repeat(4).trim(), slug: 'kept', is_public: true }, ada.token) // prettier-ignore
    const { id } = data as { id: number }
    const said = await app.server.ask(`POST /rooms/${id}/messages`, { content: 'Nowhere.' }, ada.token)
    const small = await app.signIn(ada, phone)
    await small.goto(`${app.server.url}/c/kept/thread/${(said.data as { id: number }).id}`)
    const title = pane(small).getByRole('heading', { level: 2 })
    await title.getByText('#Where the tea').waitFor()
    const [head, text, close] = await Promise.all(
      [title.locator('..'), title, pane(small).getByRole('button', { name: 'Close' })].map((one) => one.boundingBox()),
    )
    expect(text?.height).toBeLessThan(30)
    expect((text?.x ?? 0) + (text?.width ?? 0)).toBeLessThanOrEqual(close?.x ?? 0)
    expect((close?.x ?? 0) + (close?.width ?? 0)).toBeLessThanOrEqual(head?.width ?? 0)
    await small.context().close()
  })

  test('is closed by the back button of a phone, and opened by its link there', async () => {
    const small = await app.signIn(ada, phone)
    await comeTo('/c/tea-house', small)
    await message(small, 'Shall we').getByRole('button', { name: '1 reply' }).tap()
    await pane(small).getByText('With milk').waitFor()
    await isAt(`/c/tea-house/thread/${first}`, small)
    await small.locator('.vz-conversation').waitFor({ state: 'hidden' })
    await small.goBack()
    await gone(small)
    await message(small, 'Shall we').waitFor()
    await small.goto(`${app.server.url}/c/tea-house/thread/${first}`)
    await pane(small).getByText('With milk').waitFor()
    await pane(small).getByRole('button', { name: 'Close' }).tap()
    await message(small, 'Shall we').waitFor()
    await small.context().close()
  })

  test('has a first message that one reacts to there, and that changes as it happens', async () => {
    for (const one of [page, others]) await message(one, 'Shall we').getByRole('button', { name: '1 reply' }).click()
    await does(others, 'React')
    await others.locator('.vz-thread .vz-picker [data-emoji="🎉"]').first().click()
    const tada = (of: Page) => parent(of).locator('.vz-reaction', { hasText: '🎉' })
    const count = (of: Page, wanted: string) => tada(of).locator('.vz-count', { hasText: wanted }).waitFor()
    await count(page, '1')
    await tada(page).click()
    await count(others, '2')
    await tada(page).and(page.locator('[aria-pressed=true]')).click()
    await count(others, '1')
    await tada(page).and(page.locator('[aria-pressed=false]')).waitFor()
    await message(page, 'Shall we').locator('.vz-reaction', { hasText: '1' }).waitFor()

    await pane(others).locator('.vz-composer-field').focus()
    await parent(others).locator('.vz-message').focus()
    await others.keyboard.press('e')
    await others.locator('.vz-thread .vz-picker input:focus').waitFor()
    await others.keyboard.press('Escape')
    await parent(others).locator('.vz-message:focus').waitFor()
    await others.keyboard.press('Tab')
    await others.keyboard.press('Escape')
    // From within the message to it, and only then out of the thread.
    await soon(async () => expect(await parent(others).locator('.vz-message:focus').count()).toBe(1))
    const milk = pane(others).locator('[role=feed] .vz-message', { hasText: 'With milk' })
    await milk.focus()
    await others.keyboard.press('Tab')
    await soon(async () => expect(await milk.locator('button:focus').count()).toBe(1))
    await others.keyboard.press('Escape')
    await soon(async () => expect(await milk.and(others.locator(':focus')).count()).toBe(1))
    await pane(others).waitFor()
  })

  test('has a first message that its author edits, pins and links to there, and others do not', async () => {
    await does(page, 'Edit')
    const field = pane(page).locator('.vz-composer-field')
    await eventually('the text', async () => (await field.inputValue()) === 'Shall we have tea?')
    await field.fill('Shall we have coffee?')
    await field.press('Enter')
    await parent(others).getByText('Shall we have coffee?').waitFor()
    await parent(others).getByText('edited').waitFor()

    await does(page, 'Pin')
    await parent(others).getByText('Pinned').waitFor()
    await does(page, 'Unpin')
    await parent(others).getByText('Pinned').waitFor({ state: 'detached' })

    await does(page, 'Copy link')
    await page.getByText('The link to the message is copied.').waitFor()
    expect(await copied()).toBe(`${app.server.url}/c/tea-house/${first}`)
    await parent(others).locator('.vz-message').hover()
    const labels = await parent(others).locator('.vz-toolbar button').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))) // prettier-ignore
    expect(labels).toEqual(['React', 'Copy link', 'More'])
  })

  test('shows the reply that an address leads to, however far back', async () => {
    await reply(page, 'The one to find')
    const line = (of: Page) => pane(of).locator('[role=feed] .vz-message', { hasText: 'The one to find' })
    await line(page).hover()
    await line(page).getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('The link to the message is copied.').waitFor()
    const link = await copied()
    expect(link).toStartWith(`${app.server.url}/c/tea-house/thread/${first}/`)
    for (let number = 1; number <= 120; number++) await post(`Reply ${number}.`, first)

    const id = link.split('/').at(-1)
    for (const path of [new URL(link).pathname, `/c/tea-house/${id}`]) {
      await others.goto(app.server.url + path)
      await line(others).and(others.locator('.vz-highlight')).waitFor()
      await isAt(`/c/tea-house/thread/${first}/${id}`, others)
    }
  })

  test('shows the reply that is pinned', async () => {
    const { data } = await app.server.ask(`GET /messages/${first}/thread?limit=1`, undefined, ada.token)
    const { id, content } = (data as { messages: { id: number; content: string }[] }).messages[0] ?? {
      id: 0,
      content: '',
    }
    await app.server.ask(`POST /messages/${id}/pin`, { pinned: true }, ada.token)
    await comeTo('/c/tea-house', others)
    await others.getByRole('button', { name: 'Pinned messages' }).click()
    await others.getByRole('complementary').getByText(content).waitFor()
    await others.getByRole('complementary').getByRole('button', { name: 'Show' }).click()
    await pane(others).locator('[role=feed] .vz-message.vz-highlight', { hasText: content }).waitFor()
    await isAt(`/c/tea-house/thread/${first}/${id}`, others)
  })

  test('is not read to its beginning for a reply that was never there, and says so', async () => {
    const asked: string[] = []
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => asked.push(String(payload))))
    await page.goto(`${app.server.url}/c/tea-house/thread/${first}/987654`)
    await pane(page).getByText('Reply 120.').waitFor()
    await page.getByText('That message does not exist any more.').waitFor()
    await reply(page, 'No more of them')
    const pages = asked.filter((frame) => frame.includes('"get_history"') && frame.includes(`"parent_id":${first}`))
    // Of three; the one before what is seen comes ahead of who scrolls.
    expect(pages.length).toBeLessThan(3)
  })

  test('of very many replies that was opened at an early one leads back to the newest, and to what one writes', async () => {
    const hall = await app.server.room(ada, { name: 'Hall', slug: 'hall' })
    const say = async (content: string, parent_id?: number) => {
      const { data } = await app.server.ask(`POST /rooms/${hall}/messages`, { content, parent_id }, ada.token)
      return (data as { id: number }).id
    }
    const long = await say('Who is there?')
    const early = await say('I, the first', long)
    for (let n = 1; n <= 1140; n += 20)
      await Promise.all(Array.from({ length: 20 }, (_, at) => say(`And I, no. ${n + at}.`, long)))
    await say('The last of all', long)
    const says = (text: string) => pane(page).locator('[role=feed] .vz-message', { hasText: text })
    for (const lead of [
      () => pane(page).getByRole('button', { name: 'To the newest' }).click(),
      () => reply(page, `Written ${crypto.randomUUID()}`),
    ]) {
      await page.goto(`${app.server.url}/c/hall/thread/${long}/${early}`)
      await says('I, the first').waitFor({ timeout: 60_000 })
      expect(await says('The last of all').count()).toBe(0)
      await lead()
      await says('The last of all').waitFor()
      await pane(page).getByRole('button', { name: 'To the newest' }).waitFor({ state: 'detached' })
      expect(await says('I, the first').count()).toBe(0)
    }
  })

  test('that holds what was searched for is opened by it, and back leads to the search', async () => {
    await page.goto(`${app.server.url}/c/tea-house`)
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    const search = page.getByRole('complementary', { name: 'Search' })
    await search.getByLabel('Words to find').fill('milk')
    await search.locator('.app-excerpt-button', { hasText: 'With milk' }).click()
    await pane(page).locator('.vz-highlight', { hasText: 'With milk' }).waitFor()
    await page.goBack()
    await search.locator('.app-excerpt-button', { hasText: 'With milk' }).waitFor()
    await soon(async () => expect(await search.getByLabel('Words to find').inputValue()).toBe('milk'))
  })

  test('is left again to the search as it was narrowed', async () => {
    // Another step of the history, in which nothing is open.
    await page.goto(`${app.server.url}/settings/profile`)
    await page.goto(`${app.server.url}/c/tea-house`)
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    const search = page.getByRole('complementary', { name: 'Search' })
    await search.getByLabel('Words to find').fill('milk')
    await search.getByLabel('Where').selectOption('everywhere')
    await search.getByLabel('After').fill('2024-02-29')
    const result = search.locator('.app-excerpt-button', { hasText: 'With milk' })
    await result.click()
    await pane(page).locator('.vz-highlight', { hasText: 'With milk' }).waitFor()
    await page.goBack()
    await result.waitFor()
    const narrowed = async () => [
      await search.getByLabel('Words to find').inputValue(),
      await search.getByLabel('Where').inputValue(),
      await search.getByLabel('After').inputValue(),
    ]
    await soon(async () => expect(await narrowed()).toEqual(['milk', 'everywhere', '2024-02-29']))
    await page.reload()
    await result.waitFor()
    await soon(async () => expect(await narrowed()).toEqual(['milk', 'everywhere', '2024-02-29']))
  })

  test('keeps the focus when a reply is deleted there, and when it is not', async () => {
    await comeTo(`/c/tea-house/thread/${first}`)
    await reply(page, 'And a biscuit')
    const said = pane(page).locator('[role=feed] .vz-message', { hasText: 'And a biscuit' })
    const question = page.getByRole('dialog', { name: 'Delete message?' })
    const leave = {
      cancelled: () => page.keyboard.press('Escape'),
      deleted: () => question.getByRole('button', { name: 'Delete' }).click(),
    }
    for (const how of ['cancelled', 'deleted'] as const) {
      await said.hover()
      await said.getByRole('button', { name: 'Delete', exact: true }).click()
      await question.waitFor()
      await leave[how]()
      await question.waitFor({ state: 'detached' })
      if (how === 'deleted') await said.waitFor({ state: 'detached' })
      await soon(async () =>
        expect([how, await pane(page).evaluate((thread) => thread.matches(':focus-within'))]).toEqual([how, true]),
      )
    }
  })

  test('of a message that was never there is not there either', async () => {
    await page.goto(`${app.server.url}/c/tea-house/thread/987654`)
    await page.getByText('That message does not exist any more.').waitFor()
    await gone(page)
    await message(page, 'Shall we').waitFor()
  })

  test('has a first message that is deleted there after a question', async () => {
    await page.goto(`${app.server.url}/c/tea-house/thread/${first}`)
    await does(page, 'Delete')
    await page.getByRole('dialog', { name: 'Delete message?' }).getByRole('button', { name: 'Delete' }).click()
    await parent(page).getByText('This message was deleted.').waitFor()
    await parent(others).getByText('This message was deleted.').waitFor()
    expect(await parent(page).getByRole('button').count()).toBe(0)
  })

  test('gave the browser nothing to complain of', () => {
    expect(app.complaints()).toEqual([])
  })
})
