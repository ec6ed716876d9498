import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { outcome, type Said } from './rest.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let zoe: Account
let room: number
let other: number
let dm: number

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, zoe] = [await server.register('ada'), await server.register('bob'), await server.register('zoe')]
  room = await server.room(ada, { is_public: false, slug: 'search-here' })
  await server.ask(`POST /rooms/${room}/members`, { user_id: bob.id }, ada.token)
  other = await server.room(ada)
  const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
  dm = (data as { conversation_id: number }).conversation_id
  for (let n = 1; n <= 5; n++) await say(`/rooms/${room}`, `tea number ${n} l'été`, n % 2 === 0 ? bob : ada)
  await say(`/rooms/${other}`, 'tea elsewhere')
  await say(`/conversations/${dm}`, 'tea for two', bob)
})
afterAll(() => server.close())

const say = (path: string, content: string, who = ada) => server.ask(`POST ${path}/messages`, { content }, who.token)
const find = (query: string, who = ada): Promise<Answer> =>
  server.ask(`GET /search/messages?${query}`, undefined, who.token)

interface Found {
  query: string
  results: { message: Said & { author_id: number }; snippet: { text: string; is_match: boolean }[]; rank: number }[]
  total_count?: number
  next_cursor: string | null
}
const found = async (query: string, who = ada) => (await find(query, who)).data as Found
const contents = ({ results }: Found) => results.map(({ message }) => message.content).toSorted()

test('finds what the caller may read, as search_messages does', async () => {
  const all = await found('q=tea')
  expect(contents(all)).toHaveLength(7)
  expect(all).toMatchObject({ query: 'tea', total_count: 7, next_cursor: null })
  const client = await connect(server, { token: ada.token })
  const { data } = await client.command('search_messages', { query: 'tea' })
  const ids = (results: unknown) => (results as Found['results']).map(({ message }) => message.id)
  expect(ids(data['results'])).toEqual(ids(all.results))
  await client.close()
  expect(contents(await found('q=tea', bob))).toHaveLength(6)
  expect(contents(await found('q=tea', zoe))).toEqual([])
})

test.each<[string, () => string, number]>([
  ['in a room', () => `q=tea&room_id=${room}`, 5],
  ['in a room by its slug', () => 'q=tea&room_id=search-here', 5],
  ['in a DM', () => `q=tea&conversation_id=${dm}`, 1],
  ['of an author', () => `q=tea&author_id=${bob.id}`, 3],
  ['of an author in a room', () => `q=tea&author_id=${bob.id}&room_id=${room}`, 2],
  ['after all of it', () => 'q=tea&after=2099-01-01T00:00:00Z', 0],
  ['before all of it', () => 'q=tea&before=2001-01-01T00:00:00Z', 0],
  ['between, in another zone', () => `q=tea&after=${encodeURIComponent('2001-01-01T00:00:00+02:00')}&before=2099-01-01T00:00:00Z`, 7], // prettier-ignore
  ['of two words', () => 'q=tea%20two', 1],
  ['of two words, with a plus between', () => 'q=tea+two', 1],
  ['of a phrase', () => `q=${encodeURIComponent('"for two"')}`, 1],
  ['of a beginning', () => 'q=else*', 1],
  ['of an accent', () => 'q=%C3%A9t%C3%A9', 5],
  ['of what is there but for', () => 'q=tea%20-number', 2],
])('finds what is said %s', async (_, query, count) => {
  expect(contents(await found(query()))).toHaveLength(count)
})

test('comes in pages that meet, however the address is written', async () => {
  const seen: number[] = []
  let cursor = ''
  for (let page = 0; page < 5; page++) {
    const query = page % 2 ? `q=tea&room_id=${room}&limit=1${cursor}` : `limit=1${cursor}&room_id=${room}&q=tea`
    const { results, next_cursor } = await found(query)
    seen.push(...results.map(({ message }) => message.id))
    if (next_cursor === null) break
    cursor = `&cursor=${next_cursor}`
  }
  expect(new Set(seen).size).toBe(5)
})

test.each<[string, string[], string]>([
  ['', ['q'], 'is required'],
  ['q=', ['q'], 'holds no word to look for'],
  ['q=%20', ['q'], 'holds no word to look for'],
  ['q=-tea', ['q'], 'holds no word to look for'],
  ['q=t*', ['q'], 'needs at least 2 letters before *'],
  [`q=${'x'.repeat(257)}`, ['q'], 'at most 256 characters'],
  [`q=${'a%20'.repeat(17)}`, ['q'], 'at most 16 words and phrases'],
  ['q=tea&limit=0', ['limit'], 'must be at least 1'],
  ['q=tea&limit=101', ['limit'], 'must be at most 100'],
  ['q=tea&author_id=bob', ['author_id'], 'must be a whole number'],
  ['q=tea&author_id=99999999999999999999', ['author_id'], 'must be a whole number'],
  ['q=tea&conversation_id=general', ['conversation_id'], 'must be a whole number'],
  ['q=tea&room_id=1&conversation_id=2', ['room_id'], 'give room_id or conversation_id, and only one of them'],
  ['q=tea&before=yesterday', ['before'], 'must be a time such as 2026-01-31T12:00:00Z'],
  ['q=tea&after=2026-13-01T00:00:00Z', ['after'], 'must be a time such as 2026-01-31T12:00:00Z'],
  ['q=tea&cursor=x', ['cursor'], 'not a cursor of this search'],
  [`q=tea&cursor=${btoa("0'; drop table messages")}`, ['cursor'], 'not a cursor of this search'],
])('"%s" is refused by the fields it is about', async (query, fields, reason) => {
  const { status, error } = await find(query)
  expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  expect(error.details).toEqual(fields.map((field) => ({ field, reason })))
})

test('a cursor serves only its search', async () => {
  const { next_cursor } = await found(`q=tea&limit=1`)
  for (const query of ['q=two', `q=tea&room_id=${room}`, `q=tea&author_id=${ada.id}`])
    expect(outcome(await find(`${query}&limit=1&cursor=${next_cursor}`))).toEqual([422, 'VALIDATION_FAILED'])
})

test.each<[string, () => string, [number, string]]>([
  ['a private room', () => `room_id=${room}`, [404, 'ROOM_NOT_FOUND']],
  ['a private room by its slug', () => 'room_id=search-here', [404, 'ROOM_NOT_FOUND']],
  ['a public room not joined', () => `room_id=${other}`, [403, 'PERMISSION_DENIED']],
  ['the DM of others', () => `conversation_id=${dm}`, [404, 'CONVERSATION_NOT_FOUND']],
  ['a room that never was', () => 'room_id=987654321', [404, 'ROOM_NOT_FOUND']],
  ['a room beyond all ids', () => 'room_id=99999999999999999999', [404, 'ROOM_NOT_FOUND']],
])('who is outside does not search %s', async (_, where, expected) => {
  expect(outcome(await find(`q=tea&${where()}`, zoe))).toEqual(expected)
})

test.each(["' or 1=1 --", 'a & b | !c', '\\', ":* <-> '", '((((', '%', '"'])(
  '%p is only words, or none',
  async (text) => {
    const { status } = await find(`q=${encodeURIComponent(`tea ${text}`)}`)
    expect(status).toBe(200)
  },
)

test('nobody searches without signing in', async () => {
  expect(outcome(await server.ask('GET /search/messages?q=tea'))).toEqual([401, 'AUTH_REQUIRED'])
})
