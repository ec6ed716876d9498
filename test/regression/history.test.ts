import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../services/client.ts'
import { eventually } from '../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let a: Client

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  a = await connect(server, { token: ada.token })
})
afterAll(() => server.close())

const say = async (room_id: number, content: string, more: object = {}) =>
  (await a.command('send_message', { room_id, content, ...more })).data.message_id

const gone = (id: number) =>
  eventually('the expiry', async () => (await server.sql`select from messages where id = ${id}`).length === 0)

const page = async (query: object) => {
  const { data } = await a.command('get_history', query)
  return data.code === undefined ? data.messages.map(({ content }) => content) : [data.code]
}

// MESSAGE_NOT_FOUND: in a room whose messages expire, a client that scrolls lost its place.
test('a page goes on from a message that has expired meanwhile', async () => {
  const room_id = await server.room(ada)
  for (const content of ['one', 'two']) await say(room_id, content)
  const place = await say(room_id, 'three', { expires_in: 1 })
  for (const content of ['four', 'five']) await say(room_id, content)
  await gone(place)
  expect(await page({ room_id, before_id: place })).toEqual(['one', 'two'])
  expect(await page({ room_id, before_id: place, limit: 1 })).toEqual(['two'])
  expect(await page({ room_id, after_id: place })).toEqual(['four', 'five'])
  expect(await page({ room_id, after_id: place, limit: 1 })).toEqual(['four'])
  expect(await page({ room_id: await server.room(ada), before_id: place })).toEqual(['MESSAGE_NOT_FOUND'])
  await server.sql`delete from changes where message_id = ${place}`
  expect(await page({ room_id, before_id: place })).toEqual(['MESSAGE_NOT_FOUND'])
})

// Its replies were still there, and nothing could list them.
test('the replies to a message that has expired are listed and counted', async () => {
  const room_id = await server.room(ada)
  const parent_id = await say(room_id, 'parent', { expires_in: 3 })
  const lonely = await say(room_id, 'lonely', { expires_in: 1 })
  const reply = await say(room_id, 'reply', { parent_id })
  await say(room_id, 'another', { parent_id })
  await say(room_id, 'short', { parent_id, expires_in: 1 })
  await a.command('delete_message', { message_id: reply })
  for (const id of [parent_id, lonely]) await gone(id)
  await eventually('the last expiry', async () => (await page({ room_id, parent_id })).length === 2)
  expect((await a.command('get_history', { room_id, parent_id })).data).toMatchObject({
    messages: [
      { parent_id, is_deleted: true },
      { content: 'another', parent_id },
    ],
    total_count: 2,
  })
  expect((await a.command('get_history', { room_id, parent_id: lonely })).data).toMatchObject({ messages: [], total_count: 0 }) // prettier-ignore
  expect(await page({ room_id: await server.room(ada), parent_id })).toEqual(['MESSAGE_NOT_FOUND'])
  // Long after, when the log no longer tells of it.
  await server.sql`delete from changes where conversation_id = ${room_id}`
  expect(await page({ room_id, parent_id })).toEqual(['', 'another'])
  expect(await page({ room_id, parent_id, after_id: parent_id })).toEqual(['MESSAGE_NOT_FOUND'])
  expect(await page({ room_id, parent_id: lonely })).toEqual(['MESSAGE_NOT_FOUND'])
})
