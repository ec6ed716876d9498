import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Data, type Frame } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

// Each deed is done twice, by a command and over REST, in two conversations that are alike. Who looks on must not be able to tell which was which.

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let a: Client
let b: Client

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
  ;[a, b] = [await connect(server, { token: ada.token }), await connect(server, { token: bob.token })]
})
afterAll(() => server.close())

/** Where one of the two plays. */
interface Stage {
  /** `{room_id}` or `{conversation_id}`. */
  place: object
  /** Of the REST address. */
  path: string
  /** The message that is acted upon. */
  on: number
}

interface Act {
  command: string
  data(stage: Stage): object
  line(stage: Stage): string
  body?: object
  status: number
}

const rest = async (act: Act, stage: Stage): Promise<unknown> => {
  const { status, data } = await server.ask(act.line(stage), act.body, ada.token)
  expect(status).toBe(act.status)
  return data
}

const socket = async (act: Act, stage: Stage): Promise<unknown> => {
  const reply = await a.command(act.command, act.data(stage))
  expect([reply.type, reply.data.code]).not.toContain('error')
  return reply.data
}

const message = (action: string) => (stage: Stage) => {
  const [method, rest = ''] = action.split(' ')
  return `${method} /messages/${stage.on}${rest}`
}
const aboutIt =
  (more: object = {}) =>
  (stage: Stage) => ({ message_id: stage.on, ...more })

const acts: [string, Act][] = [
  ['editing', { command: 'edit_message', data: aboutIt({ content: 'better, @bob', edit_reason: 'typo' }), line: message('PUT'), body: { content: 'better, @bob', edit_reason: 'typo' }, status: 200 }], // prettier-ignore
  ['editing to the same', { command: 'edit_message', data: aboutIt({ content: 'better, @bob' }), line: message('PUT'), body: { content: 'better, @bob' }, status: 200 }], // prettier-ignore
  ['pinning', { command: 'pin_message', data: aboutIt(), line: message('POST /pin'), body: { pinned: true }, status: 200 }], // prettier-ignore
  ['pinning again', { command: 'pin_message', data: aboutIt(), line: message('POST /pin'), body: { pinned: true }, status: 200 }], // prettier-ignore
  ['unpinning', { command: 'unpin_message', data: aboutIt(), line: message('POST /pin'), body: { pinned: false }, status: 200 }], // prettier-ignore
  ['reacting', { command: 'add_reaction', data: aboutIt({ emoji: '👍' }), line: message('POST /reactions'), body: { emoji: '👍' }, status: 201 }], // prettier-ignore
  ['reacting again', { command: 'add_reaction', data: aboutIt({ emoji: '👍' }), line: message('POST /reactions'), body: { emoji: '👍' }, status: 200 }], // prettier-ignore
  ['looking at reactions', { command: 'get_reactions', data: aboutIt(), line: message('GET /reactions'), status: 200 }],
  ['taking a reaction back', { command: 'remove_reaction', data: aboutIt({ emoji: '👍' }), line: message(`DELETE /reactions/${encodeURIComponent('👍')}`), status: 204 }], // prettier-ignore
  ['taking it back again', { command: 'remove_reaction', data: aboutIt({ emoji: '👍' }), line: message(`DELETE /reactions/${encodeURIComponent('👍')}`), status: 204 }], // prettier-ignore
  ['deleting', { command: 'delete_message', data: aboutIt({ reason: 'why not' }), line: message('DELETE ?reason=why%20not'), status: 204 }], // prettier-ignore
  ['deleting again', { command: 'delete_message', data: aboutIt(), line: message('DELETE'), status: 204 }],
]

const sends: [string, object][] = [
  ['sending', { content: 'hello', metadata: { color: 'blue' } }],
  ['sending code', { content: 'let x', content_type: 'code' }],
  ['mentioning', { content: 'hello @bob and @room' }],
  ['sending what expires', { content: 'soon gone', expires_in: 3600 }],
]

async function stages(kind: 'room' | 'dm'): Promise<[Stage, Stage]> {
  const made = []
  for (const _ of [1, 2]) {
    if (kind === 'room') {
      const room_id = await server.room(ada, { name: 'Stage' })
      await b.command('join_room', { room_id })
      made.push({ place: { room_id }, path: `/rooms/${room_id}`, on: 0 })
    } else {
      // One pair has one DM, so both play in it, one after the other.
      const { conversation_id } = (await a.command('create_dm', { user_id: bob.id })).data
      made.push({ place: { conversation_id }, path: `/conversations/${conversation_id}`, on: 0 })
    }
  }
  return made as [Stage, Stage]
}

