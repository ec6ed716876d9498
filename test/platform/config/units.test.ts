import { describe, expect, test } from 'bun:test'

import fc from 'fast-check'

import { parseBindAddress, parseCidr } from '../../../src/platform/config/index.ts'
import { nearest } from '../../../src/platform/config/nearest.ts'
import { readDuration, readSize, writeDuration, writeSize } from '../../../src/platform/config/units.ts'

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1h30m', 5_400_000],
    ['0', 0],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(readDuration(text)).toBe(ms)
  })

  test.each(['', '30', '-1s', '1.5h', '1y', 's', '15 m', '15M', '1s ', '999999999999w', 'NaN', 'Infinitys'])(
    'refuses %p',
    (text) => {
      expect(readDuration(text)).toBeUndefined()
    },
  )

  test('is written so that it reads back', () => {
    fc.assert(fc.property(fc.nat(), (ms) => readDuration(writeDuration(ms)) === ms))
  })
})

describe('a size', () => {
  test.each([
    ['512', 512],
    ['512B', 512],
    ['64KB', 64_000],
    ['64KiB', 65_536],
    ['10MB', 10_000_000],
    ['1MiB', 1_048_576],
    ['1 GB', 1_000_000_000],
    ['1GiB', 1_073_741_824],
    ['10mb', 10_000_000],
    ['0', 0],
  ])('reads %s', (text, size) => {
    expect(readSize(text)).toBe(size)
  })

  test.each(['', 'MB', '-1KB', '1.5MB', '10M', '10 TB', '1ib', '999999999999999GiB', '0x10'])('refuses %p', (text) => {
    expect(readSize(text)).toBeUndefined()
  })

  test('is written so that it reads back', () => {
    fc.assert(fc.property(fc.nat(), (size) => readSize(writeSize(size)) === size))
  })
})

describe('an address to listen on', () => {
  test.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['[::]:65535', { host: '::', port: 65_535 }],
    ['[fe80::1]:80', { host: 'fe80::1', port: 80 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['chat-1.example.com:443', { host: 'chat-1.example.com', port: 443 }],
  ])('reads %s', (text, address) => {
    expect(parseBindAddress(text)).toEqual(address)
  })

  test.each([
    '',
    ':8080',
    '8080',
    'localhost',
    '127.0.0.1:65536',
    '127.0.0.1:-1',
    '::1:80',
    '[127.0.0.1]:80',
    '999.0.0.1:80',
    'a b:80',
    '-a:80',
    '[::1]',
    'http://x:80',
  ])('refuses %p', (text) => {
    expect(() => parseBindAddress(text)).toThrow('is not an address and a port')
  })
})

describe('an address range', () => {
  test.each([
    ['10.0.0.0/8', { address: '10.0.0.0', prefix: 8, family: 'ipv4' as const }],
    ['192.168.1.7', { address: '192.168.1.7', prefix: 32, family: 'ipv4' as const }],
    ['fd00::/8', { address: 'fd00::', prefix: 8, family: 'ipv6' as const }],
    ['::1', { address: '::1', prefix: 128, family: 'ipv6' as const }],
    ['0.0.0.0/0', { address: '0.0.0.0', prefix: 0, family: 'ipv4' as const }],
  ])('reads %s', (text, cidr) => {
    expect(parseCidr(text)).toEqual(cidr)
  })

  test.each(['', '10.0.0.0/33', '::1/129', '10.0.0/8', '10.0.0.0/', '10.0.0.0/-1', 'example.com', 'fe80::1%eth0'])(
    'refuses %p',
    (text) => {
      expect(() => parseCidr(text)).toThrow('is not an address range')
    },
  )
})

test.each([
  ['prot', 'port'],
  ['conifg', 'config'],
  ['JWT_SECRT', 'JWT_SECRET'],
  ['completely different', undefined],
  ['', undefined],
])('the nearest name to %p is %p', (name, expected) => {
  expect(nearest(name, ['port', 'host', 'config', 'JWT_SECRET'])).toBe(expected)
})
