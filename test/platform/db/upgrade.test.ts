import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { migrations } from '../../../src/platform/db/migrations.gen.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'
import { startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let server: TestServer

/** A database of version 0.2.0 as its users left it: one room, some messages, one of them with a reply. */
beforeAll(async () => {
  database = await createDatabase({ migrated: false })
  const { sql } = database
  const first = migrations.find(({ version }) => version === 1)!
  await sql.unsafe(first.text)
  await sql`insert into users (id, username) values (101, 'zoe')`
  await sql`insert into members (conversation_id, user_id, last_read_number) values (1, 101, 1)`
  await sql`update conversations set member_count = 1`
  await sql`
    select * from send_messages(array[1, 1]::bigint[], array['room', 'room'], array[101, 101]::bigint[], array['a', 'b'], array[gen_random_uuid(), gen_random_uuid()],
      array['an elephant was here', 'and a giraffe @zoe'], array['text', 'text'], array[null, null]::bigint[], array[null, null]::text[], array[null, 'zoe'], '{}')`
  server = await startServer({}, database)
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

test('what 0.2.0 wrote is read, found, changed and continued', async () => {
  const ada = await server.register('ada')
  const client = await connect(server, { token: ada.token })
  expect(await client.command('join_room', { room_id: 1, since_seq: 0 })).toMatchObject({
    data: { seq: 2, missed: [{ content: 'an elephant was here', reactions: [] }, { content: 'and a giraffe @zoe' }] },
  })
  const found = await eventually('the old message is found', async () => {
    const { data } = await client.command('search_messages', { query: 'elephants' })
    return (data as { results?: { message: { id: number } }[] }).results?.[0]
  })
  expect(await client.command('add_reaction', { message_id: found.message.id, emoji: '🐘' })).toMatchObject({
    type: 'reaction_added',
    data: { seq: 3, count: 1 },
  })
  expect(await client.command('send_message', { room_id: 1, content: 'three' })).toMatchObject({
    data: { seq: 4, number: 3 },
  })
  await client.close()
})
