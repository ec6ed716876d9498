import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { version } from '../../../package.json'
import { Nodes, ServerStats } from '../../../src/features/admin/schema.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { expectShape } from '../conversations/staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [chief, sheriff, ada]: Account[] = []
beforeAll(async () => {
  server = await startServer()
  ;[chief, sheriff, ada] = [await server.register('chief'), await server.register('sheriff'), await server.register('ada')] // prettier-ignore
  await server.sql`update users set role = 'admin' where id = ${chief.id}`
  await server.sql`update users set role = 'moderator' where id = ${sheriff.id}`
})
afterAll(() => server.close())

const as = (who: Account, line: string, body?: object) => server.ask(line, body, who.token)

test.each(['GET /admin/stats', 'GET /admin/nodes', 'GET /admin/audit'])(
  '%s is for moderators and administrators',
  async (line) => {
    // prettier-ignore
    for (const who of [chief!, sheriff!]) expect((await as(who, line)).status).toBe(200)
    const refused = await as(ada!, line)
    expect([refused.status, refused.error.code]).toEqual([403, 'PERMISSION_DENIED'])
    expect((await server.ask(line)).status).toBe(401)
  },
)

test('GET /admin/stats counts what there is', async () => {
  const [banned, gone] = [await server.register('banned'), await server.register('gone')]
  await server.sql`update users set status = 'banned' where id = ${banned.id}`
  await as(gone, 'DELETE /users/me', { password: gone.password })
  const a = await connect(server, { token: ada!.token })
  const a2 = await connect(server, { token: ada!.token })
  const [open, closed] = [await server.room(ada!), await server.room(ada!, { is_public: false })]
  await as(ada!, `POST /rooms/${closed}/archive`, { archived: true })
  const { conversation_id } = (await a.command('create_dm', { user_id: chief!.id })).data
  await a.command('join_room', { room_id: open })
  for (let n = 0; n < 3; n++) await a.command('send_message', { room_id: open, content: `${n}` })
  await a.command('send_dm', { conversation_id, content: 'x' })
  await server.sql`update messages set created_at = now() - interval '2 days' where id = (select min(id) from messages)`
  const { data } = await as(chief!, 'GET /admin/stats')
  expectShape(ServerStats, data)
  expect(data).toMatchObject({
    users: { active: 3, banned: 1, deleted: 1, bots: 0, new_24h: 5, online: 1, by_role: { user: 1, moderator: 1, admin: 1 } }, // prettier-ignore
    sessions: 4,
    // With the one that is there from the start.
    rooms: { total: 3, public: 2, archived: 1 },
    dms: 1,
    messages: { total: 4, last_24h: 3 },
    connections: 2,
    version,
  })
  expect((data as ServerStats).database_bytes).toBeGreaterThan(1_000_000)
  await Promise.all([a.close(), a2.close()])
})

test('GET /admin/nodes tells of this one', async () => {
  const a = await connect(server, { token: ada!.token })
  const room_id = await server.room(ada!)
  await a.command('join_room', { room_id })
  const { data } = await as(chief!, 'GET /admin/nodes')
  expectShape(Nodes, data)
  const [node, ...others] = (data as { nodes: { id: string; conversations: number; memory_bytes: number }[] }).nodes
  expect(others).toEqual([])
  expect(node).toMatchObject({ version, connections: 1, draining: false })
  expect(node!.conversations).toBeGreaterThanOrEqual(1)
  expect(node!.memory_bytes).toBeGreaterThan(10_000_000)
  expect((await as(chief!, 'GET /admin/nodes')).data).toMatchObject({ nodes: [{ id: node!.id }] })
  await a.close()
})

