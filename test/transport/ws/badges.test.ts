import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Bus, createExchange, createMemoryBus } from '../../../src/platform/bus/index.ts'
import { createArrivals } from '../../../src/transport/ws/arrivals.ts'
import { createBadges } from '../../../src/transport/ws/badges.ts'
import { createConnections } from '../../../src/transport/ws/connections.ts'
import type { Outlet } from '../../../src/transport/ws/outlet.ts'
import type { LiveSession } from '../../../src/transport/ws/session.ts'
import { type Client, connect, type Data } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let a: Client

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
  a = await connect(server, { token: ada.token })
})
afterAll(() => server.close())

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** The badges of one conversation that a socket has got: not what tells its own pointer. */
const badges = (client: Client, id: number): Data[] =>
  client.events
    .filter(({ type, data }) => type === 'unread_updated' && data['last_read_number'] === undefined)
    .map(({ data }) => data)
    .filter((data) => (data.room_id ?? data.conversation_id) === id)

const say = (room_id: number, client = a) => client.command('send_message', { room_id, content: 'hi' })
const numbersOf = (client: Client, id: number) => badges(client, id).map((data) => data['message_number'])
const badge = (client: Client, id: number, number: number) =>
  client.until(`badge ${number} of ${id}`, () => numbersOf(client, id).includes(number) || undefined)

/** A room of ada, with bob as a member who has not joined its feed on the socket that is returned. */
async function roomWithBob() {
  const room_id = await server.room(ada)
  const joiner = await connect(server, { token: bob.token })
  await joiner.command('join_room', { room_id })
  await joiner.close()
  return { room_id, b: await connect(server, { token: bob.token }) }
}

describe('a badge', () => {
  test('reaches every connected member, joined or not, and nobody else', async () => {
    const { room_id, b } = await roomWithBob()
    const outsider = await connect(server, { token: (await server.register('outsider')).token })
    await a.command('join_room', { room_id })
    await say(room_id)
    for (const client of [a, b]) {
      await badge(client, room_id, 1)
      expect(badges(client, room_id)).toEqual([{ room_id, message_number: 1 } as never])
    }
    expect(b.events.filter(({ type }) => type === 'room_message')).toEqual([])
    await outsider.command('ping')
    expect(badges(outsider, room_id)).toEqual([])
    await Promise.all([b.close(), outsider.close()])
  })

  test('comes at once, and then at most once a second with the latest number', async () => {
    const { room_id, b } = await roomWithBob()
    const begun = performance.now()
    await say(room_id)
    await badge(b, room_id, 1)
    expect(performance.now() - begun).toBeLessThan(900)
    await Promise.all(Array.from(upTo(40), () => say(room_id)))
    await badge(b, room_id, 41)
    const took = performance.now() - begun
    expect(took).toBeGreaterThan(950)
    const numbers = numbersOf(b, room_id)
    expect([numbers[0], numbers.at(-1)]).toEqual([1, 41])
    expect(numbers.length).toBeLessThanOrEqual(1 + took / 950)
    await b.close()
  })

  test('of a DM reaches both people, joined or not, from its first message on', async () => {
    const b = await connect(server, { token: bob.token })
    const { conversation_id } = (await a.command('create_dm', { user_id: bob.id })).data
    await a.command('send_dm', { conversation_id, content: 'hi' })
    for (const client of [a, b]) {
      await badge(client, conversation_id, 1)
      expect(badges(client, conversation_id)).toEqual([{ conversation_id, message_number: 1 } as never])
    }
    const later = await connect(server, { token: bob.token })
    await a.command('send_dm', { conversation_id, content: 'hi' })
    await badge(later, conversation_id, 2)
    await Promise.all([b.close(), later.close()])
  })

  test('follows memberships that begin and end while one is connected', async () => {
    const room_id = await server.room(ada)
    const [b, device] = [await connect(server, { token: bob.token }), await connect(server, { token: bob.token })]
    await b.command('join_room', { room_id })
    await say(room_id)
    for (const client of [b, device]) await badge(client, room_id, 1)
    await b.command('leave_room', { room_id, forget: true })
    const other = await server.room(ada)
    await b.command('join_room', { room_id: other })
    for (const id of [room_id, other]) await say(id)
    await badge(a, room_id, 2)
    // What comes later has come: what did not come before it never will.
    for (const client of [b, device]) {
      await badge(client, other, 1)
      expect(numbersOf(client, room_id)).toEqual([1])
    }
    await Promise.all([b.close(), device.close()])
  })

  test('of a single message is not missed by a socket that authenticates while it is sent', async () => {
    const erna = await server.register('erna')
    const first = await connect(server, { token: erna.token })
    const rooms: number[] = []
    for (const _ of upTo(30)) {
      const room_id = await server.room(ada)
      await first.command('join_room', { room_id })
      rooms.push(room_id)
    }
    for (const [index, room_id] of rooms.entries()) {
      const connecting = connect(server, { token: erna.token, authenticate: { memberships: true } })
      await Bun.sleep(index % 10)
      await say(room_id)
      const client = await connecting
      const rows = client.hello.data['memberships'] as Data[]
      const row = rows.find((each) => each.room_id === room_id)!
      if (row['message_number'] === 0) await badge(client, room_id, 1)
      else expect(row['message_number']).toBe(1)
      await client.close()
    }
    await first.close()
  })
})

