import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { changedUsers, endedSessions } from '../../../src/features/accounts/change-queries.ts'
import { veza } from '../../cli/program.ts'
import { type Client, connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

let server: TestServer
/** Somebody whom nobody changes, in the room. */
let watch: Client
let room_id: number
let count = 0
beforeAll(async () => {
  server = await startServer()
  const watcher = await server.register('watcher')
  room_id = await server.room(watcher)
  watch = await connect(server, { token: watcher.token })
})
afterAll(async () => {
  await watch.command('ping')
  await server.close()
})

/** A member of the room. */
async function person(): Promise<Account> {
  const account = await server.register(`person${++count}`)
  await server.ask(`POST /rooms/${room_id}/join`, undefined, account.token)
  return account
}

const socketOf = ({ token }: { token: string }) => connect(server, { token })
const send = (client: Client) => client.command('send_message', { room_id, content: 'hello' })
const refused = (reply: { type: string; data: { code: string } }) =>
  reply.type === 'error' && reply.data.code === 'PERMISSION_DENIED'
const session = ({ hello }: Client) => String(hello.data['session_id'])

async function promote(username: string, role: string): Promise<void> {
  const { err, code } = await veza(['user', 'promote', username, '--role', role], {
    env: { DATABASE_URL: server.database.url },
  })
  expect([err, code]).toEqual(['', 0])
}

describe('a role reaches the sockets that are open within two seconds', () => {
  test.each<[string, (ada: Account, role: string) => Promise<unknown>]>([
    ['given by SQL', (ada, role) => server.sql`update users set role = ${role} where id = ${ada.id}`],
    ['given by the command line', (ada, role) => promote(ada.username, role)],
  ])('%s', async (_, give) => {
    const ada = await person()
    const sockets = [await socketOf(ada), await socketOf(await server.login(ada.username))]
    const other = await socketOf(await person())

    await give(ada, 'guest')
    for (const socket of sockets)
      await eventually('a guest cannot write', async () => refused(await send(socket)), 2_000)
    expect((await send(other)).type).toBe('message_sent')

    await give(ada, 'user')
    for (const socket of sockets) await eventually('a user can', async () => !refused(await send(socket)), 2_000)
  })

  test('and gives what a moderator may', async () => {
    const ada = await person()
    const socket = await socketOf(ada)
    const message = await send(await socketOf(await person()))
    const remove = () => socket.command('delete_message', { message_id: message.data.message_id })
    expect((await remove()).data.code).toBe('PERMISSION_DENIED')
    await server.sql`update users set role = 'moderator' where id = ${ada.id}`
    await eventually('a moderator may delete it', async () => !refused(await remove()), 2_000)
  })
})

describe('who is banned by SQL loses every socket within two seconds', () => {
  test.each<[string, Date | null]>([
    ['for ever', null],
    ['for a time', new Date(Date.now() + 3_600_000)],
  ])('%s, and nobody else does', async (_, until) => {
    const ada = await person()
    const sockets = [await socketOf(ada), await socketOf(await server.login(ada.username))]
    const other = await socketOf(await person())
    await server.sql`update users set status = 'banned', banned_until = ${until} where id = ${ada.id}`
    for (const socket of sockets) {
      expect(await socket.closed(2_000)).toMatchObject({ code: 4403 })
      expect(socket.frames.at(-1)).toMatchObject({ type: 'error', data: { code: 'USER_BANNED' } })
    }
    expect((await send(other)).type).toBe('message_sent')
  })

  test('a ban that is over ends nothing', async () => {
    const [ada, bob] = [await person(), await person()]
    const [socket, banned] = [await socketOf(ada), await socketOf(bob)]
    await server.sql`update users set status = 'banned', banned_until = now() - interval '1 hour' where id = ${ada.id}`
    await server.sql`update users set status = 'banned' where id = ${bob.id}`
    await banned.closed(2_000)
    expect((await socket.command('ping')).type).toBe('pong')
  })

  test('an account deleted by SQL ends like its sessions', async () => {
    const ada = await person()
    const socket = await socketOf(ada)
    await server.sql`update users set status = 'deleted' where id = ${ada.id}`
    expect(await socket.closed(2_000)).toMatchObject({ code: 4401 })
  })
})

describe('a session ended by SQL loses its sockets within two seconds', () => {
  test('whatever the writer took for the time, and the user keeps the other sessions', async () => {
    const ada = await person()
    const [one, two] = [await socketOf(ada), await socketOf(ada)]
    const other = await socketOf(await server.login(ada.username))
    await server.sql`update sessions set revoked_at = '2020-01-01' where id = ${session(one)}`
    for (const socket of [one, two]) {
      expect(await socket.closed(2_000)).toMatchObject({ code: 4401 })
      expect(socket.frames.at(-1)).toMatchObject({ type: 'error', data: { code: 'SESSION_REVOKED' } })
    }
    expect((await other.command('ping')).type).toBe('pong')
  })

  test('and every change has the time of its commit, so that a long transaction hides none', async () => {
    const [ada, bob] = [await person(), await person()]
    const [socket, demoted] = [await socketOf(ada), await socketOf(bob)]
    const before_commit = await server.sql.begin(async (tx) => {
      await tx`update sessions set revoked_at = now() where id = ${session(socket)}`
      await tx`update users set role = 'guest', updated_at = now() where id = ${bob.id}`
      await tx`select pg_sleep(0.05)`
      const [clock] = await tx<{ at: Date }[]>`select clock_timestamp() as at`
      return clock!.at
    })
    const [row] = await server.sql<{ revoked_at: Date; updated_at: Date }[]>`
      select s.revoked_at, u.updated_at from sessions s, users u where s.id = ${session(socket)} and u.id = ${bob.id}`
    expect(row!.revoked_at.getTime()).toBeGreaterThanOrEqual(before_commit.getTime())
    expect(row!.updated_at.getTime()).toBeGreaterThanOrEqual(before_commit.getTime())
    expect(await socket.closed(2_000)).toMatchObject({ code: 4401 })
    await eventually('a guest cannot write', async () => refused(await send(demoted)), 2_000)
  })

  test('and so do more sessions than are read at once', async () => {
    const ada = await person()
    await server.sql`
      insert into sessions (user_id, expires_at) select ${ada.id}, now() + interval '1 day' from generate_series(1, 2500)`
    const sockets = []
    for (let n = 0; n < 8; n++) sockets.push(await socketOf(await server.login(ada.username)))
    await server.sql`update sessions set revoked_at = now() where user_id = ${ada.id}`
    for (const socket of sockets) expect(await socket.closed(3_000)).toMatchObject({ code: 4401 })
  })
})

test('the presence of somebody and the time of the last visit are no changes of the account', async () => {
  const ada = await person()
  const read = async () => {
    const [row] = await server.sql<{ updated_at: Date; presence: string; last_seen_at: Date | null }[]>`
      select updated_at, presence, last_seen_at from users where id = ${ada.id}`
    return row!
  }
  const before = await read()
  const socket = await socketOf(ada)
  expect((await socket.command('update_status', { status: 'busy' })).type).toBe('status_updated')
  await socket.close()
  await eventually('the visit is noted', async () => (await read()).last_seen_at !== null)
  expect(await read()).toMatchObject({ presence: 'busy', updated_at: before.updated_at })
})

describe('reading what changed looks at nothing else, however many there are', () => {
  let large: TestServer
  beforeAll(async () => {
    large = await startServer()
    const { sql } = large
    for (const table of ['users', 'sessions']) await sql.unsafe(`alter table ${table} set (autovacuum_enabled = off)`)
    await sql`
      insert into users (username, updated_at) select 'u' || g, now() - interval '1 hour' - g * interval '1 minute' from generate_series(1, 20000) g`
    await sql`
      insert into sessions (user_id, expires_at, revoked_at)
      select id, now() + interval '1 day', case when id % 2 = 0 then updated_at end from users`
  })
  afterAll(() => large.close())

  test.each([
    ['before anything is analysed', false],
    ['once everything is', true],
  ])('%s', async (_, analysed) => {
    const { sql } = large
    if (analysed) await sql`analyze`
    const plans = [
      await sql`explain ${changedUsers(sql, 11_000, 0, 1000)}`,
      await sql`explain ${endedSessions(sql, 11_000, '00000000-0000-0000-0000-000000000000', 1000)}`,
    ].map((rows) => rows.map((row) => String(row['QUERY PLAN'])).join('\n'))
    expect(plans[0]).toContain('user_updated')
    expect(plans[0]).toContain('user_owner')
    expect(plans[0]).not.toContain('Seq Scan on users')
    expect(plans[1]).toContain('session_revoked')
  })
})
