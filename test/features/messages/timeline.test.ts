import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { outcome, type Said, type Timeline } from './rest.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let stranger: Account
let room: number
let slug: string
/** Ten messages: 1 to 10; 3, 6 and 9 reply to 1; 2, 3 and 10 are pinned. */
let said: Said[]

beforeAll(async () => {
  server = await startServer({ limits: { resume_limit: 8 } })
  ;[ada, bob, stranger] = [await server.register('ada'), await server.register('bob'), await server.register('zoe')]
  slug = 'the-timeline'
  room = await server.room(ada, { slug, is_public: false })
  await server.ask(`POST /rooms/${room}/members`, { user_id: bob.id }, ada.token)
  said = []
  for (let n = 1; n <= 10; n++) {
    const parent_id = n % 3 === 0 ? said[0]!.id : null
    const { data } = await server.ask(`POST /rooms/${room}/messages`, { content: `message ${n}`, parent_id }, ada.token)
    said.push(data)
  }
  for (const n of [10, 2, 3]) await server.ask(`POST /messages/${said[n - 1]!.id}/pin`, { pinned: true }, ada.token)
})
afterAll(() => server.close())

const read = async (query = '', who = bob, at: number | string = room) => {
  const answer = await server.ask(`GET /rooms/${at}/messages${query}`, undefined, who.token)
  return { ...answer, page: answer.data as Timeline }
}
const numbers = ({ messages }: Timeline) => messages.map(({ number }) => number)
const id = (n: number) => said[n - 1]!.id
const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

test('without a question it is the newest page, as get_history has it', async () => {
  const client = await connect(server, { token: bob.token })
  const { data } = await client.command('get_history', { room_id: room })
  const { status, page } = await read()
  expect(status).toBe(200)
  expect(page as unknown).toEqual(data)
  expect(numbers(page)).toEqual(oneToTen)
  expect(page).toMatchObject({ room_id: room, has_more: false, total_count: 10, seq: 13 })
  expect(page).not.toHaveProperty('reset')
  expect((await read('', bob, slug)).page).toEqual(page)
  await client.close()
})

test.each<[string, () => string, number[], boolean]>([
  ['a limit', () => '?limit=3', [8, 9, 10], true],
  ['a limit of exactly what there is', () => '?limit=10', oneToTen, false],
  ['before a message', () => `?before_id=${id(4)}&limit=2`, [2, 3], true],
  ['before the second message', () => `?before_id=${id(2)}&limit=2`, [1], false],
  ['before the first message', () => `?before_id=${id(1)}`, [], false],
  ['after a message', () => `?after_id=${id(4)}&limit=2`, [5, 6], true],
  ['after the last message', () => `?after_id=${id(10)}`, [], false],
  ['the replies to a message', () => `?parent_id=${id(1)}&limit=2`, [6, 9], true],
  ['the replies to a message, before one', () => `?parent_id=${id(1)}&before_id=${id(6)}`, [3], false],
  ['replies too, said out loud', () => '?include_threads=true&limit=2', [9, 10], true],
  ['without replies', () => '?include_threads=false', [1, 2, 4, 5, 7, 8, 10], false],
  ['without replies, a limit', () => '?include_threads=false&limit=3', [7, 8, 10], true],
  ['without replies, before a reply', () => `?include_threads=false&before_id=${id(6)}&limit=2`, [4, 5], true],
  ['without replies, after a message', () => `?include_threads=false&after_id=${id(2)}&limit=2`, [4, 5], true],
  ['what is pinned', () => '?pinned_only=true', [2, 3, 10], false],
  ['what is pinned, a limit', () => '?pinned_only=true&limit=2', [3, 10], true],
  ['what is pinned, before a message', () => `?pinned_only=true&before_id=${id(10)}`, [2, 3], false],
  ['what is pinned, after a message', () => `?pinned_only=true&after_id=${id(2)}&limit=1`, [3], true],
  ['what is pinned and no reply', () => '?pinned_only=true&include_threads=false', [2, 10], false],
  ['what is pinned of a thread', () => `?pinned_only=true&parent_id=${id(1)}`, [3], false],
  ['pinned or not', () => '?pinned_only=false&limit=1', [10], true],
])('a page with %s', async (_, query, expected, has_more) => {
  const { status, page } = await read(query())
  expect([status, numbers(page), page.has_more]).toEqual([200, expected, has_more])
})

