import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { type Account, type Client, open, signIn } from '../e2e/client.ts'
import { type Server, until } from '../e2e/program.ts'
import { done, general, serveCrowd } from './crowd.ts'
import { clientFrame, opcodes, openRaw } from './raw.ts'

let server: Server
let people: Account[]

beforeAll(async () => {
  const settings = ['limits.heartbeat_interval=2s', 'limits.auth_timeout=3s', 'limits.max_malformed_frames=10']
  const crowd = await serveCrowd({ settings })
  server = crowd.server
  people = crowd.people
}, 60_000)

afterAll(() => done(server))

const text = new TextEncoder()
const json = (value: unknown) => JSON.stringify(value)
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** Frames that are no JSON object: the tenth closes. */
const malformed: [string, string | Uint8Array][] = [
  ['nothing', ''],
  ['letters', 'hello'],
  ['half an object', '{"type":"ping","data":{'],
  ['a number', '123'],
  ['null', 'null'],
  ['a string', '"ping"'],
  ['true', 'true'],
  ['an array', '[{"type":"ping"}]'],
  ['a NUL', '\0'],
  ['an object behind a NUL', '\0{"type":"ping"}'],
  ['deep arrays', deep(20_000)],
  ['deep objects', `${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}`.slice(1)],
  ['a huge string that does not end', `"${'x'.repeat(60_000)}`],
  ['single quotes', "{'type': 'ping'}"],
  ['two objects', '{"type":"ping"}{"type":"ping"}'],
  ['bytes', new Uint8Array([0, 255, 1, 254, 2])],
  ['a binary frame with good JSON', text.encode('{"type":"ping"}')],
]

/** JSON objects that make no sense: the connection stays. */
const senseless: [string, string, string][] = [
  ['no type', json({ data: {} }), 'VALIDATION_FAILED'],
  ['a type of another type', json({ type: 7 }), 'VALIDATION_FAILED'],
  ['a type that is an object', json({ type: { a: 1 } }), 'VALIDATION_FAILED'],
  ['an id that is an object', json({ type: 'ping', id: {} }), 'VALIDATION_FAILED'],
  ['an endless id', json({ type: 'ping', id: 'x'.repeat(1_000) }), 'VALIDATION_FAILED'],
  ['a command that is not there', json({ type: 'drop_table' }), 'UNKNOWN_COMMAND'],
  ['a command named like a method', json({ type: '__proto__' }), 'UNKNOWN_COMMAND'],
  ['data that is a list', json({ type: 'send_message', data: [] }), 'VALIDATION_FAILED'],
  ['data that is text', json({ type: 'send_message', data: 'hi' }), 'VALIDATION_FAILED'],
  ['data that is missing', json({ type: 'send_message' }), 'VALIDATION_FAILED'],
  ['data that is deep', `{"type":"send_message","data":${deep(5_000)}}`, 'VALIDATION_FAILED'],
  ['content of another type', json({ type: 'send_message', data: { room_id: 1, content: 7 } }), 'VALIDATION_FAILED'],
  ['a lone surrogate', '{"type":"send_message","data":{"room_id":1,"content":"\\ud800"}}', 'VALIDATION_FAILED'],
  ['a NUL in a text', '{"type":"send_message","data":{"room_id":1,"content":"a\\u0000b"}}', 'VALIDATION_FAILED'],
  ['a NUL in a slug', '{"type":"join_room","data":{"room_id":"gen\\u0000eral"}}', ''],
  ['a lone surrogate in a slug', '{"type":"join_room","data":{"room_id":"\\udfff"}}', ''],
  [
    'a lone surrogate in the metadata',
    '{"type":"send_message","data":{"room_id":1,"content":"a","metadata":{"k":"\\ud800"}}}',
    'VALIDATION_FAILED',
  ],
  [
    'a NUL in the metadata',
    '{"type":"send_message","data":{"room_id":1,"content":"a","metadata":{"k":"\\u0000"}}}',
    'VALIDATION_FAILED',
  ],
  [
    'a NUL in a key of the metadata',
    '{"type":"send_message","data":{"room_id":1,"content":"a","metadata":{"\\u0000":1}}}',
    'VALIDATION_FAILED',
  ],
  [
    'metadata as large as the frame',
    json({ type: 'send_message', data: { room_id: 1, content: 'a', metadata: { k: 'x'.repeat(60_000) } } }),
    'PAYLOAD_TOO_LARGE',
  ],
  [
    'metadata that is deep',
    `{"type":"send_message","data":{"room_id":1,"content":"a","metadata":{"k":${deep(1_500)}}}}`,
    'VALIDATION_FAILED',
  ],
  [
    'a lone surrogate in the client_id',
    '{"type":"send_message","data":{"room_id":1,"content":"a","metadata":{"client_id":"\\ud800"}}}',
    'VALIDATION_FAILED',
  ],
  [
    'an endless text',
    json({ type: 'send_message', data: { room_id: 1, content: 'x'.repeat(60_000) } }),
    'MESSAGE_TOO_LONG',
  ],
  ['a blank text', json({ type: 'send_message', data: { room_id: 1, content: ' \u2003\n\t' } }), 'MESSAGE_EMPTY'],
  ['an id too large for a bigint', '{"type":"join_room","data":{"room_id":1e300}}', ''],
  ['an id that is no integer', json({ type: 'join_room', data: { room_id: 1.5 } }), 'VALIDATION_FAILED'],
  ['an id below zero', json({ type: 'join_room', data: { room_id: -1 } }), 'VALIDATION_FAILED'],
  ['a seq beyond all', json({ type: 'join_room', data: { room_id: 1, since_seq: 1e18 } }), 'VALIDATION_FAILED'],
  ['a limit beyond all', json({ type: 'get_history', data: { room_id: 1, limit: 1e9 } }), 'VALIDATION_FAILED'],
  [
    'a parent that is not there',
    json({ type: 'send_message', data: { room_id: 1, content: 'a', parent_id: 2 ** 52 } }),
    'MESSAGE_NOT_FOUND',
  ],
  ['a cursor that is none', json({ type: 'list_dms', data: { cursor: '\u0001%00' } }), ''],
  [
    'too many cursors',
    json({ type: 'sync', data: { cursors: Array.from({ length: 201 }, () => ({ room_id: 1, since_seq: 0 })) } }),
    'VALIDATION_FAILED',
  ],
]

