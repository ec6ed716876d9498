import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { outcome, type Said } from './rest.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let room: number

beforeAll(async () => {
  server = await startServer({ limits: { max_reactions_per_message: 3 } })
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
  room = await server.room(ada)
  await server.ask(`POST /rooms/${room}/join`, undefined, bob.token)
})
afterAll(() => server.close())

const ask = (line: string, body?: unknown, who = ada): Promise<Answer> => server.ask(line, body, who.token)
const say = async (): Promise<number> =>
  ((await ask(`POST /rooms/${room}/messages`, { content: 'hello' })).data as Said).id
const react = (id: number, emoji: unknown, who = ada) => ask(`POST /messages/${id}/reactions`, { emoji }, who)
const list = async (id: number) => (await ask(`GET /messages/${id}/reactions`, undefined, bob)).data as unknown

test('reactions are listed by emoji, with who reacted', async () => {
  const id = await say()
  for (const [emoji, who] of [['👍', bob], ['🎉', ada], ['👍', ada]] as const) await react(id, emoji, who) // prettier-ignore
  expect(await list(id)).toEqual({
    room_id: room,
    room_name: expect.any(String),
    message_id: id,
    total_reactions: 3,
    reactions: [
      {
        emoji: '👍',
        count: 2,
        users: [
          { user_id: bob.id, username: 'bob' },
          { user_id: ada.id, username: 'ada' },
        ],
      },
      { emoji: '🎉', count: 1, users: [{ user_id: ada.id, username: 'ada' }] },
    ],
  } as never)
})

// Keycaps hold "#" and "*", which mean something in an address; a family is seven code points; 66 characters are the longest name.
const emojis = ['👍', '❤️', '#️⃣', '*️⃣', '👨‍👩‍👧‍👦', '🇫🇷', '👍🏽', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', ':party:', ':+1:', ':a-b_c:', `:${'x'.repeat(64)}:`]

test.each(emojis)('%s comes and goes by the address that is told', async (emoji) => {
  const id = await say()
  const made = await react(id, emoji)
  const location = made.headers.get('location') ?? ''
  expect([made.status, location]).toEqual([201, `/api/v1/messages/${id}/reactions/${encodeURIComponent(emoji)}`])
  expect(made.data).toMatchObject({ emoji, count: 1, user_id: ada.id, message_id: id })
  expect((await ask(`DELETE ${location.replace('/api/v1', '')}`)).status).toBe(204)
  expect(await list(id)).toMatchObject({ total_reactions: 0, reactions: [] })
})

test.each([
  ['as it is', '👍'],
  ['in lower-case hex', '%f0%9f%91%8d'],
  ['in part', ':%70arty:'],
  ['with encoded colons', '%3Aparty%3A'],
])('an emoji may be written %s', async (_, written) => {
  const id = await say()
  await react(id, '👍')
  await react(id, ':party:')
  expect((await ask(`DELETE /messages/${id}/reactions/${written}`)).status).toBe(204)
  expect(await list(id)).toMatchObject({ total_reactions: 1 })
})

test('again is as once: 200 and unchanged, and 204 for what is not there', async () => {
  const id = await say()
  expect((await react(id, '👍')).status).toBe(201)
  const again = await react(id, '👍')
  expect([again.status, again.headers.get('location')]).toEqual([200, null])
  expect(again.data).toMatchObject({ unchanged: true, count: 1 })
  expect((await react(id, '👍', bob)).status).toBe(201)
  for (const _ of [1, 2]) expect((await ask(`DELETE /messages/${id}/reactions/👍`)).status).toBe(204)
  expect(await list(id)).toMatchObject({ total_reactions: 1 })
})

test('many at once are one', async () => {
  const id = await say()
  const answers = await Promise.all(Array.from({ length: 10 }, () => react(id, '🔥')))
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array<number>(9).fill(200), 201])
})

test.each([
  ['nothing', undefined],
  ['a number', 5],
  ['an empty text', ''],
  ['a letter', 'a'],
  ['two emoji', '👍👍'],
  ['a name that does not end', ':party'],
  ['a name with a blank', ':par ty:'],
  ['too long a name', `:${'x'.repeat(65)}:`],
  ['NUL', '👍\0'],
  ['half a surrogate pair', '\ud83d'],
])('%s is no reaction', async (_, emoji) => {
  const { status, error } = await react(await say(), emoji)
  expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  expect((error.details as { field: string }[]).map(({ field }) => field)).toEqual(['emoji'])
})

test.each([
  ['a letter', 'a', 422],
  ['a slash', '%2F', 422],
  ['too much', 'x'.repeat(67), 422],
  ['a blank', '%20', 422],
  ['a half of a percent sign', '%', 400],
  ['bytes that are no text', '%F0%9F', 400],
  ['half a surrogate pair', '%ED%A0%BD', 400],
  ['NUL', '%00', 400],
])('nor is %s one to take back', async (_, written, status) => {
  expect((await ask(`DELETE /messages/${await say()}/reactions/${written}`)).status).toBe(status)
})

test('there is an end to different emoji, and to reacting to what is deleted', async () => {
  const id = await say()
  for (const emoji of ['👍', '🎉', '🔥']) await react(id, emoji)
  expect(outcome(await react(id, '❤️'))).toEqual([409, 'RESOURCE_CONFLICT'])
  expect((await react(id, '🔥', bob)).status).toBe(201)
  await ask(`DELETE /messages/${id}`)
  expect(outcome(await react(id, '👍'))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  expect(await list(id)).toMatchObject({ total_reactions: 0 })
})

test('who is muted does not react', async () => {
  const id = await say()
  const mute = (muted_until: string | null) => ask(`PUT /rooms/${room}/members/${bob.id}`, { muted_until })
  await mute(new Date(Date.now() + 60_000).toISOString())
  expect(outcome(await react(id, '👍', bob))).toEqual([403, 'USER_MUTED'])
  expect(outcome(await ask(`DELETE /messages/${id}/reactions/👍`, undefined, bob))).toEqual([403, 'USER_MUTED'])
  await mute(null)
  expect((await react(id, '👍', bob)).status).toBe(201)
})

describe('with features.message_reactions off', () => {
  test('every address of theirs says so, to those who have signed in', async () => {
    const off = await startServer({ features: { message_reactions: false } }, server.database)
    const { token } = await off.login('ada')
    for (const [line, body] of [
      ['GET', undefined],
      ['POST', { emoji: '👍' }],
      ['DELETE', undefined],
    ] as const) {
      // prettier-ignore
      const path = `/messages/1/reactions${line === 'DELETE' ? '/👍' : ''}`
      const { status, error } = await off.ask(`${line} ${path}`, body, token)
      expect([status, error.code, error.details]).toEqual([403, 'FEATURE_DISABLED', { feature: 'message_reactions' }]) // prettier-ignore
      expect((await off.ask(`${line} ${path}`, body)).status).toBe(401)
    }
    await off.close()
  })
})

// A guest, who only reads, could take back what they had said before they were one.
test('who may not react any more takes nothing back either, and what is there stays', async () => {
  const id = await say()
  expect((await react(id, '👍', bob)).status).toBe(201)
  await server.sql`update users set role = 'guest' where id = ${bob.id}`
  expect(outcome(await ask(`DELETE /messages/${id}/reactions/👍`, undefined, bob))).toEqual([403, 'PERMISSION_DENIED'])
  await server.sql`update users set role = 'user' where id = ${bob.id}`
  expect(await list(id)).toMatchObject({ total_reactions: 1 })
})
