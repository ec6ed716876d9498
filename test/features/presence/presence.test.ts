import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Frame } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account

beforeAll(async () => {
  server = await startServer({ limits: { presence_max_members: 3 } })
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
})
afterAll(() => server.close())

let people = 0
const someone = () => server.register(`someone${++people}`)
const open = (account: Account) => connect(server, { token: account.token })

const presenceOf = async (client: Client, ...user_ids: number[]) =>
  ((await client.command('get_presence', { user_ids })).data as unknown as { users: Presence[] }).users

interface Presence {
  user_id: number
  username: string
  status: string
  message: string | null
  last_seen: string | null
  current_room: number | null
}

const of = (user_id: number, status?: string) => (event: Frame) =>
  event.type === 'user_presence' &&
  event.data.user_id === user_id &&
  (status === undefined || event.data['status'] === status)
const told = (client: Pick<Client, 'events'>, user_id: number) =>
  client.events.filter(of(user_id)).map(({ data }) => data['status'])

/** All that was due about somebody has been told once a later change of somebody else has. */
async function settled(client: Client): Promise<void> {
  const marker = await someone()
  await presenceOf(client, marker.id)
  const socket = await open(marker)
  await client.next(of(marker.id, 'online'))
  await socket.close()
  await client.next(of(marker.id, 'offline'))
}

describe('update_status', () => {
  test.each([
    ['away', 'at lunch', { status: 'away', message: 'at lunch' }],
    ['busy', undefined, { status: 'busy', message: 'at lunch' }],
    ['online', '  back \u00e9 ', { status: 'online', message: 'back \u00e9' }],
    ['online', '', { status: 'online', message: null }],
    ['away', '\u{1f600}'.repeat(128), { status: 'away', message: '\u{1f600}'.repeat(128) }],
    ['invisible', null, { status: 'invisible', message: null }],
    ['online', undefined, { status: 'online', message: null }],
  ])('to %s with the message %p', async (status, message, expected) => {
    const a = await open(ada)
    expect(await a.command('update_status', { status, ...(message !== undefined && { message }) })).toMatchObject({
      type: 'status_updated',
      data: expected,
    })
    expect(await presenceOf(a, ada.id)).toMatchObject([{ user_id: ada.id, username: 'ada', ...expected }])
    const [row] =
      await server.sql`select presence as status, presence_message as message from users where id = ${ada.id}`
    expect(row).toEqual(expected)
    await a.close()
  })

  test.each([
    ['a status that there is not', { status: 'sleepy' }],
    ['offline, which is not to be chosen', { status: 'offline' }],
    ['no status', { message: 'hello' }],
    ['a message that is too long', { status: 'away', message: 'x'.repeat(129) }],
    ['NUL', { status: 'away', message: 'a\0b' }],
    ['a lone surrogate', { status: 'away', message: 'a\ud800' }],
    ['a message that is a number', { status: 'away', message: 7 }],
  ])('refuses %s', async (_, data) => {
    const a = await open(ada)
    expect(await a.command('update_status', data)).toMatchObject({
      type: 'error',
      data: { code: 'VALIDATION_FAILED' },
    })
    await a.close()
  })

  test('of many at once each gets its own, and the last choice of one user stays', async () => {
    const accounts = await Promise.all(Array.from({ length: 10 }, someone))
    const clients = await Promise.all(accounts.map(open))
    const answers = await Promise.all(
      clients.map((client, n) => client.command('update_status', { status: n % 2 ? 'busy' : 'away', message: `${n}` })),
    )
    expect(answers.map(({ data }) => data['message'])).toEqual(accounts.map((_, n) => `${n}`))
    const [first, second] = [clients[0]!, await open(accounts[0]!)]
    const choices = [
      first.command('update_status', { status: 'away' }),
      first.command('update_status', { status: 'busy', message: 'last' }),
    ]
    await Promise.all(choices)
    expect(await presenceOf(second, accounts[0]!.id)).toMatchObject([{ status: 'busy', message: 'last' }])
    await Promise.all([...clients, second].map((client) => client.close()))
  })
})

