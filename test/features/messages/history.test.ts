import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Data } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let client: Client
/** A room of 30 messages, `ids[n]` the n-th, of which every third from the fourth on is a reply to the first. */
let room_id: number
const ids: number[] = [0]
const replies: number[] = []

beforeAll(async () => {
  server = await startServer({ limits: { resume_limit: 20 } })
  ada = await server.register('ada')
  client = await connect(server, { token: ada.token })
  room_id = await server.room(ada)
  for (let n = 1; n <= 30; n++) {
    const parent_id = n % 3 === 1 && n > 3 ? ids[1] : undefined
    const sent = await client.command('send_message', { room_id, content: `${n}`, parent_id })
    ids.push(sent.data.id)
    if (parent_id !== undefined) replies.push(n)
  }
})
afterAll(() => server.close())

const numbers = (messages: Data[]) => messages.map(({ content }) => Number(content))
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const page = async (more: object = {}) => (await client.command('get_history', { room_id, ...more })).data

describe('get_history', () => {
  test.each<[string, () => object, number[], boolean]>([
    ['the newest page', () => ({ limit: 5 }), range(26, 30), true],
    ['everything, when it fits', () => ({}), range(1, 30), false],
    ['a page of exactly all', () => ({ limit: 30 }), range(1, 30), false],
    ['a page of one less', () => ({ limit: 29 }), range(2, 30), true],
    ['what came before', () => ({ limit: 5, before_id: ids[26] }), range(21, 25), true],
    ['the first, before', () => ({ limit: 5, before_id: ids[6] }), range(1, 5), false],
    ['nothing before the first', () => ({ limit: 5, before_id: ids[1] }), [], false],
    ['what came after', () => ({ limit: 5, after_id: ids[10] }), range(11, 15), true],
    ['the last, after', () => ({ limit: 5, after_id: ids[25] }), range(26, 30), false],
    ['nothing after the last', () => ({ limit: 5, after_id: ids[30] }), [], false],
    ['what lies between', () => ({ after_id: ids[10], before_id: ids[15] }), range(11, 14), false],
    ['the first of what lies between', () => ({ limit: 2, after_id: ids[10], before_id: ids[15] }), [11, 12], true],
  ])('gives %s, oldest first', async (_, query, expected, has_more) => {
    const data = await page(query())
    expect(numbers(data.messages)).toEqual(expected)
    expect(data).toMatchObject({ room_id, has_more, total_count: 30, seq: 30 })
  })

  test('walks through everything in both directions, each once', async () => {
    for (const [key, expected] of [
      ['before_id', range(1, 30).toReversed()],
      ['after_id', range(1, 30)],
    ] as const) {
      // prettier-ignore
      const seen: number[] = []
      let from = key === 'after_id' ? { after_id: ids[1]! } : {}
      if (key === 'after_id') seen.push(1)
      for (;;) {
        const data = await page({ limit: 7, ...from })
        const got = numbers(data.messages)
        seen.push(...(key === 'before_id' ? got.toReversed() : got))
        const last = key === 'before_id' ? data.messages[0] : data.messages.at(-1)
        if (!data['has_more']) break
        from = { [key]: last!.id } as never
      }
      expect(seen).toEqual([...expected])
    }
  })

  test('of a thread gives its replies, their number, and pages of them', async () => {
    const thread = { parent_id: ids[1] }
    expect(await page(thread)).toMatchObject({ total_count: replies.length, has_more: false })
    expect(numbers((await page(thread)).messages)).toEqual(replies)
    expect(numbers((await page({ ...thread, limit: 4 })).messages)).toEqual(replies.slice(-4))
    expect(numbers((await page({ ...thread, limit: 4, after_id: ids[replies[1]!] })).messages)).toEqual(
      replies.slice(2, 6),
    )
    expect((await page({ parent_id: ids[2] })).messages).toEqual([])
    const [first] = (await page({ before_id: ids[2] })).messages
    expect(first).toMatchObject({ thread_count: replies.length, seq: 1, change_seq: replies.at(-1)! })
  })

  test.each(['before_id', 'after_id', 'parent_id'])('refuses a %s of another conversation', async (field) => {
    const other = await server.room(ada)
    const { data } = await client.command('send_message', { room_id: other, content: 'x' })
    for (const id of [data.id, 2 ** 50])
      expect(await page({ [field]: id })).toMatchObject({ code: 'MESSAGE_NOT_FOUND', details: { message_id: id } })
  })

  test('shows a deleted message with its place and without its content', async () => {
    const other = await server.room(ada)
    const { data } = await client.command('send_message', { room_id: other, content: 'secret' })
    await server.sql`update messages set deleted_at = now() where id = ${data.id}`
    const { messages } = (await client.command('get_history', { room_id: other })).data
    expect(messages).toMatchObject([{ id: data.id, content: '', is_deleted: true, number: 1 }])
  })

  test('of an empty room is empty', async () => {
    const other = await server.room(ada)
    expect((await client.command('get_history', { room_id: other })).data).toEqual({ room_id: other, messages: [], has_more: false, total_count: 0, seq: 0 } as never) // prettier-ignore
  })
})

