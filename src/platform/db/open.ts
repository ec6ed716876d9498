import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Log } from '../../kernel/log.ts'
import { UserError } from '../../kernel/user-error.ts'
import { within } from '../../kernel/within.ts'
import { database_name } from './cluster.ts'
import { socketUrl, startEmbedded } from './embedded.ts'
import { errorCode, explain, place } from './failures.ts'
import { existingHome, explainFile, findHome } from './home.ts'
import { lockHolder, takeLock, type Lock } from './lock.ts'
import { readPidFile } from './postmaster.ts'
import { createDatabase, durability } from './queries.ts'
import { unpackRuntime } from './runtime.ts'
import { connect, type ConnectOptions, type Sql } from './sql.ts'

export interface DatabaseOptions {
  /** `database.url`; empty runs the embedded PostgreSQL in `data_dir`. */
  url: string
  data_dir: string
  /** A `server` owns the embedded database; a `tool` joins the one that runs, or runs it for itself meanwhile. */
  role: 'server' | 'tool'
  max_connections: number
  /** Milliseconds. */
  connect_timeout: number
  query_timeout: number
  synchronous_commit: boolean
  log: Log
  /** The embedded database is gone for good: it went down again and again. */
  onExit?: (reason: UserError) => void
  /** What would make all of it in vain, looked at before a database is started or asked. May throw. */
  first?: () => Promise<void>
  /** Where PostgreSQL's binaries are unpacked, if not beside the database. */
  runtime_dir?: string
}

export interface Database {
  kind: 'embedded' | 'external'
  /** For people: `host:port/database`, or the embedded database's directory. */
  where: string
  url: string
  /** A pool; `close` ends it with the others. */
  connect(
    max?: number,
    own?: Partial<Pick<ConnectOptions, 'query_timeout' | 'application_name' | 'connect_timeout' | 'onclose'>>,
  ): Sql
  /** Ends one pool at once, whatever it is doing. */
  drop(pool: Sql): Promise<void>
  /** Tells commands of the same data directory where the server listens. */
  announce(address: string): void
  /** Ends the pools, giving queries `patience_ms` (5 s), and stops the embedded database. */
  close(patience_ms?: number): Promise<void>
}

const server_patience_ms = 10_000
const tool_patience_ms = 60_000
const oldest_version = 15

/** Opens `url`, or the embedded PostgreSQL of `data_dir` when it is empty. The database answers when this resolves. Throws `UserError`. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url === '') return openEmbedded(options)
  checkUrl(options.url)
  await options.first?.()
  return opened(options, { kind: 'external', url: options.url, where: place(options.url) })
}

async function openEmbedded(options: DatabaseOptions): Promise<Database> {
  const data_dir = resolve(options.data_dir)
  try {
    mkdirSync(data_dir, { recursive: true, mode: 0o755 })
  } catch (cause) {
    throw explainFile(data_dir, cause)
  }
  const taken = await takeOrJoin(data_dir, options.role)
  if ('url' in taken) return opened(options, { kind: 'embedded', ...taken })
  const { lock } = taken
  try {
    lock.describe({ pid: process.pid, role: options.role })
    await options.first?.()
    const home = findHome(data_dir)
    const runtime = await unpackRuntime(options.runtime_dir ?? home.path).catch((cause: unknown) => {
      throw explainFile(home.path, cause)
    })
    const max_connections = Math.max(100, options.max_connections + 20)
    const server = await startEmbedded({
      home,
      runtime,
      max_connections,
      log: options.log,
      ...(options.onExit ? { onExit: options.onExit } : {}),
    })
    const stop = () => server.stop().finally(() => lock.release())
    return await opened(options, { kind: 'embedded', url: server.url, where: home.path, stop, lock })
  } catch (cause) {
    lock.release()
    throw explainFile(data_dir, cause)
  }
}

type Joined = { url: string; where: string }

/** The lock, or for a tool the address of the database that its holder runs. */
async function takeOrJoin(data_dir: string, role: 'server' | 'tool'): Promise<{ lock: Lock } | Joined> {
  const late = performance.now() + (role === 'server' ? server_patience_ms : tool_patience_ms)
  for (;;) {
    const lock = takeLock(data_dir)
    if (lock) return { lock }
    const holder = lockHolder(data_dir)
    if (holder?.role === 'server') {
      if (role === 'server') {
        const at = holder.address === undefined ? '' : ` at ${holder.address}`
        throw new UserError(
          `Another veza-chat (pid ${holder.pid}${at}) is using ${data_dir}; stop it, or set server.data_dir to another place.`,
        )
      }
      const joined = runningDatabase(data_dir)
      if (joined) return joined
    }
    if (performance.now() > late) {
      const who = holder ? ` (pid ${holder.pid})` : ''
      throw new UserError(
        `Another veza-chat${who} is using ${data_dir} and does not finish; wait for it or stop it, then try again.`,
      )
    }
    // A command that ends within seconds, or a server that is still starting.
    await Bun.sleep(50)
  }
}

