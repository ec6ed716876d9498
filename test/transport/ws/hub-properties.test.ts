import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { LogEntry } from '../../../src/platform/bus/index.ts'
import { eventually } from '../../services/eventually.ts'
import { type Ear, openHub, type ScriptedLog, scriptedLog } from './hub-house.ts'

type Step =
  | { do: 'commit'; count: number; complete: boolean; fate: 'bring' | 'lose' | 'repeat' }
  /** One of the messages on their way arrives, not always the oldest. */
  | { do: 'bring'; index: number }
  | { do: 'join'; back: number | undefined }
  | { do: 'rejoin'; socket: number; back: number }
  | { do: 'leave'; socket: number }
  | { do: 'turn' }
  | { do: 'slow'; on: boolean }
  | { do: 'fail'; on: boolean }
  | { do: 'poll' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      count: fc.integer({ min: 1, max: 5 }),
      complete: fc.boolean(),
      fate: fc.constantFrom('bring' as const, 'bring' as const, 'lose' as const, 'repeat' as const),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('bring' as const), index: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('join' as const), back: fc.option(fc.nat(60), { nil: undefined }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rejoin' as const), socket: fc.nat(20), back: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), socket: fc.nat(20) }) },
  { weight: 6, arbitrary: fc.constant({ do: 'turn' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('slow' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'poll' as const }) },
)

/** What one socket got from one join on until it left, and what the log then was. */
interface Watch {
  ear: Ear
  since: number | undefined
  from: number
  until: number | undefined
}

/** After its reply, every seq once and in order; `missed` the whole of what came before; or a resync that says from where to read again. */
function judge(watch: Watch, head: number): void {
  const frames = watch.ear.frames
    .slice(watch.from, watch.until)
    .map(
      (frame) =>
        JSON.parse(frame) as { type: string; data: { seq: number; missed?: { seq: number }[]; reset?: boolean } },
    )
  const at = frames.findIndex(({ type }) => type === 'joined')
  if (at < 0) return
  const { seq, missed, reset } = frames[at]!.data
  if (watch.since !== undefined && !reset) {
    const expected = Array.from({ length: Math.max(0, seq - watch.since) }, (_, index) => watch.since! + 1 + index)
    expect(missed?.map((each) => each.seq)).toEqual(expected)
  }
  let position = seq
  for (const { type, data } of frames.slice(at + 1)) {
    if (type === 'resync') position = data.seq
    else {
      expect(data.seq).toBe(position + 1)
      position = data.seq
    }
  }
  if (watch.until === undefined) expect(position).toBe(head)
}

async function play(steps: readonly Step[], tail: { events: number; bytes: number }): Promise<void> {
  const log = scriptedLog(40)
  const { openEar, receive, hub } = openHub(log, { tail, gap_wait_ms: 1 })
  const way: LogEntry[][] = []
  const watches: Watch[] = []
  const joins: Promise<void>[] = []
  const state = { slow: false, fail: false }
  log.before = async () => {
    if (state.slow) await new Promise(setImmediate)
    if (state.fail) throw new Error('the log cannot be read')
  }
  const live = () => watches.filter(({ until }) => until === undefined)
  const enter = (ear: Ear, back: number | undefined) => {
    const since = back === undefined ? undefined : Math.max(0, log.head() - back)
    const watch: Watch = { ear, since, from: ear.frames.length, until: undefined }
    watches.push(watch)
    joins.push(
      ear.join(since).catch((cause: unknown) => {
        // It never came in, so there is nothing to judge.
        if (!(cause instanceof Error)) throw cause
        watch.until = watch.from
      }),
    )
  }

  for (const each of steps) {
    switch (each.do) {
      case 'commit': {
        const entries = log.commit(each.count, each.complete)
        if (each.fate !== 'lose') way.push(entries)
        if (each.fate === 'repeat') way.push(entries)
        break
      }
      case 'bring': {
        const [entries] = way.splice(Math.min(each.index, way.length - 1), 1)
        if (entries) receive(...entries)
        break
      }
      case 'join':
        enter(openEar(), each.back)
        break
      case 'rejoin': {
        // As a client does: leave, then come back from where it stood.
        await Promise.all(joins)
        const watch = live()[each.socket]
        if (watch === undefined) break
        watch.ear.leave()
        watch.until = watch.ear.frames.length
        enter(watch.ear, each.back)
        break
      }
      case 'leave': {
        await Promise.all(joins)
        const watch = live()[each.socket]
        if (watch === undefined) break
        watch.ear.leave()
        watch.until = watch.ear.frames.length
        break
      }
      case 'turn':
        await new Promise(setImmediate)
        break
      case 'slow':
        state.slow = each.on
        break
      case 'fail':
        state.fail = each.on
        break
      case 'poll':
        await hub.poll().catch((cause: unknown) => expect(cause).toBeInstanceOf(Error))
        break
    }
  }
  state.fail = false
  for (const entries of way) receive(...entries)
  await Promise.all(joins)
  await hub.poll()
  await eventually('all sockets at the head', () => live().every((watch) => atHead(watch, log)), 4_000)
  for (const watch of watches) judge(watch, log.head())
  for (const { ear } of live()) ear.leave()
  expect(hub.size).toBe(0)
}

function atHead({ ear, from }: Watch, log: ScriptedLog): boolean {
  const last = ear.frames.slice(from).at(-1)
  return last !== undefined && (JSON.parse(last) as { data: { seq: number } }).data.seq === log.head()
}

test.each([
  ['a large tail', { events: 256, bytes: 256 * 1024 }],
  ['a tail of four', { events: 4, bytes: 256 * 1024 }],
])(
  'however events are lost, swapped and repeated while sockets come and go, each gets every seq after its position once, in order (%s)',
  async (_, tail) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 120 }), (steps) => play(steps, tail)),
      { numRuns: 500, interruptAfterTimeLimit: 25_000 },
    )
  },
  40_000,
)
