import { afterAll, afterEach, setDefaultTimeout } from 'bun:test'
import { existsSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase, type Database, type DatabaseOptions } from '../../../src/platform/db/index.ts'
import { readPidFile } from '../../../src/platform/db/postmaster.ts'
import { recordLog } from '../../services/log.ts'
import { runtimeCache, temporaryDirectory } from '../../services/postgres.ts'

const ends: (() => unknown)[] = []

/** Called once by each test file: hooks belong to the file that is being loaded, and this one is loaded once. */
export function tidyUp(): void {
  // initdb takes its time on a busy machine.
  setDefaultTimeout(30_000)
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  })
  afterAll(async () => {
    if (template) rmSync(await template, { recursive: true, force: true })
    template = undefined
  })
}

/** Runs after the test, last come first. */
export const finally_ = (end: () => unknown) => void ends.push(end)

/** An empty data directory, and away with it and its database afterwards. */
export function dataDirectory(): string {
  const directory = temporaryDirectory()
  finally_(() => {
    const home = join(directory, 'postgres')
    if (existsSync(home)) rmSync(realpathSync(home), { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

let template: Promise<string> | undefined

/** The same with an embedded database that has run before, so that the test does not wait for initdb. */
export async function usedDirectory(): Promise<string> {
  template ??= (async () => {
    const made = temporaryDirectory()
    const database = await openDatabase({ ...defaults, data_dir: made, log: recordLog(), runtime_dir: runtimeCache() })
    await database.close()
    return made
  })()
  const directory = dataDirectory()
  Bun.spawnSync(['cp', '-a', `${await template}/postgres`, directory])
  return directory
}

const defaults = {
  url: '',
  role: 'server',
  max_connections: 5,
  connect_timeout: 5_000,
  query_timeout: 5_000,
  synchronous_commit: true,
} as const

export async function open(data_dir: string, options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const database = await openDatabase({
    ...defaults,
    data_dir,
    log: recordLog(),
    runtime_dir: runtimeCache(),
    ...options,
  })
  finally_(() => database.close())
  return database
}

export interface Owner {
  pid: number
  /** The line it printed. */
  said: { url: string; where: string; postmaster: number; error?: string }
  kill(signal: NodeJS.Signals): Promise<number>
}

/** Another process that opens the same data directory; it has opened it, or failed to, when this resolves. */
export async function owner(
  data_dir: string,
  role: 'server' | 'tool',
  user: { uid?: number; gid?: number } = {},
): Promise<Owner> {
  const child = Bun.spawn([process.execPath, '--no-install', join(import.meta.dir, 'owner.ts'), data_dir, role], {
    cwd: '/',
    env: {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      ...(user.uid === undefined ? { RUNTIME_DIR: runtimeCache() } : {}),
    },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    ...user,
  })
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return child.exited
  }
  finally_(async () => {
    await kill('SIGTERM')
  })
  const reader = child.stdout.getReader()
  let text = ''
  while (!text.includes('\n')) {
    const { value, done } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  return { pid: child.pid, said: JSON.parse(text) as Owner['said'], kill }
}

export const postmaster = (data_dir: string): number => readPidFile(join(data_dir, 'postgres/db'))?.pid ?? 0

/** Asks until it is so. */
export async function until<T>(ask: () => T | Promise<T>, patience_ms = 10_000): Promise<NonNullable<T>> {
  const late = performance.now() + patience_ms
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > late) throw new Error(`It was not so after ${patience_ms} ms: ${String(ask)}`)
    await Bun.sleep(10)
  }
}

/** For refusals: the message of what it throws, which must be a sentence for the operator. */
export const sentence = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was thrown',
    (cause: unknown) =>
      cause instanceof Error && cause.name === 'UserError' ? cause.message : `not for people: ${String(cause)}`,
  )
