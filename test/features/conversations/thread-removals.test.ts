import { Value } from '@sinclair/typebox/value'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { ThreadUpdated } from '../../../src/features/conversations/thread-schema.ts'
import { type Client, connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let eve: Account
let a: Client
let b: Client
let e: Client

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, eve] = [await server.register('ada'), await server.register('bob'), await server.register('eve')]
  ;[a, b, e] = [
    await connect(server, { token: ada.token }),
    await connect(server, { token: bob.token }),
    await connect(server, { token: eve.token }),
  ]
})
afterAll(() => server.close())

/** A room with a question of ada's, which nobody follows. */
async function question(more: object = {}) {
  const room_id = await server.room(ada, {})
  for (const client of [b, e]) await client.command('join_room', { room_id })
  const { message_id } = (await a.command('send_message', { room_id, content: 'Who has the key?', ...more })).data
  for (const client of [a, b, e]) await client.command('leave_room', { room_id })
  const say = async (who: Account, content: string, given: object = {}) => {
    const { data } = await server.ask(`POST /rooms/${room_id}/messages`, { content, parent_id: message_id, ...given }, who.token) // prettier-ignore
    return data as { id: number; number: number }
  }
  return { room_id, parent_id: message_id, say }
}

interface Told {
  preview: string
  last_reply: { preview: string } | null
  unread_count?: number
  thread_count: number
}

const told = (client: Client, parent_id: number) =>
  client.events.flatMap(({ type, data }) =>
    type === 'thread_updated' && data['parent_id'] === parent_id ? [data as unknown as Told] : [],
  )
/** What told somebody how much is left. */
const counted = (client: Client, parent_id: number) =>
  told(client, parent_id).filter(({ unread_count }) => unread_count !== undefined)
const left = (client: Client, parent_id: number, unread_count: number) =>
  eventually(`${unread_count} left`, () => counted(client, parent_id).at(-1)?.unread_count === unread_count)

const unread = async (who: Account, room_id: number) => {
  const { data } = await server.ask('GET /users/me/unread', undefined, who.token)
  const { threads } = data as { threads: { room_id: number; unread_count: number; last_read_number: number }[] }
  return threads.filter((one) => one.room_id === room_id)
}

const remove = (client: Client, id: number) => client.command('delete_message', { message_id: id })
const expire = (...ids: number[]) =>
  server.sql`update messages set expires_at = now() where id = any (${ids}::bigint[])`

describe('a reply that is gone', () => {
  test.each<[string, (id: number) => PromiseLike<unknown>, number]>([
    ['deleted by its author', (id) => remove(b, id), 2],
    ['deleted by a moderator', (id) => remove(a, id), 2],
    ['expired', (id) => expire(id), 1],
  ])('%s: who had it unread hears what is left, first one, then nothing', async (_, take, thread_count) => {
    const { room_id, parent_id, say } = await question()
    const [first, second] = [await say(bob, 'I have'), await say(bob, 'Or not')]
    await eventually('ada is told', () => told(a, parent_id).at(-1)?.thread_count === 2)
    await take(second.id)
    await left(a, parent_id, 1)
    const [one] = await unread(ada, room_id)
    expect(one).toMatchObject({
      thread_count,
      unread_count: 1,
      last_reply: { message_id: first.id, preview: 'I have' },
    })
    expect(counted(a, parent_id).at(-1)).toEqual(one as never)
    await take(first.id)
    await left(a, parent_id, 0)
    expect(counted(a, parent_id).at(-1)).toMatchObject({ last_reply: null, last_read_number: 0 })
    expect(await unread(ada, room_id)).toEqual([])
  })

  test('is told to nobody who had read it, and to nobody who takes no part', async () => {
    const { room_id, parent_id, say } = await question()
    await say(eve, 'me')
    const reply = await say(bob, 'I have')
    await say(bob, 'or not').then(({ id }) => remove(b, id))
    await left(a, parent_id, 2)
    await e.command('mark_read', { room_id, message_id: reply.id, parent_id })
    const before = [e, b].map((client) => told(client, parent_id).length)
    await remove(b, reply.id)
    await left(a, parent_id, 1)
    expect([e, b].map((client) => told(client, parent_id).length)).toEqual(before)
  })

  test('may be a hundred of the replies of a thread at once, each thread told once', async () => {
    const many = await question()
    const other = await question()
    const ids = []
    for (let n = 0; n < 100; n++) ids.push((await many.say(bob, `${n}`)).id)
    ids.push((await other.say(bob, 'here')).id)
    await eventually('ada is told', () => told(a, many.parent_id).at(-1)?.thread_count === 100)
    await expire(...ids)
    for (const { parent_id, room_id } of [many, other]) {
      await left(a, parent_id, 0)
      expect(counted(a, parent_id)).toHaveLength(1)
      expect(await unread(ada, room_id)).toEqual([])
    }
  })

  test('can be marked, which moves nothing, and says that nothing is left', async () => {
    const { room_id, parent_id, say } = await question()
    const reply = await say(bob, 'I have')
    await expire(reply.id)
    await left(a, parent_id, 0)
    for (let n = 0; n < 2; n++) {
      const { data } = await a.command('mark_read', { room_id, message_id: reply.id, parent_id })
      expect(data).toMatchObject({ last_read_number: 2, unread_count: 0 })
      await a.next(({ type, data }) => type === 'thread_read' && data['parent_id'] === parent_id)
    }
    expect(await server.sql`select from thread_reads where message_id = ${parent_id} and user_id = ${ada.id}`).toHaveLength(1) // prettier-ignore
  })
})