describe('a frame that is no JSON object', () => {
  test.each(malformed)('is MALFORMED_FRAME: %s', async (_, frame) => {
    const client = await open(server.url)
    for (let n = 0; n < 10; n++) client.post(frame)
    expect(await client.closed).toMatchObject({ code: 4400 })
    expect(client.events.map(({ type, data }) => [type, data['code']])).toEqual(
      Array.from({ length: 10 }, () => ['error', 'MALFORMED_FRAME']),
    )
  })
})

describe('a frame that makes no sense is refused, and its connection stays', () => {
  test.each(senseless)('%s', async (_, frame, code) => {
    const client = await signIn(server.url, people[0]!.access_token)
    await client.ask('join_room', { room_id: general })
    client.post(frame)
    const { data } = await client.next('error')
    expect(data['code']).not.toBe('INTERNAL_ERROR')
    if (code !== '') expect(data['code']).toBe(code)
    expect(await client.ask('ping')).toMatchObject({ type: 'pong' })
    await client.close()
  })

  test.each(senseless)('before one has signed in: %s', async (_, frame) => {
    const client = await open(server.url)
    client.post(frame)
    const { data } = await client.next('error')
    expect(['AUTH_REQUIRED', 'VALIDATION_FAILED', 'UNKNOWN_COMMAND']).toContain(String(data['code']))
    await client.close()
  })
})

describe('what breaks the rules of WebSocket ends the connection:', () => {
  const large = 64 * 1024 + 1
  test.each<[string, () => Uint8Array, number]>([
    ['a frame larger than max_frame_size', () => clientFrame('x'.repeat(large)), 1009],
    ['a frame that says it is larger than everything', () => clientFrame('').with(1, 0xff), 1009],
    ['text that is not UTF-8', () => clientFrame(new Uint8Array([0xc3, 0x28])), 1007],
    ['a frame without a mask', () => new Uint8Array([0x81, 2, 0x68, 0x69]), 1002],
    ['an opcode that is not there', () => clientFrame('x', 3), 1002],
    ['a ping longer than is allowed', () => clientFrame('x'.repeat(126), opcodes.ping), 1002],
  ])('%s', async (_, frame, code) => {
    const raw = await openRaw(server.url, { token: people[1]!.access_token })
    await raw.next('auth_success')
    raw.write(frame())
    if (frame().length < 20) raw.write(new Uint8Array(64))
    expect(await raw.closed).toBe(code)
  })
})

