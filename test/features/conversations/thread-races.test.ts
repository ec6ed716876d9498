import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { forget } from '../../../src/features/accounts/profile-queries.ts'
import { createExpiry, createTelling } from '../../../src/features/messages/index.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import type { Sql } from '../../../src/platform/db/index.ts'
import { eventually } from '../../services/eventually.ts'
import { type MessageHouse, openHouse } from '../messages/house.ts'

// What happens in a thread while something else is under way: at another node, in another transaction.

setDefaultTimeout(30_000)
let house: MessageHouse
let [ada, bob] = [] as unknown as [Actor, Actor]
let room: number
const expiries: ReturnType<typeof createExpiry>[] = []

beforeAll(async () => {
  house = await openHouse()
  ;[ada, bob] = [await house.person('ada'), await house.person('bob')]
  room = await house.room([ada, bob])
})
afterAll(async () => {
  await Promise.all(expiries.map((each) => each.stop()))
  await house.close()
})

function open() {
  const node = house.node()
  node.bus.listen(`u:${ada.id}`)
  const say = (who: Actor, content: string, parent_id?: number) =>
    node.messages.send(who, { room_id: room, content, ...(parent_id !== undefined && { parent_id }) })
  const told = (parent_id: number) =>
    node.heard.flatMap((message) => {
      if (message.kind !== 'user') return []
      const { type, data } = JSON.parse(message.frame) as { type: string; data: Record<string, unknown> }
      return type === 'thread_updated' && data['parent_id'] === parent_id ? [data] : []
    })
  /** Lets the messages expire at this node, and nowhere else. */
  const expire = async (...ids: number[]) => {
    const { bus, threads, log } = node
    const expiry = createExpiry({ sql: house.sql, telling: createTelling(bus), threads, log, change_memory_ms: 3_600_000 }) // prettier-ignore
    expiries.push(expiry)
    await house.sql`update messages set expires_at = now() where id = any (${ids}::bigint[])`
    await expiry.sweep()
    await expiry.stop()
  }
  return { ...node, say, told, expire }
}

const places = (who: Actor, parent_id: number) =>
  house.sql`select from thread_reads where user_id = ${who.id} and message_id = ${parent_id}`

/** What `deed` comes to when it meets a transaction that has done its work and is not committed yet. */
async function beside<T>(work: (tx: Sql) => Promise<unknown>, deed: () => Promise<T>): Promise<T> {
  let done: Promise<T> | undefined
  await house.sql.begin(async (tx) => {
    await work(tx as unknown as Sql)
    let is_over = false
    done = deed().finally(() => (is_over = true))
    await eventually('the deed is over, or waits', async () => {
      const waiting = await house.sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()` // prettier-ignore
      return is_over || waiting.length > 0
    })
  })
  return done as Promise<T>
}

test.each<[string, (node: ReturnType<typeof open>, id: number) => Promise<unknown>]>([
  ['expires', (node, id) => node.expire(id)],
  ['is deleted', async (node, id) => (await node.messages.remove(bob, { message_id: id })).announce()],
])(
  'a thread that ends at one node while another has not told yet that its only reply %s is unread no more',
  async (_, take) => {
    const [one, other] = [open(), open()]
    const { message_id: parent_id } = await one.say(ada, 'Who has the key?')
    const { message_id } = await one.say(bob, 'I have', parent_id)
    await eventually('ada is told', () => one.told(parent_id).length === 1)
    await take(one, message_id)
    await other.expire(parent_id)
    await Promise.all([one, other].map(({ threads }) => threads.flush()))
    expect([...one.told(parent_id).slice(1), ...other.told(parent_id)]).toMatchObject([{ last_reply: null, unread_count: 0 }]) // prettier-ignore
  },
)

test('a thread that ends while another node has not told yet that one replied in it is unread no more on other devices', async () => {
  const [one, other] = [open(), open()]
  const { message_id: parent_id } = await one.say(ada, 'Who has the key?')
  await one.say(bob, 'I have', parent_id)
  await eventually('ada is told', () => one.told(parent_id).length === 1)
  await one.say(ada, 'Good', parent_id)
  await other.expire(parent_id)
  await eventually('ada is told', () => other.told(parent_id).at(-1)?.['unread_count'] === 0)
})

test('what has no thread ends without a word', async () => {
  const node = open()
  const { message_id } = await node.say(ada, 'Nobody answers')
  await node.expire(message_id)
  await node.threads.flush()
  expect(node.told(message_id)).toEqual([])
})

test('a pointer does not outlive a thread that ends while it moves', async () => {
  const node = open()
  const { message_id: parent_id } = await node.say(ada, 'Who has the key?')
  const { message_id } = await node.say(bob, 'I have', parent_id)
  await beside(
    (tx) => tx`delete from messages where id = ${parent_id}`,
    () => node.threads.mark(ada, { id: room, kind: 'room' }, parent_id, message_id),
  )
  expect(await places(ada, parent_id)).toHaveLength(0)
})

test('a reply that expires while the account of its author is deleted leaves nothing of theirs', async () => {
  const node = open()
  const guest = await house.person('guest')
  await house.enter(room, [guest])
  const { message_id: parent_id } = await node.say(ada, 'Who has the key?')
  const { message_id } = await node.say(guest, 'I have', parent_id)
  await beside(
    (tx) => forget(tx, guest.id),
    () => node.expire(message_id),
  )
  expect(await places(guest, parent_id)).toHaveLength(0)
})
