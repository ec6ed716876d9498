import { describe, expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { ConfigError, defaults, loadConfig } from '../../../src/platform/config/index.ts'
import { configured, folder, problems } from './files.ts'

describe('precedence', () => {
  const toml = '[limits]\nmax_message_length = 10\n[server]\nbind_addr = "10.0.0.1:1000"'

  test('a file beats the defaults', () => {
    const { config, places } = configured({ toml })
    expect(config.limits.max_message_length).toBe(10)
    expect(config.limits.max_messages_per_minute).toBe(60)
    expect(places.get('limits.max_message_length')).toMatchObject({
      source: 'file',
      name: expect.stringMatching(/config\.toml:2$/),
    })
    expect(places.get('limits.max_messages_per_minute')).toMatchObject({ source: 'default' })
  })

  test('the environment beats a file', () => {
    const { config, places } = configured({ toml, env: { MAX_MESSAGE_LENGTH: '20' } })
    expect(config.limits.max_message_length).toBe(20)
    expect(places.get('limits.max_message_length')).toEqual({ source: 'env', name: 'MAX_MESSAGE_LENGTH' })
  })

  test('flags beat the environment', () => {
    const { config, places } = configured({
      toml,
      env: { MAX_MESSAGE_LENGTH: '20' },
      flags: { 'limits.max_message_length': '30' },
    })
    expect(config.limits.max_message_length).toBe(30)
    expect(places.get('limits.max_message_length')).toEqual({ source: 'flag', name: '--set limits.max_message_length' })
  })

  test.each([
    ['the host alone', { env: { CHAT_SERVER_HOST: '0.0.0.0' } }, '0.0.0.0:1000'],
    ['the port alone', { env: { CHAT_SERVER_PORT: '2000' } }, '10.0.0.1:2000'],
    ['both, in IPv6', { env: { CHAT_SERVER_HOST: '::1', CHAT_SERVER_PORT: '0' } }, '[::1]:0'],
    ['a host in brackets', { env: { CHAT_SERVER_HOST: '[::]' } }, '[::]:1000'],
    ['a flag over a variable', { env: { CHAT_SERVER_PORT: '2000' }, flags: { port: '3000' } }, '10.0.0.1:3000'],
    ['a host by flag', { flags: { host: 'localhost' } }, 'localhost:1000'],
    ['the whole address', { env: { CHAT_SERVER_BIND_ADDR: '127.0.0.1:9' } }, '127.0.0.1:9'],
    [
      'the whole address and the port',
      { env: { CHAT_SERVER_PORT: '2000', CHAT_SERVER_BIND_ADDR: '127.0.0.1:9' } },
      '127.0.0.1:2000',
    ],
  ])('%s replaces its part of bind_addr', (_, given, address) => {
    expect(configured({ toml, ...given }).config.server.bind_addr).toBe(address)
  })

  test('an empty variable counts as one that is not set', () => {
    expect(
      configured({ toml, env: { MAX_MESSAGE_LENGTH: '', CHAT_SERVER_PORT: '' } }).config.limits.max_message_length,
    ).toBe(10)
  })
})

test('values arrive in milliseconds and bytes', () => {
  const toml =
    '[security]\njwt_access_duration = "1h30m"\n[limits]\nmax_frame_size = 4096\nmax_file_size = "2MiB"\nauth_timeout = 0'
  const { config } = configured({
    toml,
    env: { CHAT_LIMITS_MAX_SEND_BUFFER: '2MB', CHAT_SERVER_TRUSTED_PROXIES: '10.0.0.0/8, ::1' },
  })
  expect(config.security.jwt_access_duration).toBe(5_400_000)
  expect(config.limits).toMatchObject({
    max_frame_size: 4096,
    max_file_size: 2_097_152,
    auth_timeout: 0,
    max_send_buffer: 2_000_000,
  })
  expect(config.server.trusted_proxies).toEqual(['10.0.0.0/8', '::1'])
})

test.each([
  ['true', true],
  ['1', true],
  ['FALSE', false],
  ['0', false],
])('a switch in a variable may be %s', (text, value) => {
  expect(configured({ env: { ENABLE_WEBHOOKS: text } }).config.features.webhooks).toBe(value)
})

test('nothing configured gives the defaults, and database.embedded stays unset', () => {
  expect(configured({}).config).toEqual(defaults)
  expect('embedded' in defaults.database).toBe(false)
})

test('two loads do not share what they return', () => {
  configured({}).config.server.trusted_proxies.push('10.0.0.1')
  expect(configured({}).config.server.trusted_proxies).toEqual([])
})

describe('one sentence refuses', () => {
  test.each([
    [
      'an unknown key',
      { toml: '[limits]\n\nmax_mesage_length = 1' },
      'config.toml:3: "limits.max_mesage_length" is not a configuration key; did you mean "limits.max_message_length"?',
    ],
    [
      'a key of another section',
      { toml: '[server]\njwt_secret = "x"' },
      'config.toml:2: "server.jwt_secret" is not a configuration key; did you mean "security.jwt_secret"?',
    ],
    [
      'a key outside any section',
      { toml: 'workers = 1' },
      'config.toml:1: "workers" is not a configuration key; did you mean "server.workers"?',
    ],
    [
      'an unknown section',
      { toml: '# x\n[sever]\n' },
      'config.toml:2: "sever" is not a configuration key; did you mean "server"?',
    ],
    [
      'a section that is a value',
      { toml: 'server = 1' },
      'config.toml:1: server must be a table, written as [server].',
    ],
    [
      'a section that is an array',
      { toml: '[[server]]\nworkers = 1' },
      'config.toml:1: server must be a table, written as [server].',
    ],
    [
      'a port on its own',
      { toml: '[server]\nport = 1' },
      'config.toml:2: "server.port" is not a configuration key; did you mean "server.bind_addr"?',
    ],
    [
      'a wrong type',
      { toml: '[server]\nworkers = "four"' },
      'config.toml:2: server.workers must be a whole number from 1 to 1024, or 0 (automatic, which is 1 in this version), not "four".',
    ],
    [
      'a number written as text',
      { toml: '[limits]\nmax_message_length = "10"' },
      'config.toml:2: limits.max_message_length must be a whole number from 1 to 1000000, or 0 (no limit), not "10".',
    ],
    [
      'a fraction',
      { toml: '[database]\nmax_batch = 1.5' },
      'config.toml:2: database.max_batch must be a whole number from 1 to 5000, not 1.5.',
    ],
    [
      'out of range',
      { toml: '[database]\nmax_connections = 1' },
      'config.toml:2: database.max_connections must be a whole number from 2 to 10000, not 1.',
    ],
    [
      'a bad duration',
      { toml: '[database]\n\n\nconnect_timeout = "30 sec"' },
      'config.toml:4: database.connect_timeout must be a duration from "100ms" to "24d", such as "30s", "15m" or "7d", not "30 sec".',
    ],
    [
      'a duration without its unit',
      { toml: '[security]\njwt_access_duration = 900' },
      'config.toml:2: security.jwt_access_duration must be a duration from "1s" to "24d", such as "30s", "15m" or "7d", not 900.',
    ],
    [
      'a bad size',
      { toml: '[limits]\nmax_frame_size = "64 kilo"' },
      'config.toml:2: limits.max_frame_size must be a size from "1KiB" to "64MiB", such as "64KiB" or "10MB", or 0 (no limit), not "64 kilo".',
    ],
    [
      'a bad choice',
      { toml: '[server]\nenvironment = "prodution"' },
      'config.toml:2: server.environment must be "development" or "production", not "prodution"; did you mean "production"?',
    ],
    [
      'a bad switch',
      { toml: '[metrics]\nenabled = "yes"' },
      'config.toml:2: metrics.enabled must be true or false, not "yes".',
    ],
    [
      'a bad address',
      { toml: '[server]\nbind_addr = "8080"' },
      'config.toml:2: server.bind_addr must be host:port, such as "127.0.0.1:8080" or "[::]:8080", not "8080".',
    ],
    [
      'a bad proxy within a list',
      { toml: '[server]\ntrusted_proxies = [\n  "10.0.0.0/8",\n  "10.0.0.0/99",\n]' },
      'config.toml:2: server.trusted_proxies must be a list of addresses or ranges, such as "10.0.0.0/8" or "::1", not ["10.0.0.0/8","10.0.0.0/99"].',
    ],
    [
      'an origin with a path',
      { toml: '[security]\nallowed_origins = ["https://a.example/x"]' },
      'config.toml:2: security.allowed_origins must be a list of origins, such as "https://chat.example.com", not ["https://a.example/x"].',
    ],
    [
      'broken TOML',
      { toml: '[server]\nworkers = = 1' },
      expect.stringMatching(/^config\.toml:2:\d+: this is not valid TOML: [^\n]+\.$/),
    ],
    [
      'a key given twice',
      { toml: '[server]\nworkers = 1\nworkers = 1' },
      expect.stringMatching(/^config\.toml:3:\d+: this is not valid TOML: /),
    ],
    [
      'an unknown variable',
      { env: { CHAT_LOG_LEVL: 'info' } },
      'The environment variable CHAT_LOG_LEVL is not known; did you mean "CHAT_LOG_LEVEL"?',
    ],
    [
      'the long name of a variable that has a short one',
      { env: { CHAT_DATABASE_URL: 'postgresql://x' } },
      'The environment variable CHAT_DATABASE_URL is not known; did you mean "DATABASE_URL"?',
    ],
    [
      'a bad variable',
      { env: { DATABASE_MAX_CONNECTIONS: 'lots' } },
      'DATABASE_MAX_CONNECTIONS: database.max_connections must be a whole number from 2 to 10000, not "lots".',
    ],
    [
      'a bad port variable',
      { env: { CHAT_SERVER_PORT: '70000' } },
      'CHAT_SERVER_PORT: port must be a port from 0 to 65535, not "70000".',
    ],
    [
      'the port variable of a Kubernetes service',
      { env: { CHAT_SERVER_PORT: 'tcp://10.0.0.1:80' } },
      'CHAT_SERVER_PORT: port must be a port from 0 to 65535, not "tcp://10.0.0.1:80" (Kubernetes sets this for a service called chat-server: set enableServiceLinks to false).',
    ],
    [
      'a bad host flag',
      { flags: { host: 'a b' } },
      '--host: host must be an IPv4 or IPv6 address or a host name, not "a b".',
    ],
    [
      'an unknown key by flag',
      { flags: { 'server.worker': '1' } },
      '--set: "server.worker" is not a configuration key; did you mean "server.workers"?',
    ],
    ['an empty folder by flag', { flags: { 'data-dir': '' } }, '--data-dir: server.data_dir must be a path, not "".'],
  ])('%s', (_, given, sentence) => {
    expect(problems(given)).toEqual([sentence as string])
  })

  test.each([
    [
      'a bad key',
      { env: { CHAT_SECURITY_ENCRYPTION_KEYS: 'k1:hunter2' } },
      'CHAT_SECURITY_ENCRYPTION_KEYS: security.encryption_keys must be a list of keys written as "key_id:base64 of 32 bytes".',
    ],
    [
      'a bad URL',
      { env: { DATABASE_URL: 'mysql://root:hunter2@x/y' } },
      'DATABASE_URL: database.url must be postgresql://user:password@host/database.',
    ],
    [
      'a secret of a wrong type',
      { toml: '[security]\njwt_secret = ["hunter2"]' },
      'config.toml:2: security.jwt_secret must be a text.',
    ],
    ['broken TOML', { toml: '[security]\njwt_secret = "hunter2' }, expect.not.stringContaining('hunter2')],
  ])('%s without showing the secret', (_, given, sentence) => {
    expect(problems(given)).toEqual([sentence as string])
  })

  test('everything that is wrong is told, and the message is the first', () => {
    using dir = folder()
    const file = dir.write('config.toml', '[server]\nx = 1\ny = 2')
    const load = () => loadConfig({ file, env: { CHAT_Z: '1' } })
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(/^[^\n]*"server\.x" is not a configuration key[^\n]*\(2 more: see veza-chat config check\.\)$/)
  })
})

test('variables of other programs and of Kubernetes services are left alone', () => {
  const env = {
    CHAT_CONFIG: '',
    CHAT_SERVICE_HOST: '10.0.0.1',
    CHAT_SERVICE_PORT_HTTP: '80',
    CHAT_PORT: 'tcp://10.0.0.1:80',
    CHAT_PORT_80_TCP_ADDR: '10.0.0.1',
    HOME: '/root',
    PORT: '1',
  }
  expect(problems({ env })).toEqual([])
  expect(problems({ env: { CHAT_PORT: '80' } })).toHaveLength(1)
})

describe('the file', () => {
  test('named by CHAT_CONFIG is read', () => {
    using dir = folder()
    const file = dir.write('other.toml', '[limits]\nmax_message_length = 7')
    expect(loadConfig({ env: { CHAT_CONFIG: file } }).limits.max_message_length).toBe(7)
  })

  test('named by a flag beats CHAT_CONFIG', () => {
    using dir = folder()
    const file = dir.write('a.toml', '[limits]\nmax_message_length = 7')
    expect(loadConfig({ file, env: { CHAT_CONFIG: '/nowhere' } }).limits.max_message_length).toBe(7)
  })

  test('may start with a byte order mark and use Windows line ends', () => {
    expect(configured({ toml: '\uFEFF[limits]\r\nmax_message_length = 7\r\n' }).config.limits.max_message_length).toBe(
      7,
    )
    expect(problems({ toml: '\uFEFF[limits]\r\n\r\nx = 7\r\n' })[0]).toStartWith('config.toml:3: ')
  })

  test('that is missing, a folder or huge is refused in one sentence', () => {
    using dir = folder()
    mkdirSync(join(dir.path, 'folder'))
    dir.write('huge.toml', '#'.repeat(1024 * 1024 + 1))
    const load = (name: string) => () => loadConfig({ file: join(dir.path, name), env: {} })
    expect(load('missing.toml')).toThrow('missing.toml cannot be read: there is no such file.')
    expect(load('folder')).toThrow('folder cannot be read: it is a folder.')
    expect(load('huge.toml')).toThrow('huge.toml is larger than 1 MiB')
    expect(() => loadConfig({ env: { CHAT_CONFIG: join(dir.path, 'missing.toml') } })).toThrow('there is no such file')
  })
})
