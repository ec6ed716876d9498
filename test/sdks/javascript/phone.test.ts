// The package as it is published, in an app of React Native: bundled by Metro with React Native's own JavaScript, run by the Hermes engine, against a server.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { eventually } from '../../services/eventually.ts'
import { startServer, type Account, type TestServer } from '../../services/server.ts'
import { bundle, compile, findPhone, startPhone, type Phone } from './phone/phone.ts'

setDefaultTimeout(180_000)
const found = await findPhone()
if ('missing' in found) console.warn(`The SDK is not run in React Native: ${found.missing}.`)

describe.skipIf('missing' in found)('in React Native', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veza-chat-phone-'))
  const bundled = join(folder, 'app.js')
  let server: TestServer
  let ada: Account
  let bob: Account
  let room: number
  let phone: Phone

  beforeAll(async () => {
    await bundle('default', bundled)
    server = await startServer()
    ada = await server.register('ada')
    bob = await server.register('bob')
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(async () => {
    room = await server.room(ada)
    phone = await startPhone(bundled)
  })
  afterEach(async () => {
    expect(phone.complaints).toEqual([])
    await phone.close()
  })

  /** In the room. `token` and `storage` are expressions of the app. */
  const connected = async (token: string, storage = 'undefined') => {
    await phone.run(`globalThis.chat = sdk.createChat({ url: '${server.url}', token: ${token}, ...(${storage} && { outbox: ${storage} }) }), chat.connect()`) // prettier-ignore
    await phone.run(`globalThis.room = chat.conversation({ room_id: ${room} }), room.open(), null`)
    await until(`room.timeline.get().status === 'ready'`)
  }
  const until = (code: string) => eventually(code, () => phone.run<boolean>(code))
  const shown = () => phone.run<string[]>(`room.timeline.get().items.map((item) => (item.message || item.pending).content)`) // prettier-ignore

  test('there is what a phone has: Hermes, and no crypto, storage, locks or window events', async () => {
    const names = ['HermesInternal', 'crypto', 'localStorage', 'indexedDB', 'document', 'addEventListener', 'BroadcastChannel'] // prettier-ignore
    expect(await phone.run(`${JSON.stringify(names)}.map((name) => typeof globalThis[name])`)).toEqual(['object', ...Array(6).fill('undefined')]) // prettier-ignore
    expect(await phone.run('[navigator.product, typeof navigator.locks]')).toEqual(['ReactNative', 'undefined'])
  })

  test('one signs in, joins, writes and reads', async () => {
    await phone.run(`globalThis.session = sdk.createSession({ url: '${server.url}', keep: 'memory' }), session.signIn({ username: 'bob', password: '${bob.password}' })`) // prettier-ignore
    await connected('session.token')
    expect(await phone.run('chat.me.get().username')).toBe('bob')
    await phone.run(`room.send('from a phone'), null`)
    await until(`room.timeline.get().items.length === 1 && room.timeline.get().items[0].kind === 'message'`)
    const { error } = await server.ask(`POST /rooms/${room}/messages`, { content: 'to a phone' }, ada.token)
    expect(error).toBeUndefined()
    await until(`room.timeline.get().items.length === 2`)
    expect(await shown()).toEqual(['from a phone', 'to a phone'])
    expect(await phone.run(`chat.rest('GET /rooms/{id}', { path: { id: ${room} } }).then(({ id }) => id)`)).toBe(room)
  })

  test('what is written without a network waits in memory and is sent once, and nothing of the others is missed', async () => {
    await connected(`'${ada.token}'`)
    phone.native.sockets.cut()
    await until(`chat.connection.get().status === 'waiting'`)
    await phone.run(`['one', 'two'].forEach((text) => room.send(text)), null`)
    expect(await phone.run('chat.outbox.get().length')).toBe(2)
    await server.ask(`POST /rooms/${room}/messages`, { content: 'meanwhile' }, ada.token)
    phone.native.sockets.mend()
    // An app calls this when it comes to the front.
    await phone.run('chat.connect()')
    await until(`chat.outbox.get().length === 0 && room.timeline.get().items.length === 3`)
    expect(await shown()).toEqual(['meanwhile', 'one', 'two'])
  })

  test('a storage of the app keeps what is not sent for the next start', async () => {
    const kept = `globalThis.all = new Map(given), globalThis.storage = {
      all: (owner) => Promise.resolve([...all.values()].filter((one) => one[0] === owner).map((one) => one[1])),
      put: (owner, pending) => Promise.resolve(void all.set(pending.client_id, [owner, pending])),
      remove: (owner, id) => Promise.resolve(void all.delete(id)) }`
    const start = async (given: unknown[]) => {
      await phone.run(`globalThis.given = ${JSON.stringify(given)}, ${kept}, null`)
      await connected(`'${ada.token}'`, 'storage')
    }
    await start([])
    phone.native.sockets.cut()
    await until(`chat.connection.get().status === 'waiting'`)
    await phone.run(`room.send('before it was killed'), null`)
    await until('all.size === 1')
    const left = await phone.run<unknown[]>('[...all]')
    await phone.close()
    phone = await startPhone(bundled)
    await start(left)
    await until(`all.size === 0 && room.timeline.get().items.length === 1`)
    expect(await shown()).toEqual(['before it was killed'])
  })

  test('a file goes by its address', async () => {
    const path = join(folder, 'note.txt')
    await Bun.write(path, 'hello')
    const received: Record<string, string>[] = []
    // As rest.md of the protocol says that the server will.
    const shelf = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: async (request) => {
        const { file, ...fields } = Object.fromEntries(await request.formData()) as unknown as { file: File; room_id: string } // prettier-ignore
        received.push({ ...fields, name: file.name, text: await file.text() })
        return Response.json({ success: true, data: { id: 7 } }, { status: 201 })
      },
    })
    const file = { uri: path, name: 'note.txt', type: 'text/plain' }
    await phone.run(
      `globalThis.chat = sdk.createChat({ url: 'http://127.0.0.1:${shelf.port}', token: 'a token' }), null`,
    )
    const options = { ref: { room_id: 3 }, description: 'green' }
    expect(await phone.run(`chat.upload(${JSON.stringify(file)}, ${JSON.stringify(options)})`)).toEqual({ id: 7 })
    expect(received).toEqual([{ room_id: '3', description: 'green', name: 'note.txt', text: 'hello' }])
    await shelf.stop(true)
  })

  test('its compiler takes what Metro makes for it', async () => {
    const made = join(folder, 'stable.js')
    await bundle('hermes-stable', made)
    await compile(made, join(folder, 'app.hbc'))
    expect((await Bun.file(join(folder, 'app.hbc')).bytes()).length).toBeGreaterThan(100_000)
  })
})
