import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Account, open, password, register, rest, signIn } from './client.ts'
import { openNode } from './node-client.ts'
import { clear, emptyFolder, type Server, serve } from './program.ts'

let server: Server
let ada: Account
let bob: Account

beforeAll(async () => {
  server = await serve(emptyFolder())
  ada = await register(server.url, 'ada')
  bob = await register(server.url, 'bob')
}, 60_000)

afterAll(() => clear(server.folder))

describe('an account', () => {
  test('registers, signs in, refreshes once and no more, and is known by its token', async () => {
    const { url } = server
    const eve = await register(url, 'eve')
    expect(eve.user).toMatchObject({ username: 'eve', role: 'user' })
    const login = await rest(url, 'POST', '/auth/login', { username: 'eve', password })
    expect(login).toMatchObject({ status: 200, data: { token_type: 'Bearer', user: { id: eve.user.id } } })
    expect(await rest(url, 'GET', '/users/me', undefined, login.data.access_token)).toMatchObject({
      status: 200,
      data: { id: eve.user.id, username: 'eve' },
    })
    const { refresh_token } = login.data
    const refreshed = await rest(url, 'POST', '/auth/refresh', { refresh_token })
    expect(refreshed.status).toBe(200)
    expect(refreshed.data.refresh_token).not.toBe(refresh_token)
    expect(await rest(url, 'GET', '/users/me', undefined, refreshed.data.access_token)).toMatchObject({ status: 200 })
    // Reuse ends the whole family, the honest holder's tokens too.
    expect((await rest(url, 'POST', '/auth/refresh', { refresh_token })).status).toBe(401)
    expect(await rest(url, 'GET', '/users/me', undefined, refreshed.data.access_token)).toMatchObject({
      status: 401,
      error: { code: 'SESSION_REVOKED' },
    })
  })

  test.each([
    ['a wrong password', { username: 'ada', password: 'wrong horse' }, 401, 'INVALID_CREDENTIALS'],
    ['nobody', { username: 'nobody', password }, 401, 'INVALID_CREDENTIALS'],
    ['no password', { username: 'ada' }, 422, 'VALIDATION_FAILED'],
  ])('login refuses %s', async (_, body, status, code) => {
    expect(await rest(server.url, 'POST', '/auth/login', body)).toMatchObject({ status, error: { code } })
  })

  test('logging out ends its sockets of both libraries, and its token', async () => {
    const { url } = server
    const { access_token } = await register(url, 'leaver')
    const here = await signIn(url, access_token)
    const there = await openNode(url, { headers: { authorization: `Bearer ${access_token}` } })
    await there.next('auth_success')
    const answer = await rest(url, 'POST', '/auth/logout', undefined, access_token)
    expect(answer.status).toBe(204)
    expect(await here.closed).toMatchObject({ code: 4401 })
    expect(await there.closed).toMatchObject({ code: 4401 })
    expect((await there.next('error')).data).toMatchObject({ code: 'SESSION_REVOKED' })
    const again = await open(url)
    expect(await again.ask('authenticate', { token: access_token })).toMatchObject({
      type: 'auth_error',
      data: { code: 'SESSION_REVOKED' },
    })
    expect(await again.closed).toMatchObject({ code: 4401 })
    await there.end()
  }, 20_000)
})

describe('a socket', () => {
  test('of npm ws is let in by the header, by the subprotocol pair and by a ticket, which is good once', async () => {
    const { url } = server
    const header = await openNode(url, { headers: { authorization: `Bearer ${bob.access_token}` } })
    expect(header.runtime).toStartWith('node ')
    expect((await header.next('auth_success')).data).toMatchObject({ user_id: bob.user.id, username: 'bob' })
    const pair = await openNode(url, { protocols: ['veza.v1', `bearer.${bob.access_token}`] })
    expect(pair.protocol).toBe('veza.v1')
    expect((await pair.next('auth_success')).data).toMatchObject({ user_id: bob.user.id })
    const { data } = await rest(url, 'POST', '/auth/ws-ticket', undefined, bob.access_token)
    const query = `?ticket=${String(data['ticket'])}`
    const ticket = await openNode(url, { query })
    expect((await ticket.next('auth_success')).data).toMatchObject({ user_id: bob.user.id })
    const twice = await openNode(url, { query })
    expect((await twice.next('auth_error')).data).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await twice.closed).toMatchObject({ code: 4401 })
    for (const each of [header, pair, ticket, twice]) await each.end()
  }, 20_000)

  test.each([
    ['a token in the address', { query: '?token=x' }, 'HTTP 400'],
    ['another origin', { headers: { origin: 'http://elsewhere.example' } }, 'HTTP 403'],
  ])('is refused for %s', async (_, options, reason) => {
    await expect(openNode(server.url, options)).rejects.toThrow(reason)
  })
})

