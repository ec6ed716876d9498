import { describe, expect, test } from 'bun:test'

import { configured, problems } from './files.ts'

const key = `k1:${Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64')}`
const secret = 'nE4x0zPq7Wm2Rk9vTb6Yc3Ld8Fh5Gj1S'
const production = {
  CHAT_ENVIRONMENT: 'production',
  JWT_SECRET: secret,
  CHAT_SECURITY_ENCRYPTION_KEYS: key,
  DATABASE_URL: 'postgresql://user:pass@localhost/veza_chat',
  CHAT_SERVER_TRUSTED_PROXIES: '10.0.0.0/8',
}
const without = (name: keyof typeof production, others: Record<string, string> = {}) => ({
  env: { ...production, [name]: '', ...others },
})

describe('production', () => {
  test.each([
    ['a database, a proxy, a secret and a key', { env: production }],
    [
      'its own TLS',
      without('CHAT_SERVER_TRUSTED_PROXIES', { CHAT_SERVER_TLS_CERT: 'c.pem', CHAT_SERVER_TLS_KEY: 'k.pem' }),
    ],
    ['the embedded database when asked for', without('DATABASE_URL', { CHAT_DATABASE_EMBEDDED: 'true' })],
  ])('starts with %s', (_, given) => {
    expect(problems(given)).toEqual([])
  })

  test.each([
    ['no secret', without('JWT_SECRET'), 'Set security.jwt_secret (JWT_SECRET) for production'],
    [
      'a short secret',
      without('JWT_SECRET', { JWT_SECRET: 'x7Kq' }),
      'Set security.jwt_secret (JWT_SECRET) for production to at least 32 characters (it has 4)',
    ],
    [
      'the example of the documentation',
      without('JWT_SECRET', { JWT_SECRET: 'your-super-secret-key-your-super-secret-key' }),
      'Set security.jwt_secret (JWT_SECRET) for production to a secret that is not an example',
    ],
    ['a secret of one letter', without('JWT_SECRET', { JWT_SECRET: 'a'.repeat(40) }), 'to something harder to guess'],
    [
      'no encryption key',
      without('CHAT_SECURITY_ENCRYPTION_KEYS'),
      'Set security.encryption_keys (CHAT_SECURITY_ENCRYPTION_KEYS) for production',
    ],
    [
      'no database',
      without('DATABASE_URL'),
      'Set database.url (DATABASE_URL) for production, or database.embedded = true',
    ],
    [
      'a key of zeros',
      { env: { ...production, CHAT_SECURITY_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` } },
      'Set security.encryption_keys for production to something harder to guess',
    ],
    [
      'no TLS and no proxy',
      without('CHAT_SERVER_TRUSTED_PROXIES'),
      'Set server.tls_cert and server.tls_key for production, or server.trusted_proxies',
    ],
  ])('refuses %s', (_, given, sentence) => {
    expect(problems(given)).toEqual([expect.stringContaining(sentence)])
  })

  test('never shows the secret it refuses', () => {
    expect(problems(without('JWT_SECRET', { JWT_SECRET: 'hunter2' })).join()).not.toContain('hunter2')
  })

  test('tells all that is missing at once', () => {
    expect(problems({ env: { CHAT_ENVIRONMENT: 'production' } })).toHaveLength(4)
  })
})

describe('in any environment', () => {
  test.each([
    [
      'a certificate without its key',
      { toml: '[server]\ntls_cert = "c.pem"' },
      'Set server.tls_key too: server.tls_cert (config.toml:2) is of no use without its key.',
    ],
    [
      'a key without its certificate',
      { flags: { 'server.tls_key': 'k.pem' } },
      'Set server.tls_cert too: server.tls_key (--set server.tls_key) is of no use without its certificate.',
    ],
    [
      'several workers without Redis',
      { env: { CHAT_SERVER_WORKERS: '2' } },
      'Set server.workers (CHAT_SERVER_WORKERS) to 0 or 1: several processes can only talk to each other through Redis, and redis.url is not set.',
    ],
    [
      'several workers with Redis, for now',
      { env: { CHAT_SERVER_WORKERS: '2', REDIS_URL: 'redis://localhost' } },
      'Set server.workers (CHAT_SERVER_WORKERS) to 0 or 1: this version does not have clustering yet, even with redis.url set.',
    ],
    [
      'two databases',
      { toml: '[database]\nembedded = true', env: { DATABASE_URL: 'postgres://x' } },
      'Set either database.url (DATABASE_URL) or database.embedded (config.toml:2) = true, not both.',
    ],
    [
      'no database at all',
      { toml: '[database]\nembedded = false' },
      'Set database.url (DATABASE_URL), since database.embedded (config.toml:2) is false.',
    ],
    [
      'a pool that the lanes would use up',
      { toml: '[database]\nmax_connections = 4' },
      'Set database.max_connections (config.toml:2) above database.writer_lanes (4): each lane keeps a connection busy.',
    ],
    [
      'two keys of one name',
      { toml: `[security]\nencryption_keys = ["${key}", "${key}"]` },
      'Give each of security.encryption_keys (config.toml:2) its own key_id: "k1" stands there twice.',
    ],
  ])('%s is refused', (_, given, sentence) => {
    expect(problems(given)).toEqual([sentence])
  })

  test.each([
    ['one worker', { env: { CHAT_SERVER_WORKERS: '1' } }],
    ['workers left to the server', { env: { CHAT_SERVER_WORKERS: '0', REDIS_URL: 'redis://localhost' } }],
    ['an external database with embedded = false', { toml: '[database]\nembedded = false\nurl = "postgres://x"' }],
    ['a short secret in development', { env: { JWT_SECRET: 'short' } }],
  ])('%s is fine', (_, given) => {
    expect(problems(given)).toEqual([])
  })
})

describe('the samples of the documentation', () => {
  const proven = { CHAT_SERVER_TRUSTED_PROXIES: '127.0.0.1', CHAT_SECURITY_ENCRYPTION_KEYS: key }

  test('as TOML mean what they say', () => {
    const toml = `[server]
bind_addr = "0.0.0.0:8080"
environment = "production"
workers = 0  # Auto-detect

[database]
url = "postgresql://user:pass@localhost/veza_chat"
max_connections = 20
connect_timeout = "30s"

[security]
jwt_secret = "${secret}"
jwt_access_duration = "15m"
enable_2fa = true
content_filtering = true

[features]
file_uploads = true
message_reactions = true
webhooks = true
push_notifications = true

[limits]
max_message_length = 2000
max_connections_per_user = 5
max_messages_per_minute = 60
`
    expect(configured({ toml, env: proven }).config).toMatchObject({
      server: { bind_addr: '0.0.0.0:8080', environment: 'production', workers: 0 },
      database: { url: 'postgresql://user:pass@localhost/veza_chat', max_connections: 20, connect_timeout: 30_000 },
      security: { jwt_secret: secret, jwt_access_duration: 900_000, enable_2fa: true, content_filtering: true },
      features: { file_uploads: true, message_reactions: true, webhooks: true, push_notifications: true },
      limits: { max_message_length: 2000, max_connections_per_user: 5, max_messages_per_minute: 60 },
    })
    expect(problems({ toml: toml.replace(secret, 'your-secret-key'), env: proven })).toEqual([
      expect.stringContaining('a secret that is not an example'),
    ])
  })

  test('as variables mean what they say', () => {
    const env = {
      CHAT_SERVER_HOST: '0.0.0.0',
      CHAT_SERVER_PORT: '8081',
      CHAT_ENVIRONMENT: 'production',
      DATABASE_URL: 'postgresql://user:pass@localhost/veza_chat',
      DATABASE_MAX_CONNECTIONS: '21',
      JWT_SECRET: secret,
      JWT_ACCESS_DURATION: '16m',
      JWT_REFRESH_DURATION: '8d',
      ENABLE_FILE_UPLOADS: 'false',
      ENABLE_PUSH_NOTIFICATIONS: 'false',
      ENABLE_WEBHOOKS: 'false',
      MAX_MESSAGE_LENGTH: '2001',
      MAX_CONNECTIONS_PER_USER: '6',
      RATE_LIMIT_MESSAGES_PER_MINUTE: '61',
    }
    const { config, places } = configured({ env: { ...env, ...proven } })
    expect(config).toMatchObject({
      server: { bind_addr: '0.0.0.0:8081', environment: 'production' },
      database: { url: 'postgresql://user:pass@localhost/veza_chat', max_connections: 21 },
      security: { jwt_secret: secret, jwt_access_duration: 960_000, jwt_refresh_duration: 691_200_000 },
      features: { file_uploads: false, push_notifications: false, webhooks: false, message_reactions: true },
      limits: { max_message_length: 2001, max_connections_per_user: 6, max_messages_per_minute: 61 },
    })
    const used = new Set([...places.values()].filter(({ source }) => source === 'env').map(({ name }) => name))
    const named = Object.keys({ ...env, ...proven }).filter((name) => name !== 'CHAT_SERVER_HOST')
    expect([...used].toSorted()).toEqual(named.toSorted())
  })
})
