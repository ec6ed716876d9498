// The way up to what one has not read in a conversation where that is thousands of messages.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page, WebSocketRoute } from 'playwright-core'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { eventually, soon } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { oldest_and_newest, open, serve, type Served } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()
if ('missing' in found) console.warn(`The way to the first new message is not gone in a browser: ${found.missing}.`)

describe.skipIf('missing' in found).each(oldest_and_newest)(
  'far below the first new message, by %s',
  (_, framework) => {
    let browser: Browser
    let served: Served
    let server: TestServer
    let ada: Account
    let bob: Account

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

    /** Bob at the end of 8,000 messages, of which he has read five. `refuse` says which of the questions for pages of the way are refused. */
    async function come(refuse: (nth: number) => boolean = () => false) {
      const room = await server.room(ada, { name: 'Mill' })
      await server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
      const { sql } = server
      await sql`insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
      select ${room}, ${ada.id}, n, n, n, '~mill' || n, 'message ' || n || '.', 'text', now(), now() from generate_series(1, 8000) n`
      await sql`update conversations set message_count = 8000, last_seq = 8000, last_message_id = (select max(id) from messages where conversation_id = ${room}) where id = ${room}`
      await sql`update members set last_read_number = 5 where conversation_id = ${room} and user_id = ${bob.id}`
      const asked: number[] = []
      /** While on, what is asked for the way waits, or the pages of this limit; others are counted. */
      const hold = { on: false, limit: 100, waiting: [] as (() => void)[], answered: 0, others: 0 }
      const address = `${served.url}/#${encodeURIComponent(`${server.url}|${bob.token}|${room}`)}`
      const { page } = await open(browser, address, undefined, (page) =>
        page.routeWebSocket(/.*/, (socket: WebSocketRoute) => {
          const far = socket.connectToServer()
          const held = new Set<number>()
          far.onMessage((text) => {
            socket.send(text)
            if (held.has((JSON.parse(String(text)) as { id: number }).id)) hold.answered++
          })
          socket.onMessage((text) => {
            const { type, id, data } = JSON.parse(String(text)) as { type: string; id: number; data: { limit?: number; before_id?: number } } // prettier-ignore
            const is_way = type === 'get_history' && data.limit === 100
            if (is_way) asked.push(data.before_id ?? 0)
            const refusal = { code: 'RATE_LIMIT_EXCEEDED', message: 'Too many at once.', retry_after: 1, severity: 'low', action: null } // prettier-ignore
            if (is_way && refuse(asked.length)) return socket.send(JSON.stringify({ type: 'error', id, data: refusal }))
            if (type === 'get_history' && data.limit === hold.limit) {
              held.add(id)
              if (hold.on) return hold.waiting.push(() => far.send(text))
            } else if (type === 'get_history') hold.others++
            far.send(text)
          })
        }),
      )
      await says(page, 'message 8000.').waitFor()
      const up = page.locator('.vz-conversation .vz-to-new button').first()
      await up.waitFor()
      return { page, up, asked, hold, room }
    }
    const says = (page: Page, text: string) =>
      page.locator('.vz-conversation .vz-message').getByText(text, { exact: true })
    async function write(page: Page, text: string): Promise<void> {
      await page.locator('.vz-conversation textarea').fill(text)
      await page.keyboard.press('Enter')
      await says(page, text).waitFor()
    }

    test('one is led fifty pages at a time, once however often one presses', async () => {
      const { page, up, asked } = await come()
      await up.evaluate((button) => {
        button.click()
        button.click()
      })
      await eventually('fifty pages', () => asked.length === 50)
      const [row] = await server.sql<
        { number: number }[]
      >`select number from messages where id = ${(asked[49] ?? 0) - 100}`
      await says(page, `message ${row?.number}.`).waitFor()
      expect(new Set(asked).size).toBe(50)
      await up.click()
      await says(page, 'message 6.').waitFor()
      await up.waitFor({ state: 'detached' })
      expect(new Set(asked).size).toBe(asked.length)
      expect(asked.length).toBeLessThanOrEqual(80)
      await page.close()
    })

    test('what is refused on the way is told, and the next press goes on from there', async () => {
      const { page, up, asked } = await come((nth) => nth === 20)
      await up.click()
      await page.locator('.vz-problem').getByText('Too many at once.').waitFor()
      expect(asked).toHaveLength(20)
      await up.click()
      await eventually('further on', () => asked.length > 20)
      expect(asked[20]).toBe(asked[19] ?? 0)
      await page.close()
    })

    test('where the way stops at a reply, which stands in its thread, one is led to what comes next', async () => {
      const { page, up, asked, room } = await come()
      const { sql } = server
      const [last] = await sql<{ id: number }[]>`select max(id) - 100 as id from messages where conversation_id = ${room}` // prettier-ignore
      await sql`update messages set parent_id = (select id from messages where conversation_id = ${room} and number = 10)
      where conversation_id = ${room} and number % 50 in (1, 2, 3) and id < ${last?.id ?? 0}`
      await up.click()
      await eventually('fifty pages', () => asked.length === 50)
      const stop = (asked[49] ?? 0) - 100
      const [next] = await sql<{ number: number; is_reply: boolean }[]>`
      select min(number) as number, (select parent_id is not null from messages where id = ${stop}) as is_reply
      from messages where conversation_id = ${room} and id >= ${stop} and parent_id is null`
      expect(next?.is_reply).toBe(true)
      await page.locator('.vz-message:focus', { hasText: `message ${next?.number}.` }).waitFor()
      await page.close()
    })

    test('who gave the way up and takes it again is led there, although the answer to the first comes between', async () => {
      const { page, up, asked, hold } = await come()
      hold.on = true
      await up.click()
      await eventually('a question', () => hold.waiting.length === 1)
      await write(page, 'Never mind')
      await up.click()
      await eventually('another', () => hold.waiting.length === 2)
      hold.on = false
      for (const letGo of hold.waiting) letGo()
      await eventually('all pages', () => asked.length > 50)
      await page.locator('.vz-conversation .vz-message:focus').waitFor()
      await page.close()
    })

    test('who writes when the way is found already, and its last page comes, stays with what they wrote', async () => {
      const { page, up, hold, room } = await come()
      Object.assign(hold, { on: true, limit: 25 })
      await up.click()
      await eventually('the last page', () => hold.waiting.length === 1)
      await write(page, 'Here I am')
      const { others } = hold
      hold.on = false
      hold.waiting[0]?.()
      await eventually('both pages', () => hold.answered === 2)
      await server.ask(`POST /rooms/${room}/messages`, { content: 'Glad you are' }, ada.token)
      await says(page, 'Glad you are').waitFor()
      await soon(async () => expect([await says(page, 'Here I am').isVisible(), hold.others]).toEqual([true, others]))
      await page.close()
    })

    test.each<[string, (page: Page) => Promise<unknown>]>([
      ['goes to another room', (page) => page.locator('.vz-room', { hasText: 'General' }).click()],
      ['marks it as read', (page) => page.locator('.vz-conversation .vz-to-new button').nth(1).click()],
      ['writes', (page) => write(page, 'Enough')],
    ])('nobody is led on who %s meanwhile', async (how, leave) => {
      await server.ask('POST /rooms/general/join', undefined, ada.token)
      await server.ask('POST /rooms/general/join', undefined, bob.token)
      const { page, up, asked, hold, room } = await come()
      hold.on = true
      await up.click()
      await eventually('a question', () => hold.waiting.length === 1)
      await leave(page)
      hold.waiting[0]?.()
      await eventually('the answer', () => hold.answered === 1)
      // What comes behind the answer is shown after it.
      const where = how === 'goes to another room' ? 'general' : room
      await server.ask(`POST /rooms/${where}/messages`, { content: `Later than ${how}` }, ada.token)
      await says(page, `Later than ${how}`).waitFor()
      expect(asked).toHaveLength(1)
      await page.close()
    })
  },
)
