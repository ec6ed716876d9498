import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { createTail } from '../../../src/transport/ws/tail.ts'

const entry = (seq: number, bytes = 10) => ({ seq, frame: 'x'.repeat(bytes), complete: true })
const seqs = (entries: { seq: number }[] | null) => entries?.map(({ seq }) => seq) ?? null

test.each<[string, number, number[], number, number[] | null]>([
  ['nothing at its head', 5, [], 5, []],
  ['nothing it knows before its start', 5, [], 4, null],
  ['nothing it knows beyond its head', 5, [6], 7, null],
  ['all from its start on', 5, [6, 7, 8], 5, [6, 7, 8]],
  ['what came later', 5, [6, 7, 8], 7, [8]],
  ['nothing before a hole', 5, [6, 9, 10], 6, null],
  ['what came after a hole', 5, [6, 9, 10], 8, [9, 10]],
])('a tail gives %s', (_, start, pushed, after, expected) => {
  const tail = createTail(start, { events: 100, bytes: 10_000 })
  for (const seq of pushed) tail.push(entry(seq))
  expect(seqs(tail.after(after))).toEqual(expected)
})

test('a restarted tail has forgotten', () => {
  const tail = createTail(0, { events: 100, bytes: 10_000 })
  for (const seq of [1, 2, 3]) tail.push(entry(seq))
  tail.restart(9)
  expect([tail.after(2), tail.after(8), tail.after(9)]).toEqual([null, null, []])
  tail.push(entry(10))
  expect(seqs(tail.after(9))).toEqual([10])
})

test('limits of 0 are no limits', () => {
  const tail = createTail(0, { events: 0, bytes: 0 })
  for (let seq = 1; seq <= 5000; seq++) tail.push(entry(seq, 100))
  expect(tail.after(0)).toHaveLength(5000)
})

test('one event larger than the whole tail is not kept, and the tail goes on', () => {
  const tail = createTail(0, { events: 10, bytes: 100 })
  tail.push(entry(1, 500))
  expect([tail.after(0), tail.after(1)]).toEqual([null, []])
  tail.push(entry(2))
  expect(seqs(tail.after(1))).toEqual([2])
})

test('whatever is pushed, a tail stays within its bounds and answers with the newest, whole or not at all', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ bytes: fc.nat(60), hole: fc.boolean().map((yes) => yes && Math.random() < 0.1) }), {
        maxLength: 200,
      }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 500 }),
      (pushes, events, bytes) => {
        const tail = createTail(0, { events, bytes })
        let [head, first] = [0, 1]
        for (const push of pushes) {
          if (push.hole) first = head + 3
          head = push.hole ? head + 3 : head + 1
          tail.push(entry(head, push.bytes))
        }
        for (let since = head; since >= 0; since--) {
          const answer = tail.after(since)
          if (answer === null) continue
          expect(seqs(answer)).toEqual(Array.from({ length: head - since }, (_, index) => since + 1 + index))
          expect(since + 1).toBeGreaterThanOrEqual(Math.min(first, head + 1))
          expect(answer.length).toBeLessThanOrEqual(Math.ceil(events * 1.25))
          expect(answer.reduce((sum, { frame }) => sum + frame.length, 0)).toBeLessThanOrEqual(bytes)
        }
      },
    ),
    { numRuns: 200 },
  )
})
