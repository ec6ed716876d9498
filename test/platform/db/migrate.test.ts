import { expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { generated } from '../../../.ci/generate.ts'
import { checksum, connect, migrate, migrationStatus, type Migration } from '../../../src/platform/db/index.ts'
import { migrations } from '../../../src/platform/db/migrations.gen.ts'
import { recordLog } from '../../services/log.ts'
import { createDatabase } from '../../services/postgres.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

const root = join(import.meta.dir, '../../..')
const one: Migration = {
  version: 1,
  name: '001_one.sql',
  text: 'create table schema_migrations (version integer primary key, name text not null, checksum text, applied_at timestamptz not null default now()); create table one (id integer);',
}
const two: Migration = { version: 2, name: '002_two.sql', text: 'create table two (id integer);' }
const three: Migration = { version: 3, name: '003_three.sql', text: 'create table three (id integer);' }

test.each(Object.keys(generated))('%s is what its source gives', async (path) => {
  expect(await Bun.file(join(root, path)).text()).toBe((await generated[path]?.()) ?? '')
})

test('an empty database gets every migration, and a second run changes nothing', async () => {
  const { sql, drop } = await createDatabase({ migrated: false })
  expect(await migrate(sql, recordLog())).toEqual(migrations.map(({ name }) => name))
  expect(await migrate(sql, recordLog())).toEqual([])
  const states = await migrationStatus(sql)
  expect(states.map(({ state }) => state)).toEqual(migrations.map(() => 'applied'))
  expect(states[0]?.applied_at).toBeInstanceOf(Date)
  await drop()
})

test('servers that start together apply each migration once', async () => {
  const { url, drop } = await createDatabase({ migrated: false })
  const pools = [1, 2, 3, 4].map(() => connect({ url, max: 1, connect_timeout: 5_000, query_timeout: 5_000 }))
  // So that the others have seen an empty database and wait for the lock while the first fills it.
  const slow = [one, two].map((migration) => ({ ...migration, text: `select pg_sleep(0.2); ${migration.text}` }))
  const applied = await Promise.all(pools.map((pool) => migrate(pool, recordLog(), [...slow, three])))
  expect(applied.flat().toSorted()).toEqual(['001_one.sql', '002_two.sql', '003_three.sql'])
  await Promise.all(pools.map((pool) => pool.end()))
  await drop()
})

test.each([
  [
    'a changed migration',
    [one, { ...two, text: 'create table other (id integer);' }],
    '002_two.sql is not the one that was applied',
  ],
  ['a newer database', [one], '002_two.sql, which is newer than this veza-chat'],
  [
    'a migration that this binary lacks',
    [one, three],
    '002_two.sql was applied to the database and is not in this veza-chat',
  ],
  [
    'a migration that was skipped',
    [{ ...one, version: 0, name: '000_zero.sql' }, one, two],
    '000_zero.sql was never applied although 002_two.sql was',
  ],
])('%s is refused in one sentence', async (_, migrations, sentence) => {
  const { sql, drop } = await createDatabase({ migrated: false })
  await migrate(sql, recordLog(), [one, two])
  const refused = migrate(sql, recordLog(), migrations)
  await expect(refused).rejects.toThrow(sentence)
  await expect(refused).rejects.toMatchObject({ name: 'UserError' })
  await drop()
})

test('a migration that fails leaves nothing behind', async () => {
  const { sql, drop } = await createDatabase({ migrated: false })
  const broken = { ...two, text: `${two.text} select 1 / 0;` }
  await expect(migrate(sql, recordLog(), [one, broken])).rejects.toThrow('002_two.sql failed and changed nothing')
  expect(await migrationStatus(sql, [one, two])).toMatchObject([{ state: 'applied' }, { state: 'pending' }])
  expect(await sql`select to_regclass('two') as it`).toMatchObject([{ it: null }])
  expect(await migrate(sql, recordLog(), [one, two])).toEqual(['002_two.sql'])
  await drop()
})

test("a database with somebody else's tables is refused", async () => {
  const { sql, drop } = await createDatabase({ migrated: false })
  await sql`create table users (id integer)`
  await expect(migrate(sql, recordLog())).rejects.toThrow('use an empty database')
  await drop()
})

test('line ends do not change a checksum', () => {
  expect(checksum('select 1;\r\nselect 2;\r\n')).toBe(checksum('select 1;\nselect 2;\n'))
  expect(checksum('select 1;\n')).not.toBe(checksum('select 2;\n'))
})

// Debian's wrapper is in postgresql-client; the embedded PostgreSQL has none.
test.skipIf(!existsSync('/usr/bin/psql'))(
  'psql alone loads the first migration, and the server fills in its checksum',
  async () => {
    const { sql, url, drop } = await createDatabase({ migrated: false })
    const address = new URL(url)
    const target = [
      '-h',
      address.searchParams.get('host') ?? address.hostname,
      '-p',
      address.port || '5432',
      '-U',
      address.username,
      '-d',
      address.pathname.slice(1),
    ]
    const psql = Bun.spawn(
      [
        '/usr/bin/psql',
        '-X',
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        ...target,
        '-f',
        join(root, 'migrations/001_create_clean_database.sql'),
      ],
      {
        env: { PATH: '/usr/bin:/bin', PGPASSWORD: decodeURIComponent(address.password) },
        stderr: 'pipe',
      },
    )
    expect(await psql.stderr.text()).toBe('')
    expect(await psql.exited).toBe(0)
    expect(await sql`select checksum from schema_migrations where version = 1`).toMatchObject([{ checksum: null }])
    expect(await migrate(sql, recordLog(), migrations.slice(0, 1))).toEqual([])
    expect(await sql`select checksum from schema_migrations where version = 1`).toMatchObject([
      { checksum: checksum(migrations[0]?.text ?? '') },
    ])
    await drop()
  },
)
