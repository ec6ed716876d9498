/** What the served OpenAPI document says can be asked, so that nothing that it has is left out of an attack. */
export interface Schema {
  [keyword: string]: unknown
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  description?: string
}

export interface Field {
  in: 'path' | 'query' | 'header' | 'body'
  name: string
  schema: Schema
  required: boolean
}

export interface Operation {
  id: string
  method: string
  path: string
  fields: Field[]
  /** Whether it takes a body. */
  body: boolean
  /** What it can answer, by status, without references. */
  answers: Record<string, Schema>
}

interface Written {
  operationId: string
  parameters?: ({ $ref: string } | (Omit<Field, 'schema'> & { schema: Schema }))[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }>
}

interface Document {
  paths: Record<string, Record<string, Written>>
  components: { schemas: Record<string, Schema>; parameters: Record<string, Field> }
}

export async function operationsOf(url: string): Promise<Operation[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]) => operation(document, method.toUpperCase(), path, written)),
  )
}

function operation({ components }: Document, method: string, path: string, written: Written): Operation {
  const resolve = (schema: Schema): Schema => resolved(schema, components.schemas)
  const parameters = (written.parameters ?? []).map((given) =>
    '$ref' in given ? components.parameters[given.$ref.split('/').at(-1) ?? '']! : given,
  )
  const body = written.requestBody?.content['application/json']?.schema
  const { properties = {}, required = [] } = body === undefined ? {} : resolve(body)
  return {
    id: written.operationId,
    method,
    path,
    body: body !== undefined,
    fields: [
      ...parameters.map((given): Field => ({ ...given, schema: resolve(given.schema), required: given.in === 'path' })),
      ...Object.entries(properties).map(([name, schema]): Field => ({ in: 'body', name, schema, required: required.includes(name) })), // prettier-ignore
    ],
    answers: Object.fromEntries(
      Object.entries(written.responses).flatMap(([status, { content }]) => {
        const schema = content?.['application/json']?.schema
        return schema === undefined ? [] : [[status, resolve(schema)]]
      }),
    ),
  }
}

/** The schema with what it points at in place of its references. None of ours point in a circle. */
function resolved(schema: Schema, schemas: Record<string, Schema>): Schema {
  if (schema.$ref !== undefined) return resolved(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas)
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inside(value, schemas)]))
}

const inside = (value: unknown, schemas: Record<string, Schema>): unknown =>
  Array.isArray(value)
    ? value.map((each) => inside(each, schemas))
    : typeof value === 'object' && value !== null
      ? resolved(value as Schema, schemas)
      : value

/** Every schema within a schema, itself included. */
export function* within(schema: Schema): Generator<Schema> {
  yield schema
  const inner = [...Object.values(schema.properties ?? {}), ...[schema.items ?? []].flat(), ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])] // prettier-ignore
  for (const each of inner) yield* within(each)
}

/** Whether a text is among what a field takes. */
export const takesText = (schema: Schema): boolean =>
  [...within(schema)].some(({ type, enum: values }) => [type].flat().includes('string') && values === undefined)

export interface Call {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  headers?: Record<string, string>
  body?: Record<string, unknown>
}

/** The line of a call: `PUT /rooms/7`, without `/api/v1`, and with everything encoded. */
export function lineOf({ method, path }: Operation, { params = {}, query = {} }: Call): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return `${method} ${filled.replace(/^\/api\/v1/, '')}${search.length > 0 ? `?${search.join('&')}` : ''}`
}

/** The call with one field set to something else. */
export function withField(call: Call, field: Pick<Field, 'in' | 'name'>, value: unknown): Call {
  const place = { path: 'params', query: 'query', header: 'headers', body: 'body' }[field.in]
  return { ...call, [place]: { ...(call as Record<string, object>)[place], [field.name]: value } }
}
