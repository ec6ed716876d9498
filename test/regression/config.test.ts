import { describe, expect, test } from 'bun:test'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { command } from '../../src/cli/config.ts'
import { ConfigError } from '../../src/platform/config/index.ts'
import { folder, problems } from '../platform/config/files.ts'

describe('config example --out', () => {
  test('does not write over a file that is there, unless forced to', async () => {
    using dir = folder()
    const file = dir.write('config.toml', 'mine')
    const refused = await command.run(['example', '--out', file]).catch((cause: unknown) => cause)
    expect(refused).toBeInstanceOf(ConfigError)
    expect(String(refused)).toContain(`${file} is there already`)
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(await command.run(['example', '--out', file, '--force'])).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain('# max_message_length')
  })

  test('writes a new one, which only its owner reads, as secrets will be put into it', async () => {
    using dir = folder()
    const file = join(dir.path, 'new.toml')
    expect(await command.run(['example', '--out', file])).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})

describe('production refuses', () => {
  const good = {
    CHAT_ENVIRONMENT: 'production',
    JWT_SECRET: 'nE4x0zPq7Wm2Rk9vTb6Yc3Ld8Fh5Gj1S',
    CHAT_SECURITY_ENCRYPTION_KEYS: `k1:${Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64')}`,
    DATABASE_URL: 'postgresql://user:pass@localhost/veza_chat',
    CHAT_SERVER_TRUSTED_PROXIES: '10.0.0.0/8',
  }
  const zeros = `k0:${Buffer.alloc(32).toString('base64')}`

  test('nothing of a good configuration', () => {
    expect(problems({ env: good })).toEqual([])
  })

  test.each<[string, Partial<typeof good>, string]>([
    ['a key of zeros', { CHAT_SECURITY_ENCRYPTION_KEYS: zeros }, 'Set security.encryption_keys'],
    [
      'a key of zeros after a good one',
      { CHAT_SECURITY_ENCRYPTION_KEYS: `${good.CHAT_SECURITY_ENCRYPTION_KEYS},${zeros}` },
      'Set security.encryption_keys',
    ],
    ...[
      'your-super-secret-jwt-key-change-in-production',
      'a secret of your own, of 32 characters or more',
      'an-example-secret-with-thirty-two-characters',
      'please-changeme-please-changeme-please',
    ].map((JWT_SECRET): [string, Partial<typeof good>, string] => [
      `the secret ${JWT_SECRET}`,
      { JWT_SECRET },
      'to a secret that is not an example',
    ]),
  ])('%s', (_, changed, sentence) => {
    expect(problems({ env: { ...good, ...changed } })).toEqual([expect.stringContaining(sentence)])
  })
})
