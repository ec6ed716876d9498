import { describe, expect, test } from 'bun:test'
import type { Actor } from '../../../src/kernel/actor.ts'
import { AppError } from '../../../src/kernel/errors.ts'
import type { Role } from '../../../src/kernel/permissions.ts'
import { type Action, createLimits, createRates, type RateSettings } from '../../../src/platform/limits/index.ts'

const hour = 3_600_000
const minute = 60_000
const start = Date.parse('2026-01-01T00:00:00Z')

const settings: RateSettings = {
  max_commands_per_minute: 600,
  max_messages_per_minute: 60,
  max_reactions_per_minute: 50,
  max_edits_per_minute: 30,
  max_searches_per_minute: 20,
  max_typing_per_minute: 40,
  max_joins_per_minute: 10,
  max_reports_per_minute: 4,
  new_account_age: 24 * hour,
  new_account_percent: 50,
  moderator_percent: 300,
  offender_refusals: 3,
  offender_percent: 50,
}

function openHouse(own: Partial<RateSettings> = {}, max_offenders = 100) {
  const now = { ms: start }
  const clock = { now: () => new Date(now.ms) }
  const rates = createRates(createLimits(), { ...settings, ...own }, { clock, max_offenders })
  /** What so many at once come to. */
  const outcomes = async (actor: Actor, action: Action, times: number) => {
    const codes = []
    for (let time = 0; time < times; time++) {
      codes.push(
        await rates.take(actor, action)?.then(
          () => 'ok',
          (error: unknown) => (error as AppError).code,
        ),
      )
    }
    return codes
  }
  const refusals = async (...wish: Parameters<typeof outcomes>) =>
    (await outcomes(...wish)).filter((code) => code === 'RATE_LIMIT_EXCEEDED').length
  return { now, rates, outcomes, refusals }
}

const actorOf = (role: Role = 'user', age_ms = 100 * hour, id = 7): Actor => ({
  id,
  username: 'ada',
  role,
  session_id: 'x',
  created_at: start - age_ms,
})

describe('how many', () => {
  test.each<[Action, number]>([
    ['commands', 600],
    ['messages', 60],
    ['reactions', 50],
    ['edits', 30],
    ['searches', 20],
    ['typing', 40],
    ['joins', 10],
    ['reports', 4],
  ])('%s a user may make in a minute, is a key of its own', (action, expected) => {
    expect(openHouse().rates.of(actorOf(), action)).toBe(expected)
  })

  test.each<[string, Actor, Partial<RateSettings>, number]>([
    ['an old account', actorOf(), {}, 60],
    ['a new account', actorOf('user', hour), {}, 30],
    ['an account a moment before its day is over', actorOf('user', 24 * hour - 1), {}, 30],
    ['an account whose day is over', actorOf('user', 24 * hour), {}, 60],
    ['a new account where none counts as new', actorOf('user', hour), { new_account_age: 0 }, 60],
    ['an account whose age nobody knows', { id: 7, username: 'ada', role: 'user', session_id: 'x' }, {}, 60],
    ['a guest', actorOf('guest'), {}, 60],
    ['a moderator', actorOf('moderator'), {}, 180],
    ['an admin', actorOf('admin'), {}, 180],
    ['a new moderator', actorOf('moderator', hour), {}, 90],
    ['a moderator at 100 %', actorOf('moderator'), { moderator_percent: 100 }, 60],
    ['a new account at 7 % of 100', actorOf('user', 0), { max_messages_per_minute: 100, new_account_percent: 7 }, 7],
    ['a new account at 1 % of 60, which leaves one', actorOf('user', 0), { new_account_percent: 1 }, 1],
    ['a new account without a limit', actorOf('user', 0), { max_messages_per_minute: 0 }, 0],
  ])('messages: %s', (_, actor, own, expected) => {
    expect(openHouse(own).rates.of(actor, 'messages')).toBe(expected)
  })
})

test('what nothing limits is not even counted', () => {
  expect(openHouse({ max_messages_per_minute: 0 }).rates.take(actorOf(), 'messages')).toBeNull()
})

test('a refusal tells the rate, the limit, the window, what it was about and how long to wait', async () => {
  const { rates, outcomes } = openHouse()
  await outcomes(actorOf(), 'joins', 10)
  const refusal = (await rates.take(actorOf(), 'joins')?.catch((cause: unknown) => cause)) as AppError
  expect(refusal).toMatchObject({
    code: 'RATE_LIMIT_EXCEEDED',
    details: { current_rate: 11, limit: 10, window: 60, action: 'joins' },
  })
  expect(refusal.retry_after).toBeWithin(59, 61)
})

