// `bun run bench`: the targets of docs/performance.md with their floors, in one run.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopPostgres, temporaryDirectory } from '../services/postgres.ts'
import { measureFanout } from './p1.ts'
import { measureSends } from './p2.ts'
import { measureIdle } from './p4.ts'
import { measureStart } from './p7.ts'
import { measureReading } from './p8.ts'
import { measurePage } from './page.ts'
import type { Bench, Part } from './part.ts'
import { measurePresence } from './presence.ts'
import { measureRest } from './rest.ts'
import { createReport, withResults, written } from './report.ts'
import { findProgram, stopVezas } from './veza.ts'
import { stopWorkers } from './worker.ts'

const usage = `bun run bench [flags]
  --only P1,...,P8,REST   only these (P1 and P3 are one measurement; P5, P6 and P9 are not there yet); "presence" and "page" come only by name
  --runs N                take the medians of N runs (5; with --quick 1)
  --quick                 short loads, for development: the figures are rough
  --server COMMAND        measure this instead of dist/veza-chat, such as "bun src/main.ts serve"
  --write-docs            put the results into docs/performance.md`

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: 'P1,P2,P3,P4,P7,P8,REST' },
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    server: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const measures: { ids: string[]; run: (bench: Bench) => Promise<Part> }[] = [
  { ids: ['P1', 'P3'], run: measureFanout },
  { ids: ['P2'], run: measureSends },
  { ids: ['P4'], run: measureIdle },
  { ids: ['P7'], run: measureStart },
  { ids: ['P8'], run: measureReading },
  { ids: ['REST'], run: measureRest },
  { ids: ['PRESENCE'], run: measurePresence },
  { ids: ['PAGE'], run: measurePage },
]

const root = join(import.meta.dir, '../..')
const directory = temporaryDirectory()

let stopping: Promise<void> | undefined
/** Ends every process that this one has started. */
const stop = (): Promise<void> =>
  (stopping ??= (async () => {
    await stopWorkers()
    await stopVezas()
    await stopPostgres()
    rmSync(directory, { recursive: true, force: true })
  })())

async function bench(): Promise<number> {
  const wanted = flags.only.toUpperCase().split(',')
  const chosen = measures.filter(({ ids }) => ids.some((id) => wanted.includes(id)))
  const runs = Number(flags.runs ?? (flags.quick ? 1 : 5))
  if (flags.help || chosen.length === 0 || !Number.isInteger(runs) || runs < 1) {
    console.log(usage)
    return flags.help ? 0 : 2
  }
  const bench: Bench = {
    program: await findProgram(flags.server, directory),
    directory,
    runs,
    quick: flags.quick,
    say: (line) => console.error(line),
  }
  const parts: Part[] = []
  for (const { run } of chosen) parts.push(await run(bench))
  const report = createReport(bench, parts)
  const results = written(report)
  console.log(`\n${results}`)
  mkdirSync(join(root, 'dist'), { recursive: true })
  await Bun.write(join(root, 'dist/bench.json'), `${JSON.stringify(report, null, 2)}\n`)
  if (flags['write-docs']) {
    const path = join(root, 'docs/performance.md')
    await Bun.write(path, withResults(await Bun.file(path).text(), results))
  }
  return 0
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
  process.on(signal, () => void stop().finally(() => process.exit(code)))
} // prettier-ignore

let code = 1
try {
  code = await bench()
} catch (cause) {
  // What fails because it is being stopped needs no word.
  if (stopping === undefined) console.error(cause)
} finally {
  await stop()
}
process.exit(code)
