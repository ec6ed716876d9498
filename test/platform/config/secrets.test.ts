import { expect, test } from 'bun:test'
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { type Config, defaults, resolveSecrets } from '../../../src/platform/config/index.ts'
import { folder } from './files.ts'

const within = (data_dir: string, security: Partial<Config['security']> = {}): Config => ({
  ...defaults,
  server: { ...defaults.server, data_dir },
  security: { ...defaults.security, ...security },
})

test('the first start makes strong secrets that only their owner reads, and later starts keep them', () => {
  using dir = folder()
  const data_dir = join(dir.path, 'deep/data')
  const { security } = resolveSecrets(within(data_dir))
  expect(Buffer.from(security.jwt_secret, 'base64')).toHaveLength(32)
  expect(security.encryption_keys).toEqual([expect.stringMatching(/^generated-1:[A-Za-z0-9+/]{43}=$/)])
  expect(statSync(join(data_dir, 'secrets.toml')).mode & 0o777).toBe(0o600)
  expect(readdirSync(data_dir)).toEqual(['secrets.toml'])
  expect(resolveSecrets(within(data_dir)).security).toEqual(security)
})

test('another data directory gets other secrets', () => {
  using one = folder()
  using other = folder()
  const [a, b] = [one, other].map((dir) => resolveSecrets(within(dir.path)).security)
  expect(a?.jwt_secret).not.toBe(b?.jwt_secret ?? '')
  expect(a?.encryption_keys).not.toEqual(b?.encryption_keys ?? [])
})

test('what is configured is kept, and only the rest is generated', () => {
  using dir = folder()
  const { security } = resolveSecrets(within(dir.path, { jwt_secret: 'mine' }))
  expect(security.jwt_secret).toBe('mine')
  expect(security.encryption_keys).toHaveLength(1)
})

test('nothing is written when everything is configured', () => {
  using dir = folder()
  const config = within(dir.path, { jwt_secret: 'mine', encryption_keys: ['k:x'] })
  expect(resolveSecrets(config)).toEqual(config)
  expect(readdirSync(dir.path)).toEqual([])
})

test('a file that others can read is closed to them', () => {
  using dir = folder()
  resolveSecrets(within(dir.path))
  const file = join(dir.path, 'secrets.toml')
  chmodSync(file, 0o644)
  resolveSecrets(within(dir.path))
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test.each([
  ['empty', ''],
  ['not TOML', 'jwt_secret = '],
  ['without keys', `jwt_secret = "${'x'.repeat(44)}"`],
  ['with a short key', `jwt_secret = "${'x'.repeat(44)}"\nencryption_keys = ["k:abc"]`],
])('a file that is %s is refused rather than replaced', (_, text) => {
  using dir = folder()
  const file = dir.write('secrets.toml', text)
  expect(() => resolveSecrets(within(dir.path))).toThrow(`${file} is damaged: put back a good copy, or delete it`)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test.each([
  ['within a file', 'file/data', 'a part of its path is a file'],
  ['a file', 'file', 'its folder is a file'],
])('a data directory that is %s is refused in one sentence', (_, path, reason) => {
  using dir = folder()
  dir.write('file', '')
  const data_dir = join(dir.path, path)
  expect(() => resolveSecrets(within(data_dir))).toThrow(
    `${data_dir}/secrets.toml cannot be written: ${reason}; set server.data_dir (CHAT_DATA_DIR) to a folder that this user may write to.`,
  )
})

test('starts at the same moment agree on one secret', async () => {
  using dir = folder()
  const config = JSON.stringify(join(import.meta.dir, '../../../src/platform/config/index.ts'))
  const script = `const { loadConfig, resolveSecrets } = await import(${config})
    const config = loadConfig({ env: {}, flags: { 'data-dir': 'data' } })
    process.once('message', () => process.send(resolveSecrets(config).security, () => process.exit()))
    process.send('ready')`
  const messages: unknown[] = []
  const starts = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, '-e', script], {
      cwd: dir.path,
      ipc: (message) => {
        messages.push(message)
        if (messages.length === starts.length) for (const start of starts) start.send('go')
      },
    }),
  )
  expect(await Promise.all(starts.map((start) => start.exited))).toEqual([0, 0, 0, 0])
  const [secrets, ...others] = messages.slice(starts.length)
  expect(secrets).toMatchObject({ jwt_secret: expect.any(String) })
  expect(others).toEqual([secrets, secrets, secrets])
  expect(readdirSync(join(dir.path, 'data'))).toEqual(['secrets.toml'])
})
