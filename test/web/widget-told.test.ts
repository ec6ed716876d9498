// What a page may count on: each message is told once, and in order, whatever becomes of the connection.
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import type { Account } from '../services/server.ts'
import { tokenFor } from './host-page.ts'
import { hasNoBrowser, startWidgets, type Widgets } from './widgets.ts'

setDefaultTimeout(60_000)

/** The page's way to the socket: `wire` is the last one, `sent` what went out; while it `isCut`, none leads anywhere. The event of a message with `lost` in it does not come in, pages of history are asked for `slowly` later. */
const wired = `Object.assign(globalThis, { sent: [], lost: null, slowly: 0, isCut: false })
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, ...given) { super(isCut ? 'ws://127.0.0.1:9' : url, ...given); globalThis.wire = this }
    set onmessage(hear) { super.onmessage = (event) => { if (lost === null || !event.data.includes('"room_message"') || !event.data.includes(lost)) hear(event) } }
    send(text) { sent.push(text); setTimeout(() => super.send(text), text.includes('get_history') ? slowly : 0) }
  }
`

describe.skipIf(hasNoBrowser)('what is told to the page', () => {
  let all: Widgets
  let ada: Account

  beforeAll(async () => {
    all = await startWidgets()
    ada = await all.server.register('ada')
  })
  afterAll(() => all.close())
  afterEach(async () => {
    for (const context of all.browser.contexts()) await context.close()
  })

  /** A room of ada's in which bob is, and his page. */
  async function come(script = '') {
    const room = await all.server.room(ada, { name: `Room ${crypto.randomUUID()}` })
    await all.server.ask(`POST /rooms/${room}/join`, undefined, await tokenFor('bob'))
    const shown = await all.open({ name: 'bob', attributes: `room="${room}"`, script: wired + script })
    await shown.hears('ready')
    const { page, sockets, heard } = shown
    const write = async (content: string, parent_id?: number) => {
      const answer = await all.server.ask(`POST /rooms/${room}/messages`, { content, ...(parent_id !== undefined && { parent_id }) }, ada.token) // prettier-ignore
      expect(answer.error).toBeUndefined()
      return (answer.data as { id: number }).id
    }
    return {
      ...shown,
      room,
      write,
      told: async () => (await heard('message')).map(({ detail }) => (detail as { message: { content: string } }).message.content), // prettier-ignore
      cut: async () => {
        await page.evaluate('isCut = true; wire.close()')
        await eventually('the end of the connection', () => sockets.at(-1)?.isClosed())
      },
      mend: () => page.evaluate('isCut = false'),
    }
  }

  test('what is written while the first reading is cut off is told after it, and nothing old is read for that', async () => {
    const { page, write, told, cut, mend, hears } = await come('slowly = 1500')
    const parent = await write('before the cut')
    await cut()
    await write('a reply', parent)
    const regretted = await write('regretted')
    await all.server.ask(`DELETE /messages/${regretted}`, undefined, ada.token)
    await write('after the cut')
    await mend()
    await hears('message', 3)
    await write('the last')
    await hears('message', 4)
    await soon(async () => expect(await told()).toEqual(['before the cut', 'a reply', 'after the cut', 'the last']))
    const sent = await page.evaluate<string[]>('sent')
    expect(sent.filter((text) => /"sync"|"since_seq":0/.test(text))).toEqual([])
  })

  test('after a long time away the newest 500 are told, oldest first', async () => {
    const { room, write, told, cut, mend, hears, said } = await come()
    await write('message 1')
    await said('message 1').waitFor()
    await cut()
    await all.server.sql`
      insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
      select ${room}, ${ada.id}, n, n, n, '~told' || n, 'message ' || n, 'text', now(), now() from generate_series(2, 620) n`
    await all.server
      .sql`update conversations set message_count = 620, last_seq = 620, last_message_id = (select max(id) from messages where conversation_id = ${room}) where id = ${room}`
    await mend()
    await hears('message', 501)
    await write('message 621')
    await hears('message', 502)
    const newest = Array.from({ length: 501 }, (_, at) => `message ${at + 121}`)
    await soon(async () => expect(await told()).toEqual(['message 1', ...newest]))
  })

  test('a reply that the connection lost is told before what comes after it', async () => {
    const { page, write, told, hears, said } = await come()
    const parent = await write('the first')
    await said('the first').waitFor()
    await page.evaluate("lost = 'a lost reply'")
    await write('a lost reply', parent)
    await write('the next')
    await hears('message', 3)
    await soon(async () => expect(await told()).toEqual(['the first', 'a lost reply', 'the next']))
  })

  test('a page of history is asked for once, and no more for what comes by itself', async () => {
    const { page, write, told, hears, said } = await come()
    await write('one')
    await said('one').waitFor()
    const before = (await page.evaluate<string[]>('sent')).length
    for (const text of ['two', 'three', 'four']) await write(text)
    await hears('message', 4)
    await soon(async () => expect(await told()).toEqual(['one', 'two', 'three', 'four']))
    const asked = (await page.evaluate<string[]>('sent')).slice(before)
    expect(asked.filter((text) => text.includes('get_history'))).toEqual([])
  })
})
