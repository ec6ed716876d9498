import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { changes } from '../../../src/features/messages/log-queries.ts'
import { type PackedRow, unpack } from '../../../src/features/messages/packed-queries.ts'
import { byIds } from '../../../src/features/messages/queries.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { type MessageHouse, openHouse } from './house.ts'

setDefaultTimeout(30_000)

let house: MessageHouse
let node: ReturnType<MessageHouse['node']>
let [ada, bob, mod] = [] as unknown as [Actor, Actor, Actor]

beforeAll(async () => {
  house = await openHouse()
  node = house.node()
  ada = await house.person('ada')
  bob = await house.person('bob')
  mod = await house.person('mod')
})
afterAll(() => house.close())

/** What changed in a conversation, packed and as messages are read one by one, by id. */
async function bothWays(id: number, name: string | null) {
  const rows = await changes(house.sql, [{ conversation_id: id, since: 0 }], 1000)
  const packed = rows.map((row) => unpack(row as PackedRow, { id, name }))
  const plain = await byIds(house.sql, packed.map((row) => row.id)) // prettier-ignore
  const byId = <Row extends { id: number }>(all: readonly Row[]) => all.toSorted((one, other) => one.id - other.id)
  return [byId(packed), byId(plain).map(({ parent_thread_count: _, ...row }) => row)] as const
}

test('a packed message is the message, whatever became of it', async () => {
  const room = await house.room([ada, bob])
  const [{ name } = { name: '' }] = await house.sql<
    { name: string }[]
  >`select name from conversations where id = ${room}`
  const say = (content: string, more: object = {}) => node.messages.send(ada, { room_id: room, content, ...more })
  const { id: parent_id } = await say('plain')
  await say('of @bob, with "quotes" and a \\ and\nlines, 🙂', { metadata: { of: ['text 1 2'], deep: { null: null } } })
  await say('a reply', { parent_id, client_id: 'with a space, a comma and "quotes"' })
  const { id: edited } = await say('before')
  await node.messages.edit(ada, { message_id: edited, content: 'after' })
  const { id: deleted } = await say('nobody may read this', { metadata: { secret: true } })
  await node.messages.remove(ada, { message_id: deleted })
  const { id: pinned } = await say('pinned')
  await house.sql`update messages set pinned_at = now() where id = ${pinned}`
  const { id: liked } = await say('liked')
  for (const actor of [ada, bob]) await node.messages.react(actor, { message_id: liked, emoji: '👍' })
  await house.enter(room, [mod], 'moderator')
  const call = (content: string, more: object = {}) => node.messages.send(mod, { room_id: room, content, ...more })
  for (const content of ['@room\n1 2\nlook', '@here\n', 'here is @room']) await call(content)
  const { id: called } = await call('@room gone, but not swept yet', { expires_in: 3600 })
  await house.sql`update messages set expires_at = now() - interval '1 second' where id = ${called}`
  await say('for an hour', { expires_in: 3600 })
  const { id: expired } = await say('gone, but not swept yet', { expires_in: 3600, metadata: { secret: true } })
  await house.sql`update messages set expires_at = now() - interval '1 second' where id = ${expired}`

  const [packed, plain] = await bothWays(room, name)
  expect(packed).toEqual(plain)
  expect(packed).toHaveLength(13)
  const of = (field: keyof (typeof packed)[number]) => packed.filter((row) => row[field] !== null).map(({ content }) => content) // prettier-ignore
  expect([of('edited_at'), of('deleted_at'), of('pinned_at'), of('reactions'), of('parent_id')]).toEqual([['after'], ['', '', ''], ['pinned'], ['liked'], ['a reply']]) // prettier-ignore
  expect(packed.flatMap(({ called, content }) => (called === null ? [] : [[called, content]]))).toEqual([['room', '@room\n1 2\nlook'], ['here', '@here\n'], ['room', 'here is @room']]) // prettier-ignore
  expect(packed.filter(({ mentions }) => mentions.length > 0).map(({ mentions }) => mentions)).toEqual([[bob.id]])
})

test('so it is in a conversation of two, which has no name', async () => {
  const dm = await house.dm(ada, bob)
  await node.messages.send(ada, { conversation_id: dm, content: 'for you' })
  const [packed, plain] = await bothWays(dm, null)
  expect(packed).toEqual(plain)
  expect(packed).toHaveLength(1)
})

test('no microsecond makes it another millisecond', async () => {
  const room = await house.room([ada])
  const { id } = await node.messages.send(ada, { room_id: room, content: 'first' })
  const { author_id } = (await byIds(house.sql, [id]))[0]!
  await house.sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select ${room}, ${author_id}, n, n, n, 'moment-' || n, '', 'text', at, at + (n % 2) * interval '1 microsecond'
    from generate_series(2, 900) n
    cross join lateral (select timestamptz '2026-11-28 19:13:39.123Z' + n * interval '7919 milliseconds' + n % 2 * n * interval '1 microsecond' + n % 3 * interval '136 months' as at) moment`
  const [packed, plain] = await bothWays(room, null)
  expect(packed.map(({ created_at, updated_at }) => [created_at, updated_at])).toEqual(plain.map(({ created_at, updated_at }) => [created_at, updated_at])) // prettier-ignore
  expect(packed).toHaveLength(900)
})
