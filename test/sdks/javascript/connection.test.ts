import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import type { ChatOptions, ConnectionState } from '../../../sdks/javascript/src/index.ts'
import { delayOf } from '../../../sdks/javascript/src/backoff.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats, contentsOf, eventually, opened, sockets } from './people.ts'
import { error } from './scripted-room.ts'
import { type Script, startScript } from './scripted-server.ts'

setDefaultTimeout(30_000)

let server: TestServer
let ada: Account

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
})
afterEach(closeChats)
afterAll(() => server.close())

describe('connecting', () => {
  test('tells who one is, once, however often it is asked for', async () => {
    const wire = sockets()
    const chat = chatOf(server, ada.token, { WebSocket: wire.WebSocket })
    expect(chat.connection.get()).toEqual({ status: 'idle' })
    await Promise.all([chat.connect(), chat.connect()])
    await chat.connect()
    expect(wire.opened).toBe(1)
    expect(chat.me.get()).toMatchObject({ id: ada.id, username: 'ada', role: 'user', limits: { max_message_length: 2000 } }) // prettier-ignore
    expect(chat.connection.get().status).toBe('connected')
  })

  test.each([
    (url: string) => url,
    (url: string) => `${url}/`,
    (url: string) => `${url.replace('http', 'ws')}/ws`,
    (url: string) => `${url.replace('http', 'ws')}/ws/`,
  ])('takes the address in any form', async (form) => {
    const chat = chatOf({ url: form(server.url) }, ada.token)
    await chat.connect()
    expect(await chat.rest('GET /users/me')).toMatchObject({ username: 'ada' })
  })

  test('a command waits for the connection, and not for ever', async () => {
    const chat = chatOf(server, ada.token)
    const pong = chat.command('ping', { timestamp: 7 })
    await expect(chat.command('ping', {}, { timeout_ms: 20 })).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    await chat.connect()
    expect(await pong).toMatchObject({ timestamp: 7 })
  })

  test('hundreds of commands at once flood nobody', async () => {
    const chat = chatOf(server, ada.token)
    await chat.connect()
    const asked = Array.from({ length: 400 }, (_, timestamp) => chat.command('ping', { timestamp }))
    expect((await Promise.all(asked)).map(({ timestamp }) => timestamp)).toEqual(Array.from({ length: 400 }, (_, n) => n)) // prettier-ignore
    expect(chat.connection.get().status).toBe('connected')
  })

  test('a refusal is a ChatError with the code of the server', async () => {
    const chat = chatOf(server, ada.token, { locale: 'fr' })
    await chat.connect()
    const refusal = chat.command('join_room', { room_id: 'nowhere' })
    await expect(refusal).rejects.toMatchObject({ name: 'ChatError', code: 'ROOM_NOT_FOUND', retry_after: null, message: 'Ce salon n’existe pas.' }) // prettier-ignore
  })

  test('another language is taken up on the same socket, and by every request after', async () => {
    const wire = sockets()
    let locale: 'en' | 'fr' = 'en'
    const chat = chatOf(server, ada.token, { WebSocket: wire.WebSocket, locale: () => locale })
    await chat.connect()
    locale = 'fr'
    await chat.refresh()
    const message = 'Ce salon n’existe pas.'
    await expect(chat.command('join_room', { room_id: 'nowhere' })).rejects.toMatchObject({ message })
    await expect(chat.rest('GET /rooms/{id}', { path: { id: 'nowhere' } })).rejects.toMatchObject({ message })
    expect(wire.opened).toBe(1)
  })

  test('disconnect ends it, and connect begins anew', async () => {
    const chat = chatOf(server, ada.token)
    const room = chat.conversation({ room_id: await server.room(ada) })
    await chat.connect()
    await opened(room)
    chat.disconnect()
    expect(chat.connection.get()).toEqual({ status: 'idle' })
    room.send('later')
    await chat.connect()
    await eventually('the message', () => contentsOf(room).includes('later'))
    chat.close()
    await expect(chat.connect()).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('events come typed and in order, until one does not want them', async () => {
    const chat = chatOf(server, ada.token)
    const room_id = await server.room(ada)
    await chat.connect()
    await opened(chat.conversation({ room_id }))
    const seen: string[] = []
    const stop = chat.on('room_message', ({ content }) => seen.push(content))
    for (const content of ['1', '2', '3']) await chat.command('send_message', { room_id, content })
    await eventually('all three', () => seen.length === 3)
    stop()
    await chat.command('send_message', { room_id, content: '4' })
    await eventually('the fourth', () => contentsOf(chat.conversation({ room_id })).length === 4)
    expect(seen).toEqual(['1', '2', '3'])
  })
})

describe('coming back', () => {
  test('to more conversations than one frame resumes makes nobody a member again', async () => {
    const script = startScript({})
    const joined = (point: object) => ({ ...point, slug: 'kitchen', is_public: true, seq: 7, last_message_id: null, message_number: 0, last_read_number: 0, unread_count: 0, missed: [] }) // prettier-ignore
    let is_out = false
    script.answer = ({ type, data }) => {
      if (type === 'authenticate' || type === 'ping') return undefined
      if (type !== 'join_room') return { type: 'page', data: { messages: [], has_more: false, seq: 7 } }
      return is_out && data['room_id'] === 205
        ? error('PERMISSION_DENIED')
        : { type: 'room_joined', data: joined(data) }
    }
    const chat = chatOf(script, () => 'token')
    await chat.connect()
    const rooms = Array.from({ length: 205 }, (_, index) => chat.conversation({ room_id: index + 1 }))
    for (const room of rooms) room.open()
    const asked = (type: string) => script.heard.filter((each) => each.type === type)
    await eventually('all joined', () => asked('join_room').length === 205)
    is_out = true
    script.close(1001)
    const resumed = () => asked('authenticate').flatMap(({ data }) => (data['resume'] ?? []) as { room_id: number }[])
    await eventually('all resumed', () => resumed().length === 205)
    await eventually('the refusal', () => rooms[204]?.timeline.get().status === 'failed')
    expect(new Set(resumed().map(({ room_id }) => room_id)).size).toBe(205)
    expect(asked('join_room')).toHaveLength(205)
    await script.stop()
  })

  test('what was missed is there, in one round', async () => {
    const wire = sockets()
    const chat = chatOf(server, ada.token, { WebSocket: wire.WebSocket })
    const places = [await server.room(ada), await server.room(ada), await server.room(ada)]
    await chat.connect()
    const rooms = places.map((room_id) => chat.conversation({ room_id }))
    await Promise.all(rooms.map(opened))
    wire.is_down = true
    wire.cut()
    await eventually('the end', () => chat.connection.get().status === 'waiting')
    for (const room_id of places)
      await server.ask(`POST /rooms/${room_id}/messages`, { content: `missed in ${room_id}` }, ada.token)
    wire.is_down = false
    await eventually('the beginning', () => chat.connection.get().status === 'connected')
    expect(rooms.map((room) => contentsOf(room)[0])).toEqual(places.map((room_id) => `missed in ${room_id}`))
  })

  test('the list is right again as well', async () => {
    const bob = await server.register(`bob${crypto.randomUUID().slice(0, 6)}`)
    const room_id = await server.room(ada)
    const wire = sockets()
    const chat = chatOf(server, ada.token, { WebSocket: wire.WebSocket })
    await chat.connect()
    wire.is_down = true
    wire.cut()
    await server.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
    await server.ask(`POST /rooms/${room_id}/messages`, { content: '@ada' }, bob.token)
    wire.is_down = false
    const row = () => chat.conversations.get()?.find(({ ref }) => 'room_id' in ref && ref.room_id === room_id)
    await eventually('the count', () => row()?.unread_count === 1)
    expect(row()).toMatchObject({ mention_count: 1, message_number: 1, last_read_number: 0 })
  })

  test('waits grow up to half a minute, and no two are the same', () => {
    const waits = Array.from({ length: 12 }, (_, attempt) => delayOf(attempt, () => 1))
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, ...Array.from({ length: 6 }, () => 30_000)])
    expect(delayOf(3, () => 0)).toBe(2000)
    expect(new Set(Array.from({ length: 20 }, () => delayOf(9))).size).toBeGreaterThan(15)
  })
})

