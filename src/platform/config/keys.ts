/** The schema as a flat list of keys, and how one value is read and written. */
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

import { forms } from './forms.ts'
import { type Mark, markOf, type Written } from './kinds.ts'
import { ConfigSchema } from './schema.ts'
import { readDuration, readSize, writeDuration, writeSize } from './units.ts'

/** A value as the program has it: durations in milliseconds, sizes in bytes. */
export type ConfigValue = string | number | boolean | string[]

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
  }
}

/** The value of a key as TOML gives it, or undefined when it does not fit. */
export function fromToml({ mark, schema }: Key, raw: unknown): ConfigValue | undefined {
  const units = { duration: readDuration, size: readSize } as const
  if (mark.kind === 'duration' || mark.kind === 'size') {
    const bare = typeof raw === 'number' && (mark.kind === 'size' || raw === 0)
    return accept(bare ? raw : typeof raw === 'string' ? units[mark.kind](raw) : undefined, mark, schema)
  }
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
  return JSON.stringify(value)
}

/** What a key takes, for people: completes "must be ...". */
export function expected({ mark }: Key): string {
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
    case 'list':
      return `a list of ${form === undefined ? 'texts' : forms[form].expected}`
    case 'text':
      return form === undefined ? 'a text' : forms[form].expected
  }
}
