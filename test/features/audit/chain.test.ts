import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { genesis, hashOf } from '../../../src/features/audit/chain.ts'
import { createAudit } from '../../../src/features/audit/index.ts'
import { transact } from '../../../src/platform/db/index.ts'
import { eventually } from '../../services/eventually.ts'
import { recordLog } from '../../services/log.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'

setDefaultTimeout(30_000)

let database: TestDatabase
let log: ReturnType<typeof recordLog>
let audit: ReturnType<typeof createAudit>
beforeEach(async () => {
  database = await createDatabase()
  log = recordLog()
  audit = createAudit({ sql: database.sql, log })
})
afterEach(() => database.drop())

const deed = (id: number, extra: object = {}) => ({
  actor: { id: 7, ip: '192.0.2.1', request_id: 'r-1' },
  action: 'room.update',
  outcome: 'success' as const,
  target: { type: 'room' as const, id },
  conversation_id: id,
  details: { name: ['Café "au lait"', 'été\n'], max_members: 12, nested: { deep: null } },
  ...extra,
})

async function write(count: number): Promise<void> {
  for (let id = 1; id <= count; id++) await audit.record(database.sql, deed(id))
  await audit.settle()
}

const waiting = async () => (await database.sql`select from audit_pending`).length
const sealed = async () => (await database.sql`select from audit_log`).length

/** As somebody who owns the table can: past the trigger and the identity. */
const tamper = (statement: string) =>
  database.sql
    .unsafe(
      `alter table audit_log disable trigger audit_log_append_only; alter table audit_log alter column id drop identity if exists;
      ${statement}; alter table audit_log enable trigger audit_log_append_only`,
    )
    .simple()

test('what is written down is sealed in order, and the chain is sound', async () => {
  await write(3)
  const rows =
    await database.sql`select id, action, target_id, conversation_id, host(ip) as ip, request_id, details from audit_log order by id`
  expect(rows.map(({ id }) => id as number)).toEqual([1, 2, 3])
  expect(rows[2]).toMatchObject({
    action: 'room.update',
    target_id: '3',
    conversation_id: 3,
    ip: '192.0.2.1',
    request_id: 'r-1',
    details: deed(3).details,
  })
  expect(await waiting()).toBe(0)
  const verdict = await audit.verify({})
  expect(verdict).toMatchObject({ sound: true, rows: 3, head: { id: 3 } })
})

test('an empty chain is sound and has no head', async () => {
  expect(await audit.verify({})).toEqual({ sound: true, rows: 0, head: null })
})

test('the hash of format 1 is what docs/audit.md says it is', async () => {
  const row = {
    id: '1',
    at: '1767225600.000000',
    actor_id: '7',
    action: 'room.update',
    target_type: 'room',
    target_id: '12',
    conversation_id: '12',
    ip: '192.0.2.1/32',
    request_id: null,
    outcome: 'success',
    details: '{"name": ["Café", "Bar"]}',
  }
  const text =
    '[1,"1","1767225600.000000","7","room.update","room","12","12","192.0.2.1/32",null,"success","{\\"name\\": [\\"Café\\", \\"Bar\\"]}"]'
  const hash = new Bun.CryptoHasher('sha256').update(Buffer.alloc(32)).update(text).digest('hex')
  expect(hashOf(row, genesis)).toBe(hash)
  const document = await Bun.file(`${import.meta.dir}/../../../docs/audit.md`).text()
  expect(document).toContain(text)
  expect(document).toContain(hash)
})

test('PostgreSQL computes the same hashes by the query of docs/audit.md', async () => {
  await write(2)
  await audit.record(database.sql, { actor: null, action: 'audit.omit', outcome: 'denied' })
  await audit.settle()
  const document = await Bun.file(`${import.meta.dir}/../../../docs/audit.md`).text()
  const query = /```sql\n([\s\S]*?)```/.exec(document)?.[1] ?? ''
  const rows = await database.sql.unsafe<{ stored: string; computed: string }[]>(query)
  expect(rows).toHaveLength(3)
  for (const { stored, computed } of rows) expect(computed).toBe(stored)
})

