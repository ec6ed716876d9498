// What happens at moments that a real server hardly ever has: each of these went wrong once.
import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { type ChatOptions, type Conversation, memoryOutbox, type OutboxStorage } from '../../../sdks/javascript/src/index.ts' // prettier-ignore
import { Refusal } from '../../../sdks/javascript/src/errors.ts'
import { createOutbox } from '../../../sdks/javascript/src/outbox.ts'
import { chatOf, closeChats, eventually, messagesOf, opened, pendingOf } from './people.ts'
import { error, message, room_id, scriptedRoom } from './scripted-room.ts'
import { type Answer, type Asked, type Script, startScript } from './scripted-server.ts'

setDefaultTimeout(15_000)

const scripts: Script[] = []
afterEach(async () => {
  closeChats()
  await Promise.all(scripts.splice(0).map((script) => script.stop()))
})

async function start(last = 100, options: Partial<ChatOptions> = {}) {
  const script = startScript({})
  scripts.push(script)
  const history = scriptedRoom(last)
  script.answer = history.answer
  const chat = chatOf(script, options.token ?? (() => 'token'), options)
  await chat.connect()
  /** Bob writes the next message. */
  const live = () => script.send({ type: 'room_message', data: message(++history.last) })
  const sent = () => script.heard.filter(({ type }) => type === 'send_message').map(({ data }) => data['content'])
  return { script, history, chat, room: chat.conversation({ room_id }), live, sent }
}

const ids = (room: Pick<Conversation, 'timeline'>) => messagesOf(room).map(({ id }) => id)
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** A promise, and what lets it go on. */
const gate = () => Promise.withResolvers<void>()

