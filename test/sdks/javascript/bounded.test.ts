// What a client keeps of conversations, threads and people that nobody looks at any more.
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import type { Chat, Conversation } from '../../../sdks/javascript/src/index.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats, contentsOf, eventually, opened } from './people.ts'

setDefaultTimeout(30_000)

let server: TestServer
let ada: Account
let bob: Account

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
})
afterEach(closeChats)
afterAll(() => server.close())

/** Asks for more conversations than are kept. */
const pass = (chat: Chat) => {
  for (let room_id = 100_000; room_id < 100_150; room_id++) chat.conversation({ room_id })
}
const nothing = () => undefined

describe('conversations', () => {
  test.each<[string, boolean, (conversation: Conversation) => unknown]>([
    ['nobody used', false, nothing],
    ['somebody looked at', false, ({ timeline }) => timeline.subscribe(nothing)()],
    ['is open', true, (conversation) => conversation.open()],
    ['was open a moment ago', true, (conversation) => conversation.open()()],
    ['somebody looks at the messages of', true, ({ timeline }) => timeline.subscribe(nothing)],
    ['somebody sees who types in', true, ({ typing }) => typing.subscribe(nothing)],
    ['somebody sees the line of the list of', true, ({ summary }) => summary.subscribe(nothing)],
    ['has something that is not sent', true, (conversation) => conversation.send('later')],
  ])('one that %s is kept: %p', (_, is_kept, use) => {
    const chat = chatOf(server, ada.token)
    const conversation = chat.conversation({ room_id: 1 })
    use(conversation)
    pass(chat)
    expect(chat.conversation({ room_id: 1 }) === conversation).toBe(is_kept)
  })

  test('one that was let go of hears everything again when it is opened, beside another of the same', async () => {
    const chat = chatOf(server, ada.token)
    await chat.connect()
    const room_id = await server.room(ada)
    const conversation = chat.conversation({ room_id })
    pass(chat)
    const other = await opened(chat.conversation({ room_id }))
    expect(other).not.toBe(conversation)
    await opened(conversation)
    conversation.send('hello')
    await eventually('both', () => [conversation, other].every((each) => contentsOf(each).includes('hello')))
    for (const each of [conversation, other]) expect(contentsOf(each)).toEqual(['hello'])
  })

  test('what was let go of is gone from the memory', async () => {
    const chat = chatOf(server, ada.token)
    const first = Array.from({ length: 50 }, (_, at) => {
      const conversation = chat.conversation({ room_id: at + 1 })
      for (const store of [conversation.timeline, conversation.summary, conversation.pinned]) store.subscribe(nothing)()
      conversation.thread(1).timeline.subscribe(nothing)()
      return new WeakRef(conversation)
    })
    pass(chat)
    await eventually('most are gone', () => {
      Bun.gc(true)
      return first.filter((each) => each.deref() !== undefined).length < 5
    })
  })
})

test('of threads those that were asked for last are kept, and all that are open; what was let go of still works', async () => {
  const chat = chatOf(server, ada.token)
  await chat.connect()
  const room_id = await server.room(ada)
  const room = await opened(chat.conversation({ room_id }))
  const { id } = await chat.command('send_message', { room_id, content: 'parent' })
  const [held, let_go, other] = [room.thread(id), room.thread(id + 1), room.thread(id + 2)]
  const close = held.open()
  for (let parent_id = 200_000; parent_id < 200_030; parent_id++) room.thread(parent_id)
  expect(room.thread(id)).toBe(held)
  expect(room.thread(id + 1)).not.toBe(let_go)
  expect(other.timeline.get().items).toEqual([])
  close()
  for (let parent_id = 200_000; parent_id < 200_030; parent_id++) room.thread(parent_id)
  const again = room.thread(id)
  expect(again).not.toBe(held)
  const ends = [held.open(), again.open()]
  held.send('reply')
  await eventually('the reply in both', () => [held, again].every((each) => contentsOf(each).includes('reply')))
  ends[0]?.()
  again.send('another')
  await eventually('the other one', () => contentsOf(again).includes('another'))
  expect(contentsOf(again)).toEqual(['reply', 'another'])
})

test('of people those who were asked for last are kept, and all whom somebody looks at', async () => {
  const chat = chatOf(server, ada.token)
  await chat.connect()
  const [bobs, ended] = [chat.presence(bob.id), chat.presence(ada.id)]
  bobs.subscribe(nothing)
  ended.subscribe(nothing)()
  for (let user_id = 100_000; user_id < 101_010; user_id++) chat.presence(user_id)
  expect(chat.presence(bob.id)).toBe(bobs)
  expect(chat.presence(ada.id)).not.toBe(ended)
  // Both are told, whichever of them is looked at.
  ended.subscribe(nothing)
  chat.presence(ada.id).subscribe(nothing)
  await chat.setStatus('busy')
  await eventually('the status', () => [ended, chat.presence(ada.id)].every((each) => each.get()?.status === 'busy'))
})
