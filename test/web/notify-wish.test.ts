import { expect, test } from 'bun:test'

import { wishOf } from '../../src/web/pages/app/notify/wish.ts'

test.each([
  ['room', 'all', 'all', 'all'],
  ['room', 'all', 'mentions', 'mentions'],
  ['room', 'all', 'none', 'none'],
  ['room', 'mentions', 'all', 'mentions'],
  ['room', 'mentions', 'mentions', 'mentions'],
  ['room', 'mentions', 'none', 'none'],
  ['room', 'none', 'all', 'none'],
  ['room', 'none', 'mentions', 'none'],
  ['dm', 'all', 'all', 'all'],
  ['dm', 'all', 'mentions', 'all'],
  ['dm', 'all', 'none', 'none'],
  ['dm', 'mentions', 'mentions', 'all'],
  ['dm', 'none', 'all', 'none'],
] as const)('a %s at "%s", on a device at "%s", tells: %s', (kind, notification_level, device, wish) => {
  expect(wishOf({ kind, notification_level }, device)).toBe(wish)
})
