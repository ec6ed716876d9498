import { Database } from 'bun:sqlite'
import { accessSync, chownSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './failures.ts'
import { explainFile } from './home.ts'

export interface Holder {
  pid: number
  /** `server` keeps the database running; `tool` is a command that lasts seconds. */
  role: 'server' | 'tool'
  /** Where the server listens, once it does. */
  address?: string
}

export interface Lock {
  /** Tells whoever finds the directory taken. */
  describe(holder: Holder): void
  release(): void
}

/**
 * One veza-chat per data directory: an SQLite file held exclusively, because its fcntl lock is freed by the kernel however we die.
 * Null when another process holds it. Throws `UserError` when the directory cannot be written.
 */
export function takeLock(data_dir: string): Lock | null {
  const database = openLock(data_dir)
  try {
    database.run('pragma locking_mode = exclusive')
    // Nothing is ever written, so nothing has to be rolled back: no second file.
    database.run('pragma journal_mode = off')
    database.run('begin exclusive')
  } catch (cause) {
    database.close()
    if (errorCode(cause)?.startsWith('SQLITE_BUSY')) return null
    throw explainFile(data_dir, fileError(data_dir, cause))
  }
  const note = join(data_dir, 'lock.json')
  return {
    describe: (holder) => {
      // Whole or not at all, and in the place of one that another user left.
      writeFileSync(`${note}.partial`, `${JSON.stringify(holder)}\n`)
      renameSync(`${note}.partial`, note)
    },
    release: () => {
      rmSync(note, { force: true })
      database.close()
    },
  }
}

/** Who holds a taken lock; null in the instant before it said so. */
export function lockHolder(data_dir: string): Holder | null {
  try {
    return JSON.parse(readFileSync(join(data_dir, 'lock.json'), 'utf8')) as Holder
  } catch {
    // Not written yet, or half.
    return null
  }
}

function openLock(data_dir: string): Database {
  try {
    const path = join(data_dir, 'lock')
    const database = new Database(path, { create: true })
    // A command run by root leaves nothing that the directory's owner cannot open.
    const { uid, gid } = statSync(data_dir)
    if (process.getuid?.() === 0) chownSync(path, uid, gid)
    return database
  } catch (cause) {
    throw explainFile(data_dir, fileError(data_dir, cause))
  }
}

/** SQLite says little about a file it cannot open; the file system says why. */
function fileError(data_dir: string, cause: unknown): unknown {
  if (errorCode(cause) === 'SQLITE_FULL')
    return Object.assign(new Error('no space left', { cause }), { code: 'ENOSPC' })
  try {
    accessSync(data_dir, constants.W_OK | constants.X_OK)
    accessSync(join(data_dir, 'lock'), constants.W_OK)
    return cause
  } catch (reason) {
    return reason
  }
}
