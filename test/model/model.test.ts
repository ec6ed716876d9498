import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { faultyBus } from './faulty-bus.ts'
import { play } from './play.ts'
import { type Step, steps } from './steps.ts'
import { judge } from './verdict.ts'
import { openWorld, type Tamper, type World, type WorldOptions } from './world.ts'

setDefaultTimeout(3_600_000)

// MODEL_RUNS=1000 for many, MODEL_SEED and MODEL_PATH for one that failed, MODEL_SHRINK=1 for its shortest form.
const { MODEL_RUNS, MODEL_SEED, MODEL_PATH, MODEL_SHRINK } = process.env
const all_runs = Number(MODEL_RUNS ?? 60)
const seed = Number(MODEL_SEED ?? Math.trunc(Math.random() * 2 ** 31))

async function run(world: World, script: readonly Step[], tamper?: Tamper): Promise<void> {
  const scene = await world.scene(tamper)
  try {
    await judge(world, scene, await play(world, scene, script))
  } finally {
    await scene.end()
  }
}

const kinds: [string, WorldOptions, number][] = [
  ['as it comes', {}, 0.6],
  ['that remembers little', { limits: { resume_limit: 6, hot_tail_events: 4 } }, 0.35],
  [
    'whose bus loses, swaps and repeats a tenth of the log each',
    { limits: { hot_tail_events: 16 }, bus: (bus) => faultyBus(bus, { lose: 10, swap: 10, repeat: 10 }) },
    0.05,
  ],
]

describe.each(kinds)('with a server %s', (name, options, part) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(options)
  })
  afterAll(() => world.close())

  test('whatever people do at once, what each client has rebuilt from events is what a new client finds', async () => {
    const numRuns = Math.ceil(all_runs * part)
    console.log(`model: seed ${seed}, ${numRuns} runs with a server ${name}`)
    const started = performance.now()
    await fc.assert(
      fc.asyncProperty(steps, (script) => run(world, script)),
      {
        seed,
        numRuns,
        endOnFailure: MODEL_SHRINK === undefined,
        ...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
      },
    )
    console.log(`model: ${Math.round((performance.now() - started) / numRuns)} ms a run`)
    expect(world.server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
