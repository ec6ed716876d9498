import 'fake-indexeddb/auto'
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import {
  type ChatOptions,
  indexedDbOutbox,
  memoryOutbox,
  type OutboxStorage,
  type Pending,
} from '../../../sdks/javascript/src/index.ts'
import { clear, emptyFolder, serve, type Server, unlimited } from '../../e2e/program.ts'
import { createDatabase } from '../../services/postgres.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats, contentsOf, eventually, messagesOf, opened, pendingOf, sockets } from './people.ts'
import { shelf, type Shared, withShelf } from './shelf.ts'

setDefaultTimeout(90_000)

let server: TestServer
let ada: Account

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
})
afterEach(closeChats)
afterAll(() => server.close())

/** What the server has of a room, in the order of the log. */
async function kept(room_id: number): Promise<string[]> {
  const rows = await server.sql<{ content: string }[]>`
    select content from messages where conversation_id = ${room_id} order by seq`
  return rows.map(({ content }) => content)
}

describe('without a connection', () => {
  test('messages wait, and go by themselves in their order', async () => {
    const room_id = await server.room(ada)
    const wire = sockets()
    const chat = chatOf(server, ada.token, { WebSocket: wire.WebSocket })
    await chat.connect()
    const room = await opened(chat.conversation({ room_id }))
    wire.is_down = true
    wire.cut()
    await eventually('the end', () => chat.connection.get().status === 'waiting')
    const wanted = Array.from({ length: 10 }, (_, index) => `line ${index}`)
    for (const line of wanted) room.send(line)
    expect(pendingOf(room).map(({ content, status }) => `${content} ${status}`)).toEqual(wanted.map((line) => `${line} queued`)) // prettier-ignore
    wire.is_down = false
    await eventually('all of them', () => messagesOf(room).length === 10)
    expect(await kept(room_id)).toEqual(wanted)
    expect(pendingOf(room)).toEqual([])
  })

  test('one may be taken back', async () => {
    const room_id = await server.room(ada)
    const chat = chatOf(server, ada.token)
    const room = chat.conversation({ room_id })
    room.send('stays')
    const { client_id } = room.send('is taken back')
    room.discard(client_id)
    await chat.connect()
    await eventually('an empty outbox', () => chat.outbox.get().length === 0)
    expect(await kept(room_id)).toEqual(['stays'])
  })
})

/** After all that is ready to be done. */
const later = () => new Promise((resolve) => setTimeout(resolve))

describe('what the server may have is not taken back', () => {
  test('while its answer is on the way', async () => {
    const room_id = await server.room(ada)
    const wire = sockets()
    const chat = chatOf(server, ada.token, { WebSocket: wire.WebSocket })
    await chat.connect()
    const room = chat.conversation({ room_id })
    wire.loses = () => true
    const { client_id } = room.send('is there')
    await eventually('it is there', async () => (await kept(room_id)).length === 1)
    room.discard(client_id)
    // Its turn is after that of what is being sent.
    wire.is_down = true
    wire.cut()
    await eventually('the end', () => chat.connection.get().status === 'waiting')
    room.discard(client_id)
    await later()
    expect(chat.outbox.get()).toMatchObject([{ client_id, status: 'sending', error: { code: 'NOT_CONNECTED' } }])
    wire.loses = () => false
    wire.is_down = false
    await eventually('an empty outbox', () => chat.outbox.get().length === 0)
    expect(await kept(room_id)).toEqual(['is there'])
  })

  test('where an earlier run may have sent it: the first of its conversation', async () => {
    const room_id = await server.room(ada)
    const storage = memoryOutbox()
    const [first, second] = [written(room_id, 'one', 0), written(room_id, 'two', 1)]
    await storage.put(`${server.url} ${ada.id}`, first)
    await storage.put(`${server.url} ${ada.id}`, second)
    const chat = chatOf(server, ada.token, { outbox: storage, user_id: ada.id })
    await eventually('both', () => chat.outbox.get().length === 2)
    const room = chat.conversation({ room_id })
    room.discard(first.client_id)
    room.discard(second.client_id)
    await eventually('the second is gone', () => chat.outbox.get().length === 1)
    await chat.connect()
    await eventually('an empty outbox', () => chat.outbox.get().length === 0)
    expect(await kept(room_id)).toEqual(['one'])
  })

  test.each(['number', 'slug'])('while another tab sends it, which knows the room by its %s', async (by) => {
    const slug = `s-${crypto.randomUUID().slice(0, 8)}`
    const room_id = await server.room(ada, { slug })
    const ref = { room_id: by === 'slug' ? slug : room_id }
    const storage = memoryOutbox()
    for (const [index, line] of ['one', 'two'].entries())
      await storage.put(`${server.url} ${ada.id}`, { ...written(room_id, line, index), ref })
    const wire = sockets()
    const chat = chatOf(server, ada.token, { outbox: storage, WebSocket: wire.WebSocket })
    const other = chatOf(server, ada.token, { outbox: storage, user_id: ada.id })
    await eventually('both', () => other.outbox.get().length === 2)
    // The second is there, and only the server knows.
    wire.loses = ({ type }) => type !== 'auth_success' && (lost += Number(type === 'message_sent')) > 1
    let lost = 0
    await chat.connect()
    await eventually('both are there', async () => (await kept(room_id)).length === 2)
    other.conversation(ref).discard(other.outbox.get()[1]?.client_id ?? '')
    await later()
    expect(other.outbox.get()).toHaveLength(2)
    await other.connect()
    wire.cut()
    await eventually('empty outboxes', () => [chat, other].every((each) => each.outbox.get().length === 0))
    expect(await kept(room_id)).toEqual(['one', 'two'])
  })
})

