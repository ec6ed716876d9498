import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createIndexer, createSearch, createStemmer } from '../../../src/features/messages/index.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { recordLog } from '../../services/log.ts'
import { draft, type MessageHouse, openHouse } from './house.ts'

setDefaultTimeout(30_000)
let house: MessageHouse
let ada: Actor

beforeAll(async () => {
  house = await openHouse()
  ada = await house.person('ada')
})
afterAll(() => house.close())

const indexerOf = () =>
  createIndexer({ sql: house.sql, stemmer: createStemmer(), log: recordLog(), isBusy: () => false })

test('several nodes index the same rooms while these change, and nothing is lost or left', async () => {
  const { sql } = house
  const rooms = [await house.room([ada]), await house.room([ada]), await house.room([ada])]
  const { writer } = house.node()
  const indexers = [indexerOf(), indexerOf(), indexerOf()]
  const written = rooms.flatMap((room) =>
    Array.from({ length: 60 }, async (_, n) => {
      await writer.write(draft(ada, room, `word${n}`))
      indexers[n % 3]?.touch(room)
    }),
  )
  for (let turn = 0; turn < 30; turn++) {
    const room = rooms[turn % 3] ?? 0
    // An edit, and a deletion, as the log has them.
    await sql`
      with head as (update conversations set last_seq = last_seq + 2 where id = ${room} returning last_seq),
      edited as (
        update messages set content = 'changed' || number, change_seq = head.last_seq - 1 from head
        where conversation_id = ${room} and number = ${turn + 1}
      )
      update messages set deleted_at = now(), change_seq = head.last_seq from head where conversation_id = ${room} and number = ${60 - turn}`
    await Promise.all(indexers.map((indexer) => indexer.catchUp(rooms)))
  }
  await Promise.all(written)
  await Promise.all(indexers.map((indexer) => indexer.stop()))
  const last = indexerOf()
  expect(await last.catchUp(rooms)).toBe(true)
  // It would look at what the next tests write.
  await last.stop()
  const wrong = await sql`
    select m.conversation_id, m.number, m.content, s.document from messages m
    full join message_search s on s.conversation_id = m.conversation_id and s.message_id = m.id
    where m.id is null or (m.deleted_at is null and (s.document is null or not s.document @@ plainto_tsquery('simple', m.content)))
      or (m.deleted_at is not null and s.document is not null)`
  expect([...wrong]).toEqual([])
  const behind = await sql`
    select c.id from conversations c join search_cursors i on i.conversation_id = c.id where c.id = any (${rooms}::bigint[]) and i.indexed_seq <> c.last_seq`
  expect([...behind]).toEqual([])
})

test('a reply and its parent share a seq, and both are indexed where a batch ends between them', async () => {
  const { sql } = house
  const room = await house.room([ada])
  // Every seq is of two messages, as it is when each is a reply: 900 of them, which is more than a batch.
  await sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select ${room}, ${ada.id}, n, (n + 1) / 2, n, 'p' || n, 'pair' || n, 'text', now(), now() from generate_series(1, 900) n`
  await sql`update conversations set last_seq = 450, message_count = 900 where id = ${room}`
  const indexer = indexerOf()
  while (!(await indexer.catchUp([room])));
  await indexer.stop()
  const [row] = await sql<{ count: number }[]>`select count(*) from message_search where conversation_id = ${room}`
  expect(row?.count).toBe(900)
})

test('a search says that it is not complete when the index could not follow in time', async () => {
  const room_id = await house.room([ada])
  const { writer, conversations } = house.node()
  await writer.write(draft(ada, room_id, 'an apple'))
  const late = { touch: () => {}, catchUp: async () => false, stop: async () => {} }
  const { search } = createSearch({ sql: house.sql, conversations, indexer: late, stemmer: createStemmer(), limits: { max_search_length: 0, max_search_terms: 0 } }) // prettier-ignore
  expect(await search(ada, { query: 'apple', room_id })).toMatchObject({ results: [], is_complete: false })
})

test('a message of any length is indexed by its beginning', async () => {
  const room_id = await house.room([ada])
  const { writer, conversations } = house.node()
  await writer.write(draft(ada, room_id, `first ${'filling '.repeat(100_000)} last`))
  await writer.write(draft(ada, room_id, '漢'.repeat(100_000)))
  const indexer = indexerOf()
  const { search } = createSearch({ sql: house.sql, conversations, indexer, stemmer: createStemmer(), limits: { max_search_length: 0, max_search_terms: 0 } }) // prettier-ignore
  const counted = async (query: string) => (await search(ada, { query, room_id })).results.length
  expect([await counted('first'), await counted('last'), await counted('漢漢')]).toEqual([1, 0, 1])
  await indexer.stop()
})
