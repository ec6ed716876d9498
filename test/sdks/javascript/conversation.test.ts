import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import type { Chat, Conversation } from '../../../sdks/javascript/src/index.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats, contentsOf, eventually, messagesOf, opened, pendingOf, sockets } from './people.ts'

setDefaultTimeout(30_000)

let server: TestServer
let ada: Account
let bob: Account
let count = 0

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
})
afterEach(closeChats)
afterAll(() => server.close())

async function people() {
  const room_id = await server.room(ada, { name: `Kitchen ${++count}` })
  const wires = { ada: sockets(), bob: sockets() }
  const chats: Record<'ada' | 'bob', Chat> = {
    ada: chatOf(server, ada.token, { WebSocket: wires.ada.WebSocket }),
    bob: chatOf(server, bob.token, { WebSocket: wires.bob.WebSocket }),
  }
  await Promise.all([chats.ada.connect(), chats.bob.connect()])
  const rooms: Record<'ada' | 'bob', Conversation> = {
    ada: await opened(chats.ada.conversation({ room_id })),
    bob: await opened(chats.bob.conversation({ room_id })),
  }
  return { room_id, wires, chats, rooms }
}

/** So many messages of bob that nobody sent by a client. */
async function fill(room_id: number, amount: number): Promise<void> {
  for (let number = 1; number <= amount; number++)
    await server.ask(`POST /rooms/${room_id}/messages`, { content: `message ${number}` }, bob.token)
}

describe('sending', () => {
  test('shows the message at once, and it is the same line when the server has it', async () => {
    const { rooms } = await people()
    const pending = rooms.ada.send('hello')
    const [before] = rooms.ada.timeline.get().items
    expect(before).toMatchObject({ kind: 'pending', pending: { content: 'hello', client_id: pending.client_id } })
    await eventually('the message at bob', () => contentsOf(rooms.bob).includes('hello'))
    const after = await eventually('the message at ada', () =>
      rooms.ada.timeline.get().items.find(({ kind }) => kind === 'message'),
    )
    expect(after.key).toBe(before?.key ?? '')
    expect(rooms.ada.timeline.get().items).toHaveLength(1)
  })

  test('keeps the order of the calls', async () => {
    const { rooms, chats } = await people()
    const wanted = Array.from({ length: 40 }, (_, index) => `line ${index}`)
    for (const line of wanted) rooms.ada.send(line)
    await eventually('all at bob', () => messagesOf(rooms.bob).length === 40)
    expect(contentsOf(rooms.bob)).toEqual(wanted)
    await eventually('an empty outbox', () => chats.ada.outbox.get().length === 0)
    expect(contentsOf(rooms.ada)).toEqual(wanted)
  })

  test('the same client_id twice is one message', async () => {
    const { rooms } = await people()
    rooms.ada.send('once', { client_id: 'the-one' })
    rooms.ada.send('once', { client_id: 'the-one' })
    await eventually('the message', () => messagesOf(rooms.ada).length === 1)
    rooms.ada.send('once', { client_id: 'the-one' })
    await eventually('nothing on its way', () => pendingOf(rooms.ada).length === 0)
    rooms.ada.send('last')
    await eventually('the last', () => contentsOf(rooms.bob).includes('last'))
    expect(contentsOf(rooms.bob)).toEqual(['once', 'last'])
  })
})

