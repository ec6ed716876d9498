/** The one description of the configuration: types, checks, variables, `config.toml` and its documentation come from here. */
import { type Static, Type } from '@sinclair/typebox'

import { boolean, choice, duration, integer, list, optionalBoolean, size, text } from './kinds.ts'
import { limits } from './limits.ts'
import { security } from './security.ts'

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