describe('tampering is found:', () => {
  test.each<[string, string, number | null, string]>([
    ['another action', `update audit_log set action = 'room.create' where id = 4`, 4, 'is not what was sealed'],
    ['another actor', 'update audit_log set actor_id = 8 where id = 4', 4, 'is not what was sealed'],
    ['no actor', 'update audit_log set actor_id = null where id = 4', 4, 'is not what was sealed'],
    [
      'another time',
      `update audit_log set at = at + interval '1 microsecond' where id = 4`,
      4,
      'is not what was sealed',
    ],
    ['another target', `update audit_log set target_id = '5' where id = 4`, 4, 'is not what was sealed'],
    ['another kind of target', `update audit_log set target_type = 'dm' where id = 4`, 4, 'is not what was sealed'],
    ['another conversation', 'update audit_log set conversation_id = 5 where id = 4', 4, 'is not what was sealed'],
    ['another address', `update audit_log set ip = '192.0.2.2' where id = 4`, 4, 'is not what was sealed'],
    ['another mask', `update audit_log set ip = '192.0.2.1/24' where id = 4`, 4, 'is not what was sealed'],
    ['another request', 'update audit_log set request_id = null where id = 4', 4, 'is not what was sealed'],
    ['another outcome', `update audit_log set outcome = 'denied' where id = 4`, 4, 'is not what was sealed'],
    [
      'other details',
      `update audit_log set details = details || '{"max_members": 13}' where id = 4`,
      4,
      'is not what was sealed',
    ],
    ['another format', 'update audit_log set format = 2 where id = 4', 4, 'has the format 2'],
    ['a hash of its own', `update audit_log set hash = sha256('x') where id = 4`, 4, 'is not what was sealed'],
    ['a row taken out', 'delete from audit_log where id = 4', 4, 'is missing'],
    ['the first row taken out', 'delete from audit_log where id = 1', 1, 'is missing'],
    [
      'a row taken out and the hole closed',
      'delete from audit_log where id = 4; update audit_log set id = id - 1 where id = 5; update audit_log set id = id - 1 where id > 4',
      4,
      'does not follow row 3',
    ],
    [
      'two rows swapped',
      'update audit_log set id = -4 where id = 4; update audit_log set id = 4 where id = 5; update audit_log set id = 5 where id = -4',
      4,
      'does not follow row 3',
    ],
    [
      'two rows swapped with their hashes made anew',
      `update audit_log a set action = b.action, target_id = b.target_id, details = b.details from audit_log b where (a.id, b.id) in ((4, 5), (5, 4))`,
      4,
      'is not what was sealed',
    ],
  ])('%s', async (_, statement, id, reason) => {
    await write(6)
    await tamper(statement)
    const verdict = await audit.verify({})
    expect(verdict).toMatchObject({ sound: false, id })
    expect(verdict).toHaveProperty('reason', expect.stringContaining(reason))
  })

  test('a tail cut off, by a hash kept elsewhere, also when the chain has grown since', async () => {
    await write(4)
    const whole = await audit.verify({})
    const anchor = whole.sound ? (whole.head?.hash ?? '') : ''
    await tamper('delete from audit_log where id > 2')
    expect(await audit.verify({})).toMatchObject({ sound: true, rows: 2 })
    expect(await audit.verify({ expected: [anchor] })).toMatchObject({ sound: false, id: null })
    await write(4)
    expect(await audit.verify({ expected: [anchor] })).toMatchObject({ sound: false, id: null })
  })

  test('and a chain that only grew has its old heads', async () => {
    await write(2)
    const old = await audit.verify({})
    await write(3)
    expect(await audit.verify({ expected: [old.sound ? (old.head?.hash ?? '') : ''] })).toMatchObject({
      sound: true,
      rows: 5,
    })
  })

  test('from a row on, those before it are believed', async () => {
    await write(5)
    await tamper(`update audit_log set action = 'room.create' where id = 2`)
    expect(await audit.verify({ from: 4 })).toMatchObject({ sound: true, rows: 2, head: { id: 5 } })
    expect(await audit.verify({ from: 2 })).toMatchObject({ sound: false, id: 2 })
    expect(await audit.verify({ from: 9 })).toEqual({ sound: null, beyond: 9 })
    expect(await audit.verify({ from: 6 })).toEqual({ sound: null, beyond: 6 })
  })
})

