import { afterAll, beforeAll, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { play } from './play.ts'
import { type Step, steps } from './steps.ts'
import { judge } from './verdict.ts'
import { openWorld, type Tamper, type World } from './world.ts'

setDefaultTimeout(3_600_000)

const runs = Number(process.env['MODEL_RUNS'] ?? 60)
const seed = Number(process.env['MODEL_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
const path = process.env['MODEL_PATH']

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

async function run(script: readonly Step[], tamper?: Tamper): Promise<void> {
  const scene = await world.scene(tamper)
  try {
    const t0 = performance.now()
    const story = await play(world, scene, script)
    const t1 = performance.now()
    await judge(world, scene, story)
    if (process.env['MODEL_PROF']) console.log(script.length, Math.round(t1 - t0), Math.round(performance.now() - t1))
  } catch (cause) {
    console.log(
      scene.places,
      world.server.log.lines.filter(({ level }) => level === 'warn' || level === 'error'),
    )
    throw cause
  } finally {
    scene.end()
  }
}

test('whatever people do at once, what each client has rebuilt from events is what a new client finds', async () => {
  const started = performance.now()
  console.log(`model: seed ${seed}, ${runs} runs`)
  await fc.assert(
    fc.asyncProperty(steps, (script) => run(script)),
    {
      seed,
      numRuns: runs,
      endOnFailure: process.env['MODEL_SHRINK'] === undefined,
      ...(path !== undefined && { path }),
    },
  )
  console.log(`model: ${Math.round((performance.now() - started) / runs)} ms a run`)
})
