import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../../src/platform/db/migrations.gen.ts'
import { createDatabase, temporaryDirectory, type TestDatabase } from '../services/postgres.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createDatabase({ migrated: false })
  folder = temporaryDirectory()
})
afterAll(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

/** The program as a process of its own, on this file's database, which has no tables at first. */
async function migrate(...args: string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../src/main.ts'), 'migrate', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { out, err, code }
}

test('a new database is shown as pending, migrated, and then up to date', async () => {
  const lines = (state: string) => migrations.map(({ name }) => `${state}  ${name}\n`).join('')
  expect(await migrate('--status')).toEqual({ out: lines('pending'), err: '', code: 1 })
  expect(await migrate()).toEqual({ out: lines('applied'), err: '', code: 0 })
  expect(await migrate()).toEqual({ out: 'The database is up to date.\n', err: '', code: 0 })
  const { out, code } = await migrate('--status')
  expect(out).toMatch(/^(applied {2}\d{3}_\w+\.sql {2}\d{4}-\d\d-\d\dT.*\n)+$/)
  expect(code).toBe(0)
})

test('a database that another version changed is told apart', async () => {
  await database.sql`insert into schema_migrations (version, name) values (999, '999_from_the_future.sql')`
  const { err, code } = await migrate()
  expect([err, code]).toEqual([
    'veza-chat: The database is at migration 999_from_the_future.sql, which is newer than this veza-chat; run the version that applied it, or a later one.\n',
    1,
  ])
  const { out } = await migrate('--status')
  expect(out).toContain('unknown  999_from_the_future.sql')
})

test('words it does not know are misuse', async () => {
  expect(await migrate('everything')).toMatchObject({ code: 2 })
})
