// One's own profile, wherever it is changed.
import 'fake-indexeddb/auto'
import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { createSession } from '../../../sdks/javascript/src/index.ts'
import { startServer, type TestServer } from '../../services/server.ts'
import { chatOf, closeChats } from './people.ts'
import { shelf, withShelf } from './shelf.ts'

setDefaultTimeout(30_000)

let server: TestServer
let elsewhere: TestServer
beforeAll(async () => {
  ;[server, elsewhere] = await Promise.all([startServer(), startServer()])
})
afterEach(closeChats)
afterAll(() => Promise.all([server.close(), elsewhere.close()]))

let count = 0
const signedIn = async (keep: 'local' | 'memory', at = server) => {
  const session = createSession({ url: at.url, keep })
  await session.register({ username: `ada${++count}`, password: 'correct horse' })
  return session
}

test('what is changed through one client shows in all of that user, and in nobody else', async () => {
  const session = await signedIn('memory')
  const bob = await signedIn('memory')
  const there = await signedIn('memory', elsewhere)
  const id = session.user.get()?.id
  expect([there.user.get()?.id, bob.user.get()?.id === id]).toEqual([1, false])
  const chats = [session, session, bob, there].map(({ token }, at) => chatOf(at === 3 ? elsewhere : server, token))
  await Promise.all(chats.map((chat) => chat.connect()))
  const [first] = chats
  const told: unknown[] = []
  first?.me.subscribe(() => told.push(first.me.get()?.user.display_name))
  await first?.rest('PUT /users/me', { body: { display_name: 'Ada L.' } })
  expect(told).toEqual(['Ada L.'])
  expect(chats.map((chat) => chat.me.get()?.user.display_name)).toEqual(['Ada L.', 'Ada L.', null, null])
  expect([session, bob, there].map(({ user }) => user.get()?.display_name)).toEqual(['Ada L.', null, null])
  expect(first?.me.get()).toMatchObject({ id, role: 'user', limits: { max_message_length: 2000 } })
})

test('a client that was closed is told nothing more', async () => {
  const session = await signedIn('memory')
  const [chat, closed] = [chatOf(server, session.token), chatOf(server, session.token)]
  await Promise.all([chat.connect(), closed.connect()])
  closed.close()
  await chat.rest('PUT /users/me', { body: { display_name: 'Ada L.' } })
  expect([chat, closed].map(({ me }) => me.get()?.user.display_name)).toEqual(['Ada L.', null])
})

test('what another tab changes shows in this one, and what is changed here is there after a reload', async () => {
  const storage = shelf()
  await withShelf(storage, async () => {
    const session = await signedIn('local')
    const user = session.user.get()
    const chat = chatOf(server, session.token)
    await chat.connect()
    storage.setItem(`veza-chat session ${server.url}`, JSON.stringify({ ...user, display_name: 'Countess' }))
    storage.tell()
    expect([session.user.get()?.display_name, chat.me.get()?.user.display_name]).toEqual(['Countess', 'Countess'])
    await chat.rest('PUT /users/me', { body: { display_name: 'Ada L.' } })
    expect(createSession({ url: server.url, keep: 'local' }).user.get()?.display_name).toBe('Ada L.')
  })
})
