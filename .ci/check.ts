// `bun run check`: everything that must hold before a commit. `bun run check lint types` runs only those steps,
// `bun run check test --only=platform/db` only that directory of tests, `--verbose` names each test that passes.
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { judgeCoverage } from './coverage.ts'
import { generated } from './generate.ts'
import { type Batch, findBatches, reports, runBatch, type Tally } from './tests.ts'

const { values: flags, positionals: wanted } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: { only: { type: 'string' }, verbose: { type: 'boolean', default: false } },
})

const tally: Tally = { passed: 0, failed: 0, skipped: 0 }

const tool = async (path: string, ...args: string[]) =>
  (await Bun.spawn([process.execPath, path, ...args], { stdio: ['ignore', 'inherit', 'inherit'] }).exited) === 0

/** So many at once, since tests wait most of their time. What each says is shown when it is over. */
async function runTests(batches: Batch[], at_once: number): Promise<boolean> {
  // All of them even when one fails, so that one run shows everything that is broken.
  const before = tally.failed
  const waiting = batches.values()
  const work = async () => {
    for (const batch of waiting) {
      const said: (string | Uint8Array)[] = []
      const own = await runBatch(batch, flags.verbose, (text) => said.push(text))
      for (const text of said) process.stderr.write(text)
      tally.passed += own.passed
      tally.failed += own.failed
      tally.skipped += own.skipped
    }
  }
  await Promise.all(Array.from({ length: at_once }, work))
  return tally.failed === before
}

const { layers, ordinary, late } = await findBatches(flags.only)

/** Each step says what it does and whether it holds. */
const steps: Record<string, { title: string; run: () => Promise<boolean> }> = {
  format: { title: 'Format', run: () => tool('node_modules/oxfmt/bin/oxfmt', '--check') },
  lint: { title: 'Lint, with types', run: () => tool('node_modules/oxlint/bin/oxlint', 'src', 'test', 'sdks', '.ci') },
  types: { title: 'Types', run: checkTypes },
  layers: { title: 'Layers', run: () => runTests(layers, 1) },
  unused: { title: 'Unused files, exports and packages', run: () => tool('node_modules/knip/bin/knip.js') },
  generated: { title: 'Generated files', run: checkGenerated },
  test: { title: 'Tests', run: () => runTests(ordinary, Math.min(2, availableParallelism())) },
  coverage: { title: 'Coverage', run: async () => flags.only !== undefined || judgeCoverage(reports) },
  build: { title: 'The binary', run: async () => late.length === 0 || tool('.ci/build.ts') },
  late: { title: 'Tests of the binary', run: () => runTests(late, 1) },
}

/** What runs in browsers has types of its own: the server's and theirs would be in each other's way. */
async function checkTypes(): Promise<boolean> {
  let sound = true
  for (const project of ['.', 'sdks/javascript', 'sdks/react', 'test/sdks/react/pages', 'src/web/pages'])
    sound = (await tool('node_modules/typescript/bin/tsc', '--noEmit', '-p', project)) && sound
  return sound
}

async function checkGenerated(): Promise<boolean> {
  let fresh = true
  for (const [path, text] of Object.entries(generated)) {
    if ((await Bun.file(path).text()) === (await text())) continue
    console.error(`${path} is not what its source makes it. Run \`bun run generate\`.`)
    fresh = false
  }
  return fresh
}

const unknown = wanted.find((name) => !(name in steps))
if (unknown !== undefined) {
  console.error(`There is no step "${unknown}". The steps are ${Object.keys(steps).join(', ')}.`)
  process.exit(2)
}

const start = performance.now()
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`
process.chdir(`${import.meta.dir}/..`)

let broken: string | undefined
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const begun = performance.now()
  console.log(`\n== ${step.title}`)
  if (!(await step.run())) {
    broken = step.title
    break
  }
  console.log(`-- ${step.title}: ok, ${seconds(begun)}`)
}
rmSync(reports, { recursive: true, force: true })

console.log(broken === undefined ? `\nAll checks hold, ${seconds(start)}.` : `\n${broken}: not ok, ${seconds(start)}.`)
if (tally.skipped > 0) console.log(`${tally.skipped} skipped`)
if (tally.passed + tally.failed > 0) console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exit(broken === undefined ? 0 : 1)
