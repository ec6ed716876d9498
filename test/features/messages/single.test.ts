import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { outcome, type Said, type Timeline } from './rest.ts'

setDefaultTimeout(30_000)
let server: TestServer
let ada: Account
let bob: Account
/** On the server, a moderator; in no room. */
let mia: Account
let zoe: Account
let room: number

beforeAll(async () => {
  server = await startServer()
  ;[ada, bob, mia, zoe] = [
    await server.register('ada'),
    await server.register('bob'),
    await server.register('mia'),
    await server.register('zoe'),
  ]
  await server.sql`update users set role = 'moderator' where id = ${mia.id}`
  room = await server.room(ada, { is_public: false })
  for (const { id } of [bob, mia]) await server.ask(`POST /rooms/${room}/members`, { user_id: id }, ada.token)
})
afterAll(() => server.close())

const ask = (line: string, body?: unknown, who = ada) => server.ask(line, body, who.token)
const say = async (content: string, more: object = {}, who = ada, at = room): Promise<Said> =>
  (await ask(`POST /rooms/${at}/messages`, { content, ...more }, who)).data

describe('GET /messages/{id}', () => {
  test('gives a message as it is now', async () => {
    const said = await say('hello')
    const { status, data } = await ask(`GET /messages/${said.id}`, undefined, bob)
    expect([status, data]).toEqual([200, said as never])
    await ask(`PUT /messages/${said.id}`, { content: 'hello again' })
    const { data: now } = await ask(`GET /messages/${said.id}`, undefined, bob)
    expect(now).toMatchObject({ content: 'hello again', is_edited: true, edit_count: 1 })
  })

  test('gives of a deleted message its place, and nothing of what it said', async () => {
    const { id, number } = await say('secret', { metadata: { secret: true } })
    await ask(`DELETE /messages/${id}`)
    const { data } = await ask(`GET /messages/${id}`)
    expect(data).toMatchObject({ id, number, is_deleted: true, content: '', metadata: {}, reactions: [] })
  })

  test('knows nothing of what expired, although it is still there', async () => {
    const { id } = await say('soon gone', { expires_in: 3600 })
    await server.sql`update messages set expires_at = now() - interval '1 ms' where id = ${id}`
    for (const line of ['GET ', 'GET /thread', 'GET /history', 'GET /reactions']) {
      const [method, rest = ''] = line.split(' ')
      expect(outcome(await ask(`${method} /messages/${id}${rest}`))).toEqual([404, 'MESSAGE_NOT_FOUND'])
    }
  })
})

