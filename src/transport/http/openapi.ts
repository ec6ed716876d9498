import type { TSchema } from '@sinclair/typebox'

import { createShapes } from '../../kernel/shapes.ts'
import { operationOf } from './openapi-operation.ts'
import { parameters } from './openapi-parameters.ts'
import { error_code, error_schema, errorResponses, headers, securitySchemes, tags } from './openapi-parts.ts'
import { operationId } from './operation-ids.ts'
import { type Described, describeRoute, type ListedRoute } from './route.ts'
import { refresh_cookie } from './refresh-cookie.ts'

const documented = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * The HTTP side as an OpenAPI 3.1 document, made from the schemas that check requests and answers. Routes of which `detail.hide` is true are not in it.
 * Throws for two routes of one `operationId`, and for two schemas of one name.
 */
export function openapi({
  routes,
  version,
  public_url,
}: {
  routes: readonly ListedRoute[]
  version: string
  public_url: string
}): object {
  // prettier-ignore
  const shown = routes.map(describeRoute).filter(({ method, detail }) => detail.hide !== true && documented.has(method))
  const shapes = createShapes()
  const schema = (part: object, name: string) => shapes.named(part as TSchema, name)
  schema(error_code, 'ErrorCode')
  schema(error_schema, 'Error')
  const paths: Record<string, Record<string, object>> = {}
  const taken = new Map<string, string>()
  for (const route of shown.toSorted(byPlace)) {
    const id = operationId(route)
    const line = `${route.method} ${route.path}`
    if (taken.has(id)) throw new Error(`${taken.get(id)} and ${line} are both called ${id}`)
    taken.set(id, line)
    const operations = (paths[route.path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
    operations[route.method.toLowerCase()] = operationOf(route, id, shapes)
  }
  const used = new Set(shown.flatMap(({ detail }) => detail.tags ?? []))
  return {
    openapi: '3.1.1',
    info: {
      title: 'Veza Chat',
      version,
      summary: 'The REST side of a self-hosted chat server.',
      description: `Every answer below \`/api/v1\` is \`{"success": true, "data"}\`, or \`{"success": false, "error"}\` with a \`code\` for programs. Messages arrive over the WebSocket at \`/ws\`, which \`/asyncapi.json\` describes.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: public_url === '' ? '/' : public_url.replace(/\/$/, ''), description: 'This server.' }],
    security: [],
    tags: Object.entries(tags).filter(([name]) => used.has(name)).map(([name, description]) => ({ name, description })), // prettier-ignore
    paths,
    components: {
      schemas: shapes.all(),
      responses: errorResponses(),
      parameters,
      headers,
      securitySchemes: securitySchemes(refresh_cookie),
    },
  }
}

const order = Object.keys(tags)

/** By the order of tags, and as written within one. */
const byPlace = (a: Described, b: Described): number => rank(a) - rank(b)
const rank = ({ detail }: Described): number => {
  const place = order.indexOf(detail.tags?.[0] ?? '')
  return place === -1 ? order.length : place
}
