import { expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../../services/client.ts'
import { type Account, type Answer, type Overrides, startServer, type TestServer } from '../../services/server.ts'
import type { Said } from './rest.ts'

setDefaultTimeout(30_000)

interface Scene {
  server: TestServer
  ada: Account
  client: Client
  room: number
  /** Messages of ada there. */
  ids: number[]
  ask(line: string, body?: unknown): Promise<Answer>
}

/** Limits begin to count with what the test does. */
async function scene(limits: Overrides['limits'], play: (scene: Scene) => Promise<void>): Promise<void> {
  const before = await startServer()
  const first = await before.register('ada')
  await before.register('bob')
  const room = await before.room(first)
  const ids: number[] = []
  for (const content of ['one', 'two', 'three']) {
    const { data } = await before.ask(`POST /rooms/${room}/messages`, { content }, first.token)
    ids.push((data as Said).id)
  }
  const server = await startServer({ limits: limits! }, before.database)
  const ada = await server.login('ada')
  const client = await connect(server, { token: ada.token })
  const ask = (line: string, body?: unknown) => server.ask(line, body, ada.token)
  await play({ server, ada, client, room, ids, ask })
  await client.close()
  await server.close()
  await before.close()
}

/** The same deed over REST, and by a command. */
interface Pair {
  rest(scene: Scene): Promise<Answer>
  socket(scene: Scene): [string, object]
}

const pairs: [string, Overrides['limits'], Pair][] = [
  ['messages', { max_messages_per_minute: 2 }, {
    rest: ({ ask, room }) => ask(`POST /rooms/${room}/messages`, { content: 'x' }),
    socket: ({ room }) => ['send_message', { room_id: room, content: 'x' }],
  }],
  ['edits', { max_edits_per_minute: 2 }, {
    rest: ({ ask, ids }) => ask(`PUT /messages/${ids[0]}`, { content: 'x' }),
    socket: ({ ids }) => ['edit_message', { message_id: ids[0], content: 'y' }],
  }],
  ['edits', { max_edits_per_minute: 2 }, {
    rest: ({ ask, ids }) => ask(`DELETE /messages/${ids[0]}`),
    socket: ({ ids }) => ['delete_message', { message_id: ids[0] }],
  }],
  ['edits', { max_edits_per_minute: 2 }, {
    rest: ({ ask, ids }) => ask(`POST /messages/${ids[0]}/pin`, { pinned: true }),
    socket: ({ ids }) => ['pin_message', { message_id: ids[0] }],
  }],
  ['reactions', { max_reactions_per_minute: 2 }, {
    rest: ({ ask, ids }) => ask(`POST /messages/${ids[0]}/reactions`, { emoji: '👍' }),
    socket: ({ ids }) => ['add_reaction', { message_id: ids[0], emoji: '🎉' }],
  }],
  ['reactions', { max_reactions_per_minute: 2 }, {
    rest: ({ ask, ids }) => ask(`DELETE /messages/${ids[0]}/reactions/👍`),
    socket: ({ ids }) => ['remove_reaction', { message_id: ids[0], emoji: '🎉' }],
  }],
  ['searches', { max_searches_per_minute: 2 }, {
    rest: ({ ask }) => ask('GET /search/messages?q=one'),
    socket: () => ['search_messages', { query: 'one' }],
  }],
  ['joins', { max_joins_per_minute: 2 }, {
    rest: ({ ask, ada }) => ask('POST /conversations', { user_id: ada.id + 1 }),
    socket: ({ ada }) => ['create_dm', { user_id: ada.id + 1 }],
  }],
  ['joins', { max_joins_per_minute: 2 }, {
    rest: ({ ask }) => ask('POST /rooms/general/join'),
    socket: () => ['join_room', { room_id: 'general' }],
  }],
] // prettier-ignore

test.each(pairs)('%s are counted over REST and WebSocket together: %j', (action, limits, { rest, socket }) =>
  scene(limits, async (all) => {
    const first = await rest(all)
    expect(first.status).toBeLessThan(300)
    expect(first.headers.get('ratelimit-policy')).toBe(`"${action}";q=2;w=60`)
    expect(first.headers.get('ratelimit')).toMatch(new RegExp(`^"${action}";r=1;t=\\d+$`))
    expect((await all.client.command(...socket(all))).type).not.toBe('error')
    const refused = await rest(all)
    expect([refused.status, refused.error]).toMatchObject([
      429,
      { code: 'RATE_LIMIT_EXCEEDED', details: { action, limit: 2, current_rate: 3, window: 60 } },
    ])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(refused.headers.get('ratelimit')).toMatch(new RegExp(`^"${action}";r=0;`))
    expect((await all.client.command(...socket(all))).data).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' })
  }),
)

test('the headers show the tightest of the limits that a request took from', () =>
  scene({ max_requests_per_minute: 5, max_messages_per_minute: 100 }, async ({ ask, room }) => {
    const policies: (string | null)[] = []
    for (const line of ['GET', 'POST']) {
      const { headers } = await ask(`${line} /rooms/${room}/messages`, line === 'POST' ? { content: 'x' } : undefined)
      policies.push(headers.get('ratelimit-policy'))
    }
    expect(policies).toEqual(['"requests";q=5;w=60', '"requests";q=5;w=60'])
  }))

test('what does not fit its schema counts as a request and as nothing else', () =>
  scene({ max_messages_per_minute: 1 }, async ({ ask, room }) => {
    for (let n = 0; n < 3; n++) expect((await ask(`POST /rooms/${room}/messages`, { content: 5 })).status).toBe(422)
    expect((await ask(`POST /rooms/${room}/messages`, { content: 'x' })).status).toBe(201)
    expect((await ask(`POST /rooms/${room}/messages`, { content: 'x' })).status).toBe(429)
  }))

test('reading is limited as a request alone', () =>
  scene(
    { max_messages_per_minute: 1, max_edits_per_minute: 1, max_reactions_per_minute: 1 },
    async ({ ask, room, ids }) => {
      for (const line of [
        `/rooms/${room}/messages`,
        `/messages/${ids[0]}`,
        `/messages/${ids[0]}/history`,
        `/messages/${ids[0]}/reactions`,
      ])
        // prettier-ignore
        for (let n = 0; n < 3; n++) expect((await ask(`GET ${line}`)).status).toBe(200)
    },
  ))
