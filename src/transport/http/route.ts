import type { TSchema } from '@sinclair/typebox'

import type { RoutePermission } from './permissions.ts'
import { traitsOf } from './traits.ts'

/** A route as Elysia lists it. */
export interface ListedRoute {
  method: string
  path: string
  hooks: object
}

/** What a route says in its `detail`, beside what OpenAPI knows there. */
interface Detail {
  summary?: string
  description?: string
  tags?: string[]
  hide?: boolean
  operationId?: string
  responses?: Record<string, object>
  security?: Record<string, string[]>[]
  'x-permission'?: RoutePermission
  /** Further error codes that its answers may have. */
  'x-errors'?: readonly string[]
  /** Its answers carry secrets that their schema does not show. */
  'x-sensitive'?: boolean
}

/** A route, read for documents and for what becomes of its answers. */
export interface Described {
  method: string
  path: string
  detail: Detail
  params: TSchema | undefined
  query: TSchema | undefined
  headers: TSchema | undefined
  body: TSchema | undefined
  /** By status; undefined for an answer without a body. */
  answers: ReadonlyMap<number, TSchema | undefined>
  permission: RoutePermission | undefined
  /** Needs an actor. */
  guarded: boolean
  /** Shows a limit in its headers. */
  limited: boolean
  /** Takes and gives refresh tokens as cookies, too. */
  cookies: boolean
  /** Its answers carry secrets: they are neither kept by a cache nor compressed. */
  sensitive: boolean
}

interface Hooks {
  detail?: Detail
  params?: TSchema
  query?: TSchema
  headers?: TSchema
  body?: TSchema
  response?: TSchema | Record<string, TSchema>
}

export function describeRoute({ method, path, hooks }: ListedRoute): Described {
  const { detail = {}, params, query, headers, body, response } = hooks as Hooks
  const traits = traitsOf(hooks)
  const answers = answersOf(response, detail)
  return {
    method,
    path: path.length > 1 ? path.replace(/\/$/, '') : path,
    detail,
    params,
    query,
    headers,
    body,
    answers,
    permission: detail['x-permission'],
    guarded: traits.has('guarded'),
    limited: traits.has('guarded') || traits.has('limited'),
    cookies: traits.has('cookies'),
    sensitive: detail['x-sensitive'] === true || path.startsWith('/api/v1/auth/') || [...answers.values()].some(tells),
  }
}

/** Whether clients may keep its answers and ask whether they still hold. */
export const isKept = ({ method, sensitive, answers }: Described): boolean =>
  method === 'GET' && !sensitive && answers.get(200) !== undefined

/** A schema alone is that of a 200, and none that of a 204, unless the route describes its answers by hand. */
function answersOf(response: Hooks['response'], { responses = {} }: Detail): Map<number, TSchema | undefined> {
  if (response === undefined)
    return Object.keys(responses).some((status) => status < '400') ? new Map() : new Map([[204, undefined]])
  const keys = Object.keys(response)
  const byStatus = keys.length > 0 && keys.every((key) => /^\d{3}$/.test(key))
  const entries: [number, TSchema][] = byStatus
    ? Object.entries(response as Record<string, TSchema>).map(([status, schema]) => [Number(status), schema])
    : [[200, response as TSchema]]
  return new Map(
    entries.map(([status, schema]) =>
      isVoid(schema) ? ([status === 200 ? 204 : status, undefined] as const) : ([status, schema] as const),
    ),
  )
}

/** Whether an object may have a field. */
export const hasField = (schema: TSchema | undefined, name: string): boolean =>
  name in ((schema?.['properties'] ?? {}) as object)

const isVoid = (schema: TSchema): boolean => ['void', 'undefined'].includes(String(schema['type']))

const secret = /(^|_)(tokens?|secrets?|tickets?|passwords?|keys?|codes?|otpauth_url)$/

/** Whether an answer has a field that is a secret by its name. */
function tells(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  if (Array.isArray(schema)) return schema.some(tells)
  return Object.entries(schema).some(
    ([keyword, value]) =>
      (keyword === 'properties' && Object.keys(value as object).some((name) => secret.test(name))) || tells(value),
  )
}
