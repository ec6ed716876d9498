import { describe, expect, test } from 'bun:test'

import { leadBack } from '../../../sdks/react/src/live/first-after.ts'
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
      const way = { first: idOf(later) }
      await leadBack(ask, number, way, new AbortController().signal)
      expect([number, way.first]).toEqual([number, idOf(all.find((each) => each > number) ?? 0)])
      expect(pages).toBeLessThan(52)
    }
  },
)

describe('the way back through a conversation of 12,000 messages', () => {
  const page = (before_id: number) => {
    const first = Math.max(1, before_id - 100)
    const messages = Array.from({ length: before_id - first }, (_, at) => messageOf(first + at))
    return { messages, has_more: first > 1 }
  }
  const never = new AbortController().signal

  test('is gone in pieces of 50 pages', async () => {
    const way = { first: 12_000 }
    const stops = []
    for (let turn = 0; turn < 3; turn++) {
      await leadBack(async (before_id) => page(before_id), 5, way, never)
      stops.push(way.first)
    }
    expect(stops).toEqual([7000, 2000, 6])
  })

  test('goes on after what was refused from where it had come', async () => {
    const way = { first: 12_000 }
    const asked: number[] = []
    const ask = async (before_id: number) => {
      asked.push(before_id)
      if (asked.length === 4) throw new Error('RATE_LIMIT_EXCEEDED')
      return page(before_id)
    }
    await expect(leadBack(ask, 11_420, way, never)).rejects.toThrow('RATE_LIMIT_EXCEEDED')
    await leadBack(ask, 11_420, way, never)
    expect([way.first, asked]).toEqual([11_421, [12_000, 11_900, 11_800, 11_700, 11_700, 11_600, 11_500]])
  })

  test('ends where one gives it up', async () => {
    const way = { first: 12_000 }
    const ended = new AbortController()
    const ask = async (before_id: number) => {
      if (before_id === 11_700) ended.abort()
      return page(before_id)
    }
    await leadBack(ask, 5, way, ended.signal)
    expect(way.first).toBe(11_600)
  })
})
