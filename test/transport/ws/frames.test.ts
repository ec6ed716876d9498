import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect, type Data } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let client: Client
let bystander: Client

beforeAll(async () => {
  server = await startServer({ limits: { max_malformed_frames: 0 } })
  ada = await server.register('ada')
  client = await connect(server, { token: ada.token })
  bystander = await connect(server, { token: (await server.register('bob')).token })
})
afterAll(() => server.close())

/** Sends a raw frame and gives the error that answers it, with its place among all frames. */
async function answerTo(frame: string | Uint8Array<ArrayBuffer>, on = client) {
  const before = on.frames.length
  on.raw(frame)
  return on.until('an answer', () => on.frames[before])
}

describe('the id of a command is echoed', () => {
  test.each<[string, unknown]>([
    ['a number', 7],
    ['zero', 0],
    ['a negative number', -3],
    ['a fraction', 1.5],
    ['a string', 'abc'],
    ['an empty string', ''],
    ['128 characters', 'x'.repeat(128)],
    ['128 code points', '🍵'.repeat(128)],
  ])('%s', async (_, id) => {
    expect(await answerTo(JSON.stringify({ type: 'ping', id, data: {} }))).toMatchObject({ type: 'pong', id })
    const refused = JSON.stringify({ type: 'join_room', id, data: { room_id: 'nowhere' } })
    expect(await answerTo(refused)).toMatchObject({ type: 'error', id, data: { code: 'ROOM_NOT_FOUND' } })
  })

  test('or left out when there was none', async () => {
    expect(await answerTo('{"type": "ping", "data": {}}')).not.toHaveProperty('id')
    expect(await answerTo('{"type": "join_room", "data": {"room_id": "nowhere"}}')).not.toHaveProperty('id')
  })

  test.each(['true', 'null', '{}', '[1]', '1e999', JSON.stringify('x'.repeat(129)), JSON.stringify('🍵'.repeat(129))])(
    'not %p',
    async (id) => {
      const answer = await answerTo(`{"type": "ping", "id": ${id}, "data": {}}`)
      expect(answer).toMatchObject({
        type: 'error',
        data: { code: 'VALIDATION_FAILED', details: [{ field: 'id', reason: expect.any(String) }] },
      })
      expect(answer).not.toHaveProperty('id')
    },
  )
})

describe('VALIDATION_FAILED, and the connection stays open,', () => {
  test.each<[string, object, string[]]>([
    ['without a type', { id: 1, data: {} }, ['type']],
    ['for a type that is a number', { id: 1, type: 5, data: {} }, ['type']],
    ['for a missing field', { type: 'send_message', data: { room_id: 1 } }, ['content']],
    [
      'for several wrong fields',
      { type: 'send_message', data: { room_id: 1, content: 5, parent_id: 'x' } },
      ['content', 'parent_id'],
    ],
    ['for data that is a list', { type: 'join_room', data: [] }, ['']],
    ['for data that is a text', { type: 'send_message', data: 'x' }, ['']],
    ['for a negative since_seq', { type: 'join_room', data: { room_id: 1, since_seq: -1 } }, ['since_seq']],
    ['for a fractional since_seq', { type: 'join_room', data: { room_id: 1, since_seq: 1.5 } }, ['since_seq']],
    ['for an id beyond 2^53', { type: 'join_room', data: { room_id: 2 ** 53 } }, ['room_id']],
    ['for the id 0', { type: 'get_history', data: { room_id: 0 } }, ['room_id']],
    ['for an empty slug', { type: 'get_history', data: { room_id: '' } }, ['room_id']],
    ['for a limit over 100', { type: 'get_history', data: { room_id: 1, limit: 101 } }, ['limit']],
    ['for a limit of 0', { type: 'get_history', data: { room_id: 1, limit: 0 } }, ['limit']],
    ['for a room and a DM at once', { type: 'join_room', data: { room_id: 1, conversation_id: 1 } }, ['room_id']],
    ['for neither a room nor a DM', { type: 'join_room', data: {} }, ['room_id']],
    [
      'for 201 cursors',
      { type: 'sync', data: { cursors: Array.from({ length: 201 }, () => ({ room_id: 1, since_seq: 0 })) } },
      ['cursors'],
    ],
    [
      'for an unknown content type',
      { type: 'send_message', data: { room_id: 1, content: 'x', content_type: 'system' } },
      ['content_type'],
    ],
    [
      'for a client_id of ours',
      { type: 'send_message', data: { room_id: 1, content: 'x', metadata: { client_id: '~x' } } },
      ['metadata.client_id'],
    ],
    [
      'for an empty client_id',
      { type: 'send_message', data: { room_id: 1, content: 'x', metadata: { client_id: '' } } },
      ['metadata.client_id'],
    ],
    ['for nobody to chat with', { type: 'create_dm', data: {} }, ['user_id']],
    ['for a cursor of another list', { type: 'list_dms', data: { cursor: 'bm9uc2Vuc2U' } }, ['cursor']],
  ])('%s', async (_, frame, fields) => {
    const { type, data } = await answerTo(JSON.stringify(frame))
    expect([type, data.code, data['severity']]).toEqual(['error', 'VALIDATION_FAILED', 'low'])
    const named = (data.details as Data[]).map((detail) => detail['field'])
    for (const field of fields) expect(named).toContain(field)
    expect(client.isClosed()).toBe(false)
  })

  test('and unknown fields are ignored', async () => {
    const frame = { type: 'ping', id: 1, data: { timestamp: 'x', more: { deep: [] } }, other: true }
    expect(await answerTo(JSON.stringify(frame))).toMatchObject({ type: 'pong', data: { timestamp: 'x' } })
    expect(await answerTo('{"type": "ping", "id": 2}')).toMatchObject({ type: 'pong', id: 2 })
  })
})

