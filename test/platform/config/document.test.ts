import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'

import { configurationDocument, defaults, effectiveFile, exampleFile } from '../../../src/platform/config/index.ts'
import { keys } from '../../../src/platform/config/keys.ts'
import { configured } from './files.ts'

const root = join(import.meta.dir, '../../..')

test.each([
  ['config.toml', exampleFile],
  ['docs/configuration.md', configurationDocument],
])('%s is what the schema says (bun src/main.ts config example|doc --out FILE writes it)', async (file, generate) => {
  expect(await Bun.file(join(root, file)).text()).toBe(generate())
})

describe('the example file', () => {
  test('changes nothing as it is', () => {
    const { config, places } = configured({ toml: exampleFile() })
    expect(config).toEqual(defaults)
    expect([...places.values()].every(({ source }) => source === 'default')).toBe(true)
  })

  test('has every key at its default', () => {
    const { config, places } = configured({ toml: exampleFile().replaceAll(/^# (?=[a-z0-9_]+ = )/gm, '') })
    // These two decide by themselves while they are not set.
    const { database, features } = defaults
    expect(config).toEqual({ ...defaults, database: { ...database, embedded: true }, features: { ...features, playground: true } }) // prettier-ignore
    expect([...places.values()].every(({ source }) => source === 'file')).toBe(true)
  })
})

test('every key has its own variable, a description and a row in the documentation', () => {
  expect(new Set(keys.map(({ env }) => env)).size).toBe(keys.length)
  for (const { name, env, description } of keys) {
    expect(description).toMatch(/^[A-Z].*\.$/)
    expect(configurationDocument()).toMatch(new RegExp(`\\| \`${name}\` \\| [^|]+ \\| \`${env}\``))
  }
})

test('the effective file reads back as the same configuration when nothing in it is secret', () => {
  const toml =
    '[limits]\nmax_frame_size = "100KB"\n[security]\njwt_refresh_duration = "1w"\n[database]\nembedded = true'
  const loaded = configured({ toml, env: { CHAT_SERVER_PORT: '0', CHAT_SERVER_TRUSTED_PROXIES: '::1,10.0.0.0/8' } })
  expect(configured({ toml: effectiveFile(loaded) }).config).toEqual(loaded.config)
  expect(effectiveFile(loaded)).toContain('bind_addr = "127.0.0.1:0" # CHAT_SERVER_PORT\n')
  expect(effectiveFile(loaded)).toContain('max_message_length = 2000 # default\n')
})

test.each([
  ['JWT_SECRET', 'hunter2', 'jwt_secret = "***" # JWT_SECRET'],
  ['CHAT_METRICS_TOKEN', 'hunter2', 'token = "***" # CHAT_METRICS_TOKEN'],
  [
    'CHAT_SECURITY_ENCRYPTION_KEYS',
    `hunter2:${'A'.repeat(43)}=`,
    'encryption_keys = ["***"] # CHAT_SECURITY_ENCRYPTION_KEYS',
  ],
  ['DATABASE_URL', 'postgres://ada:hunter2@h:5/d', 'url = "postgres://ada:***@h:5/d" # DATABASE_URL'],
  ['DATABASE_URL', 'postgres://ada:p@hunter2/x@h/d', 'url = "postgres://ada:***@h/d" # DATABASE_URL'],
  [
    'DATABASE_URL',
    'postgres://h/d?user=ada&password=hunter2&a=b',
    'url = "postgres://h/d?user=ada&password=***&a=b" # DATABASE_URL',
  ],
  ['REDIS_URL', 'redis://:hunter2@h', 'url = "redis://:***@h" # REDIS_URL'],
  [
    'CHAT_DATABASE_REPLICA_URLS',
    'postgres://a:hunter2@h,postgres://h',
    'replica_urls = ["postgres://a:***@h", "postgres://h"] # CHAT_DATABASE_REPLICA_URLS',
  ],
])('the effective file hides the secret in %s=%s', (variable, value, line) => {
  const text = effectiveFile(configured({ env: { [variable]: value } }))
  expect(text).toContain(`${line}\n`)
  expect(text).not.toContain('hunter2')
})
