// JSON Schema counts Unicode code points (2020-12, Validation 6.3). A cup of tea is one, and two units of UTF-16, which is what `length` of JavaScript counts.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { connect } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)

const cup = '🍵'
let server: TestServer
let ada: Account
let bob: Account
let room_id: number
let message_id: number

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
  await server.sql`update users set role = 'admin' where id = ${ada.id}`
  room_id = await server.room(ada, { name: 'Tea house', slug: 'tea-house' })
  await server.ask(`POST /rooms/${room_id}/join`, {}, bob.token)
  message_id = ((await server.ask(`POST /rooms/${room_id}/messages`, { content: 'tea is served' }, bob.token)).data as { id: number }).id // prettier-ignore
})
afterAll(() => server.close())

interface Asked {
  /** Where the text is in what is answered. */
  at?: string
  line: () => string
  field: string
  most: number
  more?: object
  by?: () => Account
}

const asked: Asked[] = [
  { line: () => 'POST /rooms', field: 'name', most: 100, more: { is_public: true }, at: 'name' },
  { line: () => `PUT /rooms/${room_id}`, field: 'topic', most: 250, at: 'topic' },
  { line: () => `PUT /rooms/${room_id}`, field: 'description', most: 1000, at: 'description' },
  { line: () => `PUT /rooms/${room_id}/members/me`, field: 'nickname', most: 64, at: 'nickname' },
  { line: () => 'PUT /users/me', field: 'display_name', most: 64, at: 'display_name' },
  { line: () => 'PUT /users/me/status', field: 'message', most: 128, more: { status: 'online' }, at: 'message' },
  { line: () => 'POST /auth/api-keys', field: 'name', most: 100, more: { permissions: ['read_messages'] }, at: 'name' },
  { line: () => `PUT /messages/${message_id}`, field: 'edit_reason', most: 500, more: { content: 'tea was served' }, by: () => bob }, // prettier-ignore
  { line: () => `POST /messages/${message_id}/report`, field: 'reason', most: 500, at: 'reason' },
  { line: () => `PUT /admin/users/${bob.id}`, field: 'ban_reason', most: 500, more: { active: false } },
  { line: () => 'POST /auth/register', field: 'password', most: 256, more: { username: 'grace' } },
]

describe('a text of as many cups as there may be characters is taken and kept, and one more is not', () => {
  test.each(asked.map((each): [string, number, Asked] => [each.field, each.most, each]))('%s, %i', async (field, most, { line, more, at, by = () => ada }) => {
    const ask = (length: number) => server.ask(line(), { ...more, [field]: cup.repeat(length) }, by().token)
    const refused = await ask(most + 1)
    expect([refused.status, (refused.error.details as { field: string }[]).map((each) => each.field)]).toEqual([422, [field]]) // prettier-ignore
    const { status, data } = await ask(most)
    expect([200, 201]).toContain(status)
    if (at !== undefined) expect((data as Record<string, unknown>)[at]).toBe(cup.repeat(most))
  }) // prettier-ignore

  test('over the WebSocket too', async () => {
    const socket = await connect(server, { token: ada.token })
    const remove = (length: number) => socket.command('delete_message', { message_id, reason: cup.repeat(length) })
    expect(await remove(501)).toMatchObject({ type: 'error', data: { code: 'VALIDATION_FAILED', details: [{ field: 'reason', reason: 'must have at most 500 characters' }] } }) // prettier-ignore
    expect(await remove(500)).toMatchObject({ type: 'message_deleted', data: { message_id } })
    await socket.close()
  })
})

test('a text of too few characters is refused however many units they have', async () => {
  const short = await server.ask('POST /auth/register', { username: 'linus', password: cup.repeat(7) })
  expect(short.error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'password', reason: 'must have 8 to 256 characters' }] }) // prettier-ignore
  expect((await server.ask('POST /auth/register', { username: 'linus', password: cup.repeat(8) })).status).toBe(201)
  expect((await server.ask(`GET /users/search?q=${cup}`, undefined, ada.token)).status).toBe(422)
})

test('what takes no lone surrogates takes those that are a pair, and finds by them', async () => {
  const carol = await server.register('carol')
  await server.ask('PUT /users/me', { display_name: `${cup}${cup} Carol` }, carol.token)
  for (const line of [`/users/search?q=${cup}${cup}`, `/admin/users?q=${cup}${cup}`]) {
    const { status, data } = await server.ask(`GET ${line}`, undefined, ada.token)
    expect([status, (data as { users: { id: number }[] }).users.map(({ id }) => id)]).toContainEqual(expect.arrayContaining([carol.id]) as never) // prettier-ignore
  }
  const banned = await server.ask(`PUT /admin/users/${carol.id}`, { active: false, ban_reason: `no tea ${cup}` }, ada.token) // prettier-ignore
  expect([banned.status, (banned.data as { ban_reason: string }).ban_reason]).toEqual([200, `no tea ${cup}`])
  for (const half of ['\ud83c', '\udf75']) {
    const { status, error } = await server.ask(`PUT /admin/users/${bob.id}`, { active: false, ban_reason: half }, ada.token) // prettier-ignore
    expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  }
  expect((await server.ask(`GET /rooms/${room_id}/audit?action=${cup}`, undefined, ada.token)).status).toBe(200)
})

test('a list goes on behind the longest names that there may be', async () => {
  // One character of Arabic that is looked for as eighteen.
  const name = '\ufdfa'.repeat(64)
  const people = await Promise.all(['dora', 'erin', 'fred'].map((username) => server.register(username)))
  for (const { token } of people) expect((await server.ask('PUT /users/me', { display_name: name }, token)).status).toBe(200) // prettier-ignore
  const found = new Set<number>()
  let cursor = ''
  do {
    const { status, data } = await server.ask(
      `GET /users/search?limit=1&q=%EF%B7%BA%EF%B7%BA${cursor}`,
      undefined,
      ada.token,
    )
    expect(status).toBe(200)
    const { users, next_cursor } = data as { users: { id: number }[]; next_cursor: string | null }
    for (const { id } of users) found.add(id)
    cursor = next_cursor === null ? '' : `&cursor=${next_cursor}`
  } while (cursor !== '' && found.size < 5)
  expect(found).toEqual(new Set(people.map(({ id }) => id)))
})
