import { Kind, type SchemaOptions, type TSchema, type TUnsafe, Type, TypeRegistry } from '@sinclair/typebox'

interface Bounds {
  minLength?: number
  maxLength?: number
  pattern?: string
}

interface TextOptions extends SchemaOptions, Bounds {
  /** Said in place of what the length or the pattern says. */
  error?: string
}

/** What a text lacks to fit. */
export type TextFault = 'type' | 'minLength' | 'maxLength' | 'pattern'

const kind = 'Text'

/**
 * A string whose length is counted in Unicode code points and whose pattern is read with the flag `u`, as JSON Schema has it (2020-12, Validation 6.3; Core 6.4). `Type.String`
 * counts units of UTF-16 instead: an emoji is two for it, and each half a lone surrogate.
 */
export const Text = (options: TextOptions): TUnsafe<string> =>
  Type.Unsafe<string>({ ...options, type: 'string', [Kind]: kind })

/** A pattern of what PostgreSQL can hold: neither NUL nor lone surrogates. */
export const storable = '^[^\\u0000\\ud800-\\udfff]*$'

export const isText = (schema: TSchema): boolean => schema[Kind] === kind

/** The first thing by which a value does not fit a `Text`. */
export function faultOf(
  { minLength = 0, maxLength = Infinity, pattern }: TextOptions,
  value: unknown,
): TextFault | null {
  if (typeof value !== 'string') return 'type'
  if (value.length < 2 * minLength && codePoints(value) < minLength) return 'minLength'
  if (isLonger(value, maxLength)) return 'maxLength'
  return pattern === undefined || regularExpression(pattern).test(value) ? null : 'pattern'
}

/** Whether a text has more code points than that. A string has at most as many as units of UTF-16 and at least half as many, so most need no counting. */
export const isLonger = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || codePoints(text) > max)

export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** As many as schemas have. */
const compiled = new Map<string, RegExp>()

function regularExpression(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const made = new RegExp(pattern, 'u')
  compiled.set(pattern, made)
  return made
}

TypeRegistry.Set<Bounds>(kind, (schema, value) => faultOf(schema, value) === null)