describe('what happens to messages', () => {
  test('is seen by everybody: edits, reactions, pins, deletions', async () => {
    const { rooms } = await people()
    rooms.ada.send('hello')
    const { id } = await eventually('the message', () => messagesOf(rooms.bob)[0])
    await rooms.ada.edit(id, 'good morning')
    await rooms.bob.react(id, '👍')
    await rooms.ada.pin(id)
    const seen = await eventually('all of it', () => {
      const [message] = messagesOf(rooms.bob)
      return message?.is_pinned === true ? message : undefined
    })
    expect(seen).toMatchObject({ content: 'good morning', is_edited: true, reactions: [{ emoji: '👍', count: 1, users: [{ username: 'bob' }] }] }) // prettier-ignore
    expect(rooms.bob.pinned.get().map((message) => message.id)).toEqual([id])
    await rooms.bob.unreact(id, '👍')
    await rooms.ada.pin(id, false)
    await rooms.ada.remove(id)
    await eventually('the deletion', () => messagesOf(rooms.bob)[0]?.is_deleted)
    expect(messagesOf(rooms.bob)[0]).toMatchObject({ content: '', reactions: [], is_pinned: false })
    expect(rooms.bob.pinned.get()).toEqual([])
  })

  test('a message that expires goes', async () => {
    const { rooms } = await people()
    rooms.ada.send('soon gone', { expires_in: 1 })
    await eventually('the message', () => messagesOf(rooms.bob).length === 1)
    await eventually('its end', () => messagesOf(rooms.bob).length === 0 && messagesOf(rooms.ada).length === 0)
  })

  test.each([
    ['edit', (room: Conversation) => room.edit(987_654, 'x')],
    ['remove', (room: Conversation) => room.remove(987_654)],
    ['jumpTo', (room: Conversation) => room.jumpTo(987_654)],
  ])('%s of what is not there rejects with MESSAGE_NOT_FOUND', async (_, act) => {
    const { rooms } = await people()
    await expect(act(rooms.ada)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
  })
})

describe('the timeline', () => {
  test('goes back page by page to the beginning', async () => {
    const { room_id, chats } = await people()
    await fill(room_id, 120)
    const room = await opened(chat(chats.ada, room_id))
    expect(messagesOf(room).length).toBeLessThan(120)
    while (room.timeline.get().has_older) await room.loadOlder()
    expect(messagesOf(room).map(({ number }) => number)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
  })

  test('jumps to a message and back, and shows nothing new meanwhile', async () => {
    const { room_id, chats } = await people()
    await fill(room_id, 130)
    const room = await opened(chatOfAnew(room_id))
    const target = (await chats.bob.command('get_history', { room_id, limit: 100 })).messages[0]
    if (target === undefined) throw new Error('no messages')
    await room.jumpTo(target.id - 15)
    expect(room.timeline.get()).toMatchObject({ has_older: false, has_newer: true })
    expect(messagesOf(room).some(({ id }) => id === target.id - 15)).toBe(true)
    await chats.bob.command('send_message', { room_id, content: 'the newest' })
    await chats.bob.command('edit_message', { message_id: target.id - 15, content: 'edited while away' })
    await eventually('the edit', () => contentsOf(room).includes('edited while away'))
    expect(contentsOf(room)).not.toContain('the newest')
    while (room.timeline.get().has_newer) await room.loadNewer()
    expect(messagesOf(room).map(({ number }) => number)).toEqual(Array.from({ length: 131 }, (_, index) => index + 1))
    await room.jumpTo(target.id - 15)
    expect(room.timeline.get().has_newer).toBe(false)
    await chats.bob.command('send_message', { room_id, content: 'and one more' })
    await eventually('the newest', () => contentsOf(room).at(-1) === 'and one more')
  })

  test('holds no more messages than it may, unless somebody asks for them', async () => {
    const { room_id } = await people()
    await fill(room_id, 60)
    const room = await opened(chatOfAnew(room_id, { max_messages: 50 }))
    await fill(room_id, 60)
    await eventually('the newest', () => messagesOf(room).at(-1)?.number === 120)
    expect(messagesOf(room).length).toBeLessThanOrEqual(70)
    expect(room.timeline.get().has_older).toBe(true)
    while (room.timeline.get().has_older) await room.loadOlder()
    expect(messagesOf(room).length).toBeLessThanOrEqual(100)
    expect(messagesOf(room)[0]?.number).toBe(1)
    expect(room.timeline.get().has_newer).toBe(true)
    await room.jumpToNewest()
    expect(messagesOf(room).at(-1)?.number).toBe(120)
  })

  const chat = (_: Chat, room_id: number) => chatOfAnew(room_id)
  function chatOfAnew(room_id: number, options = {}): Conversation {
    const own = chatOf(server, ada.token, options)
    own.connect().catch(() => undefined)
    return own.conversation({ room_id })
  }
})

describe('threads', () => {
  test('have a timeline of their own, and are counted at their parent', async () => {
    const { rooms } = await people()
    rooms.ada.send('who cooks?')
    const parent = await eventually('the question', () => messagesOf(rooms.bob)[0])
    const [left, right] = [rooms.ada.thread(parent.id), rooms.bob.thread(parent.id)]
    expect(rooms.ada.thread(parent.id)).toBe(left)
    const close = left.open()
    right.open()
    right.send('I do')
    await eventually('the reply', () => contentsOf(left)[0] === 'I do' && contentsOf(right)[0] === 'I do')
    expect(contentsOf(rooms.ada)).toEqual(['who cooks?'])
    await eventually('the count', () => left.parent.get()?.thread_count === 1)
    expect(messagesOf(rooms.ada)[0]?.thread_count).toBe(1)
    close()
    expect(left.timeline.get()).toMatchObject({ status: 'idle', items: [] })
  })

  describe('with more replies than a page or two hold', () => {
    const replies = async (at: TestServer, by: Account, room_id: number, parent_id: number, amount: number) => {
      for (let number = 1; number <= amount; number++)
        await at.ask(`POST /rooms/${room_id}/messages`, { content: `reply ${number}`, parent_id }, by.token)
    }

    test('keep nobody waiting for the conversation, and push nothing out of it', async () => {
      const { room_id, rooms, chats } = await people()
      rooms.ada.send('who cooks?')
      const parent = await eventually('the question', () => messagesOf(rooms.bob)[0])
      const small = chatOf(server, bob.token, { max_messages: 20 })
      await small.connect()
      const watching = await opened(small.conversation({ room_id }))
      await replies(server, ada, room_id, parent.id, 120)
      await eventually('the count', () => messagesOf(watching)[0]?.thread_count === 120)
      expect(watching.timeline.get()).toMatchObject({ has_older: false, items: { length: 1 } })
      let pages = 0
      const wire = sockets()
      wire.loses = ({ type }) => type === 'room_history' && ++pages < 0
      const late = chatOf(server, bob.token, { WebSocket: wire.WebSocket })
      await late.connect()
      const room = await opened(late.conversation({ room_id }))
      expect(contentsOf(room)).toEqual(['who cooks?'])
      expect(room.timeline.get()).toMatchObject({ has_older: false, is_loading_older: false })
      expect(pages).toBe(1)
      await expect(chats.bob.command('get_history', { room_id, parent_id: parent.id, include_threads: false })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' }) // prettier-ignore
    })

    test('leave the conversation there for those who come back to nothing but replies', async () => {
      const own = await startServer({ limits: { resume_limit: 5 } })
      try {
        const eve = await own.register('eve')
        const room_id = await own.room(eve)
        const wire = sockets()
        const chat = chatOf(own, eve.token, { WebSocket: wire.WebSocket })
        await chat.connect()
        const room = await opened(chat.conversation({ room_id }))
        const { id } = await chat.command('send_message', { room_id, content: 'who cooks?' })
        wire.is_down = true
        wire.cut()
        await replies(own, eve, room_id, id, 60)
        wire.is_down = false
        wire.cut()
        await eventually('the count', () => messagesOf(room)[0]?.thread_count === 60)
        expect(contentsOf(room)).toEqual(['who cooks?'])
      } finally {
        await own.close()
      }
    })
  })
})

describe('people', () => {
  test('see who types, until they stop or write', async () => {
    const { rooms } = await people()
    rooms.ada.setTyping(true)
    await eventually('ada types', () => rooms.bob.typing.get()[0]?.username === 'ada')
    rooms.ada.setTyping(false)
    await eventually('nobody types', () => rooms.bob.typing.get().length === 0)
    rooms.ada.setTyping(true)
    await eventually('ada types again', () => rooms.bob.typing.get().length === 1)
    rooms.ada.send('done')
    await eventually('the message ends it', () => rooms.bob.typing.get().length === 0)
    expect(rooms.ada.typing.get()).toEqual([])
  })

  test('see how far others have read, and their own unread counts on every device', async () => {
    const { rooms, chats, room_id } = await people()
    const phone = chatOf(server, bob.token)
    await phone.connect()
    const countAt = (chat: Chat) => chat.conversation({ room_id }).summary.get()?.unread_count
    phone.conversation({ room_id })
    rooms.ada.send('one @bob')
    rooms.ada.send('two')
    await eventually('both unread', () => rooms.bob.summary.get()?.unread_count === 2)
    await eventually('the mention', () => rooms.bob.summary.get()?.mention_count === 1)
    await eventually('both unread on the phone', () => countAt(phone) === 2)
    expect(rooms.ada.summary.get()?.unread_count).toBe(0)
    await rooms.bob.markRead()
    expect(rooms.bob.summary.get()).toMatchObject({ unread_count: 0, mention_count: 0 })
    await eventually('read on the phone', () => countAt(phone) === 0)
    const last = messagesOf(rooms.ada).at(-1)?.id ?? 0
    await eventually('the receipt', () => rooms.ada.receipts.get().get(bob.id) === last)
    expect(chats.bob.conversations.get()?.find(({ ref }) => 'room_id' in ref && ref.room_id === room_id)).toMatchObject({ kind: 'room', is_public: true }) // prettier-ignore
  })

  test('see the presence of whom they look at', async () => {
    const { chats } = await people()
    const presence = chats.ada.presence(bob.id)
    expect(presence.get()).toBeNull()
    const stop = presence.subscribe(() => undefined)
    await eventually('bob is there', () => presence.get()?.status === 'online')
    await chats.bob.setStatus('busy', 'cooking')
    await eventually('bob is busy', () => presence.get()?.status === 'busy' && presence.get()?.message === 'cooking')
    stop()
    await chats.bob.setStatus('online', null)
  })

  test('write to each other, and a DM comes into the list by itself', async () => {
    const { chats } = await people()
    const dm = await opened(await chats.ada.directMessage(bob.id))
    dm.send(`psst ${count}`)
    const summary = await eventually('the DM', () =>
      chats.bob.conversations
        .get()
        ?.find(({ kind, last_message }) => kind === 'dm' && last_message?.content === `psst ${count}`),
    )
    expect(summary).toMatchObject({ name: 'ada', other_user: { user_id: ada.id, username: 'ada' }, unread_count: 1 })
    const other = await opened(chats.bob.conversation(summary.ref))
    expect(contentsOf(other)).toEqual([`psst ${count}`])
    await other.markRead()
    other.send('yes?')
    await eventually('the answer', () => contentsOf(dm).at(-1) === 'yes?')
  })

  test('are told of rooms they come into, that are renamed, and that they are put out of', async () => {
    const { chats } = await people()
    const room_id = await server.room(ada, { name: 'Attic', is_public: false })
    const rowOf = () => chats.bob.conversations.get()?.find(({ ref }) => 'room_id' in ref && ref.room_id === room_id)
    expect(rowOf()).toBeUndefined()
    await server.ask(`POST /rooms/${room_id}/members`, { user_id: bob.id }, ada.token)
    await eventually('the room', () => rowOf()?.slug?.startsWith('attic'))
    const room = await opened(chats.bob.conversation({ room_id }))
    await server.ask(`PUT /rooms/${room_id}`, { name: 'Cellar' }, ada.token)
    await eventually('the name', () => rowOf()?.name === 'Cellar')
    await server.ask(`DELETE /rooms/${room_id}/members/${bob.id}`, undefined, ada.token)
    await eventually('the end', () => rowOf() === undefined)
    expect(room.timeline.get()).toMatchObject({ status: 'failed', error: { code: 'PERMISSION_DENIED' }, items: [] })
  })

  test('find who else is there', async () => {
    const { rooms } = await people()
    expect((await rooms.ada.members()).map(({ username, role }) => `${username} ${role}`)).toEqual(['ada owner', 'bob member']) // prettier-ignore
    await rooms.bob.leave()
    expect((await rooms.ada.members()).map(({ username }) => username)).toEqual(['ada'])
    expect(rooms.bob.timeline.get().status).toBe('failed')
  })
})

describe('a room that one is out of', () => {
  const isIn = async (room_id: number) => {
    const { data } = await server.ask(`GET /rooms/${room_id}/members`, undefined, ada.token)
    return JSON.stringify(data).includes('"bob"')
  }
  type Parts = Awaited<ReturnType<typeof people>> & { close(): void }
  const remove = ({ room_id }: Parts) => server.ask(`DELETE /rooms/${room_id}/members/${bob.id}`, undefined, ada.token)
  const over = ({ rooms }: Parts) => eventually('the end', () => rooms.bob.timeline.get().status === 'failed')
  /** After this connection has had its answer, so has all that came before it. */
  async function backAgain({ chats, wires }: Parts) {
    wires.bob.is_down = false
    const before = wires.bob.opened
    wires.bob.cut()
    await eventually('the next connection', () => wires.bob.opened > before && chats.bob.connection.get().status === 'connected') // prettier-ignore
    await chats.bob.command('get_presence', { user_ids: [ada.id] })
  }

  async function opener(): Promise<Parts> {
    const room_id = await server.room(ada, {})
    const wires = { ada: sockets(), bob: sockets() }
    const [one, other] = [chatOf(server, ada.token), chatOf(server, bob.token, { WebSocket: wires.bob.WebSocket })]
    await Promise.all([one.connect(), other.connect()])
    const rooms = { ada: await opened(one.conversation({ room_id })), bob: other.conversation({ room_id }) }
    const close = rooms.bob.open()
    await eventually('the newest page', () => rooms.bob.timeline.get().status === 'ready')
    return { room_id, wires, chats: { ada: one, bob: other }, rooms, close }
  }

  test.each<[string, (parts: Parts) => Promise<unknown>]>([
    ['left', ({ rooms }) => rooms.bob.leave()],
    ['left, and closed then', ({ rooms, close }) => rooms.bob.leave().then(close)],
    ['closed, and left then', ({ rooms, close }) => (close(), rooms.bob.leave())],
    ['removed', (parts) => remove(parts).then(() => over(parts))],
    ['removed, and closed then', (parts) => remove(parts).then(() => over(parts)).then(parts.close)], // prettier-ignore
    [
      'removed while away',
      async (parts) => {
        parts.wires.bob.is_down = true
        parts.wires.bob.cut()
        await eventually('no connection', () => parts.chats.bob.connection.get().status !== 'connected')
        await remove(parts)
      },
    ],
  ])('is not joined again by the next connection: %s', async (_, leave) => {
    const parts = await opener()
    expect(await isIn(parts.room_id)).toBe(true)
    await leave(parts)
    await backAgain(parts)
    await backAgain(parts)
    expect(await isIn(parts.room_id)).toBe(false)
  })

  /** Before the frame comes, nobody told that one was put out. */
  const unheard = async (parts: Parts, frame: (parts: Parts) => object) => {
    parts.wires.bob.loses = ({ type }) => type === 'member_left'
    await remove(parts)
    parts.wires.bob.tell(frame(parts))
  }

  test.each<[string, (parts: Parts) => object]>([
    ['events were lost', ({ room_id }) => ({ type: 'resync', data: { room_id, seq: 9 } })],
    ['one is missing', ({ room_id }) => ({ type: 'message_deleted', data: { room_id, message_id: 1, seq: 9, deleted_by: 1 } })], // prettier-ignore
  ])('is not joined again when %s, although nobody told that one is out of it', async (_, frame) => {
    const parts = await opener()
    await unheard(parts, frame)
    await over(parts)
    expect(parts.rooms.bob.timeline.get().error?.code).toBe('PERMISSION_DENIED')
    expect(parts.chats.bob.conversations.get()?.some(({ ref }) => 'room_id' in ref && ref.room_id === parts.room_id)).toBe(false) // prettier-ignore
    await backAgain(parts)
    expect(await isIn(parts.room_id)).toBe(false)
  })

  test('is one that is gone on with where one is in it and events were lost', async () => {
    const parts = await opener()
    const { room_id, wires, rooms } = parts
    wires.bob.loses = ({ type }) => type === 'room_message'
    const lost = rooms.ada.send('nobody hears this')
    await eventually('the message', () => pendingOf(rooms.ada).length === 0 && contentsOf(rooms.ada).includes(lost.content)) // prettier-ignore
    wires.bob.loses = () => false
    wires.bob.tell({ type: 'resync', data: { room_id, seq: 1 } })
    await eventually('what was lost', () => contentsOf(rooms.bob).includes(lost.content))
    rooms.ada.send('and this they do')
    await eventually('the next', () => contentsOf(rooms.bob).at(-1) === 'and this they do')
  })

  test.each<[string, (parts: Parts) => unknown]>([
    ['opens it anew', ({ rooms, close }) => (close(), rooms.bob.open())],
    ['jumps to the newest', ({ rooms }) => rooms.bob.jumpToNewest()],
    ['is added again', ({ room_id }) => server.ask(`POST /rooms/${room_id}/members`, { user_id: bob.id }, ada.token)],
  ])('is followed again when one %s', async (_, begin) => {
    const parts = await opener()
    await remove(parts)
    await over(parts)
    await begin(parts)
    await eventually('the page', () => parts.rooms.bob.timeline.get().status === 'ready')
    expect(await isIn(parts.room_id)).toBe(true)
    await backAgain(parts)
    parts.rooms.ada.send('welcome back')
    await eventually('the message', () => contentsOf(parts.rooms.bob).includes('welcome back'))
  })

  test('is followed again by the next connection when one was added meanwhile', async () => {
    const parts = await opener()
    await remove(parts)
    await over(parts)
    parts.wires.bob.is_down = true
    parts.wires.bob.cut()
    await eventually('no connection', () => parts.chats.bob.connection.get().status !== 'connected')
    await server.ask(`POST /rooms/${parts.room_id}/members`, { user_id: bob.id }, ada.token)
    await backAgain(parts)
    await eventually('the page', () => parts.rooms.bob.timeline.get().status === 'ready')
    parts.rooms.ada.send('while you were away')
    await eventually('the message', () => contentsOf(parts.rooms.bob).includes('while you were away'))
  })

  test('is blank, and refused no more, when one is added again while nobody looks', async () => {
    const parts = await opener()
    await remove(parts)
    await over(parts)
    parts.close()
    await server.ask(`POST /rooms/${parts.room_id}/members`, { user_id: bob.id }, ada.token)
    await eventually('no refusal', () => parts.rooms.bob.timeline.get().status === 'idle')
  })
})

test('a conversation that does not exist says so', async () => {
  const { chats } = await people()
  const room = chats.ada.conversation({ room_id: 'no-such-room' })
  room.open()
  await eventually('the failure', () => room.timeline.get().status === 'failed')
  expect(room.timeline.get().error).toMatchObject({ code: 'ROOM_NOT_FOUND' })
})

test('a room by its slug is the room by its id', async () => {
  const { chats, room_id, rooms } = await people()
  const slug = await eventually('the slug', () => rooms.ada.summary.get()?.slug ?? undefined)
  const room = await opened(chats.bob.conversation({ room_id: slug }))
  rooms.ada.send('by either name')
  await eventually('the message', () => contentsOf(room).includes('by either name'))
  room.send('yes')
  await eventually('the answer', () => contentsOf(rooms.ada).at(-1) === 'yes')
  expect(messagesOf(room)[0]?.room_id).toBe(room_id)
  expect(chats.bob.conversation({ room_id: slug })).toBe(room)
})
