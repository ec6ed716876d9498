import { type TSchema, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { expect, test } from 'bun:test'
import type { Locale } from '../../src/kernel/errors.ts'
import { Id, RoomRef } from '../../src/kernel/ids.ts'
import { reasonsOf } from '../../src/kernel/reasons.ts'

/** The reasons that a value of field `x` is given. */
const reasons = (schema: TSchema, value: unknown, locale: Locale, max = 8) =>
  reasonsOf(TypeCompiler.Compile(Type.Object({ x: schema })).Errors(value === undefined ? {} : { x: value }), {
    locale,
    max,
  })

const Colour = Type.Union([Type.Literal('red'), Type.Literal('green'), Type.Literal('blue')])

test.each<[string, TSchema, unknown, string, string]>([
  ['missing', Type.String(), undefined, 'is required', 'est obligatoire'],
  ['a missing choice', RoomRef, undefined, 'is required', 'est obligatoire'],
  [
    'a missing field with a reason of its own',
    Type.String({ error: 'odd' }),
    undefined,
    'is required',
    'est obligatoire',
  ],
  ['no text', Type.String(), 7, 'must be a text', 'doit être un texte'],
  ['no text with a pattern', Type.String({ pattern: '^a$', error: 'odd' }), 7, 'must be a text', 'doit être un texte'],
  ['no integer', Type.Integer(), 1.5, 'must be a whole number', 'doit être un nombre entier'],
  ['no number', Type.Number(), 'a', 'must be a number', 'doit être un nombre'],
  ['no boolean', Type.Boolean(), 1, 'must be true or false', 'doit être true ou false'],
  ['no list', Type.Array(Id), {}, 'must be a list', 'doit être une liste'],
  ['no object', Type.Object({}), 7, 'must be an object', 'doit être un objet'],
  ['not null', Type.Null(), 7, 'must be null', 'doit être null'],
  ['too small', Id, 0, 'must be at least 1', 'doit être au moins 1'],
  ['too large', Type.Integer({ maximum: 100 }), 101, 'must be at most 100', 'doit être au plus 100'],
  ['a number too small', Type.Number({ minimum: 0.5 }), 0, 'must be at least 0.5', 'doit être au moins 0.5'],
  ['at the lower end', Type.Number({ exclusiveMinimum: 0 }), 0, 'must be more than 0', 'doit être supérieur à 0'],
  ['at the upper end', Type.Integer({ exclusiveMaximum: 9 }), 9, 'must be less than 9', 'doit être inférieur à 9'],
  ['no multiple', Type.Integer({ multipleOf: 5 }), 7, 'must be a multiple of 5', 'doit être un multiple de 5'],
  [
    'too short by one',
    Type.String({ minLength: 1 }),
    '',
    'must have at least 1 character',
    'doit avoir au moins 1 caractère',
  ],
  [
    'too short',
    Type.String({ minLength: 8 }),
    'a',
    'must have at least 8 characters',
    'doit avoir au moins 8 caractères',
  ],
  [
    'too long',
    Type.String({ maxLength: 2 }),
    'abc',
    'must have at most 2 characters',
    'doit avoir au plus 2 caractères',
  ],
  ['too few', Type.Array(Id, { minItems: 1 }), [], 'must have at least 1 item', 'doit avoir au moins 1 élément'],
  [
    'too many',
    Type.Array(Id, { maxItems: 2 }),
    [1, 2, 3],
    'must have at most 2 items',
    'doit avoir au plus 2 éléments',
  ],
  ['not empty', Type.Array(Id, { maxItems: 0 }), [1], 'must have at most 0 items', 'doit avoir au plus 0 élément'],
  [
    'twice',
    Type.Array(Id, { uniqueItems: true }),
    [1, 1],
    'must not hold anything twice',
    'ne doit rien contenir deux fois',
  ],
  [
    'no time',
    Type.String({ format: 'date-time' }),
    'now',
    'must be a time such as 2026-01-31T12:00:00Z',
    'doit être une date et heure comme 2026-01-31T12:00:00Z',
  ],
  ['no UUID', Type.String({ format: 'uuid' }), 'x', 'must be a UUID', 'doit être un UUID'],
  [
    'a format nobody knows',
    Type.String({ format: 'tea' }),
    'x',
    'must be of another form',
    'doit être d’une autre forme',
  ],
  [
    'of an unnamed form',
    Type.String({ pattern: '^[a-c]$' }),
    'x',
    'is not of the form wanted',
    'n’a pas la forme voulue',
  ],
  [
    'of another form than described',
    Type.String({ pattern: '^[a-c]$', description: 'Lower-case letters, digits, - and _; not only digits.' }),
    'X',
    'is not of the form wanted: Lower-case letters, digits, - and _; not only digits',
    'n’a pas la forme voulue : Lettres minuscules, chiffres, - et _ ; pas seulement des chiffres',
  ],
  [
    'of a form with a reason of its own',
    Type.String({ pattern: '^[a-c]$', description: 'a', error: 'must have 8 to 256 characters' }),
    'X',
    'must have 8 to 256 characters',
    'doit avoir de 8 à 256 caractères',
  ],
  ['another word', Type.Literal('veza'), 'x', 'must be veza', 'doit être veza'],
  ['none of three', Colour, 'pink', 'must be red, green or blue', 'doit être red, green ou blue'],
  ['none of three, by type', Colour, 7, 'must be red, green or blue', 'doit être red, green ou blue'],
  ['neither id nor slug', RoomRef, {}, 'must be a whole number or a text', 'doit être un nombre entier ou un texte'],
  ['an id below one', RoomRef, -1, 'must be at least 1', 'doit être au moins 1'],
  [
    'a slug without end',
    RoomRef,
    'x'.repeat(65),
    'must have 1 to 64 characters, without NUL or lone surrogates',
    'doit avoir de 1 à 64 caractères, sans NUL ni demi-codet isolé',
  ],
  [
    'neither id nor null',
    Type.Union([Id, Type.Null()]),
    'x',
    'must be a whole number or null',
    'doit être un nombre entier ou null',
  ],
  [
    'a choice in a choice',
    Type.Union([Colour, Type.Null()]),
    'x',
    'must be red, green, blue or null',
    'doit être red, green, blue ou null',
  ],
])('%s', (_, schema, value, en, fr) => {
  expect(reasons(schema, value, 'en')).toEqual([{ field: 'x', reason: en }])
  expect(reasons(schema, value, 'fr')).toEqual([{ field: 'x', reason: fr }])
})

test('a field that nobody asked for is named where none may be', () => {
  const check = TypeCompiler.Compile(Type.Object({}, { additionalProperties: false }))
  const told = (locale: Locale) => reasonsOf(check.Errors({ tea: 1 }), { locale, max: 8 })
  expect(told('en')).toEqual([{ field: 'tea', reason: 'is not known here' }])
  expect(told('fr')).toEqual([{ field: 'tea', reason: 'n’est pas connu ici' }])
})

test('the whole is named as the caller says', () => {
  const issues = () => TypeCompiler.Compile(Type.Object({})).Errors(7)
  expect(reasonsOf(issues(), { locale: 'en', max: 8 })).toEqual([{ field: '', reason: 'must be an object' }])
  expect(reasonsOf(issues(), { locale: 'en', max: 8, root: 'body' })).toEqual([
    { field: 'body', reason: 'must be an object' },
  ])
})

test('the field within a list or a choice is the one that is wrong', () => {
  const List = Type.Array(Type.Object({ id: Id }))
  expect(reasons(List, [{ id: 1 }, { id: 0 }], 'en')).toEqual([{ field: 'x.1.id', reason: 'must be at least 1' }])
  const Choice = Type.Union([Type.Object({ id: Id }), Type.Null()])
  expect(reasons(Choice, { id: 0 }, 'en')).toEqual([{ field: 'x.id', reason: 'must be at least 1' }])
})

test('there is one reason a field, and so many fields at most', () => {
  const Many = Type.Object(Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, Id])))
  expect(reasons(Many, {}, 'en', 3)).toEqual(
    ['a', 'b', 'c'].map((name) => ({ field: `x.${name}`, reason: 'is required' })),
  )
})

test('a value is never quoted', () => {
  for (const schema of [
    Type.Integer(),
    Id,
    Colour,
    RoomRef,
    Type.String({ maxLength: 3 }),
    Type.String({ pattern: '^a$' }),
  ])
    expect(JSON.stringify(reasons(schema, 'the secret\0', 'en'))).not.toContain('secret')
})