function runningDatabase(data_dir: string): Joined | null {
  try {
    const home = existingHome(data_dir)
    const file = home === null ? null : readPidFile(join(home, 'db'))
    return home !== null && file?.ready ? { url: socketUrl(file.socket), where: home } : null
  } catch (cause) {
    throw explainFile(data_dir, cause)
  }
}

async function opened(
  options: DatabaseOptions,
  found: { kind: Database['kind']; url: string; where: string; stop?: () => Promise<void>; lock?: Lock },
): Promise<Database> {
  const pools = new Set<Sql>()
  const { url, kind, where } = found
  const shared = {
    url,
    connect_timeout: options.connect_timeout,
    query_timeout: options.query_timeout,
    log: options.log,
  }
  const close = async (patience_ms = 5_000) => {
    await Promise.all([...pools].map((pool) => pool.end({ timeout: patience_ms / 1000 })))
    await found.stop?.()
  }
  try {
    const synchronous_commit = await introduce(options, shared, kind)
    return {
      kind,
      where,
      url,
      connect: (max = options.max_connections, own = {}) => {
        const pool = connect({
          ...shared,
          max,
          ...(synchronous_commit === undefined ? {} : { synchronous_commit }),
          ...own,
        })
        pools.add(pool)
        return pool
      },
      drop: async (pool) => {
        pools.delete(pool)
        await pool.end({ timeout: 0 })
      },
      announce: (address) => found.lock?.describe({ pid: process.pid, role: options.role, address }),
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** The first connection: makes the embedded database, refuses a PostgreSQL that is too old, and tells what to ask of later sessions. */
async function introduce(
  options: DatabaseOptions,
  shared: Omit<ConnectOptions, 'max'>,
  kind: Database['kind'],
): Promise<boolean | undefined> {
  const late = performance.now() + options.connect_timeout
  for (;;) {
    const sql = connect({ ...shared, max: 1 })
    try {
      // The driver connects again and again, for ever, to what takes connections and drops them: a proxy whose PostgreSQL is away, or no PostgreSQL.
      const patience = options.connect_timeout * 1.5
      const server = await (patience > 0 ? within(patience, durability(sql)) : durability(sql))
      if (server.version < oldest_version)
        throw new UserError(
          `The database at ${place(shared.url)} is PostgreSQL ${server.version}; veza-chat needs ${oldest_version} or newer.`,
        )
      if (!server.fsync)
        options.log.warn('the database runs with fsync off: messages that were acknowledged may be lost in a crash')
      if (!options.synchronous_commit) return false
      // The operator's stricter setting, such as remote_apply, stays.
      return server.synchronous_commit ? undefined : true
    } catch (cause) {
      const code = errorCode(cause)
      if (cause instanceof UserError) throw cause
      if (code === '3D000' && kind === 'embedded') await makeDatabase(shared)
      else if (code !== '57P03' || performance.now() > late) throw explain(cause, shared.url)
      else await Bun.sleep(100)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
}

async function makeDatabase(shared: Omit<ConnectOptions, 'max'>): Promise<void> {
  const url = new URL(shared.url)
  url.pathname = '/postgres'
  const sql = connect({ ...shared, url: url.href, max: 1 })
  try {
    await createDatabase(sql, database_name)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function checkUrl(url: string): void {
  const parsed = URL.parse(url)
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new UserError(
      'database.url is not an address of PostgreSQL; write it as postgres://user:password@host:5432/database.',
    )
  }
}
