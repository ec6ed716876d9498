/** The schema as a flat list of keys, and how one value is read and written. */
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

import { forms } from './forms.ts'
import { type Mark, markOf, type Table, type Written } from './kinds.ts'
import { ConfigSchema } from './schema.ts'
import { readDuration, readSize, writeDuration, writeSize } from './units.ts'

/** A value as the program has it: durations in milliseconds, sizes in bytes. */
export type ConfigValue = string | number | boolean | string[] | Record<string, string> | Table[]

export interface Key {
  /** "section.name" */
  path: string
  section: string
  name: string
  schema: TSchema
  mark: Mark
  env: string
  description: string
  /** The default as written in `config.toml`; undefined for a key that decides by itself. */
  written: Written | undefined
  /** What each table of an array of tables has; empty for other keys. */
  fields: Key[]
}

export const sections: { name: string; description: string; keys: Key[] }[] = Object.entries(
  ConfigSchema.properties,
).map(([section, { description, properties }]) => ({
  name: section,
  description: description ?? '',
  keys: Object.entries(properties as Record<string, TSchema>).map(([name, schema]) => keyOf(section, name, schema)),
}))

export const keys: Key[] = sections.flatMap((section) => section.keys)

export const keyByPath = new Map(keys.map((key) => [key.path, key]))
export const keyByEnv = new Map(keys.map((key) => [key.env, key]))

function keyOf(section: string, name: string, schema: TSchema): Key {
  const mark = markOf(schema)
  return {
    path: `${section}.${name}`,
    section,
    name,
    schema,
    mark,
    env: mark.env ?? `CHAT_${section}_${name}`.toUpperCase(),
    description: schema.description ?? '',
    written: schema.default as Written | undefined,
    fields: mark.kind === 'tables' ? fieldsOf(`${section}.${name}`, schema) : [],
  }
}

function fieldsOf(path: string, { items }: TSchema): Key[] {
  const { properties } = items as { properties: Record<string, TSchema> }
  return Object.entries(properties).map(([name, schema]) => keyOf(path, name, schema))
}

/** The value of a key as TOML gives it, or undefined when it does not fit. An array of tables is read by `tables.ts`. */
export function fromToml({ mark, schema }: Key, raw: unknown): ConfigValue | undefined {
  const units = { duration: readDuration, size: readSize } as const
  if (mark.kind === 'duration' || mark.kind === 'size') {
    const bare = typeof raw === 'number' && (mark.kind === 'size' || raw === 0)
    return accept(bare ? raw : typeof raw === 'string' ? units[mark.kind](raw) : undefined, mark, schema)
  }
  if (mark.kind === 'group' && isTable(raw))
    return accept({ ...(schema.default as Record<string, string>), ...raw }, mark, schema)
  return accept(raw, mark, schema)
}

/** The value of a key as a variable or a flag gives it. A list is separated by commas. */
export function fromText(key: Key, text: string): ConfigValue | undefined {
  const { kind } = key.mark
  if (kind === 'boolean') return { true: true, '1': true, false: false, '0': false }[text.toLowerCase()]
  if (kind === 'integer') return /^-?\d{1,15}$/.test(text) ? fromToml(key, Number(text)) : undefined
  if (kind === 'list') return fromToml(key, text === '' ? [] : text.split(',').map((item) => item.trim()))
  return fromToml(key, text)
}

export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) !== Date.prototype &&
  !Array.isArray(value)

function accept(value: unknown, { form }: Mark, schema: TSchema): ConfigValue | undefined {
  if (!Value.Check(schema, value)) return undefined
  if (form !== undefined && ![value].flat().every((item) => forms[form].fits(String(item)))) return undefined
  return value as ConfigValue
}

/** How a value is written in `config.toml`. */
export function toToml({ mark }: Key, value: ConfigValue): string {
  if (mark.kind === 'duration' && typeof value === 'number') return `"${writeDuration(value)}"`
  if (mark.kind === 'size' && typeof value === 'number') return `"${writeSize(value)}"`
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, text]) => `${name} = ${JSON.stringify(text)}`)
    return `{ ${pairs.join(', ')} }`
  }
  return JSON.stringify(value)
}

/** What a key takes, for people: completes "must be ...". */
export function expected({ mark, schema, path }: Key): string {
  const { kind, form, least = 0, most = 0, zero, choices = [] } = mark
  const orZero = zero === undefined ? '' : `, or 0 (${zero})`
  switch (kind) {
    case 'boolean':
      return 'true or false'
    case 'choice':
      return choices.map((name) => `"${name}"`).join(' or ')
    case 'integer':
      return `a whole number from ${least} to ${most}${orZero}`
    case 'duration':
      return `a duration from "${writeDuration(least)}" to "${writeDuration(most)}", such as "30s", "15m" or "7d"${orZero}`
    case 'size':
      return `a size from "${writeSize(least)}" to "${writeSize(most)}", such as "64KiB" or "10MB"${orZero}`
    case 'group':
      return `a table with any of ${Object.keys(schema.default as object).join(', ')}, each a text`
    case 'tables':
      return `a list of tables, each written as [[${path}]]`
    case 'list':
      if (choices.length > 0) return `a list of ${choices.map((name) => `"${name}"`).join(', ')}, each once`
      return `a list of ${form === undefined ? 'texts' : forms[form].expected}`
    case 'text':
      return form === undefined ? 'a text' : forms[form].expected
  }
}
