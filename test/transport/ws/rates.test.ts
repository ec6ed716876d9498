import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Client, connect } from '../../services/client.ts'
import { type Account, type Overrides, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account

beforeAll(async () => {
  server = await startServer()
  ada = await server.register('ada')
  bob = await server.register('bob')
})
afterAll(() => server.close())

/** A server over the same people, and what it makes of them. */
async function limited<T>(limits: Overrides['limits'], use: (on: TestServer) => Promise<T>): Promise<T> {
  const on = await startServer({ ...(limits && { limits }) }, server.database)
  try {
    return await use(on)
  } finally {
    await on.close()
  }
}

const repeat = async (client: Client, times: number, type: string, data: object = {}) => {
  const replies = []
  for (let time = 0; time < times; time++) replies.push(await client.command(type, data))
  return replies
}

const figureOf = ({ hello }: Client) =>
  (hello.data['limits'] as { max_messages_per_minute: number }).max_messages_per_minute

describe('a limit of its own has', () => {
  const one = { room_id: 'general', message_id: 1, conversation_id: 1 }
  test.each<[string, string, object, NonNullable<Overrides['limits']>]>([
    ['messages', 'send_message', { room_id: 'general', content: 'hi' }, { max_messages_per_minute: 1 }],
    ['messages', 'send_dm', { conversation_id: 1, content: 'hi' }, { max_messages_per_minute: 1 }],
    ['joins', 'join_room', { room_id: 'general' }, { max_joins_per_minute: 1 }],
    ['joins', 'create_dm', { user_id: 2 }, { max_joins_per_minute: 1 }],
    ['reactions', 'add_reaction', { ...one, emoji: '🎉' }, { max_reactions_per_minute: 1 }],
    ['reactions', 'remove_reaction', { ...one, emoji: '🎉' }, { max_reactions_per_minute: 1 }],
    ['edits', 'edit_message', { ...one, content: 'x' }, { max_edits_per_minute: 1 }],
    ['edits', 'delete_message', one, { max_edits_per_minute: 1 }],
    ['edits', 'pin_message', { message_id: 1 }, { max_edits_per_minute: 1 }],
    ['edits', 'unpin_message', { message_id: 1 }, { max_edits_per_minute: 1 }],
    ['searches', 'get_audit_logs', { room_id: 'general' }, { max_searches_per_minute: 1 }],
    ['typing', 'typing_start', { room_id: 'general' }, { max_typing_per_minute: 1 }],
    ['typing', 'typing_stop', { room_id: 'general' }, { max_typing_per_minute: 1 }],
  ])('%s: %s', async (action, type, data, limits) => {
    await limited(limits, async (on) => {
      const client = await connect(on, { token: ada.token })
      // What has no reply of its own is answered by nothing, or by an error: a ping tells that it is over.
      client.raw(JSON.stringify({ type, data }))
      await client.command('ping')
      expect(client.frames.map(({ data: { code } }) => code)).not.toContain('RATE_LIMIT_EXCEEDED')
      expect(await client.command(type, data)).toMatchObject({
        type: 'error',
        data: {
          code: 'RATE_LIMIT_EXCEEDED',
          action: type,
          details: { current_rate: 2, limit: 1, window: 60, action },
          retry_after: expect.any(Number),
        },
      })
      expect((await client.command('list_dms')).type).toBe('dm_list')
    })
  })
})

test('a new account gets its part, and is told so', async () => {
  await limited({ max_messages_per_minute: 5, new_account_age: 86_400_000 }, async (on) => {
    const client = await connect(on, { token: ada.token })
    expect(figureOf(client)).toBe(2)
    const sent = await repeat(client, 3, 'send_message', { room_id: 'general', content: 'x' })
    expect(sent[2]!.data.details).toEqual({ current_rate: 3, limit: 2, window: 60, action: 'messages' } as never)
    await server.sql`update users set created_at = now() - interval '25 hours' where id = ${bob.id}`
    expect(figureOf(await connect(on, { token: bob.token }))).toBe(5)
  })
})

test.each(['moderator', 'admin'])('a %s gets more', async (role) => {
  const carol = await server.register(`carol-${role}`)
  await server.sql`update users set role = ${role} where id = ${carol.id}`
  await limited({ max_messages_per_minute: 1 }, async (on) => {
    const client = await connect(on, { token: carol.token })
    expect(figureOf(client)).toBe(3)
    const replies = await repeat(client, 4, 'send_message', { room_id: 'general', content: 'x' })
    expect(replies.map(({ type }) => type)).toEqual(['error', 'error', 'error', 'error'])
    expect(replies.map(({ data }) => data.code === 'RATE_LIMIT_EXCEEDED')).toEqual([false, false, false, true])
  })
})

test('who is refused again and again gets less, on all connections, and goes on in the same window', async () => {
  await limited({ max_messages_per_minute: 10, max_joins_per_minute: 1, offender_refusals: 2 }, async (on) => {
    const client = await connect(on, { token: ada.token })
    await repeat(client, 5, 'send_message', { room_id: 'general', content: 'x' })
    await repeat(client, 2, 'join_room', { room_id: 'general' })
    expect(figureOf(await connect(on, { token: ada.token }))).toBe(10)
    await repeat(client, 1, 'join_room', { room_id: 'general' })
    const other = await connect(on, { token: ada.token })
    expect(figureOf(other)).toBe(5)
    expect(await other.command('send_message', { room_id: 'general', content: 'x' })).toMatchObject({
      data: { code: 'RATE_LIMIT_EXCEEDED', details: { current_rate: 6, limit: 5 } },
    })
    expect(figureOf(await connect(on, { token: bob.token }))).toBe(10)
  })
})

test('a refusal of commands counts before anything else is looked at', async () => {
  await limited({ max_commands_per_minute: 2 }, async (on) => {
    const client = await connect(on, { token: ada.token })
    await repeat(client, 2, 'list_dms')
    expect(await client.command('make_tea')).toMatchObject({
      data: { code: 'RATE_LIMIT_EXCEEDED', details: { current_rate: 3, limit: 2, action: 'commands' } },
    })
  })
})

describe('commands of a feature', () => {
  const reactions = ['add_reaction', 'remove_reaction', 'get_reactions']

  test('that is off answer FEATURE_DISABLED, whatever they hold, and others go on', async () => {
    const off = await startServer({ features: { message_reactions: false } }, server.database)
    const client = await connect(off, { token: ada.token })
    for (const type of reactions) {
      expect(await client.command(type, { nonsense: true })).toMatchObject({
        type: 'error',
        data: { code: 'FEATURE_DISABLED', details: { feature: 'message_reactions' }, action: type },
      })
    }
    expect((await client.command('join_room', { room_id: 'general' })).type).toBe('room_joined')
    await off.close()
  })

  test('that is on are judged by what they hold', async () => {
    const client = await connect(server, { token: ada.token })
    for (const type of reactions)
      expect((await client.command(type, { nonsense: true })).data.code).toBe('VALIDATION_FAILED')
    await client.close()
  })
})
