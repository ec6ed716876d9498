import { expect, test } from 'bun:test'

import { createKey, isKey, prefixOf } from '../../../src/features/accounts/api-key-text.ts'

test('a key has 49 digits behind what tells it from other secrets, and no two are alike', () => {
  const keys = Array.from({ length: 1000 }, createKey)
  expect(keys.every((key) => /^veza_ak_[0-9A-Za-z]{49}$/.test(key) && isKey(key))).toBe(true)
  expect(new Set(keys).size).toBe(1000)
  expect(prefixOf(keys[0] ?? '')).toMatch(/^veza_ak_[0-9A-Za-z]{6}$/)
})

const key = createKey()
const other = (digit: string) => (digit === 'a' ? 'b' : 'a')

test('no digit of a key can be another one', () => {
  for (let at = 8; at < key.length; at++) {
    expect(isKey(`${key.slice(0, at)}${other(key.charAt(at))}${key.slice(at + 1)}`)).toBe(false)
  }
})

test.each([
  ['nothing', ''],
  ['its beginning', 'veza_ak_'],
  ['one that was cut off', key.slice(0, -1)],
  ['one with a digit more', `${key}0`],
  ['one with a line end', `${key}\n`],
  ['one with another beginning', key.replace('veza_ak_', 'VEZA_AK_')],
  ['one that was made up', `veza_ak_${'A'.repeat(49)}`],
])('%s is no key', (_, text) => {
  expect(isKey(text)).toBe(false)
})