describe.each([
  ['memory', memoryOutbox],
  ['IndexedDB', () => indexedDbOutbox(`test ${crypto.randomUUID()}`)],
])('kept in %s', (_, make) => {
  test('what was written outlives the client, in its order', async () => {
    const room_id = await server.room(ada)
    const storage = make()
    const wire = sockets()
    const first = chatOf(server, ada.token, { outbox: storage, WebSocket: wire.WebSocket })
    await first.connect()
    wire.is_down = true
    wire.cut()
    await eventually('the end', () => first.connection.get().status === 'waiting')
    const wanted = ['one', 'two', 'three']
    for (const line of wanted) first.conversation({ room_id }).send(line)
    const owner = `${server.url} ${ada.id}`
    await eventually('all kept', async () => (await storage.all(owner)).length === 3)
    first.close()

    const second = chatOf(server, ada.token, { outbox: storage })
    await second.connect()
    await eventually('all sent', async () => (await kept(room_id)).length === 3)
    expect(await kept(room_id)).toEqual(wanted)
    await eventually('nothing kept', async () => (await storage.all(owner)).length === 0)
  })

  test('what one user wrote is not sent by another', async () => {
    const room_id = await server.room(ada)
    const bob = await server.register(`bob${crypto.randomUUID().slice(0, 6)}`)
    await server.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
    const storage = make()
    const pending = written(room_id, "ada's own")
    await storage.put(`${server.url} ${ada.id}`, pending)
    const other = chatOf(server, bob.token, { outbox: storage })
    await other.connect()
    other.conversation({ room_id }).send("bob's own")
    await eventually("bob's message", async () => (await kept(room_id)).length === 1)
    expect(await kept(room_id)).toEqual(["bob's own"])
    expect(await storage.all(`${server.url} ${ada.id}`)).toEqual([pending])
  })

  test('what the server had before the answer was lost is not sent again', async () => {
    const room_id = await server.room(ada)
    const storage = make()
    const pending = written(room_id, 'told, and not heard')
    await storage.put(`${server.url} ${ada.id}`, pending)
    await server.ask(`POST /rooms/${room_id}/messages`, { content: pending.content, metadata: { client_id: pending.client_id } }, ada.token) // prettier-ignore
    const chat = chatOf(server, ada.token, { outbox: storage })
    await chat.connect()
    await eventually('an empty outbox', async () => (await storage.all(`${server.url} ${ada.id}`)).length === 0)
    expect(await kept(room_id)).toEqual(['told, and not heard'])
  })

  test('two tabs send it once between them', async () => {
    const room_id = await server.room(ada)
    const storage = make()
    const lines = Array.from({ length: 12 }, (_, index) => `line ${String(index).padStart(2, '0')}`)
    for (const [index, line] of lines.entries())
      await storage.put(`${server.url} ${ada.id}`, written(room_id, line, index))
    const tabs = [chatOf(server, ada.token, { outbox: storage }), chatOf(server, ada.token, { outbox: storage })]
    await Promise.all(tabs.map((tab) => tab.connect()))
    const rooms = await Promise.all(tabs.map((tab) => opened(tab.conversation({ room_id }))))
    await eventually('empty outboxes', () => tabs.every((tab) => tab.outbox.get().length === 0))
    expect(await kept(room_id)).toEqual(lines)
    await eventually('both see all', () => rooms.every((room) => contentsOf(room).length === 12))
  })
})

