import { expect, test } from 'bun:test'
import { createPace } from '../../../src/transport/ws/pace.ts'
import { eventually } from '../../services/eventually.ts'

const work = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until) continue
}

test('what is cheap runs as soon as it is asked for', async () => {
  let runs = 0
  const pace = createPace(() => runs++)
  for (let n = 1; n <= 20; n++) {
    pace.ask()
    await eventually('the run', () => runs === n, 1_000)
  }
})

test('many asks in one turn are one run more', async () => {
  let runs = 0
  const pace = createPace(() => runs++)
  for (let n = 0; n < 100; n++) pace.ask()
  await eventually('the second run', () => runs === 2, 1_000)
  await Bun.sleep(30)
  expect(runs).toBe(2)
})

test('what was dear is followed by a rest in which the event loop turns, and nothing asked for is forgotten', async () => {
  const ends: number[] = []
  const begins: number[] = []
  const pace = createPace(() => {
    begins.push(performance.now())
    work(20)
    ends.push(performance.now())
  })
  pace.ask()
  pace.ask()
  let turns = 0
  while (begins.length < 2) {
    await new Promise(setImmediate)
    turns++
  }
  expect(begins[1]! - ends[0]!).toBeGreaterThan(8)
  expect(turns).toBeGreaterThan(5)
})

test('what must be now does not wait for a rest', () => {
  let runs = 0
  const pace = createPace(() => {
    runs++
    work(10)
  })
  pace.ask()
  pace.now()
  pace.now()
  expect(runs).toBe(3)
})