test('users and actions are counted apart', async () => {
  const { outcomes } = openHouse({ max_joins_per_minute: 1, max_edits_per_minute: 1 })
  expect(await outcomes(actorOf(), 'joins', 2)).toEqual(['ok', 'RATE_LIMIT_EXCEEDED'])
  expect(await outcomes(actorOf(), 'edits', 1)).toEqual(['ok'])
  expect(await outcomes(actorOf('user', 100 * hour, 8), 'joins', 1)).toEqual(['ok'])
})

test('who may do more from now on goes on in the same window', async () => {
  const { now, outcomes, refusals } = openHouse({ max_joins_per_minute: 10, offender_refusals: 0 })
  const young = actorOf('user', 24 * hour - minute)
  expect(await refusals(young, 'joins', 6)).toBe(1)
  now.ms += minute
  // The account is old now: of ten, six are taken.
  expect(await outcomes(young, 'joins', 5)).toEqual(['ok', 'ok', 'ok', 'ok', 'RATE_LIMIT_EXCEEDED'])
})

describe('an offender', () => {
  test('is who was refused so many times, and gets less of everything', async () => {
    const { rates, outcomes } = openHouse()
    await outcomes(actorOf(), 'joins', 10 + 2)
    expect(rates.of(actorOf(), 'messages')).toBe(60)
    await outcomes(actorOf(), 'joins', 1)
    expect(rates.of(actorOf(), 'messages')).toBe(30)
    expect(rates.of(actorOf(), 'joins')).toBe(5)
    expect(rates.of(actorOf('user', 100 * hour, 8), 'messages')).toBe(60)
  })

  test('counts refusals of all actions together', async () => {
    const { rates, refusals } = openHouse({
      max_joins_per_minute: 1,
      max_edits_per_minute: 1,
      max_typing_per_minute: 1,
    })
    for (const action of ['joins', 'edits', 'typing'] as const) expect(await refusals(actorOf(), action, 2)).toBe(1)
    expect(rates.of(actorOf(), 'messages')).toBe(30)
  })

  test('is one no longer after ten minutes without a refusal, and each refusal begins them anew', async () => {
    const { now, rates, outcomes } = openHouse()
    await outcomes(actorOf(), 'joins', 10 + 3)
    now.ms += 9 * minute
    await outcomes(actorOf(), 'joins', 1)
    now.ms += 9 * minute
    expect(rates.of(actorOf(), 'messages')).toBe(30)
    now.ms += minute
    expect(rates.of(actorOf(), 'messages')).toBe(60)
  })

  test('may be a moderator too, and a new one: the parts multiply', async () => {
    const { rates, outcomes } = openHouse()
    const actor = actorOf('moderator', hour)
    await outcomes(actor, 'joins', 15 + 3)
    expect(rates.of(actor, 'messages')).toBe(45)
  })

  test.each<[string, Partial<RateSettings>, number]>([
    ['is nobody when it is off', { offender_refusals: 0 }, 60],
    ['is everybody who was refused once, if so configured', { offender_refusals: 1 }, 30],
    ['may keep all', { offender_percent: 100 }, 60],
  ])('%s', async (_, own, expected) => {
    const { rates, outcomes } = openHouse(own)
    await outcomes(actorOf(), 'joins', 11 + (own.offender_percent === 100 ? 5 : 0))
    expect(rates.of(actorOf(), 'messages')).toBe(expected)
  })
})

test('so many offenders are remembered, and of more those who were refused last', async () => {
  const { rates, outcomes } = openHouse({ offender_refusals: 1, max_joins_per_minute: 1 }, 2)
  const people = [1, 2, 3].map((id) => actorOf('user', 100 * hour, id))
  for (const each of [...people, people[1]!]) await outcomes(each, 'joins', 2)
  expect(people.map((each) => rates.of(each, 'messages'))).toEqual([60, 30, 30])
  await outcomes(people[0]!, 'joins', 2)
  expect(people.map((each) => rates.of(each, 'messages'))).toEqual([30, 30, 60])
})

test('taking one costs a few microseconds at most', async () => {
  const { rates } = openHouse({ max_messages_per_minute: 1e9, max_commands_per_minute: 1e9 })
  const actors = Array.from({ length: 500 }, (_, id) => actorOf('user', 100 * hour, id))
  const rounds = 20_000
  const measure = async () => {
    const began = performance.now()
    for (let round = 0; round < rounds; round++) await rates.take(actors[round % 500]!, 'messages')
    return ((performance.now() - began) * 1000) / rounds
  }
  await measure()
  expect(Math.min(await measure(), await measure(), await measure())).toBeLessThan(10)
})
