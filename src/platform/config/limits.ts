/** The keys of [limits]. */
import { choice, duration, integer, size } from './kinds.ts'

const zero = 'no limit'

/** 100 changes nothing. Percentages multiply, and at least 1 remains of a limit. */
const percent = (written: number, description: string) =>
  integer(written, `${description} In percent.`, { least: 1, most: 10_000 })

export const limits = {
  max_message_length: integer(2000, 'Characters of a message.', { env: 'MAX_MESSAGE_LENGTH', zero, most: 1_000_000 }),
  max_connections_per_user: integer(5, 'WebSocket connections of one user.', {
    env: 'MAX_CONNECTIONS_PER_USER',
    zero,
    most: 100_000,
  }),
  connection_limit_policy: choice(
    ['reject', 'evict'],
    'reject',
    'At max_connections_per_user: refuse the new connection, or close the oldest.',
  ),
  max_messages_per_minute: integer(60, 'Messages that one user may send in a minute.', {
    env: 'RATE_LIMIT_MESSAGES_PER_MINUTE',
    zero,
  }),
  max_reactions_per_minute: integer(60, 'Reactions that one user may add or remove in a minute.', { zero }),
  max_edits_per_minute: integer(30, 'Messages that one user may edit, delete, pin or unpin in a minute.', { zero }),
  max_searches_per_minute: integer(30, 'Searches that one user may make in a minute.', { zero }),
  max_typing_per_minute: integer(60, 'Times that one user may begin or stop typing in a minute.', { zero }),
  max_joins_per_minute: integer(60, 'Rooms that one user may join, and DMs open, in a minute.', { zero }),
  max_reports_per_minute: integer(10, 'Messages that one user may report in a minute.', { zero }),
  new_account_age: duration('24h', 'How long an account is new, and gets new_account_percent.', {
    zero: 'no account is new',
    most: '3650d',
  }),
  new_account_percent: percent(50, 'The part that new accounts get of each limit of a user in a minute.'),
  moderator_percent: percent(300, 'The part that moderators and admins get of each limit of a user in a minute.'),
  offender_refusals: integer(
    20,
    'Refusals by such limits within ten minutes that make a user an offender, until ten minutes pass without one.',
    { zero: 'nobody is an offender', most: 1_000_000 },
  ),
  offender_percent: percent(50, 'The part that offenders get of each limit of a user in a minute.'),
  max_file_size: size('10MB', 'The largest file.', { zero, most: '1024GiB', status: 'planned' }),
  max_frame_size: size('64KiB', 'The largest WebSocket frame from a client.', { zero, most: '64MiB' }),
  inbound_queue_frames: integer(64, 'Frames of one connection that may wait for their turn.', {
    zero,
    most: 1_000_000,
  }),
  inbound_queue_bytes: size('256KiB', 'Bytes of the frames of one connection that may wait for their turn.', { zero }),
  inbound_queue_total: size(
    '256MiB',
    'Bytes of the frames of all connections together that may wait for their turn; over it, those with the most are closed (4429).',
    { zero, most: '1024GiB' },
  ),
  max_send_buffer: size(
    '1MiB',
    'Bytes that may wait for a slow reader, beside the longest answer that it asked for, before its connection is closed (4008).',
    {
      zero,
    },
  ),
  resume_limit: integer(
    500,
    'Changed messages that joining with since_seq tells; when more changed, the newest page comes instead, marked as a reset.',
    { zero, most: 100_000 },
  ),
  max_resume_rooms: integer(200, 'Conversations that one authenticate may resume.', { zero, most: 100_000 }),
  auth_timeout: duration('10s', 'The time a new connection has to authenticate.', { least: '100ms', zero }),
  heartbeat_interval: duration('30s', 'The time between two heartbeats of the server.', {
    zero: 'no heartbeat',
    most: '1h',
  }),
  max_malformed_frames: integer(10, 'Frames that are not JSON objects before the connection is closed.', {
    zero,
    most: 1_000_000,
  }),
  max_metadata_size: size('4KiB', 'The largest `metadata` of a message.', { zero, least: '2B', most: '16MiB' }),
  max_commands_per_minute: integer(600, 'WebSocket commands that one user may send in a minute.', { zero }),
  max_auth_requests_per_minute: integer(300, 'Requests to register and log in that one address may send in a minute.', {
    zero,
  }),
  max_requests_per_minute: integer(600, 'REST requests that one user may send in a minute.', { zero }),
  hot_tail_events: integer(256, 'Latest events of an active conversation that are kept in memory.', {
    zero,
    most: 1_000_000,
  }),
  hot_tail_bytes: size('256KiB', 'Bytes of the latest events of an active conversation that are kept in memory.', {
    zero,
  }),
  log_memory: duration(
    '30d',
    'How long the log remembers which messages expired and what changed. Who comes back later than this, and missed an expiry, gets the newest page instead.',
    { least: '1h', most: '3650d' },
  ),
  max_pins_per_conversation: integer(100, 'Pinned messages of one conversation.', { zero, most: 1000 }),
  max_reactions_per_message: integer(50, 'Different emoji on one message.', { zero, most: 1000 }),
  receipt_max_members: integer(200, 'Members of the largest room in which read receipts are told.', {
    zero,
    most: 100_000,
  }),
  presence_max_members: integer(200, 'Members of the largest room in which people come and go for all to see.', {
    zero,
    most: 100_000,
  }),
  max_presence_subscriptions: integer(1000, 'Users of whose presence one connection is told after get_presence.', {
    zero,
    most: 1_000_000,
  }),
  max_typing_per_room: integer(10, 'People in one conversation of whom it is told at once that they type.', {
    zero,
    most: 10_000,
  }),
  max_search_length: integer(256, 'Characters of what is searched for.', { zero, most: 10_000 }),
  max_search_terms: integer(16, 'Words and phrases of one search.', { zero, most: 1000 }),
  max_bots_per_user: integer(10, 'Bots that one user may own.', { zero, most: 10_000 }),
  max_rooms_per_user: integer(1000, 'Rooms that one user may have joined.', { zero }),
  max_invites_per_room: integer(100, 'Invites of one room that can be used at the same time.', { zero }),
  max_exports_per_hour: integer(5, 'Times that one user may take a copy of their data in an hour.', { zero }),
  max_audited_refusals_per_minute: integer(
    10,
    'Refusals of one user or address, for one action and one error, that the audit trail keeps in a minute.',
    { zero },
  ),
  max_audited_refusals_total_per_minute: integer(
    1000,
    'Refusals of everybody that the audit trail keeps in a minute: so many of signed-in users, and so many of others.',
    { zero },
  ),
}
