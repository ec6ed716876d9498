import { afterEach, expect, test } from 'bun:test'
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { postmaster, type Server, signal } from '../e2e/program.ts'
import { done, serveCrowd } from './crowd.ts'

let server: Server | undefined
afterEach(() => done(server))

test('what a killed PostgreSQL left behind is no obstacle, even when another process has its number by now', async () => {
  const first = await serveCrowd()
  server = first.server
  const home = join(server.data_dir, 'postgres')
  const [pid_file, lock_file] = [join(home, 'db/postmaster.pid'), join(home, '.s.PGSQL.5432.lock')]
  const left = [pid_file, lock_file].map((path) => [path, readFileSync(path, 'utf8')] as const)
  const number = postmaster(server)
  server.kill('SIGTERM')
  await server.exited

  // A process of the same user, because PostgreSQL knows that the others cannot be its own.
  const { uid, gid } = statSync(home)
  const stranger = Bun.spawn(['sleep', '60'], { uid, gid, cwd: '/' })
  for (const [path, text] of left) {
    writeFileSync(path, text.replace(String(number), String(stranger.pid)), { mode: 0o600 })
    chownSync(path, uid, gid)
  }
  server = await first.again()
  expect((await fetch(`${server.url}/ready`)).status).toBe(200)
  expect(signal(stranger.pid, 0)).toBe(true)
  stranger.kill()
}, 60_000)
