/** The one description of the configuration: types, checks, variables, `config.toml` and its documentation come from here. */
import { type Static, Type } from '@sinclair/typebox'

import {
  boolean,
  choice,
  choices,
  duration,
  group,
  integer,
  list,
  optionalBoolean,
  requiredText,
  size,
  tables,
  text,
} from './kinds.ts'
import { limits } from './limits.ts'

const planned = 'planned'
const zero = 'no limit'

const server = {
  bind_addr: text(
    '127.0.0.1:8080',
    'The address and port to listen on, such as "127.0.0.1:8080" or "[::]:8080"; port 0 takes a free one.',
    { form: 'bind' },
  ),
  environment: choice(
    ['development', 'production'],
    'development',
    'Production refuses to start with anything unsafe.',
    {
      env: 'CHAT_ENVIRONMENT',
    },
  ),
  workers: integer(
    0,
    'Server processes that share the port. More than 1 needs a cluster, which a later version brings.',
    {
      zero: 'automatic, which is 1 in this version',
      most: 1024,
    },
  ),
  data_dir: text('data', 'The folder of the embedded database, the generated secrets and the files.', {
    env: 'CHAT_DATA_DIR',
    form: 'path',
  }),
  drain_seconds: integer(10, 'Seconds over which a stopping server sends its clients away.', { most: 3600 }),
  tls_cert: text('', 'The file with the TLS certificate chain (PEM). Set it together with tls_key.'),
  tls_key: text('', 'The file with the private key of tls_cert (PEM).'),
  trusted_proxies: list(
    [],
    'Reverse proxies, as addresses or ranges such as "10.0.0.0/8" or "::1". Only they are believed about the client (X-Forwarded-*).',
    {
      form: 'cidr',
    },
  ),
  public_url: text(
    '',
    'The address at which clients reach the server, such as "https://chat.example.com": it is in the documents of the API, and its pages are our own.',
    { form: 'web_url' },
  ),
  max_connections: integer(0, 'WebSocket connections of this process.', {
    zero: 'as many as the file descriptor limit allows',
    most: 10_000_000,
  }),
  max_body_size: size('1MiB', 'The largest body of an HTTP request.', { zero }),
  request_timeout: duration(
    '30s',
    'The longest that an HTTP request may take. A connection on which no request goes on is closed after twice as long, 5 seconds to 255.',
    { least: '100ms', zero },
  ),
  compression: boolean(
    true,
    'Whether HTTP answers of 1 KiB and more are compressed (zstd, gzip) for clients that accept it; those that carry tokens never are.',
  ),
}

const database = {
  url: text(
    '',
    'PostgreSQL 15 or newer, as "postgresql://user:password@host/database". Empty runs the embedded PostgreSQL in data_dir.',
    {
      env: 'DATABASE_URL',
      secret: 'password',
      form: 'postgres_url',
    },
  ),
  embedded: optionalBoolean(
    'true when url is empty, and only in development',
    'Whether to run the embedded PostgreSQL. Production needs true here to use it.',
  ),
  max_connections: integer(20, 'Database connections of this process; more than writer_lanes.', {
    env: 'DATABASE_MAX_CONNECTIONS',
    least: 2,
    most: 10_000,
  }),
  connect_timeout: duration('30s', 'The longest wait for a database connection.', { least: '100ms' }),
  query_timeout: duration('30s', 'The longest that one query may take.', { least: '100ms', zero }),
  migrate_on_start: boolean(
    true,
    'Whether serve applies new migrations. When false, it refuses to start while some are missing.',
  ),
  writer_lanes: integer(4, 'Statements that write messages at once. A conversation always takes the same lane.', {
    least: 1,
    most: 64,
  }),
  write_timeout: duration(
    '10s',
    'The longest wait for a batch of messages; after that it is sent again on a new connection.',
    {
      least: '100ms',
    },
  ),
  max_batch: integer(500, 'Messages that one statement writes at most.', { least: 1, most: 5000 }),
  max_pending_messages: integer(
    10_000,
    'Messages that may wait to be written; beyond that, sends are refused for the moment.',
    { zero },
  ),
  synchronous_commit: boolean(
    true,
    'Whether a message is on disk before it is acknowledged. When false, a crash of the database may lose the last ones.',
  ),
  replica_urls: list([], 'Read replicas for history and search, written like url.', {
    secret: 'password',
    status: planned,
    form: 'postgres_url',
  }),
}

