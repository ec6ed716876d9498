/** The kinds of key that the schema is made of. A default is written as in `config.toml`; a value is in milliseconds or bytes. */
import { type TSchema, Type } from '@sinclair/typebox'

import type { Form } from './forms.ts'
import { readDuration, readSize } from './units.ts'

export type Kind = 'text' | 'integer' | 'boolean' | 'choice' | 'duration' | 'size' | 'list' | 'group' | 'tables'
export type Written = string | number | boolean | string[] | Record<string, string> | Table[]
/** An entry of an array of tables. */
export type Table = { [field: string]: string | number | boolean | string[] | Record<string, string> }

interface Options {
  /** What 0 stands for; without it 0 is a number like any other, if the range has it. */
  zero?: string
  /** The environment variable, where it is not CHAT_<SECTION>_<KEY>. */
  env?: string
  /** Hidden where values are shown: wholly, or only the password within a URL. */
  secret?: 'whole' | 'password'
  /** A key whose feature does not exist yet. */
  status?: 'planned'
  form?: Form
}

/** What the schema says about a key beyond JSON Schema; it stands under `mark`. */
export interface Mark extends Options {
  kind: Kind
  choices?: readonly string[]
  least?: number
  most?: number
  /** Has no value unless one is given. */
  unset?: string
  /** Of a field of a table: there is no default, and no table without it. */
  required?: boolean
  /** Of an array of tables: two lines of TOML that show one, for `config.toml` and its documentation. */
  example?: Table
}

interface Range {
  least?: number
  most?: number
}

const meta = (kind: Kind, written: Written, description: string, mark: Options & Omit<Mark, 'kind'>) => ({
  default: written,
  description,
  mark: { kind, ...mark } satisfies Mark,
})

export const text = (written: string, description: string, options: Options = {}) =>
  Type.String({ ...meta('text', written, description, options), maxLength: 4096 })

export const boolean = (written: boolean, description: string, options: Options = {}) =>
  Type.Boolean(meta('boolean', written, description, options))

/** A key that decides by itself while nobody sets it; `unset` says how. */
export const optionalBoolean = (unset: string, description: string) =>
  Type.Optional(Type.Boolean({ description, mark: { kind: 'boolean', unset } satisfies Mark }))

export const choice = <const T extends string>(
  choices: readonly T[],
  written: NoInfer<T>,
  description: string,
  options: Options = {},
) =>
  Type.Unsafe<T>(
    Type.Union(
      choices.map((name) => Type.Literal(name)),
      meta('choice', written, description, { ...options, choices }),
    ),
  )

export const list = (written: string[], description: string, options: Options = {}) =>
  Type.Array(Type.String({ maxLength: 4096 }), { ...meta('list', written, description, options), maxItems: 1000 })

/** A field that each table of an array must have. */
export const requiredText = (description: string, options: Options = {}) =>
  Type.String({ description, mark: { kind: 'text', required: true, ...options } satisfies Mark, maxLength: 4096 })

/** Several of a few words. */
export const choices = <const T extends string>(names: readonly T[], written: NoInfer<T>[], description: string) =>
  Type.Array(Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name)))), {
    ...meta('list', written, description, { choices: names }),
    maxItems: names.length,
    uniqueItems: true,
  })

/** Named texts within a field of a table, each with its default. */
export const group = <const N extends string>(written: Record<N, string>, description: string) => {
  const field = Type.String({ maxLength: 256 })
  const fields = Object.fromEntries(Object.keys(written).map((name) => [name, field])) as Record<N, typeof field>
  return Type.Object(fields, { ...meta('group', written, description, {}), additionalProperties: false })
}

/** An array of tables, `[[section.key]]`. Its fields are keys of any of the kinds above. */
export const tables = <F extends Record<string, TSchema>>(fields: F, description: string, example: Table) =>
  Type.Array(Type.Object(fields, { additionalProperties: false }), {
    ...meta('tables', [], description, { example }),
    maxItems: 100,
  })

export const integer = (written: number, description: string, options: Options & Range = {}) =>
  numeric(
    meta('integer', written, description, {
      least: options.zero === undefined ? 0 : 1,
      most: 1_000_000_000,
      ...options,
    }),
  )

export const duration = (
  written: string,
  description: string,
  { least = '1s', most = '24d', ...options }: Options & { least?: string; most?: string } = {},
) =>
  numeric(
    meta('duration', written, description, {
      ...options,
      least: readDuration(least) ?? 0,
      most: readDuration(most) ?? 0,
    }),
  )

export const size = (
  written: string,
  description: string,
  { least = '1KiB', most = '1GiB', ...options }: Options & { least?: string; most?: string } = {},
) => numeric(meta('size', written, description, { ...options, least: readSize(least) ?? 0, most: readSize(most) ?? 0 }))

/** A whole number within its range, or 0 where 0 stands for something. */
function numeric(options: ReturnType<typeof meta>) {
  const { least = 0, most = 0, zero } = options.mark
  const range = { minimum: least, maximum: most }
  if (zero === undefined) return Type.Integer({ ...options, ...range })
  return Type.Unsafe<number>(Type.Union([Type.Literal(0), Type.Integer(range)], options))
}

export const markOf = (schema: TSchema): Mark => schema.mark as Mark
