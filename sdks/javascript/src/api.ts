import type {
  CommandData,
  CommandType,
  EventData,
  EventType,
  Message,
  NotificationLevel,
  ReplyOf,
  User,
} from './protocol.gen.ts'
import type { Rest } from './rest.ts'

/** How the content of a message is to be read. */
export type ContentType = NonNullable<CommandData['send_message']['content_type']>

/** A value that is read at once and tells when it is another. The value is never changed in place: a new one is a new object, so it fits `useSyncExternalStore`. */
export interface Store<T> {
  get(): T
  /** Calls `listener` after each change, until the function it returns is called. */
  subscribe(listener: () => void): () => void
}

/** One conversation, room or DM. A room goes by its id or its slug. */
export type Ref = { room_id: number | string } | { conversation_id: number }

export type Locale = 'en' | 'fr'

/** As much of `fetch` as is needed. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

export interface ChatOptions {
  /** Where the server is, such as `https://chat.example.com`, also as `wss://chat.example.com/ws`. In a page of the server itself: `location.origin`. */
  url: string
  /**
   * An access token, or where to get one: asked for the first time when connecting, again a minute before it expires, and after the server refused one. A rejection is tried again with
   * back-off; one with `code` `SIGNED_OUT` stops the client. `refused` is a token that the server did not take.
   */
  token: string | ((refused?: string) => string | Promise<string>)
  /** Who one is, where the page knows it: what this user has not sent yet is shown and kept before there is a connection. Else nobody's is, until the server has said who one is. */
  user_id?: number
  /** Language of the server's sentences. A function is asked each time; the connection takes up another answer by `refresh`. */
  locale?: Locale | (() => Locale)
  /** Told to the server when authenticating. */
  client?: { name: string; version: string }
  /** Where unsent messages are kept. `indexedDB` where there is one, else memory. */
  outbox?: OutboxStorage
  /** Messages of a conversation that are kept in memory beside those somebody looks at. Default 500. */
  max_messages?: number
  /** For places without a global one, and for tests. */
  WebSocket?: typeof WebSocket
  fetch?: Fetch
}

export type ConnectionState =
  | { status: 'idle' }
  | { status: 'connecting' }
  | { status: 'connected'; since: number }
  /** Not connected, trying again at `retry_at` (milliseconds of `Date.now()`). */
  | { status: 'waiting'; retry_at: number; attempt: number; code: number | null }
  /** Will not try again by itself: banned, signed out, evicted (`code` 4403, 4401, 4409), or the client was closed. */
  | { status: 'stopped'; code: number | null; reason: string }

/** What the server refused, over WebSocket or REST, or what kept it from being asked. */
export interface ChatError extends Error {
  /** As in the protocol; and `NOT_CONNECTED`, `TIMEOUT`, `SIGNED_OUT`, `CANCELLED`, of the client itself. */
  code: string
  details?: unknown
  /** Seconds. */
  retry_after: number | null
}

export interface Me {
  id: number
  username: string
  role: User['role']
  session_id: string
  user: User
  limits: { max_message_length: number; max_messages_per_minute: number; max_file_size: number }
}

/** A line of the list of conversations. */
export interface Summary {
  ref: { room_id: number } | { conversation_id: number }
  kind: 'room' | 'dm'
  name: string
  /** Of rooms. */
  slug: string | null
  is_public: boolean | null
  /** Of DMs. */
  other_user: { user_id: number; username: string } | null
  is_blocked: boolean
  unread_count: number
  mention_count: number
  last_read_number: number
  message_number: number
  /** What one wants to be told of, as it was when the list was last read: nobody tells when it changes elsewhere. */
  notification_level: NotificationLevel
  /** When one came in: who left and is there again has another. */
  joined_at: string
  last_message: Message | null
}

/** A message of the timeline: of the server, or on its way to it. */
export type TimelineItem =
  | { kind: 'message'; key: string; message: Message }
  | { kind: 'pending'; key: string; pending: Pending }

export interface Pending {
  client_id: string
  ref: Ref
  content: string
  content_type: ContentType
  parent_id: number | null
  metadata: Record<string, unknown>
  expires_in: number | null
  /** ISO 8601, of the device. */
  created_at: string
  /** `failed` waits for `retry` or `discard`; the others go by themselves. `sending` is what the server may have, also while its answer is missing. */
  status: 'queued' | 'sending' | 'failed'
  /** Why the server did not take it when it was last tried. */
  error: { code: string; message: string } | null
  /** When one that was refused for now is tried again at the latest, in milliseconds of `Date.now()`; all others wait with it if `error` is RATE_LIMIT_EXCEEDED, those of its conversation if it is SLOW_MODE. */
  retry_at?: number
}

export interface Timeline {
  status: 'idle' | 'loading' | 'ready' | 'failed'
  error: ChatError | null
  /** By `number`, then what is not sent yet. One unbroken piece of the conversation. Without replies of threads. */
  items: readonly TimelineItem[]
  has_older: boolean
  /** Whether there are newer messages than `items`: after jumping back. Then new ones do not appear here. */
  has_newer: boolean
  is_loading_older: boolean
  is_loading_newer: boolean
}

export interface SendOptions {
  parent_id?: number
  content_type?: ContentType
  metadata?: Record<string, unknown>
  /** Seconds. */
  expires_in?: number
  /** Default: a new UUID. The same one again is the same message. */
  client_id?: string
}

export interface Typing {
  user_id: number
  username: string
}

export interface Member {
  user_id: number
  username: string
  display_name: string | null
  role: string
  is_online: boolean
}

export interface Presence {
  user_id: number
  username: string
  status: 'online' | 'away' | 'busy' | 'offline'
  message: string | null
  last_seen: string | null
}

