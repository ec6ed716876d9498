import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Frame } from '../../services/client.ts'
import { createDatabase } from '../../services/postgres.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let a: Client
let b: Client
let room_id: number

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
  a = await connect(server, { token: ada.token })
  b = await connect(server, { token: bob.token })
  room_id = await server.room(ada, { name: 'Room' })
  for (const client of [a, b]) await client.command('join_room', { room_id })
})
afterAll(() => server.close())

const codeOf = ({ data }: Frame) => data.code
const say = (content: string, more: object = {}) => a.command('send_message', { room_id, content, ...more })

test('a message comes back whole, and reaches everyone in the room as it was acknowledged', async () => {
  const metadata = { client_id: 'whole', color: 'blue', nested: { list: [1, null] } }
  const sent = await say('**hello**', { content_type: 'markdown', metadata })
  expect(sent).toEqual({
    type: 'message_sent',
    id: sent.id!,
    data: {
      id: expect.any(Number),
      message_id: sent.data.id,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      room_id,
      room_name: 'Room',
      seq: expect.any(Number),
      change_seq: sent.data.seq,
      number: expect.any(Number),
      author_id: ada.id,
      username: 'ada',
      content: '**hello**',
      content_type: 'markdown',
      parent_id: null,
      thread_count: 0,
      is_pinned: false,
      is_edited: false,
      edit_count: 0,
      is_deleted: false,
      reactions: [],
      mentions: [],
      mention_count: 0,
      attachments: [],
      metadata: { color: 'blue', nested: { list: [1, null] } },
      client_id: 'whole',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: sent.data['created_at'],
    } as never,
  })
  for (const client of [a, b])
    expect(await client.next(({ data }) => data.client_id === 'whole')).toEqual({
      type: 'room_message',
      data: sent.data,
    })
  const at = (fits: (frame: Frame) => boolean) => a.frames.findIndex(fits)
  expect(at(({ id }) => id === sent.id)).toBeLessThan(at(({ type, data }) => type === 'room_message' && data.id === sent.data.id)) // prettier-ignore
  const { messages } = (await b.command('get_history', { room_id })).data
  expect(messages.at(-1)).toEqual(sent.data)
})

test('a message without a client_id shows none', async () => {
  const sent = await say('anonymous')
  expect(sent.data).not.toHaveProperty('client_id')
  await b.next(({ data }) => data.id === sent.data.id)
  expect(JSON.stringify([...a.frames, ...b.frames])).not.toContain('"~')
})

test('a sender that has not joined the live feed is acknowledged all the same', async () => {
  const other = await connect(server, { token: bob.token })
  expect(await other.command('send_message', { room_id, content: 'from afar' })).toMatchObject({ type: 'message_sent' })
  await b.next(({ data }) => data.content === 'from afar')
  await other.command('ping')
  expect(other.events.filter(({ type }) => type !== 'unread_updated')).toEqual([])
  await other.close()
})

describe('the acknowledgement comes before the sender’s own event', () => {
  test('for each of many sent at once', async () => {
    const from = a.frames.length
    const sent = await Promise.all(Array.from({ length: 60 }, (_, n) => say(`burst ${n}`)))
    const last = sent.at(-1)!.data.id
    await a.until('the last event', () =>
      a.frames.find(({ type, data }) => type === 'room_message' && data.id === last),
    )
    const frames = a.frames.slice(from)
    for (const { data } of sent) {
      const ack = frames.findIndex((frame) => frame.type === 'message_sent' && frame.data.id === data.id)
      const event = frames.findIndex((frame) => frame.type === 'room_message' && frame.data.id === data.id)
      expect([ack >= 0, ack < event]).toEqual([true, true])
    }
    expect(sent.map(({ data }) => data.content)).toEqual(Array.from({ length: 60 }, (_, n) => `burst ${n}`))
    const seqs = sent.map(({ data }) => data.seq)
    expect(seqs).toEqual(seqs.map((_, n) => seqs[0]! + n))
  })

  test('when a repeat was sent just before', async () => {
    await say('original', { metadata: { client_id: 'slow-repeat' } })
    for (let round = 0; round < 20; round++) {
      const from = a.frames.length
      const [repeat, fresh] = await Promise.all([
        say('original', { metadata: { client_id: 'slow-repeat' } }),
        say(`fresh ${round}`),
      ])
      expect([repeat.data['duplicate'], fresh.data['duplicate']]).toEqual([true, undefined])
      const id = fresh.data.id
      await a.until('the event', () => a.frames.find(({ type, data }) => type === 'room_message' && data.id === id))
      const own = a.frames.slice(from).filter(({ data }) => data.id === id)
      expect(own.map(({ type }) => type)).toEqual(['message_sent', 'room_message'])
    }
  })

  test('on every try, while others send to the same room', async () => {
    const noise = Promise.all(Array.from({ length: 60 }, (_, n) => b.command('send_message', { room_id, content: `noise ${n}` }))) // prettier-ignore
    for (let n = 0; n < 40; n++) await say(`calm ${n}`)
    await noise
    const order = new Map<number, string[]>()
    for (const { type, data } of a.frames)
      if (data.content?.startsWith('calm')) order.set(data.id, [...(order.get(data.id) ?? []), type])
    const last = [...order.keys()].at(-1)!
    await a.until('the last event', () => a.events.find(({ data }) => data.id === last))
    order.delete(last)
    expect(new Set([...order.values()].map(String))).toEqual(new Set(['message_sent,room_message']))
  })
})