describe('get_presence', () => {
  test('tells of those who exist, once each, in the order asked for', async () => {
    const [a, b] = [await open(ada), await open(bob)]
    const gone = await someone()
    expect(await presenceOf(a, gone.id, bob.id, 2 ** 40, bob.id)).toEqual([
      {
        user_id: gone.id,
        username: gone.username,
        status: 'offline',
        message: null,
        last_seen: null,
        current_room: null,
      },
      { user_id: bob.id, username: 'bob', status: 'online', message: null, last_seen: null, current_room: null },
    ])
    await Promise.all([a.close(), b.close()])
  })

  test.each([
    ['nobody', []],
    ['more than 200', Array.from({ length: 201 }, (_, n) => n + 1)],
    ['what is no id', ['ada']],
  ])('refuses %s', async (_, user_ids) => {
    const a = await open(ada)
    expect(await a.command('get_presence', { user_ids })).toMatchObject({
      data: { code: 'VALIDATION_FAILED' },
    })
    await a.close()
  })

  test('brings the changes of those asked for and of nobody else, until the last connection ends', async () => {
    const [watched, other] = [await someone(), await someone()]
    const a = await open(ada)
    await presenceOf(a, watched.id)
    const first = await open(watched)
    const busybody = await open(other)
    expect((await a.next(of(watched.id))).data as never).toEqual({
      user_id: watched.id, username: watched.username, status: 'online', message: null, last_seen: null, current_room: null,
    } as never) // prettier-ignore
    const second = await open(watched)
    await first.command('update_status', { status: 'busy', message: 'thinking' })
    expect((await a.next(of(watched.id))).data).toMatchObject({ status: 'busy', message: 'thinking' })
    await first.close()
    await settled(a)
    await second.close()
    const left = (await a.next(of(watched.id))).data
    expect(left).toMatchObject({ status: 'offline', message: null })
    expect(Date.parse(String(left['last_seen']))).toBeWithin(Date.now() - 5000, Date.now() + 1)
    expect(told(a, watched.id)).toEqual(['online', 'busy', 'offline'])
    expect(told(a, other.id)).toEqual([])
    await Promise.all([a.close(), busybody.close()])
  })

  test('lets go of those asked for longest ago beyond the limit of a connection', async () => {
    const small = await startServer({ limits: { max_presence_subscriptions: 2 } })
    const [eve, one, two, three] = await Promise.all(['eve', 'one', 'two', 'three'].map((name) => small.register(name)))
    const e = await connect(small, { token: eve!.token })
    await presenceOf(e, one!.id, two!.id)
    await presenceOf(e, one!.id, three!.id)
    for (const { token } of [two!, one!, three!]) await connect(small, { token })
    await e.next(of(three!.id))
    expect([one!, two!, three!].map(({ id }) => told(e, id).length)).toEqual([1, 0, 1])
    await small.close()
  })
})

