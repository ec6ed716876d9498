import { join } from 'node:path'

import type { Contract } from './contract.ts'
import { play, type Server } from './play.ts'
import { readScenarios, type Scenario } from './scenario.ts'

export interface Result {
  scenario: Scenario
  outcome: 'passed' | 'failed' | 'skipped'
  /** Why it failed or was skipped. */
  why: string
  took_ms: number
  seen: ReadonlySet<string>
}

export interface SuiteOptions {
  contract: Contract
  /** By profile; `default` is the server as it comes. Null where there is none: its scenarios are skipped. */
  servers: Record<string, Server>
  concurrency?: number
  /** Stops beginning scenarios after the first failure. */
  bail?: boolean
  onResult?(result: Result): void
}

/** All scenarios beside this file, those that need the server for themselves last. */
export async function readAll(contract: Contract, folder = join(import.meta.dir, 'scenarios')): Promise<Scenario[]> {
  const files = await Array.fromAsync(new Bun.Glob('*.yaml').scan({ cwd: folder }))
  const read = files
    .toSorted()
    .map(async (file) => readScenarios(file, await Bun.file(join(folder, file)).text(), contract))
  const scenarios = (await Promise.all(read)).flat()
  const names = scenarios.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`two scenarios are called "${twice}"`)
  return scenarios
}

/** Plays scenarios, some at a time. A failure is a result, not a rejection. */
export async function playAll(scenarios: readonly Scenario[], options: SuiteOptions): Promise<Result[]> {
  const { concurrency = 4, bail = false, onResult } = options
  const results: Result[] = []

  const conclude = (result: Result) => {
    results.push(result)
    onResult?.(result)
  }
  const work = async (queue: Scenario[]) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      conclude(await playOne(next, options))
      if (bail && results.some(({ outcome }) => outcome === 'failed')) queue.splice(0)
    }
  }
  const crowd = scenarios.filter(({ alone }) => !alone)
  await Promise.all(Array.from({ length: concurrency }, () => work(crowd)))
  if (!(bail && results.some(({ outcome }) => outcome === 'failed'))) await work(scenarios.filter(({ alone }) => alone))
  return results
}

async function playOne(scenario: Scenario, { servers, contract }: SuiteOptions): Promise<Result> {
  const server = servers[scenario.profile ?? 'default']
  const missing =
    server === undefined ? `there is no server with the profile ${scenario.profile}` : lacks(scenario, server)
  if (server === undefined || missing !== null)
    return { scenario, outcome: 'skipped', why: missing ?? '', took_ms: 0, seen: new Set() }
  const began = performance.now()
  try {
    const seen = await play(scenario, server, contract)
    return { scenario, outcome: 'passed', why: '', took_ms: performance.now() - began, seen }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { scenario, outcome: 'failed', why, took_ms: performance.now() - began, seen: new Set() }
  }
}

const lacks = ({ needs }: Scenario, { operator }: Server): string | null => {
  const need = needs.find((each) => operator[each] === undefined)
  return need === undefined ? null : `it needs an operator who can ${need}`
}
