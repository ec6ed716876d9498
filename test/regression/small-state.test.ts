import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../services/client.ts'
import { startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/**
 * What joining tells of a room was read before the socket subscribed, and a change in between was neither in the answer nor told: the client kept the old topic
 * until the next change.
 */
test.each(['a room that somebody follows', 'a room that nobody follows'])(
  'settings that change while one joins %s are in the answer, or told after it',
  async (which) => {
    const [ada, bob] = [await server.register(`ada${which.length}`), await server.register(`bob${which.length}`)]
    const room_id = await server.room(ada)
    const client = await connect(server, { token: bob.token })
    await client.command('join_room', { room_id })
    const watcher = await connect(server, { token: ada.token })
    if (which.includes('somebody')) await watcher.command('join_room', { room_id })
    const stale: number[] = []
    for (let n = 0; n < 150; n++) {
      await client.command('leave_room', { room_id })
      const topic = `topic ${n}`
      const from = client.events.length
      const changing = server.ask(`PUT /rooms/${room_id}`, { topic }, ada.token)
      const joining = client.command('join_room', { room_id })
      const [{ data }] = await Promise.all([joining, changing])
      const told = () =>
        client.events.slice(from).find((each) => each.type === 'room_updated' && each.data['topic'] === topic)
      // Answers do not wait for events, so the event may come after any of them.
      if (data['topic'] !== topic) await client.until(topic, told, 2_000).catch(() => stale.push(n))
    }
    expect(stale).toEqual([])
    for (const each of [client, watcher]) await each.close()
  },
)