describe('user_presence', () => {
  test('says nothing of a page that is loaded anew, and of many changes only the last', async () => {
    const watched = await someone()
    const a = await open(ada)
    await presenceOf(a, watched.id)
    let socket = await open(watched)
    await a.next(of(watched.id, 'online'))
    for (let turn = 0; turn < 3; turn++) {
      await socket.close()
      socket = await open(watched)
    }
    await settled(a)
    expect(told(a, watched.id)).toEqual(['online'])
    for (const status of ['busy', 'online', 'busy', 'away']) await socket.command('update_status', { status })
    await a.next(of(watched.id, 'away'))
    await settled(a)
    expect(told(a, watched.id)).toEqual(['online', 'away'])
    await Promise.all([a.close(), socket.close()])
  })

  test('reaches the other one of a DM on every connection, unasked, unless blocked', async () => {
    const [mia, noa, rob] = [await someone(), await someone(), await someone()]
    const [m1, m2, r] = [await open(mia), await open(mia), await open(rob)]
    await m1.command('create_dm', { user_id: noa.id })
    await r.command('create_dm', { user_id: noa.id })
    await presenceOf(r, noa.id)
    await server.sql`insert into blocks (user_id, blocked_user_id) values (${noa.id}, ${rob.id})`
    const n = await open(noa)
    await Promise.all([m1.next(of(noa.id, 'online')), m2.next(of(noa.id, 'online'))])
    expect(await presenceOf(r, noa.id)).toMatchObject([{ status: 'offline', last_seen: null }])
    await n.close()
    await m1.next(of(noa.id, 'offline'))
    await settled(r)
    expect(told(r, noa.id)).toEqual([])
    expect(await presenceOf(r, noa.id)).toMatchObject([{ status: 'offline', last_seen: null }])
    await Promise.all([m1, m2, r].map((client) => client.close()))
  })

  test('reaches small rooms that are joined, and never large ones', async () => {
    const crowd = await Promise.all(Array.from({ length: 4 }, someone))
    const [owner, second, third, fourth] = crowd as [Account, Account, Account, Account]
    const [small, large] = [await server.room(owner), await server.room(owner)]
    const o = await open(owner)
    for (const room_id of [small, large]) await o.command('join_room', { room_id })
    const visits = await Promise.all([second, third].map(open))
    for (const visit of visits) for (const room_id of [small, large]) await visit.command('join_room', { room_id })
    const f = await open(fourth)
    await f.command('join_room', { room_id: large })
    await f.command('update_status', { status: 'busy' })
    await visits[0]!.command('update_status', { status: 'away' })
    await o.next(of(second.id, 'away'))
    await settled(o)
    expect(told(o, fourth.id)).toEqual([])
    await Promise.all([o, f, ...visits].map((client) => client.close()))
  })

  test('names the public room joined last, and never a private one', async () => {
    const walker = await someone()
    const [market, cellar, square] = [
      await server.room(ada),
      await server.room(walker, { is_public: false }),
      await server.room(ada),
    ]
    const [a, w] = [await open(ada), await open(walker)]
    await presenceOf(a, walker.id)
    const room = async () => (await presenceOf(a, walker.id))[0]!.current_room
    expect(await room()).toBe(null)
    await w.command('join_room', { room_id: market })
    await w.command('join_room', { room_id: cellar })
    expect(await room()).toBe(market)
    expect((await a.next((event) => of(walker.id)(event) && event.data['current_room'] === market)).type).toBe(
      'user_presence',
    )
    await w.command('join_room', { room_id: square })
    await a.next((event) => of(walker.id)(event) && event.data['current_room'] === square)
    await w.command('leave_room', { room_id: square })
    await a.next((event) => of(walker.id)(event) && event.data['current_room'] === market)
    expect(a.events.filter(of(walker.id)).map(({ data }) => data['current_room'])).not.toContain(cellar)
    await w.close()
    await a.next(of(walker.id, 'offline'))
    expect(await room()).toBe(null)
    await a.close()
  })
})

describe('one’s own status', () => {
  test.each([
    ['in no room', () => null],
    ['in a room', (account: Account) => server.room(account)],
    ['in a large room', async () => 'general'],
  ])('reaches a device that is alone once, also by REST: %s', async (_, place) => {
    const [me, friend] = [await someone(), await someone()]
    for (const account of [me, friend, ada, bob]) await server.ask('POST /rooms/general/join', undefined, account.token)
    const [client, other] = [await open(me), await open(friend)]
    const room_id = await place(me)
    if (room_id !== null) await client.command('join_room', { room_id })
    await presenceOf(client, me.id)
    await settled(other)
    const before = told(client, me.id).length
    expect((await server.ask('PUT /users/me/status', { status: 'busy' }, me.token)).status).toBe(200)
    await client.next(of(me.id, 'busy'))
    await settled(other)
    expect(told(client, me.id).slice(before)).toEqual(['busy'])
    await Promise.all([client.close(), other.close()])
  })
})

