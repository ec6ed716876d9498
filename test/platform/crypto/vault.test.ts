import { expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { createSecret, createVault, hashSecret, sameBytes } from '../../../src/platform/crypto/index.ts'

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const [first, second] = [key('k1'), key('k2')]
const vaultOf = (...keys: string[]) => createVault({ keys, secret: 'unused' })

test.each(['', 'ada@example.org', 'ünïcödé 🎈', 'x'.repeat(100_000)])('what was sealed opens (%#)', (text) => {
  const vault = vaultOf(first)
  expect(vault.open(vault.seal(text, 'users.email'), 'users.email')).toBe(text)
})

test('sealing twice gives different bytes, none of which show the text', () => {
  const vault = vaultOf(first)
  const [one, two] = [vault.seal('ada@example.org', 'c'), vault.seal('ada@example.org', 'c')]
  expect(one.equals(two)).toBe(false)
  expect(one.toString('latin1')).not.toContain('ada')
})

test('a new first key seals, and the old one still opens', () => {
  const old = vaultOf(first).seal('text', 'c')
  const rotated = vaultOf(second, first)
  expect(rotated.open(old, 'c')).toBe('text')
  const fresh = rotated.seal('text', 'c')
  expect(() => vaultOf(first).open(fresh, 'c')).toThrow('no encryption key has the id "k2"')
})

test('any changed byte, another context or another key of the same id is refused', () => {
  const vault = vaultOf(first)
  const sealed = vault.seal('text', 'users.email')
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => vault.open(changed, 'users.email')).toThrow()
  }
  for (let length = 0; length < sealed.length; length++)
    expect(() => vault.open(sealed.subarray(0, length), 'users.email')).toThrow()
  expect(() => vault.open(sealed, 'users.totp')).toThrow()
  expect(() => vaultOf(key('k1')).open(sealed, 'users.email')).toThrow()
})

test('a blind index is the same for the same text, key and context only', () => {
  const index = vaultOf(first).blindIndex('ada', 'c')
  expect(vaultOf(first).blindIndex('ada', 'c').equals(index)).toBe(true)
  for (const other of [
    vaultOf(first).blindIndex('adb', 'c'),
    vaultOf(first).blindIndex('ada', 'd'),
    vaultOf(second).blindIndex('ada', 'c'),
  ]) {
    expect(other.equals(index)).toBe(false)
  }
  expect(vaultOf(second, first).blindIndexes('ada', 'c')[1]?.equals(index)).toBe(true)
})

test('without keys one is derived from the secret', () => {
  const sealed = createVault({ keys: [], secret: 'one' }).seal('text', 'c')
  expect(createVault({ keys: [], secret: 'one' }).open(sealed, 'c')).toBe('text')
  expect(() => createVault({ keys: [], secret: 'two' }).open(sealed, 'c')).toThrow()
})

test.each([
  ['no colon'],
  ['k1:short'],
  [`k1:${randomBytes(16).toString('base64')}`],
  [`:${randomBytes(32).toString('base64')}`],
  [`a b:${randomBytes(32).toString('base64')}`],
])('the key %j is refused without being shown', (text) => {
  expect(() => vaultOf(text)).toThrow(/must read key_id:key/)
  expect(() => vaultOf(text)).not.toThrow(text)
})

test('the same key id twice is refused', () => {
  expect(() => vaultOf(first, key('k1'))).toThrow('twice')
})

test('secrets are long, different and fit an address', () => {
  const secrets = Array.from({ length: 100 }, () => createSecret())
  expect(new Set(secrets).size).toBe(100)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(hashSecret('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'aa', false],
  ['', '', true],
])('%j and %j are the same: %p', (left, right, same) => {
  expect(sameBytes(left, right)).toBe(same)
})
