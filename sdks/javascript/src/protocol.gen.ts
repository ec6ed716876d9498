// Written by `bun run generate` from the AsyncAPI document of the server.

export type AddReactionData = {
  message_id: number
  /** One emoji, or a name between colons such as ":party:". */
  emoji: string
}

export type AuditEntry = {
  id: number
  at: string
  actor_id: number | null
  actor_username: string | null
  /** One of docs/audit.md. */
  action: string
  target_type: string | null
  target_id: string | null
  outcome: 'success' | 'failure' | 'denied'
  details: {
    [field: string]: unknown
  }
  /** Only for those who may view audit logs on the whole server. */
  ip?: string | null
}

export type AuditLogsData = {
  room_id?: number
  conversation_id?: number
  logs: AuditEntry[]
  next_cursor: string | null
}

export type AuthSuccessData = {
  user_id: number
  username: string
  role: Role
  session_id: string
  server_time: string
  user: OwnUser
  expires_at: string
  /** Seconds. */
  heartbeat_interval: number
  limits: {
    /** 0: no limit. */
    max_message_length: number
    /** 0: no limit. */
    max_messages_per_minute: number
    /** 0: no limit. */
    max_file_size: number
  }
  /** For each of `resume`, in order. */
  resumed?: (RoomState | DmState | NotThere)[]
  memberships?: Membership[]
}

export type AuthenticateData = {
  token: string
  subscribe?: 'all' | 'none'
  resume?: ResumePoint[]
  memberships?: boolean
  client?: {
    name?: string
    version?: string
  }
  locale?: 'en' | 'fr'
}

export type BlockDmData = {
  conversation_id: number
  /** false lifts one's own block. */
  block: boolean
}

export type ChangedMessage = {
  id: number
  message_id: number
  uuid: string
  room_id?: number
  room_name?: string
  conversation_id?: number
  seq: number
  change_seq: number
  number: number
  author_id: number
  username: string
  content: string
  content_type: string
  parent_id: number | null
  thread_count: number
  /** On a reply's live event: how many replies its parent has now. */
  parent_thread_count?: number
  is_pinned: boolean
  is_edited: boolean
  edit_count: number
  is_deleted: boolean
  reactions: Reaction[]
  mentions: number[]
  mention_count: number
  /** By "@room" or "@here" it called everybody when it was sent, and it still says so. */
  called?: 'room' | 'here'
  attachments: unknown[]
  metadata: {
    [field: string]: unknown
  }
  client_id?: string
  created_at: string
  updated_at: string
  /** Who deleted it: its author or a moderator. */
  deleted_by?: number
  edited_at?: string
  expires_at?: string
  /** In a reply: it was so already; no seq was taken, no event is sent. */
  unchanged?: true
}

export type ChosenStatus = 'online' | 'away' | 'busy' | 'invisible'

export type CreateDmData = {
  user_id?: number
  user1_id?: number
  user2_id?: number
}

export type DeleteMessageData = {
  message_id: number
  reason?: string
}

export type DisconnectData = {
  reason?: string
}

export type DmBlockedData = {
  conversation_id: number
  /** By either of the two. */
  is_blocked: boolean
  blocked_by_you: boolean
}

export type DmCreatedData = {
  conversation_id: number
  user1_id: number
  user2_id: number
  /** By either of the two. */
  is_blocked: boolean
  created_at: string
}

export type DmLeftData = {
  conversation_id: number
}

export type DmListData = {
  conversations: DmSummary[]
  next_cursor: string | null
}

export type DmState = {
  conversation_id: number
  user1_id: number
  user2_id: number
  member_count: number
  user_role: RoomRole | null
  is_public: boolean
  is_archived: boolean
  slow_mode_seconds: number
  last_message_id: number | null
  last_read_number: number
  /** The number of the newest message. */
  message_number: number
  unread_count: number
  /** The position in the log: every later change follows as an event. */
  seq: number
  /** Messages that changed after `since_seq`, as they are now. */
  missed?: Message[]
  /** Too much changed: `missed` is the newest page, and what one had is to be dropped. */
  reset?: boolean
}

