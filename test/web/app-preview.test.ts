import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
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
    await soon(async () => expect(await members()).toBe(1))
    await page.goto(`${app.server.url}/c/tea-house/${said}`)
    await page.getByRole('button', { name: 'Join: Tea house' }).click()
    await message(page, 'The kettle is on').waitFor()
    await composer(page).and(page.locator(':focus')).waitFor()
    await soon(async () => expect(await members()).toBe(2))
    await page.locator('.app-list').getByRole('button', { name: 'Tea house' }).waitFor()
    await page.context().close()
  })

  test('keeps what one begins to write right after one has joined it, however late the news of that comes', async () => {
    await app.server.room(ada, { name: 'Landing' })
    const page = await app.signIn(bob)
    await page.routeWebSocket(/.*/, (socket) => {
      const server = socket.connectToServer()
      server.onMessage((frame) => {
        setTimeout(() => socket.send(frame), 500)
      })
    })
    for (const text of ['Half a thou', 'Half a thou and more']) {
      await page.goto(`${app.server.url}/c/landing`)
      await page.getByRole('button', { name: 'Join: Landing' }).click()
      await composer(page).pressSequentially(text.slice('Half a thou'.length * Number(text.length > 11)))
      await page.goto(`${app.server.url}/c/general`)
      await page.getByRole('heading', { name: 'General', level: 1 }).waitFor()
      await page.goto(`${app.server.url}/c/landing`)
      await composer(page).waitFor()
      expect(await composer(page).inputValue()).toBe(text)
      await app.server.ask('POST /rooms/landing/leave', undefined, bob.token)
      await page.getByRole('button', { name: 'Join: Landing' }).waitFor()
    }
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

  test('and is deleted while one looks at it is not there for whoever would join it', async () => {
    const dock = await app.server.room(ada, { name: 'Dock' })
    const page = await app.signIn(bob)
    await page.goto(`${app.server.url}/c/dock`)
    const join = page.getByRole('button', { name: 'Join: Dock' })
    await join.waitFor()
    await app.server.ask(`DELETE /rooms/${dock}`, undefined, ada.token)
    await join.click()
    await page.getByText('This conversation does not exist, or it is not open to you.').waitFor()
    expect(await join.count()).toBe(0)
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
    // Once it is open it is known, before it is painted: the page may be left by then.
    await page.evaluate(`window.known = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (![...document.querySelectorAll('h1')].some((heading) => heading.textContent === 'Loft')) return
        observer.disconnect()
        resolve(Object.entries(localStorage).find(([name]) => name.startsWith('veza.rooms'))?.[1])
      })
      observer.observe(document, { subtree: true, childList: true, characterData: true })
    })
    void 0`)
    await told.getByRole('link', { name: 'Open' }).click()
    await page.getByRole('heading', { name: 'Loft' }).waitFor()
    expect(await page.evaluate<string>('window.known')).toContain(`"${loft} `)
    const marks = page.locator('.app-list').getByText('New', { exact: true })
    await eventually('no mark', async () => (await marks.count()) === 0)
    await page.goto(`${app.server.url}/c/tea-house`)
    await message(page, 'The kettle is on').waitFor()
    expect(await marks.count()).toBe(0)
    await page.context().close()
  })

  test.each(['leaves it elsewhere', 'is put out of it'])(
    'is shown at once again to who %s while it is open, and joined by the button alone',
    async (how) => {
      const name = `Pantry ${how.length}`
      const room = await app.server.room(ada, { name, topic: 'Jars' })
      await app.server.ask(`POST /rooms/${room}/messages`, { content: 'Plum or quince' }, ada.token)
      await app.server.ask(`POST /rooms/${room}/join`, {}, bob.token)
      const page = await app.signIn(bob)
      await page.locator('.app-list').getByRole('button', { name }).click()
      await message(page, 'Plum or quince').waitFor()
      if (how === 'is put out of it')
        await app.server.ask(`DELETE /rooms/${room}/members/${bob.id}`, undefined, ada.token)
      else await app.server.ask(`POST /rooms/${room}/leave`, {}, bob.token)
      const card = page.locator('.app-card').getByRole('link', { name })
      await card.waitFor()
      const answer = Promise.withResolvers<void>()
      let asked = 0
      await page.route(/\/rooms\/pantry[\w-]*$/, async (route) => {
        asked++
        await answer.promise
        await route.continue()
      })
      await card.click()
      await eventually('the question about it', () => asked > 0)
      await page.locator('.app-conversation').waitFor()
      expect(await page.getByText('This conversation does not exist').count()).toBe(0)
      answer.resolve()
      await page.locator('.app-preview').getByText('Jars').waitFor()
      const join = page.getByRole('button', { name: `Join: ${name}` })
      await join.click()
      await message(page, 'Plum or quince').waitFor()
      await page.context().close()
    },
  )

  test('is shown again to who is put out of it although nobody told them, once events were lost', async () => {
    const room = await app.server.room(ada, { name: 'Scullery', topic: 'Suds' })
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'Wash or dry' }, ada.token)
    await app.server.ask(`POST /rooms/${room}/join`, {}, bob.token)
    const page = await app.signIn(bob)
    const tells: ((frame: object) => void)[] = []
    await page.routeWebSocket(/.*/, (socket) => {
      const there = socket.connectToServer()
      there.onMessage((text) => {
        if (!String(text).includes('"member_left"')) socket.send(text)
      })
      tells.push((frame) => socket.send(JSON.stringify(frame)))
    })
    await page.goto(`${app.server.url}/c/scullery`)
    await message(page, 'Wash or dry').waitFor()
    await app.server.ask(`DELETE /rooms/${room}/members/${bob.id}`, undefined, ada.token)
    for (const tell of tells) tell({ type: 'resync', data: { room_id: room, seq: 1 } })
    await page.locator('.app-preview').getByText('Suds').waitFor()
    const { data } = await app.server.ask(`GET /rooms/${room}`, undefined, ada.token)
    expect((data as { member_count: number }).member_count).toBe(1)
    await page.context().close()
  })

  test('and may not know of is not there, until one is added', async () => {
    const room = await app.server.room(ada, { name: 'Vault', is_public: false })
    await app.server.ask(`POST /rooms/${room}/messages`, { content: 'The third brick' }, ada.token)
    const page = await app.signIn(bob)
    await page.goto(`${app.server.url}/c/vault`)
    await page.getByText('This conversation does not exist, or it is not open to you.').waitFor()
    // Who comes from elsewhere hears so.
    await page.getByRole('link', { name: 'Browse rooms' }).click()
    await page.locator('.app-card').first().waitFor()
    await page.goBack()
    await page.getByText('This conversation does not exist').and(page.locator(':focus')).waitFor()
    await app.server.ask(`POST /rooms/${room}/members`, { user_id: bob.id }, ada.token)
    await message(page, 'The third brick').waitFor()
    await page.context().close()
  })

  test.each<[string, boolean]>([
    ['is added to', false],
    ['has opened, is put out of and added to again', true],
  ])('and %s while no tab is open is marked as new on return', async (_, knows) => {
    const zoe = await app.server.register(`zoe-${knows}`)
    await app.server.ask('POST /rooms/tea-house/join', {}, zoe.token)
    const room = await app.server.room(ada, { name: `Shed ${knows}`, is_public: false })
    const add = () => app.server.ask(`POST /rooms/${room}/members`, { user_id: zoe.id }, ada.token)
    if (knows) await add()
    const page = await app.signIn(zoe)
    const line = page.locator('.app-list').getByRole('button', { name: /^Shed/ })
    await page
      .locator('.app-list')
      .getByRole('button', { name: /^Tea house/ })
      .click()
    await message(page, 'The kettle is on').waitFor()
    if (knows) await line.click()
    if (knows) await page.getByRole('heading', { name: /^Shed/ }).waitFor()
    await page.goto('about:blank')
    if (knows) await app.server.ask(`DELETE /rooms/${room}/members/${zoe.id}`, undefined, ada.token)
    await add()
    await page.goto(`${app.server.url}/c/tea-house`)
    await line.getByText('New').waitFor()
    await page.context().close()
  })

  test('and has left is new again when one is added, whatever a tab without a connection knows', async () => {
    const eve = await app.server.register('eve')
    await app.server.ask('POST /rooms/tea-house/join', {}, eve.token)
    const one = await app.signIn(eve)
    const two = await one.context().newPage()
    let is_down = false
    const open: (() => Promise<void>)[] = []
    await two.routeWebSocket(/.*/, (socket) => {
      if (is_down) return void socket.close({ code: 1013 })
      socket.connectToServer()
      open.push(() => socket.close({ code: 1013 }))
    })
    await two.goto(app.server.url)
    await two.locator('.app-list').getByRole('button', { name: 'Tea house' }).waitFor()
    is_down = true
    for (const cut of open) await cut()

    const room = await app.server.room(ada, { name: 'Larder', is_public: false })
    const add = () => app.server.ask(`POST /rooms/${room}/members`, { user_id: eve.id }, ada.token)
    await add()
    const line = one.locator('.app-list').getByRole('button', { name: /^Larder/ })
    await line.getByText('New').waitFor()
    const stored = `JSON.parse(localStorage.getItem('veza.rooms ${eve.id}')).rooms.some((one) => one.startsWith('${room} '))`
    for (const page of [one, two])
      await page.evaluate("writes = 0; addEventListener('storage', ({ key }) => { if (key.startsWith('veza.rooms')) writes++ })") // prettier-ignore
    await line.click()
    await eventually('it is known', async () => (await two.evaluate<boolean>(stored)) && (await two.evaluate('writes')) === 1) // prettier-ignore
    // What one tab writes reaches the other in order, so an answer to it would have come between these.
    for (let turn = 0; turn < 10; turn++)
      for (const [from, to] of [
        [one, two],
        [two, one],
      ] as const) {
        await from.evaluate(`localStorage.setItem('mark', '${turn} ${from === one}')`)
        await eventually('the mark', () => to.evaluate<boolean>(`localStorage.getItem('mark') === '${turn} ${from === one}'`)) // prettier-ignore
      }
    await soon(async () =>
      expect([await one.evaluate<number>('writes'), await two.evaluate<number>('writes')]).toEqual([0, 1]),
    )

    await app.server.ask(`DELETE /rooms/${room}/members/${eve.id}`, undefined, ada.token)
    await line.waitFor({ state: 'detached' })
    await one.goto(`${app.server.url}/c/tea-house`)
    await add()
    await line.getByText('New').waitFor()
    await one.context().close()
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

  test('and is deleted in the moment in which one joins it, or later, says so, and by whom', async () => {
    const page = await app.signIn(bob)
    const shed = await app.server.room(ada, { name: 'Shed' })
    await app.server.ask(`POST /rooms/${shed}/join`, undefined, bob.token)
    for (const name of ['Belfry', 'Mill']) {
      const id = await app.server.room(ada, { name })
      await page.goto(`${app.server.url}/c/${name.toLowerCase()}`)
      await page.getByRole('heading', { name }).waitFor()
      // The list comes with the connection.
      await page.locator('.vz-room', { hasText: 'Shed' }).waitFor()
      await app.server.ask(`POST /rooms/${id}/join`, undefined, bob.token)
      if (name === 'Mill') await composer(page).waitFor()
      await app.server.ask(`DELETE /rooms/${id}`, undefined, ada.token)
      await page.getByText(`ada deleted ${name}.`).waitFor()
      await eventually('the way home', () => !page.url().includes('/c/'))
    }
    await page.context().close()
  })
})
