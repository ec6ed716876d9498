/** Schemas as documents show them: one of AsyncAPI for the socket, one of OpenAPI for HTTP. */
import type { TSchema } from '@sinclair/typebox'

type Schema = Record<string, unknown>

export interface Shapes {
  /** Names a schema, by its `title` or as said, and gives what stands for it where it is used. */
  named(schema: TSchema, name: string): object
  /** A schema where it stands, without a name of its own; what has one within it is referred to. */
  plain(schema: TSchema): object
  /** All that have a name, by it. */
  all(): Record<string, object>
}

/**
 * Schemas as a document has them: each that has a `title` is written once, in `components.schemas`, and referred to. `Type.Ref('Name')` means the one with that
 * title. Objects and choices within others are titled by where they stand, so that generated types have names. Throws for one name of two schemas.
 */
export function createShapes(): Shapes {
  const written = new Map<string, Schema>()

  function define(schema: Schema, name: string): Schema {
    const shape = { title: name, ...inside(schema, name) }
    const before = written.get(name)
    const [was, is] = [JSON.stringify(before), JSON.stringify(shape)]
    if (before !== undefined && was !== is) throw new Error(`two schemas have the name ${name}: ${was} and ${is}`)
    written.set(name, shape)
    return { $ref: `#/components/schemas/${name}` }
  }

  function within(schema: Schema, name: string): Schema {
    const { title, $ref } = schema
    if (typeof $ref === 'string') return { $ref: `#/components/schemas/${$ref}` }
    if (typeof title === 'string') return define(schema, title)
    const shape = inside(schema, name)
    return isType(shape) ? { title: name, ...shape } : shape
  }

  /** The keywords of JSON Schema alone: others are for this server. */
  function inside(schema: Schema, name: string): Schema {
    const shape: Schema = {}
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === 'properties')
        shape[keyword] = mapped(value as Schema, (each, key) => within(each as Schema, name + pascal(key)))
      else if (keyword === 'patternProperties')
        shape[keyword] = mapped(value as Schema, (each) => within(each as Schema, `${name}Value`))
      else if (keyword === 'items') shape[keyword] = within(value as Schema, `${name}Item`)
      else if (keyword === 'additionalProperties' && typeof value === 'object')
        shape[keyword] = within(value as Schema, `${name}Value`)
      else if (keyword === 'anyOf') Object.assign(shape, choice(value as Schema[], name))
      else if (keyword === 'allOf' || keyword === 'oneOf')
        shape[keyword] = (value as Schema[]).map((each, index) => within(each, `${name}${index + 1}`))
      else if (keywords.has(keyword)) shape[keyword] = value
    }
    return shape
  }

  function choice(members: readonly Schema[], name: string): Schema {
    if (members.every((each) => typeof each['const'] === 'string'))
      return { type: 'string', enum: members.map((each) => each['const']) }
    return { anyOf: members.map((each, index) => within(each, `${name}${index + 1}`)) }
  }

  return {
    named: (schema, name) => {
      const plain = JSON.parse(JSON.stringify(schema)) as Schema
      return define(plain, typeof plain['title'] === 'string' ? plain['title'] : name)
    },
    plain: (schema) => {
      const plain = JSON.parse(JSON.stringify(schema)) as Schema
      return typeof plain['title'] === 'string' || '$ref' in plain ? within(plain, '') : inside(plain, '')
    },
    all: () => Object.fromEntries([...written].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** Whether a generator makes a type of its own of it. */
const isType = ({ properties, enum: values }: Schema): boolean =>
  values !== undefined || (typeof properties === 'object' && Object.keys(properties ?? {}).length > 0)

const mapped = (map: Schema, change: (value: unknown, key: string) => unknown): Schema =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]))

/** `send_message` as the name of a type: `SendMessage`. */
export const pascal = (name: string): string =>
  name
    .split(/[_.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

const keywords = new Set(
  `type const enum required title description default examples format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
  minItems maxItems uniqueItems minProperties maxProperties additionalProperties contentEncoding contentMediaType`.split(
    /\s+/,
  ),
)
