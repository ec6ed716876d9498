import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob, eve, zoe] = [] as unknown as [Account, Account, Account, Account]

beforeAll(async () => {
  server = await startServer({ limits: { receipt_max_members: 3 } })
  for (const name of ['ada', 'bob', 'eve', 'zoe']) await server.register(name)
  ;[ada, bob, eve, zoe] = [await server.login('ada'), await server.login('bob'), await server.login('eve'), await server.login('zoe')] // prettier-ignore
})
afterAll(() => server.close())

interface Receipts {
  room_id?: number
  conversation_id?: number
  receipts: { user_id: number; username: string; message_id: number }[]
  next_cursor: string | null
}

const ask = (who: Account, line: string, body?: object): Promise<Answer> => server.ask(line, body, who.token)
const outcome = ({ status, error }: Answer) => [status, error?.code]

/** A room of ada's that the others have joined. */
async function room(others: Account[], draft: object = {}): Promise<string> {
  const id = await server.room(ada, draft)
  for (const { id: user_id } of others) await ask(ada, `POST /rooms/${id}/members`, { user_id })
  return `/rooms/${id}`
}

/** The DM of ada and somebody. */
async function dm(other: Account): Promise<string> {
  const { data } = await ask(ada, 'POST /conversations', { user_id: other.id })
  return `/conversations/${(data as { conversation_id: number }).conversation_id}`
}

const say = async (who: Account, path: string): Promise<number> =>
  ((await ask(who, `POST ${path}/messages`, { content: 'hi' })).data as { id: number }).id

const read = (who: Account, path: string, message_id: number) => ask(who, `POST ${path}/read`, { message_id })

const receipts = async (who: Account, path: string, query = ''): Promise<Receipts> =>
  (await ask(who, `GET ${path}/receipts${query}`)).data

/** Who has read up to which message. */
const readers = async (who: Account, path: string) =>
  Object.fromEntries((await receipts(who, path)).receipts.map(({ username, message_id }) => [username, message_id]))

describe('in a room', () => {
  test('say of every other member who has read how far, and never of oneself', async () => {
    const path = await room([bob, eve])
    const [one, two] = [await say(ada, path), await say(ada, path)]
    expect(await receipts(ada, path)).toEqual({ room_id: idOf(path), receipts: [], next_cursor: null })
    await read(bob, path, one)
    expect(await receipts(ada, path)).toEqual({
      room_id: idOf(path),
      receipts: [{ user_id: bob.id, username: 'bob', message_id: one }],
      next_cursor: null,
    })
    await read(eve, path, two)
    await read(bob, path, two)
    await read(bob, path, one)
    expect(await readers(ada, path)).toEqual({ bob: two, eve: two })
    expect(await readers(eve, path)).toMatchObject({ bob: two })
    expect(await readers(eve, path)).not.toHaveProperty('eve')
  })

  test('say what the event said', async () => {
    const path = await room([bob])
    const socket = await connect(server, { token: ada.token })
    await socket.command('join_room', { room_id: idOf(path) })
    await read(bob, path, await say(ada, path))
    const { data } = await socket.next(({ type }) => type === 'read_receipt')
    const { receipts: found } = await receipts(ada, path)
    expect(data).toMatchObject({ room_id: idOf(path), ...found[0] })
    await socket.close()
  })

  test('go by the slug too, and come in pages', async () => {
    const path = await room([bob, eve], { slug: 'paged' })
    const id = await say(ada, path)
    for (const who of [bob, eve]) await read(who, path, id)
    const found: number[] = []
    let cursor: string | null = null
    let pages = 0
    do {
      const page: Receipts = await receipts(ada, '/rooms/paged', `?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`) // prettier-ignore
      found.push(...page.receipts.map(({ user_id }) => user_id))
      cursor = page.next_cursor
      pages++
    } while (cursor !== null)
    // A page of members: the own one has nobody on it.
    expect([found, pages]).toEqual([[bob.id, eve.id], 3])
  })

  test('are for members: not for who sees a public room, nor for who cannot see a private one', async () => {
    const [open, closed] = [await room([bob]), await room([bob], { is_public: false })]
    expect(outcome(await ask(zoe, `GET ${open}/receipts`))).toEqual([403, 'PERMISSION_DENIED'])
    expect(outcome(await ask(zoe, `GET ${closed}/receipts`))).toEqual([404, 'ROOM_NOT_FOUND'])
    expect((await server.ask(`GET ${open}/receipts`)).status).toBe(401)
  })

  test('are none where there are more than receipt_max_members, and there again once somebody has gone', async () => {
    const path = await room([bob, eve])
    const id = await say(ada, path)
    await read(bob, path, id)
    await ask(ada, `POST ${path}/members`, { user_id: zoe.id })
    expect(await receipts(ada, path)).toEqual({ room_id: idOf(path), receipts: [], next_cursor: null })
    await ask(zoe, `POST ${path}/leave`)
    expect(await readers(ada, path)).toEqual({ bob: id })
  })

  test('are nothing of who has left, also when they are there again', async () => {
    const path = await room([bob, eve])
    const id = await say(ada, path)
    for (const who of [bob, eve]) await read(who, path, id)
    await ask(bob, `POST ${path}/leave`)
    expect(await readers(ada, path)).toEqual({ eve: id })
    expect(outcome(await ask(bob, `GET ${path}/receipts`))).toEqual([403, 'PERMISSION_DENIED'])
    await ask(bob, `POST ${path}/join`)
    expect(await readers(ada, path)).toEqual({ eve: id })
  })

  test.each([
    ['a strange cursor', '?cursor=!'],
    ['no page', '?limit=0'],
    ['too large a page', '?limit=101'],
  ])('%s is refused', async (_, query) => {
    const path = await room([])
    expect(outcome(await ask(ada, `GET ${path}/receipts${query}`))).toEqual([422, 'VALIDATION_FAILED'])
  })
})

describe('in a DM', () => {
  test('say how far the other has read, and nothing to anybody else', async () => {
    const path = await dm(bob)
    const id = await say(ada, path)
    await read(bob, path, id)
    expect(await receipts(ada, path)).toEqual({
      conversation_id: idOf(path),
      receipts: [{ user_id: bob.id, username: 'bob', message_id: id }],
      next_cursor: null,
    })
    expect(outcome(await ask(eve, `GET ${path}/receipts`))).toEqual([404, 'CONVERSATION_NOT_FOUND'])
    expect(outcome(await ask(ada, `GET /rooms/${idOf(path)}/receipts`))).toEqual([404, 'ROOM_NOT_FOUND'])
  })

  test('are none while either has blocked the other', async () => {
    const path = await dm(eve)
    const id = await say(ada, path)
    await read(eve, path, id)
    for (const who of [ada, eve]) {
      await ask(who, `POST ${path}/block`, { blocked: true })
      for (const one of [ada, eve]) expect(await readers(one, path)).toEqual({})
      await ask(who, `POST ${path}/block`, { blocked: false })
      expect(await readers(ada, path)).toEqual({ eve: id })
    }
  })

  test('of notes to oneself are none', async () => {
    const path = await dm(ada)
    await read(ada, path, await say(ada, path))
    expect(await readers(ada, path)).toEqual({})
  })
})

test('an own message is read by who wrote it, and all before it', async () => {
  const path = await room([bob])
  await say(ada, path)
  const id = await say(bob, path)
  // The pointer is written within a second; who asks for what is unread does not wait for that.
  await ask(bob, 'GET /users/me/unread')
  expect(await readers(ada, path)).toEqual({ bob: id })
})

const idOf = (path: string): number => Number(path.split('/').at(-1))
