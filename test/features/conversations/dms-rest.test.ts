import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
let cleo: Account
let dm: number

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, cleo] = [await server.register('ada'), await server.register('bob'), await server.register('cleo')]
  dm = await open(ada, bob)
})
afterAll(() => server.close())

const ask = (line: string, body?: unknown, who: Account | null = ada): Promise<Answer> =>
  server.ask(line, body, who?.token)
const open = async (one: Account, other: Account): Promise<number> =>
  ((await ask('POST /conversations', { user_id: other.id }, one)).data as { conversation_id: number }).conversation_id
const say = async (who: Account, at = dm): Promise<number> =>
  ((await ask(`POST /conversations/${at}/messages`, { content: 'hi' }, who)).data as { id: number }).id
const outcome = ({ status, error }: Answer) => [status, error?.code]

describe('POST /conversations', () => {
  test('makes the DM once, whoever asks', async () => {
    const [dora, emil] = [await server.register('dora'), await server.register('emil')]
    const made = await ask('POST /conversations', { user_id: emil.id }, dora)
    const { conversation_id } = made.data as { conversation_id: number }
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1/conversations/${conversation_id}`])
    expect(made.data).toEqual({
      conversation_id,
      user1_id: dora.id,
      user2_id: emil.id,
      is_blocked: false,
      created_at: expect.stringMatching(/Z$/),
    } as never)
    for (const [who, user_id] of [
      [dora, emil.id],
      [emil, dora.id],
    ] as const) {
      // prettier-ignore
      const again = await ask('POST /conversations', { user_id }, who)
      expect([again.status, again.headers.get('location'), again.data]).toEqual([200, null, made.data])
    }
    const client = await connect(server, { token: emil.token })
    expect((await client.command('create_dm', { user_id: dora.id })).data as unknown).toEqual(made.data)
    await client.close()
  })

  test('of many at once from both sides, one makes it', async () => {
    const [fay, gus] = [await server.register('fay'), await server.register('gus')]
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ask('POST /conversations', { user_id: (n % 2 ? fay : gus).id }, n % 2 ? gus : fay),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array<number>(19).fill(200), 201])
    const ids = answers.map(({ data }) => (data as { conversation_id: number }).conversation_id)
    expect(new Set(ids).size).toBe(1)
  })

  test('with oneself is for notes', async () => {
    const { status, data } = await ask('POST /conversations', { user_id: cleo.id }, cleo)
    expect([status, data]).toMatchObject([201, { user1_id: cleo.id, user2_id: cleo.id }])
  })

  test('both hear of their first message at once', async () => {
    const [hal, ivy] = [await server.register('hal'), await server.register('ivy')]
    const client = await connect(server, { token: ivy.token })
    const { data } = await ask(`POST /conversations/${await open(hal, ivy)}/messages`, { content: 'hello' }, hal)
    expect((await client.next('dm_message')).data as unknown).toEqual(data)
    await client.close()
  })

  test.each<[string, unknown, [number, string]]>([
    ['nobody', {}, [422, 'VALIDATION_FAILED']],
    ['a name', { user_id: 'bob' }, [422, 'VALIDATION_FAILED']],
    ['two people', { user1_id: 1, user2_id: 2 }, [422, 'VALIDATION_FAILED']],
    ['a half', { user_id: 1.5 }, [422, 'VALIDATION_FAILED']],
    ['somebody beyond all ids', { user_id: 2 ** 60 }, [422, 'VALIDATION_FAILED']],
    ['somebody who never was', { user_id: 987_654 }, [404, 'USER_NOT_FOUND']],
  ])('refuses %s', async (_, body, expected) => {
    expect(outcome(await ask('POST /conversations', body))).toEqual(expected)
  })

  test('refuses guests, and to begin with whom one is blocked by', async () => {
    const [jon, kim] = [await server.register('jon'), await server.register('kim')]
    await server.sql`insert into blocks (user_id, blocked_user_id) values (${kim.id}, ${jon.id})`
    expect(outcome(await ask('POST /conversations', { user_id: kim.id }, jon))).toEqual([403, 'USER_BLOCKED'])
    await server.sql`update users set role = 'guest' where id = ${jon.id}`
    const guest = await server.login('jon')
    expect(outcome(await ask('POST /conversations', { user_id: ada.id }, guest))).toEqual([403, 'PERMISSION_DENIED'])
    expect(outcome(await ask('POST /conversations', { user_id: ada.id }, null))).toEqual([401, 'AUTH_REQUIRED'])
  })
})

interface Summary {
  conversation_id: number
  other_user: { user_id: number; is_online: boolean; last_seen: string | null }
  last_message: { id: number } | null
  unread_count: number
}

describe('GET /conversations', () => {
  test('gives those of the caller, the newest message first, as list_dms has them', async () => {
    const lou = await server.register('lou')
    const [one, other] = [await open(lou, ada), await open(lou, bob)]
    const last = await say(ada, one)
    await say(ada, one)
    const { data } = await ask('GET /conversations', undefined, lou)
    const { conversations, next_cursor } = data as { conversations: Summary[]; next_cursor: string | null }
    expect(conversations).toMatchObject([
      { conversation_id: one, other_user: { user_id: ada.id, username: 'ada' }, unread_count: 2, is_blocked: false },
      { conversation_id: other, last_message: null, unread_count: 0 },
    ] as object[])
    expect(conversations[0]!.last_message!.id).toBeGreaterThan(last)
    expect(next_cursor).toBeNull()
    const client = await connect(server, { token: lou.token })
    expect((await client.command('list_dms')).data as unknown).toEqual(data)
    await client.close()
  })

  test('comes in pages that meet', async () => {
    const max = await server.register('max')
    const all = new Set<number>()
    for (const who of [ada, bob, cleo, max]) all.add(await open(max, who))
    await say(max, [...all][1])
    const seen: number[] = []
    let query = '?limit=1'
    for (let pages = 0; pages < 4; pages++) {
      const { data } = await ask(`GET /conversations${query}`, undefined, max)
      const { conversations, next_cursor } = data as { conversations: Summary[]; next_cursor: string | null }
      seen.push(...conversations.map(({ conversation_id }) => conversation_id))
      expect(next_cursor === null).toBe(pages === 3)
      query = `?limit=1&cursor=${next_cursor}`
    }
    expect(seen[0]).toBe([...all][1])
    expect(new Set(seen)).toEqual(all)
  })

  test.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'cursor=x',
    'cursor=',
    `cursor=${'A'.repeat(101)}`,
    `cursor=${btoa('1 or 1=1')}`,
    `cursor=${btoa('1.-1')}`,
  ])(
    // prettier-ignore
    'refuses %s',
    async (query) => {
      const { status, error } = await ask(`GET /conversations?${query}`)
      expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
      expect((error.details as { field: string }[]).map(({ field }) => field)).toEqual([query.split('=')[0]!])
    },
  )
})

describe('GET /conversations/{id}', () => {
  test('is the entry of the list', async () => {
    await say(bob)
    const { data: list } = await ask('GET /conversations')
    const entry = (list as { conversations: Summary[] }).conversations.find(
      ({ conversation_id }) => conversation_id === dm,
    )
    const { status, data } = await ask(`GET /conversations/${dm}`)
    expect([status, data as unknown]).toEqual([200, entry])
  })

  test('tells who is there, unless one is blocked', async () => {
    const nan = await server.register('nan')
    const own = await open(ada, nan)
    const client = await connect(server, { token: nan.token })
    const other = async () => ((await ask(`GET /conversations/${own}`)).data as Summary).other_user
    expect(await other()).toMatchObject({ is_online: true })
    await ask(`POST /conversations/${own}/block`, { blocked: true }, nan)
    expect(await other()).toMatchObject({ is_online: false, last_seen: null })
    await client.close()
  })
})

describe('POST /conversations/{id}/block', () => {
  test('blocks and lifts the block, each as often as one likes, and tells the own sockets once', async () => {
    const client = await connect(server, { token: ada.token })
    const own = await open(ada, cleo)
    const states: unknown[] = []
    for (const blocked of [true, true, false, false])
      states.push((await ask(`POST /conversations/${own}/block`, { blocked })).data)
    expect(states).toEqual(
      [true, true, false, false].map((is) => ({ conversation_id: own, is_blocked: is, blocked_by_you: is })),
    )
    await say(ada, own)
    await client.next('dm_message')
    const told = client.events.filter(({ type }) => type === 'dm_blocked').map(({ data }) => data as unknown)
    expect(told).toEqual([states[0], states[2]])
    await client.close()
  })

  test('of the other stays, whatever oneself does', async () => {
    const own = await open(bob, cleo)
    await ask(`POST /conversations/${own}/block`, { blocked: true }, cleo)
    const { data } = await ask(`POST /conversations/${own}/block`, { blocked: false }, bob)
    expect(data).toEqual({ conversation_id: own, is_blocked: true, blocked_by_you: false } as never)
  })

  test('refuses what is no answer, and blocking oneself', async () => {
    for (const body of [{}, { blocked: 'yes' }, { blocked: null }])
      expect(outcome(await ask(`POST /conversations/${dm}/block`, body))).toEqual([422, 'VALIDATION_FAILED'])
    const notes = await open(ada, ada)
    expect(outcome(await ask(`POST /conversations/${notes}/block`, { blocked: true }))).toEqual([409, 'RESOURCE_CONFLICT']) // prettier-ignore
  })
})

const lines: [string, unknown][] = [
  ['GET /conversations/:id', undefined],
  ['GET /conversations/:id/messages', undefined],
  ['POST /conversations/:id/messages', { content: 'x' }],
  ['POST /conversations/:id/block', { blocked: true }],
  ['POST /conversations/:id/read', { message_id: 1 }],
]

describe.each(lines)('%s', (line, body) => {
  const at = (id: number | string, who: Account | null) => ask(line.replace(':id', String(id)), body, who)

  test('is for the two people, and for nobody else', async () => {
    expect(outcome(await at(dm, null))).toEqual([401, 'AUTH_REQUIRED'])
    expect(outcome(await at(dm, cleo))).toEqual([404, 'CONVERSATION_NOT_FOUND'])
    await server.sql`update users set role = 'admin' where id = ${cleo.id}`
    expect(outcome(await at(dm, await server.login('cleo')))).toEqual([404, 'CONVERSATION_NOT_FOUND'])
    await server.sql`update users set role = 'user' where id = ${cleo.id}`
  })

  test('does not know what is no DM', async () => {
    const room = await server.room(ada)
    for (const id of [room, 1, 987_654, Number.MAX_SAFE_INTEGER])
      expect(outcome(await at(id, ada))).toEqual([404, 'CONVERSATION_NOT_FOUND'])
    for (const id of ['0', '-1', 'general', '9007199254740992', '99999999999999999999'])
      expect(outcome(await at(id, ada))).toEqual([422, 'VALIDATION_FAILED'])
  })
})
