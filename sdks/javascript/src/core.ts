import type { Chat, ChatOptions, Conversation, Me, Ref } from './api.ts'
import { addressesOf } from './address.ts'
import { changeOf } from './changes.ts'
import { createConnection } from './connection.ts'
import { createConversation } from './conversation.ts'
import type { Inner } from './inner.ts'
import type { Frame } from './link.ts'
import { createList } from './list.ts'
import { createOutbox } from './outbox.ts'
import { isDm, keyOf, type Named } from './place.ts'
import { createPresences } from './presence.ts'
import { recall } from './recent.ts'
import type {
  AuthSuccessData,
  ListDmsData,
  Message,
  ResumePoint,
  SendMessageData,
  UpdateStatusData,
  UserPresence,
} from './protocol.gen.ts'
import { memoryOutbox } from './memory.ts'
import { cell, type Cell, createListeners, type Listeners } from './store.ts'
import { createTokens } from './token.ts'

/** As many as one frame may resume (`limits.max_resume_rooms`); the others are joined one by one. */
const most_resumed = 200
/** So many conversations are remembered that nobody uses. */
const most_known = 100

export type Core = Omit<Chat, 'rest' | 'upload'>

export interface CoreOptions extends ChatOptions {
  /** Where to say who one is; others may say it, too, between two connections. */
  me?: Cell<Me | null>
}

/** A client of one user, all that goes over the socket; what is not sent yet is kept in memory unless `outbox` says where. Nothing is asked of the server before `connect`. */
export function createCore(options: CoreOptions, tokens = createTokens(options.token)): Core {
  const { origin, socket } = addressesOf(options.url)
  const { max_messages = 500, WebSocket = globalThis.WebSocket } = options
  if (!WebSocket) throw new TypeError('No WebSocket: pass { WebSocket } of "ws"')
  const me = options.me ?? cell<Me | null>(null)
  const inners = new Map<Inner, unknown>()
  const listeners = new Map<string, Listeners<never>>()
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
      for (const inner of all()) inner.lost()
    },
  })
  const outbox = createOutbox({
    storage: options.outbox ?? memoryOutbox(),
    refOf: (ref) => list.get(ref)?.ref ?? ref,
    send: ({ ref, content, content_type, parent_id, metadata, expires_in, client_id }) => {
      // What is undefined is not in the frame.
      const draft = {
        ...ref,
        content,
        content_type,
        parent_id: parent_id ?? undefined,
        metadata: { ...metadata, client_id },
        expires_in: expires_in ?? undefined,
      }
      return connection.command(isDm(ref) ? 'send_dm' : 'send_message', draft as SendMessageData)
    },
    onSent: (pending, message) => {
      for (const inner of at(message)) inner.sent(pending, message)
    },
  })
  const list = createList({
    me: me.get,
    dms: (cursor) => connection.command('list_dms', { limit: 100, cursor: cursor ?? undefined } as ListDmsData),
    onUnknown: readAgain,
  })
  const presences = createPresences((user_ids) => connection.command('get_presence', { user_ids }))
  const ownerOf = (id: number) => `${origin} ${id}`
  if (options.user_id !== undefined) outbox.belongsTo(ownerOf(options.user_id), false)

  connection.state.subscribe(() => {
    if (connection.state.get().status !== 'connected') return
    for (const inner of all()) inner.wake()
    presences.wake()
    outbox.wake()
  })

  const refresh = () => connection.renew({ memberships: true })

  /** Many come together when somebody is added to many rooms. */
  function readAgain(ms = 100): void {
    if (refreshing) return
    refreshing = true
    setTimeout(() => {
      refreshing = false
      // The next connection reads them by itself.
      refresh().catch(() => connection.state.get().status === 'connected' && readAgain(5000))
    }, ms)
  }

  const all = () => [...inners.keys()]
  const isAt = (named: Named | null, key: string) => named !== null && keyOf(named) === key
  const at = (named: Named) => all().filter((inner) => isAt(inner.place(), keyOf(named)))

  function resume(): ResumePoint[] {
    resuming = []
    const points: ResumePoint[] = []
    for (const inner of all()) {
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
    if (before !== null && before.id !== id) for (const inner of all()) inner.clear()
    me.set({ id, username, role, session_id, user, limits })
    outbox.belongsTo(ownerOf(id), true)
    if (data.memberships !== undefined) list.set(data.memberships)
    if (asked !== null) for (const [index, entry] of (data.resumed ?? []).entries()) resuming[index]?.resumed(entry)
  }

  function hear({ type, data }: Frame): void {
    const change = changeOf(type, data)
    let is_followed = false
    for (const inner of at(data)) {
      is_followed ||= inner.isOpen()
      inner.hear(type, data, change)
    }
    if (type === 'user_presence') presences.hear(data as unknown as UserPresence)
    if (!is_followed && change?.kind === 'put') sentElsewhere(change.message)
    list.hear(type, data, change)
    listeners.get(type)?.tell(data as never)
  }

  function sentElsewhere({ author_id, client_id }: Message): void {
    if (author_id === me.get()?.id && client_id !== undefined) outbox.seen(client_id)
  }

  function conversation(ref: Ref): Conversation {
    const key = keyOf(ref)
    const known = all().find((inner) => isAt(inner.shown.ref, key)) ?? at(ref)[0]
    const inner = known ?? create(ref)
    use(inner)
    return inner.shown
  }

  const use = (inner: Inner) => recall(inners, inner, null, most_known, (each) => each.isUsed())

  function create(ref: Ref): Inner {
    const inner: Inner = createConversation({
      ref,
      connection,
      outbox,
      list,
      me,
      max_messages,
      serverNow: () => Date.now() + clock_ahead,
      onUse: () => use(inner),
      isShared: () => {
        const place = inner.place()
        return place !== null && at(place).some((each) => each !== inner && each.isOpen())
      },
    })
    return inner
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
      for (const inner of all()) inner.clear()
    },
    command: connection.command,
    on: (type, listener) => {
      const all = listeners.get(type) ?? createListeners()
      listeners.set(type, all)
      return all.subscribe(listener)
    },
    conversation,
    presence: presences.of,
    setStatus: async (status, message) => {
      await connection.command('update_status', { status, message } as UpdateStatusData)
    },
    directMessage: async (user_id) => {
      const { conversation_id } = await connection.command('create_dm', { user_id })
      if (list.get({ conversation_id }) === null) await refresh()
      return conversation({ conversation_id })
    },
    refresh,
  }
}
