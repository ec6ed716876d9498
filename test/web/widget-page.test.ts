import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { tokenFor } from './host-page.ts'
import { hasFocus, hasNoBrowser, startWidgets, styleOf, type Widgets } from './widgets.ts'

setDefaultTimeout(60_000)

describe.skipIf(hasNoBrowser)('the widget and the page around it', () => {
  let all: Widgets
  let ada: Account

  beforeAll(async () => {
    all = await startWidgets()
    ada = await all.server.register('ada')
    await all.server.ask('POST /rooms/general/join', undefined, ada.token)
  })
  afterAll(() => all.close())
  afterEach(async () => {
    for (const context of all.browser.contexts()) await context.close()
  })

  const launched = 'room="general" launcher'
  const slowToRead = `globalThis.read = false
    globalThis.WebSocket = class extends WebSocket {
      send(text) { text.includes('get_history') ? setTimeout(() => { read = true; super.send(text) }, 1500) : super.send(text) }
    }`
  /** A member before the page is opened, so that all that is written once it is ready is news. */
  const joins = async (name: string) => {
    const answer = await all.server.ask('POST /rooms/general/join', undefined, await tokenFor(name))
    expect(answer.error).toBeUndefined()
  }

  test('an address that is none is told to whoever wrote it, and breaks nothing', async () => {
    const { hears, page, sockets } = await all.open({ attributes: 'room="general" server="http://"' })
    const told: string[] = []
    page.on('pageerror', ({ message }) => told.push(message))
    await hears('ready')
    await page.evaluate("document.querySelector('veza-chat').setAttribute('server', 'http://:')")
    await eventually('a word to the author', () => Promise.resolve(told.some((text) => text.includes('is no address'))))
    expect(sockets.length).toBeGreaterThan(0)
  })

  test('the launcher counts what is unread, opens by keyboard, and closes with Escape', async () => {
    const { chat, page, field, hears, heard, said } = await all.open({ name: 'bob', attributes: launched })
    await hears('ready')
    const open = chat.getByRole('button', { name: 'Open the chat' })
    await open.focus()
    await page.keyboard.press('Enter')
    await field.waitFor()
    await eventually('the focus in the field', () => hasFocus(field))
    await soon(async () => expect(await chat.evaluate('document.activeElement.hasAttribute("open")')).toBe(true))
    const dialog = chat.getByRole('dialog', { name: 'General' })
    await dialog.waitFor()

    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await soon(async () => expect(await hasFocus(open)).toBe(true))
    const text = `while closed ${crypto.randomUUID()}`
    await all.says(ada, text)
    await chat.getByRole('button', { name: 'Open the chat, 1 unread' }).waitFor()
    await soon(async () =>
      expect(await hears('message')).toMatchObject([{ detail: { message: { content: text, username: 'ada' } } }]),
    )
    await soon(async () => expect((await hears('unread')).at(-1)?.detail).toEqual({ unread: 1, mentions: 0 } as never))

    await page.evaluate("document.querySelector('veza-chat').openPanel()")
    await said(text).waitFor()
    await eventually('all is read', async () => (await heard('unread')).at(-1)?.detail['unread'] === 0)
    await page.evaluate("document.querySelector('veza-chat').closePanel()")
    await dialog.waitFor({ state: 'detached' })
    await soon(async () => expect((await heard()).flatMap(({ type }) => (type === 'open' || type === 'close' ? [type] : []))).toEqual(['open', 'close', 'open', 'close'])) // prettier-ignore
  })

  test.each([
    ['is there open', 'room="general" launcher open', ''],
    [
      'is opened by the page at once',
      launched,
      "addEventListener('load', () => document.querySelector('veza-chat').openPanel())",
    ],
    ['fills a box', 'room="general"', ''],
  ])('a chat that %s leaves the focus where it is', async (_, attributes, script) => {
    const { field, page, hears } = await all.open({
      body: `<input id="theirs" autofocus>${all.script}<veza-chat id="chat" token-url="/chat-token?name=bob" ${attributes}></veza-chat>`,
      script,
    })
    await hears('ready')
    await field.waitFor()
    await soon(async () => expect(await page.evaluate<string>('document.activeElement.id')).toBe('theirs'))
  })

  test('a chat that the page opens and closes leaves the focus with whoever writes elsewhere', async () => {
    const { chat, page, hears } = await all.open({
      body: `<input id="theirs">${all.script}<veza-chat id="chat" token-url="/chat-token?name=bob" ${launched}></veza-chat>`,
    })
    await hears('ready')
    const theirs = page.locator('#theirs')
    await theirs.focus()
    await page.keyboard.type('Meanwhile ')
    for (const [does, state] of [
      ['openPanel', 'visible'],
      ['closePanel', 'detached'],
    ] as const) {
      await page.evaluate(`document.querySelector('veza-chat').${does}()`)
      await chat.getByRole('dialog').waitFor({ state })
      await page.keyboard.type('one writes on ')
    }
    await soon(async () => expect(await theirs.inputValue()).toBe('Meanwhile one writes on one writes on '))
  })

  test('a conversation of two is shown by its number, and the page hears of it', async () => {
    const carl = await all.open({ name: 'carl' })
    await carl.hears('ready')
    const found = await all.server.ask('GET /users/search?q=carl', undefined, ada.token)
    const [person] = (found.data as { users: { id: number }[] }).users
    const { conversation_id } = (await all.server.ask('POST /conversations', { user_id: person?.id }, ada.token)).data as { conversation_id: number } // prettier-ignore
    const dm = await all.open({ name: 'carl', attributes: `conversation="${conversation_id}"` })
    await dm.chat.getByText('Nobody has written here yet').waitFor()
    const [asked, answered] = [`for you alone ${crypto.randomUUID()}`, `and for you ${crypto.randomUUID()}`]
    await all.server.ask(`POST /conversations/${conversation_id}/messages`, { content: asked }, ada.token)
    await dm.said(asked).waitFor()
    await soon(async () =>
      expect(await dm.hears('message')).toMatchObject([{ detail: { message: { content: asked, conversation_id } } }]),
    )
    await dm.write(answered)
    await soon(async () =>
      expect(await dm.hears('sent')).toMatchObject([{ detail: { message: { content: answered, conversation_id } } }]),
    )
    await dm.said(answered).locator('.vz-pending').waitFor({ state: 'detached' })
    expect(await carl.heard('message')).toEqual([])
  })

  test('what was written without a connection is heard of after it, replies in threads too, each once and in order', async () => {
    await joins('bob')
    const { hears, heard, page, sockets, said } = await all.open({
      name: 'bob',
      script:
        'globalThis.isCut = false; globalThis.WebSocket = class extends WebSocket { constructor(url, ...given) { super(isCut ? "ws://127.0.0.1:9" : url, ...given); globalThis.wire = this } }',
    })
    await hears('ready')
    const [before, one, two, three, last] = ['before', 'one', 'two', 'three', 'last'].map((word) => `${word} ${crypto.randomUUID()}`) // prettier-ignore
    const parent = await all.says(ada, before ?? '')
    const reply = (content = '') =>
      all.server.ask('POST /rooms/general/messages', { content, parent_id: parent.id }, ada.token)
    await said(before ?? '').waitFor()
    await reply('an old reply')
    await hears('message', 2)

    await page.evaluate('isCut = true; wire.close()')
    await eventually('the end of the connection', () => sockets[0]?.isClosed())
    await reply(one)
    await all.says(ada, two ?? '')
    await reply(three)
    await page.evaluate('isCut = false')
    await said(two ?? '').waitFor()
    await reply(last)
    await hears('message', 6)
    const contents = (await heard('message')).map(
      ({ detail }) => (detail as { message: { content: string } }).message.content,
    )
    expect<(string | undefined)[]>(contents).toEqual([before, 'an old reply', one, two, three, last])
  })

  test('what comes while the conversation is read for the first time is heard of, replies too, each once and in order', async () => {
    await joins('finn')
    const { hears, heard, page } = await all.open({ name: 'finn', script: slowToRead })
    await hears('ready')
    const parent = await all.says(ada, 'what finn has not read yet')
    await all.server.ask('POST /rooms/general/messages', { content: 'a reply to it', parent_id: parent.id }, ada.token)
    await all.says(ada, 'the last before it is read')
    expect(await page.evaluate('read')).toBe(false)
    await hears('message', 3)
    await all.says(ada, 'the first after it')
    await hears('message', 4)
    await soon(async () => expect((await heard('message')).map(({ detail }) => (detail as { message: { content: string } }).message.content)).toEqual(['what finn has not read yet', 'a reply to it', 'the last before it is read', 'the first after it'])) // prettier-ignore
  })

  test('what comes with the answer that has what was there before is heard of', async () => {
    await joins('gail')
    await all.says(ada, 'what gail finds there')
    const { hears, page } = await all.open({
      name: 'gail',
      // What was there before and the message come within one frame, so that they are shown together.
      script: `const [later, now] = [setTimeout, Date.now]
        let isStill = false
        let at = 0
        Date.now = () => (isStill ? at : now())
        globalThis.setTimeout = (run, ms, ...given) => later(run, isStill && ms > 0 && ms <= 16 ? 600 : ms, ...given)
        globalThis.WebSocket = class extends WebSocket {
          constructor(...given) {
            super(...given)
            const held = []
            this.addEventListener('message', (event) => {
              const { type } = JSON.parse(event.data)
              if (globalThis.isDone || (type !== 'room_history' && type !== 'room_message')) return
              event.stopImmediatePropagation()
              held.push(event.data)
              globalThis.isAnswered = true
              if (type === 'room_history') return
              globalThis.isDone = true
              const [history, message] = held
              this.onmessage({ data: history })
              later(() => this.onmessage({ data: message }), 300)
              later(() => (isStill = false), 900)
            })
          }
          send(text) {
            if (text.includes('get_history')) [isStill, at] = [true, now()]
            super.send(text)
          }
        }`,
    })
    await hears('ready')
    await page.waitForFunction('globalThis.isAnswered')
    await all.says(ada, 'what comes with it')
    await soon(async () => expect(await hears('message')).toMatchObject([{ detail: { message: { content: 'what comes with it' } } }])) // prettier-ignore
  })

  test('a launcher that nobody opened makes nobody a member', async () => {
    const { hears, page, chat } = await all.open({ name: 'carol', attributes: launched })
    await hears('ready')
    const joined = () => all.server.sql`select from members join users on users.id = user_id where username = 'carol'`
    expect(await joined()).toHaveLength(0)
    await chat.getByRole('button').click()
    await eventually('the membership', async () => (await joined()).length === 1)
    await page.close()
  })

  test('send() sends, also at once, and focus() goes to the field', async () => {
    const { page, said, field, hears } = await all.open({ name: 'bob' })
    const text = `by the page ${crypto.randomUUID()}`
    const status = await page.evaluate(`document.querySelector('veza-chat').send('${text}').status`)
    expect(status).toBe('queued')
    await said(text).waitFor()
    await soon(async () =>
      expect(await hears('sent')).toMatchObject([{ by: 'chat', detail: { message: { content: text } } }]),
    )
    await page.evaluate("document.querySelector('veza-chat').focus()")
    await soon(async () => expect(await hasFocus(field)).toBe(true))
    expect(await page.evaluate("(() => { try { document.createElement('veza-chat').send('x') } catch (error) { return error.message } })()")).toBe('This <veza-chat> is in no document.') // prettier-ignore
  })

  test('what was written before the conversation was read is told to be sent as well, once', async () => {
    const { page, hears, said } = await all.open({
      name: 'bob',
      script: slowToRead,
    })
    const text = `early ${crypto.randomUUID()}`
    await page.evaluate(`document.querySelector('veza-chat').send('${text}')`)
    await said(text).waitFor()
    await said(text).locator('.vz-pending').waitFor({ state: 'detached' })
    await soon(async () => expect(await hears('sent')).toMatchObject([{ detail: { message: { content: text } } }]))
  })

  test('several share one connection for a server and a source of tokens, and the last one ends it', async () => {
    const room = await all.server.room(ada, { name: 'Second room' })
    const one = (id: string, name: string, place: string | number) =>
      `<veza-chat id="${id}" room="${place}" token-url="/chat-token?name=${name}"></veza-chat>`
    const { page, sockets, hears } = await all.open({
      body: all.script + one('a', 'bob', 'general') + one('b', 'bob', room) + one('c', 'eve', room),
    })
    await hears('ready', 3)
    expect([sockets.length, all.host.asked()]).toEqual([2, 2])
    const text = `to both ${crypto.randomUUID()}`
    await page.evaluate(`document.querySelector('#b').send('${text}')`)
    await page.locator('#c article', { hasText: text }).waitFor()
    await page.locator('#b article', { hasText: text }).waitFor()

    await page.evaluate("document.querySelector('#a').remove()")
    await page.evaluate(`document.querySelector('#b').send('${text} again')`)
    await page.locator('#c article', { hasText: `${text} again` }).waitFor()
    expect(sockets.map((socket) => socket.isClosed())).toEqual([false, false])
    await page.evaluate("document.querySelector('#b').remove()")
    await eventually('the end of one', () => sockets.filter((socket) => socket.isClosed()).length === 1)
  })

  test('moving it keeps the connection, taking it out ends it, putting it back begins anew', async () => {
    const { page, sockets, hears, field, said } = await all.open({ name: 'bob' })
    await hears('ready')
    await field.fill('half a word')
    await page.evaluate("document.body.append(document.querySelector('veza-chat'))")
    await page.evaluate("document.querySelector('#box').append(document.querySelector('veza-chat'))")
    await soon(async () => expect(await field.inputValue()).toBe('half a word'))
    const text = `after moving ${crypto.randomUUID()}`
    await all.says(ada, text)
    await said(text).waitFor()
    expect(sockets.length).toBe(1)

    await page.evaluate("globalThis.kept = document.querySelector('veza-chat'); kept.remove()")
    await eventually('the end of the connection', () => sockets[0]?.isClosed())
    expect(await page.evaluate('kept.shadowRoot.childElementCount')).toBe(0)
    await page.evaluate("document.querySelector('#box').append(kept)")
    await said(text).waitFor()
    expect(sockets.length).toBe(2)
  })

  test('what one types is not heard by the shortcuts of the page', async () => {
    const { page, field } = await all.open({
      name: 'bob',
      script:
        "globalThis.keys = []; for (const type of ['keydown', 'keyup', 'keypress', 'input', 'beforeinput', 'paste']) document.addEventListener(type, (event) => keys.push(type + ' ' + (event.key ?? '')))",
    })
    await field.pressSequentially('go')
    await page.keyboard.press('Escape')
    expect(await page.evaluate('keys')).toEqual([])
    await page.evaluate('document.activeElement.blur()')
    await page.keyboard.press('g')
    await soon(async () => expect(await page.evaluate('keys')).toContain('keydown g'))
  })

  test('the styles of the page and of the chat do not reach each other, but for tokens and parts', async () => {
    const { page, chat, field, said, write, hears } = await all.open({
      name: 'bob',
      styles:
        '* { color: red !important; letter-spacing: 9px !important; text-transform: uppercase; font-size: 40px !important; text-align: right !important } .vz-avatar { display: none } textarea { background: red !important } #box { height: 500px } veza-chat { --vz-accent: rgb(1, 2, 3) } veza-chat::part(composer) { padding-bottom: 33px }',
      body: `<p class="vz-notice" id="theirs">theirs</p><div id="box">${all.script}<veza-chat room="general" token-url="/chat-token?name=bob"></veza-chat></div>`,
    })
    const text = `styled ${crypto.randomUUID()}`
    await write(text)
    await hears('sent')
    await said(text).locator('.vz-pending').waitFor({ state: 'detached' })
    const style = ['color', 'letter-spacing', 'text-transform', 'font-size', 'text-align']
    const ours = ['oklch(0.24 0.02 265)', 'normal', 'none', '15px', 'start']
    const words = said(text).locator('p')
    await soon(async () => expect(await Promise.all(style.map((property) => styleOf(words, property)))).toEqual(ours))
    await soon(async () => expect(await said(text).locator('.vz-avatar').isVisible()).toBe(true))
    await soon(async () => expect(await styleOf(field, 'background-color')).toBe('rgba(0, 0, 0, 0)'))
    await soon(async () => expect(await styleOf(chat.locator('form'), 'padding-bottom')).toBe('33px'))
    await field.focus()
    await soon(async () =>
      expect(await styleOf(chat.locator('.vz-composer-line'), 'outline-color')).toBe('rgb(1, 2, 3)'),
    )
    await soon(async () => expect(await styleOf(page.locator('#theirs'), 'display')).toBe('block'))
  })

  test('attributes and properties are the same, and what changes is shown at once', async () => {
    const room = await all.server.room(ada, { name: 'Other place' })
    await all.says(ada, 'in the other place', room)
    const { page, chat, field, said, sockets } = await all.open({ name: 'bob' })
    await field.waitFor()
    await page.evaluate(
      `Object.assign(document.querySelector('veza-chat'), { room: ${room}, placeholder: 'Say hello', readOnly: false })`,
    )
    await said('in the other place').waitFor()
    await soon(async () => expect(await field.getAttribute('placeholder')).toBe('Say hello'))
    await page.evaluate("document.querySelector('veza-chat').setAttribute('locale', 'fr')")
    await chat.getByText('La conversation commence ici.').waitFor()
    await page.evaluate("document.querySelector('veza-chat').readOnly = true")
    await field.waitFor({ state: 'detached' })
    await said('in the other place').hover()
    expect(await chat.getByRole('button').count()).toBe(0)
    expect(sockets.length).toBe(1)
    await soon(async () => expect(await page.evaluate("['room', 'locale', 'readOnly', 'tokenUrl', 'accent'].map((name) => document.querySelector('veza-chat')[name])")).toEqual([String(room), 'fr', true, '/chat-token?name=bob', null])) // prettier-ignore
  })

  test('properties that the page set before the script came are taken over', async () => {
    const { hears } = await all.open({
      body: '<veza-chat id="chat"></veza-chat>',
      script: `const chat = document.querySelector('veza-chat'); chat.room = 'general'; chat.token = '${await tokenFor('dora')}'
        const script = Object.assign(document.createElement('script'), { type: 'module', src: '${all.server.url}/widget.js' }); document.head.append(script)`,
    })
    await soon(async () => expect(await hears('ready')).toMatchObject([{ detail: { username: 'dora' } }]))
  })

  test.each([
    ['no room', 'token-url="/chat-token?name=bob"', 'This chat has no room yet'],
    ['no source of tokens', 'room="general"', 'This chat knows no user yet'],
  ])('with %s it says what the page has to do', async (_, attributes, sentence) => {
    const { chat } = await all.open({ body: `${all.script}<veza-chat ${attributes}></veza-chat>` })
    await chat.getByText(sentence).waitFor()
  })
})
