// A server that goes away sends its clients to another one: nobody waits without a connection, and nothing is lost or comes twice.
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import type { Chat, ConnectionState } from '../../../sdks/javascript/src/index.ts'
import { createExchange, createMemoryBus } from '../../../src/platform/bus/index.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats, contentsOf, eventually, messagesOf, opened } from './people.ts'
import { room_id, scriptedRoom } from './scripted-room.ts'
import { type Answer, type Script, startScript } from './scripted-server.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let elsewhere: TestServer
let ada: Account
let bob: Account
const exchange = createExchange()
const start = (drain_seconds: number, port = 0) =>
  startServer({ server: { bind_addr: `127.0.0.1:${port}`, drain_seconds } }, database, {
    bus: createMemoryBus(exchange),
  })

beforeAll(async () => {
  database = await createDatabase()
  elsewhere = await start(0)
  ada = await elsewhere.register('ada')
  bob = await elsewhere.register('bob')
})
afterEach(closeChats)
afterAll(async () => {
  await elsewhere.close()
  await database.drop()
})

/** Sockets to one address, which a balancer sends to another server from now on. */
function balanced(to: { wsUrl: string }) {
  const own = { to, opened: 0, codes: [] as number[], WebSocket: globalThis.WebSocket }
  own.WebSocket = function () {
    own.opened++
    const socket = new globalThis.WebSocket(own.to.wsUrl)
    socket.addEventListener('close', ({ code }) => own.codes.push(code))
    return socket
  } as unknown as typeof WebSocket
  return own
}

/** Every state from now on. */
function statesOf(chat: Chat): ConnectionState['status'][] {
  const states: ConnectionState['status'][] = []
  chat.connection.subscribe(() => states.push(chat.connection.get().status))
  return states
}

const told = (chat: Chat) =>
  new Promise<void>((resolve) => chat.on('server_draining', ({ reconnect_in_ms }) => reconnect_in_ms > 0 && resolve()))

describe('a client whose server drains', () => {
  test('is on another one before the old one lets go, and hears and says everything once', async () => {
    const first = await start(2)
    const wire = balanced(first)
    const chat = chatOf(first, ada.token, { WebSocket: wire.WebSocket })
    // Enough others that the server takes its time.
    const others = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const other = chatOf(first, bob.token, { WebSocket: balanced(first).WebSocket })
        await other.connect()
        return other
      }),
    )
    await chat.connect()
    const room_id = await elsewhere.room(ada)
    await elsewhere.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
    const room = await opened(chat.conversation({ room_id }))
    const { conversation_id } = await chat.command('create_dm', { user_id: bob.id })
    const heard: string[] = []
    for (const type of ['room_message', 'dm_message'] as const) chat.on(type, ({ content }) => heard.push(content))
    const states = statesOf(chat)
    const draining = told(chat)
    const said: string[] = []
    const say = async () => {
      const content = `line ${said.length}`
      said.push(content)
      if (said.length % 3 === 0) await chat.command('send_dm', { conversation_id, content })
      else if (said.length % 3 === 1) room.send(content)
      else await elsewhere.ask(`POST /rooms/${room_id}/messages`, { content }, bob.token)
    }
    await say()
    const closing = first.close()
    await draining
    wire.to = elsewhere
    await eventually('another connection and the end of the old one', async () => {
      await say()
      return wire.codes.length > 0
    })
    for (let more = 0; more < 6; more++) await say()
    await eventually('all of it', () => heard.length >= said.length)
    expect(heard.toSorted()).toEqual(said.toSorted())
    const of_room = said.filter((_, at) => (at + 1) % 3 !== 0)
    await eventually('all of the room', () => contentsOf(room).length >= of_room.length)
    expect(contentsOf(room).toSorted()).toEqual(of_room.toSorted())
    expect(states.filter((status) => status !== 'connected')).toEqual([])
    expect([wire.opened, wire.codes]).toEqual([2, [4503]])
    for (const other of others) other.close()
    await closing
  })

  test('that is the only one, comes back when there is one again', async () => {
    const first = await start(1)
    const { port } = first
    const chat = chatOf(first, ada.token)
    await chat.connect()
    const room = await opened(chat.conversation({ room_id: await elsewhere.room(ada) }))
    const draining = told(chat)
    const closing = first.close()
    await draining
    room.send('one')
    await closing
    room.send('two')
    const again = await start(0, port)
    await eventually('both', () => contentsOf(room).length === 2 && chat.outbox.get().length === 0)
    expect(contentsOf(room)).toEqual(['one', 'two'])
    await again.close()
  })
})

