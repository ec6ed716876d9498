import { expect, test } from 'bun:test'

import { codingFor } from '../../../src/transport/http/encoding.ts'
import { etagOf, holds } from '../../../src/transport/http/etag.ts'

test.each([
  [null, null],
  ['', null],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['zstd', 'zstd'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip;q=1, zstd;q=0.9', 'gzip'],
  ['gzip;q=0.5, zstd;q=0.5', 'zstd'],
  ['gzip;q=0.123, zstd;q=0.122', 'gzip'],
  ['br', null],
  ['identity', null],
  ['identity;q=1, gzip;q=0.5', null],
  ['identity;q=0.4, gzip;q=0.5', 'gzip'],
  ['gzip, identity', 'gzip'],
  ['*', 'zstd'],
  ['*;q=0', null],
  ['zstd;q=0, *', 'gzip'],
  ['zstd;q=0, gzip;q=0, *', null],
  ['gzip;q=0', null],
  ['gzip;q=0.000', null],
  ['gzip;q=2', null],
  ['gzip;q=-1', null],
  ['gzip;q=nonsense', null],
  ['gzip ; q=0.7', 'gzip'],
  [',,;;q=,', null],
] as const)('Accept-Encoding: %p is answered as %p', (accepted, coding) => {
  expect(codingFor(accepted)).toBe(coding)
})

const tag = etagOf('tea')

test('a tag is weak, and that of its content alone', () => {
  expect(tag).toMatch(/^W\/"[\w-]{22}"$/)
  expect([etagOf('tea') === tag, etagOf('tee') === tag]).toEqual([true, false])
})

test.each([
  ['the tag', tag, true],
  ['the tag as a strong one', tag.slice(2), true],
  ['several, with it', `"a,b", ${tag}, W/"c"`, true],
  ['any', '*', true],
  ['none', null, false],
  ['another', 'W/"other"', false],
  ['a part of it', tag.slice(0, 12), false],
  ['nonsense', 'tea', false],
  ['nothing', '', false],
])('If-None-Match with %s: %p', (_, given, expected) => {
  expect(holds(given, tag)).toBe(expected)
})