export type DmSummary = {
  conversation_id: number
  other_user: {
    user_id: number
    username: string
    is_online: boolean
    last_seen: string | null
  }
  last_message: Message | null
  unread_count: number
  is_blocked: boolean
}

export type EditMessageData = {
  message_id: number
  content: string
  edit_reason?: string
}

export type ErrorData = {
  code:
    | 'MALFORMED_FRAME'
    | 'VALIDATION_FAILED'
    | 'UNKNOWN_COMMAND'
    | 'NOT_FOUND'
    | 'METHOD_NOT_ALLOWED'
    | 'AUTH_REQUIRED'
    | 'AUTH_TIMEOUT'
    | 'INVALID_CREDENTIALS'
    | 'ACCOUNT_LOCKED'
    | 'INVALID_TOKEN'
    | 'TOKEN_EXPIRED'
    | 'SESSION_REVOKED'
    | 'TWO_FACTOR_REQUIRED'
    | 'CONNECTION_LIMIT_EXCEEDED'
    | 'RATE_LIMIT_EXCEEDED'
    | 'SLOW_MODE'
    | 'PERMISSION_DENIED'
    | 'ORIGIN_REFUSED'
    | 'UPGRADE_REQUIRED'
    | 'TOKEN_IN_ADDRESS'
    | 'REGISTRATION_CLOSED'
    | 'ROOM_NOT_FOUND'
    | 'CONVERSATION_NOT_FOUND'
    | 'MESSAGE_NOT_FOUND'
    | 'USER_NOT_FOUND'
    | 'INVITE_NOT_FOUND'
    | 'FILE_NOT_FOUND'
    | 'MESSAGE_TOO_LONG'
    | 'MESSAGE_EMPTY'
    | 'CONTENT_REJECTED'
    | 'USER_BLOCKED'
    | 'CONVERSATION_BLOCKED'
    | 'USER_MUTED'
    | 'USER_BANNED'
    | 'ROOM_FULL'
    | 'RESOURCE_CONFLICT'
    | 'PAYLOAD_TOO_LARGE'
    | 'UNSUPPORTED_MEDIA_TYPE'
    | 'FEATURE_DISABLED'
    | 'SERVICE_UNAVAILABLE'
    | 'INTERNAL_ERROR'
  /** For people, in their language. */
  message: string
  severity: 'low' | 'medium' | 'high'
  /** Seconds. */
  retry_after: number | null
  details?:
    | {
        [field: string]: unknown
      }
    | FieldReason[]
  /** The type of the command. */
  action: string | null
}

export type FieldReason = {
  field: string
  reason: string
}

export type GetAuditLogsData = {
  room_id?: RoomRef
  conversation_id?: number
  limit?: number
  /** `next_cursor` of the page before. */
  cursor?: string
  /** Only this action, such as `room.update`. */
  action?: string
}

export type GetDmHistoryData = {
  conversation_id: number
  limit?: number
  before_id?: number
  after_id?: number
  parent_id?: number
  /** `false` leaves replies out. */
  include_threads?: boolean
}

export type GetHistoryData = {
  room_id?: RoomRef
  conversation_id?: number
  limit?: number
  before_id?: number
  after_id?: number
  parent_id?: number
  /** `false` leaves replies out. */
  include_threads?: boolean
}

export type GetMembersData = {
  room_id?: RoomRef
  conversation_id?: number
  limit?: number
  /** The `next_cursor` of the page before. */
  cursor?: string
}

export type GetPinnedMessagesData = {
  room_id?: RoomRef
  conversation_id?: number
}

export type GetPresenceData = {
  user_ids: number[]
}

export type GetReactionsData = {
  message_id: number
}

export type GetRoomStatsData = {
  room_id?: RoomRef
  conversation_id?: number
}

export type HistoryPage = {
  room_id?: number
  conversation_id?: number
  messages: Message[]
  has_more: boolean
  total_count: number
  seq: number
}

export type JoinRoomData = {
  room_id?: RoomRef
  conversation_id?: number
  since_seq?: number
}