describe('invisible', () => {
  test('looks offline to everybody else in every way, and true to one’s own devices', async () => {
    const [ghost, friend] = [await someone(), await someone()]
    const room_id = await server.room(friend)
    const f = await open(friend)
    const [g, second] = [await open(ghost), await open(ghost)]
    await f.command('create_dm', { user_id: ghost.id })
    for (const client of [f, g]) await client.command('join_room', { room_id })
    await f.next(of(ghost.id, 'online'))
    await g.command('update_status', { status: 'invisible', message: 'boo' })
    const gone = (await f.next(of(ghost.id, 'offline'))).data
    expect(gone).toMatchObject({ status: 'offline', message: null, current_room: null })
    expect((await second.next(of(ghost.id, 'invisible'))).data).toMatchObject({ message: 'boo' })
    expect(await presenceOf(f, ghost.id)).toEqual([gone as never])
    expect(await presenceOf(g, ghost.id)).toMatchObject([
      { status: 'invisible', message: 'boo', current_room: room_id },
    ])
    const { conversations } = (await f.command('list_dms')).data
    expect(conversations[0]!['other_user']).toMatchObject({ is_online: false, last_seen: gone['last_seen'] })

    // Nothing that somebody invisible does moves what others see.
    await g.command('update_status', { status: 'invisible', message: 'still here' })
    g.raw(JSON.stringify({ type: 'typing_start', data: { room_id } }))
    await g.command('ping')
    await Promise.all([g.close(), second.close()])
    const again = await open(ghost)
    await settled(f)
    await again.close()
    await settled(f)
    expect(await presenceOf(f, ghost.id)).toEqual([gone as never])
    const after = f.events.slice(f.events.findIndex(of(ghost.id, 'offline')))
    expect(after.filter(({ type }) => type === 'typing_start')).toEqual([])
    expect(new Set(told({ events: after }, ghost.id))).toEqual(new Set(['offline']))

    const back = await open(ghost)
    await back.command('update_status', { status: 'online' })
    await f.next(of(ghost.id, 'online'))
    expect((await f.command('list_dms')).data.conversations[0]!['other_user']).toMatchObject({
      is_online: true,
    })
    await Promise.all([f.close(), back.close()])
  })

  test('holds from the first moment of the next connection', async () => {
    const ghost = await someone()
    const [a, g] = [await open(ada), await open(ghost)]
    await a.command('create_dm', { user_id: ghost.id })
    await g.command('update_status', { status: 'invisible' })
    await g.close()
    const again = await open(ghost)
    expect(await presenceOf(a, ghost.id)).toMatchObject([{ status: 'offline' }])
    expect((await a.command('list_dms')).data.conversations.map(({ other_user }) => other_user)).toContainEqual(
      expect.objectContaining({ user_id: ghost.id, is_online: false }),
    )
    await Promise.all([a.close(), again.close()])
  })
})

describe('last_seen', () => {
  const lastSeen = async (id: number) =>
    (await server.sql<{ last_seen_at: Date | null }[]>`select last_seen_at from users where id = ${id}`)[0]!
      .last_seen_at

  test('is the end of the last connection, and not of those before', async () => {
    const account = await someone()
    const [first, second] = [await open(account), await open(account)]
    await first.close()
    const before = Date.now()
    await second.close()
    const seen = await eventually('last_seen', async () => (await lastSeen(account.id)) ?? undefined)
    expect(seen.getTime()).toBeWithin(before - 1, Date.now() + 1)
  })

  test('is kept of all who are connected when the server stops', async () => {
    const { database, close } = { database: server.database, close: async () => undefined }
    const other = await startServer({}, database)
    const accounts = await Promise.all([other.register('stay1'), other.register('stay2')])
    await Promise.all(accounts.map(({ token }) => connect(other, { token })))
    const before = Date.now()
    await other.app.close()
    await close()
    for (const { id } of accounts) expect((await lastSeen(id))?.getTime()).toBeWithin(before - 1, Date.now() + 1)
  })
})
