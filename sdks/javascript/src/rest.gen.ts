// Written by `bun run generate` from the OpenAPI document of the server.

export type AdminUser = {
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
  status: UserStatus
  /** Null for a ban without an end. */
  banned_until: string | null
  ban_reason: string | null
  /** False for bots, and for those who sign in through an external issuer. */
  has_password: boolean
  last_seen_at: string | null
  /** As others see them. */
  is_online: boolean
}

export type AdminUserDetail = {
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
  status: UserStatus
  /** Null for a ban without an end. */
  banned_until: string | null
  ban_reason: string | null
  /** False for bots, and for those who sign in through an external issuer. */
  has_password: boolean
  last_seen_at: string | null
  /** As others see them. */
  is_online: boolean
  active_sessions: number
  room_count: number
}

export type AdminUserPage = {
  users: AdminUser[]
  /** What the next page is asked for with; null on the last. */
  next_cursor: string | null
}

/** A key, without the key itself. */
export type ApiKey = {
  id: string
  /** Whom it acts as. */
  user_id: number
  name: string
  /** Its first letters, to tell keys apart. */
  prefix: string
  permissions: Permission[]
  /** Ranges, as they are compared. Empty: from everywhere. */
  ip_whitelist: string[]
  expires_at: string | null
  created_at: string
  /** To the minute. */
  last_used_at: string | null
  last_used_ip: string | null
}

export type ApiKeyPage = {
  api_keys: ApiKey[]
  next_cursor: string | null
}

