/** Why a field does not fit its schema, in a sentence that a person can read after the name of the field. */
import type { TSchema } from '@sinclair/typebox'
import { ValueErrorType as Kind, type ValueError } from '@sinclair/typebox/errors'

import type { Locale } from './errors.ts'
import { phrase } from './phrases.ts'
import { faultOf, isText, type TextFault } from './text.ts'
import { type Noun, wordings } from './wordings.ts'

/** `field` is dotted, such as `metadata.client_id`; `root` stands for the whole. */
export type Reason = Record<'field' | 'reason', string>

/** In place of a value that was given more than once. No schema of a parameter takes it, and whatever makes a text of it may. */
export const repeated: object = Object.freeze({})

type Issue = Pick<ValueError, 'type' | 'schema' | 'path' | 'value' | 'errors'>

/** The first reason of each field, and of so many fields at most. Values are never quoted: they may be secret. */
export function reasonsOf(
  issues: Iterable<Issue>,
  { locale, max, root = '' }: { locale: Locale; max: number; root?: string },
): Reason[] {
  const seen = new Map<string, string>()
  for (const each of issues) {
    const issue = precise(each)
    // What is wrong with one of the parts was said of that.
    if (issue.type === Kind.Intersect) continue
    const meant = innermost(issue)
    const field = meant.path.slice(1).replaceAll('/', '.') || root
    if (!seen.has(field)) seen.set(field, reasonOf(meant, locale))
    if (seen.size === max) break
  }
  return [...seen].map(([field, reason]) => ({ field, reason }))
}

const textFaults: Record<TextFault, Kind> = {
  type: Kind.String,
  minLength: Kind.StringMinLength,
  maxLength: Kind.StringMaxLength,
  pattern: Kind.StringPattern,
}

/** What a `Text` says, as `Type.String` would. */
function precise(issue: Issue): Issue {
  const fault = issue.type === Kind.Kind && isText(issue.schema) ? faultOf(issue.schema as object, issue.value) : null
  return fault === null ? issue : { ...issue, type: textFaults[fault] }
}

/** Of a choice of schemas, what is wrong by the one that the value was meant for, if its type tells. */
function innermost(issue: Issue): Issue {
  if (issue.type !== Kind.Union || issue.value === undefined) return issue
  for (const variant of issue.errors) {
    const first = variant.First()
    if (first === undefined) continue
    const meant = innermost(precise(first))
    if (meant.type !== Kind.Union && meant.type !== Kind.Literal && !(meant.type in nouns)) return meant
  }
  return issue
}

function reasonOf({ type, schema, value }: Issue, locale: Locale): string {
  const words = wordings[locale]
  // Over HTTP a field that is missing arrives as one that is undefined.
  if (type === Kind.ObjectRequiredProperty || value === undefined) return words.required
  if (value === repeated) return words.repeated
  const noun = nouns[type]
  if (noun !== undefined) return words.be([words.nouns[noun]])
  // A schema may say its reason better than its kind does.
  if (typeof schema['error'] === 'string') return phrase(schema['error'], locale)
  switch (type) {
    case Kind.IntegerMinimum:
    case Kind.NumberMinimum:
      return words.least(schema['minimum'] as number)
    case Kind.IntegerMaximum:
    case Kind.NumberMaximum:
      return words.most(schema['maximum'] as number)
    case Kind.IntegerExclusiveMinimum:
    case Kind.NumberExclusiveMinimum:
      return words.above(schema['exclusiveMinimum'] as number)
    case Kind.IntegerExclusiveMaximum:
    case Kind.NumberExclusiveMaximum:
      return words.below(schema['exclusiveMaximum'] as number)
    case Kind.IntegerMultipleOf:
    case Kind.NumberMultipleOf:
      return words.multiple(schema['multipleOf'] as number)
    case Kind.StringMinLength:
      return words.longer(schema['minLength'] as number)
    case Kind.StringMaxLength:
      return words.shorter(schema['maxLength'] as number)
    case Kind.ArrayMinItems:
      return words.moreItems(schema['minItems'] as number)
    case Kind.ArrayMaxItems:
      return words.fewerItems(schema['maxItems'] as number)
    case Kind.ArrayUniqueItems:
      return words.unique
    case Kind.ObjectAdditionalProperties:
      return words.unknown
    case Kind.StringPattern:
      return words.pattern(described(schema, locale))
    case Kind.StringFormat:
    case Kind.StringFormatUnknown:
      return words.be([words.nouns[formats[String(schema['format'])] ?? 'other']])
    case Kind.Literal:
      return words.be([String(schema['const'])])
    case Kind.Union:
      return ofChoice(schema, locale)
    default:
      return words.otherwise
  }
}

function ofChoice(schema: TSchema, locale: Locale): string {
  const { be, nouns: words } = wordings[locale]
  const nounOf = (member: TSchema): Noun =>
    formats[String(member['format'])] ?? typeNouns[String(member['type'])] ?? 'other'
  const members = flat(schema)
  // In a query a boolean may be written as text too.
  if (members.some((member) => nounOf(member) === 'boolean' && 'format' in member)) return be([words.boolean])
  return be([
    ...new Set(members.map((member) => ('const' in member ? String(member['const']) : words[nounOf(member)]))),
  ])
}

const flat = (schema: TSchema): TSchema[] =>
  ((schema['anyOf'] as TSchema[] | undefined) ?? [schema]).flatMap((member) =>
    'anyOf' in member ? flat(member) : [member],
  )

const described = ({ description }: TSchema, locale: Locale): string | undefined =>
  description === undefined ? undefined : phrase(description, locale)

/** The kinds of failure that say only that the type is another. */
const nouns: Partial<Record<Kind, Noun>> = {
  [Kind.String]: 'text',
  [Kind.Integer]: 'integer',
  [Kind.Number]: 'number',
  [Kind.Boolean]: 'boolean',
  [Kind.Array]: 'list',
  [Kind.Object]: 'object',
  [Kind.Null]: 'null',
}

const typeNouns: Partial<Record<string, Noun>> = {
  string: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
  null: 'null',
}

const formats: Partial<Record<string, Noun>> = {
  'date-time': 'time',
  uuid: 'uuid',
  uri: 'address',
  email: 'email',
  boolean: 'boolean',
  integer: 'integer',
  numeric: 'number',
}
