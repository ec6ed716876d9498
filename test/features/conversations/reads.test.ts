import { Value } from '@sinclair/typebox/value'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readEvents } from '../../../src/features/conversations/index.ts'
import { type Client, connect, type Frame } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let cleo: Account
let a: Client
let b: Client
let c: Client

beforeAll(async () => {
  server = await startServer({ limits: { receipt_max_members: 3 } })
  ;[ada, bob, cleo] = [await server.register('ada'), await server.register('bob'), await server.register('cleo')]
  ;[a, b, c] = [
    await connect(server, { token: ada.token }),
    await connect(server, { token: bob.token }),
    await connect(server, { token: cleo.token }),
  ]
})
afterAll(() => server.close())

type Ref = { room_id: number } | { conversation_id: number }
interface Place {
  ref: Ref
  id: number
  say(client: Client, content?: string): Promise<Frame['data']>
}

/** A fresh room that ada and bob have joined. */
async function room(draft: object = {}): Promise<Place> {
  const room_id = await server.room(ada, draft)
  for (const client of [a, b]) await client.command('join_room', { room_id })
  return {
    ref: { room_id },
    id: room_id,
    say: async (client, content = 'hi') => (await client.command('send_message', { room_id, content })).data,
  }
}

/** A DM of ada and somebody new, with their socket. */
async function dm(): Promise<Place & { other: Client; account: Account }> {
  const account = await server.register(`peer${crypto.randomUUID().slice(0, 8)}`)
  const other = await connect(server, { token: account.token })
  const { conversation_id } = (await a.command('create_dm', { user_id: account.id })).data
  return {
    ref: { conversation_id },
    id: conversation_id,
    other,
    account,
    say: async (client, content = 'hi') => (await client.command('send_dm', { conversation_id, content })).data,
  }
}

const read = (client: Client, place: Place, message_id: number) =>
  client.command('mark_read', { ...place.ref, message_id })

/** Where a user stands, as a new connection is told. */
async function standing(account: Account, place: Place): Promise<Frame['data']> {
  const client = await connect(server, { token: account.token, authenticate: { memberships: true } })
  const rows = client.hello.data['memberships'] as Frame['data'][]
  await client.close()
  return rows.find((row) => (row.room_id ?? row.conversation_id) === place.id)!
}