const redis = {
  url: text('', 'The bus between the nodes of a cluster, as "redis://host:port" or "rediss://host:port".', {
    env: 'REDIS_URL',
    secret: 'password',
    status: planned,
    form: 'redis_url',
  }),
}

const security = {
  jwt_secret: text(
    '',
    'Signs access tokens (HS256). In development one is generated and kept in data_dir; production needs at least 32 characters here.',
    {
      env: 'JWT_SECRET',
      secret: 'whole',
    },
  ),
  jwt_access_duration: duration('15m', 'The life of an access token.', { env: 'JWT_ACCESS_DURATION' }),
  jwt_refresh_duration: duration('7d', 'The life of a refresh token, which each use replaces.', {
    env: 'JWT_REFRESH_DURATION',
    most: '3650d',
  }),
  jwt_issuer: text('veza-chat', 'The `iss` claim of our tokens.', { form: 'word' }),
  jwt_audience: text('veza-chat', 'The `aud` claim of our tokens.', { form: 'word' }),
  session_max_age: duration('90d', 'The life of a session, however often it is refreshed.', { zero, most: '3650d' }),
  session_idle_timeout: duration(
    '30d',
    'A session that nobody used for so long is over. Requests, refreshing and open sockets are uses.',
    { zero, least: '15m', most: '3650d' },
  ),
  max_sessions_per_user: integer(
    100,
    'Sessions that one user may have; a new one ends the one that was not used for the longest time.',
    { zero },
  ),
  enable_2fa: boolean(
    true,
    'Whether users may turn on a second factor. When false, those who have one keep it and need it.',
  ),
  require_2fa_for_admins: boolean(
    false,
    'Whether admins need a second factor. Without one they may do nothing but turn one on.',
  ),
  content_filtering: boolean(true, 'Whether messages go through the content filter.', { status: planned }),
  registration: boolean(true, 'Whether anyone may create an account. When false, only the command line does.'),
  allowed_origins: list(
    [],
    'Further origins whose pages may connect, such as "https://app.example.com"; the own origin of the server always may.',
    { form: 'origin' },
  ),
  refresh_cookie: boolean(
    false,
    'Whether pages may have their refresh token as a cookie that no script can read (docs/security.md, "Browsers").',
  ),
  login_max_failures: integer(
    10,
    'Failed attempts after which an account is locked, to addresses that never signed in to it; of others each has a count of its own. In a lock, as many addresses that had no part in it have one try each. Sign-ins by an e-mail address count when they are right, too, but for the same again; of them there are two at least.',
    { zero, most: 1_000_000 },
  ),
  login_lockout: duration('15m', 'How long an account stays locked.'),
  user_emails: boolean(
    true,
    'Whether people may give their account an e-mail address themselves. Without, only the operator gives addresses (`veza-chat user create --email`).',
  ),
  max_forgot_passwords_per_hour: integer(
    3,
    'Forgotten passwords of one name or address that the audit trail is told of within an hour.',
    { zero },
  ),
  password_reset_duration: duration('24h', 'How long the token of a password reset is good.', { most: '30d' }),
  encryption_keys: list(
    [],
    'Keys for sensitive fields, as "key_id:base64 of 32 bytes". The first encrypts, all decrypt. In development one is generated and kept in data_dir.',
    {
      secret: 'whole',
      form: 'encryption_key',
    },
  ),
  argon2_memory_kib: integer(19_456, 'Memory of one password hash, in KiB.', { least: 1024, most: 4_194_304 }),
  argon2_iterations: integer(2, 'Passes of one password hash.', { least: 1, most: 100 }),
  max_api_keys_per_user: integer(20, 'API keys of one user or bot; revoked and expired ones do not count.', {
    zero,
    most: 10_000,
  }),
  allowed_private_hosts: list(
    [],
    'Host names, addresses or ranges that the server may ask although they are not on the public internet, such as "login.internal" or "10.1.0.0/16". All requests to addresses that somebody else has chosen, and those to jwks_url, obey it.',
    { form: 'host_or_cidr' },
  ),
  issuers: tables(
    {
      name: requiredText(
        'A name of yours for it. Its users belong to that name, so it must not change later. 1 to 64 of a-z 0-9 _ -.',
        { form: 'name' },
      ),
      issuer: requiredText('The `iss` claim of its tokens.', { form: 'word' }),
      audience: requiredText('What the `aud` claim of its tokens must be, or have.', { form: 'word' }),
      secret: text('', 'The secret that it shares with us, of at least 32 bytes: for HS256.', { secret: 'whole' }),
      jwks_url: text('', 'Where its public keys are, for the other algorithms. Production asks for https.', {
        form: 'web_url',
      }),
      algorithms: choices(
        ['HS256', 'RS256', 'ES256', 'EdDSA'],
        [],
        'What its tokens may be signed with. Empty: HS256 with a secret, the three others with jwks_url.',
      ),
      claims: group(
        { subject: 'sub', username: 'name', role: 'role' },
        'The claims that say who it is, the name, and the role (guest, user, moderator or admin; anything else changes nothing). An empty name: none.',
      ),
      provision: boolean(true, 'Whether somebody who was never seen becomes a user. When false, they are refused.'),
    },
    'Others who say who somebody is, such as your product: whoever has a token of theirs is signed in.',
    {
      name: 'product',
      issuer: 'https://app.example.com',
      audience: 'chat',
      jwks_url: 'https://app.example.com/.well-known/jwks.json',
    },
  ),
}

