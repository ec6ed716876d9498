import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '../services/postgres.ts'

/**
 * The program as its users have it: the compiled binary, as a process of its own in a folder of its own. VEZA_CHAT names another binary; `source` runs
 * the sources, which is for work on these tests alone. A binary that is missing or older than its sources is built first.
 */
const root = join(import.meta.dir, '../..')
const binary = join(root, 'dist/veza-chat')

let command: Promise<string[]> | undefined

const program = (): Promise<string[]> => (command ??= choose())

async function choose(): Promise<string[]> {
  const wanted = process.env['VEZA_CHAT']
  if (wanted === 'source') return [process.execPath, join(root, 'src/main.ts')]
  if (wanted) return [wanted]
  if (!existsSync(binary) || statSync(binary).mtimeMs < (await newestSource())) {
    const build = Bun.spawn([process.execPath, '.ci/build.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    if ((await build.exited) !== 0) throw new Error('The binary could not be built.')
  }
  return [binary]
}

async function newestSource(): Promise<number> {
  const patterns = ['src/**/*.{ts,tsx,css,svg}', 'sdks/*/src/**/*', 'migrations/*.sql', 'package.json', '.ci/build.ts']
  const scans = patterns.map((pattern) => Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: root, dot: true })))
  const paths = (await Promise.all(scans)).flat()
  return Math.max(...paths.map((path) => statSync(join(root, path)).mtimeMs))
}

const workshop = temporaryDirectory()
let rooms = 0

// Whatever ends this process, nothing of it stays: neither processes nor mounts nor files.
const broom = Bun.spawn(
  [
    '/bin/sh',
    '-c',
    'cat > /dev/null; for p in /proc/[0-9]*; do case "$(readlink $p/cwd)" in "$1"/*) kill -9 "${p#/proc/}";; esac; done; ' +
      'grep -o " $1/[^ ]*" /proc/mounts | while read -r m; do umount -l "$m"; done; rm -rf "$1"',
    'broom',
    workshop,
  ],
  { cwd: '/', detached: true, stdin: 'pipe', stdout: 'ignore', stderr: 'ignore' },
)
broom.unref()

/** An empty folder for one server. */
export function emptyFolder(): string {
  const folder = join(workshop, String(++rooms))
  Bun.spawnSync(['mkdir', '-m', '755', folder])
  return realpathSync(folder)
}

/** Every process that works in the folder: the server, its PostgreSQL, whatever they left behind. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => cwdOf(pid).startsWith(`${folder}/`) || cwdOf(pid) === folder)
    .map(Number)
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    // Gone meanwhile.
    return ''
  }
}

/** Ends everything in the folder and removes it. */
export function clear(folder: string): void {
  for (const pid of processesIn(folder)) signal(pid, 'SIGKILL')
  const mounted = readFileSync('/proc/mounts', 'utf8').matchAll(/^\S+ (\S+)/gm)
  for (const [, mount = ''] of mounted) if (mount.startsWith(`${folder}/`)) Bun.spawnSync(['umount', '-l', mount])
  rmSync(folder, { recursive: true, force: true })
}

/** False when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    // It is gone.
    return false
  }
}

export interface Run {
  pid: number
  folder: string
  /** What it said so far. */
  out(): string
  err(): string
  /** The exit code; 128 + n for a signal. */
  exited: Promise<number>
  running(): boolean
  kill(name: NodeJS.Signals): boolean
}

export interface RunOptions {
  env?: Record<string, string>
  /** For standard input. */
  input?: string
  /** A command that runs the program, such as `prlimit --nofile=512`. */
  through?: string[]
  /** Another program than the compiled binary. */
  instead?: string[] | undefined
}

/** Starts the program in a folder with nothing of our environment. */
export async function run(
  folder: string,
  args: string[],
  { env = {}, input, through = [], instead }: RunOptions = {},
): Promise<Run> {
  const child = Bun.spawn([...through, ...(instead ?? (await program())), ...args], {
    cwd: folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', ...env },
    stdin: input === undefined ? 'ignore' : new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  return {
    pid: child.pid,
    folder,
    out: () => out.text,
    err: () => err.text,
    exited: child.exited.then(async (code) => {
      await Promise.race([Promise.all([out.done, err.done]), Bun.sleep(1000)])
      return code
    }),
    running: () => child.exitCode === null && child.signalCode === null,
    kill: (name) => child.exitCode === null && signal(child.pid, name),
  }
}

function collect(stream: ReadableStream<Uint8Array>): { text: string; done: Promise<void> } {
  const decoder = new TextDecoder()
  const collected = { text: '', done: Promise.resolve() }
  collected.done = (async () => {
    for await (const bytes of stream) collected.text += decoder.decode(bytes, { stream: true })
  })()
  return collected
}

/** Runs a command of the program to its end. */
export async function finish(folder: string, args: string[], options?: RunOptions) {
  const started = await run(folder, args, options)
  const code = await started.exited
  return { code, out: started.out(), err: started.err() }
}

export interface Server extends Run {
  url: string
  port: number
  data_dir: string
  /** The lines of its log. */
  log(): LogLine[]
}

export interface LogLine {
  level: string
  message: string
  target: string
  url?: string
  [field: string]: unknown
}

/** Limits that loads run into, off. */
export const unlimited = [
  'limits.max_messages_per_minute=0',
  'limits.max_commands_per_minute=0',
  'limits.max_reactions_per_minute=0',
  'limits.max_edits_per_minute=0',
  'limits.max_searches_per_minute=0',
  'limits.max_typing_per_minute=0',
  'limits.max_joins_per_minute=0',
  'limits.max_reports_per_minute=0',
  'limits.max_auth_requests_per_minute=0',
  'limits.max_requests_per_minute=0',
  'limits.max_connections_per_user=0',
]

const sets = (settings: string[]) => settings.flatMap((setting) => ['--set', setting])

/** Starts the server with its data in the folder's `data`, on a free port unless `port` says which; it listens when this resolves. */
export async function serve(
  folder: string,
  { port = 0, settings = [], ...options }: RunOptions & { port?: number; settings?: string[] } = {},
): Promise<Server> {
  const started = await run(
    folder,
    ['serve', '--port', String(port), ...sets(['log.format=json', ...settings])],
    options,
  )
  const log = () =>
    started
      .out()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine)
  const listening = await until(
    () => {
      if (!started.running()) throw new Error(`The server did not start: ${started.err()}${started.out()}`)
      return log().find(({ message }) => message === 'Listening')
    },
    60_000,
    'the server listens',
  )
  const url = listening.url!
  return { ...started, url, port: Number(new URL(url).port), data_dir: join(folder, 'data'), log }
}

/** The number of the embedded PostgreSQL's process, 0 when it has none. */
export function postmaster({ data_dir }: { data_dir: string }): number {
  const path = join(data_dir, 'postgres/db/postmaster.pid')
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : 0
}

export const postgresLog = ({ data_dir }: { data_dir: string }): string =>
  readFileSync(join(data_dir, 'postgres/postgres.log'), 'utf8')

/** Asks until the answer is neither null nor false. */
export async function until<T>(
  ask: () => T | Promise<T>,
  patience_ms = 15_000,
  what = String(ask),
): Promise<NonNullable<T>> {
  const late = performance.now() + patience_ms
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    if (performance.now() > late) throw new Error(`It was not so after ${patience_ms} ms: ${what}`)
    await Bun.sleep(10)
  }
}
