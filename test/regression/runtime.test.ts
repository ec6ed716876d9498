import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { unpackRuntime } from '../../src/platform/db/runtime.ts'
import { temporaryDirectory } from '../services/postgres.ts'

setDefaultTimeout(60_000)

// Two processes that unpacked PostgreSQL at the same time: the second took what the first was writing for left over, and removed it.
test('what another process is unpacking stays, what one that died has left goes', async () => {
  const parent = temporaryDirectory()
  const living = Bun.spawn(['sleep', '60'])
  const dead = Bun.spawn(['true'])
  await dead.exited
  const [kept, left, old] = [`runtime-x.${living.pid}.partial`, `runtime-x.${dead.pid}.partial`, 'runtime-x']
  for (const name of [kept, left, old]) mkdirSync(join(parent, name))
  const unpacked = await unpackRuntime(parent)
  expect(existsSync(join(unpacked, 'bin/postgres'))).toBe(true)
  expect([kept, left, old].map((name) => existsSync(join(parent, name)))).toEqual([true, false, false])
  living.kill()
  await living.exited
  rmSync(parent, { recursive: true })
})

test('processes that unpack at once all have it', async () => {
  const parent = temporaryDirectory()
  const source = JSON.stringify(join(import.meta.dir, '../../src/platform/db/runtime.ts'))
  const script = `const { unpackRuntime } = await import(${source}); console.log(await unpackRuntime(${JSON.stringify(parent)}))`
  const all = [1, 2, 3].map(() => Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe' }))
  const told = await Promise.all(all.map(async (each) => [await each.exited, (await each.stdout.text()).trim()]))
  expect(told.map(([code]) => code)).toEqual([0, 0, 0])
  expect(new Set(told.map(([, path]) => path)).size).toBe(1)
  rmSync(parent, { recursive: true })
})
