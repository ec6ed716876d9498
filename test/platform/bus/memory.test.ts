import { expect, test } from 'bun:test'
import { createExchange, createMemoryBus } from '../../../src/platform/bus/index.ts'
import { busConformance } from './conformance.ts'

busConformance('memory', (count) => {
  const exchange = createExchange()
  return Array.from({ length: count }, () => createMemoryBus(exchange))
})

test('what is published has arrived when publish returns', async () => {
  const bus = createMemoryBus()
  bus.listen('c:1')
  const got: unknown[] = []
  bus.receive((message) => got.push(message))
  bus.publish(['c:1'], { v: 1, kind: 'room', conversation_id: 1, frame: 'x' })
  expect(got).toHaveLength(1)
  await bus.close()
})

test('a closed bus delivers nothing more', async () => {
  const bus = createMemoryBus()
  const got: unknown[] = []
  bus.receive((message) => got.push(message))
  await bus.close()
  bus.publish(['n:all'], { v: 1, kind: 'room', conversation_id: 1, frame: 'x' })
  expect(got).toEqual([])
})
