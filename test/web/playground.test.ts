import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import axe from 'axe-core'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'

import { findBrowser, openBrowser } from '../services/browser.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'
import { soon } from '../services/eventually.ts'
import { mark, payloads } from './payloads.ts'

setDefaultTimeout(90_000)

interface Clickable {
  click(): void
}

test('the playground is there unless it is switched off', async () => {
  for (const [overrides, status] of [
    [{}, 200],
    [{ features: { playground: false } }, 404],
  ] as const) {
    const server = await startServer(overrides)
    try {
      expect((await fetch(`${server.url}/playground`)).status).toBe(status)
    } finally {
      await server.close()
    }
  }
})

const found = await findBrowser()
if ('missing' in found) console.warn(`The playground is not looked at in a browser: ${found.missing}.`)

describe.skipIf('missing' in found)('the playground in Chromium', () => {
  let server: TestServer
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let ada: Account
  let bob: Account
  /** What the browser has to complain of, and what it asked for. */
  const complaints: string[] = []
  const asked: string[] = []
  /** Frames that left the page. */
  const sent: { type: string; id?: unknown; data: Record<string, unknown> }[] = []

  beforeAll(async () => {
    if ('missing' in found) return
    server = await startServer()
    ada = await server.register('ada')
    bob = await server.register('bob')
    browser = await openBrowser(found)
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', permissions: ['clipboard-read', 'clipboard-write'] }) // prettier-ignore
    context.setDefaultTimeout(20_000)
    await context.addInitScript("addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI))") // prettier-ignore
    await context.addInitScript(mark)
    page = await open()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })
  beforeEach(() => {
    sent.length = 0
  })

  async function open(fragment = ''): Promise<Page> {
    const page = await context.newPage()
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => asked.push(request.url()))
    page.on('dialog', (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`)
      dialog.dismiss().catch((cause: unknown) => complaints.push(String(cause)))
    })
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => sent.push(JSON.parse(String(payload)) as (typeof sent)[number])),
    )
    await page.goto(`${server.url}/playground${fragment}`)
    await page.locator('.bench').waitFor()
    return page
  }

  /** Chromium itself tells on the console of a sign-in that is refused. */
  const unexpected = () => complaints.filter((each) => !each.includes('status of 401'))
  const client = (name: string) => page.locator(`section.client-${name}`)
  const choose = (type: string) => page.getByRole('combobox', { name: 'Command' }).selectOption(type)
  const field = (name: string): Locator => page.locator('form.fields').getByLabel(name, { exact: false }).first()
  const send = (name: string) => page.getByRole('button', { name: `Send as ${name}` }).click()
  const answered = (text: string) => page.locator('output.answer', { hasText: text }).waitFor()
  const frames = (name: string, text: string) => page.locator(`li.frame.client-${name}`, { hasText: text })

  test('two people come in: one by name and password, one by a token in a frame of its own', async () => {
    await client('A').getByLabel('Name').fill('ada')
    await client('A').getByLabel('Password').fill('wrong horse')
    await client('A').getByRole('button', { name: 'Sign in' }).click()
    await client('A').getByText('INVALID_CREDENTIALS').waitFor()
    await client('A').getByLabel('Password').fill('correct horse')
    await client('A').getByRole('button', { name: 'Sign in' }).click()
    await client('A').getByText('Connected as ada').waitFor()

    await client('B').getByLabel('The token goes').selectOption('frame')
    await client('B').getByLabel('Access token').fill(bob.token)
    await client('B').getByRole('button', { name: 'Connect with it' }).click()
    await client('B').getByText('Connected as bob').waitFor()
    expect(sent).toMatchObject([{ type: 'authenticate', data: { token: bob.token } }])
    // The timeline shows that frame without what is secret in it.
    await frames('B', '"token":"$VEZA_TOKEN"').waitFor()
    expect(await page.content()).not.toContain(bob.token)
  })

  test('they exchange messages through the forms: a message, a reply, an edit and a reaction', async () => {
    await choose('send_message')
    await page.getByText('a room that one has joined (join_room)').waitFor()
    await choose('join_room')
    for (const name of ['A', 'B']) {
      await send(name)
      await answered('Answered: room_joined')
    }
    await choose('send_message')
    await field('content').fill('Good morning, bob')
    await send('A')
    await answered('Answered: message_sent')

    const heard = frames('B', 'room_message').filter({ hasText: 'Good morning, bob' })
    await heard.locator('summary').click()
    await heard.getByRole('button', { name: 'Reply' }).click()
    await soon(async () => expect(await field('parent_id').inputValue()).toBe('1'))
    await field('content').fill('Good morning, ada')
    await send('B')
    await frames('A', 'room_message').filter({ hasText: 'Good morning, ada' }).waitFor()

    const own = frames('A', 'message_sent')
    await own.locator('summary').click()
    await own.getByRole('button', { name: 'Edit' }).click()
    await soon(async () => expect(await field('content').inputValue()).toBe('Good morning, bob'))
    await field('content').fill('Good evening, bob')
    await send('A')
    await frames('B', 'message_edited').filter({ hasText: 'Good evening, bob' }).waitFor()

    await heard.getByRole('button', { name: 'React' }).click()
    await send('B')
    await frames('A', 'reaction_added').waitFor()
    const { data } = await server.ask('GET /messages/1', undefined, ada.token)
    expect(data as object).toMatchObject({ content: 'Good evening, bob', thread_count: 1, reactions: [{ emoji: '👍', count: 1 }] }) // prettier-ignore
  })

  test('every command has a form whose first content can be sent, and is answered or refused in words', async () => {
    const types = await page.getByRole('combobox', { name: 'Command' }).locator('option').allTextContents()
    expect(types.length).toBeGreaterThan(25)
    for (const type of types.filter((each) => each !== 'disconnect')) {
      await choose(type)
      await page.locator('form.fields').waitFor()
      await send('A')
      await page.locator('output.answer', { hasText: /Answered|Refused|no answer/ }).waitFor()
      const outcome = await page.locator('output.answer').innerText()
      expect(`${type}: ${outcome}`).toMatch(/: (Answered: \w+$|Sent\. This command has no answer\.$|Refused: .+ \([A-Z_]+\))/) // prettier-ignore
      expect(outcome).not.toMatch(/MALFORMED_FRAME|UNKNOWN_COMMAND|INTERNAL_ERROR/)
    }
    expect(new Set(sent.map(({ type }) => type))).toEqual(new Set(types.filter((type) => type !== 'disconnect')))
  })

  test('what is wrong is told beside its field, and never leaves the page', async () => {
    const cases: [string, Record<string, string>, string, string][] = [
      ['send_message', { content: '' }, 'content', 'This is required.'],
      ['send_message', { room_id: '0' }, 'room_id', 'At least 1.'],
      ['send_message', { expires_in: 'soon' }, 'expires_in', 'This is not an integer.'],
      ['send_message', { client_id: '~mine' }, 'client_id', 'This does not have the form that is asked for.'],
      ['send_message', { 'other fields': '[]' }, 'other fields', 'This is not a JSON object.'],
      ['get_history', { limit: '101' }, 'limit', 'At most 100.'],
      ['search_messages', { before: 'yesterday' }, 'before', 'This does not have the form that is asked for.'],
      ['get_presence', { user_ids: 'ada' }, 'user_ids', 'This is not an integer.'],
      ['update_status', { status: '' }, 'status', 'This is required.'],
    ]
    for (const [type, given, name, words] of cases) {
      await choose(type)
      for (const [name, text] of Object.entries(given))
        await (name === 'status' ? field(name).selectOption(text) : page.locator('form.fields').getByRole('textbox', { name }).fill(text)) // prettier-ignore
      await send('A')
      const input = name === 'status' ? field(name) : page.locator('form.fields').getByRole('textbox', { name })
      await soon(async () =>
        expect([type, name, await input.getAttribute('aria-invalid')]).toEqual([type, name, 'true']),
      )
      const described = (await input.getAttribute('aria-describedby'))?.split(' ').at(-1) ?? ''
      await soon(async () =>
        expect([type, name, await page.locator(`[id="${described}"]`).innerText()]).toEqual([type, name, words]),
      )
      await soon(async () =>
        expect(await input.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true),
      )
      await page.getByText('Nothing was sent: one field to put right.').waitFor()
    }
    expect(sent).toEqual([])
  })

  test('what the server refuses is told beside its field too', async () => {
    await choose('add_reaction')
    await field('emoji').fill('+1')
    await send('A')
    await page.locator('[id="field-emoji-error"]', { hasText: 'one emoji' }).waitFor()
  })

  test('nested and repeated fields become what the schema asks for', async () => {
    await choose('send_message')
    await field('content').fill('with metadata')
    await page.locator('form.fields').getByRole('checkbox', { name: 'parent_id null' }).check()
    await field('content_type').selectOption('markdown')
    await field('client_id').fill('c-1')
    await page.getByRole('textbox', { name: 'other fields' }).fill('{"color": ["blue", 1]}')
    await send('A')
    await answered('Answered: message_sent')
    await choose('get_presence')
    const already = await page.locator('li.frame.client-A.out', { hasText: 'get_presence' }).count()
    await page.getByRole('button', { name: 'Add to user_ids' }).click()
    await page.getByRole('textbox', { name: 'user_ids 2' }).fill(String(bob.id))
    await send('A')
    await answered('Answered: presence')
    await page.getByRole('button', { name: 'Remove user_ids 1' }).click()
    await send('A')
    await page
      .locator('li.frame.client-A.out', { hasText: 'get_presence' })
      .nth(already + 1)
      .waitFor()
    expect(sent.map(({ data }) => data)).toEqual([
      { room_id: 'general', content: 'with metadata', parent_id: null, content_type: 'markdown', metadata: { client_id: 'c-1', color: ['blue', 1] } },
      { user_ids: [1, bob.id] },
      { user_ids: [bob.id] },
    ]) // prettier-ignore
  })

  test('a raw frame goes out as it stands, also one that is wrong', async () => {
    await choose('ping')
    await page.getByRole('button', { name: 'Raw frame' }).click()
    const raw = page.getByLabel('The frame, sent as it stands')
    await soon(async () =>
      expect(JSON.parse(await raw.inputValue())).toEqual({ type: 'ping', id: 'raw-ping', data: {} }),
    )
    await raw.fill('{"type": "ping", "id": "mine",   "data": {"timestamp": "raw"}}')
    await send('A')
    await answered('Answered: pong')
    await frames('A', '{"timestamp":"raw"').first().locator('summary').click()
    expect(sent.at(-1)).toEqual({ type: 'ping', id: 'mine', data: { timestamp: 'raw' } })
    await raw.fill('{"type": "no_such_command", "id": "odd"}')
    await send('A')
    await answered('UNKNOWN_COMMAND')
    await raw.fill('{"type": "ping", "data": {"timestamp": 7}}')
    await page.getByRole('button', { name: 'Form', exact: true }).click()
    await soon(async () => expect(await field('timestamp').inputValue()).toBe('7'))
  })

  test('the timeline is filtered, paused, copied and cleared', async () => {
    const list = page.locator('.frames')
    await page.getByLabel('Type contains').fill('pong')
    await soon(async () => expect(new Set(await list.locator('strong').allInnerTexts())).toEqual(new Set(['pong'])))
    await page.getByRole('combobox', { name: 'Of', exact: true }).selectOption('B')
    await list.getByText('No frame fits the filter.').waitFor()
    await page.getByRole('combobox', { name: 'Of', exact: true }).selectOption('')
    await page.getByRole('button', { name: 'Copy all shown' }).click()
    await page.locator('.timeline').getByText('Copied.').waitFor()
    const lines = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(JSON.parse(lines.split('\n')[0] ?? '')).toMatchObject({ client: 'A', direction: 'in', text: expect.stringContaining('pong') }) // prettier-ignore
    await page.getByLabel('Type contains').fill('')

    await page.getByRole('button', { name: 'Pause' }).click()
    const before = await list.locator('li').count()
    await choose('ping')
    await send('B')
    await page.getByText('Paused; 2 new').waitFor()
    await soon(async () => expect(await list.locator('li').count()).toBe(before))
    await page.getByRole('button', { name: 'Go on' }).click()
    await frames('B', 'pong').last().waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await list.getByText('Connect a client').waitFor()
  })

  test('what people write is text, wherever it is shown', async () => {
    // One of the commands tried above has left the room.
    await choose('join_room')
    await send('A')
    await answered('Answered: room_joined')
    for (const content of payloads) {
      const sent = await server.ask('POST /rooms/1/messages', { content, metadata: { [content]: content } }, bob.token)
      expect([content, sent.status]).toEqual([content, 201])
    }
    const rows = frames('A', 'room_message')
    await rows.nth(payloads.length - 1).waitFor()
    await rows.locator('summary').evaluateAll((summaries) => summaries.map((summary) => (summary as Clickable).click()))
    const shown = await rows.locator('pre').allTextContents()
    for (const [index, payload] of payloads.entries()) expect(shown[index]).toContain(JSON.stringify(payload))
    for (let index = 0; index < payloads.length; index += 10)
      await rows.nth(index).getByRole('button', { name: 'Reply' }).click()
    await choose('send_message')
    await field('content').fill(payloads.join(' '))
    for (const language of ['Go', 'Python', 'curl', 'JavaScript']) {
      await page.getByRole('button', { name: language, exact: true }).click()
      await page.getByRole('region', { name: language }).waitFor()
    }
    expect(await page.locator('img, svg, iframe, .frames a, .frames script').count()).toBe(0)
    expect(await page.evaluate<number>('ran')).toBe(0)
    expect(unexpected()).toEqual([])
  })

  test('a link restores the command and its fields in another page, and has no token', async () => {
    await choose('authenticate')
    await field('token').fill(ada.token)
    await field('subscribe').selectOption('all')
    await page.getByRole('button', { name: 'Copy a link' }).click()
    await page.getByText('Link copied. No token is in it.').waitFor()
    const link = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(link).toStartWith(`${server.url}/playground#`)
    expect(decodeURIComponent(link)).not.toContain(ada.token.slice(0, 20))
    const other = await open(new URL(link).hash)
    await soon(async () =>
      expect(await other.getByRole('combobox', { name: 'Command' }).inputValue()).toBe('authenticate'),
    )
    const restored = other.locator('form.fields')
    await soon(async () => expect([await restored.getByLabel('token').inputValue(), await restored.getByLabel('subscribe').inputValue()]).toEqual(['$VEZA_TOKEN', '"all"'])) // prettier-ignore
    await other.close()
    const odd = await open('#command=send_message&fields={"content":[[["<img src=x onerror=alert(1)>"]]],"room_id":{}}')
    await soon(async () =>
      expect(await odd.getByRole('combobox', { name: 'Command' }).inputValue()).toBe('send_message'),
    )
    await odd.close()
  })

  test('the place of the token in a form is filled in by the client that sends', async () => {
    await choose('authenticate')
    await send('A')
    await answered('Answered: auth_success')
    expect(sent.at(-1)?.data['token']).toStartWith('eyJ')
    await frames('A', '"token":"$VEZA_TOKEN"').last().waitFor()
  })

  test('a link cannot make anybody say their token', async () => {
    const trap = await open('#command=send_message&fields={"room_id":"general","content":"it is $VEZA_TOKEN"}')
    await trap.locator('section.client-A').getByRole('button', { name: 'New throw-away account' }).click()
    await trap.locator('section.client-A').getByText('Connected as try-').waitFor()
    await trap.getByRole('button', { name: 'Send as A' }).click()
    await trap.getByRole('button', { name: 'Raw frame' }).click()
    await trap.getByRole('button', { name: 'Send as A' }).click()
    await trap.locator('output.answer', { hasText: 'PERMISSION_DENIED' }).waitFor()
    expect(sent.map(({ data }) => data['content'])).toEqual(['it is $VEZA_TOKEN', 'it is $VEZA_TOKEN'])
    await trap.close()
  })

  test('who signed in by password stays connected for longer than a token lives', async () => {
    const brief = await startServer({ security: { jwt_access_duration: 6_000 } })
    const long = await context.newPage()
    try {
      await long.goto(`${brief.url}/playground`)
      const first = long.locator('section.client-A')
      await first.getByRole('button', { name: 'New throw-away account' }).click()
      await first.getByText('Connected as try-').waitFor()
      const since = performance.now()
      await long.locator('li.frame.out', { hasText: 'authenticate' }).nth(1).waitFor()
      // Half of six seconds twice, and not at every telling that a token is about to expire, which is at once.
      expect(performance.now() - since).toBeGreaterThan(4_000)
      await long.locator('li.frame.in', { hasText: 'auth_success' }).nth(2).waitFor()
      expect(await long.locator('li.frame.note', { hasText: 'closed' }).count()).toBe(0)
    } finally {
      await long.close()
      await brief.close()
    }
  })

  test('only its own server can be reached, and the page says so', async () => {
    const fresh = await open()
    const first = fresh.locator('section.client-A')
    await first.getByLabel('Address').fill('wss://chat.example.com/ws')
    await first.getByText('This page may only reach its own server').waitFor()
    await soon(async () => expect(await first.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true))
    await fresh.close()
  })

  test('a new account takes one button, and a closed connection says why', async () => {
    await client('B').getByRole('button', { name: 'Another account' }).click()
    await client('B').getByRole('button', { name: 'New throw-away account' }).click()
    await client('B').getByText('Connected as try-').waitFor()
    await choose('disconnect')
    await send('B')
    await client('B').getByText('Closed with 1000').waitFor()
    await soon(async () => expect(await page.getByRole('button', { name: 'Send as B' }).isDisabled()).toBe(true))
    await client('B').getByRole('button', { name: 'Connect', exact: true }).click()
    await client('B').getByText('Connected as try-').waitFor()
  })

  test.each([
    ['light', 1280, 'en'],
    ['dark', 1280, 'fr'],
    ['light', 400, 'fr'],
    ['dark', 400, 'en'],
  ] as const)('axe finds nothing, and nothing is cut off: %s, %d px, %s', async (colorScheme, width, language) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    await page.locator('header.top select').selectOption(language)
    await page.locator('section.command select').first().selectOption('send_message')
    await page.locator('form.fields').getByRole('textbox', { name: 'expires_in' }).fill('x')
    await page.locator('li.frame summary').first().click()
    await soon(async () => expect(await page.evaluate('document.documentElement.lang')).toBe(language))
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    // In the page's own world it would be a script that the policy does not know.
    await page.evaluate(`${axe.source}; undefined`)
    const { violations } = await page.evaluate<axe.AxeResults>("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })") // prettier-ignore
    expect(violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]) // prettier-ignore
  })

  test('it is used by keyboard alone', async () => {
    const fresh = await open()
    const isOn = (words: string) =>
      fresh.evaluate(`(document.activeElement?.textContent + ' ' + [...(document.activeElement?.labels ?? [])].map((label) => label.textContent).join(' ')).includes(${JSON.stringify(words)})`) // prettier-ignore
    const reach = async (words: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await fresh.keyboard.press('Tab')
        if ((await isOn(words)) === true) return
      }
      throw new Error(`the Tab key does not lead to ${words}`)
    }
    await reach('New throw-away account')
    await fresh.keyboard.press('Enter')
    await fresh.locator('section.client-A').getByText('Connected as try-').waitFor()
    await reach('room_id')
    await fresh.keyboard.press('ControlOrMeta+A')
    await fresh.keyboard.type('general')
    await reach('Send as A')
    await fresh.keyboard.press('Space')
    await fresh.locator('output.answer', { hasText: 'Answered: room_joined' }).waitFor()
    await reach('Clear')
    await fresh.keyboard.press('Enter')
    await fresh.locator('.frames').getByText('Connect a client').waitFor()
    await fresh.close()
  })

  test('a flood is bounded: 2,000 frames are kept, and the page answers meanwhile', async () => {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.locator('header.top select').selectOption('en')
    await page.getByRole('button', { name: 'Clear' }).click()
    for (let index = 0; index < 2100; index += 50)
      await Promise.all(Array.from({ length: 50 }, (_, at) => server.ask('POST /rooms/1/messages', { content: `flood ${index + at}` }, bob.token))) // prettier-ignore
    await frames('A', 'flood 2099').waitFor()
    await page.getByRole('button', { name: 'Copy all shown' }).click()
    await page.locator('.timeline').getByText('Copied.').waitFor()
    const lines = (await page.evaluate<string>('navigator.clipboard.readText()')).split('\n')
    await soon(async () => expect([lines.length, await page.locator('li.frame').count()]).toEqual([2000, 200]))
    await page.getByRole('button', { name: 'Show older ones' }).click()
    await page.locator('li.frame').nth(399).waitFor()
  })

  test('the browser has nothing to complain of, and nobody else was asked', () => {
    expect(unexpected()).toEqual([])
    expect(asked.filter((url) => !url.startsWith(server.url) && !/^(data|blob):/.test(url))).toEqual([])
  })
})
