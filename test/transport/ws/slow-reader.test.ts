import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { openRaw } from '../../services/raw-socket.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(60_000)
let server: TestServer
let ada: Account
let slow: Account

beforeAll(async () => {
  server = await startServer({ limits: { max_send_buffer: 256 * 1024, max_message_length: 0, resume_limit: 0 } })
  ada = await server.register('ada')
  slow = await server.register('slow')
})
afterAll(() => server.close())

const closedSlow = async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(/^chat_websocket_slow_consumers_total (\d+)/m.exec(text)?.[1])
}

async function joinedRaw(room_id: number) {
  const raw = await openRaw(server.port)
  raw.send({ type: 'authenticate', data: { token: slow.token } })
  raw.send({ type: 'join_room', id: 'join', data: { room_id } })
  await eventually('the joined room', () => raw.frames.some(({ id }) => id === 'join'))
  return raw
}

/** Sends `count` messages of 20 kB and gives how long the slowest acknowledgement took. */
async function fill(sender: Client, room_id: number, count: number): Promise<number> {
  const content = 'x'.repeat(20_000)
  let slowest = 0
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    expect((await sender.command('send_message', { room_id, content: `${n} ${content}` })).type).toBe('message_sent')
    slowest = Math.max(slowest, performance.now() - began)
  }
  return slowest
}

test('a reader that stops reading is closed with 4008, nobody waits for it, and it resumes without loss', async () => {
  const room_id = await server.room(ada)
  const sender = await connect(server, { token: ada.token })
  const witness = await connect(server, { token: ada.token })
  for (const client of [sender, witness]) await client.command('join_room', { room_id })
  const before = await closedSlow()
  const stuck = await joinedRaw(room_id)
  // A neighbour of the same user that reads is not touched.
  const neighbour = await connect(server, { token: slow.token })
  await neighbour.command('join_room', { room_id })

  await fill(sender, room_id, 5)
  stuck.pause()
  let count = 5
  // The kernels hold some megabytes before the server has to.
  while ((await closedSlow()) === before && count < 1500) {
    expect(await fill(sender, room_id, 25)).toBeLessThan(2_000)
    count += 25
  }
  expect(await closedSlow()).toBe(before + 1)
  await witness.until('every event', () => (witness.events.filter(({ type }) => type === 'room_message').length === count ? true : undefined)) // prettier-ignore
  const seqs = witness.events.filter(({ type }) => type === 'room_message').map(({ data }) => data.seq)
  expect(seqs).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  expect((await neighbour.command('ping')).type).toBe('pong')

  stuck.resume()
  const code = await stuck.closed
  expect([4008, null]).toContain(code)
  const got = stuck.frames.filter(({ type }) => type === 'room_message').map(({ data }) => data['seq'] as number)
  // What it did get is a beginning without holes, and the rest comes on resuming.
  expect(got).toEqual(Array.from({ length: got.length }, (_, index) => index + 1))
  expect(got.length).toBeLessThan(count)
  const resume = [{ room_id, since_seq: got.length }]
  const again = await connect(server, { token: slow.token, authenticate: { resume } })
  const [resumed] = again.hello.data.resumed
  expect(resumed!.seq).toBe(count)
  expect(resumed!.missed.map(({ seq }) => seq)).toEqual(Array.from({ length: count - got.length }, (_, index) => got.length + 1 + index)) // prettier-ignore
  await Promise.all([sender, witness, neighbour, again].map((client) => client.close()))
  stuck.destroy()
})

test('a reader that only pauses within the bound is not closed and misses nothing', async () => {
  const room_id = await server.room(ada)
  const sender = await connect(server, { token: ada.token })
  await sender.command('join_room', { room_id })
  const before = await closedSlow()
  const raw = await joinedRaw(room_id)
  raw.pause()
  await fill(sender, room_id, 10)
  raw.resume()
  await eventually('every event', () => raw.frames.filter(({ type }) => type === 'room_message').length === 10)
  expect(await closedSlow()).toBe(before)
  raw.destroy()
  await sender.close()
})

test('a reader that asks for more than it reads is closed as well', async () => {
  const room_id = await server.room(ada)
  const sender = await connect(server, { token: ada.token })
  await sender.command('join_room', { room_id })
  await fill(sender, room_id, 50)
  const before = await closedSlow()
  const raw = await joinedRaw(room_id)
  raw.pause()
  // Each page is a megabyte, more than its buffer may hold.
  for (let n = 0; n < 40; n++) raw.send({ type: 'get_history', data: { room_id, limit: 50 } })
  await eventually('the close', async () => (await closedSlow()) > before)
  raw.destroy()
  await sender.close()
})
