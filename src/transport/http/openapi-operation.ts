import type { TSchema } from '@sinclair/typebox'

import { errors } from '../../kernel/errors.ts'
import { pascal, type Shapes } from '../../kernel/shapes.ts'
import { exampleOf } from './examples.ts'
import { errorAnswer, errorStatuses, headerRefs, limit_headers, runtime_answers } from './openapi-parts.ts'
import { parametersOf } from './openapi-parameters.ts'
import { type Described, hasField, isKept } from './route.ts'

type Part = Record<string, unknown>

const isError = (status: string): boolean => Number(status) >= 400

/** One route as an operation. `id` is its `operationId`. */
export function operationOf(route: Described, id: string, shapes: Shapes): Part {
  const { detail, body, permission } = route
  return {
    operationId: id,
    summary: detail.summary ?? id,
    ...(detail.description !== undefined && { description: detail.description }),
    tags: detail.tags ?? [],
    security: detail.security ?? securityOf(route),
    ...(permission !== undefined && { 'x-permission': permission }),
    ...(detail['x-errors'] !== undefined && { 'x-errors': detail['x-errors'] }),
    ...nonEmpty('parameters', parametersOf(route, shapes)),
    ...(body !== undefined && {
      requestBody: {
        required: ((body['required'] ?? []) as string[]).length > 0,
        content: json(shapes.named(body, `${pascal(id)}Body`), exampleOf(body)),
      },
    }),
    responses: responsesOf(route, id, shapes),
  }
}

const nonEmpty = (name: string, list: object[]): Part => (list.length === 0 ? {} : { [name]: list })

const json = (schema: object, example: unknown): Part => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
})

/** A key gets through only where the route says what it needs for that. */
function securityOf({ guarded, permission, cookies, body, path }: Described): Part[] {
  const cookie = { refreshCookie: [] }
  if (!guarded) return cookies && hasField(body, 'refresh_token') ? [{}, cookie] : []
  if (cookies && path.endsWith('/logout')) return [{ bearer: [] }, cookie]
  return permission === undefined ? [{ bearer: [] }] : [{ bearer: [] }, { apiKey: [] }]
}

function responsesOf(route: Described, id: string, shapes: Shapes): Part {
  const { detail, answers, limited } = route
  const responses: Part = { ...runtime_answers }
  for (const [status, schema] of answers) {
    const own = [...(status === 201 ? ['Location'] : []), ...(isKept(route) && status === 200 ? ['ETag'] : [])]
    const headers = headerRefs('X-Request-Id', ...own, ...(limited ? limit_headers : []))
    responses[status] = { description: describe(status, schema), headers, ...contentOf(schema, id, shapes) }
  }
  if (isKept(route) && answers.has(200)) responses[304] = notModified
  for (const status of refusalsOf(route)) responses[status] = errorAnswer(status)
  // What the route itself says of an answer is the last word.
  for (const [status, said] of Object.entries(detail.responses ?? {}))
    responses[status] = isError(status) ? said : { headers: headerRefs('X-Request-Id'), ...said }
  return responses
}

const notModified = {
  description: 'What `If-None-Match` names is still what it is.',
  headers: headerRefs('X-Request-Id', 'ETag'),
}

function describe(status: number, schema: TSchema | undefined): string {
  if (status === 204) return 'Done; there is nothing to say.'
  return schema?.description ?? (status === 201 ? 'Made.' : 'Done.')
}

/** Every answer is in the envelope. */
function contentOf(schema: TSchema | undefined, id: string, shapes: Shapes): Part {
  if (schema === undefined) return {}
  const example = exampleOf(schema)
  const envelope = {
    type: 'object',
    required: ['success', 'data'],
    properties: {
      success: { type: 'boolean', const: true },
      data: shapes.named(schema, `${pascal(id)}Answer`),
    },
  }
  return { content: json(envelope, example === undefined ? undefined : { success: true, data: example }) }
}

/** The statuses of the refusals that an API route can give: by what stands before it, by what it takes, and by what it says itself. */
function refusalsOf({ path, method, guarded, limited, params, query, headers, body, detail }: Described): number[] {
  if (!path.startsWith('/api/')) return []
  const writes = method !== 'GET'
  const names = guarded && (params !== undefined || body !== undefined || query !== undefined)
  const own = (detail['x-errors'] ?? []).map((code) => (errors as Record<string, { status: number }>)[code]?.status)
  const can: Record<number, boolean> = {
    400: true,
    // Signing in is refused by the same statuses as what needs it.
    401: guarded || writes,
    403: true,
    404: names,
    409: writes,
    413: writes,
    415: writes,
    // A token and a key at once are one field too many.
    422: guarded || params !== undefined || query !== undefined || headers !== undefined || body !== undefined,
    429: limited,
    503: true,
  }
  return errorStatuses.filter((status) => can[status] === true || own.includes(status))
}