export type LastReply = {
  message_id: number
  number: number
  author_id: number
  username: string
  /** The first hundred characters; empty of a message that is deleted or encrypted. */
  preview: string
}

export type LeaveRoomData = {
  room_id?: RoomRef
  conversation_id?: number
  forget?: boolean
}

export type ListDmsData = {
  limit?: number
  cursor?: string
}

export type MarkReadData = {
  room_id?: RoomRef
  conversation_id?: number
  message_id: number
  /** The first message of a thread: the pointer in it moves, to a reply, and that of the conversation does not. */
  parent_id?: number
}

export type Member = {
  user_id: number
  username: string
  display_name: string | null
  role: RoomRole
  nickname: string | null
  joined_at: string
  /** Only for those who may mute members. */
  muted_until?: string | null
  is_online: boolean
  notification_level?: NotificationLevel
  /** How far the caller has read; only of the caller's own membership. */
  last_read_number?: number
}

export type MemberJoinedData = {
  room_id: number
  user_id: number
  username: string
  role: RoomRole
  /** Who added them; left out of those who joined. */
  by?: number
}

export type MemberLeftData = {
  room_id: number
  user_id: number
  username: string
  reason: 'left' | 'kicked'
  /** Who removed them. */
  by?: number
}

export type MemberUpdatedData = {
  room_id: number
  user_id: number
  username: string
  role: RoomRole
  nickname: string | null
  muted_until: string | null
}

export type Membership = {
  room_id?: number
  conversation_id?: number
  /** Of a DM, the name of the other person. */
  name: string
  /** Of a room. */
  slug?: string
  /** Of a room. */
  is_public?: boolean
  seq: number
  message_number: number
  last_read_number: number
  unread_count: number
  /** Unread mentions; 1000 stands for so many or more. */
  mention_count: number
  notification_level: NotificationLevel
  joined_at: string
}

export type MentionData = {
  room_id?: number
  room_name?: string
  conversation_id?: number
  message_id: number
  author_id: number
  username: string
  /** The first hundred characters. */
  preview: string
  /** By "@room" or "@here", not by name. */
  scope?: 'room' | 'here'
}

export type Message = {
  id: number
  message_id: number
  uuid: string
  room_id?: number
  room_name?: string
  conversation_id?: number
  seq: number
  change_seq: number
  number: number
  author_id: number
  username: string
  content: string
  content_type: string
  parent_id: number | null
  thread_count: number
  /** On a reply's live event: how many replies its parent has now. */
  parent_thread_count?: number
  is_pinned: boolean
  is_edited: boolean
  edit_count: number
  is_deleted: boolean
  reactions: Reaction[]
  mentions: number[]
  mention_count: number
  /** By "@room" or "@here" it called everybody when it was sent, and it still says so. */
  called?: 'room' | 'here'
  attachments: unknown[]
  metadata: {
    [field: string]: unknown
  }
  client_id?: string
  created_at: string
  updated_at: string
  /** Who deleted it: its author or a moderator. */
  deleted_by?: number
  edited_at?: string
  expires_at?: string
}

export type MessageDeletedData = {
  room_id?: number
  room_name?: string
  conversation_id?: number
  message_id: number
  seq?: number
  /** null when it has expired. */
  deleted_by: number | null
  /** "expired" when it has. */
  reason: string | null
  timestamp?: string
  parent_id?: number | null
  parent_thread_count?: number | null
  /** In a reply: it was so already; no seq was taken, no event is sent. */
  unchanged?: true
}

export type MessageReactionsData = {
  room_id?: number
  room_name?: string
  conversation_id?: number
  message_id: number
  total_reactions: number
  /** The first used first, with the first hundred people of each. */
  reactions: Reaction[]
}

