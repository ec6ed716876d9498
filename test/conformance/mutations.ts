// Puts defects into copies of the sources, one at a time, and plays the scenarios against each: every defect must be found.
// `bun test/conformance/mutations.ts [--only name] [--whole]`; --whole plays all scenarios, and not only those that should find it.
import { parseArgs } from 'node:util'

import { stopPostgres } from '../services/postgres.ts'
import { readContract } from './contract.ts'
import { type Copy, copySources, type Mutation, readMutations } from './mutate.ts'
import type { Scenario } from './scenario.ts'
import { startServers } from './servers.ts'
import { playAll, readAll } from './suite.ts'

const { values: flags } = parseArgs({
  options: { only: { type: 'string' }, whole: { type: 'boolean', default: false } },
})
const { only, whole } = flags
const contract = await readContract()
const scenarios = await readAll(contract)
const mutations = (await readMutations()).filter(({ name }) => only === undefined || name.includes(only))
const began = performance.now()

const copy = copySources()
let missed = 0
// What fails without any defect finds none.
let sick: string[] = []
try {
  const files = new Set(mutations.map((each) => each.scenarios))
  sick = await failures(copy, [...new Set([...files].flatMap(wantedFor))], false)
  for (const name of sick) console.log(`sick   "${name}" fails without any defect`)
  for (const mutation of mutations) missed += Number(!(await isFound(mutation)))
} finally {
  copy.remove()
  await stopPostgres()
}
const seconds = Math.round((performance.now() - began) / 1000)
console.log(`\n${mutations.length - missed} of ${mutations.length} defects were found, in ${seconds} s`)
process.exit(missed > 0 || sick.length > 0 || mutations.length === 0 ? 1 : 0)

function wantedFor(file: string): Scenario[] {
  const wanted = scenarios.filter((each) => whole || each.file === `${file}.yaml`)
  if (wanted.length === 0) throw new Error(`There are no scenarios in ${file}.yaml`)
  return wanted.filter(({ name, needs }) => !needs.includes('drain') && !sick.includes(name))
}

async function isFound(mutation: Mutation): Promise<boolean> {
  const undo = copy.mutate(mutation)
  const failed = await failures(copy, wantedFor(mutation.scenarios)).finally(undo)
  const [first] = failed
  console.log(
    `${first === undefined ? 'MISSED' : 'found '} ${mutation.name}${first === undefined ? '' : `\n         by "${first}"`}`,
  )
  return first !== undefined
}

/** The names of scenarios that fail, up to the first few. */
async function failures({ instead }: Copy, wanted: readonly Scenario[], bail = true): Promise<string[]> {
  const profiles = [...new Set(wanted.map(({ profile }) => profile ?? 'default'))]
  const { servers, close } = await startServers({ wanted: profiles, instead })
  try {
    const results = await playAll(wanted, { contract, servers, concurrency: 8, bail })
    return results.filter(({ outcome }) => outcome === 'failed').map(({ scenario }) => scenario.name)
  } finally {
    await close()
  }
}
