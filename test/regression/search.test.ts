import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createIndexer, createSearch, createStemmer } from '../../src/features/messages/index.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { type MessageHouse, openHouse } from '../features/messages/house.ts'

setDefaultTimeout(60_000)

let house: MessageHouse
let ada: Actor

beforeAll(async () => {
  house = await openHouse()
  ada = await house.person('ada')
})
afterAll(() => house.close())

test('a search among very many messages that are gone, and still in the index, gives a page that goes on', async () => {
  const node = house.node()
  const room = await house.room([ada])
  const stemmer = createStemmer()
  const indexer = createIndexer({ sql: house.sql, stemmer, log: node.log, isBusy: () => false })
  const { search } = createSearch({
    sql: house.sql,
    conversations: node.conversations,
    indexer,
    stemmer,
    limits: { max_search_length: 0, max_search_terms: 0 },
  })
  const { id } = await node.messages.send(ada, { room_id: room, content: 'common' })
  await indexer.catchUp([room])
  const gone = 10_000
  await house.sql`
    insert into message_search (conversation_id, message_id, author_id, created_at, document)
    select ${room}, gone, ${ada.id}, now(), document || ('''~0.' || (gone >> 10) || '''')::tsvector
    from message_search, generate_series(${id + 1}::bigint, ${id + gone}::bigint) gone where message_id = ${id}`
  await house.sql`update conversations set message_count = ${gone + 1}, last_message_id = ${id + gone} where id = ${room}`

  const found: number[] = []
  let [cursor, pages] = [undefined as string | undefined, 0]
  for (; pages < 20; pages++) {
    const page = await search(ada, { query: 'common', room_id: room, ...(cursor !== undefined && { cursor }) })
    found.push(...page.results.map(({ message }) => message.id))
    if (page.next_cursor === null) break
    cursor = page.next_cursor
  }
  await indexer.stop()
  expect(found).toEqual([id])
  expect(pages).toBeWithin(3, 10)
})

test('a search whose words and whose cursor are no good is refused for one of them, and the other is nobody’s surprise', async () => {
  const node = house.node()
  const stemmer = createStemmer()
  const indexer = createIndexer({ sql: house.sql, stemmer, log: node.log, isBusy: () => false })
  const { search } = createSearch({
    sql: house.sql,
    conversations: node.conversations,
    indexer,
    stemmer,
    limits: { max_search_length: 0, max_search_terms: 0 },
  })
  const unhandled: unknown[] = []
  const note = (cause: unknown) => unhandled.push(cause)
  process.on('unhandledRejection', note)
  try {
    await expect(search(ada, { query: '-word', cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    await new Promise((resolve) => setTimeout(resolve))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
    await indexer.stop()
  }
})
