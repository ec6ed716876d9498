import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import { expect, test } from 'bun:test'
import { join } from 'node:path'

import { reasonsOf } from '../../src/kernel/reasons.ts'
import { codePoints, storable, Text } from '../../src/kernel/text.ts'

const Name = Text({ minLength: 2, maxLength: 4, pattern: storable })
const Form = Type.Object({ x: Name, y: Type.Optional(Type.Union([Name, Type.Null()])) })
const compiled = TypeCompiler.Compile(Form)

test.each<[string, unknown, string | null]>([
  ['as long as it may be', 'four', null],
  ['as short as it may be', 'ab', null],
  ['four tea cups, eight units of UTF-16', '🍵🍵🍵🍵', null],
  ['two of them', '🍵🍵', null],
  ['one of them, two units', '🍵', 'must have at least 2 characters'],
  ['a letter', 'a', 'must have at least 2 characters'],
  ['five letters', 'fives', 'must have at most 4 characters'],
  ['five cups', '🍵🍵🍵🍵🍵', 'must have at most 4 characters'],
  ['a letter too many beside cups', '🍵🍵🍵ab', 'must have at most 4 characters'],
  ['NUL', 'a\0', 'is not of the form wanted'],
  ['half a cup', 'a\ud83c', 'is not of the form wanted'],
  ['the other half', '\udf75a', 'is not of the form wanted'],
  ['a number', 7, 'must be a text'],
  ['nothing', undefined, 'is required'],
])('a text: %s', (_, value, reason) => {
  const form = { x: value, y: value } as Static<typeof Form>
  expect([compiled.Check(form), Value.Check(Form, form)]).toEqual([reason === null, reason === null])
  const said = reasonsOf(compiled.Errors(form), { locale: 'en', max: 8 }).map((each) => each.reason)
  const choice = reason === 'must be a text' ? 'must be a text or null' : reason
  expect(said).toEqual(reason === null ? [] : value === undefined ? [reason] : [reason, choice ?? ''])
})

test('a text with a reason of its own says that, and what is no text says so', () => {
  const own = TypeCompiler.Compile(Type.Object({ x: Text({ minLength: 2, error: 'must be longer' }) }))
  const reason = (x: unknown) => reasonsOf(own.Errors({ x }), { locale: 'en', max: 8 })[0]?.reason
  expect([reason('🍵'), reason(7)]).toEqual(['must be longer', 'must be a text'])
})

test('in documents it is a string like any other', () => {
  expect(JSON.parse(JSON.stringify(Name))).toEqual({ type: 'string', minLength: 2, maxLength: 4, pattern: storable })
})

test.each([
  ['', 0],
  ['abc', 3],
  ['🍵', 1],
  ['🇫🇷', 2],
  ['e\u0301', 2],
  ['\ud83c', 1],
])('%p has %i code points', (text, count) => {
  expect(codePoints(text)).toBe(count)
})

test('is what schemas have wherever a text has bounds', async () => {
  const source = join(import.meta.dir, '../../src')
  const found: string[] = []
  for await (const path of new Bun.Glob('{features,kernel,transport}/**/*.ts').scan({ cwd: source })) {
    const strings = (await Bun.file(join(source, path)).text()).matchAll(/Type\.String\(\{([^}]*)\}/g)
    // Of a format every character is one unit.
    for (const [, options = ''] of strings)
      if (/\b(minLength|maxLength|pattern):/.test(options) && !options.includes('format:')) found.push(path)
  }
  expect(found).toEqual([])
})