test('frames that come faster than they can be run end the connection with 4429', async () => {
  const client = await signIn(server.url, people[2]!.access_token)
  await client.ask('join_room', { room_id: general })
  const frame = json({ type: 'get_history', data: { room_id: general } })
  for (let n = 0; n < 2_000; n++) client.post(frame)
  expect(await client.closed).toMatchObject({ code: 4429 })
})

describe('half-open connections do not stay:', () => {
  const connections = async () =>
    Number(/^chat_websocket_connections_active (\d+)/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1])

  test('a socket that never authenticates is closed with 4408', async () => {
    const client = await open(server.url)
    expect((await client.next('auth_error')).data).toMatchObject({ code: 'AUTH_TIMEOUT' })
    expect(await client.closed).toMatchObject({ code: 4408 })
  })

  test('one that signed in and answers no ping is dropped, and no longer counted', async () => {
    await until(async () => (await connections()) === 0, 20_000, 'nobody is connected')
    const mute = await openRaw(server.url, { token: people[3]!.access_token })
    await mute.next('auth_success')
    const lively = await signIn(server.url, people[4]!.access_token)
    await until(() => mute.pings() > 0, 20_000, 'it is asked')
    await mute.closed
    await until(async () => (await connections()) === 1, 10_000, 'only the lively one is left')
    // Bun's client answers pings by itself.
    expect(await lively.ask('ping')).toMatchObject({ type: 'pong' })
    await lively.close()
  }, 40_000)
})

describe('a request that makes no sense gets a clear answer:', () => {
  test.each<[string, string, string, string | undefined, number[]]>([
    ['a NUL in a name', 'POST', '/auth/login', '{"username":"a\\u0000b","password":"correct horse"}', [401, 422]],
    [
      'a lone surrogate in a name',
      'POST',
      '/auth/login',
      '{"username":"\\ud800bc","password":"correct horse"}',
      [401, 422],
    ],
    ['a NUL in a password', 'POST', '/auth/login', '{"username":"user1","password":"correct\\u0000horse"}', [401, 422]],
    ['a NUL in a token', 'POST', '/auth/refresh', '{"refresh_token":"\\u0000"}', [401, 422]],
    ['a NUL in a search', 'GET', '/rooms?search=%00', undefined, [200, 400, 422]],
    ['half of a letter in a search', 'GET', '/rooms?search=%ff%ed%a0%80', undefined, [200, 400, 422]],
    ['a NUL in the name of a room', 'POST', '/rooms', '{"name":"a\\u0000b","is_public":true}', [422]],
    ['a lone surrogate in the name of a room', 'POST', '/rooms', '{"name":"\\udfff!","is_public":true}', [422]],
    ['a NUL in the topic of a room', 'POST', '/rooms', '{"name":"topical","topic":"\\u0000","is_public":true}', [422]],
    [
      'a lone surrogate in a description',
      'POST',
      '/rooms',
      '{"name":"described","description":"\\ud800","is_public":true}',
      [422],
    ],
    ['deep JSON', 'POST', '/rooms', deep(20_000), [400, 422]],
    ['a prototype', 'POST', '/rooms', '{"__proto__":{"name":"x"},"is_public":true}', [422]],
    ['an offset beyond all', 'GET', '/rooms?offset=1e300', undefined, [422]],
  ])('%s', async (_, method, path, body, statuses) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${people[0]!.access_token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    })
    expect(await response.json()).toHaveProperty('success')
    expect(statuses).toContain(response.status)
  })
})

const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length
const rss_mb = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024

/** A user's round trips while something else goes on; the slowest in milliseconds. */
async function chatMeanwhile(client: Client, during: Promise<unknown>): Promise<number> {
  let over = false
  const ended = during.finally(() => {
    over = true
  })
  let slowest = 0
  while (!over) {
    const started = performance.now()
    const answer = await client.ask('send_message', { room_id: general, content: 'still here' })
    expect(answer.type).toBe('message_sent')
    slowest = Math.max(slowest, performance.now() - started)
    await Bun.sleep(5)
  }
  await ended
  return slowest
}

