import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { outcome, type Said } from './rest.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let zoe: Account
let room: number
let dm: number

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, zoe] = [await server.register('ada'), await server.register('bob'), await server.register('zoe')]
  room = await server.room(ada, { is_public: false })
  await server.ask(`POST /rooms/${room}/members`, { user_id: bob.id }, ada.token)
  const { data } = await server.ask('POST /conversations', { user_id: bob.id }, ada.token)
  dm = (data as { conversation_id: number }).conversation_id
})
afterAll(() => server.close())

const send = (path: string, body: unknown, who: Account | null = bob): Promise<Answer> =>
  server.ask(`POST ${path}/messages`, body, who?.token)
const paths = { room: () => `/rooms/${room}`, dm: () => `/conversations/${dm}` }

describe.each(['room', 'dm'] as const)('to a %s', (kind) => {
  const path = () => paths[kind]()

  test('a message is made, and its address told', async () => {
    const answer = await send(path(), {
      content: 'cafe\u0301',
      content_type: 'markdown',
      metadata: { a: [{ b: null }] },
    })
    const said = answer.data as Said
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/v1/messages/${said.id}`])
    expect(said).toMatchObject({
      content: 'caf\u00e9',
      content_type: 'markdown',
      metadata: { a: [{ b: null }] },
      author_id: bob.id,
      ...(kind === 'room' ? { room_id: room } : { conversation_id: dm }),
    })
    expect(said).not.toHaveProperty(kind === 'room' ? 'conversation_id' : 'room_id')
    expect((await server.ask(`GET /messages/${said.id}`, undefined, ada.token)).data).toEqual(said as never)
  })

  test('what the address says is not overruled by the body', async () => {
    const { data } = await send(path(), {
      content: 'x',
      room_id: 1,
      conversation_id: 1,
      author_id: ada.id,
      id: 5,
      seq: 99,
    })
    const [row] = await server.sql`select conversation_id, author_id from messages where id = ${(data as Said).id}`
    expect(row).toMatchObject({ conversation_id: kind === 'room' ? room : dm, author_id: bob.id })
  })

  test.each<[string, unknown, [number, string]]>([
    ['without anything', undefined, [422, 'VALIDATION_FAILED']],
    ['without content', {}, [422, 'VALIDATION_FAILED']],
    ['with a number for content', { content: 5 }, [422, 'VALIDATION_FAILED']],
    ['with blanks', { content: ' \n ' }, [422, 'MESSAGE_EMPTY']],
    ['that is too long', { content: '😀'.repeat(2001) }, [422, 'MESSAGE_TOO_LONG']],
    ['with NUL', { content: 'a\0b' }, [422, 'VALIDATION_FAILED']],
    ['with half a surrogate pair', { content: '\udfff' }, [422, 'VALIDATION_FAILED']],
    ['as the system', { content: 'x', content_type: 'system' }, [422, 'VALIDATION_FAILED']],
    ['to no parent', { content: 'x', parent_id: 0 }, [422, 'VALIDATION_FAILED']],
    ['to a parent that never was', { content: 'x', parent_id: Number.MAX_SAFE_INTEGER }, [404, 'MESSAGE_NOT_FOUND']],
    ['to a parent beyond all ids', { content: 'x', parent_id: 2 ** 60 }, [422, 'VALIDATION_FAILED']],
    ['with a file that is not there', { content: 'x', attachments: [1] }, [404, 'FILE_NOT_FOUND']],
    ['with too many files', { content: 'x', attachments: Array(21).fill(1) }, [422, 'VALIDATION_FAILED']],
    ['without a life', { content: 'x', expires_in: 0 }, [422, 'VALIDATION_FAILED']],
    ['with too long a life', { content: 'x', expires_in: 31_536_001 }, [422, 'VALIDATION_FAILED']],
    ['with a text for metadata', { content: 'x', metadata: 'abc' }, [422, 'VALIDATION_FAILED']],
    ['with null for metadata', { content: 'x', metadata: null }, [422, 'VALIDATION_FAILED']],
    ['with a list for metadata', { content: 'x', metadata: [] }, [422, 'VALIDATION_FAILED']],
    ['with deep metadata', { content: 'x', metadata: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } } }, [422, 'VALIDATION_FAILED']], // prettier-ignore
    ['with large metadata', { content: 'x', metadata: { a: 'x'.repeat(5000) } }, [413, 'PAYLOAD_TOO_LARGE']],
    [
      'with an own client_id of the server',
      { content: 'x', metadata: { client_id: '~x' } },
      [422, 'VALIDATION_FAILED'],
    ],
  ])('a message %s is refused', async (_, body, expected) => {
    expect(outcome(await send(path(), body))).toEqual(expected)
  })

  test.each([
    [{ metadata: [1] }, 'metadata', 'must be an object'],
    [{ metadata: { client_id: 5 } }, 'metadata.client_id', 'must be a text'],
    [{ attachments: 'x' }, 'attachments', 'must be a list'],
    [{ expires_in: '60' }, 'expires_in', 'must be a whole number'],
  ])('what is wrong with %j is said of that alone', async (more, field, reason) => {
    const { error } = await send(path(), { content: 'x', ...more })
    expect(error.details).toEqual([{ field, reason }])
  })

  test('a message of somebody who is nobody, or not there, is refused as if it were not', async () => {
    expect(outcome(await send(path(), { content: 'x' }, null))).toEqual([401, 'AUTH_REQUIRED'])
    const code = kind === 'room' ? 'ROOM_NOT_FOUND' : 'CONVERSATION_NOT_FOUND'
    expect(outcome(await send(path(), { content: 'x' }, zoe))).toEqual([404, code])
  })

  test('a parent in another conversation is none', async () => {
    const elsewhere = kind === 'room' ? paths.dm() : paths.room()
    const { data } = await send(elsewhere, { content: 'parent' })
    expect(outcome(await send(path(), { content: 'x', parent_id: (data as Said).id }))).toEqual([404, 'MESSAGE_NOT_FOUND']) // prettier-ignore
  })
})

test.each<[string, string | (() => string), [number, string]]>([
  ['a public room that one has not joined', '/rooms/general', [403, 'PERMISSION_DENIED']],
  ['a room that never was', '/rooms/987654321', [404, 'ROOM_NOT_FOUND']],
  ['a slug of nobody', '/rooms/nowhere', [404, 'ROOM_NOT_FOUND']],
  ['a number beyond all ids', '/rooms/99999999999999999999', [404, 'ROOM_NOT_FOUND']],
  ['a DM by the address of a room', () => `/rooms/${dm}`, [404, 'ROOM_NOT_FOUND']],
  ['a room by the address of a DM', () => `/conversations/${room}`, [404, 'CONVERSATION_NOT_FOUND']],
  ['a DM that never was', '/conversations/987654321', [404, 'CONVERSATION_NOT_FOUND']],
  ['a DM by a name', '/conversations/bob', [422, 'VALIDATION_FAILED']],
  ['a DM beyond all ids', '/conversations/99999999999999999999', [422, 'VALIDATION_FAILED']],
])('a message to %s is refused', async (_, where, expected) => {
  expect(outcome(await send(typeof where === 'function' ? where() : where, { content: 'x' }))).toEqual(expected)
})

test('a room is found by its slug', async () => {
  const own = await server.room(bob, { slug: 'by-its-slug' })
  const { status, data } = await send('/rooms/by-its-slug', { content: 'x' })
  expect([status, (data as Said).room_id]).toEqual([201, own])
})

describe('who may not speak', () => {
  test('muted: until when is told, and so is when to try again', async () => {
    const place = await server.room(ada)
    await server.ask(`POST /rooms/${place}/join`, undefined, bob.token)
    const muted_until = new Date(Date.now() + 60_000).toISOString()
    await server.ask(`PUT /rooms/${place}/members/${bob.id}`, { muted_until }, ada.token)
    const answer = await send(`/rooms/${place}`, { content: 'x' })
    expect(outcome(answer)).toEqual([403, 'USER_MUTED'])
    const wait = Number(answer.headers.get('retry-after'))
    expect(wait > 50 && wait <= 60).toBe(true)
  })

  test('in slow mode: the second message waits, whichever way the first was sent', async () => {
    const place = await server.room(ada, { slow_mode_seconds: 60 })
    await server.ask(`POST /rooms/${place}/join`, undefined, bob.token)
    expect((await send(`/rooms/${place}`, { content: 'x' })).status).toBe(201)
    const answer = await send(`/rooms/${place}`, { content: 'y' })
    expect(outcome(answer)).toEqual([429, 'SLOW_MODE'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(50)
    expect((await send(`/rooms/${place}`, { content: 'x' }, ada)).status).toBe(201)
    expect((await send(`/rooms/${place}`, { content: 'y' }, ada)).status).toBe(201)
  })

  test('in an archived room', async () => {
    const place = await server.room(ada)
    await server.ask(`POST /rooms/${place}/archive`, { archived: true }, ada.token)
    const answer = await send(`/rooms/${place}`, { content: 'x' }, ada)
    expect([...outcome(answer), answer.error.details]).toEqual([403, 'PERMISSION_DENIED', { reason: 'archived' }])
  })

  test('in a DM that either has blocked, until the block is lifted', async () => {
    const say = (who: Account) => send(`/conversations/${dm}`, { content: 'x' }, who)
    await server.ask(`POST /conversations/${dm}/block`, { blocked: true }, ada.token)
    for (const who of [ada, bob]) expect(outcome(await say(who))).toEqual([403, 'CONVERSATION_BLOCKED'])
    await server.ask(`POST /conversations/${dm}/block`, { blocked: false }, ada.token)
    for (const who of [ada, bob]) expect((await say(who)).status).toBe(201)
  })

  test('banned, or only a guest', async () => {
    const eve = await server.register('eve')
    await server.ask(`POST /rooms/${room}/members`, { user_id: eve.id }, ada.token)
    await server.sql`update users set role = 'guest' where id = ${eve.id}`
    const guest = await server.login('eve')
    expect(outcome(await send(`/rooms/${room}`, { content: 'x' }, guest))).toEqual([403, 'PERMISSION_DENIED'])
    expect((await server.ask(`GET /rooms/${room}/messages`, undefined, guest.token)).status).toBe(200)
    await server.sql`update users set status = 'banned', role = 'user' where id = ${eve.id}`
    expect(outcome(await send(`/rooms/${room}`, { content: 'x' }, guest))).toEqual([403, 'USER_BANNED'])
  })
})
