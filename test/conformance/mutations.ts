// Puts defects into a copy of the sources, one at a time, and plays the scenarios against each: every defect must be found.
// `bun test/conformance/mutations.ts [--checks] [--only name] [--whole]`: those of mutations.yaml, or with --checks every check of a permission left out;
// --whole plays all scenarios, and not only those that should find it.
import { parseArgs } from 'node:util'

import { stopPostgres } from '../services/postgres.ts'
import { readContract } from './contract.ts'
import { copySources, type Defect, leftOutChecks, writtenDefects } from './mutate.ts'
import type { Scenario } from './scenario.ts'
import { startServers } from './servers.ts'
import { playAll, readAll } from './suite.ts'

const { values: flags } = parseArgs({
  options: {
    checks: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    whole: { type: 'boolean', default: false },
  },
})
const contract = await readContract()
const scenarios = await readAll(contract)
const defects = (await (flags.checks ? leftOutChecks() : writtenDefects())).filter(({ name }) =>
  name.includes(flags.only),
)
const began = performance.now()

const copy = copySources()
let missed = 0
// What fails without any defect finds none.
let sick: string[] = []
try {
  sick = await failures([...new Set(defects.flatMap(wantedFor))], false)
  for (const name of sick) console.log(`sick   "${name}" fails without any defect`)
  for (const defect of defects) missed += Number(!(await isFound(defect)))
} finally {
  copy.remove()
  await stopPostgres()
}
const seconds = Math.round((performance.now() - began) / 1000)
console.log(`\n${defects.length - missed} of ${defects.length} defects were found, in ${seconds} s`)
process.exit(missed > 0 || sick.length > 0 || defects.length === 0 ? 1 : 0)

/** For a check left out, all that plays against the server as it comes. */
function wantedFor({ scenarios: file }: Defect): Scenario[] {
  const wanted = scenarios.filter(
    (each) => flags.whole || (file === null ? each.profile === null : each.file === `${file}.yaml`),
  )
  if (wanted.length === 0) throw new Error(`There are no scenarios in ${file}.yaml`)
  return wanted.filter(({ name, needs }) => !needs.includes('drain') && !sick.includes(name))
}

async function isFound(defect: Defect): Promise<boolean> {
  const undo = copy.spoil(defect)
  const [first] = await failures(wantedFor(defect), true).finally(undo)
  console.log(`${first === undefined ? 'MISSED' : 'found '} ${defect.name}`)
  if (first !== undefined) console.log(`         by "${first}"`)
  return first !== undefined
}

/** The names of the scenarios that fail; with `bail`, the first few. */
async function failures(wanted: readonly Scenario[], bail: boolean): Promise<string[]> {
  const profiles = [...new Set(wanted.map(({ profile }) => profile ?? 'default'))]
  const { servers, close } = await startServers({ wanted: profiles, instead: copy.instead })
  try {
    const results = await playAll(wanted, { contract, servers, concurrency: 8, bail })
    return results.filter(({ outcome }) => outcome === 'failed').map(({ scenario }) => scenario.name)
  } finally {
    await close()
  }
}