/** The badges of a node whose sockets are counted by hand. */
function openNode(bus: Bus, rooms: readonly number[]) {
  const published: [string, string][] = []
  const sent: string[] = []
  const subscribed = new Map<string, number>()
  const connections = createConnections(bus)
  const outlet = { send: (_: unknown, frame: string) => sent.push(frame), close: () => sent.push('closed') }
  const arrivals = createArrivals(connections, outlet as unknown as Outlet)
  const badges = createBadges({
    bus,
    arrivals,
    publish: (topic, frame) => published.push([topic, frame]),
    subscribers: (topic) => subscribed.get(topic) ?? 0,
    conversationsOf: async (user_ids) => new Map(user_ids.map((id) => [id, rooms])),
  })
  bus.receive((message) => message.kind === 'badge' && badges.receive(message))
  const count = (topic: string, by: number) => subscribed.set(topic, (subscribed.get(topic) ?? 0) + by)
  const session = {
    stage: 'live',
    actor: { id: 1 },
    ws: { subscribe: (topic: string) => count(topic, 1), unsubscribe: (topic: string) => count(topic, -1) },
  } as unknown as LiveSession
  connections.add(1, session)
  return { arrivals, badges, published, sent, subscribed, session, connections }
}

const told = (conversation_id: number, message_number: number) =>
  ({ v: 1, kind: 'badge', conversation_id, dm: false, message_number }) as const

describe('the badges of a node', () => {
  test('are heard while somebody is a member, and forgotten a minute after the last has gone', async () => {
    const exchange = createExchange()
    const [bus, other] = [createMemoryBus(exchange), createMemoryBus(exchange)]
    const node = openNode(bus, [7, 8])
    other.publish(['b:7'], told(7, 1))
    await node.badges.arrive(node.session)
    node.badges.begin(node.session)
    expect([...node.subscribed.keys()]).toEqual(['b:7', 'b:8'])
    other.publish(['b:7'], told(7, 2))
    expect(node.published).toEqual([['b:7', '{"type":"unread_updated","data":{"room_id":7,"message_number":2}}']])
    node.badges.sweep(performance.now() + 120_000)
    expect(node.badges.size).toBe(2)
    node.badges.leave(node.session, 8)
    node.badges.sweep()
    expect(node.badges.size).toBe(2)
    // The first look ends at the end of the list, the next begins anew.
    for (const _ of upTo(2)) node.badges.sweep(performance.now() + 120_000)
    expect(node.badges.size).toBe(1)
    node.badges.enter(node.session, 8)
    other.publish(['b:8'], told(8, 1))
    expect(node.published).toHaveLength(2)
  })

  test('from many nodes are told at most once a second, and a late one that says less is not told', async () => {
    const exchange = createExchange()
    const buses = upTo(4).map(() => createMemoryBus(exchange))
    const node = openNode(buses[0]!, [7])
    await node.badges.arrive(node.session)
    node.badges.begin(node.session)
    for (const number of [3, 5, 4, 2]) for (const bus of buses) bus.publish(['b:7'], told(7, number))
    expect(node.published).toHaveLength(1)
    await eventually('the second', () => node.published.length === 2)
    expect(node.published.map(([, frame]) => JSON.parse(frame).data.message_number)).toEqual([3, 5])
  })

  test('and what is said on a user’s own feed while a socket authenticates follow its auth_success', async () => {
    const node = openNode(createMemoryBus(), [7, 8, 9])
    await node.badges.arrive(node.session)
    node.badges.receive(told(7, 4))
    node.arrivals.keepForUser(1, 'mine')
    node.arrivals.keepForUser(2, 'somebody else’s')
    node.arrivals.keepForMembers(8, 'a call')
    node.arrivals.keepForMembers(10, 'a call elsewhere')
    node.arrivals.change(1, 9, false)
    node.arrivals.change(1, 11, true)
    node.badges.begin(node.session)
    expect(node.sent).toEqual([])
    await Promise.resolve()
    expect(node.sent).toEqual(['mine', 'a call', '{"type":"unread_updated","data":{"room_id":7,"message_number":4}}'])
    expect([...node.subscribed.keys()]).toEqual(['b:7', 'b:8', 'b:11'])
    node.arrivals.keepForUser(1, 'later')
    await Promise.resolve()
    expect(node.sent).toHaveLength(3)
  })

  test('are bounded while a socket authenticates: one to whom too much happens is closed', async () => {
    const node = openNode(createMemoryBus(), [])
    await node.badges.arrive(node.session)
    for (const n of upTo(257)) node.arrivals.keepForUser(1, `${n}`)
    expect(node.sent).toEqual(['closed'])
  })
})