export type MessageSentData = {
  id: number
  message_id: number
  uuid: string
  room_id?: number
  room_name?: string
  conversation_id?: number
  seq: number
  change_seq: number
  number: number
  author_id: number
  username: string
  content: string
  content_type: string
  parent_id: number | null
  thread_count: number
  /** On a reply's live event: how many replies its parent has now. */
  parent_thread_count?: number
  is_pinned: boolean
  is_edited: boolean
  edit_count: number
  is_deleted: boolean
  reactions: Reaction[]
  mentions: number[]
  mention_count: number
  /** By "@room" or "@here" it called everybody when it was sent, and it still says so. */
  called?: 'room' | 'here'
  attachments: unknown[]
  metadata: {
    [field: string]: unknown
  }
  client_id?: string
  created_at: string
  updated_at: string
  /** Who deleted it: its author or a moderator. */
  deleted_by?: number
  edited_at?: string
  expires_at?: string
  /** The message was there already, under the same client_id. */
  duplicate?: true
}

/** In place of a conversation that the caller is not in, as it was named; PERMISSION_DENIED for a public room. */
export type NotThere = {
  room_id?: RoomRef
  conversation_id?: number
  error: 'ROOM_NOT_FOUND' | 'CONVERSATION_NOT_FOUND' | 'PERMISSION_DENIED'
}

/** What of a conversation its member wants to be notified of; only the member sees it. */
export type NotificationLevel = 'all' | 'mentions' | 'none'

/** A user as they see themselves. */
export type OwnUser = {
  id: number
  /** Unique whatever its case; what a mention names. */
  username: string
  display_name: string | null
  role: Role
  is_bot: boolean
  created_at: string
  email: string | null
  email_verified: boolean
  locale: string | null
}

export type PinMessageData = {
  room_id?: RoomRef
  conversation_id?: number
  message_id: number
  /** false unpins. */
  pin?: boolean
}

export type PingData = {
  timestamp?: string | number
}

export type PinnedMessagesData = {
  room_id?: number
  room_name?: string
  conversation_id?: number
  messages: Message[]
}

export type PongData = {
  timestamp?: string | number
  server_time: string
}

export type PresenceData = {
  users: UserPresence[]
}

export type Reaction = {
  emoji: string
  count: number
  /** The first ten. */
  users: Reactor[]
}

export type ReactionChange = {
  room_id?: number
  room_name?: string
  conversation_id?: number
  message_id: number
  seq?: number
  user_id: number
  username: string
  emoji: string
  /** How many have reacted with it now. */
  count: number
  timestamp?: string
  /** In a reply: it was so already; no seq was taken, no event is sent. */
  unchanged?: true
}

export type Reactor = {
  user_id: number
  username: string
}

export type ReadMarkedData = {
  room_id?: number
  conversation_id?: number
  message_id: number
  /** Of a thread; then the counts are of its replies, a hundred at most. */
  parent_id?: number
  /** Where the pointer is now: it never moves back. */
  last_read_number: number
  unread_count: number
  /** Unread mentions; 1000 stands for so many or more. */
  mention_count: number
}

export type ReadReceiptData = {
  room_id?: number
  conversation_id?: number
  user_id: number
  username: string
  message_id: number
  read_at: string
}

export type RemoveReactionData = {
  message_id: number
  /** One emoji, or a name between colons such as ":party:". */
  emoji: string
}

export type ResumePoint = {
  room_id?: RoomRef
  conversation_id?: number
  since_seq: number
}

export type ResyncData = {
  room_id?: number
  conversation_id?: number
  seq: number
}

/** What the user may do on this server. */
export type Role = 'guest' | 'user' | 'moderator' | 'admin'

export type Room = {
  id: number
  room_id: number
  uuid: string
  slug: string
  name: string
  description: string | null
  topic: string | null
  kind: 'room' | 'team' | 'guild'
  is_public: boolean
  is_archived: boolean
  max_members: number | null
  slow_mode_seconds: number
  message_retention_days: number | null
  message_ttl_seconds: number | null
  member_count: number
  last_message_id: number | null
  created_by: number | null
  created_at: string
  updated_at: string
}

export type RoomDeletedData = {
  room_id: number
  room_name: string
  slug: string
  /** Who deleted it. */
  user_id: number
  username: string
}

export type RoomLeftData = {
  room_id: number
}

