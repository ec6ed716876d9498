// After any commands, cuts, lost frames and resumes the store of a client is what a fresh client loads.
import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'

import type { Chat, Conversation, Message } from '../../../sdks/javascript/src/index.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats, eventually, messagesOf, opened, pendingOf, type Sockets, sockets } from './people.ts'

setDefaultTimeout(180_000)

let server: TestServer
let ada: Account
let bob: Account

beforeAll(async () => {
  // Few enough that being away for a while is a reset now and then.
  server = await startServer({ limits: { resume_limit: 6, hot_tail_events: 16 } })
  ada = await server.register('ada')
  bob = await server.register('bob')
})
afterEach(closeChats)
afterAll(() => server.close())

type Step =
  | { do: 'send' | 'reply' | 'edit' | 'delete' | 'pin' | 'unpin' | 'react' | 'unreact'; which: number; by_bob: boolean }
  | { do: 'expire' | 'many' }
  | { do: 'own'; thread: boolean; which: number }
  | { do: 'cut' | 'away' | 'back' | 'older' | 'newer' | 'newest' | 'settle' | 'lose' }
  | { do: 'jump' | 'thread'; which: number }

const which = fc.nat(400)
const change = fc.record({
  do: fc.constantFrom('send', 'send', 'reply', 'edit', 'delete', 'pin', 'unpin', 'react', 'react', 'unreact'),
  which,
  by_bob: fc.boolean(),
})
const step = fc.oneof(
  { weight: 12, arbitrary: change },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('expire', 'many') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('own'), thread: fc.boolean(), which }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('cut', 'away', 'back', 'back', 'older', 'newer', 'newest', 'settle', 'lose'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('jump', 'thread'), which }) },
) as fc.Arbitrary<Step>

const log_events = /^((room|dm)_message|message_\w+|reaction_\w+)$/

interface Scene {
  place: { room_id: number } | { conversation_id: number }
  chat: Chat
  here: Conversation
  wire: Sockets
  /** Ids of all messages, as REST told. */
  ids: number[]
  threads: Set<number>
  losses: number
}

async function scene(kind: 'room' | 'dm'): Promise<Scene> {
  const wire = sockets()
  const chat = chatOf(server, ada.token, { WebSocket: wire.WebSocket, max_messages: 60 })
  await chat.connect()
  let place: Scene['place']
  if (kind === 'room') {
    const room_id = await server.room(ada)
    await server.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
    place = { room_id }
  } else {
    const other = await server.register(`dm${crypto.randomUUID().slice(0, 8)}`)
    place = (await chat.directMessage(other.id)).ref as { conversation_id: number }
  }
  const own: Scene = { place, chat, here: chat.conversation(place), wire, ids: [], threads: new Set(), losses: 0 }
  wire.loses = ({ type, id }) => own.losses > 0 && id === undefined && log_events.test(type) && own.losses-- > 0
  own.here.open()
  return own
}

const address = ({ place }: Scene) =>
  'room_id' in place ? `/rooms/${place.room_id}/messages` : `/conversations/${place.conversation_id}/messages`

async function play(own: Scene, now: Step): Promise<void> {
  const { here, wire, chat, ids } = own
  const pick = (index: number) => ids[index % Math.max(1, ids.length)]
  const send = async (body: object, token: string) => {
    const { data } = await server.ask(`POST ${address(own)}`, { content: `m ${ids.length}`, ...body }, token)
    if (data !== undefined) ids.push((data as Message).id)
  }
  switch (now.do) {
    case 'expire':
      return send({ expires_in: 1 }, ada.token)
    case 'many':
      for (let n = 0; n < 12; n++) await send({}, ada.token)
      return
    case 'own': {
      const parent = pick(now.which)
      if (now.thread && parent !== undefined) here.thread(parent).send('own reply')
      else here.send('own')
      return
    }
    case 'cut':
      return wire.cut()
    case 'away':
      wire.is_down = true
      return wire.cut()
    case 'back':
      wire.is_down = false
      return
    case 'lose':
      own.losses = 1
      return
    case 'settle':
      await eventually('nothing on its way', () => wire.is_down || chat.connection.get().status === 'connected')
      return
    case 'older':
      here.loadOlder().catch(() => undefined)
      return
    case 'newer':
      here.loadNewer().catch(() => undefined)
      return
    case 'newest':
      here.jumpToNewest().catch(() => undefined)
      return
    case 'jump': {
      const id = pick(now.which)
      if (id !== undefined) here.jumpTo(id).catch(() => undefined)
      return
    }
    case 'thread': {
      const id = pick(now.which)
      if (id === undefined || own.threads.size > 2 || own.threads.has(id)) return
      own.threads.add(id)
      here.thread(id).open()
      return
    }
    default:
      return change_(own, now, send)
  }
}