export type Archive = {
  archived: boolean
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

export type Auth2faBackupCodesBody = {
  /** Six digits that the app shows now, or a backup code. */
  totp_code: string
}

export type Auth2faConfirmBody = {
  /** Six digits that the app shows now, or a backup code. */
  totp_code: string
}

export type Auth2faDisableBody = {
  /** The current one; needed unless the account has none. */
  password?: string
  /** Six digits that the app shows now, or a backup code. */
  totp_code: string
}

export type Auth2faEnableBody = {
  /** The current one; needed unless the account has none. */
  password?: string
}

export type AuthLoginBody = {
  /** The username or the e-mail address. */
  username: string
  password: string
  /** Six digits that the app shows now, or a backup code. */
  totp_code?: string
}

export type AuthPasswordBody = {
  current_password: string
  /** 8 to 256 characters, other than the username. */
  new_password: string
}

export type AuthPasswordForgotBody = {
  /** The username or the e-mail address. */
  username: string
}

export type AuthPasswordResetBody = {
  /** Good for one use. */
  token: string
  /** 8 to 256 characters, other than the username. */
  new_password: string
  /** Six digits that the app shows now, or a backup code. */
  totp_code?: string
}

export type AuthRefreshBody = {
  /** Good for one use; left out where the cookie carries it. */
  refresh_token?: string
}

export type AuthRegisterBody = {
  /** 2 to 32 of A-Z a-z 0-9 _ . - that begin and end with a letter, a digit or _. */
  username: string
  /** 8 to 256 characters, other than the username. */
  password: string
  /** An e-mail address. */
  email?: string
}

export type AuthWsTicketAnswer = {
  /** Opens one socket: /ws?ticket=... */
  ticket: string
  /** Seconds. */
  expires_in: number
}

export type BackupCodes = {
  /** Each is good for one use in place of a code of the app. Shown only now. */
  backup_codes: string[]
}

export type BlockPage = {
  blocks: {
    user: User
    blocked_at: string
  }[]
  /** What the next page is asked for with; null on the last. */
  next_cursor: string | null
}

/** A user that a program acts as, with an API key. */
export type Bot = {
  id: number
  username: string
  display_name: string | null
  role: Role
  is_bot: true
  /** Whose it is. */
  owner_id: number | null
  created_at: string
}

export type BotChange = {
  /** 2 to 32 of A-Z a-z 0-9 _ . - that begin and end with a letter, a digit or _. */
  username?: string
  display_name?: string | null
}

export type BotPage = {
  bots: Bot[]
  next_cursor: number | null
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

export type ConversationsBlockBody = {
  /** `false` lifts one's own block. */
  blocked: boolean
}

export type ConversationsCreateBody = {
  /** The other person; oneself for notes. */
  user_id: number
}

export type ConversationsReadBody = {
  message_id: number
  /** The first message of a thread: the pointer in it moves, to a reply, and that of the conversation does not. */
  parent_id?: number
}

export type Departure = {
  password?: string
  /** The own username; asked of accounts without a password. */
  username?: string
}

export type DmBlocked = {
  conversation_id: number
  /** By either of the two. */
  is_blocked: boolean
  blocked_by_you: boolean
}

export type DmCreated = {
  conversation_id: number
  user1_id: number
  user2_id: number
  /** By either of the two. */
  is_blocked: boolean
  created_at: string
}

export type DmList = {
  conversations: DmSummary[]
  next_cursor: string | null
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

export type Draining = {
  draining: true
}

export type Edit = {
  edit_number: number
  /** What the message said before this edit. */
  content: string
  edited_by: number
  username: string
  reason: string | null
  edited_at: string
}

export type EditPage = {
  room_id?: number
  conversation_id?: number
  message_id: number
  /** The latest first. */
  edits: Edit[]
  next_cursor: string | null
}

/** Why it was refused. `code` is for programs; `message` and reasons are for people, in English or French. */
export type Error = {
  success: false
  error: ErrorDetail
}

export type ErrorCode =
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

export type ErrorDetail = {
  code: ErrorCode
  message: string
  /** Each field that does not fit with its reason, or what else a program may want to know. */
  details?:
    | {
        [field: string]: unknown
      }[]
    | {
        [field: string]: unknown
      }
  timestamp: string
  request_id: string
}

/** The same whether or not there is such an account. */
export type ForgotAnswer = {
  /** Who gives out the token of a reset: this version sends no e-mail. */
  delivery: 'administrator'
}

export type Invite = {
  /** 22 characters that cannot be guessed. */
  code: string
  room_id: number
  role: RoomRole
  max_uses: number | null
  uses: number
  expires_at: string | null
  created_at: string
  created_by: number
  created_by_username: string
  /** False once whoever made it may no longer make such an invite. */
  is_usable: boolean
}

export type InviteDraft = {
  /** Null, or left out, sets no limit. */
  max_uses?: number | null
  /** Seconds, from a minute to a year; left out, a week, and null never. */
  expires_in?: number | null
  role?: InviteRole
}

export type InvitePage = {
  invites: Invite[]
  next_cursor: string | null
}

export type InvitePreview = {
  /** 22 characters that cannot be guessed. */
  code: string
  room_id: number
  room_name: string
  room_description: string | null
  member_count: number
  role: RoomRole
  expires_at: string | null
  inviter: {
    user_id: number
    username: string
    display_name: string | null
  }
  /** Whether the caller is a member already. */
  is_member: boolean
}

/** What whoever accepts becomes; beyond member only from those who may give that role. */
export type InviteRole = 'admin' | 'moderator' | 'member'

export type LastReply = {
  message_id: number
  number: number
  author_id: number
  username: string
  /** The first hundred characters; empty of a message that is deleted or encrypted. */
  preview: string
}

export type MadeApiKey = {
  id: string
  /** Whom it acts as. */
  user_id: number
  name: string
  /** Its first letters, to tell keys apart. */
  prefix: string
  permissions: Permission[]
  /** Ranges, as they are compared. Empty: from everywhere. */
  ip_whitelist: string[]
  expires_at: string | null
  created_at: string
  /** To the minute. */
  last_used_at: string | null
  last_used_ip: string | null
  /** The key itself: shown this once, and kept nowhere. */
  key: string
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

export type MemberChange = {
  role?: RoomRole
  /** RFC 3339, in the future; null ends a mute. */
  muted_until?: string | null
  nickname?: string | null
}

export type MemberPage = {
  members: Member[]
  total_count: number
  next_cursor: string | null
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

export type MessageDraft = {
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
  } & unknown
}

export type MessagePage = {
  room_id?: number
  conversation_id?: number
  /** Oldest first; with `since_seq`, those that changed, as they are now, by their `change_seq`. */
  messages: Message[]
  /** Whether there is more beyond the page in the direction asked for; with `since_seq`, before it. */
  has_more: boolean
  /** Messages of the conversation, replies included; with `parent_id` its replies, with `pinned_only` the pinned ones. */
  total_count: number
  seq: number
  /** With `since_seq` only. True: too much changed, or too long ago; `messages` is the newest page, and what one had is to be dropped. */
  reset?: boolean
}

export type MessageReactions = {
  room_id?: number
  room_name?: string
  conversation_id?: number
  message_id: number
  total_reactions: number
  /** The first used first, with the first hundred people of each. */
  reactions: Reaction[]
}

export type MessagesPinBody = {
  /** `false` unpins. */
  pinned: boolean
}

export type MessagesReactionsCreateBody = {
  /** One emoji, or a name between colons such as ":party:". */
  emoji: string
}

export type MessagesReportCreateBody = {
  /** What is wrong with the message. */
  reason: string
}

export type MessagesUpdateBody = {
  content: string
  edit_reason?: string
}

export type NewApiKey = {
  /** What it is for, in your words. */
  name: string
  /** What it may do; what its owner may not is refused. */
  permissions: Permission[]
  /** RFC 3339, in the future. Without it the key has no end. */
  expires_at?: string | null
  /** Addresses and ranges (CIDR) from which alone it is good. Empty: from everywhere. */
  ip_whitelist?: string[]
  /** A bot that the key acts as: one of yours, or with `manage_users` any. Without it the key acts as you. */
  user_id?: number
}

export type NewBot = {
  /** 2 to 32 of A-Z a-z 0-9 _ . - that begin and end with a letter, a digit or _. */
  username: string
  display_name?: string | null
}

export type NewMember = {
  user_id: number
  role?: RoomRole
}

export type Node = {
  /** Another one after each start. */
  id: string
  host: string
  version: string
  started_at: string
  uptime_s: number
  connections: number
  /** Conversations that are followed or were active here lately. */
  conversations: number
  draining: boolean
  /** Resident memory of the process. */
  memory_bytes: number
}

export type Nodes = {
  nodes: Node[]
}

/** What of a conversation its member wants to be notified of; only the member sees it. */
export type NotificationLevel = 'all' | 'mentions' | 'none'

export type OwnMemberChange = {
  role?: RoomRole
  /** RFC 3339, in the future; null ends a mute. */
  muted_until?: string | null
  nickname?: string | null
  notification_level?: NotificationLevel
  /** The caller has read up to this message; the pointer never moves back. */
  last_read_message_id?: number
}

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

/** What a key may do, as far as its owner may. */
export type Permission =
  | 'read_messages'
  | 'edit_profile'
  | 'send_messages'
  | 'edit_own_messages'
  | 'delete_own_messages'
  | 'add_reactions'
  | 'upload_files'
  | 'send_dm'
  | 'create_rooms'
  | 'join_rooms'
  | 'delete_all_messages'
  | 'mention_room'
  | 'pin_messages'
  | 'kick_users'
  | 'mute_users'
  | 'ban_users'
  | 'view_audit_logs'
  | 'view_stats'
  | 'skip_slow_mode'
  | 'relaxed_limits'
  | 'create_invites'
  | 'create_bots'
  | 'manage_rooms'
  | 'manage_members'
  | 'delete_rooms'
  | 'manage_users'
  | 'drain'
  | 'transfer_rooms'

export type ProfileChange = {
  /** At most 64 characters; null or blank for none. */
  display_name?: string | null
  /** The language of messages to this user. */
  locale?: 'en' | 'fr' | null
  /** Another address needs the password. */
  email?: string | null
  current_password?: string
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

export type ReadMarked = {
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

export type ReceiptPage = {
  room_id?: number
  conversation_id?: number
  /** Of those on this page who have read anything: there may be fewer than `limit`. */
  receipts: {
    user_id: number
    username: string
    /** The last message that this member has read. */
    message_id: number
  }[]
  /** What the next page is asked for with; null on the last. */
  next_cursor: string | null
}

export type Report = {
  id: number
  message_id: number
  reason: string
  created_at: string
}

export type ResetToken = {
  /** For POST /auth/password/reset, once. Shown only now. */
  reset_token: string
  expires_at: string
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
  /** The caller's role in the room; null for those who have not joined. */
  user_role: string | null
  /** Until when the caller is muted in the room; null for those who may speak. */
  user_muted_until: string | null
  last_message_id: number | null
  created_by: number | null
  created_at: string
  updated_at: string
}

export type RoomChange = {
  name?: string
  /** Lower-case letters, digits, - and _; not only digits. */
  slug?: string
  description?: string | null
  topic?: string | null
  is_public?: boolean
  max_members?: number | null
  /** Seconds between two messages of one member. */
  slow_mode_seconds?: number
  message_retention_days?: number | null
  message_ttl_seconds?: number | null
}

export type RoomDraft = {
  name: string
  /** Lower-case letters, digits, - and _; not only digits. */
  slug?: string
  description?: string | null
  topic?: string | null
  is_public: boolean
  kind?: 'room' | 'team' | 'guild'
  max_members?: number | null
  /** Seconds between two messages of one member. */
  slow_mode_seconds?: number
  message_retention_days?: number | null
  message_ttl_seconds?: number | null
}

export type RoomPage = {
  rooms: Room[]
  total_count: number
  has_more: boolean
}

/** The id or the slug. */
export type RoomRef = number | string

export type RoomRole = 'owner' | 'admin' | 'moderator' | 'member'

export type RoomStats = {
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
  period: string
  series: {
    from: string
    /** Messages sent from then until the next, or now; also those since deleted or expired. */
    messages: number
  }[]
}

export type RoomsAuditListAnswer = {
  room_id?: number
  conversation_id?: number
  logs: AuditEntry[]
  next_cursor: string | null
}

export type RoomsReadBody = {
  message_id: number
  /** The first message of a thread: the pointer in it moves, to a reply, and that of the conversation does not. */
  parent_id?: number
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

export type SearchResults = {
  query: string
  results: SearchResult[]
  /** How many messages fit, when that is known. */
  total_count?: number
  /** False while the newest messages are still being indexed, which some results may be missing for. */
  is_complete: boolean
  /** For the next page, which may be short or even empty when there is much to look through; null at the end. */
  next_cursor: string | null
}

/** On once a code of the app has confirmed it. */
export type SecondFactorSetup = {
  /** In base32, to be typed into the app where it cannot scan. */
  secret: string
  /** What the QR code says. */
  otpauth_url: string
  /** A PNG, as a data URL. */
  qr_code: string
  /** Each is good for one use in place of a code of the app. Shown only now. */
  backup_codes: string[]
}

export type SecondFactorStatus = {
  enabled: boolean
  since: string | null
  backup_codes_left: number
  /** Whether this account may do nothing else without one. */
  required: boolean
}

export type SentMessage = {
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

export type ServerAuditEntry = {
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
  ip: string | null
  conversation_id: number | null
  request_id: string | null
}

export type ServerAuditPage = {
  logs: ServerAuditEntry[]
  next_cursor: string | null
}

export type ServerStats = {
  users: {
    active: number
    banned: number
    deleted: number
    /** Of the active ones. */
    bots: number
    /** Accounts made in the last 24 hours. */
    new_24h: number
    /** Users with a connection to this node, invisible ones too. */
    online: number
    /** Of the active ones. */
    by_role: {
      [field: string]: unknown
    }
  }
  /** Sessions that are neither ended nor over. */
  sessions: number
  rooms: {
    total: number
    public: number
    archived: number
  }
  dms: number
  messages: {
    /** Messages ever sent in what is not deleted, also those since deleted or expired. */
    total: number
    /** An estimate, by the ids given out within 24 hours: somewhat too high when writing was undone meanwhile. */
    last_24h: number
  }
  /** WebSocket connections of this node. */
  connections: number
  /** The size of the database on disk. */
  database_bytes: number
  version: string
  started_at: string
  uptime_s: number
  computed_at: string
}

export type Session = {
  id: string
  /** What began it, for people. */
  device: string
  user_agent: string | null
  ip: string | null
  created_at: string
  /** To a minute; of an open socket, to five. */
  last_used_at: string
  /** When it ends, however much it is used. */
  expires_at: string
  /** Whether this request belongs to it. */
  is_current: boolean
}

/** The one used last comes first; at most 200. */
export type SessionList = {
  sessions: Session[]
}

/** A new pair of tokens. */
export type SignedIn = {
  /** A JWT for `Authorization: Bearer` and for the socket. */
  access_token: string
  /** Exchanged once for the next pair at /auth/refresh; not here where a cookie carries it. */
  refresh_token?: string
  /** Seconds until the access token ends. */
  expires_in: number
  token_type: 'Bearer'
  user: OwnUser
}

export type ThreadPage = {
  parent: Message
  room_id?: number
  conversation_id?: number
  messages: Message[]
  has_more: boolean
  total_count: number
  seq: number
}

export type UnreadSummary = {
  total_unread: number
  /** Of each conversation at most 1000 are counted. */
  total_mentions: number
  /** Those with something unread, the oldest first. */
  conversations: Membership[]
  /** Threads the caller takes part in with new replies, the one with the newest first; a hundred at most. */
  threads: UnreadThread[]
  /** What the next page is asked for with; null on the last. */
  next_cursor: string | null
}

export type UnreadThread = {
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
  last_reply: LastReply
  /** The number of the last reply that was read, or written oneself. */
  last_read_number: number
  /** 100 stands for so many or more. */
  unread_count: number
  /** How many of the unread replies name the user. 100 stands for so many or more. */
  mention_count?: number
}

/** A user as others see them. */
export type User = {
  id: number
  /** Unique whatever its case; what a mention names. */
  username: string
  display_name: string | null
  role: Role
  is_bot: boolean
  created_at: string
}

export type UserChange = {
  role?: Role
  /** false bans, true lifts a ban. */
  active?: boolean
  /** RFC 3339, in the future; null, or left out with `active: false`, is for good. */
  banned_until?: string | null
  ban_reason?: string | null
}

export type UserExport = {
  exported_at: string
  profile: {
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
    uuid: string
    status: string
    banned_until: string | null
    ban_reason: string | null
    password_changed_at: string | null
    email_verified_at: string | null
    presence: string
    presence_message: string | null
    last_seen_at: string | null
    updated_at: string
    second_factor_since: string | null
  }
  sessions: {
    id: string
    ip: string | null
    user_agent: string | null
    created_at: string
    last_used_at: string
    expires_at: string
    revoked_at: string | null
    revoked_reason: string | null
  }[]
  api_keys: {
    id: string
    name: string
    prefix: string
    permissions: string[]
    ip_whitelist: string[]
    created_at: string
    expires_at: string | null
    revoked_at: string | null
    last_used_at: string | null
    last_used_ip: string | null
  }[]
  /** Who the user is to issuers outside. */
  identities: {
    issuer: string
    subject: string
    claimed_name: string | null
    claimed_role: string | null
    created_at: string
  }[]
  bots: {
    id: number
    username: string
    display_name: string | null
    created_at: string
  }[]
  memberships: {
    conversation_id: number
    kind: string
    name: string | null
    role: string
    nickname: string | null
    notification_level: string
    joined_at: string
    muted_until: string | null
    last_read_message_id: number | null
  }[]
  blocks: {
    user_id: number
    username: string
    created_at: string
  }[]
  invites: {
    id: number
    conversation_id: number
    role: string
    max_uses: number | null
    uses: number
    expires_at: string | null
    revoked_at: string | null
    created_at: string
  }[]
  /** The own messages in all rooms and DMs, but for those deleted or expired; in no particular order. */
  messages: {
    id: number
    conversation_id: number
    client_id: string
    content: string
    content_type: string
    metadata: {
      [field: string]: unknown
    } | null
    parent_id: number | null
    created_at: string
    edited_at: string | null
    expires_at: string | null
    earlier: {
      content: string
      edited_at: string
    }[]
  }[]
  reactions: {
    message_id: number
    conversation_id: number
    emoji: string
    created_at: string
  }[]
  mentions: {
    conversation_id: number
    number: number
    message_id: number
  }[]
  thread_reads: {
    message_id: number
    conversation_id: number
    last_read_number: number
  }[]
  reports: {
    id: number
    message_id: number
    conversation_id: number
    reason: string
    created_at: string
    resolved_at: string | null
  }[]
  audit: {
    id: number
    at: string
    actor_id: number | null
    action: string
    target_type: string | null
    target_id: string | null
    conversation_id: number | null
    outcome: string
    details: {
      [field: string]: unknown
    }
    ip: string | null
  }[]
}

export type UserPage = {
  users: User[]
  /** What the next page is asked for with; null on the last. */
  next_cursor: string | null
}

/** A ban whose time is over is lifted when its user comes back; until then it is still here. */
export type UserStatus = 'active' | 'banned'

export type UsersMeStatusUpdateAnswer = {
  status: ChosenStatus
  /** What the user says beside the status. */
  message: string | null
}

export type UsersMeStatusUpdateBody = {
  status: ChosenStatus
  /** At most 128 characters; left out, the message stays, and empty or null clears it. */
  message?: string | null
}

/** By method and path under `/api/v1`. */
export interface Requests {
  /** Create an account and sign in. */
  'POST /auth/register': {
    body: AuthRegisterBody
    answer: SignedIn
  }
  /** Sign in. */
  'POST /auth/login': {
    body: AuthLoginBody
    answer: SignedIn
  }
  /** Exchange a refresh token for the next pair of tokens. */
  'POST /auth/refresh': {
    body?: AuthRefreshBody
    answer: SignedIn
  }
  /** End this session. */
  'POST /auth/logout': {
    answer: undefined
  }
  /** End all sessions. */
  'POST /auth/logout-all': {
    answer: undefined
  }
  /** A ticket that opens one socket. */
  'POST /auth/ws-ticket': {
    answer: AuthWsTicketAnswer
  }
  /** Change the password and end all other sessions. */
  'POST /auth/password': {
    body: AuthPasswordBody
    answer: undefined
  }
  /** Let administrators know of a forgotten password. */
  'POST /auth/password/forgot': {
    body: AuthPasswordForgotBody
    answer: ForgotAnswer
  }
  /** Set a new password by a token, and end all sessions. */
  'POST /auth/password/reset': {
    body: AuthPasswordResetBody
    answer: undefined
  }
  /** Make an API key. */
  'POST /auth/api-keys': {
    body: NewApiKey
    answer: MadeApiKey
  }
  /** The API keys of a user. */
  'GET /auth/api-keys': {
    query?: {
      /** Whose keys: a bot of yours, or with `manage_users` anybody. Without it your own. */
      user_id?: number
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: ApiKeyPage
  }
  /** Revoke an API key. */
  'DELETE /auth/api-keys/{id}': {
    path: {
      /** The `id` of a key. */
      id: string
    }
    answer: undefined
  }
  /** Where one is signed in. */
  'GET /auth/sessions': {
    answer: SessionList
  }
  /** End a session. */
  'DELETE /auth/sessions/{id}': {
    path: {
      /** The id of the session. */
      id: string
    }
    answer: undefined
  }
  /** Whether the second factor is on. */
  'GET /auth/2fa': {
    answer: SecondFactorStatus
  }
  /** Begin to turn on a second factor. */
  'POST /auth/2fa/enable': {
    body?: Auth2faEnableBody
    answer: SecondFactorSetup
  }
  /** Turn it on, by a code that the app shows. */
  'POST /auth/2fa/confirm': {
    body: Auth2faConfirmBody
    answer: SecondFactorStatus
  }
  /** Turn the second factor off. */
  'POST /auth/2fa/disable': {
    body: Auth2faDisableBody
    answer: undefined
  }
  /** New backup codes; the old ones are void. */
  'POST /auth/2fa/backup-codes': {
    body: Auth2faBackupCodesBody
    answer: BackupCodes
  }
  /** The user who asks. */
  'GET /users/me': {
    answer: OwnUser
  }
  /** Change the own profile. */
  'PUT /users/me': {
    body?: ProfileChange
    answer: OwnUser
  }
  /** Delete the own account, for good. */
  'DELETE /users/me': {
    body?: Departure
    answer: undefined
  }
  /** A user. */
  'GET /users/{id}': {
    path: {
      /** The id of the user. */
      id: number
    }
    answer: User
  }
  /** Everything that is kept about the caller, as one document. */
  'GET /users/me/export': {
    answer: UserExport
  }
  /** Find people by the beginning of their name. */
  'GET /users/search': {
    query: {
      /** The beginning of a username or a display name, whatever its case and accents. */
      q: string
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: UserPage
  }
  /** Choose how the caller looks to others. */
  'PUT /users/me/status': {
    body: UsersMeStatusUpdateBody
    answer: UsersMeStatusUpdateAnswer
  }
  /** What the caller has not read. */
  'GET /users/me/unread': {
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: UnreadSummary
  }
  /** Whom the caller has blocked. */
  'GET /users/me/blocks': {
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: BlockPage
  }
  /** Block somebody. */
  'POST /users/{id}/block': {
    path: {
      /** The id of the user. */
      id: number
    }
    answer: undefined
  }
  /** Lift the own block of somebody. */
  'DELETE /users/{id}/block': {
    path: {
      /** The id of the user. */
      id: number
    }
    answer: undefined
  }
  /** Rooms the caller may see. */
  'GET /rooms': {
    query?: {
      /** Comma-separated: public, private, joined, owned. */
      filter?: string
      /** Part of the name or the slug. */
      search?: string
      /** How many at most. */
      limit?: number
      /** How many to pass over. */
      offset?: number
    }
    answer: RoomPage
  }
  /** Create a room. */
  'POST /rooms': {
    body: RoomDraft
    answer: Room
  }
  /** A room, by id or slug. */
  'GET /rooms/{id}': {
    path: {
      /** The id or the slug. */
      id: string
    }
    answer: Room
  }
  /** Change the settings of a room. */
  'PUT /rooms/{id}': {
    path: {
      /** The id or the slug. */
      id: string
    }
    body?: RoomChange
    answer: Room
  }
  /** Delete a room. */
  'DELETE /rooms/{id}': {
    path: {
      /** The id or the slug. */
      id: string
    }
    answer: undefined
  }
  /** Archive a room, or bring it back. */
  'POST /rooms/{id}/archive': {
    path: {
      /** The id or the slug. */
      id: string
    }
    body: Archive
    answer: Room
  }
  /** Become a member of a public room. */
  'POST /rooms/{id}/join': {
    path: {
      /** The id or the slug. */
      id: string
    }
    answer: Room
  }
  /** End the own membership. */
  'POST /rooms/{id}/leave': {
    path: {
      /** The id or the slug. */
      id: string
    }
    answer: undefined
  }
  /** Make an invite to a room. */
  'POST /rooms/{id}/invites': {
    path: {
      /** The id or the slug. */
      id: string
    }
    body?: InviteDraft
    answer: Invite
  }
  /** The invites of a room that can be used. */
  'GET /rooms/{id}/invites': {
    path: {
      /** The id or the slug. */
      id: string
    }
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: InvitePage
  }
  /** Revoke an invite. */
  'DELETE /rooms/{id}/invites/{code}': {
    path: {
      /** The id or the slug of the room. */
      id: string
      /** The code of the invite. */
      code: string
    }
    answer: undefined
  }
  /** Where an invite leads. */
  'GET /invites/{code}': {
    path: {
      /** The code of the invite. */
      code: string
    }
    answer: InvitePreview
  }
  /** Become a member by an invite. */
  'POST /invites/{code}/accept': {
    path: {
      /** The code of the invite. */
      code: string
    }
    answer: Room
  }
  /** Mark a room as read up to a message. */
  'POST /rooms/{id}/read': {
    path: {
      /** The id or the slug. */
      id: string
    }
    body: RoomsReadBody
    answer: ReadMarked
  }
  /** How far the others in a room have read. */
  'GET /rooms/{id}/receipts': {
    path: {
      /** The id or the slug. */
      id: string
    }
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: ReceiptPage
  }
  /** The members of a room. */
  'GET /rooms/{id}/members': {
    path: {
      /** The id or the slug. */
      id: string
    }
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: MemberPage
  }
  /** Make somebody a member. */
  'POST /rooms/{id}/members': {
    path: {
      /** The id or the slug. */
      id: string
    }
    body: NewMember
    answer: Member
  }
  /** Change the own membership. */
  'PUT /rooms/{id}/members/me': {
    path: {
      /** The id or the slug. */
      id: string
    }
    body?: OwnMemberChange
    answer: Member
  }
  /** Change the role, mute or nickname of a member. */
  'PUT /rooms/{id}/members/{user_id}': {
    path: {
      /** The id or the slug of the room. */
      id: string
      /** The id of the user; `me` is the caller's own. */
      user_id: number | 'me'
    }
    body?: MemberChange
    answer: Member
  }
  /** Remove a member. */
  'DELETE /rooms/{id}/members/{user_id}': {
    path: {
      /** The id or the slug of the room. */
      id: string
      /** The id of the user; `me` is the caller's own. */
      user_id: number | 'me'
    }
    answer: undefined
  }
  /** Messages of a room. */
  'GET /rooms/{id}/messages': {
    path: {
      /** The id or the slug. */
      id: string
    }
    query?: {
      /** 50 by default; with `since_seq`, how many changed messages are told at most (`limits.resume_limit`). */
      limit?: number
      /** The page that ends before this message. */
      before_id?: number
      /** The page that begins after this message. */
      after_id?: number
      /** What changed after this position of the log, instead of a page. */
      since_seq?: number
      /** Only the replies to this message. */
      parent_id?: number
      /** `false` leaves replies out. */
      include_threads?: boolean
      /** Only what is pinned. */
      pinned_only?: boolean
    }
    answer: MessagePage
  }
  /** Send a message to a room. */
  'POST /rooms/{id}/messages': {
    path: {
      /** The id or the slug. */
      id: string
    }
    body: MessageDraft
    answer: SentMessage
  }
  /** Messages of a DM. */
  'GET /conversations/{id}/messages': {
    path: {
      /** The id of the conversation. */
      id: number
    }
    query?: {
      /** 50 by default; with `since_seq`, how many changed messages are told at most (`limits.resume_limit`). */
      limit?: number
      /** The page that ends before this message. */
      before_id?: number
      /** The page that begins after this message. */
      after_id?: number
      /** What changed after this position of the log, instead of a page. */
      since_seq?: number
      /** Only the replies to this message. */
      parent_id?: number
      /** `false` leaves replies out. */
      include_threads?: boolean
      /** Only what is pinned. */
      pinned_only?: boolean
    }
    answer: MessagePage
  }
  /** Send a message in a DM. */
  'POST /conversations/{id}/messages': {
    path: {
      /** The id of the conversation. */
      id: number
    }
    body: MessageDraft
    answer: SentMessage
  }
  /** A message. */
  'GET /messages/{id}': {
    path: {
      /** The id of the message. */
      id: number
    }
    answer: Message
  }
  /** Change one's own message. */
  'PUT /messages/{id}': {
    path: {
      /** The id of the message. */
      id: number
    }
    body: MessagesUpdateBody
    answer: ChangedMessage
  }
  /** Delete a message. */
  'DELETE /messages/{id}': {
    path: {
      /** The id of the message. */
      id: number
    }
    query?: {
      /** Why, for the record. */
      reason?: string
    }
    answer: undefined
  }
  /** A message and the replies to it. */
  'GET /messages/{id}/thread': {
    path: {
      /** The id of the message. */
      id: number
    }
    query?: {
      /** 50 by default. */
      limit?: number
      /** The page that ends before this message. */
      before_id?: number
      /** The page that begins after this message. */
      after_id?: number
    }
    answer: ThreadPage
  }
  /** What a message said before its edits. */
  'GET /messages/{id}/history': {
    path: {
      /** The id of the message. */
      id: number
    }
    query?: {
      /** 50 by default. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: EditPage
  }
  /** Pin a message, or unpin it. */
  'POST /messages/{id}/pin': {
    path: {
      /** The id of the message. */
      id: number
    }
    body: MessagesPinBody
    answer: ChangedMessage
  }
  /** Report a message to the moderators. */
  'POST /messages/{id}/report': {
    path: {
      /** The id of the message. */
      id: number
    }
    body: MessagesReportCreateBody
    answer: Report
  }
  /** Who reacted to a message, and how. */
  'GET /messages/{id}/reactions': {
    path: {
      /** The id of the message. */
      id: number
    }
    answer: MessageReactions
  }
  /** React to a message. */
  'POST /messages/{id}/reactions': {
    path: {
      /** The id of the message. */
      id: number
    }
    body: MessagesReactionsCreateBody
    answer: ReactionChange
  }
  /** Take one's reaction back. */
  'DELETE /messages/{id}/reactions/{emoji}': {
    path: {
      /** The id of the message. */
      id: number
      /** The emoji, percent-encoded, or a name between colons such as ":party:". */
      emoji: string
    }
    answer: undefined
  }
  /** The DM with another user. */
  'POST /conversations': {
    body: ConversationsCreateBody
    answer: DmCreated
  }
  /** DMs of the caller, the one with the newest message first. */
  'GET /conversations': {
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: DmList
  }
  /** Block the other person of a DM, or lift that block. */
  'POST /conversations/{id}/block': {
    path: {
      /** The id of the conversation. */
      id: number
    }
    body: ConversationsBlockBody
    answer: DmBlocked
  }
  /** A DM of the caller. */
  'GET /conversations/{id}': {
    path: {
      /** The id of the conversation. */
      id: number
    }
    answer: DmSummary
  }
  /** Mark a DM as read up to a message. */
  'POST /conversations/{id}/read': {
    path: {
      /** The id of the conversation. */
      id: number
    }
    body: ConversationsReadBody
    answer: ReadMarked
  }
  /** How far the other person of a DM has read. */
  'GET /conversations/{id}/receipts': {
    path: {
      /** The id of the conversation. */
      id: number
    }
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: ReceiptPage
  }
  /** Find messages by their words. */
  'GET /search/messages': {
    query: {
      /** Words that must all be there, in any order; "a phrase"; a beginning*; -what must not be there. Accents and case do not count. */
      q: string
      /** The id or the slug. */
      room_id?: RoomRef
      /** The id of the conversation. */
      conversation_id?: number
      /** Only what this user wrote. */
      author_id?: number
      /** Only what is older than this time. */
      before?: string
      /** Only what is newer than this time. */
      after?: string
      /** 20 by default. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: SearchResults
  }
  /** Figures of a room. */
  'GET /rooms/{id}/stats': {
    path: {
      /** The id or the slug. */
      id: string
    }
    query?: {
      /** Up to now: 1h to 72h, hour by hour, or 1d to 90d, in days of 24 hours. */
      period?: string
    }
    answer: RoomStats
  }
  /** What was done in a room. */
  'GET /rooms/{id}/audit': {
    path: {
      /** The id or the slug. */
      id: string
    }
    query?: {
      /** How many at most. */
      limit?: number
      /** `next_cursor` of the page before. */
      cursor?: string
      /** Only this action, such as `room.update`. */
      action?: string
    }
    answer: RoomsAuditListAnswer
  }
  /** Make a bot. */
  'POST /bots': {
    body: NewBot
    answer: Bot
  }
  /** Your bots; all bots for those who manage users. */
  'GET /bots': {
    query?: {
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: number
    }
    answer: BotPage
  }
  /** A bot. */
  'GET /bots/{id}': {
    path: {
      /** The id of the bot. */
      id: number
    }
    answer: Bot
  }
  /** Change the names of a bot. */
  'PUT /bots/{id}': {
    path: {
      /** The id of the bot. */
      id: number
    }
    body?: BotChange
    answer: Bot
  }
  /** Delete a bot, with its keys. */
  'DELETE /bots/{id}': {
    path: {
      /** The id of the bot. */
      id: number
    }
    answer: undefined
  }
  /** A token by which a user sets a new password. */
  'POST /admin/users/{id}/password-reset': {
    path: {
      /** The id of the user. */
      id: number
    }
    answer: ResetToken
  }
  /** Take away the second factor of a user who lost it. */
  'DELETE /admin/users/{id}/2fa': {
    path: {
      /** The id of the user. */
      id: number
    }
    answer: undefined
  }
  /** What was done on the whole server. */
  'GET /admin/audit': {
    query?: {
      /** How many at most. */
      limit?: number
      /** `next_cursor` of the page before. */
      cursor?: string
      /** Only this action, such as `room.update`. */
      action?: string
      /** Only deeds of this user. */
      actor_id?: number
      /** Only of what is a `user`, `room`, `dm`, `message`, `session`... */
      target_type?: string
      /** Only of the one with this id; needs target_type. */
      target_id?: string
      /** Only what ended like this. */
      outcome?: 'success' | 'failure' | 'denied'
      /** Not before this time; a day begins at midnight UTC. */
      from?: string
      /** Before this time. */
      to?: string
    }
    answer: ServerAuditPage
  }
  /** Figures of the server. */
  'GET /admin/stats': {
    answer: ServerStats
  }
  /** Accounts. */
  'GET /admin/users': {
    query?: {
      /** The beginning of a username or display name, an id, or a whole e-mail address; this last for people alone, as no key sees addresses. */
      q?: string
      /** What the user may do on this server. */
      role?: Role
      /** A ban whose time is over is lifted when its user comes back; until then it is still here. */
      status?: UserStatus
      /** How many at most. */
      limit?: number
      /** The `next_cursor` of the page before. */
      cursor?: string
    }
    answer: AdminUserPage
  }
  /** An account. */
  'GET /admin/users/{id}': {
    path: {
      /** The id of the user. */
      id: number
    }
    answer: AdminUserDetail
  }
  /** Give a role, ban, or lift a ban. */
  'PUT /admin/users/{id}': {
    path: {
      /** The id of the user. */
      id: number
    }
    body?: UserChange
    answer: AdminUserDetail
  }
  /** End all sessions of a user. */
  'POST /admin/users/{id}/revoke-sessions': {
    path: {
      /** The id of the user. */
      id: number
    }
    answer: undefined
  }
  /** The nodes of the server. */
  'GET /admin/nodes': {
    answer: Nodes
  }
  /** Send everybody away and end this server. */
  'POST /admin/drain': {
    answer: Draining
  }
}