const about = (client: Client, type: string, place: Place, fits: (data: Frame['data']) => boolean = () => true) =>
  client.events.filter(
    ({ type: got, data }) => got === type && (data.room_id ?? data.conversation_id) === place.id && fits(data),
  )

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('mark_read', () => {
  test('moves the pointer forward and never back, and says what is left', async () => {
    const place = await room()
    const said = []
    for (const n of upTo(5)) said.push(await place.say(a, `${n}`))
    const [first, , third, , fifth] = said
    expect(await read(b, place, third!.id)).toEqual({
      type: 'read_marked',
      id: expect.any(Number),
      data: { ...place.ref, message_id: third!.id, last_read_number: 3, unread_count: 2, mention_count: 0 },
    } as never)
    const told = b.frames.findIndex(({ data }) => data.room_id === place.id && data['last_read_number'] === 3 && data.message_id === undefined) // prettier-ignore
    expect((await read(b, place, first!.id)).data).toMatchObject({ last_read_number: 3, unread_count: 2 })
    expect(b.frames.findIndex(({ type }) => type === 'read_marked')).toBeWithin(0, told < 0 ? Infinity : told)
    expect(await standing(bob, place)).toMatchObject({ message_number: 5, last_read_number: 3, unread_count: 2 })
    expect((await read(b, place, fifth!.id)).data).toMatchObject({ last_read_number: 5, unread_count: 0 })
    expect(await standing(bob, place)).toMatchObject({ last_read_number: 5, unread_count: 0 })
  })

  test('is the same in a DM', async () => {
    const place = await dm()
    const [one] = [await place.say(a), await place.say(a)]
    expect((await read(place.other, place, one.id)).data).toEqual({
      ...place.ref,
      message_id: one.id,
      last_read_number: 1,
      unread_count: 1,
      mention_count: 0,
    } as never)
    expect(await standing(place.account, place)).toMatchObject({ name: 'ada', message_number: 2, unread_count: 1 })
  })

  test('stays where the furthest of many at once has moved it', async () => {
    const place = await room()
    const ids = []
    for (const n of upTo(20)) ids.push((await place.say(a, `${n}`)).id)
    const devices = await Promise.all(upTo(5).map(() => connect(server, { token: bob.token })))
    await Promise.all(ids.map((id, n) => read(devices[n % 5]!, place, id)))
    expect(await standing(bob, place)).toMatchObject({ last_read_number: 20, unread_count: 0 })
    await Promise.all(devices.map((device) => device.close()))
  })

  test('of what an edit makes a mention of somebody, only what they have not read counts, and no more once it is none', async () => {
    const place = await room()
    const old = await place.say(a)
    await read(b, place, old.id)
    const fresh = await place.say(a)
    const edit = (message_id: number, content: string) => a.command('edit_message', { message_id, content })
    const counts = () =>
      about(b, 'unread_updated', place, ({ mention_count }) => mention_count !== undefined).map(
        ({ data }) => data['mention_count'],
      )
    const told = async (message_id: number, content: string) => {
      const before = counts().length
      await edit(message_id, content)
      await eventually('the counts', () => counts().length > before)
      return counts().at(-1)
    }
    expect(await told(old.id, '@bob look')).toBe(0)
    // After the mention itself, so that whoever counts those ends at what is so.
    const frames = b.events.filter(({ type, data }) => (type === 'mention' || (type === 'unread_updated' && data['mention_count'] !== undefined)) && data.room_id === place.id) // prettier-ignore
    expect(frames.slice(-2).map(({ type }) => type)).toEqual(['mention', 'unread_updated'])
    expect(await told(fresh.id, '@bob this too')).toBe(1)
    expect(await standing(bob, place)).toMatchObject({ unread_count: 1, mention_count: 1 })
    expect(await told(fresh.id, 'nobody')).toBe(0)
    expect(await told(fresh.id, '@bob again')).toBe(1)
    const before = counts().length
    await a.command('delete_message', { message_id: fresh.id })
    await eventually('the counts', () => counts().length > before)
    expect(counts().at(-1)).toBe(0)
  })

  test('whoever counts mentions by their events is right also when one is edited while others are written', async () => {
    const places: Place[] = []
    for (let round = 0; round < 40; round++) {
      const place = await room()
      const { id } = await place.say(a)
      const edit = a.command('edit_message', { message_id: id, content: '@bob' })
      await Promise.all([edit, place.say(a, '@bob one'), place.say(a, '@bob two'), edit.then(() => place.say(a, '@bob three'))]) // prettier-ignore
      places.push(place)
    }
    const of = (place: Place) => about(b, 'mention', place)
    const counts = (place: Place) => about(b, 'unread_updated', place, (data) => data['mention_count'] !== undefined)
    for (const place of places)
      await eventually('the mentions and the counts', () => of(place).length === 4 && counts(place).length > 0)
    const counted = (place: Place) =>
      b.events
        .filter((frame) => of(place).includes(frame) || counts(place).includes(frame))
        .reduce((sum, { data }) => Number(data['mention_count'] ?? sum + 1), 0)
    expect(places.map(counted)).toEqual(places.map(() => 4))
  })

  test('takes the id of an expired message, and passes over those that have expired after it', async () => {
    const place = await room()
    const said = []
    for (const n of upTo(6)) said.push(await place.say(a, `${n}`))
    const [, second, third, , , sixth] = said
    const expire = async (numbers: number[]) => {
      await server.sql`
        insert into changes (conversation_id, seq, kind, message_id, detail)
        select conversation_id, 100 + number, 'expired', id, jsonb_build_object('number', number)
        from messages where conversation_id = ${place.id} and number = any (${numbers}::bigint[])`
      await server.sql`delete from messages where conversation_id = ${place.id} and number = any (${numbers}::bigint[])`
    }
    await expire([2, 3])
    expect((await read(b, place, second!.id)).data).toMatchObject({ last_read_number: 3, unread_count: 3 })
    await expire([5, 6])
    expect((await read(b, place, third!.id)).data).toMatchObject({ last_read_number: 3, unread_count: 3 })
    expect((await read(b, place, said[3]!.id)).data).toMatchObject({ last_read_number: 6, unread_count: 0 })
    expect((await read(b, place, sixth!.id)).data).toMatchObject({ last_read_number: 6, unread_count: 0 })
  })

  test('does not take a message of another conversation, nor one that never was', async () => {
    const [place, elsewhere] = [await room(), await room()]
    const { id } = await elsewhere.say(a)
    expect((await read(b, place, id)).data.code).toBe('MESSAGE_NOT_FOUND')
    expect((await read(b, place, 2 ** 40)).data.code).toBe('MESSAGE_NOT_FOUND')
    expect(await standing(bob, place)).toMatchObject({ last_read_number: 0 })
  })

  test('refuses outsiders as if there were nothing', async () => {
    const [open, secret, other] = [await room(), await server.room(ada, { is_public: false }), await dm()]
    const cases: [object, string][] = [
      [open.ref, 'PERMISSION_DENIED'],
      [{ room_id: secret }, 'ROOM_NOT_FOUND'],
      [{ room_id: other.id }, 'ROOM_NOT_FOUND'],
      [other.ref, 'CONVERSATION_NOT_FOUND'],
      [{ conversation_id: open.id }, 'CONVERSATION_NOT_FOUND'],
      [{}, 'VALIDATION_FAILED'],
      [{ ...open.ref, ...other.ref }, 'VALIDATION_FAILED'],
      [{ room_id: 'no-such-room' }, 'ROOM_NOT_FOUND'],
    ]
    for (const [ref, code] of cases)
      expect((await c.command('mark_read', { ...ref, message_id: 1 })).data.code).toBe(code)
    for (const message_id of [undefined, 0, -1, 1.5, '1', null, 2 ** 53])
      expect((await b.command('mark_read', { ...open.ref, message_id })).data.code).toBe('VALIDATION_FAILED')
  })

  test('tells the reader’s own devices, once, when the pointer moves, and nobody else', async () => {
    const place = await room()
    const [one, two] = [await place.say(a), await place.say(a)]
    const device = await connect(server, { token: bob.token })
    await read(b, place, one.id)
    const pointer = (data: Frame['data']) => data['last_read_number'] !== undefined
    const told = await device.next(({ type, data }) => type === 'unread_updated' && pointer(data))
    expect(told.data).toEqual({
      ...place.ref,
      message_number: 2,
      last_read_number: 1,
      unread_count: 1,
      mention_count: 0,
    } as never)
    await read(b, place, one.id)
    await read(b, place, two.id)
    await device.next(({ data }) => data['last_read_number'] === 2)
    expect(about(device, 'unread_updated', place, pointer)).toHaveLength(2)
    expect(about(a, 'unread_updated', place, (data) => data['last_read_number'] === 1 && data['unread_count'] === 1)).toEqual([]) // prettier-ignore
    await device.close()
  })
})

