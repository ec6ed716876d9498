import { connect, createServer, type Server, type Socket } from 'node:net'
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

/** A way to a database that swallows all that is said from the moment it is told to. */
async function way(url: string) {
  const from = new URL(url)
  const [directory, port] = [from.searchParams.get('host'), from.port || '5432']
  const sockets = new Set<Socket>()
  let hangs = false
  const carry = (one: Socket, other: Socket) => {
    sockets.add(one)
    one.on('data', (bytes) => !hangs && other.write(bytes))
    one.on('close', () => other.destroy())
    one.on('error', () => other.destroy())
  }
  const server: Server = createServer((near) => {
    const far =
      directory === null
        ? connect({ host: from.hostname, port: Number(port) })
        : connect({ path: `${directory}/.s.PGSQL.${port}` })
    carry(near, far)
    carry(far, near)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  const to = new URL(url)
  to.searchParams.delete('host')
  to.hostname = '127.0.0.1'
  to.port = String(typeof address === 'object' ? address?.port : '')
  return {
    url: to.href,
    hang: () => {
      hangs = true
    },
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

// What could not end was waited for one after the other.
test('a server whose database answers no more stops all the same', async () => {
  const database = await createDatabase()
  const { url, hang, close } = await way(database.url)
  const server = await startServer({}, { ...database, url })
  const ada = await server.register('ada')
  const room = await server.room(ada)
  await server.ask(`POST /rooms/${room}/messages`, { content: 'one' }, ada.token)
  hang()
  const began = performance.now()
  await eventually('expiry and upkeep are waiting', () => performance.now() - began > 2_500)
  await server.close()
  expect(performance.now() - began).toBeLessThan(30_000)
  close()
  await database.drop()
})
