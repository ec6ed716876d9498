import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  chmodSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UserError } from '../../kernel/user-error.ts'

/** Where the embedded PostgreSQL lives and whom it runs as. */
export interface Home {
  /** Holds `runtime-*`, `db` and the socket; only its owner enters. */
  path: string
  /** Set when we are root, whom PostgreSQL refuses: the user it runs as. */
  run_as: Account | null
}

export interface Account {
  name: string
  uid: number
  gid: number
}

/** In the order of preference. */
const unprivileged = ['veza-chat', 'postgres', 'nobody']

/**
 * Finds or makes the home of a data directory: `<data_dir>/postgres`. Where root's data directory is out of reach for every other user,
 * as below `/root`, the home is under `shared` and `<data_dir>/postgres` links to it.
 */
export function findHome(data_dir: string, shared = '/var/lib/veza-chat'): Home {
  const directory = resolve(data_dir)
  return orExplain(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o755 })
    const usual = join(directory, 'postgres')
    const made = lstatSync(usual, { throwIfNoEntry: false })
    if (made && !existsSync(usual)) {
      throw new UserError(
        `The database of ${directory} was in ${readlinkSync(usual)}, which is gone; put it back, or remove the link ${usual} to begin anew.`,
      )
    }
    if (process.getuid?.() !== 0) {
      if (!made) mkdirSync(usual, { mode: 0o700 })
      return { path: realpathSync(usual), run_as: null }
    }
    if (made) {
      const path = realpathSync(usual)
      return { path, run_as: ownerOf(path) ?? adopt(path) }
    }
    // A command of root's in a service's directory leaves it to the service.
    const run_as = ownerOf(directory) ?? chooseAccount()
    const path = reaches(run_as, directory) ? makeHere(usual) : makeShared(directory, shared)
    chownSync(path, run_as.uid, run_as.gid)
    if (path !== usual) symlinkSync(path, usual)
    return { path: realpathSync(path), run_as }
  })
}

function makeHere(path: string): string {
  mkdirSync(path, { mode: 0o700 })
  return path
}

/** Always a new one, whose name tells whose it was: a data directory that was removed does not come back with its old database. */
function makeShared(directory: string, shared: string): string {
  mkdirSync(shared, { recursive: true, mode: 0o755 })
  const whose = new Bun.CryptoHasher('sha256').update(directory).digest('hex').slice(0, 12)
  return mkdtempSync(join(shared, `${whose}-`))
}

/** The home of a data directory, if it has one. */
export function existingHome(data_dir: string): string | null {
  const usual = join(resolve(data_dir), 'postgres')
  return existsSync(usual) ? realpathSync(usual) : null
}

/** Whether an account may pass through a directory and everything above it, by their modes alone. */
export function reaches(account: Account, directory: string): boolean {
  for (let path = realpathSync(directory); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if (!(mode & bit)) return false
    if (path === dirname(path)) return true
  }
}

function chooseAccount(): Account {
  const accounts = readAccounts()
  const found = unprivileged
    .map((name) => accounts.find((account) => account.name === name && account.uid !== 0))
    .find(Boolean)
  if (!found)
    throw new UserError(
      `PostgreSQL does not run as root and there is no other user to run it as; create one with "useradd --system veza-chat".`,
    )
  return found
}

/** Null for root. */
function ownerOf(path: string): Account | null {
  const { uid, gid } = statSync(path)
  return uid === 0
    ? null
    : { name: readAccounts().find((account) => account.uid === uid)?.name ?? String(uid), uid, gid }
}

/** An empty directory of root's, such as a volume's, becomes PostgreSQL's; one with something in it is not ours to give away. */
function adopt(path: string): Account {
  const run_as = chooseAccount()
  if (readdirSync(path).length > 0 || !reaches(run_as, dirname(path))) {
    throw new UserError(
      `PostgreSQL does not run as root, who owns ${path}; give it to another user with "chown -R ${run_as.name} ${path}", or move it away.`,
    )
  }
  chmodSync(path, 0o700)
  chownSync(path, run_as.uid, run_as.gid)
  return run_as
}

function readAccounts(): Account[] {
  if (!existsSync('/etc/passwd')) return []
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}

/** Turns the failures of a file system into sentences. */
function orExplain<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw explainFile(path, cause)
  }
}

export function explainFile(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const sentence = {
    EROFS: `The data directory ${path} is on a read-only file system; set server.data_dir to a place that can be written.`,
    EACCES: `The data directory ${path} cannot be written by this user; run as its owner, or set server.data_dir to another place.`,
    EPERM: `The data directory ${path} cannot be written by this user; run as its owner, or set server.data_dir to another place.`,
    ENOSPC: `The disk of the data directory ${path} is full; free some space, or set server.data_dir to another place.`,
    EDQUOT: `The quota for the data directory ${path} is used up; free some space, or set server.data_dir to another place.`,
    ENOTDIR: `The data directory ${path} is not a directory; set server.data_dir to another place.`,
    EEXIST: `The data directory ${path} is not a directory; set server.data_dir to another place.`,
  }[code]
  return sentence === undefined ? cause : new UserError(sentence, { cause })
}
