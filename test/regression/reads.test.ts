import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import {
  createConversations,
  createReads,
  createThreads,
  createUnread,
} from '../../src/features/conversations/index.ts'
import { createMemoryBus } from '../../src/platform/bus/index.ts'
import { createAudit } from '../../src/features/audit/index.ts'
import { connect } from '../services/client.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob] = [] as unknown as [Account, Account]

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
})
afterAll(() => server.close())

// The author of a few messages heard that nothing was unread, after having heard of the answer to them.
test('what others write after an author stays unread for the author', async () => {
  const room_id = await server.room(ada)
  const [a, b] = [await connect(server, { token: ada.token }), await connect(server, { token: bob.token })]
  for (const client of [a, b]) await client.command('join_room', { room_id })
  for (const client of [a, a, b]) await client.command('send_message', { room_id, content: 'hi' })
  const own = await a.next(({ type, data }) => type === 'unread_updated' && data['last_read_number'] === 2)
  expect(own.data).toEqual({ room_id, message_number: 3, last_read_number: 2, unread_count: 1 } as never)
  await Promise.all([a.close(), b.close()])
})

// Two connections of a reader mark at once: the pointers move in order, and their announcements need not.
test('a read receipt never goes back', async () => {
  const { sql, log } = server
  const room_id = await server.room(ada)
  const client = await connect(server, { token: bob.token })
  await client.command('join_room', { room_id })
  const ids: number[] = []
  for (const content of ['one', 'two']) ids.push((await client.command('send_message', { room_id, content })).data.id)
  await client.close()
  const bus = createMemoryBus()
  const told: unknown[] = []
  bus.listen(`c:${room_id}`)
  bus.receive((message) => {
    if (message.kind === 'room')
      told.push((JSON.parse(message.frame) as { data: { message_id: number } }).data.message_id)
  })
  const unread = createUnread({ sql, bus, log })
  const conversations = createConversations({
    sql,
    bus,
    audit: createAudit({ sql, log }),
    settleReads: unread.settle,
    limits: { max_rooms_per_user: 0 },
  })
  const reads = createReads({
    sql,
    bus,
    unread,
    threads: createThreads({ sql, bus, log }),
    conversations,
    limits: { receipt_max_members: 0 },
  })
  const actor = { id: ada.id, username: 'ada', role: 'user', session_id: '' } as const
  const marked = []
  for (const message_id of ids) marked.push(await reads.markRead(actor, { room_id, message_id }))
  for (const { announce } of marked.toReversed()) announce()
  reads.flush()
  expect(told).toEqual([ids[1]])
})
