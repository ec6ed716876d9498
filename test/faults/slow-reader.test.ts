import { afterEach, expect, test } from 'bun:test'
import { type Account, signIn } from '../e2e/client.ts'
import { type Server, until } from '../e2e/program.ts'
import { done, serveCrowd, stored } from './crowd.ts'
import { follow } from './follower.ts'
import { openRaw } from './raw.ts'

let server: Server | undefined
afterEach(() => done(server))

const readers = 4
/** Of four bytes each in UTF-8: 32 KB a message, 38 MB in all. */
const message_length = 8_000
const messages = 1_200
const settings = [`limits.max_message_length=${message_length}`, 'limits.max_frame_size=256KiB', 'limits.resume_limit=5000'] // prettier-ignore

interface Talk {
  room_id: number
  speaker: Account
  listeners: Account[]
}

/** Broadcasts to those who read; the milliseconds that the slowest of them waited for a message. */
async function broadcast(running: Server, { room_id, speaker, listeners }: Talk): Promise<number> {
  const sent_at = new Map<number, number>()
  let slowest = 0
  let heard = 0
  const followers = listeners.map(({ access_token: token }, index) => follow({ room_id, token, name: `l${index}` }))
  for (const follower of followers) {
    await follower.connect(running.url)
    follower.onEvent = ({ content }) => {
      heard++
      slowest = Math.max(slowest, performance.now() - sent_at.get(Number.parseInt(content, 10))!)
    }
  }
  const client = await signIn(running.url, speaker.access_token)
  await client.ask('join_room', { room_id })
  await client.ask('leave_room', { room_id })
  for (let n = 0; n < messages; n++) {
    const head = `${n} `
    sent_at.set(n, performance.now())
    const answer = await client.ask('send_message', {
      room_id,
      content: `${head}${'🐢'.repeat(message_length - head.length)}`,
    })
    expect(answer.type).toBe('message_sent')
    // A pace that the four can follow, on a machine that is busy with other things too.
    if (n % 8 === 7) await until(() => heard >= (n - 32) * readers, 20_000, 'the others keep up')
  }
  await until(() => heard >= messages * readers, 20_000, 'the others hear everything')
  for (const follower of followers) {
    expect(follower.broken).toEqual([])
    expect(follower.client.isClosed()).toBe(false)
    await follower.client.close()
  }
  await client.close()
  return slowest
}

test('a reader who stops reading is closed with 4008 and resumes without loss, and the others never wait for them', async () => {
  const { server: started, people, room_id } = await serveCrowd({ settings })
  server = started
  const { url } = server
  const [speaker, sleeper, ...listeners] = people.slice(0, 2 + readers)
  const talk = (room: number): Talk => ({ room_id: room, speaker: speaker!, listeners })

  const alone = await broadcast(server, talk(1))

  const slow = await openRaw(url, { token: sleeper!.access_token })
  slow.send('join_room', { room_id })
  const joined = await slow.next('room_joined')
  slow.pause()
  const together = await broadcast(server, talk(room_id))
  // Everything has been said, and most of it was never read.
  const before = slow.received()
  slow.resume()
  expect(await slow.closed).toBe(4008)
  expect(slow.received()).toBeGreaterThan(before)
  console.log(
    `the slowest delivery took ${alone.toFixed(0)} ms without and ${together.toFixed(0)} ms with a slow reader`,
  )
  expect(together).toBeLessThan(alone * 3 + 1_000)

  // What did come is without a hole from the first; the rest comes by resuming.
  const came = slow.frames.filter(({ type }) => type === 'room_message').map(({ data }) => Number(data['seq']))
  const from = Number(joined.data['seq'])
  expect(came).toEqual(came.map((_, index) => from + 1 + index))
  expect(came.length).toBeLessThan(messages)
  const back = await signIn(url, sleeper!.access_token)
  const since_seq = from + came.length
  const answer = await back.ask('join_room', { room_id, since_seq })
  const missed = (answer.data['missed'] as { seq: number; id: number }[]).map(({ seq }) => seq)
  expect(answer.data['reset']).toBeUndefined()
  expect([...came, ...missed]).toEqual((await stored(server, room_id)).map(({ seq }) => seq))
  // The answer was far larger than the send buffer may be, which is no reason to send its reader away again.
  expect(await back.ask('ping')).toMatchObject({ type: 'pong' })
  expect((await back.close()).code).toBe(1000)
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^chat_websocket_slow_consumers_total 1$/m)
}, 90_000)

test('who is slow to read a long answer is not sent away for what is said meanwhile', async () => {
  const { server: started, people, room_id } = await serveCrowd({ settings })
  server = started
  const { url } = server
  const [speaker, sleeper] = people
  const client = await signIn(url, speaker!.access_token)
  await client.ask('join_room', { room_id })
  const [before] = (await stored(server, room_id)).map(({ seq }) => seq).slice(-1)
  for (let n = 0; n < 1_000; n++) await client.ask('send_message', { room_id, content: '🐢'.repeat(message_length) })

  const slow = await openRaw(url, { token: sleeper!.access_token })
  await slow.next('auth_success')
  slow.send('join_room', { room_id, since_seq: before ?? 0 })
  await until(() => slow.received() > 100_000, 20_000, 'the answer has begun')
  slow.pause()
  for (let n = 0; n < 10; n++) await client.ask('send_message', { room_id, content: `meanwhile ${n}` })
  slow.resume()
  await until(
    () => slow.frames.some(({ data }) => data['content'] === 'meanwhile 9'),
    20_000,
    'what was said meanwhile',
  )
  const joined = await slow.next('room_joined')
  expect(joined.data['missed']).toHaveLength(1_000)
  slow.end()
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^chat_websocket_slow_consumers_total 0$/m)
  await client.close()
}, 90_000)