describe('PUT /messages/{id}', () => {
  test('answers the whole message, and once more when nothing changed', async () => {
    const { id } = await say('one')
    const changed = await ask(`PUT /messages/${id}`, { content: 'two' })
    expect([changed.status, changed.data]).toMatchObject([200, { content: 'two', edit_count: 1 }])
    expect(changed.data).not.toHaveProperty('unchanged')
    const again = await ask(`PUT /messages/${id}`, { content: 'two' })
    expect([again.status, again.data]).toEqual([200, { ...(changed.data as object), unchanged: true } as never])
  })

  test.each<[string, unknown, [number, string]]>([
    ['nothing', {}, [422, 'VALIDATION_FAILED']],
    ['no text', { content: 5 }, [422, 'VALIDATION_FAILED']],
    ['a blank text', { content: ' \u200b ' }, [422, 'MESSAGE_EMPTY']],
    ['too long a text', { content: 'x'.repeat(2001) }, [422, 'MESSAGE_TOO_LONG']],
    ['NUL', { content: 'a\0b' }, [422, 'VALIDATION_FAILED']],
    ['half a surrogate pair', { content: 'a\ud800' }, [422, 'VALIDATION_FAILED']],
    ['too long a reason', { content: 'x', edit_reason: 'x'.repeat(501) }, [422, 'VALIDATION_FAILED']],
  ])('refuses %s', async (_, body, expected) => {
    const { id } = await say('stays')
    expect(outcome(await ask(`PUT /messages/${id}`, body))).toEqual(expected)
    expect((await ask(`GET /messages/${id}`)).data).toMatchObject({ content: 'stays' })
  })

  test("refuses somebody else's message, to moderators too, and a deleted one", async () => {
    const { id } = await say('mine')
    for (const who of [bob, mia])
      expect(outcome(await ask(`PUT /messages/${id}`, { content: 'x' }, who))).toEqual([403, 'PERMISSION_DENIED'])
    await ask(`DELETE /messages/${id}`)
    expect(outcome(await ask(`PUT /messages/${id}`, { content: 'x' }))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  })
})

describe('DELETE /messages/{id}', () => {
  test('says nothing, twice as once, and keeps the reason', async () => {
    const { id } = await say('gone')
    const answer = await ask(`DELETE /messages/${id}?reason=too%20loud`)
    expect([answer.status, answer.data]).toEqual([204, undefined as never])
    expect((await ask(`DELETE /messages/${id}`)).status).toBe(204)
    const [row] = await server.sql`select delete_reason, content from messages where id = ${id}`
    expect(row).toMatchObject({ delete_reason: 'too loud', content: '' })
  })

  test.each<[string, () => Account, number]>([
    ['the author', () => bob, 204],
    ['the owner of the room', () => ada, 204],
    ['a moderator of the server', () => mia, 204],
  ])('lets %s', async (_, who, status) => {
    const { id } = await say('gone', {}, bob)
    expect((await ask(`DELETE /messages/${id}`, undefined, who())).status).toBe(status)
  })

  test('refuses other members, and too long a reason', async () => {
    const { id } = await say('stays')
    expect(outcome(await ask(`DELETE /messages/${id}`, undefined, bob))).toEqual([403, 'PERMISSION_DENIED'])
    expect(outcome(await ask(`DELETE /messages/${id}?reason=${'x'.repeat(501)}`))).toEqual([422, 'VALIDATION_FAILED'])
    expect((await ask(`GET /messages/${id}`)).data).toMatchObject({ is_deleted: false })
  })
})

describe('POST /messages/{id}/pin', () => {
  test('pins and unpins, and says when all was so already', async () => {
    const { id } = await say('keep')
    const steps = [true, true, false, false]
    const answers: Answer[] = []
    for (const pinned of steps) answers.push(await ask(`POST /messages/${id}/pin`, { pinned }))
    expect(answers.map(({ status, data }) => [status, (data as Said).is_pinned, 'unchanged' in (data as object)])).toEqual([
      [200, true, false],
      [200, true, true],
      [200, false, false],
      [200, false, true],
    ]) // prettier-ignore
  })

  test('is for those who may; and of what is there', async () => {
    const { id } = await say('keep')
    expect(outcome(await ask(`POST /messages/${id}/pin`, { pinned: true }, bob))).toEqual([403, 'PERMISSION_DENIED'])
    expect(outcome(await ask(`POST /messages/${id}/pin`, {}))).toEqual([422, 'VALIDATION_FAILED'])
    expect(outcome(await ask(`POST /messages/${id}/pin`, { pinned: 'yes' }))).toEqual([422, 'VALIDATION_FAILED'])
    await ask(`DELETE /messages/${id}`)
    expect(outcome(await ask(`POST /messages/${id}/pin`, { pinned: true }))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  })
})

describe('GET /messages/{id}/thread', () => {
  test('gives the message and its replies, page by page', async () => {
    const parent = await say('parent')
    const replies: Said[] = []
    for (const n of [1, 2, 3]) replies.push(await say(`reply ${n}`, { parent_id: parent.id }))
    await say('aside')
    const page = async (query = ''): Promise<Timeline> =>
      (await ask(`GET /messages/${parent.id}/thread${query}`, undefined, bob)).data
    const whole = await page()
    expect(whole).toMatchObject({ room_id: room, has_more: false, total_count: 3 })
    expect(whole.parent).toMatchObject({ id: parent.id, thread_count: 3 })
    expect(whole.messages.map(({ content }) => content)).toEqual(['reply 1', 'reply 2', 'reply 3'])
    expect((await page('?limit=2')).messages.map(({ id }) => id)).toEqual([replies[1]!.id, replies[2]!.id])
    expect((await page(`?before_id=${replies[2]!.id}&limit=1`)).messages.map(({ id }) => id)).toEqual([replies[1]!.id])
    expect((await page(`?after_id=${replies[0]!.id}`)).messages.map(({ id }) => id)).toEqual([replies[1]!.id, replies[2]!.id]) // prettier-ignore
    await ask(`DELETE /messages/${parent.id}`)
    expect((await page()).parent).toMatchObject({ is_deleted: true, content: '' })
    expect((await page()).messages).toHaveLength(3)
  })

  test('of a message without replies is the message alone', async () => {
    const { id } = await say('alone')
    expect((await ask(`GET /messages/${id}/thread`)).data).toMatchObject({ parent: { id }, messages: [], total_count: 0 }) // prettier-ignore
  })

  test('refuses two places to begin at', async () => {
    const { id } = await say('alone')
    const { status, error } = await ask(`GET /messages/${id}/thread?before_id=${id}&after_id=${id}`)
    expect([status, (error.details as object[]).length]).toEqual([422, 2])
  })
})

interface Edits {
  edits: { edit_number: number; content: string; reason: string | null; username: string; edited_by: number }[]
  next_cursor: string | null
}

describe('GET /messages/{id}/history', () => {
  const edits = async (id: number, query = '', who = bob): Promise<Edits> =>
    (await ask(`GET /messages/${id}/history${query}`, undefined, who)).data

  test('gives what a message said before, the latest edit first', async () => {
    const { id } = await say('one')
    expect(await edits(id)).toEqual({ room_id: room, message_id: id, edits: [], next_cursor: null } as never)
    await ask(`PUT /messages/${id}`, { content: 'two', edit_reason: 'better' })
    await ask(`PUT /messages/${id}`, { content: 'three' })
    const kept = { edited_by: ada.id, username: 'ada', edited_at: expect.stringMatching(/Z$/) as never }
    expect((await edits(id)).edits).toEqual([
      { edit_number: 2, content: 'two', reason: null, ...kept },
      { edit_number: 1, content: 'one', reason: 'better', ...kept },
    ])
  })

  test('comes in pages that meet', async () => {
    const { id } = await say('0')
    for (let n = 1; n <= 5; n++) await ask(`PUT /messages/${id}`, { content: `${n}` })
    const seen: string[] = []
    let query = '?limit=2'
    for (let pages = 1; ; pages++) {
      const page = await edits(id, query)
      seen.push(...page.edits.map(({ content }) => content))
      if (page.next_cursor === null) {
        expect(pages).toBe(3)
        break
      }
      query = `?limit=2&cursor=${page.next_cursor}`
    }
    expect(seen).toEqual(['4', '3', '2', '1', '0'])
  })

  test('has nothing left of a deleted message', async () => {
    const { id } = await say('one')
    await ask(`PUT /messages/${id}`, { content: 'two' })
    await ask(`DELETE /messages/${id}`)
    expect((await edits(id)).edits).toEqual([])
  })

  test('takes no cursor of another message, nor one that is none', async () => {
    const [one, other] = [await say('one'), await say('other')]
    for (const { id } of [one, other])
      for (const content of ['2', '3']) await ask(`PUT /messages/${id}`, { content: `${id} ${content}` })
    const { next_cursor } = await edits(one.id, '?limit=1')
    const own = (text: string) => Buffer.from(text).toString('base64url')
    for (const cursor of [
      next_cursor,
      'x',
      'AAAA',
      own(`${other.id}`),
      own(`${other.id}.9999999999999`),
      own(`${other.id}.-1`),
      '%00',
      encodeURIComponent("' or 1=1"),
    ]) {
      // prettier-ignore
      const answer = await ask(`GET /messages/${other.id}/history?cursor=${cursor}`)
      expect([cursor, answer.status < 500 && answer.status >= 400]).toEqual([cursor, true])
    }
    const { status, error } = await ask(`GET /messages/${other.id}/history?cursor=${next_cursor}`)
    expect([status, error.details]).toEqual([422, [{ field: 'cursor', reason: 'not a cursor of this list' }]]) // prettier-ignore
  })
})

/** Everything that begins with a message. */
const lines: [string, unknown?][] = [
  ['GET /messages/:id'],
  ['PUT /messages/:id', { content: 'x' }],
  ['DELETE /messages/:id'],
  ['GET /messages/:id/thread'],
  ['GET /messages/:id/history'],
  ['POST /messages/:id/pin', { pinned: true }],
  ['POST /messages/:id/report', { reason: 'x' }],
  ['GET /messages/:id/reactions'],
  ['POST /messages/:id/reactions', { emoji: '👍' }],
  [`DELETE /messages/:id/reactions/${encodeURIComponent('👍')}`],
]

describe.each(lines)('%s', (line, body) => {
  const at = (id: number | string, who: Account | null): Promise<Answer> =>
    server.ask(line.replace(':id', String(id)), body, who?.token)

  test('needs somebody', async () => {
    expect(outcome(await at(1, null))).toEqual([401, 'AUTH_REQUIRED'])
  })

  test('does not know a message that never was', async () => {
    expect(outcome(await at(Number.MAX_SAFE_INTEGER, ada))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  })

  test('refuses what is no id', async () => {
    for (const id of ['0', '-1', '1.5', 'x', '9007199254740992', '99999999999999999999', '%20', "1'"]) {
      const { status, error } = await at(id, ada)
      expect([id, status, error.code]).toEqual([id, 422, 'VALIDATION_FAILED'])
    }
  })

  test('does not know a message of a private room to those outside, whoever they are', async () => {
    const secret = await server.room(bob, { is_public: false })
    const { id } = await say('secret', {}, bob, secret)
    for (const who of [zoe, mia]) expect(outcome(await at(id, who))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  })

  test('does not know a message of the DM of two others', async () => {
    const { data } = await ask('POST /conversations', { user_id: bob.id })
    const { conversation_id } = data as { conversation_id: number }
    const sent = await ask(`POST /conversations/${conversation_id}/messages`, { content: 'psst' })
    for (const who of [zoe, mia])
      expect(outcome(await at((sent.data as Said).id, who))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  })

  test('asks to join the public room first', async () => {
    const open = await server.room(bob)
    const { id } = await say('open', {}, bob, open)
    expect(outcome(await at(id, zoe))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('no longer knows it once the room is gone, or one is no member', async () => {
    const doomed = await server.room(bob, { is_public: false })
    await ask(`POST /rooms/${doomed}/members`, { user_id: ada.id }, bob)
    const { id } = await say('doomed', {}, bob, doomed)
    await ask(`DELETE /rooms/${doomed}/members/${ada.id}`, undefined, bob)
    expect(outcome(await at(id, ada))).toEqual([404, 'MESSAGE_NOT_FOUND'])
    await ask(`DELETE /rooms/${doomed}`, undefined, bob)
    expect(outcome(await at(id, bob))).toEqual([404, 'MESSAGE_NOT_FOUND'])
  })
})

test('an archived room is read, and what was said there may be reported and taken back; nothing else', async () => {
  const place = await server.room(ada)
  await ask(`POST /rooms/${place}/join`, undefined, bob)
  const said = []
  for (const [line] of lines) said.push(await say('kept', {}, line.endsWith('report') ? ada : bob, place))
  await ask(`POST /rooms/${place}/archive`, { archived: true })
  const answers: Record<string, unknown> = {}
  for (const [index, [line, body]] of lines.entries()) {
    const { status, error } = await ask(line.replace(':id', String(said[index]!.id)), body, bob)
    answers[line] = error?.details ?? status
  }
  expect(answers).toEqual({
    'GET /messages/:id': 200,
    'PUT /messages/:id': { reason: 'archived' },
    'DELETE /messages/:id': 204,
    'GET /messages/:id/thread': 200,
    'GET /messages/:id/history': 200,
    'POST /messages/:id/pin': { permission: 'pin_messages' },
    'POST /messages/:id/report': 201,
    'GET /messages/:id/reactions': 200,
    'POST /messages/:id/reactions': { reason: 'archived' },
    [`DELETE /messages/:id/reactions/${encodeURIComponent('👍')}`]: { reason: 'archived' },
  })
})

test('a change over REST reaches who resumes later', async () => {
  const { id, seq } = await say('before')
  await ask(`PUT /messages/${id}`, { content: 'after' })
  const client = await connect(server, { token: bob.token })
  const { data } = await client.command('join_room', { room_id: room, since_seq: seq })
  // Others of the room may expire meanwhile.
  const missed = data.missed as unknown as { id: number }[]
  expect(missed.filter((one) => one.id === id)).toMatchObject([{ id, content: 'after' } as never])
  await client.close()
})
