// Holds any server to the protocol: `bun test/conformance/run.ts --url http://host:port [--only name] [--admin-command ...]`; see README.md.
import { parseArgs } from 'node:util'

import { clientOf } from './client.ts'
import { readContract } from './contract.ts'
import { coverageOf } from './coverage.ts'
import type { Server } from './play.ts'
import type { Operator } from './step.ts'
import { playAll, readAll, type Result } from './suite.ts'

const usage = `bun test/conformance/run.ts --url http://host:port
  --profile NAME=URL       a second server with the configuration of profiles/NAME.toml; may be repeated
  --only TEXT              only scenarios with this in their name, section or file
  --admin-command COMMAND  gives a user a role, such as "veza-chat user promote {username} --role {role}"
  --ban-command COMMAND    bans {username}
  --drain-command COMMAND  makes the server at --url stop; those scenarios come last
  --concurrency N          scenarios at a time, 4 unless said
  --bail                   stop after the first failure
  --client MODULE          connections go through the createLink of this module: sdks/javascript/src/link.ts
  --list                   only say what there is`

const { values: flags } = parseArgs({
  options: {
    url: { type: 'string' },
    profile: { type: 'string', multiple: true, default: [] },
    only: { type: 'string' },
    'admin-command': { type: 'string' },
    'ban-command': { type: 'string' },
    'drain-command': { type: 'string' },
    concurrency: { type: 'string', default: '4' },
    bail: { type: 'boolean', default: false },
    client: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
})

const contract = await readContract()
const { only } = flags
const wanted = (await readAll(contract)).filter(
  ({ name, section, file }) => only === undefined || [name, section, file].some((text) => text.includes(only)),
)
if (flags.list) {
  for (const { section, name } of wanted) console.log(`${section}: ${name}`)
  process.exit(0)
}
if (flags.url === undefined) {
  console.error(usage)
  process.exit(2)
}

await fetch(flags.url).catch(() => {
  console.error(`Nothing answers at ${flags.url}.`)
  process.exit(2)
})

const operator: Operator = {
  ...(flags['admin-command'] !== undefined && {
    promote: (username, role) => obey(flags['admin-command'], { username, role }),
  }),
  ...(flags['ban-command'] !== undefined && { ban: (username) => obey(flags['ban-command'], { username }) }),
  ...(flags['drain-command'] !== undefined && { drain: () => obey(flags['drain-command'], {}) }),
}
const client = flags.client === undefined ? {} : { client: await clientOf(flags.client) }
const servers: Record<string, Server> = { default: { url: flags.url, operator, ...client } }
for (const pair of flags.profile) {
  const [name = '', url = ''] = pair.split(/=(.*)/)
  servers[name] = { url, operator: {}, ...client }
}

const results = await playAll(wanted, {
  contract,
  servers,
  concurrency: Number(flags.concurrency),
  bail: flags.bail,
  onResult: print,
})
const count = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length
const { table, uncovered } = coverageOf(new Set(results.flatMap(({ seen }) => [...seen])), contract)
console.log(
  `\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n\n${table.join('\n')}`,
)
if (only === undefined && uncovered.length > 0) console.log(`\nnot shown:\n  ${uncovered.join('\n  ')}`)
process.exit(count('failed') > 0 || results.length === 0 ? 1 : 0)

function print({ scenario, outcome, why, took_ms }: Result): void {
  const mark = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[outcome]
  console.log(`${mark} ${String(Math.round(took_ms)).padStart(5)} ms  ${scenario.section}: ${scenario.name}`)
  if (why !== '') console.log(`      ${why}`)
}

/** Runs an operator's command with the names in it replaced, each as one argument. */
async function obey(command: string | undefined, names: Record<string, string>): Promise<void> {
  const words = (command ?? '')
    .split(' ')
    .map((word) => word.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? ''))
  const child = Bun.spawn(words, { stdio: ['ignore', 'ignore', 'pipe'] })
  if ((await child.exited) !== 0) throw new Error(`${words.join(' ')}: ${await child.stderr.text()}`)
}
