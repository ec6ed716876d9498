import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, setSystemTime, test } from 'bun:test'
import { createApp } from '../../src/app.ts'
import { createExpiry, createTelling } from '../../src/features/messages/index.ts'
import { forget } from '../../src/features/messages/expiry-queries.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { defaults } from '../../src/platform/config/index.ts'
import type { Sql } from '../../src/platform/db/index.ts'
import { type MessageHouse, openHouse } from '../features/messages/house.ts'
import { eventually } from '../services/eventually.ts'
import { recordLog } from '../services/log.ts'

setDefaultTimeout(30_000)

let house: MessageHouse
let ada: Actor

beforeAll(async () => {
  house = await openHouse()
  ada = await house.person('ada')
})
afterAll(() => house.close())
afterEach(() => {
  setSystemTime()
})

/** Counts the statements that are run through it. */
function counting(sql: Sql) {
  const counted = { statements: 0, sql }
  counted.sql = new Proxy(sql, {
    apply: (target, self, args) => {
      counted.statements++
      return Reflect.apply(target, self, args)
    },
  })
  return counted
}

test('a server whose clock is ahead of the database does not ask without a pause until a message expires', async () => {
  const node = house.node()
  const room = await house.room([ada])
  await node.messages.send(ada, { room_id: room, content: 'later', expires_in: 30 })
  setSystemTime(new Date(Date.now() + 60_000))
  const counted = counting(house.sql)
  const expiry = createExpiry({ sql: counted.sql, telling: createTelling(node.bus), threads: node.threads, log: node.log, change_memory_ms: 3_600_000 }) // prettier-ignore
  await eventually('the first look', () => counted.statements > 0)
  const began = performance.now()
  await eventually('a second', () => performance.now() - began > 1_000)
  await expiry.stop()
  expect(counted.statements).toBeLessThan(10)
})

test('forgetting locks conversations in the order in which everybody locks them', async () => {
  const rooms: number[] = []
  for (let n = 0; n < 30; n++) rooms.push(await house.room([ada]))
  // Rows that were written last stand last in the table, so no plan meets them in their order by chance.
  for (const id of rooms.toReversed()) await house.sql`update conversations set topic = 'moved' where id = ${id}`
  await house.sql`
    insert into changes (conversation_id, seq, kind, message_id, at)
    select id, seq, 'expired', seq, now() - interval '1 day' from unnest(${rooms}::bigint[]) id, generate_series(1, 30) seq`
  await house.sql`analyze changes, conversations`
  const middle = rooms[15] ?? 0
  await house.sql.begin(async (tx) => {
    await tx`select from conversations where id = ${middle} for no key update`
    const forgetting = forget(house.sql, new Date(), 1_000)
    await eventually('the wait', async () => (await house.sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%delete from changes%'`).length > 0) // prettier-ignore
    const beyond = rooms.filter((id) => id > middle)
    const free = await tx`select id from conversations where id = any (${beyond}::bigint[]) order by id for no key update skip locked` // prettier-ignore
    expect(free).toHaveLength(beyond.length)
    return { forgetting }
  }).then(({ forgetting }) => forgetting) // prettier-ignore
})

test('a server that cannot listen leaves nothing running', async () => {
  const taken = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const log = recordLog()
  const config = {
    ...defaults,
    server: { ...defaults.server, bind_addr: `127.0.0.1:${taken.port}` },
    database: { ...defaults.database, url: house.url },
    security: { ...defaults.security, jwt_secret: 'a secret of more than thirty-two characters' },
  }
  await expect(createApp(config, { log })).rejects.toThrow()
  const began = performance.now()
  await eventually('what would have run by then', () => performance.now() - began > 1_500)
  taken.stop(true)
  expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([])
})

test('the change of a DM and its expiry are expected before they are committed, so that what follows is told after them', async () => {
  const node = house.node()
  const bob = await house.person('bob')
  const dm = await house.dm(ada, bob)
  for (const { id } of [ada, bob]) node.bus.listen(`u:${id}`)
  const { id } = await node.messages.send(ada, { conversation_id: dm, content: 'goes', expires_in: 3_600 })
  const { announce } = await node.messages.react(bob, { message_id: id, emoji: '👍' })
  const seqs = () =>
    node.heard.flatMap((message) =>
      message.kind === 'log' ? [[message.first_seq, ...message.entries.map(({ seq }) => seq)]] : [],
    )
  expect(seqs()).toEqual([[1, 1], [2]])
  announce()
  await house.sql`update messages set expires_at = now() where id = ${id}`
  const expiry = createExpiry({ sql: house.sql, telling: createTelling(node.bus), threads: node.threads, log: node.log, change_memory_ms: 3_600_000 }) // prettier-ignore
  await expiry.sweep()
  await expiry.stop()
  expect(seqs()).toEqual([[1, 1], [2], [2, 2], [3], [3, 3]])
})
