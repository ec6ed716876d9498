import { expect, setDefaultTimeout, test } from 'bun:test'

import { eventually } from '../services/eventually.ts'
import { createDatabase } from '../services/postgres.ts'
import { startServer } from '../services/server.ts'

setDefaultTimeout(60_000)

const many = 10_000

// Whatever worked by itself lost its connections in the middle of a transaction.
test('a server that stops while messages expire and are indexed ends that first, and has nothing to warn of', async () => {
  const database = await createDatabase()
  const { sql } = database
  for (let n = 1; n <= 4; n++) {
    const server = await startServer({}, database)
    const ada = await server.register(`ada${n}`)
    const room = await server.room(ada)
    await sql`
      insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, expires_at, created_at, updated_at)
      select ${room}, ${ada.id}::bigint, n, n, n, '~' || n, 'message ' || n, 'text', now(), now(), now() from generate_series(1, ${many}::integer) n`
    await sql`update conversations set message_count = ${many}, last_seq = ${many} where id = ${room}`
    await server.ask(`POST /rooms/${room}/messages`, { content: 'and one that stays' }, ada.token)
    const left = async () =>
      (
        await sql<{ count: number }[]>`select count(*)::integer as count from messages where conversation_id = ${room}`
      )[0]?.count ?? 0
    await eventually('the sweep is under way', async () => (await left()) < many - n * 100)
    await server.close()
    expect(server.log.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
    expect(await left()).toBeGreaterThan(1)
    await sql`delete from messages where conversation_id = ${room}`
  }
  await database.drop()
})
