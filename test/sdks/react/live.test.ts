import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { eventually, soon } from '../../services/eventually.ts'
import { scrollUntil } from '../../services/scrolling.ts'
import { startServer, type Account, type TestServer } from '../../services/server.ts'
import { oldest_and_newest, open, seriousFindings, serve, type Opened, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The connected components are not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found).each(oldest_and_newest)('the components, connected, by %s', (_, framework) => {
  let browser: Browser
  let served: Served
  let server: TestServer
  let ada: Account
  let bob: Account
  let room: number
  const pages: Opened[] = []

  beforeAll(async () => {
    if ('missing' in found) return
    served = await serve({ entry: 'pages/live.tsx', ...framework })
    server = await startServer({ security: { allowed_origins: [served.url] } })
    ada = await server.register('ada')
    bob = await server.register('bob')
    browser = await openBrowser(found)
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
    await server.close()
  })
  beforeEach(async () => {
    room = await server.room(ada)
    await server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
  })
  afterEach(async () => {
    for (const { page } of pages.splice(0)) await page.close()
  })

  /** How often the members were asked for, of the page that came last. */
  let readings = 0
  const come = async (who: Account, where: number | string = room): Promise<Page> => {
    readings = 0
    const address = `${served.url}/#${encodeURIComponent(`${server.url}|${who.token}|${where}`)}`
    const opened = await open(browser, address, undefined, (page) =>
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => (readings += String(payload).includes('"get_members"') ? 1 : 0)),
      ),
    )
    pages.push(opened)
    await opened.page.locator('textarea').waitFor()
    return opened.page
  }
  const write = async (page: Page, text: string) => {
    await page.locator('.vz-conversation textarea').fill(text)
    await page.keyboard.press('Enter')
  }
  const says = (page: Page, text: string) => page.locator('.vz-conversation .vz-message', { hasText: text })
  const post = async (who: Account, content: string, parent_id?: number) => {
    const body = { content, ...(parent_id !== undefined && { parent_id }) }
    const { data } = await server.ask(`POST /rooms/${room}/messages`, body, who.token)
    return (data as { id: number }).id
  }

  test('two people write, edit, react, reply in a thread and delete, each seeing the other', async () => {
    const one = await come(ada)
    const two = await come(bob)
    await write(one, 'Good **morning** @bob')
    await says(two, 'Good morning @bob').waitFor()
    await soon(async () => expect(await two.locator('.vz-mention-own').innerText()).toBe('@bob'))

    await says(two, 'Good morning').hover()
    await two.getByRole('button', { name: 'React' }).click()
    await two.locator('.vz-picker [data-emoji="🎉"]').first().click()
    await says(one, 'Good morning').locator('.vz-reaction', { hasText: '🎉' }).waitFor()
    await says(one, 'Good morning').locator('.vz-reaction').click()
    await says(two, 'Good morning').locator('.vz-count', { hasText: '2' }).waitFor()

    await one.locator('.vz-conversation textarea').focus()
    await one.keyboard.press('ArrowUp')
    await one.locator('.vz-editing').waitFor()
    await one.keyboard.press('End')
    await one.keyboard.type(' and eve')
    await one.keyboard.press('Enter')
    await says(two, 'and eve').locator('.vz-mark', { hasText: 'edited' }).waitFor()

    await says(two, 'Good morning').hover()
    await two.getByRole('button', { name: 'Reply in thread' }).click()
    await two.locator('.vz-thread textarea').fill('In a thread')
    await two.keyboard.press('Enter')
    await two.locator('.vz-thread .vz-message', { hasText: 'In a thread' }).waitFor()
    await says(one, 'Good morning').locator('.vz-thread-link', { hasText: '1 reply' }).click()
    await one.locator('.vz-thread .vz-message', { hasText: 'In a thread' }).waitFor()
    expect(await says(one, 'In a thread').count()).toBe(0)
    expect(await seriousFindings(one)).toEqual([])
    await one.keyboard.press('Escape')
    await one.locator('.vz-thread').waitFor({ state: 'detached' })

    await says(one, 'Good morning').hover()
    await one.getByRole('button', { name: 'Delete' }).click()
    await says(two, 'This message was deleted.').waitFor()
    expect(pages.flatMap(({ complaints }) => complaints)).toEqual([])
  })

  test('a long conversation is loaded page by page, from where one reads, each message once', async () => {
    for (let number = 1; number <= 130; number++) await post(ada, `Line ${number}.`)
    const page = await come(bob)
    await says(page, 'Line 130.').waitFor()
    await eventually('the first message is there', async () => {
      await page.evaluate(`document.querySelector('.vz-scroller').scrollTop = 0`)
      return (await says(page, 'Line 1.').count()) === 1
    })
    await soon(async () =>
      expect(await page.locator('.vz-lead').innerText()).toBe('This is where the conversation begins.'),
    )
    const seen = new Set<string>()
    await scrollUntil(page.locator('.vz-conversation .vz-scroller'), 'all were on screen', 300, async () => {
      for (const text of await page.locator('.vz-row .vz-markdown').allInnerTexts()) seen.add(text)
      return seen.size === 130
    })
  })

  test('what one writes is seen, however far back one reads', async () => {
    for (let n = 1; n <= 130; n++) await post(bob, `no. ${n}`)
    const page = await come(ada)
    await says(page, 'no. 130').waitFor()
    const scroller = page.locator('.vz-conversation .vz-scroller')
    await scrollUntil(scroller, 'what is older', -400, async () => (await says(page, 'no. 60').count()) > 0)
    expect(await says(page, 'no. 130').count()).toBe(0)
    await write(page, 'and mine')
    await says(page, 'and mine').waitFor()
    await eventually('the end on screen', async () => (await says(page, 'and mine').isVisible()) || undefined)
    expect(await scroller.evaluate((outer) => outer.scrollHeight - outer.clientHeight - outer.scrollTop)).toBeLessThan(
      8,
    )
  })

  test('what one reads stays, however many messages come meanwhile', async () => {
    for (let n = 1; n <= 60; n++) await post(bob, `old ${n}`)
    const page = await come(ada)
    await says(page, 'old 60').waitFor()
    const scroller = page.locator('.vz-conversation .vz-scroller')
    const seen = says(page, 'old 20')
    await scrollUntil(scroller, 'an old message', -300, () => seen.isVisible())
    // More than a client keeps of a conversation that one sees the end of.
    const writers = Array.from({ length: 8 }, async (_, at) => {
      for (let n = 0; n < 70; n++) await post(bob, `new ${at}.${n}`)
    })
    await Promise.all(writers)
    await eventually(
      'them',
      async () => (await page.locator('.vz-to-newest').textContent())?.includes('560') || undefined,
      30_000,
    )
    await soon(async () => expect(await seen.isVisible()).toBe(true))
    // That one is mentioned meanwhile, the list says until it is read.
    await post(bob, 'are you there, @ada?')
    const mentions = page.locator('.vz-selected > .vz-badge > :first-child')
    await mentions.waitFor()
    await soon(async () => expect(await mentions.innerText()).toBe('1'))
    await page.locator('.vz-to-newest').click()
    await mentions.waitFor({ state: 'detached' })
  })

  test('what is unread is bold with its line, and read once one has seen it', async () => {
    const page = await come(bob)
    const other = await server.room(ada, { name: 'Kitchen' })
    await server.ask(`POST /rooms/${other}/join`, undefined, bob.token)
    await server.ask(`POST /rooms/${other}/messages`, { content: 'Tea is ready @bob' }, ada.token)
    const line = page.locator('.vz-room.vz-unread', { hasText: 'Kitchen' })
    await line.waitFor()
    await soon(async () => expect(await line.locator('.vz-badge span').first().innerText()).toBe('1'))
    await line.click()
    await says(page, 'Tea is ready').waitFor()
    await page.locator('.vz-new').waitFor()
    await eventually('the server knows', async () => {
      const { data } = await server.ask('GET /users/me/unread', undefined, bob.token)
      return (data as { conversations: { room_id?: number }[] }).conversations.every(({ room_id }) => room_id !== other)
    })
    await soon(async () => expect(await page.locator('.vz-new').count()).toBe(1))
  })

  test('a line that goes to another section keeps the focus, and gets none back that has gone', async () => {
    const page = await come(bob)
    const name = `Hall ${room}`
    const hall = await server.room(ada, { name })
    const line = page.locator('.vz-room', { hasText: name })
    const hasFocus = () => line.evaluate((one) => one.matches(':focus'))
    const join = () => server.ask(`POST /rooms/${hall}/join`, undefined, bob.token)
    await join()
    await line.focus()
    const { data } = await server.ask(`POST /rooms/${hall}/messages`, { content: 'Anybody here?' }, ada.token)
    await page.locator('[aria-label=Unread] .vz-room', { hasText: name }).waitFor()
    expect(await hasFocus()).toBe(true)
    // Whoever has gone on stays where they are.
    await page.locator('.vz-conversation textarea').focus()
    await server.ask(`POST /rooms/${hall}/read`, { message_id: (data as { id: number }).id }, bob.token)
    await page.locator('[aria-label=Rooms] .vz-room', { hasText: name }).waitFor()
    expect(await hasFocus()).toBe(false)
    await line.focus()
    await server.ask(`POST /rooms/${hall}/leave`, undefined, bob.token)
    await line.waitFor({ state: 'detached' })
    await join()
    await line.waitFor()
    expect(await hasFocus()).toBe(false)

    const member = (role: string) => page.locator(`.vz-members [aria-label="${role}"] .vz-member`, { hasText: 'bob' })
    await member('Members').focus()
    await server.ask(`PUT /rooms/${room}/members/${bob.id}`, { role: 'moderator' }, ada.token)
    await member('Moderator').and(page.locator(':focus')).waitFor()
  })

  test('who was away long is led to the first new message, which is loaded for that', async () => {
    const other = await server.room(ada, { name: 'Cellar' })
    await server.ask(`POST /rooms/${other}/join`, undefined, bob.token)
    const say = (content: string) => server.ask(`POST /rooms/${other}/messages`, { content }, ada.token)
    for (let n = 1; n < 20; n++) await say(`read ${n}`)
    const { data } = await say('read 20')
    await server.ask(`POST /rooms/${other}/read`, { message_id: (data as { id: number }).id }, bob.token)
    for (let n = 1; n <= 180; n++) {
      await say(`new ${n}.`)
      // Ids are of all conversations.
      if (n === 90) for (let m = 0; m < 60; m++) await post(ada, 'elsewhere')
    }
    const page = await come(bob, other)
    await says(page, 'new 180.').waitFor()
    const jump = page.getByRole('button', { name: '180 new messages' })
    await jump.waitFor()
    expect(await page.locator('.vz-new').count()).toBe(0)
    await jump.click()
    await says(page, 'new 1.').waitFor()
    await jump.waitFor({ state: 'detached' })
    const line = page.locator('.vz-row', { has: page.locator('.vz-new') })
    await soon(async () =>
      expect([await line.innerText(), await line.isVisible()]).toEqual([expect.stringContaining('new 1.'), true]),
    )
    await page.locator('.vz-to-newest').click()
    await says(page, 'new 180.').waitFor()
    await eventually('it is over', async () => (await page.locator('.vz-to-newest').count()) === 0)
    expect(await page.locator('.vz-to-new').count()).toBe(0)
  })

  test('one sees who types and who is there, and finds what was written', async () => {
    await post(ada, 'The kettle is on the stove')
    const one = await come(ada)
    const two = await come(bob)
    await one.locator('.vz-member', { hasText: 'bob' }).locator('.vz-dot-online').waitFor()
    await two.locator('.vz-conversation textarea').pressSequentially('Whe')
    await one.locator('.vz-typing', { hasText: 'bob is typing' }).waitFor()
    await one.getByLabel('Search', { exact: true }).fill('kettle')
    await one.locator('.vz-result mark', { hasText: 'kettle' }).waitFor()
    await one.locator('.vz-result').click()
    await one.locator('.vz-highlight', { hasText: 'kettle' }).waitFor()
  })

  test('what is open, edited and missed in one room is not in the next', async () => {
    const other = await server.room(bob, { name: 'Pantry' })
    await server.ask(`POST /rooms/${other}/messages`, { content: 'Sugar is out' }, bob.token)
    for (let n = 1; n <= 60; n++) await post(ada, `no. ${n}`)
    await post(bob, 'Mine to edit')
    const page = await come(bob)
    await says(page, 'Mine to edit').hover()
    await page.getByRole('button', { name: 'Reply in thread' }).click()
    await page.locator('.vz-thread textarea').waitFor()
    await says(page, 'Mine to edit').hover()
    await page.locator('.vz-conversation').getByRole('button', { name: 'Edit' }).click()
    await page.locator('.vz-conversation .vz-editing').waitFor()
    await page.locator('.vz-conversation .vz-scroller').evaluate((outer) => outer.scrollBy(0, -1000))
    await page.locator('.vz-conversation .vz-to-newest').waitFor()

    await page.locator('.vz-room', { hasText: 'Pantry' }).click()
    await says(page, 'Sugar is out').waitFor()
    expect(await page.locator('.vz-thread').count()).toBe(0)
    expect(await page.locator('.vz-editing').count()).toBe(0)
    expect(await page.locator('.vz-to-newest').count()).toBe(0)
    expect(await page.locator('.vz-conversation textarea').inputValue()).toBe('')
    expect(await page.locator('.vz-conversation [role=log]').innerText()).toBe('')
  })

  test('the members are read once, kept by what happens, and for the composer only when a name is begun', async () => {
    const eve = await server.login('eve').catch(() => server.register('eve'))
    await server.ask(`POST /rooms/${room}/join`, undefined, eve.token)
    const page = await come(ada)
    const group = (name: string) => page.locator('.vz-members [role=group]', { hasText: name })
    await group('Members').locator('.vz-member', { hasText: 'eve' }).waitFor()
    expect(readings).toBe(1)

    await server.ask(`PUT /rooms/${room}/members/${bob.id}`, { role: 'moderator' }, ada.token)
    await group('Moderator').locator('.vz-member', { hasText: 'bob' }).waitFor()
    await server.ask(`POST /rooms/${room}/leave`, undefined, eve.token)
    await page.locator('.vz-member', { hasText: 'eve' }).waitFor({ state: 'detached' })
    expect(readings).toBe(1)

    // Nobody types on while they are read.
    await page.locator('.vz-conversation textarea').pressSequentially('@bo')
    await page.locator('[role=option]', { hasText: '@bob' }).waitFor()
    expect(readings).toBe(2)
    await server.ask('PUT /users/me', { display_name: 'Bona Eve' }, eve.token)
    await server.ask(`POST /rooms/${room}/join`, undefined, eve.token)
    await page.locator('.vz-member', { hasText: 'Bona Eve' }).waitFor()
    // The composer has a list of its own, which is read again by itself: whoever types on finds her there.
    const field = page.locator('.vz-conversation textarea')
    await eventually('who has joined since', async () => {
      await field.fill('@bo')
      await field.pressSequentially('n')
      const found = page.locator('[role=option]', { hasText: '@eve' }).waitFor({ timeout: 300 })
      return found.then(
        () => true,
        () => false,
      )
    })
  })

  test('of a room too large to read, those are completed too whom the server finds by name', async () => {
    const names = Array.from({ length: 1001 }, (_, n) => `many${room}-${n}`)
    await server.sql`with made as (insert into users ${server.sql(names.map((username) => ({ username })))} returning id)
      insert into members (conversation_id, user_id, role) select ${room}, id, 'member' from made`
    await server.ask('PUT /users/me', { display_name: 'Zenobia' }, (await server.register(`zoe${room}`)).token)
    const page = await come(ada)
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname.endsWith('/users/search')) asked.push(searchParams.get('q') ?? '')
    })
    const field = page.locator('.vz-conversation textarea')
    // A letter is too little for the server, and those who are known are there at once.
    await field.pressSequentially('@b')
    await page.locator('[role=option]', { hasText: '@bob' }).waitFor()
    await field.fill('')
    await field.pressSequentially('@zeno', { delay: 10 })
    const option = page.locator('[role=option]', { hasText: `@zoe${room}` })
    await option.waitFor()
    // What is known to be everybody is asked for once, however slowly one types on.
    await field.pressSequentially('bia', { delay: 400 })
    expect(asked).toEqual(['zeno'])
    await page.keyboard.press('Enter')
    await soon(async () => expect(await field.inputValue()).toBe(`@zoe${room} `))
  })

  test('of a room whose members one may not see, those of the room before are not shown', async () => {
    const secret = await server.room(ada, { is_public: false })
    const page = await come(bob)
    await page.locator('.vz-member', { hasText: 'ada' }).waitFor()
    await page.evaluate(`controls.go(${secret})`)
    await page.locator('.vz-empty [role=alert], .vz-empty[role=alert]').waitFor()
    expect(await page.locator('.vz-member').count()).toBe(0)
  })

  test('more of what was found comes once, however often one asks for it', async () => {
    for (let n = 1; n <= 50; n++) await post(ada, `Marmalade no. ${n}`)
    const page = await come(ada)
    await page.getByLabel('Search', { exact: true }).fill('marmalade')
    const results = page.locator('.vz-result')
    const more = page.locator('.vz-results > .vz-button')
    await more.waitFor()
    const before = await results.count()
    await more.evaluate((button) => {
      for (let time = 0; time < 3; time++) (button as unknown as { click(): void }).click()
    })
    await eventually('more', async () => (await results.count()) > before)
    while ((await more.count()) > 0) {
      const now = await results.count()
      await more.click()
      await eventually('more, or all', async () => (await results.count()) > now || (await more.count()) === 0)
    }
    const texts = await results.allInnerTexts()
    expect([texts.length, new Set(texts).size]).toEqual([50, 50])
  })

  test('a reaction is outlined and taken back also of whoever is not among the ten who are named', async () => {
    const message = await post(ada, 'Who comes along?')
    for (let n = 1; n <= 11; n++) {
      const guest = await server.register(`guest${n}`)
      await server.ask(`POST /rooms/${room}/join`, undefined, guest.token)
      await server.ask(`POST /messages/${message}/reactions`, { emoji: '👍' }, guest.token)
    }
    await server.ask(`POST /messages/${message}/reactions`, { emoji: '👍' }, bob.token)
    const page = await come(bob)
    const count = says(page, 'Who comes along').locator('.vz-reaction .vz-count')
    await soon(async () => expect(await count.innerText()).toBe('12'))
    await count.click()
    await eventually('one less', async () => (await count.innerText()) === '11')
    await count.click()
    await eventually('one more', async () => (await count.innerText()) === '12')
    const own = page.locator('.vz-reaction-own[aria-pressed=true]', { hasText: '12' })
    await own.waitFor()
    // Told whole, it names the first ten alone.
    await server.ask(`PUT /messages/${message}`, { content: 'Who comes along then?' }, ada.token)
    await says(page, 'along then?').waitFor()
    await soon(async () => expect(await own.count()).toBe(1))
    await count.click()
    await eventually('one less again', async () => (await count.innerText()) === '11')
    expect(await page.locator('.vz-reaction-own, .vz-problem').count()).toBe(0)
  })

  test('who closes a thread by Escape is at the message again', async () => {
    await post(ada, 'Shall we?')
    const page = await come(bob)
    await says(page, 'Shall we?').focus()
    await page.keyboard.press('r')
    await page.locator('.vz-thread textarea:focus').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.vz-thread').waitFor({ state: 'detached' })
    await soon(async () => expect(await page.locator('.vz-message:focus').innerText()).toContain('Shall we?'))

    // Also where what was pressed goes with the mouse that comes and leaves.
    await page.getByRole('button', { name: 'Reply in thread' }).press('Enter')
    await page.locator('.vz-thread textarea:focus').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.vz-thread').waitFor({ state: 'detached' })
    await says(page, 'Shall we?').hover()
    await page.mouse.move(5, 5)
    await page.getByRole('button', { name: 'Reply in thread' }).waitFor({ state: 'detached' })
    await soon(async () => expect(await page.locator('.vz-message:focus').innerText()).toContain('Shall we?'))
  })

  test('without a connection what one writes waits, and is sent once there is one', async () => {
    const page = await come(ada)
    await page.locator('.vz-empty').waitFor()
    await page.context().setOffline(true)
    const socketsEnd = page.evaluate(`dispatchEvent(new Event('offline'))`)
    await socketsEnd
    await write(page, 'Kept')
    await says(page, 'Kept').waitFor()
    await page.context().setOffline(false)
    await page.evaluate(`dispatchEvent(new Event('online'))`)
    await eventually('it is sent', async () => {
      const { data } = await server.ask(`GET /rooms/${room}/messages`, undefined, ada.token)
      return (data as { messages: { content: string }[] }).messages.filter(({ content }) => content === 'Kept').length === 1 // prettier-ignore
    })
    await page.locator('.vz-pending').first().waitFor({ state: 'detached' })
    await soon(async () => expect(await says(page, 'Kept').count()).toBe(1))
  })
})
