import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { localised, phrase } from '../../src/kernel/phrases.ts'

const src = join(import.meta.dir, '../../src')
const files = [...new Bun.Glob('{features,transport}/**/*.ts').scanSync(src)].toSorted()

/** What stands between the parentheses of each `new AppError(...)`. */
function refusals(code: string): string[] {
  return code
    .split('new AppError(')
    .slice(1)
    .map((rest) => {
      let depth = 1
      const end = rest.split('').findIndex((letter) => {
        depth += letter === '(' ? 1 : letter === ')' ? -1 : 0
        return depth === 0
      })
      return rest.slice(0, end)
    })
}

/** The reasons written there, with a number where one is filled in. */
const reasonsIn = (refusal: string): string[] =>
  [...refusal.matchAll(/\breason:([^,}\]]*['"`][^,}\]'"`]*(?:,[^'"`]*)?['"`][^,}\]]*)/g)].flatMap(([, written = '']) =>
    [...written.matchAll(/(['"`])(.+?)\1/g)].map(([, , text = '']) => text.replace(/\$\{[^}]*\}/g, '7')),
  )

const written = files.flatMap((file) =>
  refusals(readFileSync(join(src, file), 'utf8'))
    .flatMap(reasonsIn)
    .map((reason): [string, string] => [reason, file]),
)

test('reasons are found where they are written', () => {
  const found = written.map(([reason]) => reason)
  expect(found).toContain('join the room first')
  expect(found).toContain('not JSON')
  expect(found).toContain('too deep')
  expect(found).toContain('must not be only digits, or it would look like an id')
  expect(found).toContain('a number, or a string of at most 7 characters')
})

test.each(written)('%p, of %s, has a French text', (reason) => {
  expect(phrase(reason, 'fr')).not.toBe(reason)
  expect(phrase(reason, 'en')).toBe(reason)
})

interface Node {
  pattern?: string
  error?: string
  description?: string
}

function* patterned(value: unknown, seen = new Set<unknown>()): Generator<Node> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  const node: Node = value
  if (typeof node.pattern === 'string') yield node
  for (const inner of Object.values(value)) yield* patterned(inner, seen)
}

const schemas = files.filter((file) => file.endsWith('schema.ts'))

test.each(schemas)('what %s says of its forms can be told to a client, in French too', async (file) => {
  const exported = (await import(join(src, file))) as object
  for (const { pattern, error, description } of patterned(exported)) {
    const told = error ?? description ?? `nothing about ${pattern}`
    expect(phrase(told, 'fr')).not.toBe(told)
  }
})

test('numbers are filled in, in their order, and names keep theirs', () => {
  expect(phrase('must have 8 to 256 characters', 'fr')).toBe('doit avoir de 8 à 256 caractères')
  expect(phrase('give user_id, or user1_id and user2_id', 'fr')).toBe('donnez user_id, ou user1_id et user2_id')
})

test('what is not in the table stays English', () => {
  expect(phrase('a cup of tea', 'fr')).toBe('a cup of tea')
  expect(phrase('constructor', 'fr')).toBe('constructor')
})

test('of the details of an error only the reasons are translated, and nothing is changed in place', () => {
  const details = { reason: 'archived', permission: 'archived', nested: { reason: 'archived' } }
  expect(localised(details, 'fr')).toEqual({ ...details, reason: 'archivé' })
  expect(details.reason).toBe('archived')
  expect(localised(details, 'en')).toBe(details)
  expect(localised([{ field: 'name', reason: 'must not be blank' }], 'fr')).toEqual([
    { field: 'name', reason: 'ne doit pas être vide' },
  ])
  expect(localised({ reason: { en: 'archived' } }, 'fr')).toEqual({ reason: { en: 'archived' } })
  expect(localised(undefined, 'fr')).toBeUndefined()
})
