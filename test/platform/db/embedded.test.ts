import { expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '../../../src/platform/db/index.ts'
import { recordLog } from '../../services/log.ts'
import { dataDirectory, finally_, open, owner, postmaster, sentence, tidyUp, until, usedDirectory } from './fixtures.ts'

tidyUp()

test('the embedded database is durable, speaks UTF-8 and listens on a private socket only', async () => {
  const database = await open(dataDirectory())
  const sql = database.connect()
  const [row] =
    await sql`select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages, current_setting('data_checksums') as checksums,
    current_setting('synchronous_commit') as synchronous, current_setting('server_encoding') as encoding, current_setting('listen_addresses') as addresses,
    current_setting('unix_socket_permissions') as permissions, current_database() as database, lower('ÉTÉ') as lowered, 'B' < 'a' as by_code_point`
  expect(row).toEqual({
    fsync: 'on',
    pages: 'on',
    checksums: 'on',
    synchronous: 'on',
    encoding: 'UTF8',
    addresses: '',
    permissions: '0700',
    database: 'veza_chat',
    lowered: 'été',
    by_code_point: true,
  })
  expect(database.kind).toBe('embedded')
  expect(statSync(database.where).mode & 0o777).toBe(0o700)
})

test('extensions that search needs are carried along', async () => {
  const sql = (await open(await usedDirectory())).connect()
  await sql`create extension unaccent`
  await sql`create extension pg_trgm`
  expect(await sql`select unaccent('déjà') as plain, similarity('chat', 'chats') > 0.5 as alike`).toMatchObject([
    { plain: 'deja', alike: true },
  ])
})

test('what was committed is there after a stop and a start', async () => {
  const data_dir = await usedDirectory()
  const first = await open(data_dir)
  await first.connect()`create table kept as select 1 as one`
  await first.close()
  expect(existsSync(join(data_dir, 'postgres/db/postmaster.pid'))).toBe(false)
  const second = await open(data_dir)
  expect(await second.connect()`select one from kept`).toMatchObject([{ one: 1 }])
})

test('a database server that is killed comes back with everything committed', async () => {
  const data_dir = await usedDirectory()
  const log = recordLog()
  const sql = (await open(data_dir, { log })).connect()
  await sql`create table kept (n integer)`
  await sql`insert into kept select generate_series(1, 1000)`
  const before = postmaster(data_dir)
  process.kill(before, 'SIGKILL')
  await until(() => log.lines.some(({ message }) => message === 'the embedded PostgreSQL is back'))
  expect(postmaster(data_dir)).not.toBe(before)
  expect(await until(() => sql`select count(*) from kept`.catch(() => null))).toMatchObject([{ count: 1000 }])
})

test('a database server that goes down again and again is given up', async () => {
  const data_dir = await usedDirectory()
  const { promise, resolve } = Promise.withResolvers<Error>()
  await open(data_dir, { onExit: resolve })
  let killed = 0
  const killing = setInterval(() => {
    const pid = postmaster(data_dir)
    if (pid === 0 || pid === killed) return
    killed = pid
    process.kill(pid, 'SIGKILL')
  }, 10)
  finally_(() => clearInterval(killing))
  const reason = await promise
  expect(reason.message).toMatch(/^The embedded PostgreSQL ended 6 times within a minute; its log is in /)
}, 60_000)

test('the next server takes over from one that was killed, together with its database', async () => {
  const data_dir = await usedDirectory()
  const first = await owner(data_dir, 'server')
  const sql = connect({ url: first.said.url, max: 1, connect_timeout: 5_000, query_timeout: 5_000 })
  await sql`create table kept as select 1 as one`
  await sql.end()
  await first.kill('SIGKILL')
  expect(process.kill(first.said.postmaster, 0)).toBe(true)

  const log = recordLog()
  const second = await open(data_dir, { log })
  expect(log.lines).toContainEqual({
    level: 'warn',
    message: 'stopping the PostgreSQL of a veza-chat that was killed',
    context: { pid: first.said.postmaster },
  })
  expect(postmaster(data_dir)).not.toBe(first.said.postmaster)
  expect(await second.connect()`select one from kept`).toMatchObject([{ one: 1 }])
})

test('a stale pid file that names a stranger stops nobody', async () => {
  const data_dir = await usedDirectory()
  await (await open(data_dir)).close()
  const stranger = Bun.spawn(['sleep', '60'])
  finally_(() => stranger.kill())
  const path = join(data_dir, 'postgres/db/postmaster.pid')
  writeFileSync(
    path,
    `${stranger.pid}\n${join(data_dir, 'postgres/db')}\n1700000000\n5432\n${join(data_dir, 'postgres')}\n\n  123 456\nready   \n`,
  )
  await open(data_dir)
  expect(stranger.exitCode).toBeNull()
})

test('a second server of the same data directory is refused by name', async () => {
  const data_dir = await usedDirectory()
  const first = await owner(data_dir, 'server')
  expect(await sentence(open(data_dir))).toBe(
    `Another veza-chat (pid ${first.pid}) is using ${data_dir}; stop it, or set server.data_dir to another place.`,
  )
})

test('the refusal names the address of the one that runs', async () => {
  const data_dir = await usedDirectory()
  const first = await open(data_dir)
  first.announce('http://127.0.0.1:8080')
  const second = await owner(data_dir, 'server')
  expect(second.said.error).toBe(
    `Another veza-chat (pid ${process.pid} at http://127.0.0.1:8080) is using ${data_dir}; stop it, or set server.data_dir to another place.`,
  )
})

test('a command joins the server that runs and leaves it running', async () => {
  const data_dir = await usedDirectory()
  const server = await owner(data_dir, 'server')
  const tool = await open(data_dir, { role: 'tool' })
  expect(await tool.connect()`select 1 as one`).toMatchObject([{ one: 1 }])
  await tool.close()
  expect(postmaster(data_dir)).toBe(server.said.postmaster)
  expect(process.kill(server.said.postmaster, 0)).toBe(true)
})

test('a command alone starts the database, and stops it when done', async () => {
  const data_dir = await usedDirectory()
  const tool = await open(data_dir, { role: 'tool' })
  expect(await tool.connect()`select 1 as one`).toMatchObject([{ one: 1 }])
  await tool.close()
  expect(postmaster(data_dir)).toBe(0)
})

test('a server waits for a command to finish', async () => {
  const data_dir = await usedDirectory()
  const tool = await owner(data_dir, 'tool')
  const opening = open(data_dir)
  expect(await Promise.race([opening, tool.kill('SIGTERM')])).toBe(0)
  expect(await (await opening).connect()`select 1 as one`).toMatchObject([{ one: 1 }])
})

test('PostgreSQL is in a session of its own, so Ctrl-C does not reach it before us, and sees none of our environment', async () => {
  if (process.platform !== 'linux') return
  const data_dir = await usedDirectory()
  await open(data_dir)
  const pid = postmaster(data_dir)
  // proc(5): after the name come state, parent, process group, session.
  const [, , , session] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  expect(Number(session)).toBe(pid)
  expect(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((line) => line.split('=')[0]),
  ).not.toContain('HOME')
})

test('a database made by another major version is refused', async () => {
  const data_dir = await usedDirectory()
  await (await open(data_dir)).close()
  writeFileSync(join(data_dir, 'postgres/db/PG_VERSION'), '15\n')
  expect(await sentence(open(data_dir))).toMatch(
    /was made by PostgreSQL 15 and this veza-chat carries 18; .*set server.data_dir/,
  )
})
