import { Kind, type TSchema } from '@sinclair/typebox'
import { repeated } from '../../kernel/reasons.ts'

interface Route {
  method: string
  path: string
  hooks: { params?: unknown; query?: unknown }
}

type Fields = Record<string, unknown>
type Coerce = (fields: Fields) => void

/**
 * Addresses carry text only: a field whose schema is an integer or a boolean gets its value before it is judged, so a
 * schema reads the same for a path, a query and a body. What does not read as one stays text, and the schema refuses it;
 * and a parameter that stands more than once in the query, whichever was meant.
 */
export function createCoercion(routes: readonly Route[]) {
  const known = new Map(
    routes.map(({ method, path, hooks }) => [
      `${method} ${path}`,
      { params: coercer(hooks.params), query: coercer(hooks.query) },
    ]),
  )
  return (method: string, route: string, fields: { params: Fields; query: Fields }, url: string): void => {
    const coercers = known.get(`${method} ${route}`)
    coercers?.params?.(fields.params)
    coercers?.query?.(fields.query)
    for (const name of repeatedIn(url)) if (Object.hasOwn(fields.query, name)) fields.query[name] = repeated
  }
}

function repeatedIn(url: string): ReadonlySet<string> {
  const begin = url.indexOf('?')
  const names = new Set<string>()
  if (begin === -1 || !url.includes('&', begin)) return names
  const seen = new Set<string>()
  for (const name of new URLSearchParams(url.slice(begin)).keys()) (seen.has(name) ? names : seen).add(name)
  return names
}

function coercer(schema: unknown): Coerce | undefined {
  const properties = (schema as { properties?: Record<string, TSchema> } | undefined)?.properties ?? {}
  const integers = Object.keys(properties).filter((name) => has(properties[name], 'Integer'))
  const booleans = Object.keys(properties).filter((name) => has(properties[name], 'Boolean'))
  if (integers.length + booleans.length === 0) return undefined
  return (fields) => {
    for (const name of integers) {
      const text = fields[name]
      if (typeof text === 'string' && /^-?\d{1,16}$/.test(text)) fields[name] = Number(text)
    }
    for (const name of booleans) {
      if (fields[name] === 'true') fields[name] = true
      if (fields[name] === 'false') fields[name] = false
    }
  }
}

const has = (schema: TSchema | undefined, kind: string): boolean =>
  schema !== undefined &&
  (schema[Kind] === kind || ((schema['anyOf'] ?? []) as TSchema[]).some((member) => has(member, kind)))