describe('until IndexedDB has a message, localStorage does', () => {
  const noted = (shared: Shared) => [...shared.values()]

  test('from the moment in which it is put', async () => {
    const shared = shelf()
    await withShelf(shared, async () => {
      const [name, pending] = [`test ${crypto.randomUUID()}`, written(1, 'one')]
      const putting = indexedDbOutbox(name).put('ada', pending)
      expect(noted(shared).map((each) => JSON.parse(each) as Pending)).toEqual([pending])
      const other = indexedDbOutbox(name)
      expect(await other.all('ada')).toEqual([pending])
      expect(await other.all('ad')).toEqual([])
      await putting
      expect(noted(shared)).toEqual([])
      expect(await other.all('ada')).toEqual([pending])
    })
  })

  test('and where both have it, it is one message, as it was put last, and is removed from both', async () => {
    const shared = shelf()
    await withShelf(shared, async () => {
      const storage = indexedDbOutbox(`test ${crypto.randomUUID()}`)
      const pending = written(1, 'one')
      await storage.put('ada', pending)
      const failed: Pending = { ...pending, status: 'failed' }
      storage.put('ada', failed).catch(() => undefined)
      expect(await storage.all('ada')).toEqual([failed])
      await storage.remove('ada', pending.client_id)
      expect([await storage.all('ada'), noted(shared)]).toEqual([[], []])
    })
  })

  test('and one that is damaged hides no others', async () => {
    const shared = shelf()
    await withShelf(shared, async () => {
      const name = `test ${crypto.randomUUID()}`
      const storage = indexedDbOutbox(name)
      const [kept, pending] = [written(1, 'one'), written(1, 'two')]
      await storage.put('ada', kept)
      storage.put('ada', pending).catch(() => undefined)
      const [key = ''] = Object.keys(shared)
      shared.setItem(key.replace(pending.client_id, 'another'), '{')
      expect(await storage.all('ada')).toEqual(expect.arrayContaining([kept, pending]))
    })
  })

  test('unless that is full', async () => {
    const shared = shelf()
    await withShelf(shared, async () => {
      const storage = indexedDbOutbox(`test ${crypto.randomUUID()}`)
      const pending = written(1, 'one')
      shared.setItem = () => {
        throw new Error('QuotaExceededError')
      }
      await storage.put('ada', pending)
      expect(await storage.all('ada')).toEqual([pending])
    })
  })
})

test('what was kept goes before what is written while it is read', async () => {
  const room_id = await server.room(ada)
  const storage = memoryOutbox()
  const lines = ['one', 'two', 'three']
  for (const [index, line] of lines.entries())
    await storage.put(`${server.url} ${ada.id}`, written(room_id, line, index))
  const connected = Promise.withResolvers<void>()
  const slow: OutboxStorage = { ...storage, all: (owner) => connected.promise.then(() => storage.all(owner)) }
  const chat = chatOf(server, ada.token, { outbox: slow })
  await chat.connect()
  chat.conversation({ room_id }).send('four')
  // An answer that comes after whatever was sent before.
  await chat.command('ping', {})
  connected.resolve()
  await eventually('all sent', async () => (await kept(room_id)).length === 4)
  expect(await kept(room_id)).toEqual([...lines, 'four'])
})