export interface Thread {
  readonly parent: Store<Message | null>
  /** The replies. */
  readonly timeline: Store<Timeline>
  /** Loads and follows while at least one holder has not released it. */
  open(): () => void
  loadOlder(): Promise<void>
  send(content: string, options?: Omit<SendOptions, 'parent_id'>): Pending
}

export interface Conversation {
  readonly ref: Ref
  /** Of the list; null until known. */
  readonly summary: Store<Summary | null>
  readonly timeline: Store<Timeline>
  readonly typing: Store<readonly Typing[]>
  readonly pinned: Store<readonly Message[]>
  /** By user: the last message each has read, as far as the server told. */
  readonly receipts: Store<ReadonlyMap<number, number>>
  /** Joins the live feed and loads the newest page, while at least one holder has not released it. Joining a public room makes one a member. */
  open(): () => void
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  /** Loads the piece around a message; `has_newer` says whether it is the newest. MESSAGE_NOT_FOUND. */
  jumpTo(message_id: number): Promise<void>
  /** Back to the newest piece. */
  jumpToNewest(): Promise<void>
  /** The oldest message that somebody looks at who is not at the newest end; null when they are. New messages push out nothing from there on. */
  keepFrom(message_id: number | null): void
  thread(parent_id: number): Thread
  /** Shows it at once, keeps it until the server has it, also over a reload. Sends in the order of the calls, and never twice. */
  send(content: string, options?: SendOptions): Pending
  retry(client_id: string): void
  /** Takes back what is `queued` or `failed`, as soon as no tab is sending anything of this conversation; leaves alone what the server may have. */
  discard(client_id: string): void
  edit(message_id: number, content: string): Promise<Message>
  remove(message_id: number, reason?: string): Promise<void>
  pin(message_id: number, pinned?: boolean): Promise<void>
  react(message_id: number, emoji: string): Promise<void>
  unreact(message_id: number, emoji: string): Promise<void>
  /** Up to this message, or all. */
  markRead(message_id?: number): Promise<void>
  /** To be called at each key; tells the server as often as it needs to know, and stops by itself. */
  setTyping(typing: boolean): void
  members(): Promise<readonly Member[]>
  /** Ends the membership. */
  leave(): Promise<void>
}

export interface Chat {
  readonly connection: Store<ConnectionState>
  /** Follows what is changed by `PUT /users/me` in this program, or with a session in any tab; of other devices, with the next connection. */
  readonly me: Store<Me | null>
  /** All that one is a member of, with DMs; kept up to date. Null until known. */
  readonly conversations: Store<readonly Summary[] | null>
  /** All that is not sent yet, of every conversation. */
  readonly outbox: Store<readonly Pending[]>
  readonly rest: Rest
  /** Idempotent; while waiting, tries at once. Resolves when connected and rejects when stopped. */
  connect(): Promise<void>
  /** Closes the socket; the outbox stays. `connect` begins anew. */
  disconnect(): void
  /** Ends it all: nothing may be called after. */
  close(): void
  /** Any command of the protocol; waits for the connection for `timeout_ms` (default 10 s). Rejects with ChatError. */
  command<C extends CommandType>(type: C, data: CommandData[C], options?: { timeout_ms?: number }): Promise<ReplyOf<C>>
  /** Events as they come, in order. Returns what ends it. */
  on<E extends EventType>(type: E, listener: (data: EventData[E]) => void): () => void
  /** The same object for the same conversation. */
  conversation(ref: Ref): Conversation
  /** Follows a user's presence while subscribed. */
  presence(user_id: number): Store<Presence | null>
  setStatus(status: 'online' | 'away' | 'busy' | 'invisible', message?: string | null): Promise<void>
  /** The DM with a user, made if need be. */
  directMessage(user_id: number): Promise<Conversation>
  /** `POST /api/v1/files/upload` with progress; rejects with FEATURE_DISABLED where files are off. */
  upload(file: Blob | NativeFile, options: UploadOptions): Promise<unknown>
  /** Reads the list of conversations again. */
  refresh(): Promise<void>
}

/** A file of React Native, which knows it by its address. Its name is sent, and no `name` of the options. */
export interface NativeFile {
  uri: string
  name: string
  type: string
}

export interface UploadOptions {
  ref?: Ref
  name?: string
  description?: string
  signal?: AbortSignal
  onProgress?(done_bytes: number, of_bytes: number): void
}

/** Keeps what is not sent yet; of one user on one server. */
export interface OutboxStorage {
  all(owner: string): Promise<Pending[]>
  put(owner: string, pending: Pending): Promise<void>
  remove(owner: string, client_id: string): Promise<void>
}

/** Signing in with a password, for pages that have no backend of their own. Its `token` is what `ChatOptions.token` wants. */
export interface Session {
  /** Follows the own profile as `Chat.me` does. */
  readonly user: Store<User | null>
  /** Rejects with `TWO_FACTOR_REQUIRED` when `totp_code` is missing. */
  signIn(given: { username: string; password: string; totp_code?: string }): Promise<User>
  register(given: { username: string; password: string; email?: string }): Promise<User>
  signOut(): Promise<void>
  /** A good access token, refreshed if need be, and another one than `refused`; one tab at a time refreshes. Rejects with `SIGNED_OUT`, or `NOT_CONNECTED`. */
  token(refused?: string): Promise<string>
}

export interface SessionOptions {
  url: string
  /** Where the refresh token is kept: `local` (IndexedDB, and the user in localStorage), `cookie` (`security.refresh_cookie`), or `memory`. */
  keep: 'local' | 'cookie' | 'memory'
  fetch?: Fetch
}