test.each([
  ['a command that nobody knows', 'make_coffee', 'UNKNOWN_COMMAND'],
  ['a name of JavaScript', '__proto__', 'UNKNOWN_COMMAND'],
  ['an empty name', '', 'UNKNOWN_COMMAND'],
])('%s is an error that names it', async (_, type, code) => {
  expect(await client.command(type)).toMatchObject({ type: 'error', data: { code, action: type } })
})

describe('MALFORMED_FRAME', () => {
  const bytes = (...values: number[]) => new Uint8Array(values)
  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['an empty frame', ''],
    ['what is not JSON', '{"type": "ping"'],
    ['a number', '123'],
    ['a boolean', 'true'],
    ['null', 'null'],
    ['a quoted text', '"{\\"type\\": \\"ping\\"}"'],
    ['a list', '[{"type": "ping"}]'],
    ['a NUL', '\0'],
    ['30,000 brackets', '['.repeat(30_000)],
    ['a deep object', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`.slice(0, -1)],
    ['bytes', bytes(0, 255, 254, 1)],
    ['a command as bytes', new TextEncoder().encode('{"type": "ping"}')],
  ])('is the answer to %s', async (_, frame) => {
    expect(await answerTo(frame)).toMatchObject({
      type: 'error',
      data: { code: 'MALFORMED_FRAME', severity: 'medium', action: null },
    })
  })

  test('ten times closes with 4400, and nine times does not', async () => {
    const strict = await startServer({}, server.database)
    const noisy = await connect(strict, { token: ada.token })
    for (let n = 1; n <= 9; n++) await answerTo('nonsense', noisy)
    expect((await noisy.command('ping')).type).toBe('pong')
    noisy.raw('nonsense')
    expect(await noisy.closed()).toMatchObject({ code: 4400 })
    expect(noisy.frames.filter(({ data }) => data.code === 'MALFORMED_FRAME')).toHaveLength(10)
    await strict.close()
  })
})

test('a frame of max_frame_size is taken, and a larger one closes with 1009', async () => {
  const content = (bytes: number) => {
    const frame = JSON.stringify({ type: 'ping', id: 1, data: { pad: '' } })
    return JSON.stringify({ type: 'ping', id: 1, data: { pad: 'x'.repeat(bytes - frame.length) } })
  }
  const large = await connect(server, { token: ada.token })
  expect(await answerTo(content(65_536), large)).toMatchObject({ type: 'pong' })
  large.raw(content(65_537))
  // The runtime cuts such a socket off; a client may see the code or only the cut.
  expect([1009, 1006]).toContain((await large.closed()).code)
  expect((await bystander.command('ping')).type).toBe('pong')
})

describe('commands of one connection', () => {
  test('run one after the other, in the order received', async () => {
    const room = await server.room(ada)
    const commands = Array.from({ length: 50 }, (_, n) => {
      switch (n % 5) {
        case 0:
          return client.command('join_room', { room_id: room, since_seq: 0 })
        case 1:
          return client.command('send_message', { room_id: room, content: `${n}` })
        case 2:
          return client.command('get_history', { room_id: room, limit: 1 })
        case 3:
          return client.command('ping', { timestamp: n })
        default:
          return client.command('nonsense')
      }
    })
    const from = client.frames.length
    const replies = await Promise.all(commands)
    const order = client.frames.slice(from).filter(({ id }) => id !== undefined)
    expect(order.map(({ id }) => id)).toEqual(replies.map(({ id }) => id))
    // Each history shows what the send before it wrote.
    const shown = replies.filter(({ type }) => type === 'room_history').map(({ data }) => data.messages[0]!.content)
    expect(shown).toEqual(Array.from({ length: 10 }, (_, n) => `${n * 5 + 1}`))
  })

  test.each([
    ['frames', { inbound_queue_frames: 20 }, 200, 10],
    ['bytes', { inbound_queue_bytes: 65_536, inbound_queue_frames: 0 }, 100, 2_000],
  ])('wait in a queue that is bounded in %s: over it, 4429', async (_, limits, count, size) => {
    const small = await startServer({ limits }, server.database)
    const flood = await connect(small, { token: ada.token })
    const calm = await connect(small, { token: ada.token })
    for (let n = 0; n < count; n++)
      flood.raw(JSON.stringify({ type: 'get_history', data: { room_id: 'general', pad: 'x'.repeat(size) } }))
    expect(await flood.closed()).toMatchObject({ code: 4429 })
    expect((await calm.command('ping')).type).toBe('pong')
    await small.close()
  })

  test('of all sockets together are bounded too: the greedy one goes, and what it held is free again', async () => {
    const small = await startServer({ limits: { inbound_queue_total: 65_536 } }, server.database)
    const calm = await connect(small, { token: ada.token })
    const history = (size: number) => ({ room_id: 'general', pad: 'x'.repeat(size) })
    const burst = (client: Client, count: number, size: number) =>
      Promise.allSettled(Array.from({ length: count }, () => client.command('get_history', history(size))))
    for (let time = 0; time < 3; time++) {
      const greedy = await connect(small, { token: ada.token })
      const answered = burst(greedy, 50, 4_000)
      expect(await greedy.closed()).toMatchObject({ code: 4429 })
      await answered
      const modest = await burst(calm, 10, 4_000)
      expect(modest.map(({ status }) => status)).toEqual(Array(10).fill('fulfilled'))
    }
    await small.close()
  })

  test('that wait within the bound are all run', async () => {
    const replies = await Promise.all(
      Array.from({ length: 60 }, () => client.command('join_room', { room_id: 'general' })),
    )
    expect(new Set(replies.map(({ type }) => type))).toEqual(new Set(['room_joined']))
  })
})

describe('RATE_LIMIT_EXCEEDED', () => {
  test('after max_messages_per_minute, over all connections of a user, and for messages only', async () => {
    const limited = await startServer({ limits: { max_messages_per_minute: 5 } }, server.database)
    const [one, two] = [await connect(limited, { token: ada.token }), await connect(limited, { token: ada.token })]
    expect(one.hello.data['limits']).toMatchObject({ max_messages_per_minute: 5 })
    await one.command('join_room', { room_id: 'general' })
    for (const n of [1, 2, 3, 4, 5]) {
      const sent = await (n % 2 ? one : two).command('send_message', { room_id: 'general', content: `${n}` })
      expect(sent.type).toBe('message_sent')
    }
    const refused = await two.command('send_message', { room_id: 'general', content: '6' })
    expect(refused).toMatchObject({
      type: 'error',
      data: {
        code: 'RATE_LIMIT_EXCEEDED',
        action: 'send_message',
        details: { current_rate: 6, limit: 5, window: 60, action: 'messages' },
      },
    })
    expect(refused.data.retry_after).toBeWithin(50, 61)
    expect((await one.command('get_history', { room_id: 'general' })).type).toBe('room_history')
    expect(one.isClosed() || two.isClosed()).toBe(false)
    await limited.close()
  })

  test('after max_commands_per_minute', async () => {
    const limited = await startServer({ limits: { max_commands_per_minute: 3 } }, server.database)
    const one = await connect(limited, { token: ada.token })
    const types = []
    for (let n = 0; n < 5; n++) types.push((await one.command('list_dms')).type)
    expect(types).toEqual(['dm_list', 'dm_list', 'dm_list', 'error', 'error'])
    expect((await one.command('ping')).type).toBe('pong')
    await limited.close()
  })
})

describe('the heartbeat', () => {
  test('lets a peer that answers pings stay', async () => {
    const hasty = await startServer({ limits: { heartbeat_interval: 1_000 } }, server.database)
    const idle = await connect(hasty, { token: ada.token })
    expect(idle.hello.data['heartbeat_interval']).toBe(1)
    await Bun.sleep(9_500)
    expect((await idle.command('ping')).type).toBe('pong')
    await hasty.close()
  }, 30_000)

  test('answers ping with the time and what was sent', async () => {
    for (const timestamp of [1_700_000_000_000, 'now', undefined]) {
      const { data } = await client.command('ping', { timestamp })
      expect(data['timestamp']).toBe(timestamp)
      expect(Math.abs(Date.parse(data['server_time'] as string) - Date.now())).toBeLessThan(5_000)
    }
  })
})
