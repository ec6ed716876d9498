import { expect, test } from 'bun:test'
import { createLimits } from '../../../src/platform/limits/index.ts'

const three = { points: 3, duration_s: 60 }

test('so many are allowed in a window, and each answer says where one stands', async () => {
  const limits = createLimits()
  const taken = []
  for (let time = 0; time < 4; time++) taken.push(await limits.take('send', 7, three))
  expect(taken.map(({ allowed, remaining, used, limit }) => [allowed, remaining, used, limit])).toEqual([
    [true, 2, 1, 3],
    [true, 1, 2, 3],
    [true, 0, 3, 3],
    [false, 0, 4, 3],
  ])
  for (const { reset_ms } of taken) expect(reset_ms).toBeWithin(59_000, 60_001)
})

test('keys and names are counted apart', async () => {
  const limits = createLimits()
  const one = { points: 1, duration_s: 60 }
  const answers = [
    await limits.take('a', 1, one),
    await limits.take('a', 2, one),
    await limits.take('b', 1, one),
    await limits.take('a', 1, one),
  ]
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true, false])
})

test('of many at once exactly the allowed get through', async () => {
  const limits = createLimits()
  const answers = await Promise.all(Array.from({ length: 100 }, () => limits.take('send', 7, three)))
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3)
})

test('a limit of 0 is no limit', async () => {
  const limits = createLimits()
  for (let time = 0; time < 10; time++) {
    expect(await limits.take('send', 7, { points: 0, duration_s: 60 })).toMatchObject({ allowed: true, limit: 0 })
  }
})

test('a window ends by itself', async () => {
  const limits = createLimits()
  const brief = { points: 1, duration_s: 0.05 }
  await limits.take('send', 7, brief)
  const refused = await limits.take('send', 7, brief)
  expect(refused.allowed).toBe(false)
  const start = performance.now()
  while (!(await limits.peek('send', 7, brief)).allowed) {
    if (performance.now() - start > 5000) throw new Error('the window never ended')
    await new Promise(setImmediate)
  }
  expect((await limits.take('send', 7, brief)).allowed).toBe(true)
})

test('peeking takes nothing, and what is forgotten counts no more', async () => {
  const limits = createLimits()
  const peek = () => limits.peek('login', 'ada', three)
  expect(await peek()).toMatchObject({ allowed: true, remaining: 3, used: 0 })
  for (let time = 0; time < 3; time++) await limits.take('login', 'ada', three)
  expect(await peek()).toMatchObject({ allowed: false, remaining: 0, used: 3 })
  await limits.forget('login', 'ada')
  expect(await peek()).toMatchObject({ allowed: true, used: 0 })
})

test('past the cap strangers share windows, and the known keep their own', async () => {
  const limits = createLimits({ max_keys: 100 })
  const rule = { points: 5, duration_s: 60 }
  await limits.take('send', 'known', rule)
  for (let stranger = 0; stranger < 20_000; stranger++) await limits.take('send', `stranger ${stranger}`, rule)
  expect(await limits.take('send', 'known', rule)).toMatchObject({ allowed: true, used: 2 })
  const late = await limits.take('send', 'a late stranger', rule)
  expect(late.used).toBeGreaterThan(1)
})

test('what was given back or forgotten keeps no place: those after it have windows of their own', async () => {
  const rule = { points: 5, duration_s: 60 }
  for (const undo of ['giveBack', 'forget'] as const) {
    const limits = createLimits({ max_keys: 100 })
    for (let n = 0; n < 20_000; n++) {
      await limits.take('login', `passer-by ${n}`, rule)
      await limits[undo]('login', `passer-by ${n}`)
    }
    for (let n = 0; n < 50; n++) expect(await limits.take('login', `stranger ${n}`, rule)).toMatchObject({ used: 1 })
  }
})

test('who shares a window and is forgotten takes along what was theirs', async () => {
  const limits = createLimits({ max_keys: 1 })
  const rule = { points: 5, duration_s: 60 }
  await limits.take('login', 'known', rule)
  for (let time = 0; time < 20; time++) {
    expect(await limits.take('login', 'late', rule)).toMatchObject({ allowed: true, used: 1 })
    await limits.forget('login', 'late')
  }
  await limits.take('login', 'late', rule)
  await limits.take('login', 'late', rule)
  await limits.forget('login', 'late')
  expect(await limits.peek('login', 'late', rule)).toMatchObject({ used: 1 })
})

test('what is given back after its window has ended is no gift to the next', async () => {
  const limits = createLimits()
  const rule = { points: 1, duration_s: 0.02 }
  await limits.take('login', 'ada', rule)
  await limits.take('login', 'ada', rule)
  // A busy server is late to clear away what has ended.
  const until = performance.now() + 40
  while (performance.now() < until);
  await limits.giveBack('login', 'ada')
  expect(await limits.take('login', 'ada', rule)).toMatchObject({ allowed: true, used: 1 })
})

test('taking costs a few microseconds at most', async () => {
  const limits = createLimits()
  const rule = { points: 1e9, duration_s: 60 }
  const rounds = 20_000
  const measure = async () => {
    const start = performance.now()
    for (let round = 0; round < rounds; round++) await limits.take('send', round % 500, rule)
    return ((performance.now() - start) * 1000) / rounds
  }
  await measure()
  expect(Math.min(await measure(), await measure(), await measure())).toBeLessThan(10)
})