describe('read_receipt', () => {
  test('tells those who follow a room who has read up to where, and not those who do not', async () => {
    const place = await room()
    const { id } = await place.say(a)
    const aside = await connect(server, { token: ada.token })
    await read(b, place, id)
    const { data } = await a.next(({ type, data }) => type === 'read_receipt' && data.room_id === place.id)
    expect(data).toEqual({ ...place.ref, user_id: bob.id, username: 'bob', message_id: id, read_at: expect.stringMatching(/^\d{4}-.*Z$/) } as never) // prettier-ignore
    await aside.command('ping')
    expect(about(aside, 'read_receipt', place)).toEqual([])
    await read(b, place, id)
    await a.command('ping')
    expect(about(a, 'read_receipt', place)).toHaveLength(1)
    await aside.close()
  })

  test('reaches both people of a DM on every connection', async () => {
    const place = await dm()
    const { id } = await place.say(a)
    await read(place.other, place, id)
    for (const client of [a, place.other])
      expect((await client.next(({ type, data }) => type === 'read_receipt' && data.conversation_id === place.id)).data).toMatchObject({ ...place.ref, user_id: place.account.id, message_id: id }) // prettier-ignore
  })

  test('says of many pointers in a second the first at once and the last a second later', async () => {
    const place = await room()
    const ids: number[] = []
    for (const n of upTo(10)) ids.push((await place.say(a, `${n}`)).id)
    const begun = performance.now()
    for (const id of ids) await read(b, place, id)
    await a.next(({ type, data }) => type === 'read_receipt' && data.message_id === ids[0])
    await a.next(({ type, data }) => type === 'read_receipt' && data.message_id === ids[9])
    expect(performance.now() - begun).toBeGreaterThan(950)
    expect(about(a, 'read_receipt', place)).toHaveLength(2)
  })

  test('is not for rooms larger than receipt_max_members', async () => {
    const place = await room()
    const { id } = await place.say(a)
    await c.command('join_room', place.ref)
    const dora = await connect(server, { token: (await server.register('dora')).token })
    await dora.command('join_room', place.ref)
    await read(b, place, id)
    await b.next(({ type, data }) => type === 'unread_updated' && data['last_read_number'] === 1)
    await a.command('ping')
    expect(about(a, 'read_receipt', place)).toEqual([])
  })

  test('is not told in a DM that somebody has blocked, and the own pointer moves all the same', async () => {
    const place = await dm()
    const { id } = await place.say(a)
    await server.sql`insert into blocks (user_id, blocked_user_id) values (${place.account.id}, ${ada.id})`
    expect((await read(place.other, place, id)).data).toMatchObject({ last_read_number: 1 })
    await a.command('ping')
    expect(about(a, 'read_receipt', place)).toEqual([])
  })
})

