import { expect, test } from 'bun:test'
import { createCoalescer } from '../../src/kernel/coalesce.ts'
import { eventually } from '../services/eventually.ts'

function listen(more: { max_keys?: number; interval_ms?: number } = {}) {
  const said: [string, number][] = []
  const coalescer = createCoalescer<string, number>({
    interval_ms: 100,
    max_keys: 1000,
    ...more,
    emit: (key, value) => said.push([key, value]),
    merge: Math.max,
  })
  return { said, coalescer }
}

test('the first is said at once, and of what follows the merged value once the interval is over', async () => {
  const { said, coalescer } = listen()
  const begun = performance.now()
  for (const value of [1, 2, 5, 3]) coalescer.put('a', value)
  coalescer.put('b', 9)
  expect(said).toEqual([
    ['a', 1],
    ['b', 9],
  ])
  await eventually('the second', () => said.length === 3)
  expect(performance.now() - begun).toBeGreaterThan(95)
  expect(said[2]).toEqual(['a', 5])
  // What was said begins an interval as well.
  coalescer.put('a', 6)
  expect(said).toHaveLength(3)
  await eventually('the third', () => said.length === 4)
  expect(said[3]).toEqual(['a', 6])
})

test('nothing new is not said again, and in the end nothing is kept', async () => {
  const { said, coalescer } = listen()
  coalescer.put('a', 5)
  coalescer.put('a', 5)
  coalescer.put('a', 4)
  expect(coalescer.size).toBe(1)
  await eventually('the end of the interval', () => coalescer.size === 0)
  expect(said).toEqual([['a', 5]])
})

test('over max_keys the oldest interval ends early, and what waited in it is said', () => {
  const { said, coalescer } = listen({ max_keys: 2, interval_ms: 60_000 })
  coalescer.put('a', 1)
  coalescer.put('a', 2)
  coalescer.put('b', 1)
  coalescer.put('c', 1)
  expect(coalescer.size).toBe(2)
  expect(said).toEqual([
    ['a', 1],
    ['b', 1],
    ['a', 2],
    ['c', 1],
  ])
})

test('flush says what waits, once', () => {
  const { said, coalescer } = listen({ interval_ms: 60_000 })
  coalescer.put('a', 1)
  coalescer.put('a', 2)
  coalescer.put('b', 1)
  coalescer.flush()
  coalescer.flush()
  expect(said).toEqual([
    ['a', 1],
    ['b', 1],
    ['a', 2],
  ])
  expect(coalescer.size).toBe(0)
})

test('a key is never said more often than once an interval, however often it is put', async () => {
  const { said, coalescer } = listen({ interval_ms: 50 })
  const times: number[] = []
  const begun = performance.now()
  for (let value = 1; performance.now() - begun < 400; value++) {
    const before = said.length
    coalescer.put('a', value)
    await new Promise(setImmediate)
    if (said.length > before) times.push(performance.now())
  }
  for (const [index, at] of times.slice(1).entries()) expect(at - times[index]!).toBeGreaterThan(45)
  expect(times.length).toBeGreaterThan(2)
})