export type RoomMembersData = {
  room_id?: number
  conversation_id?: number
  members: Member[]
  total_count: number
  next_cursor: string | null
}

/** The id or the slug. */
export type RoomRef = number | string

export type RoomRole = 'owner' | 'admin' | 'moderator' | 'member'

export type RoomState = {
  room_id: number
  room_name: string
  slug: string
  topic: string | null
  member_count: number
  user_role: RoomRole | null
  is_public: boolean
  is_archived: boolean
  slow_mode_seconds: number
  last_message_id: number | null
  last_read_number: number
  /** The number of the newest message. */
  message_number: number
  unread_count: number
  /** The position in the log: every later change follows as an event. */
  seq: number
  /** Messages that changed after `since_seq`, as they are now. */
  missed?: Message[]
  /** Too much changed: `missed` is the newest page, and what one had is to be dropped. */
  reset?: boolean
}

export type RoomStatsData = {
  room_id?: number
  conversation_id?: number
  member_count: number
  /** Members who are online as others see them; of a larger room, among 10,000 of its members. */
  online_count: number
  /** Messages ever sent, also those since deleted or expired. */
  message_count: number
  /** Messages sent in the last 24 hours, also those since deleted or expired. */
  messages_24h: number
  /** Messages sent in the last seven days, also those since deleted or expired. */
  messages_7d: number
  /** People who wrote one of the newest messages of the last seven days; sampled_messages says of how many. */
  active_members_7d: number
  /** The ten who wrote most of the same messages. */
  top_authors: {
    user_id: number
    username: string
    messages: number
  }[]
  /** The newest messages of the last seven days that are there now, and at most 5,000 of them: what active_members_7d and top_authors count. */
  sampled_messages: number
  pinned_count: number
  /** Messages that have replies; 1,000 at most are counted. */
  thread_count: number
  created_at: string
  last_message_at: string | null
  computed_at: string
}

export type SearchMessagesData = {
  /** Words that must all be there, in any order; "a phrase"; a beginning*; -what must not be there. Accents and case do not count. */
  query: string
  room_id?: RoomRef
  conversation_id?: number
  author_id?: number
  before?: string
  after?: string
  /** 20 by default. */
  limit?: number
  cursor?: string
}

export type SearchResult = {
  message: Message
  /** A part of the content around what was found, in pieces: joined, they are that part. */
  snippet: {
    text: string
    is_match: boolean
  }[]
  /** How well it fits, by relevance and age; to compare within one reply only. */
  rank: number
}

export type SearchResultsData = {
  query: string
  results: SearchResult[]
  /** How many messages fit, when that is known. */
  total_count?: number
  /** False while the newest messages are still being indexed, which some results may be missing for. */
  is_complete: boolean
  /** For the next page, which may be short or even empty when there is much to look through; null at the end. */
  next_cursor: string | null
}

export type SendDmData = {
  conversation_id: number
  content: string
  parent_id?: number | null
  content_type?: 'text' | 'markdown' | 'code' | 'encrypted'
  attachments?: number[]
  /** Seconds until the message is gone for everybody. */
  expires_in?: number
  metadata?: {
    /** Makes sending idempotent for good. Must not begin with "~". */
    client_id?: string
    [field: string]: unknown
  }
}

export type SendMessageData = {
  room_id: RoomRef
  content: string
  parent_id?: number | null
  content_type?: 'text' | 'markdown' | 'code' | 'encrypted'
  attachments?: number[]
  /** Seconds until the message is gone for everybody. */
  expires_in?: number
  metadata?: {
    /** Makes sending idempotent for good. Must not begin with "~". */
    client_id?: string
    [field: string]: unknown
  }
}

export type ServerDrainingData = {
  reconnect_in_ms: number
}

export type StatusUpdatedData = {
  status: ChosenStatus
  /** What the user says beside the status. */
  message: string | null
}

export type SyncData = {
  /** Each conversation once; at most limits.max_resume_rooms. */
  cursors: ResumePoint[]
}

