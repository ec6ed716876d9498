import Ajv, { type ValidateFunction } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'

import { closed } from './contract.ts'

/** One answer as a client has it. */
export interface Answered {
  method: string
  path: string
  status: number
  headers: Headers
  /** Undefined without a body. */
  body: unknown
}

/** What an OpenAPI document says of an answer: null, or what is wrong with it. */
export type HttpContract = (answer: Answered) => string | null

interface Content {
  schema: object
}
interface Response {
  $ref?: string
  content?: Record<string, Content>
  headers?: Record<string, unknown>
}
interface Operation {
  operationId: string
  responses: Record<string, Response>
}
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; responses: Record<string, Response> }
}

const refTo = (name: string) => `#/components/schemas/${name}`

/** Addresses that the document does not have are not in the contract; a status or a field that it does not have breaks it. */
export function httpContract({ paths, components }: OpenApi): HttpContract {
  const ajv = new Ajv({ strict: true, allErrors: true })
  addFormats(ajv)
  for (const [name, schema] of Object.entries(components.schemas)) ajv.addSchema(closed({ ...schema }), refTo(name))
  const compiled = new Map<object, ValidateFunction>()
  const checkOf = (schema: object): ValidateFunction => {
    const check = compiled.get(schema) ?? ajv.compile(closed({ ...schema }))
    compiled.set(schema, check)
    return check
  }
  const known = Object.entries(paths).map(([path, operations]) => ({ segments: path.split('/'), operations }))
  const operationOf = (method: string, path: string): Operation | undefined => {
    const asked = path
      .replace(/\?.*$/, '')
      .replace(/(.)\/$/, '$1')
      .split('/')
    // An address that is written out comes before one with a name in it.
    const fitting = known.filter(
      ({ segments, operations }) =>
        method.toLowerCase() in operations &&
        segments.length === asked.length &&
        segments.every((each, at) => each.startsWith('{') || each === asked[at]),
    )
    const names = (segments: string[]) => segments.filter((each) => each.startsWith('{')).length
    return fitting.toSorted((a, b) => names(a.segments) - names(b.segments))[0]?.operations[method.toLowerCase()]
  }

  return ({ method, path, status, headers, body }) => {
    const operation = operationOf(method, path)
    if (operation === undefined) return null
    const line = `${operation.operationId} (${method} ${path})`
    // Both are answers about the address, which no operation names.
    if (status === 405) return null
    const said = operation.responses[status]
    if (said === undefined) return `${line} answered ${status}, which it does not document: ${JSON.stringify(body)}`
    const response = said.$ref === undefined ? said : components.responses[said.$ref.split('/').at(-1) ?? '']
    if (status === 201 && !headers.has('location')) return `${line} answered 201 without a Location`
    if (response?.content === undefined) return body === undefined ? null : `${line} answered ${status} with a body`
    const type = headers.get('content-type')?.split(';', 1)[0] ?? 'none'
    const content = response.content[type]
    if (content === undefined) return `${line} answered ${status} as ${type}`
    if (type !== 'application/json') return null
    const check = checkOf(content.schema)
    if (check(body)) return null
    const reasons = check.errors?.map((each) => `${each.instancePath} ${each.message} ${JSON.stringify(each.params)}`)
    return `${line} ${status}: ${reasons?.join('; ')} in ${JSON.stringify(body).slice(0, 500)}`
  }
}

let shared: Promise<HttpContract> | undefined

/** Of the whole server. The document is the same for each, so the first of a process is asked for it. */
export function httpContractOf(origin: string): Promise<HttpContract> {
  shared ??= fetch(`${origin}/openapi.json`)
    .then((response) => response.json() as Promise<OpenApi>)
    .then(httpContract)
  return shared
}