describe('content is', () => {
  const family = '👩‍👩‍👧‍👦'
  test.each<[string, string, string]>([
    ['kept with its white space', '  two  spaces\n\tand a tab ', '  two  spaces\n\tand a tab '],
    ['kept with its HTML', '<script>alert("x")</script> &amp;', '<script>alert("x")</script> &amp;'],
    ['normalised to NFC', 'e\u0301', 'é'],
    ['2,000 astral characters', '😀'.repeat(2000), '😀'.repeat(2000)],
    ['kept with its joiners', family, family],
    ['2,000 after normalising though 4,000 before', 'e\u0301'.repeat(2000), 'é'.repeat(2000)],
    ['kept with direction marks and line separators', 'a\u202e\u2028b', 'a\u202e\u2028b'],
  ])('%s', async (_, content, stored) => {
    const sent = await say(content)
    expect(sent.data.content).toBe(stored)
    expect((await b.next(({ data }) => data.id === sent.data.id)).data.content).toBe(stored)
    expect((await a.command('get_history', { room_id, limit: 1 })).data.messages[0]!.content).toBe(stored)
  })

  const raw = (content: string) =>
    `{"type": "send_message", "id": "raw", "data": {"room_id": ${room_id}, "content": ${content}}}`
  test.each<[string, string, string]>([
    ['empty', '""', 'MESSAGE_EMPTY'],
    ['blank', JSON.stringify(' \n\t\r \u00a0\u3000\u2003'), 'MESSAGE_EMPTY'],
    ['invisible', JSON.stringify('\u200b\u200d\u2060\ufeff\u00ad'), 'MESSAGE_EMPTY'],
    ['a Hangul filler', JSON.stringify('\u3164\u115f\uffa0'), 'MESSAGE_EMPTY'],
    ['control characters', JSON.stringify('\u0001\u0007\u009f'), 'MESSAGE_EMPTY'],
    ['tags and variation selectors', JSON.stringify('\u{e0041}\ufe0f\u{e0100}'), 'MESSAGE_EMPTY'],
    ['2,001 characters', JSON.stringify('x'.repeat(2001)), 'MESSAGE_TOO_LONG'],
    ['2,001 astral characters', JSON.stringify('😀'.repeat(2001)), 'MESSAGE_TOO_LONG'],
    ['with a NUL', '"a\\u0000b"', 'VALIDATION_FAILED'],
    ['with a lone high surrogate', '"a\\ud83d"', 'VALIDATION_FAILED'],
    ['with a lone low surrogate', '"\\ude00a"', 'VALIDATION_FAILED'],
  ])('refused when it is %s', async (_, content, code) => {
    const before = a.frames.length
    a.raw(raw(content))
    const answer = await a.until('the answer', () => a.frames.slice(before).find(({ id }) => id === 'raw'))
    expect(answer).toMatchObject({ type: 'error', data: { code, action: 'send_message' } })
  })

  test('told its limit and length when it is too long', async () => {
    expect((await say('é'.repeat(2001))).data.details).toEqual({ max_message_length: 2000, length: 2001 } as never)
  })

  test('of any length where the limit is 0', async () => {
    const free = await startServer({ limits: { max_message_length: 0 } }, server.database)
    const client = await connect(free, { token: ada.token })
    const { data } = await client.command('send_message', { room_id, content: 'x'.repeat(50_000) })
    expect(data.content).toHaveLength(50_000)
    await free.close()
  })
})