test('two people of two libraries chat, in threads and in private, and read it all again', async () => {
  const { url } = server
  const here = await signIn(url, ada.access_token)
  const there = await openNode(url)
  expect(await there.ask('authenticate', { token: bob.access_token })).toMatchObject({ type: 'auth_success' })
  const joined = await here.ask('join_room', { room_id: 'general' })
  expect(joined).toMatchObject({ type: 'room_joined', data: { slug: 'general', is_public: true, user_role: 'member' } })
  const { room_id, seq } = joined.data as { room_id: number; seq: number }
  expect(await there.ask('join_room', { room_id })).toMatchObject({ type: 'room_joined', data: { room_id, seq } })
  expect((await here.next('member_joined')).data).toMatchObject({ room_id, user_id: bob.user.id, username: 'bob' })

  const asked = await here.ask('send_message', { room_id, content: 'Bonjour @bob 👋', metadata: { client_id: 'one' } })
  expect(asked).toMatchObject({
    type: 'message_sent',
    data: { room_id, seq: seq + 1, number: 1, author_id: ada.user.id, client_id: 'one', mentions: [bob.user.id] },
  })
  const heard = await there.next('room_message')
  expect(heard.data).toMatchObject({ id: asked.data['id'], content: 'Bonjour @bob 👋', seq: seq + 1 })
  expect(heard).not.toHaveProperty('id')
  await there.next('mention')
  expect((await here.next('room_message')).data).toEqual(heard.data)

  const again = await here.ask('send_message', { room_id, content: 'again', metadata: { client_id: 'one' } })
  expect(again.data).toMatchObject({ id: asked.data['id'], content: 'Bonjour @bob 👋', duplicate: true })

  const replied = await there.ask('send_message', { room_id, content: 'oui ?', parent_id: asked.data['id'] })
  expect(replied.data).toMatchObject({ parent_id: asked.data['id'], seq: seq + 2, number: 2 })
  expect((await here.next('room_message')).data).toMatchObject({
    id: replied.data['id'],
    parent_id: asked.data['id'],
    parent_thread_count: 1,
  })
  const thread = await here.ask('get_history', { room_id, parent_id: asked.data['id'] })
  expect(thread).toMatchObject({ type: 'room_history', data: { total_count: 1, has_more: false } })
  const page = await there.ask('get_history', { room_id })
  expect(page.data['messages']).toMatchObject([
    { id: asked.data['id'], thread_count: 1, change_seq: seq + 2 },
    { id: replied.data['id'], thread_count: 0 },
  ])

  const dm = await there.ask('create_dm', { user_id: ada.user.id })
  expect(dm).toMatchObject({ type: 'dm_created', data: { user1_id: ada.user.id, user2_id: bob.user.id } })
  const { conversation_id } = dm.data
  expect((await here.ask('create_dm', { user_id: bob.user.id })).data).toMatchObject({ conversation_id })
  await there.ask('send_dm', { conversation_id, content: 'between us' })
  // Ada has not joined it: a DM finds its people.
  expect((await here.next('dm_message')).data).toMatchObject({ conversation_id, content: 'between us', seq: 1 })
  expect((await here.ask('send_dm', { conversation_id, content: 'yes' })).data).toMatchObject({ seq: 2 })
  expect((await there.next('dm_message')).data).toMatchObject({ content: 'between us' })
  expect((await there.next('dm_message')).data).toMatchObject({ content: 'yes' })
  expect((await here.ask('list_dms')).data['conversations']).toMatchObject([
    { conversation_id, other_user: { username: 'bob', is_online: true }, last_message: { content: 'yes' } },
  ])

  const eve = await signIn(url, (await register(url, 'mallory')).access_token)
  expect(await eve.ask('get_dm_history', { conversation_id })).toMatchObject({
    type: 'error',
    data: { code: 'CONVERSATION_NOT_FOUND', action: 'get_dm_history', severity: 'low' },
  })
  expect(await eve.ask('send_dm', { conversation_id, content: 'me too' })).toMatchObject({
    type: 'error',
    data: { code: 'CONVERSATION_NOT_FOUND' },
  })
  expect(await here.ask('leave_room', { room_id })).toMatchObject({ type: 'room_left' })
  await there.ask('send_message', { room_id, content: 'gone?' })
  expect(await here.ask('join_room', { room_id, since_seq: seq + 2 })).toMatchObject({
    data: { seq: seq + 3, missed: [{ content: 'gone?' }] },
  })
  there.post('disconnect')
  expect(await there.closed).toMatchObject({ code: 1000 })
  await there.end()
  expect(await here.close()).toMatchObject({ code: 1000 })
}, 30_000)
