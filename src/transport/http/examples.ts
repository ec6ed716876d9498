import type { TSchema } from '@sinclair/typebox'

const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-11-22T10:43:21.398Z',
  date: '2026-11-22',
  uuid: '0fd0981f-1265-42fe-9fb0-61bad4192f87',
  email: 'ada@example.com',
  uri: 'https://chat.example.com',
}

/**
 * An example of a schema: its own, or one made of those of its parts. Undefined where one cannot be made: a text with a pattern and no example of its own.
 * What is optional is in it where it has an example of its own.
 */
export function exampleOf(schema: TSchema, depth = 0): unknown {
  const [first] = (schema['examples'] ?? []) as unknown[]
  if (schema['examples'] !== undefined) return first
  if ('const' in schema) return schema['const']
  if (schema['default'] !== undefined) return schema['default']
  if (Array.isArray(schema['enum'])) return (schema['enum'] as unknown[])[0]
  const choices = (schema['anyOf'] ?? schema['oneOf']) as TSchema[] | undefined
  if (choices !== undefined)
    return choices.map((each) => exampleOf(each, depth)).find((each) => each !== undefined && each !== null) ?? null
  switch (schema['type']) {
    case 'object':
      return ofObject(schema, depth)
    case 'array':
      return ofArray(schema, depth)
    case 'string':
      return ofText(schema)
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return undefined
  }
}

const max_depth = 6

function ofObject({ properties = {}, required = [] }: TSchema, depth: number): unknown {
  if (depth > max_depth) return undefined
  const made: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(properties as Record<string, TSchema>)) {
    const isRequired = (required as string[]).includes(name)
    if (!isRequired && !hasOwn(schema)) continue
    const example = exampleOf(schema, depth + 1)
    if (example === undefined && isRequired) return undefined
    if (example !== undefined) made[name] = example
  }
  return made
}

const hasOwn = (schema: TSchema): boolean =>
  schema['examples'] !== undefined || ((schema['anyOf'] ?? []) as TSchema[]).some(hasOwn)

function ofArray({ items, minItems = 0 }: TSchema, depth: number): unknown {
  const item = items === undefined ? undefined : exampleOf(items as TSchema, depth + 1)
  if (item === undefined) return minItems > 0 ? undefined : []
  return Array.from({ length: Math.max(1, minItems as number) }, () => item)
}

function ofText({ format, pattern, minLength = 0, maxLength = Infinity }: TSchema): string | undefined {
  if (typeof format === 'string') return formats[format]
  if (pattern !== undefined) return undefined
  return 'text'.padEnd(minLength as number, '.').slice(0, maxLength as number)
}
