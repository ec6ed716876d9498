import { expect, test } from 'bun:test'
import { createGather } from '../../../src/transport/ws/gather.ts'
import { TimedOut } from '../../../src/kernel/within.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('those who ask in one tick share a query, and each gets its own answer', async () => {
  const asked: (readonly number[])[] = []
  const ask = createGather<number, string>(
    async (keys) => {
      asked.push(keys)
      return new Map(keys.filter((key) => key !== 3).map((key) => [key, `of ${key}`]))
    },
    { most: 100, patience_ms: 1000 },
  )
  expect(await Promise.all([1, 2, 2, 3].map(ask))).toEqual(['of 1', 'of 2', 'of 2', undefined])
  expect(asked).toEqual([[1, 2, 3]])
})

test('a batch is bounded, and one is read after the other', async () => {
  let [reading, most_reading] = [0, 0]
  const sizes: number[] = []
  const ask = createGather<number, number>(
    async (keys) => {
      most_reading = Math.max(most_reading, ++reading)
      sizes.push(keys.length)
      await new Promise(setImmediate)
      reading--
      return new Map(keys.map((key) => [key, key]))
    },
    { most: 10, patience_ms: 1000 },
  )
  expect(await Promise.all(upTo(25).map(ask))).toEqual(upTo(25))
  expect(sizes).toEqual([10, 10, 5])
  expect(most_reading).toBe(1)
})

test('a query that fails or never ends fails those of its batch, and the next ones are served', async () => {
  let time = 0
  const ask = createGather<number, number>(
    (keys) => {
      time++
      if (time === 1) return Promise.reject(new Error('gone'))
      if (time === 2) return new Promise(() => undefined)
      return Promise.resolve(new Map(keys.map((key) => [key, key])))
    },
    { most: 1, patience_ms: 30 },
  )
  const [first, second, third] = await Promise.allSettled([1, 2, 3].map(ask))
  expect(first).toMatchObject({ status: 'rejected', reason: { message: 'gone' } })
  expect((second as PromiseRejectedResult).reason).toBeInstanceOf(TimedOut)
  expect(third).toEqual({ status: 'fulfilled', value: 3 })
})
