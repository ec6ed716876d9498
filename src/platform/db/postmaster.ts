import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchownSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Home } from './home.ts'

/** A PostgreSQL server's process: its start, its end, and what it leaves in `postmaster.pid`. */
export interface Postmaster {
  pid: number
  /** The directory of its socket. */
  socket: string
  /** Settles when the process is gone, however it went. */
  exited: Promise<number>
  /** False from then on: its number may be another process's by now. */
  alive(): boolean
}

export const port = 5432

/** How long a stopping server may take to end its sessions, and then to end at all. */
const fast_ms = 15_000
const immediate_ms = 5_000

export interface PidFile {
  pid: number
  socket: string
  ready: boolean
}

/** `postmaster.pid`, by line: pid, data directory, start, port, socket directory, address, shared memory, status. */
export function readPidFile(db: string): PidFile | null {
  const path = join(db, 'postmaster.pid')
  if (!existsSync(path)) return null
  const lines = readFileSync(path, 'utf8').split('\n')
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 0 ? { pid, socket: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' } : null
}

/** Starts `bin/postgres`; it is not ready yet. */
export function spawnPostmaster(
  home: Home,
  runtime: string,
  socket: string,
  settings: Record<string, string>,
): Postmaster {
  const log = openLog(home)
  try {
    const child = Bun.spawn(
      [
        join(runtime, 'bin/postgres'),
        '-D',
        join(home.path, 'db'),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        cwd: home.path,
        // Nothing of our environment, which holds secrets, is PostgreSQL's business.
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
        stdin: 'ignore',
        stdout: log,
        stderr: log,
        // A session of its own: Ctrl-C reaches us, and we stop it when we no longer need it.
        detached: true,
        ...identity(home),
      },
    )
    child.unref()
    return {
      pid: child.pid,
      socket,
      exited: child.exited,
      alive: () => child.exitCode === null && child.signalCode === null,
    }
  } finally {
    closeSync(log)
  }
}

export const identity = (home: Home) => (home.run_as ? { uid: home.run_as.uid, gid: home.run_as.gid } : {})

/** Stops a server: politely (open transactions roll back), then at once (the next start recovers), then by force. */
export async function stopPostmaster({
  pid,
  exited,
  alive,
}: Pick<Postmaster, 'pid' | 'exited' | 'alive'>): Promise<void> {
  for (const [signal, patience_ms] of [
    ['SIGINT', fast_ms],
    ['SIGQUIT', immediate_ms],
    ['SIGKILL', immediate_ms],
  ] as const) {
    if (!alive() || !signalled(pid, signal) || (await within(exited, patience_ms))) return
  }
}

/** A server that is no child of ours. */
export function strangePostmaster(pid: number, db: string): Pick<Postmaster, 'pid' | 'exited' | 'alive'> {
  const alive = () => signalled(pid, 0) && isPostmasterOf(pid, db)
  const gone = async () => {
    while (alive()) await Bun.sleep(20)
    return 0
  }
  return { pid, exited: gone(), alive }
}

/** Whether a process is a PostgreSQL of this data directory, and not another that got its number. */
export function isPostmasterOf(pid: number, db: string): boolean {
  if (process.platform === 'linux') {
    const path = `/proc/${pid}/cmdline`
    if (!existsSync(path)) return false
    const words = readFileSync(path, 'utf8').split('\0')
    return words.includes(db) && (words[0] ?? '').includes('postgres')
  }
  const { stdout } = Bun.spawnSync(['ps', '-o', 'command=', '-p', String(pid)])
  return stdout.toString().includes(db)
}

/**
 * Another process has the number of a server that was killed, and PostgreSQL would refuse to start. It takes a file that names its own parent,
 * us, for what it is, and still looks for orphans by the file's shared memory; removing the file would skip that.
 */
export function disownPidFile(db: string): void {
  const path = join(db, 'postmaster.pid')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(process.pid)))
}

export function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // No such process: it is gone, which is what a signal is for.
    return false
  }
}

async function within(event: Promise<unknown>, patience_ms: number): Promise<boolean> {
  let timer: Timer | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patience_ms)
  })
  return Promise.race([event.then(() => true), late]).finally(() => clearTimeout(timer))
}

const logPath = (home: Home): string => join(home.path, 'postgres.log')

const max_log_bytes = 10 * 1024 * 1024

/** The server's log holds at most twice this. It is emptied in place, because the server keeps it open for appending. */
export function boundLog(home: Home): void {
  const path = logPath(home)
  if (!existsSync(path) || statSync(path).size < max_log_bytes) return
  copyFileSync(path, `${path}.1`)
  const file = openSync(path, 'r+')
  ftruncateSync(file, 0)
  closeSync(file)
}

function openLog(home: Home): number {
  const file = openSync(logPath(home), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600)
  if (home.run_as) fchownSync(file, home.run_as.uid, home.run_as.gid)
  return file
}

/** What the server logged since `from` bytes, at most the last 16 KiB. */
export function logSince(home: Home, from: number): string {
  const path = logPath(home)
  if (!existsSync(path)) return ''
  const size = statSync(path).size
  const start = Math.max(from, size - 16 * 1024, 0)
  const buffer = Buffer.alloc(Math.max(size - start, 0))
  const file = openSync(path, 'r')
  readSync(file, buffer, 0, buffer.length, start)
  closeSync(file)
  return buffer.toString('utf8')
}

export const logSize = (home: Home): number => (existsSync(logPath(home)) ? statSync(logPath(home)).size : 0)
