import { expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { AppError } from '../../../src/kernel/errors.ts'
import { connect, isConnectionError, onConstraint, transact } from '../../../src/platform/db/index.ts'
import { startEmbedded } from '../../../src/platform/db/embedded.ts'
import { findHome } from '../../../src/platform/db/home.ts'
import { unpackRuntime } from '../../../src/platform/db/runtime.ts'
import { recordLog } from '../../services/log.ts'
import { createDatabase, runtimeCache } from '../../services/postgres.ts'
import { finally_, open, sentence, tidyUp, usedDirectory } from './fixtures.ts'

tidyUp()

/** A PostgreSQL that listens on TCP and asks for passwords. */
async function external(): Promise<{ port: number; url(user: string, password: string, rest?: string): string }> {
  const home = findHome(await usedDirectory())
  const rules = join(home.path, 'db/pg_hba.conf')
  writeFileSync(
    rules,
    `host all stranger all reject\nhost all all 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`,
  )
  const port = await freePort()
  const runtime = await unpackRuntime(runtimeCache())
  // The socket keeps its usual number only in its name.
  const server = await startEmbedded({
    home,
    runtime,
    max_connections: 20,
    log: recordLog(),
    settings: { listen_addresses: '127.0.0.1', port: String(port) },
  })
  finally_(() => server.stop())
  const admin = connect({
    url: server.url.replace(':5432', `:${port}`),
    max: 1,
    connect_timeout: 5_000,
    query_timeout: 5_000,
  })
  await admin`create role ada login password 'correct horse'`
  await admin.end()
  return {
    port,
    url: (user, password, rest = '/veza_chat') =>
      `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}${rest}`,
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

test('an external database is opened by its address', async () => {
  const { url, port } = await external()
  const database = await open('/nonexistent', { url: url('ada', 'correct horse') })
  expect(database).toMatchObject({ kind: 'external', where: `127.0.0.1:${port}/veza_chat` })
  expect(
    await database.connect()`select current_user as name, current_setting('jit') as jit, current_setting('statement_timeout') as patience`,
  ).toMatchObject([{ name: 'ada', jit: 'off', patience: '5s' }])
})

test('each way of not reaching an external database has its sentence, and none shows the password', async () => {
  const { url, port } = await external()
  const at = `127.0.0.1:${port}/veza_chat`
  const cases = [
    [
      url('ada', 'secret word'),
      `The database at ${at} refuses the user "ada"; check the name and the password in database.url.`,
    ],
    [
      url('nobody-here', 'secret word'),
      `The database at ${at} refuses the user "nobody-here"; check the name and the password in database.url.`,
    ],
    [url('stranger', 'secret word'), /refuses this connection \(pg_hba.conf rejects.*allow it in pg_hba.conf/],
    [
      url('ada', 'correct horse', '/missing'),
      `There is no database of that name at 127.0.0.1:${port}/missing; create it with "createdb", or correct database.url.`,
    ],
    [url('ada', 'correct horse', '/veza_chat?sslmode=require'), /No safe connection to the database|hung up/],
    [
      `postgres://ada:secret@127.0.0.1:${await freePort()}/veza_chat`,
      /^Nothing answers at 127\.0\.0\.1:\d+\/veza_chat; start PostgreSQL there, or correct database\.url\.$/,
    ],
    [
      'postgres://ada:secret@no-such-host.invalid/veza_chat',
      /^The name of the database's host in no-such-host.invalid:5432\/veza_chat is not known/,
    ],
    [
      'postgres:///veza_chat?host=/nonexistent',
      'There is no PostgreSQL socket at /nonexistent/veza_chat; start PostgreSQL, or correct database.url.',
    ],
    [
      'mysql://ada:secret@127.0.0.1/veza_chat',
      'database.url is not an address of PostgreSQL; write it as postgres://user:password@host:5432/database.',
    ],
    [
      'not an address',
      'database.url is not an address of PostgreSQL; write it as postgres://user:password@host:5432/database.',
    ],
  ] as const
  for (const [address, expected] of cases) {
    const said = await sentence(open('/nonexistent', { url: address }))
    expect(said).toMatch(expected)
    expect(said).not.toMatch(/secret|correct horse/)
  }
}, 30_000)

test('a host that accepts and says nothing is given up after connect_timeout', async () => {
  const mute = createServer(() => {})
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  finally_(() => mute.close())
  const address = mute.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const said = await sentence(
    open('/nonexistent', { url: `postgres://127.0.0.1:${port}/veza_chat`, connect_timeout: 1_000 }),
  )
  expect(said).toMatch(/did not answer in time/)
})

test('bigint, its arrays and counts are numbers; jsonb and times come whole', async () => {
  const { sql, drop } = await createDatabase()
  const [row] =
    await sql`select 9007199254740991::bigint as id, array[1, 2]::bigint[] as ids, count(*) as n, ${sql.json({ a: [1] })}::jsonb as json,
    timestamptz '2026-01-02T03:04:05.678Z' as at, ${[3, 4]}::bigint[] as sent from conversations`
  expect(row).toEqual({
    id: 9007199254740991,
    ids: [1, 2],
    n: 1,
    json: { a: [1] },
    at: new Date('2026-01-02T03:04:05.678Z'),
    sent: [3, 4],
  })
  await drop()
})

test('query_timeout ends a statement, and the pool goes on', async () => {
  const { url, drop } = await createDatabase()
  const sql = connect({ url, max: 1, connect_timeout: 5_000, query_timeout: 100 })
  await expect(Promise.resolve(sql`select pg_sleep(30)`)).rejects.toMatchObject({ code: '57014' })
  expect(await sql`select 1 as one`).toMatchObject([{ one: 1 }])
  await sql.end()
  await drop()
})

test('the name of a constraint chooses the error, and other failures pass unchanged', async () => {
  const { sql, drop } = await createDatabase()
  const user = (username: string, role = 'user') =>
    sql`insert into users (username, role) values (${username}, ${role})`
  const taken = onConstraint('user_username_key', () => new AppError('RESOURCE_CONFLICT', { field: 'username' }))
  await user('ada')
  await expect(user('ADA').catch(taken)).rejects.toMatchObject({ name: 'AppError', code: 'RESOURCE_CONFLICT' })
  await expect(user('bob', 'queen').catch(taken)).rejects.toMatchObject({ constraint_name: 'user_role' })
  await drop()
})

test('a transaction that throws leaves nothing', async () => {
  const { sql, drop } = await createDatabase()
  const broken = transact(sql, async (own) => {
    await own`insert into users (username) values ('ada')`
    throw new Error('no')
  })
  await expect(broken).rejects.toThrow('no')
  expect(await sql`select count(*) as n from users`).toMatchObject([{ n: 0 }])
  await drop()
})

test('a lost connection is told from a refused statement', async () => {
  const { sql, url, drop } = await createDatabase()
  expect(isConnectionError(await sql`select 1 / 0`.catch((cause: unknown) => cause))).toBe(false)
  const other = connect({ url, max: 1, connect_timeout: 5_000, query_timeout: 5_000 })
  const [row] = await other<{ pid: number }[]>`select pg_backend_pid() as pid`
  await sql`select pg_terminate_backend(${row?.pid ?? 0})`
  const failure = await other`select 1 as one`.then(
    () => null,
    (cause: unknown) => cause,
  )
  // It may have noticed in time and connected again.
  if (failure !== null) expect(isConnectionError(failure)).toBe(true)
  await other.end({ timeout: 1 })
  const nowhere = connect({ url: 'postgres://127.0.0.1:1/none', max: 1, connect_timeout: 1_000, query_timeout: 1_000 })
  expect(isConnectionError(await nowhere`select 1`.catch((cause: unknown) => cause))).toBe(true)
  await nowhere.end({ timeout: 1 })
  await drop()
})
