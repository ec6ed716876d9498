import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../kernel/user-error.ts'
import { errorCode } from './failures.ts'
import { explainFile, reaches, type Home } from './home.ts'
import { identity, port, readPidFile } from './postmaster.ts'

/** The files of the embedded database: made once by initdb, configured at each start. */
export const database_user = 'veza'
export const database_name = 'veza_chat'

/** Written anew at each start; what an operator sets by `alter system` goes before it. */
const settings = (
  max_connections: number,
) => `# Written by veza-chat at each start. To change a setting: alter system set name = value.
max_connections = ${max_connections}
shared_buffers = ${sharedBuffers()}MB
# The system's cache holds most of what is read; handing such reads to other processes costs more than they do.
io_method = sync
huge_pages = try
jit = off
fsync = on
full_page_writes = on
synchronous_commit = on
# Nobody replicates from here, so the log carries what recovery needs and no more.
wal_level = minimal
max_wal_senders = 0
max_wal_size = 1GB
# A larger file is reused rather than made, which keeps commits even.
min_wal_size = 160MB
checkpoint_completion_target = 0.9
log_checkpoints = off
log_line_prefix = '%m [%p] '
log_min_messages = warning
# Messages are the people's: no statement with its values is kept.
log_min_error_statement = panic
log_error_verbosity = terse
`

/** An eighth of the memory that this process may have, between 128 MB and 1 GB. In megabytes. */
function sharedBuffers(): number {
  const constrained = process.constrainedMemory()
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.min(1024, Math.max(128, Math.floor(memory / 8 / 2 ** 20)))
}

/** Makes the cluster unless it is there; a half-made one is never taken for whole. */
export async function makeCluster(home: Home, runtime: string, max_connections: number): Promise<void> {
  const db = join(home.path, 'db')
  for (const name of readdirSync(home.path))
    if (name.startsWith('db.partial')) rmSync(join(home.path, name), { recursive: true, force: true })
  if (!existsSync(join(db, 'PG_VERSION'))) {
    const partial = join(home.path, `db.partial-${process.pid}`)
    await initialise(home, runtime, partial)
    renameSync(partial, db)
  }
  checkVersion(home, runtime)
  writeFileSync(join(db, 'veza.conf'), settings(max_connections))
  if (home.run_as) chownSync(join(db, 'veza.conf'), home.run_as.uid, home.run_as.gid)
}

async function initialise(home: Home, runtime: string, db: string): Promise<void> {
  const command = [join(runtime, 'bin/initdb'), '-D', db, '-U', database_user, '--auth=trust', '--encoding=UTF8']
  // C.UTF-8 of PostgreSQL's own: sorted by code point, whatever the system's libraries think.
  command.push(
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  )
  const child = spawnInitdb(command, home)
  const [code, said] = await Promise.all([child.exited, child.stderr.text()])
  if (code !== 0) {
    rmSync(db, { recursive: true, force: true })
    throw explainPostgres(home, said, 'The embedded PostgreSQL could not make its database')
  }
  const path = join(db, 'postgresql.conf')
  writeFileSync(path, `${readFileSync(path, 'utf8')}\ninclude_if_exists = 'veza.conf'\n`)
}

function spawnInitdb(command: string[], home: Home) {
  try {
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }
    return Bun.spawn(command, {
      cwd: home.path,
      env,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
      ...identity(home),
    })
  } catch (cause) {
    // The file is there; what is not is its loader, as on systems without glibc.
    if (errorCode(cause) !== 'ENOENT') throw cause
    throw new UserError('The embedded PostgreSQL does not run on this system, which lacks glibc; set database.url.', {
      cause,
    })
  }
}

function checkVersion(home: Home, runtime: string): void {
  const made_by = readFileSync(join(home.path, 'db/PG_VERSION'), 'utf8').trim()
  const catalog = /PostgreSQL (\d+)/.exec(
    readFileSync(join(runtime, 'share/postgresql/postgres.bki'), 'utf8').slice(0, 200),
  )
  const ours = catalog?.[1] ?? made_by
  if (made_by !== ours) {
    throw new UserError(
      `The database in ${home.path} was made by PostgreSQL ${made_by} and this veza-chat carries ${ours}; run the veza-chat that made it and move the data by a backup, or set server.data_dir to a new place.`,
    )
  }
}

// sun_path holds 108 bytes with its final zero on Linux, 104 elsewhere.
const max_socket_bytes = process.platform === 'linux' ? 107 : 103

/** The directory of the socket: the home, or a private one where its path would be too long for a socket. */
export function socketDirectory(home: Home): string {
  if (Buffer.byteLength(`${home.path}/.s.PGSQL.${port}`) <= max_socket_bytes) return home.path
  const usable = (directory: string) =>
    Buffer.byteLength(`${directory}/${private_prefix}XXXXXX/.s.PGSQL.${port}`) <= max_socket_bytes &&
    (!home.run_as || reaches(home.run_as, directory))
  const directory = mkdtempSync(join(usable(tmpdir()) ? tmpdir() : '/tmp', private_prefix))
  if (home.run_as) chownSync(directory, home.run_as.uid, home.run_as.gid)
  return directory
}

const private_prefix = 'veza-chat-'

/** Removes the private socket directory that a server left behind, or that ours no longer needs. */
export function removeSocketDirectory(
  home: Home,
  directory: string | undefined = readPidFile(join(home.path, 'db'))?.socket,
): void {
  if (directory && directory !== home.path && /\/veza-chat-[^/]{6}$/.test(directory))
    rmSync(directory, { recursive: true, force: true })
}

/** What PostgreSQL printed before it gave up, as one sentence. */
export function explainPostgres(home: Home, said: string, otherwise: string): UserError {
  if (/No space left on device|could not resize shared memory/.test(said))
    return explainFile(home.path, Object.assign(new Error(said), { code: 'ENOSPC' })) as UserError
  if (/could not look up effective user ID/.test(said)) {
    return new UserError(
      'PostgreSQL needs a user with a name; run veza-chat as a user of /etc/passwd, or set database.url.',
    )
  }
  if (/pre-existing shared memory block/.test(said))
    return new UserError(`Another PostgreSQL still uses ${home.path}; stop it, or wait until it has ended.`)
  const reason = said
    .split('\n')
    .findLast((line) => /FATAL|PANIC|error:|could not/i.test(line))
    ?.replace(/^.*?(FATAL|PANIC|error): */i, '')
    .trim()
  return new UserError(`${otherwise}${reason ? ` (${reason})` : ''}; its log is in ${home.path}.`)
}