async function change_(
  own: Scene,
  now: Extract<Step, { by_bob: boolean }>,
  send: (body: object, token: string) => Promise<void>,
) {
  const token = now.by_bob && 'room_id' in own.place ? bob.token : ada.token
  const id = own.ids[now.which % Math.max(1, own.ids.length)]
  if (now.do === 'send') return send({}, token)
  if (id === undefined) return
  switch (now.do) {
    case 'reply':
      return send({ parent_id: id }, token)
    case 'edit':
      await server.ask(`PUT /messages/${id}`, { content: `edited ${now.which}` }, token)
      return
    case 'delete':
      await server.ask(`DELETE /messages/${id}`, undefined, ada.token)
      return
    case 'pin':
    case 'unpin':
      await server.ask(`POST /messages/${id}/pin`, { pin: now.do === 'pin' }, ada.token)
      return
    case 'react':
      await server.ask(`POST /messages/${id}/reactions`, { emoji: now.which % 2 ? '👍' : '🎉' }, token)
      return
    case 'unreact':
      await server.ask(`DELETE /messages/${id}/reactions/${encodeURIComponent(now.which % 2 ? '👍' : '🎉')}`, undefined, token) // prettier-ignore
  }
}

/** Everything, as somebody who has just come sees it. */
async function fresh(own: Scene) {
  const chat = chatOf(server, ada.token, { max_messages: 5000 })
  await chat.connect()
  const here = await opened(chat.conversation(own.place))
  while (here.timeline.get().has_older) await here.loadOlder()
  const threads = new Map<number, Message[]>()
  for (const id of own.threads) {
    const thread = here.thread(id)
    const close = thread.open()
    await eventually('the thread', () => ['ready', 'failed'].includes(thread.timeline.get().status))
    while (thread.timeline.get().has_older) await thread.loadOlder()
    threads.set(id, messagesOf(thread))
    close()
  }
  await eventually('the pins', async () => {
    const { messages } = await chat.command('get_pinned_messages', own.place)
    return JSON.stringify(messages) === JSON.stringify(here.pinned.get())
  })
  const all = { messages: messagesOf(here), threads, pinned: here.pinned.get() }
  chat.close()
  return all
}

const pieceOf = (all: readonly Message[], { timeline }: Pick<Conversation, 'timeline'>, held: readonly Message[]) => {
  const { has_older, has_newer } = timeline.get()
  return all.filter(
    ({ id }) => (!has_older || id >= (held[0]?.id ?? 0)) && (!has_newer || id <= (held.at(-1)?.id ?? Infinity)),
  )
}

test.each(['room', 'dm'] as const)('the store of a %s is what a fresh client loads', async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 90, size: 'max' }), async (steps) => {
      const own = await scene(kind)
      for (const each of steps) await play(own, each)
      own.wire.is_down = false
      own.losses = 0
      await eventually('a connection', () => own.chat.connection.get().status === 'connected', 40_000)
      // A reply to what was deleted is refused, and stays.
      await eventually('an empty outbox', () => own.chat.outbox.get().every(({ status }) => status === 'failed'), 20_000) // prettier-ignore
      // What expires has expired, and the last of all shows holes that nothing came after.
      await server.ask(`POST ${address(own)}`, { content: 'soon gone', expires_in: 1 }, ada.token)
      await eventually('the expiry', async () => {
        const { data } = await server.ask(`GET ${address(own)}?limit=100`, undefined, ada.token)
        return (data as { messages: Message[] }).messages.every(({ expires_at }) => expires_at === undefined)
      })
      await own.here.jumpToNewest()
      await server.ask(`POST ${address(own)}`, { content: 'the last' }, ada.token)
      await eventually('the last', () => messagesOf(own.here).at(-1)?.content === 'the last', 20_000)
      await eventually('the threads', () => [...own.threads].every((id) => own.here.thread(id).timeline.get().status === 'ready')) // prettier-ignore

      // The server stops giving it before it tells that it is gone.
      await eventually('the event of the expiry', () => messagesOf(own.here).every(({ expires_at }) => expires_at === undefined)) // prettier-ignore

      const wanted = await fresh(own)
      const held = messagesOf(own.here)
      expect(held).toEqual(pieceOf(wanted.messages, own.here, held))
      expect(pendingOf(own.here).filter(({ status }) => status !== 'failed')).toEqual([])
      expect(own.here.pinned.get()).toEqual(wanted.pinned)
      for (const [id, messages] of wanted.threads) {
        const thread = own.here.thread(id)
        const replies = messagesOf(thread)
        expect(replies).toEqual(pieceOf(messages, thread, replies))
      }
      own.chat.close()
    }),
    { numRuns: Number(process.env['RUNS'] ?? 12), seed: Number(process.env['SEED'] ?? 5), endOnFailure: true },
  )
})
