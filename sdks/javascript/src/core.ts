import type { Chat, ChatOptions, Conversation, Me, Ref } from './api.ts'
import { addressesOf, ownerKey } from './address.ts'
import { createConnection } from './connection.ts'
import { createConversation } from './conversation.ts'
import type { Inner } from './inner.ts'
import type { Frame } from './link.ts'
import { createList } from './list.ts'
import { createOutbox } from './outbox.ts'
import { isDm, keyOf, type Named } from './place.ts'
import { platform } from './platform.ts'
import { createPresences } from './presence.ts'
import type { AuthSuccessData, Message, ResumePoint, UserPresence } from './protocol.gen.ts'
import type { shapes } from './rest.ts'
import { memoryOutbox } from './memory.ts'
import { cell } from './store.ts'
import { createTokens } from './token.ts'

/** As many as one frame may resume (`limits.max_resume_rooms`); the others are joined one by one. */
const most_resumed = 200

export type Core = Omit<Chat, 'rest' | 'upload'>

export interface CoreOptions extends ChatOptions {
  /** The rooms that one is in, for what the socket does not tell of them: their slugs. */
  rooms?(): Promise<readonly shapes.Room[]>
}

/** A client of one user, all that goes over the socket; what is not sent yet is kept in memory unless `outbox` says where. Nothing is asked of the server before `connect`. */
export function createCore(options: CoreOptions, tokens = createTokens(options.token)): Core {
  const { origin, socket } = addressesOf(options.url)
  const { max_messages = 500 } = options
  const WebSocket = options.WebSocket ?? globalThis.WebSocket
  if (WebSocket === undefined) throw new TypeError('No WebSocket')
  const me = cell<Me | null>(null)
  const inners = new Map<string, Inner>()
  const listeners = new Map<string, Set<(data: never) => void>>()
  let clock_ahead = 0
  let resuming: Inner[] = []
  let refreshing = false

  const connection = createConnection({
    ...options,
    url: socket,
    WebSocket,
    tokens,
    resume,
    onWelcome: welcome,
    onEvent: hear,
    onLost: () => {
      outbox.lost()
      for (const inner of inners.values()) inner.lost()
    },
  })
  const outbox = createOutbox({
    storage: options.outbox ?? memoryOutbox(),
    send: ({ ref, content, content_type, parent_id, metadata, expires_in, client_id }) => {
      const draft = {
        content,
        content_type,
        metadata: { ...metadata, client_id },
        ...(parent_id !== null && { parent_id }),
        ...(expires_in !== null && { expires_in }),
      }
      return isDm(ref)
        ? connection.command('send_dm', { ...ref, ...draft })
        : connection.command('send_message', { ...ref, ...draft })
    },
    onSent: (pending, message) => {
      for (const inner of at(message)) inner.sent(pending, message)
    },
  })
  const list = createList({
    me: me.get,
    dms: (cursor) => connection.command('list_dms', { limit: 100, ...(cursor !== null && { cursor }) }),
    rooms: options.rooms ?? (() => Promise.resolve([])),
    onUnknown: () => {
      // Many come together when somebody is added to many rooms.
      if (refreshing) return
      refreshing = true
      setTimeout(() => {
        refreshing = false
        refresh().catch(() => undefined)
      }, 250)
    },
  })
  const presences = createPresences((user_ids) => connection.command('get_presence', { user_ids }))
  const last_owner = ownerKey(origin)
  const kept_owner = platform.shelf()?.getItem(last_owner)
  if (kept_owner) outbox.belongsTo(kept_owner, false)

  connection.state.subscribe(() => {
    if (connection.state.get().status !== 'connected') return
    for (const inner of inners.values()) inner.wake()
    presences.wake()
    outbox.wake()
  })

  const refresh = () => connection.renew({ memberships: true })

  function* at(named: Named): Iterable<Inner> {
    const key = keyOf(named)
    for (const inner of new Set(inners.values())) {
      const place = inner.place()
      if (place !== null && keyOf(place) === key) yield inner
    }
  }

  function resume(): ResumePoint[] {
    resuming = []
    const points: ResumePoint[] = []
    for (const inner of new Set(inners.values())) {
      const place = inner.place()
      const since_seq = place === null || points.length >= most_resumed ? null : inner.resume()
      if (place === null || since_seq === null) continue
      resuming.push(inner)
      points.push({ ...place, since_seq })
    }
    return points
  }

  function welcome(data: AuthSuccessData, asked: ResumePoint[] | null): void {
    const { user_id: id, username, role, session_id, user, limits } = data
    clock_ahead = Date.parse(data.server_time) - Date.now()
    const before = me.get()
    if (before !== null && before.id !== id) for (const inner of inners.values()) inner.clear()
    me.set({ id, username, role, session_id, user, limits })
    const owner = `${origin} ${id}`
    remember(owner)
    outbox.belongsTo(owner, true)
    if (data.memberships !== undefined) list.set(data.memberships)
    if (asked !== null) for (const [index, entry] of (data.resumed ?? []).entries()) resuming[index]?.resumed(entry)
  }

  /** So that what is written without a connection, by a page that was just opened, is kept as well. */
  function remember(owner: string): void {
    try {
      platform.shelf()?.setItem(last_owner, owner)
    } catch {
      // There is no room left. What is written before the first connection is then kept in memory only.
    }
  }

  function hear({ type, data }: Frame): void {
    let is_followed = false
    if ('room_id' in data || 'conversation_id' in data)
      for (const inner of at(data)) {
        is_followed ||= inner.isOpen()
        inner.hear(type, data)
      }
    if (type === 'user_presence') presences.hear(data as unknown as UserPresence)
    if (!is_followed && (type === 'room_message' || type === 'dm_message')) sentElsewhere(data as unknown as Message)
    list.hear(type, data)
    for (const listener of listeners.get(type) ?? []) listener(data as never)
  }

  function sentElsewhere({ author_id, client_id }: Message): void {
    if (author_id === me.get()?.id && client_id !== undefined) outbox.seen(client_id)
  }

  function conversation(ref: Ref): Conversation {
    const key = keyOf(ref)
    const known = inners.get(key)
    if (known !== undefined) return known.shown
    const inner: Inner = createConversation({
      ref,
      connection,
      outbox,
      list,
      me,
      max_messages,
      serverNow: () => Date.now() + clock_ahead,
      onPlace: (place) => {
        if (!inners.has(keyOf(place))) inners.set(keyOf(place), inner)
      },
      isShared: () => {
        const place = inner.place()
        return place !== null && [...at(place)].some((each) => each !== inner && each.isOpen())
      },
    })
    inners.set(key, inner)
    return inner.shown
  }

  return {
    connection: connection.state,
    me,
    conversations: list.all,
    outbox: outbox.all,
    connect: connection.connect,
    disconnect: connection.disconnect,
    close: () => {
      connection.close()
      outbox.close()
      for (const inner of inners.values()) inner.clear()
    },
    command: connection.command,
    on: (type, listener) => {
      const own = (data: never) => listener(data)
      const all = listeners.get(type) ?? new Set()
      listeners.set(type, all.add(own))
      return () => {
        all.delete(own)
      }
    },
    conversation,
    presence: presences.of,
    setStatus: async (status, message) => {
      await connection.command('update_status', { status, ...(message !== undefined && { message }) })
    },
    directMessage: async (user_id) => {
      const { conversation_id } = await connection.command('create_dm', { user_id })
      if (list.get({ conversation_id }) === null) await refresh()
      return conversation({ conversation_id })
    },
    refresh,
  }
}
