import { expect, test } from 'bun:test'
import { createExchange, createMemoryBus } from '../../../src/platform/bus/index.ts'
import { busConformance } from './conformance.ts'

busConformance('memory', (count) => {
  const exchange = createExchange()
  return Array.from({ length: count }, () => createMemoryBus(exchange))
})

test('what is published in one tick arrives in one tick', async () => {
  const bus = createMemoryBus()
  bus.listen('c:1')
  let tick = 0
  const ticks: number[] = []
  bus.receive(() => ticks.push(tick))
  for (let n = 0; n < 100; n++) bus.publish(['c:1'], { v: 1, kind: 'room', conversation_id: 1, frame: String(n) })
  for (; ticks.length < 100; tick++) await new Promise(setImmediate)
  expect(new Set(ticks).size).toBe(1)
  await bus.close()
})

test('a closed bus delivers nothing more, not even what was under way', async () => {
  const bus = createMemoryBus()
  const got: unknown[] = []
  bus.receive((message) => got.push(message))
  bus.publish(['n:all'], { v: 1, kind: 'room', conversation_id: 1, frame: 'x' })
  await bus.close()
  for (let n = 0; n < 3; n++) await new Promise(setImmediate)
  expect(got).toEqual([])
})