describe('metadata', () => {
  const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) })
  test.each<[string, object]>([
    ['eight levels deep', nested(7)],
    ['of 4,096 bytes', { a: 'x'.repeat(4096 - 8) }],
    ['with keys of JavaScript', JSON.parse('{"__proto__": {"x": 1}, "constructor": 1, "toString": null}') as object],
    ['with numbers as they are', { a: 1.5, b: -0.001, c: 1e21 }],
  ])('is kept %s', async (_, metadata) => {
    const { data } = await say('x', { metadata })
    expect(JSON.stringify(data['metadata'])).toBe(JSON.stringify(metadata))
    const [last] = (await b.command('get_history', { room_id, limit: 1 })).data.messages
    expect(last!['metadata']).toEqual(data['metadata'] as never)
  })

  test.each<[string, string, string]>([
    ['deeper', JSON.stringify(nested(9)), 'VALIDATION_FAILED'],
    ['a thousand levels deep', '{"a":'.repeat(1000) + '1' + '}'.repeat(1000), 'VALIDATION_FAILED'],
    ['larger', JSON.stringify({ a: 'x'.repeat(4096) }), 'PAYLOAD_TOO_LARGE'],
    ['larger in bytes', JSON.stringify({ a: '😀'.repeat(1024) }), 'PAYLOAD_TOO_LARGE'],
    ['with a NUL in a value', '{"a": ["\\u0000"]}', 'VALIDATION_FAILED'],
    ['with a NUL in a key', '{"\\u0000": 1}', 'VALIDATION_FAILED'],
    ['with a lone surrogate', '{"a": {"b": "\\ud800"}}', 'VALIDATION_FAILED'],
    ['with a lone surrogate as client_id', '{"client_id": "\\ud800"}', 'VALIDATION_FAILED'],
    ['with a NUL as client_id', '{"client_id": "\\u0000"}', 'VALIDATION_FAILED'],
    ['that is a list', '[1]', 'VALIDATION_FAILED'],
  ])('is refused %s', async (_, metadata, code) => {
    const before = a.frames.length
    a.raw(
      `{"type": "send_message", "id": "meta", "data": {"room_id": ${room_id}, "content": "x", "metadata": ${metadata}}}`,
    )
    const answer = await a.until('the answer', () => a.frames.slice(before).find(({ id }) => id === 'meta'))
    expect(codeOf(answer)).toBe(code as never)
  })
})

test.each<[string, object, string]>([['attachments', { attachments: [1] }, 'FILE_NOT_FOUND']])(
  '%s is refused as long as there is nothing behind it',
  async (_, more, code) => {
    expect(codeOf(await say('x', more))).toBe(code)
    expect((await say('x', { attachments: [] })).type).toBe('message_sent')
  },
)

test('a guest may read and not send', async () => {
  const eve = await server.register('eve')
  const first = await connect(server, { token: eve.token })
  await first.command('join_room', { room_id })
  await server.sql`update users set role = 'guest' where id = ${eve.id}`
  const guest = await connect(server, { token: (await server.login('eve')).token })
  expect(await guest.command('send_message', { room_id, content: 'x' })).toMatchObject({ data: { code: 'PERMISSION_DENIED', details: { permission: 'send_messages' } } }) // prettier-ignore
  expect((await guest.command('get_history', { room_id })).type).toBe('room_history')
  await Promise.all([first.close(), guest.close()])
})

describe('sending again with the same client_id', () => {
  test('on a new connection gives the original, and no second event', async () => {
    const metadata = { client_id: 'again' }
    const original = await say('once', { metadata })
    await b.next(({ data }) => data.client_id === 'again')
    const other = await connect(server, { token: ada.token })
    const again = await other.command('send_message', { room_id, content: 'something else', metadata })
    expect(again.data).toEqual({ ...original.data, duplicate: true })
    await say('marker')
    await b.next(({ data }) => data.content === 'marker')
    expect(b.events.filter(({ data }) => data.client_id === 'again')).toHaveLength(1)
    await other.close()
  })

  test('from two sockets at once gives one message', async () => {
    const other = await connect(server, { token: ada.token })
    for (let round = 0; round < 10; round++) {
      const data = { room_id, content: 'twins', metadata: { client_id: `twins-${round}` } }
      const replies = await Promise.all([a, other, a, other].map((client) => client.command('send_message', data)))
      expect(replies.map(({ type }) => type)).toEqual(Array(4).fill('message_sent'))
      expect(new Set(replies.map((reply) => reply.data.id)).size).toBe(1)
      expect(replies.filter((reply) => reply.data['duplicate'])).toHaveLength(3)
    }
    await other.close()
  })

  test('after a restart, on another server, gives the original', async () => {
    const database = await createDatabase()
    const first = await startServer({}, database)
    const cleo = await first.register('cleo')
    const one = await connect(first, { token: cleo.token })
    await one.command('join_room', { room_id: 'general' })
    const data = { room_id: 'general', content: 'kept', metadata: { client_id: 'kept' } }
    const original = await one.command('send_message', data)
    await first.close()
    const [second, third] = [await startServer({}, database), await startServer({}, database)]
    for (const next of [second, third]) {
      const client = await connect(next, { token: cleo.token })
      const again = await client.command('send_message', data)
      expect(again.data).toEqual({ ...original.data, duplicate: true })
    }
    await Promise.all([second.close(), third.close()])
    await database.drop()
  })
})
