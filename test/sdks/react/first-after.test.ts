import { expect, test } from 'bun:test'

import { firstAfter } from '../../../sdks/react/src/live/first-after.ts'
import { messageOf } from './pages/messages.ts'

/** A conversation of so many messages, with what else has ids between them, and without what has expired. */
const conversations = {
  'alone on the server': { count: 5000, idOf: (number: number) => number, isGone: () => false },
  'quiet for long and then busy': { count: 5000, idOf: (number: number) => (number < 4000 ? number * 1000 : 4_000_000 + number), isGone: () => false }, // prettier-ignore
  'busy and then quiet': { count: 5000, idOf: (number: number) => number ** 2, isGone: () => false },
  'with much that has expired': { count: 5000, idOf: (number: number) => number * 7, isGone: (number: number) => number % 100 > 3 }, // prettier-ignore
}

test.each(Object.entries(conversations))(
  'the first message after a number is found page by page: %s',
  async (_, { count, idOf, isGone }) => {
    const all = Array.from({ length: count }, (_, at) => at + 1).filter((number) => !isGone(number))
    const later = all.slice(-50)[0] ?? 0
    for (const number of [0, 1, 2, 24, 25, 26, 999, 2500, 3999, 4000, 4800, later - 2, later - 1]) {
      if (number >= later) continue
      let pages = 0
      const ask = async (before_id: number) => {
        pages++
        if (!all.some((each) => idOf(each) === before_id)) throw new Error('MESSAGE_NOT_FOUND')
        const older = all.filter((each) => idOf(each) < before_id)
        const messages = older.slice(-100).map((each) => messageOf(each, { id: idOf(each) }))
        return { messages, has_more: older.length > 100 }
      }
      const found = await firstAfter(ask, number, messageOf(later, { id: idOf(later) }))
      expect([number, found]).toEqual([number, idOf(all.find((each) => each > number) ?? 0)])
      expect(pages).toBeLessThan(52)
    }
  },
)
