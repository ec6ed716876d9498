import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { close_codes } from '../../src/transport/ws/close-codes.ts'
import { errors } from '../../src/kernel/errors.ts'
import { contractOf } from '../services/contract.ts'
import { readContract } from './contract.ts'
import { coverageOf } from './coverage.ts'
import { startServers } from './servers.ts'
import { playAll, readAll, type Result } from './suite.ts'

setDefaultTimeout(300_000)

const contract = await readContract()
const scenarios = await readAll(contract)
let results: Result[] = []
/** Frames that /asyncapi.json does not allow. */
const undocumented = new Set<string>()
/** A server that is still there when the scenarios are over. */
let strict = ''
let close: () => Promise<unknown> = async () => undefined

beforeAll(async () => {
  const { servers, ...started } = await startServers()
  close = started.close
  strict = servers['strict-limits']?.url ?? ''
  for (const server of Object.values(servers)) {
    const judge = await contractOf(server.url)
    server.watch = (frame) => {
      const breach = judge(frame as Parameters<typeof judge>[0])
      if (breach !== null) undocumented.add(breach)
    }
  }
  results = await playAll(scenarios, { contract, servers })
})
afterAll(() => close())

const sections = [...new Set(scenarios.map(({ section }) => section))]

describe.each(sections)('%s', (section) => {
  const names = scenarios.filter((each) => each.section === section).map(({ name }) => name)
  test.each(names)('%s', (name) => {
    const result = results.find(({ scenario }) => scenario.name === name)
    expect(`${result?.outcome} ${result?.why}`.trim()).toBe('passed')
  })
})

test('there are at least 120 scenarios', () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(120)
})

test('every command, reply, error of a command, event, error code and close code of the contract was shown, or is excused', () => {
  const { uncovered } = coverageOf(new Set(results.flatMap(({ seen }) => [...seen])), contract)
  expect(uncovered.filter((item) => !item.endsWith(')'))).toEqual([])
})

test('every frame is as /asyncapi.json says', () => {
  expect([...undocumented].slice(0, 20)).toEqual([])
})

describe('the contract', () => {
  test('has every error and no other', () => {
    const own = ['NOT_FOUND', 'METHOD_NOT_ALLOWED', 'INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'ORIGIN_REFUSED', 'UPGRADE_REQUIRED', 'TOKEN_IN_ADDRESS', 'REGISTRATION_CLOSED', 'UNSUPPORTED_MEDIA_TYPE', 'INVITE_NOT_FOUND'] // prettier-ignore
    expect(contract.errors.toSorted()).toEqual(Object.keys(errors).filter((code) => !own.includes(code)).toSorted()) // prettier-ignore
  })

  test('has every command, answer and event of /asyncapi.json, and no other', async () => {
    const { components } = (await (await fetch(`${strict}/asyncapi.json`)).json()) as { components: { messages: object } } // prettier-ignore
    const declared = (kind: string) =>
      Object.keys(components.messages).flatMap((name) =>
        name.startsWith(`${kind}.`) ? name.slice(kind.length + 1) : [],
      )
    expect(declared('command').toSorted()).toEqual(Object.keys(contract.commands).toSorted())
    expect(declared('event').toSorted()).toEqual(contract.events.toSorted())
    const answers = Object.values(contract.commands).flatMap(({ replies }) => replies)
    expect(declared('answer').toSorted()).toEqual([...new Set([...answers, 'auth_error'])].toSorted())
  })

  test('has every close code that the server sends', () => {
    const sent = Object.values(close_codes).filter((code) => code !== close_codes.stuck)
    expect(contract.close_codes).toEqual(expect.arrayContaining(sent))
  })
})