test.each([
  `update audit_log set action = 'x'`,
  'delete from audit_log',
  'truncate audit_log',
  `update audit_log set action = 'x' where false`,
])('the database refuses: %s', async (statement) => {
  await write(1)
  expect(database.sql.unsafe(statement).then(() => 'done', String)).resolves.toContain('the audit log only grows')
  expect(await sealed()).toBe(1)
})

test('the database refuses a row without its hashes', async () => {
  const bare = database.sql`insert into audit_log (action, outcome) values ('x', 'success')`
  expect(await bare.then(() => 'done', String)).toContain('audit_log_sealed')
})

test('what was committed before a crash is sealed by the next server', async () => {
  await audit.record(database.sql, deed(1))
  expect([await waiting(), await sealed()]).toEqual([1, 0])
  await createAudit({ sql: database.sql, log }).settle()
  expect([await waiting(), await sealed()]).toEqual([0, 1])
})

test('a change that is rolled back leaves no row, and its hole in the ids of those waiting none in the chain', async () => {
  const failed = transact(database.sql, async (tx) => {
    await audit.record(tx, deed(1))
    throw new Error('refused')
  })
  expect(await failed.catch(String)).toBe('Error: refused')
  await write(2)
  expect(await audit.verify({})).toMatchObject({ sound: true, rows: 2, head: { id: 2 } })
})

test('a row that commits late is sealed after those that overtook it', async () => {
  const late = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const slow = transact(database.sql, async (tx) => {
    await audit.record(tx, deed(1))
    begun.resolve()
    await late.promise
  })
  await begun.promise
  await audit.record(database.sql, deed(2))
  await audit.settle()
  late.resolve()
  await slow
  await audit.settle()
  const rows = await database.sql`select id, target_id from audit_log order by id`
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { id: 1, target_id: '2' },
    { id: 2, target_id: '1' },
  ])
  expect(await audit.verify({})).toMatchObject({ sound: true, rows: 2 })
})

test('two sealers at once make one chain, with every row once', async () => {
  const other = createAudit({ sql: database.sql, log })
  const writing = Array.from({ length: 60 }, async (_, index) => {
    await audit.record(database.sql, deed(index + 1))
    await Promise.all([audit.settle(), other.settle()])
  })
  await Promise.all(writing)
  expect(await audit.verify({})).toMatchObject({ sound: true, rows: 60 })
  const rows = await database.sql`select distinct target_id from audit_log`
  expect(rows.length).toBe(60)
})

test('more than one batch waits: all is sealed', async () => {
  await database.sql`insert into audit_pending (action, outcome) select 'room.update', 'success' from generate_series(1, 1234)`
  await audit.settle()
  expect(await audit.verify({})).toMatchObject({ sound: true, rows: 1234 })
})

test('a server that is killed while it seals has sealed nothing and lost nothing', async () => {
  await audit.record(database.sql, deed(1))
  await audit.record(database.sql, deed(2))
  const release = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const holding = transact(database.sql, async (tx) => {
    await tx`select from audit_pending for update`
    locked.resolve()
    await release.promise
  })
  await locked.promise
  const sealer = Bun.spawn([process.execPath, `${import.meta.dir}/sealer.ts`], {
    env: { ...process.env, DATABASE_URL: database.url },
  })
  const atWork = () => database.sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into audit_log%'`
  await eventually('a sealer that waits for the rows', async () => (await atWork()).length > 0)
  sealer.kill('SIGKILL')
  await sealer.exited
  expect([await waiting(), await sealed()]).toEqual([2, 0])
  release.resolve()
  await holding
  await eventually('the end of its connection', async () => (await atWork()).length === 0)
  await audit.settle()
  expect(await waiting()).toBe(0)
  expect(await audit.verify({})).toMatchObject({ sound: true, rows: 2 })
})

test('the head is left in the log when the server ends', async () => {
  await write(1)
  await write(1)
  await audit.close()
  const verdict = await audit.verify({})
  const anchors = log.lines.filter(({ message }) => message === 'The head of the audit trail')
  expect(anchors.map(({ context }) => context['row'] as number)).toEqual([1, 2])
  expect(anchors.at(-1)?.context['hash']).toBe(verdict.sound ? verdict.head?.hash : '')
})
