import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { listUsers } from '../../../src/features/admin/queries.ts'
import { entries, type Wanted } from '../../../src/features/audit/queries.ts'
import { audit, messages, reactions } from '../../../src/features/users/export-queries.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'

setDefaultTimeout(60_000)
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  const { sql } = database
  await sql`insert into users (username, role, status) select 'u' || g, case when g % 5000 = 0 then 'admin' else 'user' end, case when g % 4000 = 0 then 'banned' else 'active' end from generate_series(1, 30000) g` // prettier-ignore
  await sql`
    insert into audit_log (at, actor_id, action, target_type, target_id, outcome, previous_hash, hash)
    select now() - g * interval '1 second', g % 1000, case when g % 100 = 0 then 'user.ban' else 'session.begin' end, 'user', (g % 1000)::text,
      case when g % 500 = 0 then 'denied' else 'success' end, sha256('a'), sha256('b') from generate_series(1, 50000) g`
  await sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select 1, g % 500, g, g, g, 'c' || g, 'x', 'text', now(), now() from generate_series(1, 50000) g`
  await sql`insert into reactions (message_id, conversation_id, user_id, emoji) select id, 1, 1 + author_id, 'a' from messages`
  await sql`analyze`
})
afterAll(() => database.drop())

const planOf = async (query: PromiseLike<unknown>): Promise<string> => {
  const rows = (await database.sql`explain ${query as never}`) as unknown as Record<string, string>[]
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}
const nothing: Wanted = {
  action: undefined,
  actor_id: undefined,
  target_type: undefined,
  target_id: undefined,
  outcome: undefined,
  from: undefined,
  to: undefined,
  before: undefined,
  limit: 51, // prettier-ignore
}
const people = { sought: undefined, role: undefined, status: undefined, after: 0, limit: 51 } as const

test.each<[string, () => PromiseLike<unknown>, string]>([
  ['the whole trail', () => entries(database.sql, nothing), 'audit_log_at'],
  [
    'a later page of it',
    () => entries(database.sql, { ...nothing, before: { micros: String(Date.now() * 1000 - 2e10), id: 7 } }),
    'audit_log_at',
  ],
  [
    'a day of it',
    () => entries(database.sql, { ...nothing, from: new Date(Date.now() - 4e6), to: new Date(Date.now() - 3e6) }),
    'audit_log_at',
  ],
  ['deeds of one user', () => entries(database.sql, { ...nothing, actor_id: 7 }), 'audit_log_actor'],
  ['one action', () => entries(database.sql, { ...nothing, action: 'user.ban' }), 'audit_log_action'],
  [
    'what was done to one user',
    () => entries(database.sql, { ...nothing, target_type: 'user', target_id: '7' }),
    'audit_log_target',
  ],
  ['what was refused', () => entries(database.sql, { ...nothing, outcome: 'denied' }), 'audit_log_outcome'],
  ['administrators', () => listUsers(database.sql, { ...people, role: 'admin' }), 'user_role'],
  ['who is banned', () => listUsers(database.sql, { ...people, status: 'banned' }), 'user_status'],
  [
    'accounts by a beginning',
    () => listUsers(database.sql, { ...people, sought: { prefix: 'u2999', id: null } }),
    'user_username_search',
  ],
  [
    'a copy of the own messages',
    () => messages(database.sql, 7, { client_id: 'c2', conversation_id: 1 }, 500),
    'message_client_id_key',
  ],
  ['a copy of the own reactions', () => reactions(database.sql, 7, undefined, 500), 'reaction_by_user'],
  ['a copy of the own trail', () => audit(database.sql, 7, undefined, 500), 'audit_log_actor'],
])('%s: by an index, whatever else there is', async (_, query, index) => {
  // prettier-ignore
  const plan = await planOf(query())
  expect(plan).toContain(index)
  expect(plan).not.toMatch(/Seq Scan on (audit_log|messages|reactions)/)
})
