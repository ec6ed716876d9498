import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RedisClient } from 'bun'
import { leash } from './leash.ts'

let service: Promise<{ url: string; stop(): Promise<void> }> | undefined

/**
 * The address of a Redis for tests: TEST_REDIS_URL, else a private instance of `redis-server` or `valkey-server` on a free port, else the same
 * after installing Debian's package (as root). Started by the first call of a test run.
 */
export async function redisUrl(): Promise<string> {
  service ??= start()
  return (await service).url
}

/** The preload calls it after the last test. */
export async function stopRedis(): Promise<void> {
  const running = service
  service = undefined
  if (running) await (await running).stop()
}

async function start(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_REDIS_URL']
  if (given) return { url: given, stop: async () => {} }
  const program = await findServer()
  const directory = mkdtempSync(join(tmpdir(), 'veza-chat-test-redis-'))
  const port = await freePort()
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    'no',
    '--daemonize',
    'no',
  ]
  const child = Bun.spawn([program, ...options], {
    cwd: directory,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    detached: true,
  })
  leash(child.pid, 'TERM', directory)
  const url = `redis://127.0.0.1:${port}`
  await answers(url, () => child.exitCode === null)
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}

async function findServer(): Promise<string> {
  const found = () => Bun.which('redis-server') ?? Bun.which('valkey-server')
  const present = found()
  if (present) return present
  if (process.getuid?.() === 0 && Bun.which('apt-get')) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    for (const args of [
      ['update', '-q'],
      ['install', '-qy', '--no-install-recommends', 'redis-server'],
    ]) {
      const child = Bun.spawn(['apt-get', ...args], {
        env: environment,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'inherit',
      })
      if ((await child.exited) !== 0) break
    }
    const installed = found()
    if (installed) return installed
  }
  throw new Error(
    'Tests that need Redis found none: install redis-server or valkey-server, or set TEST_REDIS_URL to a Redis that may be emptied.',
  )
}

async function answers(url: string, alive: () => boolean): Promise<void> {
  const late = performance.now() + 10_000
  for (;;) {
    const client = new RedisClient(url, { autoReconnect: false, connectionTimeout: 1_000 })
    try {
      await client.connect()
      return
    } catch (cause) {
      if (!alive() || performance.now() > late)
        throw new Error(`The private Redis at ${url} does not answer.`, { cause })
      await Bun.sleep(20)
    } finally {
      client.close()
    }
  }
}

/** Free now; a program that cannot listen on port 0 itself takes it at once. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