test.each<[string, () => string, number]>([
  ['the room', () => '', 10],
  ['the room, replies included', () => '?include_threads=false', 10],
  ['a thread', () => `?parent_id=${id(1)}`, 3],
  ['the pinned ones', () => '?pinned_only=true&limit=1', 3],
  ['the pinned ones that are no replies', () => '?pinned_only=true&include_threads=false', 2],
])('total_count counts the messages of %s', async (_, query, total) => {
  expect((await read(query())).page.total_count).toBe(total)
})

test('pages in both directions meet at every message and tell each once', async () => {
  for (const filter of ['', '&include_threads=false', '&pinned_only=true', `&parent_id=${id(1)}`]) {
    const whole = numbers((await read(`?limit=100${filter}`)).page)
    const [back, forth]: number[][] = [[], []]
    for (let page = (await read(`?limit=2${filter}`)).page; ;) {
      back!.unshift(...numbers(page))
      if (!page.has_more) break
      page = (await read(`?limit=2${filter}&before_id=${page.messages[0]!.id}`)).page
    }
    for (let from = id(1); ;) {
      const { page } = await read(`?limit=2${filter}&after_id=${from}`)
      forth!.push(...numbers(page))
      if (!page.has_more) break
      from = page.messages.at(-1)!.id
    }
    expect(back).toEqual(whole)
    expect(forth).toEqual(whole.filter((number) => number > 1))
  }
})

describe('since_seq', () => {
  test('tells every message that changed since, as it is now, by its last change', async () => {
    const { page } = await read('?since_seq=9')
    // 9 replied to 1, so both changed with seq 9: neither is after it. 10 was sent with 10 and pinned with 11.
    expect(page.messages.map(({ number, change_seq }) => [number, change_seq])).toEqual([
      [10, 11],
      [2, 12],
      [3, 13],
    ])
    expect(page).toMatchObject({ seq: 13, has_more: false, reset: false, total_count: 10 })
  })

  test('says the same as sync', async () => {
    const client = await connect(server, { token: bob.token })
    for (const since_seq of [0, 8, 13]) {
      const synced = (await client.command('sync', { cursors: [{ room_id: room, since_seq }] })).data.rooms[0]!
      const { page } = await read(`?since_seq=${since_seq}`)
      expect([page.messages as unknown, page.seq, page.reset || undefined]).toEqual([
        synced.missed,
        synced.seq,
        synced['reset'] as undefined,
      ])
    }
    await client.close()
  })

  test('of all that was seen is nothing', async () => {
    expect((await read('?since_seq=13')).page).toMatchObject({ messages: [], seq: 13, reset: false, has_more: false })
  })

  test.each([
    ['more changed than limits.resume_limit', '?since_seq=0', oneToTen, false],
    ['more changed than the limit', '?since_seq=9&limit=2', [9, 10], true],
    ['it is ahead of the log', '?since_seq=14', oneToTen, false],
    ['it is as far ahead as can be', `?since_seq=${Number.MAX_SAFE_INTEGER}&limit=1`, [10], true],
  ])('is a reset with the newest page when %s', async (_, query, expected, has_more) => {
    const { page } = await read(query)
    expect([numbers(page), page.reset, page.has_more, page.seq]).toEqual([expected, true, has_more, 13])
  })
})

const one_of = 'give only one of before_id, after_id and since_seq'
const of_all = 'does not go with since_seq, which tells of every message'

