import { chmodSync, mkdirSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connect, migrate, openDatabase, type Sql } from '../../src/platform/db/index.ts'
import { createDatabase as create, dropDatabase as drop } from '../../src/platform/db/queries.ts'
import { leash } from './leash.ts'
import { recordLog } from './log.ts'

export interface TestDatabase {
  sql: Sql
  /** For a server of its own; a unix socket's address is in it. */
  url: string
  /** Ends `sql` and removes the database, whoever is connected. */
  drop(): Promise<void>
}

interface Service {
  url: string
  admin: Sql
  close(): Promise<void>
}

const pool = { connect_timeout: 10_000, query_timeout: 30_000 }
const root = join(import.meta.dir, '../..')
const cache = join(root, 'node_modules/.cache/veza-chat')

let service: Promise<Service> | undefined
let count = 0

/** A migrated database of the caller's own, cloned from a template. The first call of a test run starts PostgreSQL, unless TEST_DATABASE_URL names one. */
export async function createDatabase(options: { max?: number; migrated?: boolean } = {}): Promise<TestDatabase> {
  service ??= start()
  const { url, admin } = await service
  count += 1
  const name = `${prefix}_${count}`
  await create(admin, name, options.migrated === false ? 'template0' : template)
  const own = withDatabase(url, name)
  const sql = connect({ ...pool, url: own, max: options.max ?? 10, application_name: 'veza-chat-test' })
  return {
    sql,
    url: own,
    drop: async () => {
      await sql.end({ timeout: 1 })
      await drop(admin, name)
    },
  }
}

/** Ends what `createDatabase` started; the preload calls it after the last test. */
export async function stopPostgres(): Promise<void> {
  const running = await service
  service = undefined
  await running?.close()
}

/** An empty directory which, unlike `mkdtemp`'s, the user PostgreSQL runs as can pass. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'veza-chat-test-'))
  chmodSync(directory, 0o755)
  return directory
}

/** Where PostgreSQL's binaries are kept between runs: in the project, unless root's database user could not pass there. */
export function runtimeCache(): string {
  const directory = process.getuid?.() === 0 && !isCheckoutOpen() ? '/var/lib/veza-chat/test-runtime' : cache
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  return directory
}

/** Whether other users can run what is in this checkout: not below `/root`. */
export const isCheckoutOpen = (): boolean => openToAll(root)

function openToAll(directory: string): boolean {
  const passable = (statSync(directory).mode & 0o001) !== 0
  return passable && (directory === '/' || openToAll(dirname(directory)))
}

// Runs that share a server, by TEST_DATABASE_URL, do not meet.
const prefix = `veza_test_${process.pid}`
const template = `${prefix}_template`

async function start(): Promise<Service> {
  const { url, close } = await server()
  const admin = connect({ ...pool, url, max: 2 })
  await create(admin, template, 'template0')
  const sql = connect({ ...pool, url: withDatabase(url, template), max: 1 })
  await migrate(sql, recordLog())
  await sql.end()
  return {
    url,
    admin,
    close: async () => {
      for (let n = 1; n <= count; n += 1) await drop(admin, `${prefix}_${n}`)
      await drop(admin, template)
      await admin.end({ timeout: 1 })
      await close()
    },
  }
}

async function server(): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, close: async () => {} }
  const data_dir = temporaryDirectory()
  const database = await openDatabase({
    url: '',
    data_dir,
    role: 'server',
    max_connections: 200,
    connect_timeout: 10_000,
    query_timeout: 30_000,
    synchronous_commit: true,
    log: recordLog(),
    runtime_dir: runtimeCache(),
  })
  const admin = connect({ ...pool, url: database.url, max: 1 })
  const [row] = await admin<
    { pid: number }[]
  >`select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::integer as pid`
  await admin.end()
  leash(row?.pid ?? 0, 'INT', data_dir)
  return { url: database.url, close: () => database.close() }
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url)
  parsed.pathname = `/${name}`
  return parsed.href
}