test('a room by its slug and by its number is one order', async () => {
  const slug = `s-${crypto.randomUUID().slice(0, 8)}`
  const room_id = await server.room(ada, { slug })
  const storage = memoryOutbox()
  const lines = Array.from({ length: 10 }, (_, index) => `line ${index}`)
  for (const [index, line] of lines.entries())
    await storage.put(`${server.url} ${ada.id}`, written(room_id, line, index))
  const chat = chatOf(server, ada.token, { outbox: storage })
  // Not joined yet: so far the room has no other name.
  chat.conversation({ room_id: slug }).send('the last')
  await chat.connect()
  await eventually('all sent', async () => (await kept(room_id)).length === 11)
  expect(await kept(room_id)).toEqual([...lines, 'the last'])
})

test('what one writes is in the timeline at once where the room is known by its number before one has joined', async () => {
  const slug = `s-${crypto.randomUUID().slice(0, 8)}`
  await server.room(ada, { slug })
  const chat = chatOf(server, ada.token)
  await chat.connect()
  chat.disconnect()
  const conversation = chat.conversation({ room_id: slug })
  const close = conversation.open()
  conversation.send('not yet')
  expect(conversation.timeline.get().items).toMatchObject([{ kind: 'pending', pending: { content: 'not yet' } }])
  close()
})

test('what was written under the slug and under the number goes in the order in which it was written', async () => {
  const slug = `s-${crypto.randomUUID().slice(0, 8)}`
  const room_id = await server.room(ada, { slug })
  const storage = memoryOutbox()
  const owner = `${server.url} ${ada.id}`
  const lines = Array.from({ length: 9 }, (_, index) => `line ${index}`)
  for (const [index, line] of lines.slice(0, 5).entries())
    await storage.put(owner, { ...written(room_id, line, index), ref: { room_id: index % 3 === 0 ? room_id : slug } })
  const chat = chatOf(server, ada.token, { outbox: storage })
  const [by_slug, by_number] = [chat.conversation({ room_id: slug }), chat.conversation({ room_id })]
  by_slug.send('line 5')
  by_slug.send('line 6')
  await chat.connect()
  by_number.send('line 7')
  by_slug.send('line 8')
  await eventually('all sent', async () => (await kept(room_id)).length === lines.length)
  expect(await kept(room_id)).toEqual(lines)
})

test('a message with an end is not sent again by another tab after it ended', async () => {
  const room_id = await server.room(ada)
  const storage = memoryOutbox()
  const owner = `${server.url} ${ada.id}`
  const pending = { ...written(room_id, 'soon gone'), expires_in: 1 }
  await storage.put(owner, pending)
  // Loaded by this tab, and sent by another before this one comes to it.
  const slow: OutboxStorage = { ...storage, all: async (whose) => (asked++ === 0 ? [pending] : storage.all(whose)) }
  let asked = 0
  await storage.remove(owner, pending.client_id)
  const chat = chatOf(server, ada.token, { outbox: slow })
  await chat.connect()
  await eventually('an empty outbox', () => asked > 1 && chat.outbox.get().length === 0)
  expect(await kept(room_id)).toEqual([])
})

