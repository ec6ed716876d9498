// The OpenAPI document as a Postman collection (format 2.1): a folder a tag, a request an operation, tokens kept by signing in.
import { describeServer } from '../src/app/documents.ts'
import { defaults } from '../src/platform/config/index.ts'

interface Parameter {
  $ref?: string
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: Schema
  example?: unknown
}
interface Schema {
  type?: string
  default?: unknown
  minimum?: number
  anyOf?: Schema[]
}
interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security: object[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { example?: unknown }> }
}
interface Document {
  info: { title: string; description: string; version: string }
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { parameters: Record<string, Parameter> }
}

const variable = (key: string, value: string, description: string) => ({ key, value, type: 'string', description })

export function postmanCollection(): string {
  const document = describeServer(defaults)['/openapi.json']() as Document
  const requests = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      tag: operation.tags[0],
      request: requestOf(document, method, path, operation),
    })),
  )
  const collection = {
    info: {
      name: `${document.info.title} REST API`,
      description: `${document.info.description}\n\nSet \`baseUrl\`, then send "Sign in": it keeps the tokens for all other requests.`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{access_token}}', type: 'string' }] },
    variable: [
      variable('baseUrl', 'http://localhost:8080', 'Where the server is.'),
      variable('access_token', '', 'Set by signing in.'),
      variable('refresh_token', '', 'Set by signing in.'),
    ],
    item: document.tags.map(({ name, description }) => ({
      name,
      description,
      item: requests.filter(({ tag }) => tag === name).map(({ request }) => request),
    })),
  }
  return `${JSON.stringify(collection, null, 2)}\n`
}

function requestOf(document: Document, method: string, path: string, operation: Operation): object {
  const { operationId, summary, description, security, parameters = [], requestBody } = operation
  const all = parameters.map((each) =>
    each.$ref === undefined ? each : (document.components.parameters[each.$ref.split('/').at(-1) ?? ''] ?? each),
  )
  // Postman keeps no answers to ask about again.
  const shown = (place: Parameter['in']) => all.filter((each) => each.in === place && each.name !== 'If-None-Match')
  const field = ({ name, required, description, ...rest }: Parameter) => ({
    key: name,
    value: valueOf(rest),
    ...(description !== undefined && { description }),
    ...(required !== true && { disabled: true }),
  })
  const body = requestBody?.content['application/json']
  const tokens = keeps.has(operationId)
  return {
    name: summary,
    ...(tokens && { event: [{ listen: 'test', script: { type: 'text/javascript', exec: keep_tokens } }] }),
    request: {
      method: method.toUpperCase(),
      ...(description !== undefined && { description }),
      // One that needs nobody has no scheme, or an empty one among several.
      ...(security.every((each) => !('bearer' in each)) && { auth: { type: 'noauth' } }),
      header: [
        ...(body === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }]),
        ...shown('header').map(field),
      ],
      ...(body !== undefined && {
        body: {
          mode: 'raw',
          raw: JSON.stringify(operationId === 'auth.refresh' ? own_token : (body.example ?? {}), null, 2),
          options: { raw: { language: 'json' } },
        },
      }),
      url: urlOf(path, shown('path').map(field), shown('query').map(field)),
    },
    response: [],
  }
}

const keeps = new Set(['auth.register', 'auth.login', 'auth.refresh'])
const own_token = { refresh_token: '{{refresh_token}}' }
const keep_tokens = [
  // Postman has a name "data" of its own.
  'const signedIn = pm.response.json().data',
  'if (signedIn && signedIn.access_token) {',
  "  pm.collectionVariables.set('access_token', signedIn.access_token)",
  "  pm.collectionVariables.set('refresh_token', signedIn.refresh_token)",
  '}',
]

interface Field {
  key: string
  value: string
  disabled?: boolean
}

function urlOf(path: string, variables: Field[], query: Field[]): object {
  const segments = path.split('/').filter(Boolean).map((segment) => segment.replace(/^\{(\w+)\}$/, ':$1')) // prettier-ignore
  const asked = query.filter(({ disabled }) => disabled !== true).map(({ key, value }) => `${key}=${encodeURIComponent(value)}`) // prettier-ignore
  return {
    raw: `{{baseUrl}}/${segments.join('/')}${asked.length === 0 ? '' : `?${asked.join('&')}`}`,
    host: ['{{baseUrl}}'],
    path: segments,
    ...(query.length > 0 && { query }),
    ...(variables.length > 0 && { variable: variables }),
  }
}

/** What to begin with; people change it. */
function valueOf({ example, schema }: Pick<Parameter, 'example' | 'schema'>): string {
  const [first = schema] = schema.anyOf ?? []
  const value = example ?? schema.default ?? (first.type === 'integer' ? (first.minimum ?? 1) : '')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
