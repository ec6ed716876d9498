// Slowloris, and its friends: requests that take for ever to say what they want.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'

import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)

const request_timeout = 1_000
/** From `request_timeout`, the least that there is, and as much again because the runtime looks every few seconds. */
const idle_ms = 5_000 + 10_000

let server: TestServer
let ada: Account
beforeAll(async () => {
  server = await startServer({ server: { request_timeout } })
  ada = await server.register('ada')
})
afterAll(() => server.close())

/** A client that says its beginning and then a letter at a time. */
function drip(beginning: string): Promise<{ said: string; answered_ms: number; closed_ms: number }> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    let [said, answered_ms] = ['', Infinity]
    const socket = connect(server.port, '127.0.0.1', () => socket.write(beginning))
    const timer = setInterval(() => socket.write('a'), 100)
    const late = setTimeout(() => {
      clearInterval(timer)
      socket.destroy()
      reject(new Error(`still open after ${idle_ms} ms: ${JSON.stringify(beginning)}`))
    }, idle_ms)
    socket.on('data', (chunk) => {
      answered_ms = Math.min(answered_ms, performance.now() - begun)
      said += chunk.toString('latin1')
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearInterval(timer)
      clearTimeout(late)
      resolve({ said: said.slice(0, 12), answered_ms, closed_ms: performance.now() - begun })
    })
  })
}

const post = (headers: string) =>
  `POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`

test('who is slow is sent away, and everybody else is served meanwhile', async () => {
  const ways: [string, boolean][] = [
    ['', false],
    ['GET', false],
    ['GET /health HTTP/1.1\r\nHost: local', false],
    ['GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', false],
    ['GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Slow: ', false],
    [post('Content-Length: 500'), true],
    [`${post('Transfer-Encoding: chunked')}fff\r\n`, true],
    [`${post('Transfer-Encoding: chunked')}1\r\n{\r\n`, false],
  ]
  const crowd = Promise.all(
    ways.flatMap(([beginning, answered]) =>
      Array.from({ length: 10 }, async () => ({ answered, ...(await drip(beginning)) })),
    ),
  )
  const waits: number[] = []
  let over = false
  const meanwhile = (async () => {
    while (!over) {
      const begun = performance.now()
      expect((await server.ask('GET /users/me', undefined, ada.token)).status).toBe(200)
      waits.push(performance.now() - begun)
      await Bun.sleep(20)
    }
  })()
  const ends = await crowd.finally(() => (over = true))
  await meanwhile
  expect(Math.max(...waits)).toBeLessThan(2_000)
  expect(waits.length).toBeGreaterThan(20)
  for (const { answered, said, answered_ms, closed_ms } of ends) {
    expect(closed_ms).toBeLessThan(idle_ms)
    if (!answered) continue
    // A body that does not come is answered in time, rather than waited for.
    expect(said).toBe('HTTP/1.1 503')
    expect(answered_ms).toBeWithin(request_timeout - 50, request_timeout + 1_500)
  }
  expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
})
