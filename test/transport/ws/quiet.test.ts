import { expect, test } from 'bun:test'
import { createQuiet } from '../../../src/transport/ws/index.ts'

test('a storm of connections is followed by one collection, once it is over', () => {
  const connections = { turnover: 0 }
  let collections = 0
  const look = createQuiet(connections, () => collections++)
  const after = (opened: number, looks = 1) => {
    connections.turnover += opened
    for (let n = 0; n < looks; n++) look()
    return collections
  }
  expect([after(400, 10), after(2000), after(2000), after(10), after(10), after(10), after(0, 100)]).toEqual([
    0, 0, 0, 0, 0, 1, 1,
  ])
  expect([after(499, 10), after(1, 10)]).toEqual([1, 2])
})