export type SyncResultData = {
  /** In the order asked for. */
  rooms: (RoomState | DmState | NotThere)[]
}

export type ThreadReadData = {
  room_id?: number
  conversation_id?: number
  parent_id: number
  last_read_number: number
}

export type ThreadUpdatedData = {
  room_id?: number
  room_name?: string
  conversation_id?: number
  /** The first message of the thread. */
  parent_id: number
  /** Who wrote the first message. */
  author_id: number
  username: string
  /** The first hundred characters; empty of a message that is deleted or encrypted. */
  preview: string
  thread_count: number
  /** The last of the conversation when it was so: of two states of a thread, the one with the lower is the older. */
  seq?: number
  /** Null when none is left. */
  last_reply: LastReply | null
  last_read_number?: number
  /** How much the user has not read now, as no reply of somebody says it. 100 stands for so many or more. */
  unread_count?: number
  /** How many of the unread replies name the user. 100 stands for so many or more. */
  mention_count?: number
}

export type TokenExpiringData = {
  expires_at: string
}

export type Typing = {
  room_id?: number
  conversation_id?: number
  user_id: number
  username: string
}

export type TypingStartData = {
  room_id?: RoomRef
  conversation_id?: number
}

export type TypingStopData = {
  room_id?: RoomRef
  conversation_id?: number
}

export type UnpinMessageData = {
  room_id?: RoomRef
  conversation_id?: number
  message_id: number
}

export type UnreadUpdatedData = {
  room_id?: number
  conversation_id?: number
  /** The number of the newest message. */
  message_number: number
  /** The reader's own pointer; on their own feed only, when it has moved. */
  last_read_number?: number
  unread_count?: number
  /** Unread mentions; 1000 stands for so many or more. */
  mention_count?: number
}

export type UpdateStatusData = {
  status: ChosenStatus
  /** At most 128 characters; left out, the message stays, and empty or null clears it. */
  message?: string | null
}

export type UserPresence = {
  user_id: number
  username: string
  /** Others see offline instead of invisible. */
  status: 'online' | 'away' | 'busy' | 'invisible' | 'offline'
  /** What the user says beside the status. */
  message: string | null
  /** When the last visit ended. */
  last_seen: string | null
  /** The public room that one of the user's connections joined last. */
  current_room: number | null
}

/** One's own account. */
export type User = OwnUser

/** What each command carries. */
export interface CommandData {
  /** Says who connects, or renews the token of a connection. */
  authenticate: AuthenticateData
  /** Asks whether the server is there. */
  ping: PingData
  /** Closes the connection with 1000. */
  disconnect: DisconnectData
  /** Joins the live feed of a conversation; a public room makes the caller a member. With since_seq, also tells what changed since. */
  join_room: JoinRoomData
  /** Stops the live feed of a conversation; with forget, also ends the membership. */
  leave_room: LeaveRoomData
  /** A page of the members of a conversation: owners, admins, moderators, then everybody else. */
  get_members: GetMembersData
  /** The DM with another user; the same pair always gives the same conversation. */
  create_dm: CreateDmData
  /** Blocks the other person of a DM, or lifts that block; neither can write in it while one blocks the other. */
  block_dm: BlockDmData
  /** Moves the own read pointer forward to a message; it never moves back. */
  mark_read: MarkReadData
  /** Sends a message to a room that one has joined (join_room); with parent_id, as a reply in a thread. */
  send_message: SendMessageData
  /** Sends a message to a DM. */
  send_dm: SendDmData
  /** A page of a conversation, or of one thread of it, oldest first. */
  get_history: GetHistoryData
  /** A page of a DM, oldest first. */
  get_dm_history: GetDmHistoryData
  /** The DMs of the caller, the one with the newest message first. */
  list_dms: ListDmsData
  /** What changed in several conversations, without joining them. */
  sync: SyncData
  /** Changes the content of one's own message. */
  edit_message: EditMessageData
  /** Deletes one's own message, or with `delete_all_messages` anybody's. Its row stays, without what it said. */
  delete_message: DeleteMessageData
  /** Pins a message; with `pin: false`, unpins it. Needs `pin_messages`; in a DM both may. */
  pin_message: PinMessageData
  /** Unpins a message. */
  unpin_message: UnpinMessageData
  /** The pinned messages of a conversation, the one pinned last first. */
  get_pinned_messages: GetPinnedMessagesData
  /** Reacts to a message. */
  add_reaction: AddReactionData
  /** Takes one's reaction back. */
  remove_reaction: RemoveReactionData
  /** Who reacted to a message, and how. */
  get_reactions: GetReactionsData
  /** Finds messages by their words, in one conversation or in all that the caller is in. */
  search_messages: SearchMessagesData
  /** How many people and messages a conversation has, and who writes most; for those who may moderate. */
  get_room_stats: GetRoomStatsData
  /** Chooses how the caller looks to others, on all connections and until it is chosen anew. */
  update_status: UpdateStatusData
  /** How some users are; from then on their user_presence events come to this connection. */
  get_presence: GetPresenceData
  /** The caller types; to be repeated every few seconds, as it expires after six. Has no reply. */
  typing_start: TypingStartData
  /** The caller no longer types; sending a message says so too. Has no reply. */
  typing_stop: TypingStopData
  /** What was done in a conversation and by whom, newest first. */
  get_audit_logs: GetAuditLogsData
}