test.each([
  ['?before_id=1&after_id=1', ['before_id', 'after_id'], one_of],
  ['?before_id=1&since_seq=1', ['before_id', 'since_seq'], one_of],
  ['?after_id=1&since_seq=0', ['after_id', 'since_seq'], one_of],
  ['?before_id=1&after_id=1&since_seq=0', ['before_id', 'after_id', 'since_seq'], one_of],
  ['?since_seq=1&parent_id=1', ['parent_id'], of_all],
  ['?since_seq=1&pinned_only=true', ['pinned_only'], of_all],
  ['?since_seq=1&include_threads=false&pinned_only=true', ['include_threads', 'pinned_only'], of_all],
  ['?parent_id=1&include_threads=false', ['include_threads'], 'does not go with parent_id'],
  ['?limit=0', ['limit'], 'must be at least 1'],
  ['?limit=101', ['limit'], 'must be at most 100'],
  ['?limit=ten', ['limit'], 'must be a whole number'],
  ['?limit=1.5', ['limit'], 'must be a whole number'],
  ['?before_id=0', ['before_id'], 'must be at least 1'],
  ['?before_id=-1', ['before_id'], 'must be at least 1'],
  ['?after_id=9007199254740993', ['after_id'], 'must be at most 9007199254740991'],
  ['?parent_id=99999999999999999999999', ['parent_id'], 'must be a whole number'],
  ['?since_seq=-1', ['since_seq'], 'must be at least 0'],
  ['?since_seq=9223372036854775808', ['since_seq'], 'must be a whole number'],
  ['?include_threads=maybe', ['include_threads'], 'must be true or false'],
  ['?pinned_only=1', ['pinned_only'], 'must be true or false'],
  ['?pinned_only=', ['pinned_only'], 'must be true or false'],
])('%s is refused by the fields it is about', async (query, fields, reason) => {
  const { status, error } = await read(query)
  expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  expect(error.details).toEqual(fields.map((field) => ({ field, reason })))
})

test.each<[string, () => string]>([
  ['before_id', () => '?before_id=9007199254740991'],
  ['after_id', () => '?after_id=9007199254740991'],
  ['parent_id', () => '?parent_id=9007199254740991'],
])('%s of no message of the room is MESSAGE_NOT_FOUND', async (_, query) => {
  expect(outcome(await read(query()))).toEqual([404, 'MESSAGE_NOT_FOUND'])
})

test('nor does a message of another room stand for a place in this one', async () => {
  const other = await server.room(ada)
  const { data } = await server.ask(`POST /rooms/${other}/messages`, { content: 'elsewhere' }, ada.token)
  for (const name of ['before_id', 'after_id', 'parent_id'])
    expect(outcome(await read(`?${name}=${(data as Said).id}`))).toEqual([404, 'MESSAGE_NOT_FOUND'])
})

test.each<[string, number | string | (() => number | string), [number, string]]>([
  ['a private room that one is not in', () => room, [404, 'ROOM_NOT_FOUND']],
  ['the same by its slug', () => slug, [404, 'ROOM_NOT_FOUND']],
  ['a public room that one has not joined', 'general', [403, 'PERMISSION_DENIED']],
  ['a room that never was', 987_654, [404, 'ROOM_NOT_FOUND']],
  ['a number beyond all ids', '99999999999999999999', [404, 'ROOM_NOT_FOUND']],
  ['no slug at all', encodeURIComponent("'; drop table messages; --"), [404, 'ROOM_NOT_FOUND']],
])('%s is not read', async (_, at, expected) => {
  const where = typeof at === 'function' ? at() : at
  expect(outcome(await read('', stranger, where))).toEqual(expected)
  expect(outcome(await read('?since_seq=0', stranger, where))).toEqual(expected)
  expect(outcome(await server.ask(`GET /rooms/${where}/messages`))).toEqual([401, 'AUTH_REQUIRED'])
})

test('a DM is no room, and a room no DM', async () => {
  const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
  const { conversation_id } = data as { conversation_id: number }
  expect(outcome(await read('', ada, conversation_id))).toEqual([404, 'ROOM_NOT_FOUND'])
  const asDm = await server.ask(`GET /conversations/${room}/messages`, undefined, ada.token)
  expect(outcome(asDm)).toEqual([404, 'CONVERSATION_NOT_FOUND'])
})

test('what is deleted keeps its place without what it said, and what expired is in no page', async () => {
  const place = await server.room(ada)
  const ids: number[] = []
  for (const draft of [{ content: 'gone' }, { content: 'short', expires_in: 3600 }, { content: 'stays' }]) {
    const { data } = await server.ask(`POST /rooms/${place}/messages`, draft, ada.token)
    ids.push((data as Said).id)
  }
  await server.ask(`DELETE /messages/${ids[0]}`, undefined, ada.token)
  await server.sql`update messages set expires_at = now() - interval '1 second' where id = ${ids[1]!}`
  const { page } = await read('', ada, place)
  expect(page.messages.map(({ content, is_deleted }) => [content, is_deleted])).toEqual([
    ['', true],
    ['stays', false],
  ])
})
