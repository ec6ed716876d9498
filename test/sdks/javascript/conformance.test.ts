// The whole conformance suite, with the client's own link at this end of every connection.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { clientOf, tally } from '../../conformance/client.ts'
import { readContract } from '../../conformance/contract.ts'
import { startServers } from '../../conformance/servers.ts'
import { playAll, readAll, type Result } from '../../conformance/suite.ts'

setDefaultTimeout(300_000)

const root = join(import.meta.dir, '../../..')
const contract = await readContract()
const scenarios = await readAll(contract)
let results: Result[] = []
let close: () => Promise<unknown> = async () => undefined

beforeAll(async () => {
  const { servers, ...started } = await startServers({ instead: [process.execPath, join(root, 'src/main.ts')] })
  close = started.close
  const client = await clientOf(join(root, 'sdks/javascript/src/link.ts'))
  for (const server of Object.values(servers)) server.client = client
  results = await playAll(scenarios, { contract, servers })
})
afterAll(() => close())

const sections = [...new Set(scenarios.map(({ section }) => section))]

describe.each(sections)('%s', (section) => {
  const names = scenarios.filter((each) => each.section === section)
  test.each(names.map(({ name }) => name))('%s', (name) => {
    const result = results.find(({ scenario }) => scenario.name === name)
    expect(`${result?.outcome} ${result?.why}`.trim()).toBe('passed')
  })
})

// Malformed frames, frames without an id, binary ones and floods: no scenario is left out for them, they go past the link.
test('what no client sends is little', () => {
  expect(tally.through).toBeGreaterThan(1000)
  expect(tally.past).toBeLessThan(tally.through / 2)
})
