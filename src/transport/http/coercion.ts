import { Kind, type TSchema } from '@sinclair/typebox'

interface Route {
  method: string
  path: string
  hooks: { params?: unknown; query?: unknown }
}

type Fields = Record<string, unknown>
type Coerce = (fields: Fields) => void

/**
 * Addresses carry text only: a field whose schema is an integer or a boolean gets its value before it is judged, so a
 * schema reads the same for a path, a query and a body. What does not read as one stays text, and the schema refuses it.
 */
export function createCoercion(routes: readonly Route[]) {
  const known = new Map(
    routes.map(({ method, path, hooks }) => [
      `${method} ${path}`,
      { params: coercer(hooks.params), query: coercer(hooks.query) },
    ]),
  )
  return (method: string, route: string, fields: { params: Fields; query: Fields }): void => {
    const coercers = known.get(`${method} ${route}`)
    coercers?.params?.(fields.params)
    coercers?.query?.(fields.query)
  }
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
