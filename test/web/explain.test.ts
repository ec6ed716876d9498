import { expect, test } from 'bun:test'

import { part_words } from '../../src/web/pages/app/parts/words.ts'
import { room_words } from '../../src/web/pages/app/rooms/words.ts'

test.each([
  [30, 'Try again in 30 s.', 'Réessayez dans 30 s.'],
  [60, 'Try again in 1 minute.', 'Réessayez dans 1 minute.'],
  [3600, 'Try again in 60 minutes.', 'Réessayez dans 60 minutes.'],
])('a wait of %i seconds is told as people count', (seconds, english, french) => {
  expect(part_words.en.too_often(seconds)).toEndWith(english)
  expect(part_words.fr.too_often(seconds)).toEndWith(french)
})

test('one is one, and not ones', () => {
  expect([room_words.en.seconds(1), room_words.fr.seconds(1)]).toEqual(['1 second', '1 seconde'])
  expect([room_words.en.uses(1, null), room_words.en.uses(0, 1)]).toEqual(['used 1 time', 'used 0 of 1 time'])
})
