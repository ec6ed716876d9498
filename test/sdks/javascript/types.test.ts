import { expect, test } from 'bun:test'
import { join } from 'node:path'

import { generated } from '../../../.ci/generate.ts'
import { readContract } from '../../conformance/contract.ts'

const source = join(import.meta.dir, '../../../sdks/javascript/src')
const text = await Bun.file(join(source, 'protocol.gen.ts')).text()
const contract = await readContract()

/** The fields of an interface of the generated file. */
function fieldsOf(name: string): string[] {
  const body = new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? ''
  return [...body.matchAll(/^ {2}(\w+): /gm)].map(([, field = '']) => field)
}

test('every command of the contract is in the types, and no other', () => {
  expect(fieldsOf('CommandData').toSorted()).toEqual(Object.keys(contract.commands).toSorted())
})

test.each(Object.entries(contract.commands))('%s has the answers of the contract', (command, { replies }) => {
  const own = new RegExp(`export interface Answers \\{[\\s\\S]*?\\n {2}${command}: (.*)\\n`).exec(text)?.[1] ?? ''
  const names = [...own.matchAll(/'(\w+)'/g)].map(([, name = '']) => name)
  // /asyncapi.json is a little wider: get_dm_history answers as get_history does, and only ever with a dm_history.
  expect(names).toEqual(expect.arrayContaining(replies.filter((reply) => reply !== 'auth_error')))
  expect(names.filter((name) => !replies.includes(name))).toEqual(command === 'get_dm_history' ? ['room_history'] : [])
  for (const name of names) expect(fieldsOf('AnswerData')).toContain(name)
})

test('every event of the contract is in the types, and no other', () => {
  expect(fieldsOf('EventData').toSorted()).toEqual(contract.events.toSorted())
})

test('every error of the contract is a code', () => {
  const codes = /export type ErrorData = \{[\s\S]*?\n\}/.exec(text)?.[0] ?? ''
  for (const code of contract.errors) expect(codes).toContain(`'${code}'`)
})

test.each(['protocol.gen.ts', 'rest.gen.ts'])('%s is what the documents of the server make it', async (file) => {
  const make = generated[`sdks/javascript/src/${file}`]
  expect(await Bun.file(join(source, file)).text()).toBe((await make?.()) ?? '')
})
