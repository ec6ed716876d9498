/** Arrays of tables, such as `[[security.issuers]]`: how their entries are read, refused and written. */
import { type ConfigValue, fromToml, isTable, type Key, toToml } from './keys.ts'
import type { Table } from './kinds.ts'

interface Reading {
  /** Only when nothing is wrong. */
  value?: Table[]
  problems: string[]
}

/** What a layer says in its own words about a field: that it is unknown, or does not fit. */
interface Words {
  unknown(path: string, names: readonly string[]): string
  misfit(field: Key, path: string, raw: unknown): string
  missing(path: string): string
}

/** The entries with the defaults of what they leave out. */
export function readTables(key: Key, raw: unknown, words: Words): Reading {
  const most = Number(key.schema['maxItems'])
  if (!Array.isArray(raw) || raw.length > most || !raw.every(isTable))
    return { problems: [words.misfit(key, key.path, raw)] }
  const problems: string[] = []
  const value = raw.map((entry: Record<string, unknown>, index) => {
    const at = (name: string) => `${key.path}.${index}.${name}`
    const names = key.fields.map(({ name }) => name)
    for (const name of Object.keys(entry)) if (!names.includes(name)) problems.push(words.unknown(at(name), names))
    const table: Table = {}
    for (const field of key.fields) {
      const given = Object.hasOwn(entry, field.name) ? entry[field.name] : structuredClone(field.written)
      const read = given === undefined ? undefined : fromToml(field, given)
      if (given === undefined) problems.push(words.missing(at(field.name)))
      else if (read === undefined) problems.push(words.misfit(field, at(field.name), given))
      else table[field.name] = read as Table[string]
    }
    return table
  })
  return problems.length > 0 ? { problems } : { value, problems }
}

/** Tables as TOML; a field that has its default is left out. `shown` may hide a value. */
export function writeTables(
  key: Key,
  tables: readonly Table[],
  shown: (field: Key, value: ConfigValue) => ConfigValue = (_, value) => value,
): string[] {
  return tables.map((table) => {
    const lines = key.fields.flatMap((field) => {
      const value = table[field.name]
      if (value === undefined || Bun.deepEquals(value, field.written)) return []
      return [`${field.name} = ${toToml(field, shown(field, value))}`]
    })
    return [`[[${key.path}]]`, ...lines].join('\n')
  })
}