describe('own messages', () => {
  test('do not count as unread, neither in memberships nor in list_dms nor when joining', async () => {
    const [place, own] = [await room(), await dm()]
    await place.say(b, 'before')
    await place.say(a, 'mine')
    expect(await standing(ada, place)).toMatchObject({ message_number: 2, last_read_number: 2, unread_count: 0 })
    expect(await standing(bob, place)).toMatchObject({ last_read_number: 1, unread_count: 1 })
    await own.say(a)
    const { data } = await a.command('list_dms')
    expect(data.conversations.find(({ conversation_id }) => conversation_id === own.id)).toMatchObject({
      unread_count: 0,
    })
    const theirs = await own.other.command('list_dms')
    expect(theirs.data.conversations[0]).toMatchObject({ conversation_id: own.id, unread_count: 1 })
    await place.say(a, 'mine again')
    expect((await a.command('join_room', place.ref)).data).toMatchObject({ last_read_number: 3, unread_count: 0 })
  })

  test('are written down within seconds by themselves, and tell the author’s other devices at once', async () => {
    const place = await room()
    const device = await connect(server, { token: ada.token })
    const { id } = await place.say(a)
    const told = await device.next(({ data }) => data['last_read_number'] === 1)
    expect(told).toEqual({
      type: 'unread_updated',
      data: { ...place.ref, message_number: 1, last_read_number: 1, unread_count: 0, mention_count: 0 } as never,
    })
    await eventually('the pointer in the database', async () => {
      const [row] = await server.sql<{ last_read_number: number; last_read_message_id: number }[]>`
        select last_read_number, last_read_message_id from members where conversation_id = ${place.id} and user_id = ${ada.id}`
      return row?.last_read_number === 1 && row.last_read_message_id === id
    })
    await device.close()
  })

  test('give no receipt', async () => {
    const place = await room()
    await place.say(b)
    expect(await standing(bob, place)).toMatchObject({ last_read_number: 1 })
    await a.command('ping')
    expect(about(a, 'read_receipt', place)).toEqual([])
  })

  test('are written again when their row was held by somebody else', async () => {
    const place = await room()
    const held = Promise.withResolvers<void>()
    const holding = server.sql.begin(async (tx) => {
      await tx`select from members where conversation_id = ${place.id} and user_id = ${bob.id} for update`
      await place.say(b)
      expect(await standing(bob, place)).toMatchObject({ last_read_number: 0 })
      held.resolve()
    })
    await held.promise
    await holding
    await eventually('the pointer', async () => (await standing(bob, place))['last_read_number'] === 1)
  })
})

describe('mention_count', () => {
  test('counts names and calls to the whole room since the pointer, each message once and one’s own never', async () => {
    const place = await room()
    await c.command('join_room', place.ref)
    await place.say(a, 'hello @bob')
    const second = await place.say(a, '@room all of you, @bob too')
    await place.say(a, '@room again')
    await place.say(a, 'nobody')
    expect(await standing(bob, place)).toMatchObject({ unread_count: 4, mention_count: 3 })
    expect(await standing(cleo, place)).toMatchObject({ unread_count: 4, mention_count: 2 })
    expect(await standing(ada, place)).toMatchObject({ unread_count: 0, mention_count: 0 })
    expect((await read(b, place, second.id)).data).toMatchObject({ unread_count: 2, mention_count: 1 })
    await server.sql`update members set last_read_number = 0 where conversation_id = ${place.id} and user_id = ${ada.id}`
    expect(await standing(ada, place)).toMatchObject({ mention_count: 0 })
  })
})

test('every event has the shape that is declared', () => {
  for (const { type, data } of readEvents) {
    const frames = [a, b, c].flatMap((client) => client.events.filter((event) => event.type === type))
    expect(frames.length).toBeGreaterThan(3)
    for (const frame of frames) {
      const known = Value.Clean(data, structuredClone(frame.data))
      expect(known).toEqual(frame.data)
      const wrong = [...Value.Errors(data, frame.data)].filter(({ message }) => !message.includes('Unknown format'))
      expect(wrong).toEqual([])
    }
  }
})