describe('the timeline', () => {
  test('has what came between a page and a joining that was refused for a moment', async () => {
    const { script, history, room, live } = await start()
    let joins = 0
    script.answer = (asked) =>
      asked.type === 'join_room' && ++joins === 1 ? error('RATE_LIMIT_EXCEEDED', 0.3) : history.answer(asked)
    await opened(room)
    expect(joins).toBe(1)
    history.last = 105
    await eventually('the second joining', () => joins === 2)
    await eventually('what came between', () => ids(room).includes(105))
    live()
    await eventually('the next', () => ids(room).includes(106))
    expect(ids(room)).toEqual(upTo(ids(room)[0] ?? 0, 106))
  })

  test.each<[string, Answer]>([
    ['refused', { type: 'auth_error', data: { code: 'TOKEN_EXPIRED', message: '', retry_after: null } }],
    ['not heard', error('INTERNAL_ERROR')],
  ])(
    'is gone on with, and not joined anew, when the token was %s as what was lost was asked for',
    async (_, answer) => {
      const { script, history, chat, room, live } = await start()
      await opened(room)
      const [first] = ids(room)
      const failures: string[] = []
      room.timeline.subscribe(() => failures.push(...(room.timeline.get().status === 'failed' ? ['failed'] : [])))
      let refusals = 0
      script.answer = (asked) => {
        if (asked.type !== 'authenticate' || ++refusals > 1) return history.answer(asked)
        if (answer?.type === 'auth_error') queueMicrotask(() => script.close(4401))
        return answer
      }
      history.last = 103
      script.send({ type: 'resync', data: { room_id, seq: 103 } })
      await eventually('what was lost', () => ids(room).includes(103) && chat.connection.get().status === 'connected')
      live()
      await eventually('the next', () => ids(room).includes(104))
      expect(ids(room)).toEqual(upTo(first ?? 0, 104))
      expect(script.heard.filter(({ type }) => type === 'join_room')).toHaveLength(1)
      expect(failures).toEqual([])
    },
  )

  test('is gone on with when there was no token for a moment as what was lost was asked for', async () => {
    let is_away = false
    let asked = 0
    const token = () => (++asked, is_away ? Promise.reject(new Refusal('NOT_CONNECTED')) : Promise.resolve('token'))
    const { script, history, room } = await start(100, { token })
    await opened(room)
    is_away = true
    script.send({ type: 'token_expiring', data: {} })
    history.last = 103
    script.send({ type: 'resync', data: { room_id, seq: 103 } })
    await eventually('the asking', () => asked > 2)
    is_away = false
    await eventually('what was lost', () => ids(room).includes(103))
    expect(script.connections).toBe(1)
  })

  test('begins anew by jumpToNewest when it failed, and by the next connection', async () => {
    const { script, history, chat, room } = await start()
    script.answer = (asked) => (asked.type === 'join_room' ? error('INTERNAL_ERROR') : history.answer(asked))
    const failed = () => eventually('the failure', () => room.timeline.get().status === 'failed')
    room.open()
    await failed()
    await room.jumpToNewest()
    await failed()
    script.answer = history.answer
    await room.jumpToNewest()
    await eventually('the page', () => room.timeline.get().status === 'ready')

    const other = chat.conversation({ room_id: 'kitchen' })
    script.answer = (asked) => (asked.type === 'join_room' ? error('INTERNAL_ERROR') : history.answer(asked))
    other.open()
    await eventually('the failure', () => other.timeline.get().status === 'failed')
    script.answer = history.answer
    script.close(1011)
    await eventually('the page after the next connection', () => other.timeline.get().status === 'ready')
  })

  test('has no hole when live messages push out the end that an older page is on its way to', async () => {
    const { script, history, room, live } = await start(300, { max_messages: 60 })
    await opened(room)
    const held = gate()
    script.answer = async (asked) => {
      if (asked.type === 'get_history' && asked.data['before_id'] === 251) await held.promise
      return history.answer(asked)
    }
    const older = room.loadOlder()
    await eventually('the request', () => script.heard.some(({ data }) => data['before_id'] === 251))
    while (history.last < 345) live()
    await eventually('the last', () => ids(room).at(-1) === 345)
    expect(ids(room)[0]).toBeGreaterThan(251)
    held.resolve()
    await older
    expect(ids(room)).toEqual(upTo(ids(room)[0] ?? 0, ids(room).at(-1) ?? 0))
    expect(ids(room)[0]).toBeLessThan(290)
  })

  test('keeps what somebody looks at, however many come meanwhile, and no more when they look at the newest', async () => {
    const { history, room, live } = await start(100, { max_messages: 60 })
    await opened(room)
    room.keepFrom(70)
    while (history.last < 300) live()
    await eventually('the last', () => ids(room).at(-1) === 300)
    expect(ids(room)).toEqual(upTo(ids(room)[0] ?? 0, 300))
    expect(ids(room)[0]).toBeLessThanOrEqual(70)
    room.keepFrom(null)
    live()
    await eventually('the next', () => ids(room).at(-1) === 301)
    expect(ids(room)).toEqual(upTo(242, 301))
  })

  test('grows at its own end, whatever another thread of the same parent is waiting for', async () => {
    const { script, history, room } = await start(300)
    await opened(room)
    const held = gate()
    const replies = (asked: Asked) => {
      const { data } = history.answer(asked) as { data: { messages: object[] } }
      return { type: 'room_history', data: { ...data, messages: data.messages.map((each) => ({ ...each, parent_id: 5 })) } }
    } // prettier-ignore
    let is_held = true
    script.answer = async (asked) => {
      if (asked.data['parent_id'] === undefined) return history.answer(asked)
      if (asked.data['before_id'] !== undefined && is_held) await held.promise
      return replies(asked)
    }
    const thread = room.thread(5)
    const close = thread.open()
    await eventually('the replies', () => messagesOf(thread).length === 50)
    const first = thread.loadOlder()
    await eventually('the request', () => script.heard.some(({ data }) => 'parent_id' in data && 'before_id' in data))
    close()
    is_held = false
    thread.open()
    await eventually('the replies again', () => messagesOf(thread).length === 50)
    await thread.loadOlder()
    expect(messagesOf(thread)).toHaveLength(100)
    held.resolve()
    await first
  })
})

describe('a jump', () => {
  test('at once after opening arrives, although the newest page comes first', async () => {
    const { room } = await start(1000)
    room.open()
    await room.jumpTo(300)
    expect(ids(room)).toContain(300)
  })

  test('that follows another is the one that counts', async () => {
    const { room } = await start(1000)
    await opened(room)
    await Promise.all([room.jumpTo(200), room.jumpTo(600)])
    expect(ids(room)).toContain(600)
  })

  test('on its way is given up by a jump to the newest', async () => {
    const { room } = await start(1000)
    await opened(room)
    await Promise.all([room.jumpTo(200), room.jumpToNewest()])
    expect(ids(room).at(-1)).toBe(1000)
  })
})

test('a thread may be closed before its page comes', async () => {
  const { script, history, room } = await start()
  await opened(room)
  const held = gate()
  const asked_for: Asked[] = []
  script.answer = async (asked) => {
    if (asked.data['parent_id'] === undefined) return history.answer(asked)
    asked_for.push(asked)
    await held.promise
    return { type: 'room_history', data: { messages: [message(7, { parent_id: 5 })], has_more: true, seq: 100 } }
  }
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const close = room.thread(5).open()
    await eventually('the request', () => asked_for.length === 1)
    close()
    held.resolve()
    const again = room.thread(5)
    again.open()
    await eventually('the page of the next opening', () => messagesOf(again).length === 1)
  } finally {
    process.off('unhandledRejection', note)
  }
  expect(unhandled).toEqual([])
})