/** What each answer carries. */
export interface AnswerData {
  /** Answers authenticate. */
  auth_success: AuthSuccessData
  /** Answers authenticate. */
  auth_error: ErrorData
  /** Answers ping. */
  pong: PongData
  /** Answers join_room. */
  room_joined: RoomState
  /** Answers join_room. */
  dm_joined: DmState
  /** Answers leave_room. */
  room_left: RoomLeftData
  /** Answers leave_room. */
  dm_left: DmLeftData
  /** Answers get_members. */
  room_members: RoomMembersData
  /** Answers create_dm. */
  dm_created: DmCreatedData
  /** Answers block_dm. */
  dm_blocked: DmBlockedData
  /** Answers mark_read. */
  read_marked: ReadMarkedData
  /** Answers send_message, send_dm. */
  message_sent: MessageSentData
  /** Answers get_history, get_dm_history. */
  room_history: HistoryPage
  /** Answers get_history, get_dm_history. */
  dm_history: HistoryPage
  /** Answers list_dms. */
  dm_list: DmListData
  /** Answers sync. */
  sync_result: SyncResultData
  /** Answers edit_message. */
  message_edited: ChangedMessage
  /** Answers delete_message. */
  message_deleted: MessageDeletedData
  /** Answers pin_message. */
  message_pinned: ChangedMessage
  /** Answers pin_message, unpin_message. */
  message_unpinned: ChangedMessage
  /** Answers get_pinned_messages. */
  pinned_messages: PinnedMessagesData
  /** Answers add_reaction. */
  reaction_added: ReactionChange
  /** Answers remove_reaction. */
  reaction_removed: ReactionChange
  /** Answers get_reactions. */
  message_reactions: MessageReactionsData
  /** Answers search_messages. */
  search_results: SearchResultsData
  /** Answers get_room_stats. */
  room_stats: RoomStatsData
  /** Answers update_status. */
  status_updated: StatusUpdatedData
  /** Answers get_presence. */
  presence: PresenceData
  /** Answers get_audit_logs. */
  audit_logs: AuditLogsData
}

