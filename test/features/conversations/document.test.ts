import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { MemberChange } from '../../../src/features/conversations/member-schema.ts'
import { RoomDraft, RoomQuery } from '../../../src/features/conversations/schema.ts'

const document = await Bun.file(join(import.meta.dir, '../../../docs/rest_api.md')).text()

interface Bounds {
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  anyOf?: Bounds[]
}

const boundsOf = (schema: Bounds): number[] => {
  const { minLength, maxLength, minimum, maximum } = schema.anyOf?.[0] ?? schema
  return [minLength ?? minimum, maxLength ?? maximum].filter((bound) => bound !== undefined)
}

const bounded = Object.entries(RoomDraft.properties as Record<string, Bounds>)
  .map(([field, schema]): [string, number[], boolean] => [field, boundsOf(schema), schema.anyOf !== undefined])
  .filter(([, bounds]) => bounds.length > 0)

test.each(bounded)('docs/rest_api.md has the bounds of the %s of a room: %p', (field, bounds, nullable) => {
  const [, said = ''] = new RegExp(`^\\| \`${field}\` \\| ([^|]*) \\|`, 'm').exec(document) ?? []
  const numbers = [...said.matchAll(/\b\d[\d,]*\b(?!-)/g)].map(([text]) => Number(text.replaceAll(',', '')))
  expect(numbers.slice(0, bounds.length)).toEqual(bounds)
  expect(said.includes('null')).toBe(nullable)
})

test('docs/rest_api.md has the bounds of nicknames and of what is searched', () => {
  const [nickname] = boundsOf(MemberChange.properties.nickname as Bounds)
  const [search] = boundsOf(RoomQuery.properties.search as Bounds)
  expect(bounded.length).toBeGreaterThan(7)
  expect(document).toContain(`A \`nickname\` has at most ${nickname} characters`)
  expect(document).toContain(`\`search\` in the list of rooms has at most ${search} characters`)
})
