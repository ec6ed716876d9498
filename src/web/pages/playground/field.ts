/** The part of JSON Schema that the server's document speaks. */
export interface Schema {
  $ref?: string
  type?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: unknown
  patternProperties?: Record<string, Schema>
  items?: Schema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
}

export interface TextRules {
  min_length: number
  /** In code points, as JSON Schema counts. */
  max_length: number
  pattern: string | null
}

export interface NumberRules {
  is_integer: boolean
  minimum: number
  maximum: number
}

export interface NamedField {
  name: string
  is_required: boolean
  field: Field
}

/** What of a schema is asked in a form. `json` is everything that has no form of its own. */
type Kind =
  | ({ kind: 'text' } & TextRules)
  | ({ kind: 'number' } & NumberRules)
  | { kind: 'number_or_text'; number: NumberRules; text: TextRules }
  | { kind: 'choice'; values: unknown[] }
  | { kind: 'boolean' }
  | { kind: 'list'; item: Field; min_items: number; max_items: number }
  | { kind: 'object'; fields: NamedField[]; is_open: boolean }
  | { kind: 'json' }

export type Field = Kind & {
  description: string | null
  /** What the server takes when nothing is given, as far as the document says. */
  fallback: unknown
  /** Whether null is a value. */
  is_nullable: boolean
}

type Schemas = Record<string, Schema | undefined>

/** Deeper than any command of ours is; a schema that contains itself ends here, as JSON. */
const deepest = 6

/** The form that a schema asks for. Names within it are looked up in `schemas`. */
export function fieldOf(schema: Schema, schemas: Schemas, depth = 0): Field {
  const whole = resolved(schema, schemas)
  const alternatives = (whole.anyOf ?? whole.oneOf)?.map((each) => resolved(each, schemas))
  const rest = alternatives?.filter(({ type }) => type !== 'null')
  return {
    ...(depth > deepest ? { kind: 'json' } : kindOf(whole, rest, schemas, depth)),
    description: whole.description ?? null,
    fallback: whole.default,
    is_nullable: rest !== undefined && rest.length !== alternatives?.length,
  }
}

function resolved(schema: Schema, schemas: Schemas): Schema {
  const { $ref, allOf, ...own } = schema
  const named = $ref === undefined ? undefined : schemas[$ref.split('/').at(-1) ?? '']
  const parts = [...(named === undefined ? [] : [named]), ...(allOf ?? [])].map((part) => resolved(part, schemas))
  return Object.assign({}, ...parts, own) as Schema
}

function kindOf(schema: Schema, alternatives: Schema[] | undefined, schemas: Schemas, depth: number): Kind {
  if (alternatives !== undefined) return unionOf(alternatives, schemas, depth)
  if ('const' in schema) return { kind: 'choice', values: [schema.const] }
  if (schema.enum !== undefined) return { kind: 'choice', values: schema.enum }
  switch (schema.type) {
    case 'string':
      return { kind: 'text', ...textRules(schema) }
    case 'integer':
    case 'number':
      return { kind: 'number', ...numberRules(schema) }
    case 'boolean':
      return { kind: 'boolean' }
    case 'array':
      return {
        kind: 'list',
        item: fieldOf(schema.items ?? {}, schemas, depth + 1),
        min_items: schema.minItems ?? 0,
        max_items: schema.maxItems ?? Infinity,
      }
    case 'object':
      return objectOf(schema, schemas, depth)
    default:
      return { kind: 'json' }
  }
}

function unionOf(alternatives: Schema[], schemas: Schemas, depth: number): Kind {
  const [only, second] = alternatives
  if (only !== undefined && second === undefined) return kindOf(only, only.anyOf ?? only.oneOf, schemas, depth)
  if (alternatives.every((each) => 'const' in each))
    return { kind: 'choice', values: alternatives.map((each) => each.const) }
  const number = alternatives.find(({ type }) => type === 'integer' || type === 'number')
  const text = alternatives.find(({ type }) => type === 'string')
  if (alternatives.length === 2 && number !== undefined && text !== undefined)
    return { kind: 'number_or_text', number: numberRules(number), text: textRules(text) }
  return { kind: 'json' }
}

function objectOf(schema: Schema, schemas: Schemas, depth: number): Kind {
  const { properties = {}, required = [], additionalProperties, patternProperties } = schema
  return {
    kind: 'object',
    fields: Object.entries(properties).map(([name, each]) => ({
      name,
      is_required: required.includes(name),
      field: fieldOf(each, schemas, depth + 1),
    })),
    is_open: patternProperties !== undefined || (additionalProperties !== undefined && additionalProperties !== false),
  }
}

const textRules = ({ minLength = 0, maxLength = Infinity, pattern }: Schema): TextRules => ({
  min_length: minLength,
  max_length: maxLength,
  pattern: pattern ?? null,
})

const numberRules = ({ type, minimum = -Infinity, maximum = Infinity }: Schema): NumberRules => ({
  is_integer: type === 'integer',
  minimum,
  maximum,
})