describe('what changed since a seq', () => {
  /** Messages after `since`, in the order of their latest change: the first is changed last, by the last reply. */
  const changed = (since: number) =>
    [...range(Math.max(2, since + 1), 28), 1, 29, 30].filter((n) => n > since || (n === 1 && since < 28))
  const ways: [string, (since_seq: number) => Promise<Data>][] = [
    ['join_room', async (since_seq) => (await client.command('join_room', { room_id, since_seq })).data],
    ['sync', async (since_seq) => (await client.command('sync', { cursors: [{ room_id, since_seq }] })).data.rooms[0]!],
    [
      'resume',
      async (since_seq) => {
        const resume = [{ room_id, since_seq }]
        const other = await connect(server, { token: ada.token, authenticate: { resume } })
        await other.close()
        return other.hello.data.resumed[0]!
      },
    ],
  ]

  test.each(ways)('comes with %s, each message once in its current state', async (_, ask) => {
    for (const since of [30, 29, 27, 20, 12]) {
      const data = await ask(since)
      expect(data).toMatchObject({ room_id, seq: 30 })
      expect(data).not.toHaveProperty('reset')
      const expected = changed(since)
      expect(numbers(data.missed).toSorted((x, y) => x - y)).toEqual(expected.toSorted((x, y) => x - y))
      const places = data.missed.map(({ change_seq }) => change_seq)
      expect(places).toEqual(places.toSorted((x, y) => x - y))
    }
  })

  test.each(ways)('is a reset with %s when there is more than resume_limit, or the client is ahead', async (_, ask) => {
    for (const since of [0, 5, 31, 2 ** 50]) {
      const data = await ask(since)
      expect(data).toMatchObject({ room_id, seq: 30, reset: true })
      expect(numbers(data.missed)).toEqual(range(1, 30))
    }
  })

  test('sync answers for each of 200 cursors in order, and joins nothing', async () => {
    const cursors = Array.from({ length: 200 }, (_, n) => (n === 77 ? { room_id, since_seq: 7 } : { room_id: 'nowhere', since_seq: 0 })) // prettier-ignore
    const room = await server.room(ada)
    const other = await connect(server, { token: ada.token })
    const { rooms } = (await other.command('sync', { cursors })).data
    expect(rooms).toHaveLength(200)
    for (const [n, each] of rooms.entries())
      expect(each).toMatchObject(n === 77 ? { room_id, seq: 30 } : { room_id: 'nowhere', error: 'ROOM_NOT_FOUND' })
    const twice = [cursors[77]!, cursors[77]!]
    expect((await other.command('sync', { cursors: twice })).data.code).toBe('VALIDATION_FAILED')
    expect((await other.command('sync', { cursors: [...cursors, ...twice] })).data.code).toBe('VALIDATION_FAILED')
    await other.command('sync', { cursors: [{ room_id: room, since_seq: 0 }] })
    await client.command('send_message', { room_id: room, content: 'x' })
    await other.command('ping')
    expect(other.events.filter(({ type }) => type !== 'unread_updated')).toEqual([])
    await other.close()
  })

  test('resume with subscribe "all" joins the rest too, each once', async () => {
    const rooms = [await server.room(ada), await server.room(ada)]
    const resume = [{ room_id: rooms[0]!, since_seq: 0 }]
    const other = await connect(server, { token: ada.token, authenticate: { resume, subscribe: 'all' } })
    expect(other.hello.data.resumed).toMatchObject([{ room_id: rooms[0]!, seq: 0, missed: [] }])
    for (const room of rooms) await client.command('send_message', { room_id: room, content: `${room}` })
    for (const room of rooms) await other.next(({ data }) => data.room_id === room)
    expect(other.events.filter(({ type }) => type === 'room_message')).toHaveLength(2)
    await other.close()
  })

  test('more conversations than max_resume_rooms are refused, and the socket may try again', async () => {
    const few = await startServer({ limits: { max_resume_rooms: 2 } }, server.database)
    const resume = Array.from({ length: 3 }, () => ({ room_id, since_seq: 0 }))
    const other = await connect(few, { token: ada.token, authenticate: { resume } })
    expect(other.hello).toMatchObject({ type: 'error', data: { code: 'VALIDATION_FAILED' } })
    expect((await other.command('authenticate', { token: ada.token, resume: resume.slice(1) })).type).toBe(
      'auth_success',
    )
    await few.close()
  })
})
