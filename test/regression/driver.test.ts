import { expect, setDefaultTimeout, test } from 'bun:test'
import { type AddressInfo, connect as dial, createServer } from 'node:net'
import { connect } from '../../src/platform/db/index.ts'
import { createDatabase } from '../services/postgres.ts'

setDefaultTimeout(30_000)

/** As PostgreSQL says that it ends a connection: an ErrorResponse. */
function farewell(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0')
  const frame = Buffer.alloc(5 + fields.length, 'E')
  frame.writeInt32BE(4 + fields.length, 1)
  fields.copy(frame, 5)
  return frame
}

test('a pool whose first connection is ended while the driver looks at array types knows arrays all the same', async () => {
  const database = await createDatabase()
  const address = new URL(database.url)
  const host = address.searchParams.get('host')
  let cuts = 0
  const between = createServer((client) => {
    const port = Number(address.port || '5432')
    const server = host === null ? dial(port, address.hostname) : dial(`${host}/.s.PGSQL.${port}`)
    server.on('data', (bytes) => client.write(bytes)).on('close', () => client.destroy())
    client.on('close', () => server.destroy())
    client.on('data', (bytes) => {
      if (cuts > 0 || !bytes.includes('pg_catalog.pg_type')) return void server.write(bytes)
      cuts++
      client.end(farewell())
    })
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  const url = new URL(address)
  url.search = ''
  url.hostname = '127.0.0.1'
  url.port = String((between.address() as AddressInfo).port)
  const sql = connect({ url: url.href, max: 1, connect_timeout: 5_000, query_timeout: 5_000 })
  const arrays = () => sql`select ${[1, 2]}::bigint[] as given, array[3, 4]::bigint[] as made`
  await arrays().catch(() => undefined)
  expect(cuts).toBe(1)
  expect(await arrays()).toMatchObject([{ given: [1, 2], made: [3, 4] }])
  await sql.end({ timeout: 1 })
  between.close()
  await database.drop()
})

test('of several connections that wait, the one used last is used next: the others would have to warm up for each statement', async () => {
  const database = await createDatabase()
  const sql = connect({ url: database.url, max: 4, connect_timeout: 5_000, query_timeout: 5_000 })
  const asked = async () => (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid
  // As many as the pool may have, since none of them has answered when the next is asked for.
  expect(new Set(await Promise.all([1, 2, 3, 4].map(asked))).size).toBe(4)
  const pids = new Set<number | undefined>()
  for (let n = 0; n < 8; n++) pids.add(await asked())
  expect(pids.size).toBe(1)
  // All of them are still there for who needs more than one.
  expect(new Set(await Promise.all([1, 2, 3, 4].map(asked))).size).toBe(4)
  await sql.end()
  await database.drop()
})