describe('what one wrote', () => {
  const taken: Answer = { type: 'message_sent', data: message(101, { author_id: 1 }) }

  test('is not sent as somebody else, whoever signs in on the same client', async () => {
    const storage = memoryOutbox()
    const { script, chat, room, sent } = await start(100, { outbox: storage })
    chat.disconnect()
    room.send("ada's own")
    script.user = { id: 2, username: 'eve' }
    script.answer = ({ type }) => (type === 'send_message' ? taken : undefined)
    await chat.connect()
    room.send("eve's own")
    await eventually("eve's", () => sent().includes("eve's own"))
    expect(sent()).toEqual(["eve's own"])
    expect(await storage.all(`${script.url} 1`)).toMatchObject([{ content: "ada's own" }])
    chat.disconnect()
    script.user = { id: 1, username: 'ada' }
    await chat.connect()
    await eventually("ada's", () => sent().includes("ada's own"))
  })

  test('before the first connection is not sent as somebody else than the page named', async () => {
    const storage = memoryOutbox()
    const script = startScript({})
    scripts.push(script)
    script.user = { id: 2, username: 'eve' }
    script.answer = ({ type }) => (type === 'send_message' ? taken : undefined)
    const chat = chatOf(script, () => 'token', { outbox: storage, user_id: 1 })
    const room = chat.conversation({ room_id })
    room.send("ada's own")
    await chat.connect()
    room.send("eve's own")
    const sent = () => script.heard.filter(({ type }) => type === 'send_message').map(({ data }) => data['content'])
    await eventually("eve's", () => sent().includes("eve's own"))
    expect(sent()).toEqual(["eve's own"])
    expect(await storage.all(`${script.url} 1`)).toMatchObject([{ content: "ada's own" }])
  })

  test('with an end is sent by a storage that lists and cannot keep', async () => {
    const full: OutboxStorage = { ...memoryOutbox(), put: () => Promise.reject(new Error('quota')) }
    const { script, chat, room, sent } = await start(100, { outbox: full })
    script.answer = ({ type }) => (type === 'send_message' ? taken : undefined)
    room.send('soon gone', { expires_in: 60 })
    await eventually('nothing unsent', () => chat.outbox.get().length === 0)
    expect(sent()).toEqual(['soon gone'])
  })

  test('with an end is not sent again when that has passed without an answer', async () => {
    const { script, chat, room, sent } = await start()
    script.answer = ({ type }) => (type === 'send_message' ? null : undefined)
    const { client_id } = room.send('soon gone', { expires_in: 1 })
    await eventually('the message', () => sent().length === 1)
    chat.disconnect()
    await Bun.sleep(1050)
    await chat.connect()
    await eventually('the failure', () => chat.outbox.get()[0]?.status === 'failed')
    expect(chat.outbox.get()[0]?.error?.code).toBe('TIMEOUT')
    expect(sent()).toHaveLength(1)
    script.answer = ({ type }) => (type === 'send_message' ? taken : undefined)
    room.retry(client_id)
    await eventually('nothing unsent', () => chat.outbox.get().length === 0)
    expect(sent()).toHaveLength(2)
  })

  test('and took back while another tab held the turn is not sent', async () => {
    const { script, chat, room, sent } = await start()
    script.answer = ({ type }) => (type === 'send_message' ? taken : undefined)
    const turn = gate()
    const before = Object.getOwnPropertyDescriptor(navigator, 'locks')
    let waiting = 0
    const request = async (_: string, hold: () => Promise<unknown>) => {
      waiting++
      await turn.promise
      return hold()
    }
    Object.defineProperty(navigator, 'locks', { configurable: true, value: { request } })
    try {
      const { client_id } = room.send('oops')
      await eventually('it waits', () => waiting === 1)
      room.discard(client_id)
      room.send('fine')
      turn.resolve()
      await eventually('nothing unsent', () => chat.outbox.get().length === 0)
    } finally {
      if (before === undefined) Reflect.deleteProperty(navigator, 'locks')
      else Object.defineProperty(navigator, 'locks', before)
    }
    expect(sent()).toEqual(['fine'])
  })

  test('under a slug whose number becomes known while a try for it ends is tried again', async () => {
    const over = gate()
    const before = Object.getOwnPropertyDescriptor(navigator, 'locks')
    const request = async (_: string, hold: () => Promise<unknown>) => {
      await hold()
      await over.promise
    }
    Object.defineProperty(navigator, 'locks', { configurable: true, value: { request } })
    let number: number | null = null
    let tries = 0
    const outbox = createOutbox({
      storage: memoryOutbox(),
      refOf: (ref) => (number === null ? ref : { room_id: number }),
      send: async () => {
        if (++tries === 1) throw new Refusal('SLOW_MODE', 'SLOW_MODE', 0.05)
        return message(1)
      },
      onSent: () => undefined,
    })
    try {
      outbox.belongsTo('ada', true)
      outbox.wake()
      outbox.add({ room_id: 'kitchen' }, 'hello', {})
      await eventually('the first try', () => outbox.all.get()[0]?.error !== null)
      number = room_id
      // Its pause is over, and so is the turn of the number.
      await Bun.sleep(300)
      expect(tries).toBe(1)
      over.resolve()
      await eventually('nothing unsent', () => outbox.all.get().length === 0)
    } finally {
      outbox.close()
      if (before === undefined) Reflect.deleteProperty(navigator, 'locks')
      else Object.defineProperty(navigator, 'locks', before)
    }
  })

  test('and took back while it was on its way is shown when the server refuses it', async () => {
    const storage = memoryOutbox()
    const { script, chat, room, sent } = await start(100, { outbox: storage })
    const held = gate()
    script.answer = async ({ type }) => {
      if (type !== 'send_message') return undefined
      await held.promise
      return error('PERMISSION_DENIED')
    }
    const { client_id } = room.send('oops')
    await eventually('the message', () => sent().length === 1)
    room.discard(client_id)
    room.send('the next')
    held.resolve()
    const kept = () => storage.all(`${script.url} 1`)
    await eventually('both refusals', async () => (await kept()).every(({ status }) => status === 'failed'))
    expect(chat.outbox.get().map(({ content }) => content)).toEqual(['oops', 'the next'])
    room.discard(client_id)
    await eventually('one is gone', async () => (await kept()).length === 1)
    expect(chat.outbox.get()).toMatchObject([{ content: 'the next' }])
  })

  test('and ended before it was heard is no line on its way any more', async () => {
    const { script, history, room, live } = await start()
    await opened(room)
    const own = { author_id: 1, client_id: 'own' }
    const missed = { type: 'room_joined', data: { room_id, slug: 'kitchen', is_public: true, seq: 102, last_message_id: 102, message_number: 102, last_read_number: 0, unread_count: 0, missed: [message(101, { ...own, is_deleted: true, expires_at: '2026-01-01T00:00:00.000Z' }), message(102)] } } // prettier-ignore
    script.answer = (asked) => {
      if (asked.type === 'send_message') return { type: 'message_sent', data: message(101, own) }
      return asked.type === 'join_room' ? missed : history.answer(asked)
    }
    room.send('own', { client_id: 'own' })
    await eventually('the answer', () => script.heard.some(({ type }) => type === 'send_message') && room.timeline.get().items.at(-1)?.kind === 'pending') // prettier-ignore
    history.last = 101
    live()
    await eventually('what was missed', () => ids(room).at(-1) === 102)
    expect(pendingOf(room)).toEqual([])
  })
})