describe('a first message that is gone', () => {
  test('by its author shows no more of itself to whoever has not read the replies', async () => {
    const { room_id, parent_id, say } = await question()
    await say(eve, 'me')
    await say(bob, 'I have')
    await eventually('eve is told', () => told(e, parent_id).at(-1)?.thread_count === 2)
    await remove(a, parent_id)
    await eventually('eve is told again', () => counted(e, parent_id).at(-1)?.preview === '')
    expect(counted(e, parent_id).at(-1)).toMatchObject({ unread_count: 1, last_reply: { preview: 'I have' } })
    expect(await unread(eve, room_id)).toMatchObject([{ preview: '', unread_count: 1 }])
  })

  test('by its time leaves nothing to read', async () => {
    const { room_id, parent_id, say } = await question()
    await say(eve, 'me')
    await say(bob, 'I have')
    await eventually('ada is told', () => told(a, parent_id).at(-1)?.thread_count === 2)
    await expire(parent_id)
    for (const client of [a, e]) await left(client, parent_id, 0)
    for (const who of [ada, eve]) expect(await unread(who, room_id)).toEqual([])
    expect(await server.sql`select from thread_reads where message_id = ${parent_id}`).toHaveLength(0)
  })

  test('by its time is told to nobody who is no member any more', async () => {
    const { room_id, parent_id, say } = await question()
    await say(eve, 'me')
    await say(bob, 'I have')
    await eventually('eve is told', () => told(e, parent_id).at(-1)?.thread_count === 2)
    await e.command('leave_room', { room_id, forget: true })
    const before = told(e, parent_id).length
    await expire(parent_id)
    await left(a, parent_id, 0)
    expect(told(e, parent_id)).toHaveLength(before)
  })

  test('with all of its replies leaves nothing to read', async () => {
    const { parent_id, say } = await question()
    const replies = [await say(eve, 'me'), await say(bob, 'I have')]
    await expire(parent_id, ...replies.map(({ id }) => id))
    for (const client of [a, e]) await left(client, parent_id, 0)
    expect(await server.sql`select from thread_reads where message_id = ${parent_id}`).toHaveLength(0)
  })
})

test('whose reply has expired takes part still, and has read as far', async () => {
  const { room_id, parent_id, say } = await question()
  await say(bob, 'before')
  const own = await say(eve, 'me')
  await expire(own.id)
  await eventually('the expiry', async () => (await server.sql`select from messages where id = ${own.id}`).length === 0)
  expect(await unread(eve, room_id)).toEqual([])
  await say(bob, 'after')
  await eventually('eve is told', () => told(e, parent_id).at(-1)?.last_reply?.preview === 'after')
  expect(await unread(eve, room_id)).toMatchObject([{ unread_count: 1, last_read_number: own.number }])
})

// What a client adds for news is by how many replies there are more.
test('who has unread replies hears that one they had read has expired', async () => {
  const { room_id, parent_id, say } = await question()
  const own = await say(ada, 'nobody?')
  await say(bob, 'I have')
  await eventually('ada is told', () => told(a, parent_id).at(-1)?.thread_count === 2)
  await expire(own.id)
  await eventually('ada is told', () => counted(a, parent_id).at(-1)?.thread_count === 1)
  expect(counted(a, parent_id).at(-1)).toEqual((await unread(ada, room_id))[0] as never)
})

test('the reply of a user who is deleted leaves nothing of theirs when it expires', async () => {
  const { room_id, parent_id, say } = await question()
  const guest = await server.register('guest')
  await server.ask(`POST /rooms/${room_id}/join`, undefined, guest.token)
  const reply = await say(guest, 'I have')
  await server.sql`update users set status = 'deleted' where id = ${guest.id}`
  await expire(reply.id)
  await left(a, parent_id, 0)
  expect(await server.sql`select from thread_reads where message_id = ${parent_id}`).toHaveLength(0)
})

// Several replies are told as one: whoever wrote some of them cannot tell from their number how many are to be read.
test('who replied between two of somebody else hears how much is left', async () => {
  const { room_id, parent_id, say } = await question()
  await say(bob, 'one')
  await say(ada, 'two')
  await say(bob, 'three')
  await left(a, parent_id, 1)
  expect(counted(a, parent_id).at(-1)).toEqual((await unread(ada, room_id))[0] as never)
  expect(told(a, parent_id).at(-1)).toMatchObject({ thread_count: 3, last_read_number: 3 })
})

test('what is told has the shape that is declared', () => {
  const all = [a, b, e].flatMap((client) => client.events.filter(({ type }) => type === 'thread_updated'))
  expect(all.some(({ data }) => data['last_reply'] === null)).toBe(true)
  for (const { data } of all) expect([...Value.Errors(ThreadUpdated, data)]).toEqual([])
})
