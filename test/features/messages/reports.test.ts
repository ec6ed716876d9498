import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { eventually } from '../../services/eventually.ts'
import { outcome, type Said } from './rest.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let cleo: Account
let room: number

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, cleo] = [await server.register('ada'), await server.register('bob'), await server.register('cleo')]
  room = await server.room(ada)
  for (const { token } of [bob, cleo]) await server.ask(`POST /rooms/${room}/join`, undefined, token)
})
afterAll(() => server.close())

const say = async (who = ada, at = `/rooms/${room}`): Promise<number> =>
  ((await server.ask(`POST ${at}/messages`, { content: 'rude' }, who.token)).data as Said).id
const report = (id: number, reason: unknown = 'rude', who = bob): Promise<Answer> =>
  server.ask(`POST /messages/${id}/report`, { reason }, who.token)
const stored = (id: number) => server.sql`select * from reports where message_id = ${id} order by id`
const trail = (id: number) => server.sql`
  select actor_id, outcome, target_type, conversation_id, details from audit_log
  where action = 'message.report' and target_id = ${String(id)}`

test('a report is kept for the moderators', async () => {
  const id = await say()
  const { status, data } = await report(id, 'rude to me')
  expect([status, data]).toEqual([
    201,
    { id: expect.any(Number), message_id: id, reason: 'rude to me', created_at: expect.stringMatching(/Z$/) } as never,
  ])
  expect(await stored(id)).toMatchObject([
    { conversation_id: room, author_id: ada.id, reporter_id: bob.id, reason: 'rude to me', resolved_at: null },
  ])
})

test('again gives the same with 200, whatever is said, until it is resolved', async () => {
  const id = await say()
  const first = await report(id, 'one')
  const again = await report(id, 'other')
  expect([again.status, again.data]).toEqual([200, first.data])
  expect((await report(id, 'one', cleo)).status).toBe(201)
  await server.sql`update reports set resolved_at = now() where message_id = ${id} and reporter_id = ${bob.id}`
  const anew = await report(id, 'once more')
  expect([anew.status, anew.data]).toMatchObject([201, { reason: 'once more' }])
  expect(await stored(id)).toHaveLength(3)
})

test('twenty at once are one', async () => {
  const id = await say()
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => report(id, `reason ${n}`)))
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array<number>(19).fill(200), 201])
  expect(await stored(id)).toHaveLength(1)
})

test('the trail has it once, and not in the part that the moderators of the room read', async () => {
  const id = await say()
  for (const _ of [1, 2]) await report(id)
  const rows = await eventually('the entry', async () => {
    const found = await trail(id)
    return found.length > 0 ? found : undefined
  })
  expect(rows).toMatchObject([
    {
      actor_id: bob.id,
      outcome: 'success',
      target_type: 'message',
      conversation_id: null,
      details: { author_id: ada.id, in: room },
    },
  ])
  expect(rows[0]!['details']).not.toHaveProperty('reason')
})

test('it outlives what was said, and says no word of it', async () => {
  const id = await say()
  await report(id)
  await server.ask(`DELETE /messages/${id}`, undefined, ada.token)
  expect(await stored(id)).toMatchObject([{ author_id: ada.id, reason: 'rude' }])
  expect(outcome(await report(id))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  expect(outcome(await report(id, 'late', cleo))).toEqual([404, 'MESSAGE_NOT_FOUND'])
})

test('nobody reports themselves', async () => {
  const answer = await report(await say(bob))
  expect([...outcome(answer), answer.error.details]).toEqual([
    409,
    'RESOURCE_CONFLICT',
    { reason: 'one cannot report oneself' },
  ])
})

test.each([
  ['nothing', undefined],
  ['a number', 5],
  ['an empty text', ''],
  ['blanks', ' \n'],
  ['too much', 'x'.repeat(501)],
  ['NUL', 'a\0'],
  ['half a surrogate pair', '\ud800'],
])('%s is no reason', async (_, reason) => {
  const id = await say()
  const body = reason === undefined ? {} : { reason }
  const { status, error } = await server.ask(`POST /messages/${id}/report`, body, bob.token)
  expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  expect((error.details as { field: string }[]).map(({ field }) => field)).toEqual(['reason'])
  expect(await stored(id)).toHaveLength(0)
})

test('what somebody writes in a DM can be reported, by the other, muted or blocked', async () => {
  const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
  const { conversation_id } = data as { conversation_id: number }
  const id = await say(ada, `/conversations/${conversation_id}`)
  await server.ask(`POST /conversations/${conversation_id}/block`, { blocked: true }, bob.token)
  expect((await report(id)).status).toBe(201)
})

test('with the account of its reporter, a report goes', async () => {
  const eve = await server.register('eve')
  await server.ask(`POST /rooms/${room}/join`, undefined, eve.token)
  const id = await say()
  await report(id, 'rude', eve)
  await report(id, 'rude too', bob)
  expect((await server.ask('DELETE /users/me', { password: eve.password }, eve.token)).status).toBe(204)
  expect(await stored(id)).toMatchObject([{ reporter_id: bob.id }])
})

test('over limits.max_reports_per_minute it says when to come back', async () => {
  const strict = await startServer({ limits: { max_reports_per_minute: 2 } }, server.database)
  const ids = [await say(), await say(), await say()]
  const { token } = await strict.login('cleo')
  const answers: Answer[] = []
  for (const id of ids) answers.push(await strict.ask(`POST /messages/${id}/report`, { reason: 'rude' }, token))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 429])
  expect(answers[2]!.error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', details: { action: 'reports', limit: 2 } })
  expect(await stored(ids[2]!)).toHaveLength(0)
  await strict.close()
})
