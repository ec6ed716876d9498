// JSON schemas as TypeScript: what the two documents of the server say, for those who write clients.
interface Schema {
  $ref?: string
  title?: string
  description?: string
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  required?: string[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  additionalProperties?: unknown
  minimum?: number
}

const literal = (value: unknown) => JSON.stringify(value)
const name = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)
const key = (field: string) => (/^[A-Za-z_]\w*$/.test(field) ? field : literal(field))
const comment = (text: string | undefined) => (text === undefined ? '' : `/** ${text.replaceAll('*/', '* /')} */\n`)
const union = (parts: readonly string[]) => [...new Set(parts)].join(' | ')

/** The type that a schema describes, in one expression. Patterns, lengths and bounds have no types. */
export function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return 'unknown'
  if (schema.$ref !== undefined) return name(schema.$ref)
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map(literal))
  if (schema.allOf !== undefined) return schema.allOf.map((each) => `(${typeOf(each)})`).join(' & ')
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined) return union(either.map(typeOf))
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'array':
      return `(${typeOf(schema.items)})[]`
    case 'object':
      return objectOf(schema)
    default:
      return 'unknown'
  }
}

function objectOf(schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {}).map(([field, each]) => {
    const optional = schema.required?.includes(field) ? '' : '?'
    return `${comment(each.description)}${key(field)}${optional}: ${typeOf(each)}\n`
  })
  const open = schema.patternProperties !== undefined || schema.additionalProperties === true
  if (open) fields.push('[field: string]: unknown\n')
  return fields.length === 0 ? 'Record<string, never>' : `{\n${fields.join('')}}`
}

/** A declaration for each schema with a name. */
export const declarations = (schemas: Record<string, object>): string =>
  Object.entries(schemas)
    .map(([type, schema]) => `${comment((schema as Schema).description)}export type ${type} = ${typeOf(schema)}\n`)
    .join('\n')