test('POST /admin/drain answers, sends everybody away, is in the trail, and stops the server', async () => {
  const { createDatabase } = await import('../../services/postgres.ts')
  const database = await createDatabase()
  const own = await startServer({}, database)
  const boss = await own.register('boss')
  const denied = await own.ask('POST /admin/drain', undefined, boss.token)
  expect([denied.status, denied.error.code]).toEqual([403, 'PERMISSION_DENIED'])
  await own.sql`update users set role = 'admin' where id = ${boss.id}`
  const socket = await connect(own, { token: boss.token })
  const answer = await own.ask('POST /admin/drain', undefined, boss.token)
  expect([answer.status, answer.data]).toEqual([202, { draining: true }] as never)
  expect(await socket.closed(2_000)).toMatchObject({ code: 4503 })
  expect(socket.events.map(({ type }) => type)).toContain('server_draining')
  await eventually('nobody listens', () => fetch(`${own.url}/health`).then(() => false, () => true)) // prettier-ignore
  await own.close()
  const rows = await database.sql`select actor_id, outcome from audit_log where action = 'server.drain'`
  expect(rows).toEqual([{ actor_id: boss.id, outcome: 'success' }] as never)
  await database.drop()
})

describe('GET /admin/audit', () => {
  interface Entry {
    id: number
    at: string
    action: string
    actor_id: number | null
    target_id: string | null
    outcome: string
  }
  const read = async (query = '') =>
    (await as(chief!, `GET /admin/audit${query}`)).data as { logs: Entry[]; next_cursor: string | null }

  test('is the trail of the whole server, the latest first, filtered by each of its sides', async () => {
    const eve = await server.register('eve')
    await as(eve, 'PUT /users/me', { display_name: 'Eve' })
    await server.ask('POST /auth/login', { username: 'eve', password: 'wrong horse' })
    const all = await read('?limit=100')
    expect(all.logs.map(({ at }) => at)).toEqual(
      all.logs
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    )
    expect(all.logs[0]).toMatchObject({ action: 'session.begin', outcome: 'failure', target_id: String(eve.id), ip: '127.0.0.1' }) // prettier-ignore
    const filters: [string, (entry: Entry) => boolean][] = [
      [`actor_id=${eve.id}`, (entry) => entry.actor_id === eve.id],
      ['action=user.update', (entry) => entry.action === 'user.update'],
      [`target_type=user&target_id=${eve.id}`, (entry) => entry.target_id === String(eve.id)],
      ['outcome=failure', (entry) => entry.outcome === 'failure'],
      [`actor_id=${eve.id}&action=user.update&outcome=success`, (entry) => entry.actor_id === eve.id && entry.action === 'user.update'], // prettier-ignore
    ]
    for (const [filter, fits] of filters) {
      const { logs } = await read(`?limit=100&${filter}`)
      const expected = all.logs.filter(fits).map(({ id }) => id)
      expect([filter, logs.map(({ id }) => id)]).toEqual([filter, expected])
      expect(expected.length).toBeGreaterThan(0)
    }
    expect((await read('?to=2020-01-01')).logs).toEqual([])
    expect((await read('?from=2999-01-01T00:00:00Z')).logs).toEqual([])
    const middle = all.logs[1]!.at
    const before = await read(`?to=${middle}&limit=100`)
    const since = await read(`?from=${middle}&limit=100`)
    expect(since.logs.length).toBeGreaterThanOrEqual(2)
    expect([...since.logs, ...before.logs].map(({ id }) => id)).toEqual(all.logs.map(({ id }) => id))
  })

  test('page by page each entry comes once, also of those of one moment', async () => {
    // The sealer alone writes here; these are as it would.
    await server.sql`
      insert into audit_pending (at, action, outcome) select '2026-01-01T00:00:00.123456Z', 'test.same', 'success' from generate_series(1, 7)`
    const seen: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await read(`?action=test.same&limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.logs.map(({ id }) => id))
      cursor = page.next_cursor
    }
    expect(seen).toHaveLength(7)
    expect(seen).toEqual(seen.toSorted((a, b) => b - a))
  })

  test.each([
    ['target_id=1', 'target_type'],
    ['from=yesterday', 'from'],
    ['to=2026-13-41', 'to'],
    ['cursor=!', 'cursor'],
    ['limit=101', 'limit'],
    ['actor_id=x', 'actor_id'],
    ['outcome=maybe', 'outcome'],
    [`action=${'x'.repeat(101)}`, 'action'],
  ])('with %s is refused', async (query, field) => {
    const { status, error } = await as(chief!, `GET /admin/audit?${query}`)
    expect([status, error.code, error.details]).toMatchObject([422, 'VALIDATION_FAILED', [{ field }]])
  })

  test('a year 0 is before everything', async () => {
    expect((await read('?from=0000-01-01')).logs.length).toBeGreaterThan(0)
  })

  test('a year 10000, as it is elsewhere, is after everything', async () => {
    const last = encodeURIComponent('9999-12-31T23:59:59-23:00')
    expect((await read(`?from=${last}`)).logs).toEqual([])
    expect((await read(`?to=${last}`)).logs.length).toBeGreaterThan(0)
  })
})

describe('GET /rooms/{id}/stats and /audit', () => {
  test('say what the commands say, and how many messages there were in each part of a period', async () => {
    const room_id = await server.room(ada!)
    const a = await connect(server, { token: ada!.token, authenticate: { subscribe: 'all' } })
    for (let n = 0; n < 6; n++) await a.command('send_message', { room_id, content: `${n}` })
    const ages = ['100 days', '5 days 1 hour', '4 days 23 hours', '2 hours 30 minutes', '1 hour 30 minutes', '1 minute']
    for (const [index, age] of ages.entries())
      await server.sql`update messages set created_at = now() - ${age}::interval where conversation_id = ${room_id} and number = ${index + 1}`
    const byCommand = (await a.command('get_room_stats', { room_id })).data
    const stats = async (query: string) =>
      (await as(ada!, `GET /rooms/${room_id}/stats${query}`)).data as { period: string; series: { from: string; messages: number }[] } // prettier-ignore
    const week = await stats('')
    const { computed_at: _, ...same } = byCommand
    expect(week).toMatchObject({ ...same, period: '7d' })
    expect(week.series.map(({ messages }) => messages)).toEqual([0, 1, 1, 0, 0, 0, 3])
    const day = await stats('?period=4h')
    expect(day.series.map(({ messages }) => messages)).toEqual([0, 1, 1, 1])
    expect(Date.parse(day.series[1]!.from) - Date.parse(day.series[0]!.from)).toBe(3_600_000)
    for (const [period, parts] of [['90d', 90], ['72h', 72], ['1h', 1], ['1d', 1]] as const) expect((await stats(`?period=${period}`)).series).toHaveLength(parts) // prettier-ignore
    const trail = (await as(ada!, `GET /rooms/${room_id}/audit?limit=1`)).data
    expect(trail).toEqual((await a.command('get_audit_logs', { room_id, limit: 1 })).data as never)
    const [row] = await server.sql<{ slug: string }[]>`select slug from conversations where id = ${room_id}`
    expect((await as(ada!, `GET /rooms/${row!.slug}/audit?action=room.create`)).data).toMatchObject({ room_id, logs: [{ action: 'room.create' }] }) // prettier-ignore
    await a.close()
  })

  test.each(['0h', '73h', '0d', '91d', '7', 'd', '7w', '07d', '-1d', '1e2d'])(
    'a period of %s is refused',
    async (period) => {
      // prettier-ignore
      const { error } = await as(ada!, `GET /rooms/${await server.room(ada!)}/stats?period=${period}`)
      expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'period' }] })
    },
  )

  test.each(['stats', 'audit'])(
    'members may not see the %s, nor outsiders, nor anybody what is not there',
    async (what) => {
      // prettier-ignore
      const [room_id, hidden] = [await server.room(chief!), await server.room(chief!, { is_public: false })]
      const codes = async () =>
      Promise.all([room_id, hidden, 999_999, 'nowhere'].map(async (id) => (await as(ada!, `GET /rooms/${id}/${what}`)).error.code)) // prettier-ignore
      expect(await codes()).toEqual(['PERMISSION_DENIED', 'ROOM_NOT_FOUND', 'ROOM_NOT_FOUND', 'ROOM_NOT_FOUND'])
      await as(ada!, `POST /rooms/${room_id}/join`)
      expect(await codes()).toEqual(['PERMISSION_DENIED', 'ROOM_NOT_FOUND', 'ROOM_NOT_FOUND', 'ROOM_NOT_FOUND'])
      await as(chief!, `PUT /rooms/${room_id}/members/${ada!.id}`, { role: 'moderator' })
      expect((await as(ada!, `GET /rooms/${room_id}/${what}`)).status).toBe(200)
    },
  )
})