/** A frame without what is different each time. */
function alike(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => alike(each, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, alike(each, name)]))
  if (/_at$|^timestamp$|^uuid$/.test(key)) return key
  return typeof value === 'number' && varying.has(key) ? key : value
}
const varying = new Set(['id', 'message_id', 'room_id', 'conversation_id', 'parent_id', 'seq', 'change_seq', 'number'])

/** What comes in its own time. */
const whenever = new Set(['unread_updated', 'user_presence'])

/** Where in what bob hears a message stands that is sent now. */
async function mark({ place }: Stage): Promise<number> {
  const { id } = (await a.command('room_id' in place ? 'send_message' : 'send_dm', { ...place, content: '---' })).data
  const find = () => b.events.findIndex(({ data }) => data.id === id)
  return b.until('the mark', () => (find() < 0 ? undefined : find()))
}

/** What bob hears of what is done. */
async function heard(stage: Stage, act: () => Promise<unknown>): Promise<Frame[]> {
  const from = await mark(stage)
  await act()
  const to = await mark(stage)
  return b.events.slice(from + 1, to).filter(({ type }) => !whenever.has(type))
}

describe.each(['room', 'dm'] as const)('in a %s', (kind) => {
  test.each(sends)('%s is the same by a command and over REST', async (_, draft) => {
    const [one, other] = await stages(kind)
    const answers: unknown[] = []
    const type = kind === 'room' ? 'send_message' : 'send_dm'
    const first = await heard(one, async () => answers.push((await a.command(type, { ...one.place, ...draft })).data))
    const second = await heard(other, async () =>
      answers.push((await server.ask(`POST ${other.path}/messages`, draft, ada.token)).data),
    )
    expect(first.length).toBeGreaterThan(0)
    expect(alike(second)).toEqual(alike(first))
    expect(alike(answers[1])).toEqual(alike(answers[0]))
  })

  test('a reply is the same, and carries the new count of its parent', async () => {
    const [one, other] = await stages(kind)
    const type = kind === 'room' ? 'send_message' : 'send_dm'
    const parents: Data[] = []
    for (const { place } of [one, other]) parents.push((await a.command(type, { ...place, content: 'parent' })).data)
    const reply = (n: number) => ({ content: 'reply', parent_id: parents[n]!.id })
    const first = await heard(one, () => a.command(type, { ...one.place, ...reply(0) }))
    const second = await heard(other, () => server.ask(`POST ${other.path}/messages`, reply(1), ada.token))
    expect(first).toMatchObject([{ data: { parent_thread_count: 1, parent_id: parents[0]!.id } as never }])
    expect(second).toMatchObject([{ data: { parent_thread_count: 1, parent_id: parents[1]!.id } as never }])
    expect(alike(second)).toEqual(alike(first))
  })

  test('what is done to a message is the same, deed by deed', async () => {
    const pair = await stages(kind)
    const type = kind === 'room' ? 'send_message' : 'send_dm'
    for (const stage of pair) stage.on = (await a.command(type, { ...stage.place, content: 'worse' })).data.id
    for (const [name, act] of acts) {
      const answers: unknown[] = []
      const first = await heard(pair[0], async () => answers.push(await socket(act, pair[0])))
      const second = await heard(pair[1], async () => answers.push(await rest(act, pair[1])))
      expect([name, alike(second)]).toEqual([name, alike(first)])
      if (act.status !== 204) expect([name, alike(answers[1])]).toEqual([name, alike(answers[0])])
      const isChange = !/again|the same|looking/.test(name)
      expect([name, first.length > 0]).toEqual([name, isChange])
    }
  })
})

test('what is sent over REST takes the next position of the log, so nobody misses anything', async () => {
  const room_id = await server.room(ada)
  await b.command('join_room', { room_id })
  const sent: number[] = []
  for (let n = 0; n < 10; n++) {
    if (n % 2 === 0) sent.push((await a.command('send_message', { room_id, content: `${n}` })).data.seq)
    else {
      const { data } = await server.ask(`POST /rooms/${room_id}/messages`, { content: `${n}` }, ada.token)
      sent.push((data as Data).seq)
    }
  }
  await b.until('ten messages', () => b.events.find(({ data }) => data.room_id === room_id && data.seq === 10))
  const seqs = b.events.filter(({ type, data }) => type === 'room_message' && data.room_id === room_id)
  expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(seqs.map(({ data }) => data.seq)).toEqual(sent)
})

test("the sender's own sockets hear it as any message", async () => {
  const room_id = await server.room(ada)
  await a.command('join_room', { room_id })
  const { data } = await server.ask(`POST /rooms/${room_id}/messages`, { content: 'to myself' }, ada.token)
  const event = await a.next((each) => each.type === 'room_message' && each.data.room_id === room_id)
  expect(event.data as unknown).toEqual(data)
})
