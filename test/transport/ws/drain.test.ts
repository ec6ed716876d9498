import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'
import { startServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

const start = (drain_seconds: number) => startServer({ server: { bind_addr: '127.0.0.1:0', drain_seconds } }, database)
const name = () => `user${crypto.randomUUID().slice(0, 8)}`

describe('a server that stops', () => {
  test('tells each client another time to come back, serves it until then, and closes it with 4503', async () => {
    const server = await start(2)
    const { token } = await server.register(name())
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect(server, { token })))
    for (const client of clients) await client.command('join_room', { room_id: 'general' })
    const began = performance.now()
    const stopped = server.close()
    const told = await Promise.all(clients.map((client) => client.next('server_draining')))
    const times = told.map(({ data }) => data['reconnect_in_ms'] as number)
    expect(new Set(times).size).toBe(10)
    for (const time of times) expect(time).toBeWithin(1, 2_001)
    const last = clients[times.indexOf(Math.max(...times))]!
    const served = await last.command('send_message', { room_id: 'general', content: 'one more' })
    expect(served.type).toBe('message_sent')
    expect((await last.next('room_message')).data.content).toBe('one more')
    for (const client of clients) expect(await client.closed()).toMatchObject({ code: 4503 })
    await stopped
    expect(performance.now() - began).toBeLessThan(4_000)
    const [row] = await database.sql`select count(*)::integer as count from messages where content = 'one more'`
    expect(row).toMatchObject({ count: 1 })
  })

  test('spreads many over drain_seconds, and no longer', async () => {
    const server = await start(1)
    const { token } = await server.register(name())
    const clients = await Promise.all(Array.from({ length: 120 }, () => connect(server, { token })))
    const began = performance.now()
    const stopped = server.close()
    const told = await Promise.all(clients.map((client) => client.next('server_draining')))
    const times = told.map(({ data }) => data['reconnect_in_ms'] as number)
    expect(new Set(times).size).toBe(120)
    expect(Math.max(...times)).toBeWithin(900, 1_010)
    await Promise.all(clients.map((client) => client.closed()))
    await stopped
    expect(performance.now() - began).toBeLessThan(3_500)
  })

  test('refuses new sockets with 503 and Retry-After, and says it is not ready', async () => {
    const server = await start(2)
    const { token } = await server.register(name())
    const clients = await Promise.all(Array.from({ length: 60 }, () => connect(server, { token })))
    const stopped = server.close()
    await clients[0]!.next('server_draining')
    const upgrade = await fetch(`${server.url}/ws`, {
      headers: { connection: 'Upgrade', upgrade: 'websocket', authorization: `Bearer ${token}` },
    })
    expect(upgrade.status).toBe(503)
    expect(Number(upgrade.headers.get('retry-after'))).toBeWithin(1, 11)
    const ready = await fetch(`${server.url}/ready`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ checks: { draining: 'draining' } })
    await stopped
    await Promise.all(clients.map((client) => client.closed()))
  })

  test('with drain_seconds 0 closes all at once', async () => {
    const server = await start(0)
    const { token } = await server.register(name())
    const clients = await Promise.all(Array.from({ length: 50 }, () => connect(server, { token })))
    const began = performance.now()
    await server.close()
    expect(performance.now() - began).toBeLessThan(1_500)
    for (const client of clients) expect(await client.closed()).toMatchObject({ code: 4503 })
  })

  test('acknowledges or refuses, and what it acknowledged is kept', async () => {
    const server = await start(0)
    const { token } = await server.register(name())
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect(server, { token })))
    await clients[0]!.command('join_room', { room_id: 'general' })
    const acknowledged: string[] = []
    let going = true
    const sending = clients.map(async (client, index) => {
      for (let n = 0; going && !client.isClosed(); n++) {
        const content = `until the end ${index} ${n}`
        const reply = await client.command('send_message', { room_id: 'general', content }).catch(() => null)
        if (reply?.type === 'message_sent') acknowledged.push(content)
      }
    })
    while (acknowledged.length < 100) await Bun.sleep(1)
    await server.close()
    going = false
    await Promise.all(sending)
    const rows = await database.sql<
      { content: string }[]
    >`select content from messages where content like 'until the end %'`
    const kept = rows.map(({ content }) => content)
    expect(new Set(kept).size).toBe(kept.length)
    expect(kept).toEqual(expect.arrayContaining(acknowledged))
  })
})
