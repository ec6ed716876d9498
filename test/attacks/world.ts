import type { Account, TestServer } from '../services/server.ts'
import type { Call } from './operations.ts'

/** What somebody has that is nobody else's business. Every text in it has `mark`. */
export interface Things {
  owner: Account
  /** Who shares the room and the DM with the owner. */
  friend: Account
  mark: string
  room: number
  slug: string
  message: number
  reply: number
  dm: number
  dm_message: number
  invite: string
  session: string
  key: string
  bot: number
  /** Of lists of the owner's that have more than one page: where the second begins. */
  cursors: Record<string, string>
}

/** The server's answer, or a failure that says what went wrong while things were put in place. */
async function made<T>(answer: ReturnType<TestServer['ask']>): Promise<T> {
  const { status, data, error } = await answer
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(error)}`)
  return data
}

/** Gives somebody one of everything: a private room with a friend in it, messages, a DM, an invite, another session, keys, bots, an e-mail address. */
export async function furnish(server: TestServer, owner: Account, friend: Account, mark: string): Promise<Things> {
  const as = <T>(line: string, body?: object) => made<T>(server.ask(line, body, owner.token))
  const asFriend = <T>(line: string, body?: object) => made<T>(server.ask(line, body, friend.token))
  await as('PUT /users/me', { email: `${mark}@secret.example`, current_password: owner.password, locale: 'en' })
  const slug = `${mark.toLowerCase()}-room`
  const { id: room } = await as<{ id: number }>('POST /rooms', { name: `${mark} room`, slug, topic: `${mark} topic`, description: mark, is_public: false }) // prettier-ignore
  await as(`POST /rooms/${room}/members`, { user_id: friend.id })
  await as(`PUT /rooms/${room}/members/${friend.id}`, { nickname: `${mark} friend` })
  const say = async (path: string, content: string, more: object = {}) =>
    (await as<{ id: number }>(`POST ${path}/messages`, { content, ...more })).id
  const message = await say(`/rooms/${room}`, `${mark} first`)
  await as(`PUT /messages/${message}`, { content: `${mark} as edited`, edit_reason: `${mark} why` })
  const reply = await say(`/rooms/${room}`, `${mark} reply`, { parent_id: message })
  await as(`POST /messages/${message}/pin`, { pinned: true })
  await as(`POST /messages/${message}/reactions`, { emoji: '👍' })
  await asFriend(`POST /messages/${reply}/report`, { reason: `${mark} report` })
  const { conversation_id: dm } = await as<{ conversation_id: number }>('POST /conversations', { user_id: friend.id })
  const dm_message = await say(`/conversations/${dm}`, `${mark} whispered`)
  const invite = await as<{ code: string }>(`POST /rooms/${room}/invites`, {})
  await as(`POST /rooms/${room}/invites`, {})
  await server.login(owner.username, owner.password)
  const { sessions } = await as<{ sessions: { id: string; is_current: boolean }[] }>('GET /auth/sessions')
  const key = () => as<{ id: string }>('POST /auth/api-keys', { name: `${mark} key`, permissions: ['read_messages'] })
  await key()
  const { id: key_id } = await key()
  await server.sql`update users set role = 'moderator' where id = ${owner.id}`
  const bot = (name: string) => as<{ id: number }>('POST /bots', { username: `${mark}-${name}`, display_name: `${mark} bot` }) // prettier-ignore
  const { id: bot_id } = await bot('bot')
  await bot('bot2')
  await server.sql`update users set role = ${owner.user.role} where id = ${owner.id}`
  const cursors: Record<string, string> = {}
  for (const [id, line] of [
    ['auth.api_keys.list', 'GET /auth/api-keys?limit=1'],
    ['bots.list', 'GET /bots?limit=1'],
    ['rooms.invites.list', `GET /rooms/${room}/invites?limit=1`],
    ['rooms.members.list', `GET /rooms/${room}/members?limit=1`],
    ['rooms.receipts.list', `GET /rooms/${room}/receipts?limit=1`],
  ] as const)
    cursors[id] = (await as<{ next_cursor: string | null }>(line)).next_cursor ?? 'none'
  const session = sessions.find(({ is_current }) => !is_current)?.id ?? ''
  return { owner, friend, mark, room, slug, message, reply, dm, dm_message, invite: invite.code, session, key: key_id, bot: bot_id, cursors } // prettier-ignore
}

const soon = () => new Date(Date.now() + 86_400_000).toISOString()

/**
 * For every operation that takes anything, a call which its owner may make and which does something. An operation that is added to the server has to be added here:
 * attacks are calls of these with something changed.
 */
export const calls: Record<string, (own: Things) => Call> = {
  'auth.register': ({ mark }) => ({ body: { username: `${mark}-new`, password: 'correct horse', email: `${mark}-new@example.org` } }), // prettier-ignore
  'auth.login': ({ owner }) => ({ body: { username: owner.username, password: owner.password, totp_code: '000000' } }),
  'auth.refresh': ({ owner }) => ({ body: { refresh_token: owner.refresh_token } }),
  'auth.password': ({ owner }) => ({ body: { current_password: owner.password, new_password: owner.password } }),
  'auth.password.forgot': ({ owner }) => ({ body: { username: owner.username } }),
  'auth.password.reset': () => ({ body: { token: 'x'.repeat(43), new_password: 'correct horse', totp_code: '000000' } }), // prettier-ignore
  'auth.api_keys.create': ({ bot, mark }) => ({ body: { name: `${mark} key`, permissions: ['read_messages'], expires_at: soon(), ip_whitelist: ['127.0.0.1'], user_id: bot } }), // prettier-ignore
  'auth.api_keys.list': ({ bot, cursors }) => ({ query: { user_id: bot, limit: 10, cursor: cursors['auth.api_keys.list'] } }), // prettier-ignore
  'auth.api_keys.delete': ({ key }) => ({ params: { id: key } }),
  'auth.sessions.delete': ({ session }) => ({ params: { id: session } }),
  'users.me.update': ({ mark, owner }) => ({ body: { display_name: `${mark} shown`, locale: 'fr', email: `${mark}-2@secret.example`, current_password: owner.password } }), // prettier-ignore
  'users.me.delete': () => ({ body: { password: 'a wrong one', username: 'nobody' } }),
  'users.get': ({ owner }) => ({ params: { id: owner.id } }),
  'users.search.list': () => ({ query: { q: 'so', limit: 10 } }),
  'users.me.status.update': ({ mark }) => ({ body: { status: 'busy', message: `${mark} status` } }),
  'users.me.blocks.list': () => ({ query: { limit: 10 } }),
  'users.me.unread.list': () => ({ query: { limit: 10 } }),
  'users.block': ({ friend }) => ({ params: { id: friend.id } }),
  'users.block.delete': ({ friend }) => ({ params: { id: friend.id } }),
  'rooms.list': () => ({ query: { filter: 'public,private,joined,owned', search: 'so', limit: 10, offset: 0 } }),
  'rooms.create': ({ mark }) => ({ body: { name: `${mark} new`, slug: `${mark.toLowerCase()}-new`, description: mark, topic: mark, is_public: false, kind: 'team', max_members: 50, slow_mode_seconds: 0, message_retention_days: 300, message_ttl_seconds: 86_400 } }), // prettier-ignore
  'rooms.get': ({ room }) => ({ params: { id: room } }),
  'rooms.update': ({ room, mark, slug }) => ({ params: { id: room }, body: { name: `${mark} again`, slug, description: mark, topic: mark, is_public: false, max_members: 60, slow_mode_seconds: 0, message_retention_days: 200, message_ttl_seconds: 90_000 } }), // prettier-ignore
  'rooms.delete': ({ room }) => ({ params: { id: room } }),
  'rooms.archive': ({ room }) => ({ params: { id: room }, body: { archived: false } }),
  'rooms.join': ({ room }) => ({ params: { id: room } }),
  'rooms.leave': ({ room }) => ({ params: { id: room } }),
  'rooms.invites.create': ({ room }) => ({ params: { id: room }, body: { max_uses: 3, expires_in: 600, role: 'member' } }), // prettier-ignore
  'rooms.invites.list': ({ room, cursors }) => ({ params: { id: room }, query: { limit: 10, cursor: cursors['rooms.invites.list'] } }), // prettier-ignore
  'rooms.invites.delete': ({ room, invite }) => ({ params: { id: room, code: invite } }),
  'invites.get': ({ invite }) => ({ params: { code: invite } }),
  'invites.accept': ({ invite }) => ({ params: { code: invite } }),
  'rooms.read': ({ room, message }) => ({ params: { id: room }, body: { message_id: message } }),
  'rooms.receipts.list': ({ room, cursors }) => ({ params: { id: room }, query: { limit: 10, cursor: cursors['rooms.receipts.list'] } }), // prettier-ignore
  'rooms.members.list': ({ room, cursors }) => ({ params: { id: room }, query: { limit: 10, cursor: cursors['rooms.members.list'] } }), // prettier-ignore
  'rooms.members.create': ({ room, friend }) => ({ params: { id: room }, body: { user_id: friend.id, role: 'member' } }), // prettier-ignore
  'rooms.members.me.update': ({ room, mark, message }) => ({ params: { id: room }, body: { nickname: `${mark} me`, notification_level: 'none', last_read_message_id: message } }), // prettier-ignore
  'rooms.members.update': ({ room, friend, mark }) => ({ params: { id: room, user_id: friend.id }, body: { nickname: `${mark} you`, role: 'member', muted_until: null } }), // prettier-ignore
  'rooms.members.delete': ({ room, friend }) => ({ params: { id: room, user_id: friend.id } }),
  'rooms.messages.list': ({ room, reply, message }) => ({ params: { id: room }, query: { limit: 10, before_id: reply, parent_id: message } }), // prettier-ignore
  'rooms.messages.create': ({ room, message, mark }) => ({ params: { id: room }, body: { content: `${mark} said`, parent_id: message, content_type: 'markdown', expires_in: 86_400, metadata: { client_id: `${mark}-client` } } }), // prettier-ignore
  'conversations.messages.list': ({ dm, dm_message }) => ({ params: { id: dm }, query: { limit: 10, after_id: dm_message } }), // prettier-ignore
  'conversations.messages.create': ({ dm, dm_message, mark }) => ({ params: { id: dm }, body: { content: `${mark} said`, parent_id: dm_message, metadata: { client_id: `${mark}-client` } } }), // prettier-ignore
  'messages.get': ({ message }) => ({ params: { id: message } }),
  'messages.update': ({ message, mark }) => ({ params: { id: message }, body: { content: `${mark} changed`, edit_reason: `${mark} because` } }), // prettier-ignore
  'messages.delete': ({ message, mark }) => ({ params: { id: message }, query: { reason: `${mark} over` } }),
  'messages.thread.list': ({ message, reply }) => ({ params: { id: message }, query: { limit: 10, before_id: reply } }),
  'messages.history.list': ({ message }) => ({ params: { id: message }, query: { limit: 10 } }),
  'messages.pin': ({ message }) => ({ params: { id: message }, body: { pinned: false } }),
  'messages.report.create': ({ message, mark }) => ({ params: { id: message }, body: { reason: `${mark} bad` } }),
  'messages.reactions.get': ({ message }) => ({ params: { id: message } }),
  'messages.reactions.create': ({ message }) => ({ params: { id: message }, body: { emoji: '🎉' } }),
  'messages.reactions.delete': ({ message }) => ({ params: { id: message, emoji: '👍' } }),
  'conversations.create': ({ friend }) => ({ body: { user_id: friend.id } }),
  'conversations.list': () => ({ query: { limit: 10 } }),
  'conversations.block': ({ dm }) => ({ params: { id: dm }, body: { blocked: false } }),
  'conversations.get': ({ dm }) => ({ params: { id: dm } }),
  'conversations.read': ({ dm, dm_message }) => ({ params: { id: dm }, body: { message_id: dm_message } }),
  'conversations.receipts.list': ({ dm }) => ({ params: { id: dm }, query: { limit: 10 } }),
  'search.messages.list': ({ room, owner, mark }) => ({ query: { q: mark, room_id: room, author_id: owner.id, before: soon(), after: '2020-01-01T00:00:00Z', limit: 10 } }), // prettier-ignore
  'rooms.stats.get': ({ room }) => ({ params: { id: room }, query: { period: '7d' } }),
  'rooms.audit.list': ({ room }) => ({ params: { id: room }, query: { limit: 10, action: 'room.create' } }),
  'bots.create': ({ mark }) => ({ body: { username: `${mark}-bot3`, display_name: `${mark} bot` } }),
  'bots.list': ({ cursors }) => ({ query: { limit: 10, cursor: cursors['bots.list'] } }),
  'bots.get': ({ bot }) => ({ params: { id: bot } }),
  'bots.update': ({ bot, mark }) => ({ params: { id: bot }, body: { username: `${mark}-bot4`, display_name: `${mark} renamed` } }), // prettier-ignore
  'bots.delete': ({ bot }) => ({ params: { id: bot } }),
  'admin.users.password_reset': ({ friend }) => ({ params: { id: friend.id } }),
  'admin.users.2fa.delete': ({ friend }) => ({ params: { id: friend.id } }),
  'admin.audit.list': ({ owner }) => ({ query: { limit: 10, action: 'room.create', actor_id: owner.id, target_type: 'room', target_id: '1', outcome: 'success', from: '2020-01-01', to: '2100-01-01' } }), // prettier-ignore
  'admin.users.list': () => ({ query: { q: 'so', role: 'user', status: 'active', limit: 10 } }),
  'admin.users.get': ({ friend }) => ({ params: { id: friend.id } }),
  'admin.users.update': ({ friend }) => ({ params: { id: friend.id }, body: { role: 'user', active: true, ban_reason: null, banned_until: null } }), // prettier-ignore
  'admin.users.revoke_sessions': ({ friend }) => ({ params: { id: friend.id } }),
  'auth.2fa.enable': ({ owner }) => ({ body: { password: owner.password } }),
  'auth.2fa.confirm': () => ({ body: { totp_code: '000000' } }),
  'auth.2fa.disable': ({ owner }) => ({ body: { password: owner.password, totp_code: '000000' } }),
  'auth.2fa.backup_codes': () => ({ body: { totp_code: '000000' } }),
}

/** The same for every command of the WebSocket that takes anything; a place is named as a room or as a DM, where a command takes both. */
export const commands: Record<string, (own: Things) => Record<string, unknown>> = {
  authenticate: ({ owner, room, dm }) => ({ token: owner.token, subscribe: 'joined', resume: [{ room_id: room, since_seq: 0 }, { conversation_id: dm, since_seq: 0 }], memberships: true, client: { name: 'test' }, locale: 'en' }), // prettier-ignore
  ping: () => ({ timestamp: 'now' }),
  disconnect: () => ({ reason: 'bye' }),
  join_room: ({ room, dm }) => ({ room_id: room, conversation_id: dm, since_seq: 0 }),
  leave_room: ({ room, dm }) => ({ room_id: room, conversation_id: dm, forget: true }),
  get_members: ({ room, dm, cursors }) => ({ room_id: room, conversation_id: dm, limit: 10, cursor: cursors['rooms.members.list'] }), // prettier-ignore
  create_dm: ({ friend, owner }) => ({ user_id: friend.id, user1_id: owner.id, user2_id: friend.id }),
  block_dm: ({ dm }) => ({ conversation_id: dm, block: false }),
  mark_read: ({ room, dm, message }) => ({ room_id: room, conversation_id: dm, message_id: message }),
  send_message: ({ room, message, mark }) => ({ room_id: room, content: `${mark} said`, parent_id: message, content_type: 'text', expires_in: 86_400, metadata: {} }), // prettier-ignore
  send_dm: ({ dm, dm_message, mark }) => ({ conversation_id: dm, content: `${mark} said`, parent_id: dm_message, content_type: 'text', expires_in: 86_400, metadata: {} }), // prettier-ignore
  get_history: ({ room, dm, reply, message }) => ({ room_id: room, conversation_id: dm, limit: 10, before_id: reply, after_id: message, parent_id: message }), // prettier-ignore
  get_dm_history: ({ dm, dm_message }) => ({ conversation_id: dm, limit: 10, before_id: dm_message, after_id: dm_message, parent_id: dm_message }), // prettier-ignore
  list_dms: () => ({ limit: 10 }),
  sync: ({ room, dm }) => ({ cursors: [{ room_id: room, since_seq: 0 }, { conversation_id: dm, since_seq: 0 }] }), // prettier-ignore
  edit_message: ({ message, mark }) => ({ message_id: message, content: `${mark} changed`, edit_reason: mark }),
  delete_message: ({ message, mark }) => ({ message_id: message, reason: mark }),
  pin_message: ({ room, dm, message }) => ({ room_id: room, conversation_id: dm, message_id: message, pin: true }),
  unpin_message: ({ room, dm, message }) => ({ room_id: room, conversation_id: dm, message_id: message }),
  get_pinned_messages: ({ room, dm }) => ({ room_id: room, conversation_id: dm }),
  add_reaction: ({ message }) => ({ message_id: message, emoji: '🎉' }),
  remove_reaction: ({ message }) => ({ message_id: message, emoji: '👍' }),
  get_reactions: ({ message }) => ({ message_id: message }),
  search_messages: ({ room, dm, owner, mark }) => ({ query: mark, room_id: room, conversation_id: dm, author_id: owner.id, before: soon(), after: '2020-01-01T00:00:00Z', limit: 10 }), // prettier-ignore
  get_room_stats: ({ room, dm }) => ({ room_id: room, conversation_id: dm }),
  update_status: ({ mark }) => ({ status: 'busy', message: mark }),
  get_presence: ({ friend }) => ({ user_ids: [friend.id] }),
  typing_start: ({ room, dm }) => ({ room_id: room, conversation_id: dm }),
  typing_stop: ({ room, dm }) => ({ room_id: room, conversation_id: dm }),
  get_audit_logs: ({ room, dm }) => ({ room_id: room, conversation_id: dm, limit: 10, action: 'room.create' }),
}