/** 10,000 frames of garbage: seven in ten are no JSON object, which takes a new connection every ten; the others keep theirs. */
async function flood(): Promise<void> {
  const at_once = 25
  const rounds = 700
  let round = 0
  const codes: number[] = []
  await Promise.all(
    Array.from({ length: at_once }, async () => {
      while (round < rounds) {
        const turn = round++
        const client = await open(server.url)
        for (let n = 0; n < 10; n++)
          client.post(turn % 3 === 0 ? noise() : malformed[(turn + n) % malformed.length]![1])
        codes.push((await client.closed).code)
      }
    }),
  )
  expect(codes.filter((code) => code !== 4400)).toEqual([])
  const patient = await signIn(server.url, people[5]!.access_token)
  let refused = 0
  for (let n = 0; n < 3_000; n += 30) {
    for (let each = 0; each < 30; each++) patient.post(senseless[(n + each) % senseless.length]![1])
    refused += 30
    await until(() => patient.events.length >= refused, 20_000, 'each is refused')
  }
  expect(patient.isClosed()).toBe(false)
  await patient.close()
}

/** Bytes of any kind in a binary frame, or letters of any kind in a text frame. */
function noise(): string | Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(1 + Math.floor(Math.random() * 2_000)))
  return Math.random() < 0.5 ? bytes : Buffer.from(bytes).toString('latin1')
}

const floods = 6

test('a flood of 10,000 frames of garbage leaves the others alone and no memory behind', async () => {
  const client = await signIn(server.url, people[6]!.access_token, () => undefined)
  await client.ask('join_room', { room_id: general })
  const quiet = await chatMeanwhile(client, Bun.sleep(1_000))
  const memory: number[] = []
  const waits: number[] = []
  for (let round = 0; round < floods; round++) {
    waits.push(await chatMeanwhile(client, flood()))
    memory.push(rss_mb())
  }
  const said = (numbers: number[]) => numbers.map((each) => each.toFixed(0)).join(', ')
  console.log(
    `RSS ${said(memory)} MB after each flood; the slowest send took ${said(waits)} ms, ${quiet.toFixed(0)} ms without`,
  )
  expect(Math.max(...waits)).toBeLessThan(quiet * 10 + 1_000)
  // Collected now and then, so it goes up and down; what leaks only goes up.
  expect(Math.min(...memory.slice(-3)) - Math.min(...memory.slice(0, 3))).toBeLessThan(32)
  await client.close()
}, 90_000)

test('connections that never say what they want leave the others alone, and leave when they leave', async () => {
  const client = await signIn(server.url, people[7]!.access_token, () => undefined)
  await client.ask('join_room', { room_id: general })
  const before = descriptors()
  const kinds: ((n: number) => string)[] = [
    // Says nothing; half a header; half of an upgrade; a body that does not come.
    () => '',
    () => 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    () => 'GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n',
    () =>
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{',
  ]
  const idle = await Promise.all(
    Array.from({ length: 400 }, async (_, n) => {
      const raw = await openRaw(server.url, { silent: true })
      const begin = kinds[n % kinds.length]!(n)
      if (begin !== '') raw.write(begin)
      return { raw, begin }
    }),
  )
  await until(() => descriptors() >= before + 400, 5_000, 'they are all connected')
  const drip = (async () => {
    for (let turn = 0; turn < 20; turn++) {
      for (const { raw, begin } of idle) if (begin.includes('X-Slow')) raw.write('a')
      await Bun.sleep(100)
    }
  })()
  expect(await chatMeanwhile(client, drip)).toBeLessThan(2_000)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  for (const { raw } of idle) raw.end()
  await until(() => descriptors() <= before + 5, 10_000, 'their descriptors are free again')
  await client.close()
}, 60_000)

test('the server has seen no failure of its own in any of this', () => {
  const failures = server.log().filter(({ level }) => level === 'ERROR')
  expect(failures).toEqual([])
  expect(server.running()).toBe(true)
})