describe('tokens', () => {
  test('a new one is asked for before the end, and the socket stays', async () => {
    const short = await startServer({ security: { jwt_access_duration: 62_000 } })
    const eve = await short.register('eve')
    const wire = sockets()
    let asked = 0
    const chat = chatOf(short, async () => {
      asked++
      return (await short.login('eve')).token
    }, { WebSocket: wire.WebSocket }) // prettier-ignore
    await chat.connect()
    const first = chat.me.get()?.session_id
    await eventually('another token', () => asked >= 2)
    await eventually('another session', () => chat.me.get()?.session_id !== first)
    expect(wire.opened).toBe(1)
    expect(chat.me.get()?.id).toBe(eve.id)
    await short.close()
  })

  test('those that are good for seconds only are renewed half-way, and not without end', async () => {
    const brief = await startServer({ security: { jwt_access_duration: 3000 } })
    await brief.register('eve')
    const wire = sockets()
    const asked: number[] = []
    const chat = chatOf(brief, async () => {
      asked.push(performance.now())
      return (await brief.login('eve')).token
    }, { WebSocket: wire.WebSocket }) // prettier-ignore
    await chat.connect()
    await eventually('the fourth token', () => asked.length >= 4)
    expect((asked[3] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(3000)
    expect(wire.opened).toBe(1)
    await brief.close()
  })

  test('one that is refused is replaced once, and the place that gives them is told which', async () => {
    const told: (string | undefined)[] = []
    const chat = chatOf(server, (refused) => {
      told.push(refused)
      return refused === undefined ? 'not a token' : ada.token
    })
    await chat.connect()
    expect(told).toEqual([undefined, 'not a token'])
  })

  test('two that are refused end it', async () => {
    const chat = chatOf(server, () => 'not a token')
    await expect(chat.connect()).rejects.toMatchObject({ code: 'INVALID_TOKEN' })
    expect(chat.connection.get()).toEqual({ status: 'stopped', code: 4401, reason: 'INVALID_TOKEN' })
  })

  test('a place that fails is asked again; one that says SIGNED_OUT is not', async () => {
    let asked = 0
    const chat = chatOf(server, () => {
      if (++asked < 3) throw new Error('not now')
      return ada.token
    })
    await chat.connect()
    expect(asked).toBe(3)
    const gone = chatOf(server, () => Promise.reject(Object.assign(new Error('gone'), { code: 'SIGNED_OUT' })))
    await expect(gone.connect()).rejects.toMatchObject({ code: 'SIGNED_OUT' })
    expect(gone.connection.get()).toMatchObject({ status: 'stopped', reason: 'SIGNED_OUT' })
  })

  test('when the session is ended, so is the client', async () => {
    const eve = await server.register(`eve${crypto.randomUUID().slice(0, 6)}`)
    const chat = chatOf(server, eve.token)
    await chat.connect()
    await server.ask('POST /auth/logout', undefined, eve.token)
    await eventually('the end', () => chat.connection.get().status === 'stopped')
    expect(chat.connection.get()).toMatchObject({ code: 4401, reason: 'SESSION_REVOKED' })
  })

  test('a REST request that is refused asks for another token, once', async () => {
    let asked = 0
    const chat = chatOf(server, () => (++asked === 1 ? 'not a token' : ada.token))
    expect(await chat.rest('GET /users/me')).toMatchObject({ username: 'ada' })
    expect(asked).toBe(2)
  })

  // Each would count twice against the limit of tries, and end the session's token for nothing.
  test.each([
    ['password', { body: { current_password: 'wrong horse', new_password: 'battery staple' } }],
    ['2fa/enable', { body: { password: 'wrong horse' } }],
  ] as const)('a wrong password for %s is sent once, and no other token is asked for', async (path, parts) => {
    const sent: string[] = []
    let asked = 0
    const token = () => {
      asked++
      return ada.token
    }
    const chat = chatOf(server, token, {
      fetch: (address, init) => {
        sent.push(address)
        return fetch(address, init)
      },
    })
    const request = path === 'password' ? 'POST /auth/password' : 'POST /auth/2fa/enable'
    await expect(chat.rest(request, parts as never)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect({ sent, asked }).toEqual({ sent: [`${server.url}/api/v1/auth/${path}`], asked: 1 })
  })
})

describe('a close', () => {
  const scripts: Script[] = []
  const scripted = async (script: Partial<Script>, options: Partial<ChatOptions> = {}) => {
    const own = startScript(script)
    scripts.push(own)
    const chat = chatOf(own, () => 'token', options)
    await chat.connect()
    return { own, chat }
  }
  afterAll(() => Promise.all(scripts.map((script) => script.stop())))

  test.each([
    [4403, 'USER_BANNED'],
    [4409, 'CONNECTION_LIMIT_EXCEEDED'],
  ])('with %i stops', async (code, reason) => {
    const { own, chat } = await scripted({})
    own.send({ type: 'error', data: { code: reason, message: '', severity: 'high', retry_after: null, action: null } })
    own.close(code)
    await eventually('the end', () => chat.connection.get().status === 'stopped')
    expect(chat.connection.get()).toEqual({ status: 'stopped', code, reason })
    await expect(chat.connect()).resolves.toBeUndefined()
  })

  test.each([1000, 1001, 1009, 1011, 4008, 4408])('with %i is followed by another try at once', async (code) => {
    const { own, chat } = await scripted({})
    own.close(code)
    const state = await waiting(chat)
    expect(state).toMatchObject({ code, attempt: 1 })
    expect(state.retry_at - Date.now()).toBeLessThanOrEqual(500)
    await eventually('another', () => chat.connection.get().status === 'connected')
    expect(own.connections).toBe(2)
  })

  test.each([
    [4429, 2000],
    [4400, 15_000],
  ])('with %i is followed by a longer wait', async (code, least_ms) => {
    const { own, chat } = await scripted({})
    own.close(code)
    expect((await waiting(chat)).retry_at - Date.now()).toBeGreaterThan(least_ms - 100)
    // Somebody who does not want to wait.
    await chat.connect()
    expect(own.connections).toBe(2)
  })

  test('with 4401 is followed by another token', async () => {
    const { own, chat } = await scripted({})
    own.close(4401)
    await eventually('another', () => own.connections === 2 && chat.connection.get().status === 'connected')
  })

  test('with 4503 is followed by the time that the server told', async () => {
    const { own, chat } = await scripted({})
    own.send({ type: 'server_draining', data: { reconnect_in_ms: 4000 } })
    own.close(4503)
    const rest = (await waiting(chat)).retry_at - Date.now()
    expect(rest).toBeGreaterThan(3500)
    expect(rest).toBeLessThan(4500)
  })

  test('that does not come, of a dead link, is noticed', async () => {
    const { own, chat } = await scripted({ heartbeat_interval: 0.2, ignores_pings: true })
    await eventually('another connection', () => own.connections === 2, 20_000)
    expect(chat.connection.get()).not.toMatchObject({ status: 'stopped' })
  })

  test('refuses the commands that wait for an answer', async () => {
    const { own, chat } = await scripted({ ignores_pings: true })
    const asked = chat.command('ping', {})
    await eventually('the ping', () => own.heard.some(({ type }) => type === 'ping'))
    own.close(4008)
    await expect(asked).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  })

  const waiting = (chat: { connection: { get(): ConnectionState } }) =>
    eventually('the wait', () => {
      const state = chat.connection.get()
      return state.status === 'waiting' ? state : undefined
    })
})

test('a server that goes away in its own time is come back to', async () => {
  const own = await startServer({ server: { bind_addr: '127.0.0.1:0', drain_seconds: 1 } })
  const eve = await own.register('eve')
  const chat = chatOf(own, eve.token)
  await chat.connect()
  const draining = new Promise<number>((resolve) => chat.on('server_draining', (data) => resolve(data.reconnect_in_ms)))
  const closing = own.close()
  expect(await draining).toBeGreaterThanOrEqual(0)
  await eventually('the close', () => chat.connection.get().status === 'waiting')
  expect(chat.connection.get()).toMatchObject({ status: 'waiting' })
  await closing
})