const features = {
  file_uploads: boolean(true, 'Whether files may be uploaded.', { env: 'ENABLE_FILE_UPLOADS', status: planned }),
  message_reactions: boolean(true, 'Whether messages take reactions.', { env: 'ENABLE_MESSAGE_REACTIONS' }),
  webhooks: boolean(true, 'Whether webhooks are sent.', { env: 'ENABLE_WEBHOOKS', status: planned }),
  push_notifications: boolean(true, 'Whether push notifications are sent.', {
    env: 'ENABLE_PUSH_NOTIFICATIONS',
    status: planned,
  }),
  web_app: boolean(true, 'Whether the web app is served at /. When false, there is nothing.'),
  widget: boolean(
    true,
    'Whether /widget.js is served, the chat for pages of others. Those of other origins need security.allowed_origins too.',
  ),
  playground: optionalBoolean(
    'true in development, false in production',
    'Whether /playground is served, where developers try every command.',
  ),
}

const log = {
  level: choice(['debug', 'info', 'warn', 'error'], 'info', 'The least severe line that is written.'),
  format: choice(
    ['auto', 'json', 'text'],
    'auto',
    'JSON lines, or text for people; auto is text on a terminal and JSON elsewhere.',
  ),
}

const metrics = {
  enabled: boolean(true, 'Whether /metrics answers.'),
  token: text('', 'The bearer token that /metrics asks for. Empty asks for none.', { secret: 'whole' }),
}

export const ConfigSchema = Type.Object({
  server: Type.Object(server, { description: 'Where and how the server runs.' }),
  database: Type.Object(database, { description: 'PostgreSQL, and how messages are written to it.' }),
  redis: Type.Object(redis, { description: 'Redis.' }),
  security: Type.Object(security, { description: 'Accounts, tokens and keys.' }),
  features: Type.Object(features, {
    description: 'Switches. A feature that is off answers `FEATURE_DISABLED`, and a page that is off is not found.',
  }),
  limits: Type.Object(limits, { description: 'What one client may ask of the server.' }),
  log: Type.Object(log, { description: 'Log lines, on standard output.' }),
  metrics: Type.Object(metrics, { description: 'Prometheus metrics at `/metrics`.' }),
})

/** The effective configuration: durations in milliseconds, sizes in bytes. */
export type Config = Static<typeof ConfigSchema>