describe('the connection', () => {
  test('that cannot be made at all is tried again, and says so', async () => {
    let is_refused = true
    const Refusing = function (url: string, protocols: string[]) {
      if (is_refused) throw new DOMException('insecure', 'SecurityError')
      return new WebSocket(url, protocols)
    } as unknown as typeof WebSocket
    const script = startScript({})
    scripts.push(script)
    const chat = chatOf(script, () => 'token', { WebSocket: Refusing })
    const connected = chat.connect()
    await eventually('the wait', () => chat.connection.get().status === 'waiting')
    is_refused = false
    await connected
    expect(chat.connection.get().status).toBe('connected')
  })

  test('that a frame was too large for blames that frame alone', async () => {
    const { script, history, chat, room } = await start()
    script.answer = (asked) => (asked.type === 'send_message' ? null : history.answer(asked))
    chat.conversation({ room_id: 2 }).send('innocent')
    room.send('huge '.repeat(50))
    await eventually('both', () => script.heard.filter(({ type }) => type === 'send_message').length === 2)
    script.close(1009)
    await eventually('the end', () => chat.connection.get().status === 'waiting')
    expect(chat.outbox.get().map(({ status, error }) => [status, error?.code])).toEqual([
      ['sending', 'NOT_CONNECTED'],
      ['failed', 'PAYLOAD_TOO_LARGE'],
    ])
  })

  test('with too many commands waiting lets a conversation join when there is room again', async () => {
    const { script, history, chat, room } = await start()
    const held = gate()
    script.answer = async (asked) => {
      if (asked.type === 'search_messages') await held.promise
      return history.answer(asked)
    }
    const codes = new Set<string>()
    const note = (refusal: { code: string }) => codes.add(refusal.code)
    for (let count = 0; count < 1100; count++) chat.command('search_messages', { query: 'x' }).catch(note)
    await chat.command('ping', {}).catch(note)
    expect([...codes]).toEqual(['RATE_LIMIT_EXCEEDED'])
    room.open()
    held.resolve()
    await eventually('the page', () => room.timeline.get().status === 'ready')
    expect(script.heard.some(({ type }) => type === 'join_room')).toBe(true)
  })
})
