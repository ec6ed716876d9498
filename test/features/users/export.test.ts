import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { UserExport } from '../../../src/features/users/export-schema.ts'
import { connect } from '../../services/client.ts'
import { type Account, startServer, type TestServer } from '../../services/server.ts'
import { expectShape } from '../conversations/staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let [ada, bob]: Account[] = []
beforeAll(async () => {
  server = await startServer({ limits: { max_exports_per_hour: 3 } })
  ;[ada, bob] = [await server.register('ada'), await server.register('bob')]
})
afterAll(() => server.close())

interface Copy {
  profile: object
  sessions: object[]
  memberships: { conversation_id: number; kind: string; name: string }[]
  blocks: object[]
  messages: { content: string; earlier: { content: string }[] }[]
  reactions: object[]
  mentions: object[]
  reports: object[]
  audit: { action: string; actor_id: number | null; ip: string | null; target_id: string | null }[]
}
const copyOf = async (who: Account) => (await server.ask('GET /users/me/export', undefined, who.token)).data as Copy

test('is everything that is kept about the one who asks, and nothing that others wrote', async () => {
  const [a, b] = await Promise.all([ada!, bob!].map(({ token }) => connect(server, { token })))
  const room_id = await server.room(ada!, { name: 'Shared' })
  for (const client of [a!, b!]) await client.command('join_room', { room_id })
  const { conversation_id } = (await a!.command('create_dm', { user_id: bob!.id })).data
  const first = (await a!.command('send_message', { room_id, content: 'mine, at first' })).data
  await a!.command('edit_message', { message_id: first.id, content: 'mine, in the end' })
  await a!.command('send_dm', { conversation_id, content: 'mine, to bob' })
  await b!.command('send_dm', { conversation_id, content: 'a secret of bob' })
  const theirs = (await b!.command('send_message', { room_id, content: 'not yours, @ada' })).data
  const gone = (await a!.command('send_message', { room_id, content: 'taken back' })).data
  await a!.command('delete_message', { message_id: gone.id })
  await a!.command('add_reaction', { message_id: theirs.id, emoji: '👍' })
  await server.ask(`POST /messages/${theirs.id}/report`, { reason: 'not mine' }, ada!.token)
  await server.ask(`POST /messages/${first.id}/report`, { reason: 'about ada' }, bob!.token)
  await server.ask(`POST /users/${bob!.id}/block`, undefined, ada!.token)
  await server.ask('PUT /users/me', { email: 'ada@example.com', current_password: ada!.password }, ada!.token)
  await server.sql`update users set role = 'admin' where id = ${bob!.id}`
  await server.ask(`PUT /admin/users/${ada!.id}`, { role: 'moderator' }, bob!.token)

  const response = await fetch(`${server.url}/api/v1/users/me/export`, { headers: { authorization: `Bearer ${ada!.token}` } }) // prettier-ignore
  expect(response.status).toBe(200)
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="veza-chat-ada.json"')
  expect(response.headers.get('content-type')).toStartWith('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const text = await response.text()
  expect(text).not.toContain('a secret of bob')
  expect(text).not.toContain('not yours')
  expect(text).not.toContain('taken back')
  for (const secret of ['argon2', 'token_hash', ada!.refresh_token]) expect(text).not.toContain(secret)
  const { success, data } = JSON.parse(text) as { success: boolean; data: Copy }
  expect(success).toBe(true)
  expectShape(UserExport, data)
  expect(data.profile).toMatchObject({ id: ada!.id, username: 'ada', email: 'ada@example.com', status: 'active' })
  expect(data.sessions).toMatchObject([{ ip: '127.0.0.1', user_agent: expect.any(String), revoked_at: null }])
  expect(data.memberships).toMatchObject([
    { conversation_id: room_id, kind: 'room', name: 'Shared', role: 'owner' },
    { conversation_id, kind: 'dm', name: 'bob', role: 'member' },
  ])
  expect(data.blocks).toMatchObject([{ user_id: bob!.id, username: 'bob' }])
  expect(data.messages.map(({ content }) => content).toSorted()).toEqual(['mine, in the end', 'mine, to bob'])
  expect(data.messages.flatMap(({ earlier }) => earlier)).toMatchObject([{ content: 'mine, at first' }])
  expect(data.reactions).toMatchObject([{ message_id: theirs.id, emoji: '👍' }])
  expect(data.mentions).toMatchObject([{ conversation_id: room_id, message_id: theirs.id }])
  expect(data.reports).toMatchObject([{ message_id: theirs.id, conversation_id: room_id, reason: 'not mine' }])
  const actions = data.audit.map(({ action }) => action)
  for (const action of ['user.register', 'session.begin', 'room.create', 'user.update', 'user.role', 'user.export'])
    expect(actions).toContain(action)
  // Of what others did, not where they were.
  expect(data.audit.find(({ action }) => action === 'user.role')).toMatchObject({ actor_id: bob!.id, ip: null })
  for (const { actor_id, target_id } of data.audit) expect([actor_id, Number(target_id)]).toContain(ada!.id)
  await Promise.all([a!.close(), b!.close()])
})

test('reads in pieces, and each thing is in it once', async () => {
  const eve = await server.register('eve')
  const room_id = await server.room(eve)
  await server.sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    select ${room_id}, ${eve.id}, g, g, g, 'c' || g, 'message ' || g, 'text', now(), now() from generate_series(1, 1203) g`
  await server.sql`
    insert into reactions (message_id, conversation_id, user_id, emoji)
    select id, ${room_id}, ${eve.id}, e from messages, unnest(array['a', 'b']) e where author_id = ${eve.id}`
  await server.sql`insert into blocks (user_id, blocked_user_id) values (${eve.id}, ${bob!.id})`
  await server.sql`insert into sessions (user_id, expires_at) select ${eve.id}, now() + interval '1 day' from generate_series(1, 500)`
  await server.sql`
    insert into mentions (user_id, conversation_id, number, message_id) select ${eve.id}, ${room_id}, g, g from generate_series(1, 1000) g`
  const copy = await copyOf(eve)
  expect(new Set(copy.messages.map(({ content }) => content)).size).toBe(1203)
  expect(copy.messages).toHaveLength(1203)
  expect(new Set(copy.reactions.map((each) => JSON.stringify(each))).size).toBe(2406)
  expect([copy.sessions.length, copy.mentions.length, copy.blocks.length]).toEqual([501, 1000, 1])
})

test('a reader who leaves in the middle leaves nothing behind', async () => {
  const eve = await server.login('eve')
  const aborting = new AbortController()
  const response = await fetch(`${server.url}/api/v1/users/me/export`, { headers: { authorization: `Bearer ${eve.token}` }, signal: aborting.signal }) // prettier-ignore
  await response.body!.getReader().read()
  aborting.abort()
  expect((await server.ask('GET /users/me', undefined, eve.token)).status).toBe(200)
})

test('is limited, and refused to strangers', async () => {
  const fay = await server.register('fay')
  const answers = []
  for (let n = 0; n < 4; n++) answers.push(await server.ask('GET /users/me/export', undefined, fay.token))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  expect(answers[3]!.error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', details: { action: 'exports', window: 3600 } })
  expect((await server.ask('GET /users/me/export')).status).toBe(401)
})
