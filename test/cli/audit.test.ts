import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { command as audit } from '../../src/cli/audit.ts'
import { run } from '../../src/cli/run.ts'
import { createAudit } from '../../src/features/audit/index.ts'
import { recordLog } from '../services/log.ts'
import { createDatabase, type TestDatabase } from '../services/postgres.ts'
import { main, veza as program } from './program.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

const veza = (line: string) => program(line.split(' '), { env: { DATABASE_URL: database.url } })

const tamper = (statement: string) =>
  database.sql
    .unsafe(`alter table audit_log disable trigger user; ${statement}; alter table audit_log enable trigger user`)
    .simple()

test('an empty trail is told as such', async () => {
  expect(await veza('audit verify')).toEqual({ out: 'ok: the audit trail is empty\n', err: '', code: 0 })
  expect(await veza('audit export')).toEqual({ out: '', err: '', code: 0 })
})

test('verify says how many rows there are and the head, which can be asked for later', async () => {
  await createAudit({ sql: database.sql, log: recordLog() }).record(database.sql, {
    actor: { id: 1, ip: '2001:db8::1' },
    action: 'room.create',
    outcome: 'success',
    target: { type: 'room', id: 5 },
    conversation_id: 5,
    details: { name: 'Café "x"', zeros: 1 },
  })
  const first = await veza('audit verify')
  expect([first.out, first.err, first.code]).toEqual([
    expect.stringMatching(/^ok: 1 rows, head 1 [0-9a-f]{64}\n$/),
    '',
    0,
  ])
  const head = /[0-9a-f]{64}/.exec(first.out)?.[0] ?? ''
  await veza('user create ada')
  const second = await veza(`audit verify --expect ${head.toUpperCase()}`)
  expect(second).toMatchObject({ out: expect.stringContaining('ok: 2 rows, head 2 '), code: 0 })
  expect(await veza('audit verify --from 2')).toMatchObject({
    out: expect.stringContaining('ok: 1 rows, head 2 '),
    code: 0,
  })
})

test('export prints each row as a line of JSON, with what the command line did', async () => {
  const { out, code } = await veza('audit export')
  expect(code).toBe(0)
  const rows = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(rows).toEqual([
    {
      id: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      actor_id: 1,
      // Nobody had this id then, and ada has it now.
      actor_username: 'ada',
      action: 'room.create',
      target_type: 'room',
      target_id: '5',
      conversation_id: 5,
      ip: '2001:db8::1/128',
      request_id: null,
      outcome: 'success',
      format: 1,
      previous_hash: '0'.repeat(64),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      details: { name: 'Café "x"', zeros: 1 },
    },
    expect.objectContaining({
      id: 2,
      actor_id: null,
      action: 'user.create',
      target_type: 'user',
      target_id: '1',
      previous_hash: rows[0]?.['hash'],
      details: { by: 'cli', role: 'user' },
    }),
  ])
})

test('each exported line holds all that its hash is made of', async () => {
  const lines = (await veza('audit export')).out.trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  for (const line of lines) {
    const { id, at, ...row } = JSON.parse(line) as Record<string, string | number | null>
    const time = String(at)
    const seconds = `${Math.floor(Date.parse(time) / 1000)}${/\.\d{6}/.exec(time)?.[0]}`
    const [, details] = /"details":(.*)}$/.exec(line) ?? []
    const names = ['actor_id', 'action', 'target_type', 'target_id', 'conversation_id', 'ip', 'request_id', 'outcome']
    const texts = names.map((name) => (row[name] === null ? null : String(row[name])))
    const text = JSON.stringify([row['format'], String(id), seconds, ...texts, details])
    const previous = Buffer.from(String(row['previous_hash']), 'hex')
    const hash = new Bun.CryptoHasher('sha256').update(previous).update(text).digest('hex')
    expect(hash).toBe(String(row['hash']))
  }
})

test('a row beyond the end is not there, which is no break of the chain', async () => {
  for (const row of [3, 9999])
    expect(await veza(`audit verify --from ${row}`)).toEqual({
      out: '',
      err: `veza-chat: There is no row ${row}: the audit trail ends before it.\n`,
      code: 1,
    })
})

test('export takes a span of time, its end not included', async () => {
  await database.sql`insert into audit_pending (at, action, outcome) values
    ('2001-01-01T00:00:00Z', 'room.update', 'success'), ('2001-01-02T00:00:00Z', 'room.update', 'success'), ('2001-01-03T12:00:00Z', 'room.update', 'success')`
  const ids = async (line: string) => [...(await veza(`audit export ${line}`)).out.matchAll(/^{"id":(\d+)/gm)].map(([, id]) => Number(id)) // prettier-ignore
  expect(await ids('--to 2001-01-02')).toEqual([3])
  expect(await ids('--from 2001-01-02 --to 2001-01-03T12:00:00Z')).toEqual([4])
  expect(await ids('--from 2001-01-02 --to 2001-01-03T12:00:00.001Z')).toEqual([4, 5])
  expect(await ids('--from 2001-01-03T13:30:00+01:00')).toEqual([1, 2])
})

test('a broken trail is exit code 1 and the first broken row', async () => {
  const head = /[0-9a-f]{64}/.exec((await veza('audit verify')).out)?.[0] ?? ''
  await tamper('delete from audit_log where id = 5')
  expect(await veza('audit verify')).toMatchObject({ code: 0 })
  const cut = await veza(`audit verify --expect ${head}`)
  expect(cut).toEqual({
    out: '',
    err: `veza-chat: The audit trail is broken: no row has the hash ${head}: the end was cut off, or the chain was written anew.\n`,
    code: 1,
  })
  await tamper(`update audit_log set details = '{}' where id = 2`)
  expect(await veza('audit verify')).toEqual({
    out: '',
    err: 'veza-chat: The audit trail is broken: row 2 is not what was sealed.\n',
    code: 1,
  })
})

test('export ends quietly when nobody reads any more', async () => {
  await database.sql`insert into audit_pending (action, outcome) select 'room.update', 'success' from generate_series(1, 15000)`
  const child = Bun.spawn([process.execPath, main, 'audit', 'export'], {
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const reader = child.stdout.getReader()
  expect((await reader.read()).done).toBe(false)
  await reader.cancel()
  expect([await child.stderr.text(), await child.exited]).toEqual(['', 0])
})

test.each([
  'audit',
  'audit destroy',
  'audit verify now',
  'audit verify --from 0',
  'audit verify --from 2026-01-01',
  'audit verify --to 2026-01-01',
  'audit verify --expect abc',
  'audit export --from yesterday',
  'audit export --from 2026-13-01',
  'audit export --to 2026-01-01T25:00:00Z',
  `audit export --expect ${'0'.repeat(64)}`,
])('veza-chat %s is a misuse', async (line) => {
  expect(await run(line.split(' '), { audit: async () => ({ command: audit }) }, '0')).toBe(2)
})