describe('a link that is to take the place of another', () => {
  const scripts: Script[] = []
  afterAll(() => Promise.all(scripts.map((script) => script.stop())))
  const scripted = async (answer: Script['answer'] = () => undefined) => {
    const [old, next] = [startScript({}), startScript({})]
    scripts.push(old, next)
    next.answer = answer
    const wire = balanced({ wsUrl: old.url.replace('http', 'ws') })
    const chat = chatOf(old, () => 'token', { WebSocket: wire.WebSocket })
    await chat.connect()
    wire.to = { wsUrl: next.url.replace('http', 'ws') }
    return { old, next, wire, chat, states: statesOf(chat) }
  }
  const drain = (script: Script, reconnect_in_ms: number) =>
    script.send({ type: 'server_draining', data: { reconnect_in_ms } })
  const message = (message_id: number) => ({ type: 'mention', data: { room_id: 1, message_id, author_id: 2, username: 'bob', preview: '' } }) // prettier-ignore

  test('is refused: the old one goes on, and after its close it is tried again', async () => {
    let refusals = 0
    const { old, next, chat, states } = await scripted(
      ({ type }) =>
      type === 'authenticate' && ++refusals === 1 ? { type: 'auth_error', data: { code: 'SERVICE_UNAVAILABLE' } } : undefined, // prettier-ignore
    )
    drain(old, 100)
    await eventually('the refusal', () => refusals === 1)
    expect(await chat.command('ping', {})).toEqual({} as never)
    expect(states).toEqual([])
    old.close(4503)
    await eventually('the next one', () => states.at(-1) === 'connected')
    expect(states).toEqual(['waiting', 'connecting', 'connected'])
    expect(next.connections).toBe(2)
  })

  test('is told to begin the copy anew, and asks for that once', async () => {
    const history = scriptedRoom(100)
    const { old, next, chat } = await scripted((asked) => {
      const answer = history.answer(asked)
      return asked.type === 'join_room' ? ({ ...answer, data: { ...answer?.data, reset: true } } as Answer) : answer
    })
    old.answer = history.answer
    const room = await opened(chat.conversation({ room_id }))
    history.last = 400
    drain(old, 100)
    await eventually('the newest', () => messagesOf(room).at(-1)?.id === 400)
    await chat.command('ping', {})
    expect(next.heard.filter(({ type }) => type === 'authenticate')).toHaveLength(1)
  })

  test('does not bring one back into a room that one was put out of before it was ready', async () => {
    const let_in = Promise.withResolvers<undefined>()
    const history = scriptedRoom(100)
    const { old, next, chat } = await scripted((asked) =>
      asked.type === 'authenticate' ? let_in.promise : history.answer(asked),
    )
    old.answer = history.answer
    const room = await opened(chat.conversation({ room_id }))
    drain(old, 100)
    await eventually('the question', () => next.heard.length === 1)
    expect(next.heard[0]?.data['resume']).toHaveLength(1)
    old.send({ type: 'member_left', data: { room_id, user_id: 1, username: 'ada', reason: 'kicked' } })
    await eventually('the end', () => room.timeline.get().status === 'failed')
    let_in.resolve(undefined)
    await eventually('the next one', () => chat.command('ping', {}).then(() => next.heard.some(({ type }) => type === 'ping'))) // prettier-ignore
    expect(next.heard.map(({ type }) => type)).not.toContain('join_room')
    expect(room.timeline.get().status).toBe('failed')
  })

  test('is all there is when the old one closes before it is ready', async () => {
    const let_in = Promise.withResolvers<undefined>()
    const { old, next, states } = await scripted(({ type }) => (type === 'authenticate' ? let_in.promise : undefined))
    drain(old, 100)
    await eventually('the question', () => next.heard.length === 1)
    old.close(4503)
    await eventually('the close', () => states.length > 0)
    let_in.resolve(undefined)
    await eventually('the next one', () => states.at(-1) === 'connected')
    expect(states).toEqual(['connecting', 'connected'])
    expect(next.connections).toBe(1)
  })

  test('tells what both have told only once, and answers to what was asked before still come', async () => {
    const let_in = Promise.withResolvers<undefined>()
    const { old, next, chat } = await scripted(({ type }) => (type === 'authenticate' ? let_in.promise : undefined))
    const heard: number[] = []
    chat.on('mention', ({ message_id }) => heard.push(message_id))
    const late = Promise.withResolvers<undefined>()
    old.answer = ({ type }) => (type === 'ping' ? late.promise : undefined)
    const pong = chat.command('ping', {})
    drain(old, 100)
    await eventually('the question', () => next.heard.length === 1)
    old.send(message(1))
    await eventually('the first', () => heard.length === 1)
    let_in.resolve(undefined)
    await eventually('the change', () => next.heard.length > 0 && chat.connection.get().status === 'connected')
    next.send(message(1))
    next.send(message(2))
    await eventually('the second', () => heard.includes(2))
    old.send(message(3))
    late.resolve(undefined)
    await pong
    next.send(message(3))
    await eventually('the third', () => heard.includes(3))
    // What the other one has in what it told on joining is an event of the old one alone.
    old.send(message(4))
    await eventually('the fourth', () => heard.includes(4))
    expect(heard).toEqual([1, 2, 3, 4])
  })

  test('is left when one does not want to be connected any more', async () => {
    const let_in = Promise.withResolvers<undefined>()
    const { old, next, wire, chat } = await scripted(({ type }) => (type === 'authenticate' ? let_in.promise : undefined)) // prettier-ignore
    drain(old, 100)
    await eventually('the question', () => next.heard.length === 1)
    chat.disconnect()
    await eventually('both ends', () => wire.codes.length === 2)
    expect(chat.connection.get()).toEqual({ status: 'idle' })
  })
})
