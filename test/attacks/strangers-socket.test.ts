// IDOR over the WebSocket: every command that names something is sent with the ids of what is others'.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { type Client, connect } from '../services/client.ts'
import { eventually } from '../services/eventually.ts'
import { startServer, type TestServer } from '../services/server.ts'
import type { Schema } from './operations.ts'
import { contentOf, readersSettled, spreadIds } from './tables.ts'
import { commands, furnish, type Things } from './world.ts'

setDefaultTimeout(60_000)

interface Document {
  components: {
    messages: Record<string, { payload: { properties: { data: Schema } } }>
    schemas: Record<string, Schema>
  }
}

let server: TestServer
let takes: Record<string, string[]>
let ada: Things
let eve: Things
let socket: Client
beforeAll(async () => {
  server = await startServer()
  await spreadIds(server.sql)
  const { components } = (await (await fetch(`${server.url}/asyncapi.json`)).json()) as Document
  takes = Object.fromEntries(
    Object.entries(components.messages).flatMap(([name, { payload }]) => {
      if (!name.startsWith('command.')) return []
      const { $ref, properties } = payload.properties.data
      const own = properties ?? components.schemas[$ref?.split('/').at(-1) ?? '']?.properties ?? {}
      return [[name.slice('command.'.length), Object.keys(own)]]
    }),
  )
  const [a, b, e] = [await server.register('ada'), await server.register('bob'), await server.register('eve')]
  ada = await furnish(server, a, b, 'SECRETS')
  eve = await furnish(server, e, b, 'EVES')
  await readersSettled(server.sql)
  socket = await connect(server, { token: e.token })
})
afterAll(async () => {
  await socket.close()
  await server.close()
})

type Data = Record<string, unknown>
const nobody = 987_654_321

/** What each name stands for among ada's things, among nobody's; undefined for what names nothing. */
const ids: Record<string, () => unknown> = {
  room_id: () => ada.room,
  conversation_id: () => ada.dm,
  message_id: () => ada.message,
  parent_id: () => ada.message,
  before_id: () => ada.message,
  after_id: () => ada.message,
  cursor: () => ada.cursors['rooms.members.list'],
}
/** Users are public: whom one may write to, look for, and whose presence one may ask for, is anybody. */
const open = new Set([
  'create_dm user_id',
  'create_dm user1_id',
  'create_dm user2_id',
  'search_messages author_id',
  'get_presence user_ids',
])

test('every command that takes something has data, and every id of it a meaning', () => {
  const unknown = Object.entries(takes).flatMap(([type, names]) => {
    if (names.length > 0 && commands[type] === undefined) return [type]
    const telling = names.filter((name) => /(^|_)(ids?|slug|code|cursor)$/.test(name) && ids[name] === undefined)
    return telling.map((name) => `${type} ${name}`).filter((each) => !open.has(each))
  })
  expect(unknown).toEqual([])
  for (const type of Object.keys(commands)) expect(Object.keys(takes)).toContain(type)
})

/** The data of a command as it may be sent: a place by one of its names, and of what excludes another, one. */
function variants(type: string): Data[] {
  const { room_id, conversation_id, before_id, after_id, user_id, ...rest } = commands[type]!(eve)
  const ends = before_id === undefined ? [{}] : [{ before_id }, { after_id }]
  const both = room_id !== undefined && conversation_id !== undefined
  const places: Data[] = both
    ? [{ room_id }, { conversation_id }]
    : [{ ...(room_id !== undefined && { room_id }), ...(conversation_id !== undefined && { conversation_id }) }]
  return places.flatMap((place) => ends.map((end) => ({ ...rest, ...place, ...end, ...(type !== 'create_dm' && user_id !== undefined && { user_id }) }))) // prettier-ignore
}

async function told(type: string, data: Data, used: unknown[]): Promise<string> {
  const reply = await socket.command(type, data)
  let text = JSON.stringify([reply.type, reply.data])
  for (const id of used) text = text.replaceAll(new RegExp(`(?<![\\w-])${String(id)}(?![\\w-])`, 'g'), '<id>')
  return text.replaceAll(/"(timestamp|request_id)":"[^"]*"/g, '"$1":"*"')
}

