import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { createExchange, createMemoryBus } from '../../src/platform/bus/index.ts'
import { type Client, connect } from '../services/client.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

// What keeps somebody from writing was remembered for five seconds: who had just been muted or blocked went on typing, and who was let in again could not.

setDefaultTimeout(30_000)
let servers: TestServer[]
let [ada, bob] = [] as unknown as [Account, Account]
let a: Client
let room_id: number
let conversation_id: number

beforeAll(async () => {
  const exchange = createExchange()
  const first = await startServer({}, undefined, { bus: createMemoryBus(exchange) })
  servers = [first, await startServer({}, first.database, { bus: createMemoryBus(exchange) })]
  ada = await first.register('ada')
  bob = await first.register('bob')
  a = await connect(first, { token: ada.token })
  conversation_id = (await a.command('create_dm', { user_id: bob.id })).data.conversation_id
})
afterAll(async () => {
  for (const server of servers.toReversed()) await server.close()
})
beforeEach(async () => {
  room_id = await servers[0]!.room(ada)
})

/** What the typing is refused with, or undefined. */
async function typing(client: Client, where: object): Promise<string | undefined> {
  const seen = client.frames.length
  client.raw(JSON.stringify({ type: 'typing_start', id: 'typed', data: where }))
  await client.command('ping')
  return client.frames.slice(seen).find(({ id }) => id === 'typed')?.data.code
}

type Rule = [string, () => object, (on: boolean) => Promise<unknown>, string]
const ask = (line: string, body?: object) => servers[0]!.ask(line, body, ada.token)

const rules: Rule[] = [
  ['a mute', () => ({ room_id }), (on) => ask(`PUT /rooms/${room_id}/members/${bob.id}`, { muted_until: on ? '9999-01-01T00:00:00Z' : null }), 'USER_MUTED'],
  ['a block', () => ({ conversation_id }), (block) => a.command('block_dm', { conversation_id, block }), 'CONVERSATION_BLOCKED'],
  ['an archive', () => ({ room_id }), (archived) => ask(`POST /rooms/${room_id}/archive`, { archived }), 'PERMISSION_DENIED'],
] // prettier-ignore

for (const [node, where] of ['here', 'on another node'].entries())
  test.each(rules)(`%s ends typing at once, and its end lets type at once, ${where}`, async (_, place, set, code) => {
    const b = await connect(servers[node]!, { token: bob.token })
    await b.command('join_room', { room_id })
    expect(await typing(b, place())).toBeUndefined()
    b.raw(JSON.stringify({ type: 'typing_stop', data: place() }))
    // Who is still typing is asked again, too.
    for (const still of [false, true]) {
      if (still) expect(await typing(b, place())).toBeUndefined()
      await set(true)
      const before = a.events.length
      expect(await typing(b, place())).toBe(code)
      await a.command('ping')
      expect(a.events.slice(before).filter(({ type }) => type === 'typing_start')).toEqual([])
      await set(false)
      expect(await typing(b, place())).toBeUndefined()
      b.raw(JSON.stringify({ type: 'typing_stop', data: place() }))
    }
    await b.close()
  })

test('who types by the slug of a room is asked again too', async () => {
  const slug = 'a-room-by-name'
  room_id = await servers[0]!.room(ada, { slug })
  const b = await connect(servers[0]!, { token: bob.token })
  await b.command('join_room', { room_id })
  for (const [on, code] of [[true, 'USER_MUTED'], [false, undefined]] as const) {
    await ask(`PUT /rooms/${room_id}/members/${bob.id}`, { muted_until: on ? '9999-01-01T00:00:00Z' : null })
    expect(await typing(b, { room_id: slug })).toBe(code as string)
  } // prettier-ignore
  await b.close()
})