describe('what the server refuses', () => {
  test('for good is shown with the reason, holds up nothing, and can be tried again', async () => {
    const room_id = await server.room(ada)
    const chat = chatOf(server, ada.token)
    await chat.connect()
    const room = await opened(chat.conversation({ room_id }))
    const { client_id } = room.send('x'.repeat(2001))
    room.send('fits')
    await eventually('the other', () => contentsOf(room).includes('fits'))
    expect(pendingOf(room)).toMatchObject([{ client_id, status: 'failed', error: { code: 'MESSAGE_TOO_LONG' } }])
    room.retry(client_id)
    expect(pendingOf(room)).toMatchObject([{ status: 'queued', error: null }])
    await eventually('the same again', () => pendingOf(room)[0]?.status === 'failed')
    room.discard(client_id)
    expect(pendingOf(room)).toEqual([])
  })

  test('for now waits as long as it says: slow mode', async () => {
    const room_id = await server.room(ada, { slow_mode_seconds: 1 })
    const bob = await server.register(`bob${crypto.randomUUID().slice(0, 6)}`)
    await server.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
    const chat = chatOf(server, bob.token)
    await chat.connect()
    const room = await opened(chat.conversation({ room_id }))
    const began = performance.now()
    for (const line of ['one', 'two', 'three']) room.send(line)
    await eventually('all three', () => contentsOf(room).length === 3, 20_000)
    expect(performance.now() - began).toBeGreaterThan(1900)
    expect(await kept(room_id)).toEqual(['one', 'two', 'three'])
  })

  const hours = 21_600

  /** Bob, whom slow mode keeps from sending the second of three. */
  async function slowed(options: Partial<ChatOptions> = {}, isOpen = true) {
    const room_id = await server.room(ada, { slow_mode_seconds: hours })
    const bob = await server.register(`bob${crypto.randomUUID().slice(0, 6)}`)
    await server.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
    const chat = chatOf(server, bob.token, options)
    await chat.connect()
    const room = chat.conversation({ room_id })
    if (isOpen) await opened(room)
    const sent = ['one', 'two', 'three'].map((line) => room.send(line))
    await eventually('the refusal', () => chat.outbox.get()[0]?.error?.code === 'SLOW_MODE')
    const change = (asked: string, body: object) => server.ask(asked.replace('ROOM', `/rooms/${room_id}`), body, ada.token) // prettier-ignore
    return { room_id, bob, chat, room, change, ids: sent.map(({ client_id }) => client_id) }
  }

  test.each([
    ['slow mode is off', 'PUT ROOM', { slow_mode_seconds: 0 }, 3],
    ['slow mode is short', 'PUT ROOM', { slow_mode_seconds: 1 }, 3],
    ['another role is not held by it', 'PUT ROOM/members/BOB', { role: 'moderator' }, 3],
  ])('for now goes as soon as %s', async (_, asked, body, count) => {
    const { room_id, bob, room, change } = await slowed()
    await change(asked.replace('BOB', String(bob.id)), body)
    await eventually('all of it', () => contentsOf(room).length === count, 20_000)
    expect(await kept(room_id)).toEqual(['one', 'two', 'three'])
  })

  test('for now is refused for good as soon as the room is archived', async () => {
    const { room, change } = await slowed()
    await change('POST ROOM/archive', { archived: true })
    await eventually('the answer', () => pendingOf(room).every(({ status }) => status === 'failed'))
    expect(pendingOf(room)).toHaveLength(2)
  })

  test('for now goes with the next connection, where nobody looks', async () => {
    const wire = sockets()
    const { room_id, chat, change } = await slowed({ WebSocket: wire.WebSocket }, false)
    wire.is_down = true
    wire.cut()
    await eventually('the end', () => chat.connection.get().status === 'waiting')
    await change('PUT ROOM', { slow_mode_seconds: 0 })
    wire.is_down = false
    await eventually('all of it', async () => (await kept(room_id)).length === 3, 20_000)
  })

  test('for now can be taken back, also after another start, and the others go', async () => {
    const storage = memoryOutbox()
    const { room_id, bob, chat, room, change, ids } = await slowed({ outbox: storage })
    chat.close()
    const second = chatOf(server, bob.token, { outbox: storage })
    await second.connect()
    const again = await opened(second.conversation({ room_id }))
    await eventually('the refusal', () => pendingOf(again)[0]?.error?.code === 'SLOW_MODE')
    again.discard(ids[1] ?? '')
    await eventually('it is gone', () => pendingOf(again).length === 1)
    await change('PUT ROOM', { slow_mode_seconds: 0 })
    await eventually('the other', () => contentsOf(again).includes('three'))
    expect(await kept(room_id)).toEqual(['one', 'three'])
    expect(await storage.all(`${server.url} ${bob.id}`)).toEqual([])
    expect(contentsOf(room)).toEqual([])
  })

  test('for now waits as long as it says: the limit of a minute, which holds for all rooms', async () => {
    const own = await startServer({ limits: { max_messages_per_minute: 2, new_account_percent: 100 } })
    const eve = await own.register('eve')
    const rooms = [await own.room(eve), await own.room(eve)]
    const chat = chatOf(own, eve.token)
    await chat.connect()
    const [left, right] = await Promise.all(rooms.map((room_id) => opened(chat.conversation({ room_id }))))
    left?.send('one')
    left?.send('two')
    left?.send('three')
    right?.send('four')
    await eventually('two of them', async () => (await own.sql`select from messages`).length === 2)
    await eventually('the others wait', () => chat.outbox.get().every(({ status }) => status === 'queued'))
    expect(chat.outbox.get().map(({ status }) => status)).toEqual(['queued', 'queued'])
    await own.close()
  })

  test('because one has no say there is failed, and the outbox of other rooms goes on', async () => {
    const secret = await server.room(ada, { is_public: false })
    const bob = await server.register(`bob${crypto.randomUUID().slice(0, 6)}`)
    const open_room = await server.room(bob)
    const chat = chatOf(server, bob.token)
    await chat.connect()
    chat.conversation({ room_id: secret }).send('let me in')
    chat.conversation({ room_id: open_room }).send('hello')
    await eventually('the other', async () => (await kept(open_room)).length === 1)
    await eventually('the refusal', () => chat.outbox.get()[0]?.status === 'failed')
    expect(chat.outbox.get()[0]?.error?.code).toBe('ROOM_NOT_FOUND')
  })
})