test('a stranger gets of what is others’ the answer that there is none, and nothing changes', async () => {
  const before = await contentOf(server.sql)
  const found: string[] = []
  let asked = 0
  for (const type of Object.keys(takes)) {
    // Their turn comes below: one takes a socket of its own, one ends it.
    if (commands[type] === undefined || ['authenticate', 'disconnect', 'sync'].includes(type)) continue
    for (const base of variants(type)) {
      const slots = Object.keys(base).filter((name) => name in ids && !open.has(`${type} ${name}`))
      const swaps = [...slots.map((name) => [name]), ...(slots.length > 1 ? [slots] : [])]
      if (slots.includes('room_id')) swaps.push(['slug'])
      for (const names of swaps) {
        const with_ = (value: (name: string) => unknown): Data =>
          names[0] === 'slug'
            ? { ...base, room_id: value('slug') }
            : { ...base, ...Object.fromEntries(names.map((name) => [name, value(name)])) }
        const real = with_((name) => (name === 'slug' ? ada.slug : ids[name]!()))
        const none = with_((name) => (name === 'slug' ? 'secretz-room' : name === 'cursor' ? base['cursor'] : nobody))
        const got = await told(type, real, [ada.slug, ...names.map((name) => ids[name]?.())].filter(Boolean))
        asked += 1
        if (/secrets/i.test(got)) found.push(`${type} ${names.join()} tells of it: ${got}`)
        if (names.length === 1 && names[0] === 'cursor') continue
        const other = await told(type, none, ['secretz-room', nobody])
        if (!got.startsWith('["error"')) found.push(`${type} ${names.join()} is done: ${got}`)
        if (got !== other) found.push(`${type} ${names.join()} tells it from nothing:\n    ${got}\n    ${other}`)
      }
    }
  }
  expect(found).toEqual([])
  expect(asked).toBeGreaterThan(60)
  expect(await contentOf(server.sql)).toEqual(before)
})

test.each(['room_id', 'conversation_id'])(
  'resuming and syncing what is others’ by %s tells that there is none',
  async (name) => {
    const cursors = (id: unknown) => [{ [name]: id, since_seq: 0 }]
    const real = ids[name]!()
    const tidy = (value: unknown, id: unknown) =>
    JSON.stringify(value).replaceAll(String(id), '<id>').replaceAll(/"(timestamp|request_id|server_time|session_id|expires_at|connection_id)":("[^"]*"|\d+)/g, '"$1":"*"') // prettier-ignore
    const [got, other] = [
      await told('sync', { cursors: cursors(real) }, [real]),
      await told('sync', { cursors: cursors(nobody) }, [nobody]),
    ]
    expect(got).toBe(other)
    expect(got).toContain('NOT_FOUND')
    const resumed = async (id: unknown) => {
      const client = await connect(server, { token: eve.owner.token, authenticate: { resume: cursors(id) } })
      const { type, data } = client.hello
      await client.close()
      return tidy([type, data.resumed], id)
    }
    expect(await resumed(real)).toBe(await resumed(nobody))
  },
)

test('nobody opens a DM between two others', async () => {
  const between = async (user1_id: number, user2_id: number) =>
    told('create_dm', { user1_id, user2_id }, [user1_id, user2_id])
  const got = await between(ada.owner.id, ada.friend.id)
  expect(got).toContain('PERMISSION_DENIED')
  expect(got).toBe(await between(nobody, nobody + 1))
})

test('and of what others do there, a stranger hears nothing', async () => {
  const count = socket.frames.length
  expect((await socket.command('join_room', { room_id: eve.room })).type).toBe('room_joined')
  await server.ask(`POST /rooms/${ada.room}/messages`, { content: 'SECRETS @eve @room' }, ada.owner.token)
  await server.ask(`POST /conversations/${ada.dm}/messages`, { content: 'SECRETS @eve' }, ada.owner.token)
  await server.ask(`POST /rooms/${eve.room}/messages`, { content: 'the end' }, eve.owner.token)
  await eventually('the end', () => JSON.stringify(socket.frames.slice(count)).includes('the end'))
  expect(JSON.stringify(socket.frames)).not.toContain('SECRETS')
})
