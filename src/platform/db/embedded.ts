import { rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../kernel/log.ts'
import { UserError } from '../../kernel/user-error.ts'
import {
  database_name,
  database_user,
  explainPostgres,
  makeCluster,
  removeSocketDirectory,
  socketDirectory,
} from './cluster.ts'
import type { Home } from './home.ts'
import {
  boundLog,
  disownPidFile,
  isPostmasterOf,
  logSince,
  logSize,
  port,
  readPidFile,
  signalled,
  spawnPostmaster,
  stopPostmaster,
  strangePostmaster,
  type Postmaster,
} from './postmaster.ts'

export interface Embedded {
  url: string
  /** The directory of the database. */
  path: string
  /** The server's process; another after a restart. */
  pid(): number
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  home: Home
  /** The directory of PostgreSQL's binaries, from `unpackRuntime`. */
  runtime: string
  max_connections: number
  log: Log
  /** The server went down again and again, and is not started any more. */
  onExit?: (reason: UserError) => void
  /** Settings on top of ours. */
  settings?: Record<string, string>
}

const ready_ms = 120_000
const restarts_per_minute = 5

export const socketUrl = (directory: string, database: string = database_name): string =>
  `postgres://${database_user}@localhost:${port}/${database}?host=${encodeURIComponent(directory)}`

/**
 * Runs PostgreSQL in a home, which the caller has locked. A server that outlived its owner is stopped first; one that dies is started again,
 * at most five times in a minute. Throws `UserError`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { home, runtime, log } = options
  const db = join(home.path, 'db')
  await endPrevious(home, log)
  await makeCluster(home, runtime, options.max_connections)
  boundLog(home)
  const socket = socketDirectory(home)
  let logged = 0
  const start = () => {
    logged = logSize(home)
    return startOnce(home, runtime, socket, options.settings ?? {})
  }

  let running = await start().catch((cause: unknown) => {
    removeSocketDirectory(home, socket)
    throw cause
  })
  let stopping = false
  const ends: number[] = []

  async function watch(): Promise<void> {
    while (!stopping) {
      const code = await running.exited
      if (stopping) return
      log.error('the embedded PostgreSQL ended', { exit_code: code })
      if (!(await revive())) return
    }
  }

  /** False when it is time to give up. */
  async function revive(): Promise<boolean> {
    while (!stopping) {
      // It goes down when its log cannot grow. Giving up would not make room, so that does not count.
      const full = hasNoRoom(home.path) || /No space left on device/.test(logSince(home, logged))
      const now = performance.now()
      if (!full) ends.push(now)
      const recent = ends.filter((at) => now - at < 60_000).length
      if (recent > restarts_per_minute) {
        options.onExit?.(
          new UserError(`The embedded PostgreSQL ended ${recent} times within a minute; its log is in ${home.path}.`),
        )
        return false
      }
      await Bun.sleep(full ? 1_000 : Math.min(50 * 2 ** (recent - 1), 2_000))
      if (stopping) return false
      const restarted = await start().catch((cause: unknown) => {
        log.error('the embedded PostgreSQL did not start', { error: String(cause) })
        return null
      })
      if (!restarted) continue
      running = restarted
      log.info('the embedded PostgreSQL is back', { pid: running.pid })
      return true
    }
    return false
  }

  const watching = watch()
  const sweep = setInterval(() => boundLog(home), 60_000)
  sweep.unref()
  // However we leave, it does not stay; a kill -9 of ours is for the next start to clean up.
  const leave = () => running.alive() && signalled(running.pid, 'SIGINT')
  process.on('exit', leave)

  return {
    url: socketUrl(socket),
    path: db,
    pid: () => running.pid,
    stop: async () => {
      if (stopping) return
      stopping = true
      clearInterval(sweep)
      await stopPostmaster(running)
      await watching
      // A restart that was under way when we were told to stop.
      await stopPostmaster(running)
      process.off('exit', leave)
      removeSocketDirectory(home, socket)
    },
  }
}

/** Less than a segment of its log; what it would say of that may not have fit either. */
function hasNoRoom(path: string): boolean {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize < 16 * 1024 * 1024
}

/** Whoever held the lock before us is dead; its PostgreSQL may not be. */
async function endPrevious(home: Home, log: Log): Promise<void> {
  const db = join(home.path, 'db')
  const left = readPidFile(db)
  if (!left) return
  if (isPostmasterOf(left.pid, db)) {
    log.warn('stopping the PostgreSQL of a veza-chat that was killed', { pid: left.pid })
    await stopPostmaster(strangePostmaster(left.pid, db))
  } else if (signalled(left.pid, 0)) disownPidFile(db)
  // The socket has a lock file of its own, which PostgreSQL believes as long as any process of its user has that number.
  for (const name of [`.s.PGSQL.${port}.lock`, `.s.PGSQL.${port}`]) rmSync(join(home.path, name), { force: true })
  removeSocketDirectory(home, left.socket)
}

async function startOnce(
  home: Home,
  runtime: string,
  socket: string,
  settings: Record<string, string>,
): Promise<Postmaster> {
  const logged = logSize(home)
  const server = spawnPostmaster(home, runtime, socket, {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    port: String(port),
    ...settings,
  })
  const late = performance.now() + ready_ms
  while (server.alive() && performance.now() < late) {
    const file = readPidFile(join(home.path, 'db'))
    if (file?.pid === server.pid && file.ready) return server
    await Bun.sleep(5)
  }
  const ended = !server.alive()
  if (!ended) await stopPostmaster(server)
  throw explainPostgres(
    home,
    logSince(home, logged),
    ended
      ? 'The embedded PostgreSQL ended at its start'
      : `The embedded PostgreSQL was not ready after ${ready_ms / 1000} s`,
  )
}