test('a server that is killed and started again, over and over, in the middle of sending: nothing lost, nothing doubled', async () => {
  const database = await createDatabase({ migrated: false })
  const folder = emptyFolder()
  const instead = [process.execPath, join(import.meta.dir, '../../../src/main.ts')]
  const settings = [...unlimited, 'security.argon2_memory_kib=1024', 'security.argon2_iterations=1', 'security.jwt_secret=a secret of more than thirty-two characters'] // prettier-ignore
  const start = (port: number): Promise<Server> =>
    serve(folder, { env: { DATABASE_URL: database.url }, instead, settings, port })
  let running = await start(0)
  const { port, url } = running
  const register = async (username: string) => {
    const response = await fetch(`${url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: 'correct horse' }),
    })
    return ((await response.json()) as { data: { access_token: string } }).data.access_token
  }
  const eve = chatOf({ url }, await register('eve'))
  const bob = chatOf({ url }, await register('bob'))
  await Promise.all([eve.connect(), bob.connect()])
  const { id: room_id } = await eve.rest('POST /rooms', { body: { name: 'Kitchen', is_public: true } })
  const [at_eve, at_bob] = await Promise.all([eve, bob].map((chat) => opened(chat.conversation({ room_id }))))
  const wanted: string[] = []
  let is_over = false
  const writing = (async () => {
    while (!is_over) {
      wanted.push(`line ${wanted.length}`)
      at_eve?.send(wanted.at(-1) ?? '')
      await Bun.sleep(4)
    }
  })()
  for (let round = 0; round < 3; round++) {
    const before = messagesOf(at_bob!).at(-1)?.number ?? 0
    await eventually('some more', () => (messagesOf(at_bob!).at(-1)?.number ?? 0) > before + 20, 40_000)
    running.kill('SIGKILL')
    await running.exited
    running = await start(port)
  }
  is_over = true
  await writing
  await eventually('an empty outbox', () => eve.outbox.get().length === 0, 60_000)
  await eventually('the last at bob', () => contentsOf(at_bob!).at(-1) === wanted.at(-1), 30_000)
  const rows = await database.sql<{ content: string }[]>`select content from messages order by seq`
  expect(rows.map(({ content }) => content)).toEqual(wanted)
  for (const room of [at_eve!, at_bob!]) expect(contentsOf(room)).toEqual(wanted.slice(-contentsOf(room).length))
  running.kill('SIGKILL')
  await running.exited
  clear(folder)
  await database.drop()
})

const written = (room_id: number, content: string, after_ms = 0): Pending => ({
  client_id: crypto.randomUUID(),
  ref: { room_id },
  content,
  content_type: 'text',
  parent_id: null,
  metadata: {},
  expires_in: null,
  created_at: new Date(Date.now() - 60_000 + after_ms).toISOString(),
  status: 'queued',
  error: null,
})