/** What each event carries. */
export interface EventData {
  /** A frame was refused; as an answer it carries the id of the command. */
  error: ErrorData
  /** The token ends in a minute, or the user has another role now: authenticate again. */
  token_expiring: TokenExpiringData
  /** Events were lost that cannot be told again: join with the last seq you have. */
  resync: ResyncData
  /** The server is about to stop: reconnect after so many milliseconds. */
  server_draining: ServerDrainingData
  /** A message was sent to a room. A position of the log. */
  room_message: Message
  /** A message was sent in a DM; on every connection of both people. A position of the log. */
  dm_message: Message
  /** A message says something else now. A position of the log. */
  message_edited: ChangedMessage
  /** A message was deleted, or has expired. A position of the log. */
  message_deleted: MessageDeletedData
  /** A message was pinned. A position of the log. */
  message_pinned: ChangedMessage
  /** A message was unpinned. A position of the log. */
  message_unpinned: ChangedMessage
  /** Somebody reacted to a message. A position of the log. */
  reaction_added: ReactionChange
  /** Somebody took a reaction back. A position of the log. */
  reaction_removed: ReactionChange
  /** A message mentions the user, or calls everybody in the room; on every connection of theirs. */
  mention: MentionData
  /** Somebody became a member: to those who follow the room, and to every connection of the new member. */
  member_joined: MemberJoinedData
  /** Somebody left or was removed: to those who follow the room, and to every connection of the one who is gone. */
  member_left: MemberLeftData
  /** A member's role, nickname or mute changed: to those who follow the room, and to every connection of the member. */
  member_updated: MemberUpdatedData
  /** The settings of a room changed, or it was archived: the whole room as it is now, to those who follow it. */
  room_updated: Room
  /** The room is gone: the last event of its live feed. */
  room_deleted: RoomDeletedData
  /** The user blocked the other person of a DM or lifted that block: to their own connections alone. */
  dm_blocked: DmBlockedData
  /** Somebody has read up to a message: to those who follow a room of at most `limits.receipt_max_members` members, and to both people of a DM; at most one a second of each reader in each conversation. */
  read_receipt: ReadReceiptData
  /** How many messages a conversation has, to every connected member, joined or not, at most once a second; unread is what lies beyond the own read pointer. With `last_read_number`: the own pointer has moved, to every connection of its owner. */
  unread_updated: UnreadUpdatedData
  /** Somebody replied in a thread, as it is now: on every connection of those members who wrote its first message or replied in it, the author included; at most once a second of each thread. With `unread_count`: what the user has not read there is another number now than replies say, as some were taken away. */
  thread_updated: ThreadUpdatedData
  /** The user's own pointer in a thread has moved, or nothing is unread there: on every connection of theirs. */
  thread_read: ThreadReadData
  /** Somebody came, went, chose a status or changed rooms: to those who asked with get_presence, to the other people of one's DMs and to small rooms, at most once a second for each user. One's own other devices get the true status. */
  user_presence: UserPresence
  /** Somebody types in a room that is joined, or in a DM; it holds until typing_stop. */
  typing_start: Typing
  /** Somebody stopped typing, sent the message, left, or said nothing for six seconds. */
  typing_stop: Typing
}

/** Which answers a command has, beside `error`. */
export interface Answers {
  authenticate: 'auth_success'
  ping: 'pong'
  disconnect: never
  join_room: 'room_joined' | 'dm_joined'
  leave_room: 'room_left' | 'dm_left'
  get_members: 'room_members'
  create_dm: 'dm_created'
  block_dm: 'dm_blocked'
  mark_read: 'read_marked'
  send_message: 'message_sent'
  send_dm: 'message_sent'
  get_history: 'room_history' | 'dm_history'
  get_dm_history: 'room_history' | 'dm_history'
  list_dms: 'dm_list'
  sync: 'sync_result'
  edit_message: 'message_edited'
  delete_message: 'message_deleted'
  pin_message: 'message_pinned' | 'message_unpinned'
  unpin_message: 'message_unpinned'
  get_pinned_messages: 'pinned_messages'
  add_reaction: 'reaction_added'
  remove_reaction: 'reaction_removed'
  get_reactions: 'message_reactions'
  search_messages: 'search_results'
  get_room_stats: 'room_stats'
  update_status: 'status_updated'
  get_presence: 'presence'
  typing_start: never
  typing_stop: never
  get_audit_logs: 'audit_logs'
}

export type CommandType = keyof CommandData
export type EventType = keyof EventData
/** What a command resolves to: undefined for those without an answer. */
export type ReplyOf<C extends CommandType> = [Answers[C]] extends [never] ? undefined : AnswerData[Answers[C]]
export type ErrorCode = ErrorData['code']
