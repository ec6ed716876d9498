import { chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { leash } from '../services/leash.ts'
import { secret } from './world.ts'

const root = join(import.meta.dir, '../..')

export interface Veza {
  pid: number
  port: number
  /** Milliseconds from the start of the process to the first 200 of /ready. */
  ready_ms: number
  /** SIGTERM; milliseconds until the process has ended. */
  stop(): Promise<number>
}

const running = new Set<Veza>()
export const stopVezas = async (): Promise<void> => {
  await Promise.all([...running].map((veza) => veza.stop()))
}

/** The program and its first arguments: the binary, built when it is missing, or another command, whose files are named from the repository's root. */
export async function findProgram(command: string | undefined, directory: string): Promise<string[]> {
  if (command !== undefined) {
    return command
      .split(' ')
      .map((word) => (word.includes('/') && existsSync(join(root, word)) ? resolve(root, word) : word))
  }
  const binary = join(root, 'dist/veza-chat')
  if (!existsSync(binary)) {
    console.log('dist/veza-chat is missing; building it.')
    const build = Bun.spawn([process.execPath, '.ci/build.ts'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    if ((await build.exited) !== 0 || !existsSync(binary)) throw new Error('The build made no dist/veza-chat.')
  }
  const built = statSync(binary).mtimeMs
  const sources = [...new Bun.Glob('{src,migrations}/**/*').scanSync({ cwd: root })]
  if (sources.some((path) => statSync(join(root, path)).mtimeMs > built))
    console.error('dist/veza-chat is older than its sources: `bun run build` brings it up to date.')
  // A copy, because a build during the measurement would take it away.
  const copy = join(directory, 'veza-chat')
  copyFileSync(binary, copy)
  chmodSync(copy, 0o755)
  return [copy, 'serve']
}

// Nothing that limits how much is sent or by how many; everything else as it ships.
const settings = [
  'max_connections_per_user', 'max_messages_per_minute', 'max_commands_per_minute', 'max_requests_per_minute', 'max_auth_requests_per_minute',
  'max_reactions_per_minute', 'max_edits_per_minute', 'max_searches_per_minute', 'max_typing_per_minute', 'max_joins_per_minute',
].flatMap((limit) => ['--set', `limits.${limit}=0`]) // prettier-ignore

/** Starts the server in a directory of its own, with a given database or its embedded one, and waits for /ready. */
export async function startVeza(wish: { program: string[]; directory: string; database_url?: string }): Promise<Veza> {
  const { program, directory, database_url } = wish
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  const port = freePort()
  const log = join(directory, 'log')
  const output = openSync(log, 'a')
  const started = performance.now()
  const child = Bun.spawn(
    [...program, '--host', '0.0.0.0', '--port', String(port), '--data-dir', join(directory, 'data'), ...settings],
    {
      cwd: directory,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        JWT_SECRET: secret,
        ...(database_url === undefined ? {} : { DATABASE_URL: database_url }),
      },
      stdio: ['ignore', output, output],
      // Ctrl-C is for the benchmark, which then stops its servers in order.
      detached: true,
    },
  )
  closeSync(output)
  leash(child.pid, 'TERM', directory)
  const veza: Veza = {
    pid: child.pid,
    port,
    ready_ms: 0,
    stop: async () => {
      running.delete(veza)
      const asked = performance.now()
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), 30_000)
      await child.exited
      clearTimeout(patience)
      return performance.now() - asked
    },
  }
  running.add(veza)
  while (!(await isReady(port))) {
    if (child.exitCode !== null || performance.now() - started > 60_000) {
      await veza.stop()
      throw new Error(`The server did not become ready:\n${readFileSync(log, 'utf8')}`)
    }
    await Bun.sleep(2)
  }
  veza.ready_ms = performance.now() - started
  return veza
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ready`)).ok
  } catch {
    // It does not listen yet.
    return false
  }
}

function freePort(): number {
  const listener = Bun.listen({ hostname: '0.0.0.0', port: 0, socket: { data: () => {} } })
  const { port } = listener
  listener.stop(true)
  return port
}
