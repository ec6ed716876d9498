import type { TSchema } from '@sinclair/typebox'

import type { Described } from './route.ts'

const verbs: Readonly<Record<string, string>> = { GET: 'get', PUT: 'update', PATCH: 'update', DELETE: 'delete' }

/**
 * `rooms.members.list`: the words of the address and what is done there. It depends on its own route alone, so that a route that is added renames no other;
 * `detail.operationId` says it better where this reads badly.
 */
export function operationId({ method, path, detail, answers }: Described): string {
  if (detail.operationId !== undefined) return detail.operationId
  const segments = path.replace(/^\/api\/v\d+\//, '/').split('/').filter(Boolean) // prettier-ignore
  const words = segments.filter((segment) => !isName(segment)).map((word) => word.replace(/\.json$/, '').replaceAll('-', '_')) // prettier-ignore
  if (method === 'POST') return [...words, ...(answers.has(201) ? ['create'] : [])].join('.')
  const last = segments.at(-1)
  if (method === 'GET' && last !== undefined && !isName(last) && isList(answers.get(200))) return [...words, 'list'].join('.') // prettier-ignore
  return [...words, verbs[method] ?? method.toLowerCase()].join('.')
}

const isName = (segment: string): boolean => segment.startsWith(':') || segment === '*'

/** A list, or a page of one. */
function isList(schema: TSchema | undefined): boolean {
  if (schema?.['type'] === 'array') return true
  const properties = (schema?.['properties'] ?? {}) as Record<string, TSchema>
  const lists = Object.values(properties).filter(({ type }) => type === 'array')
  const paged = ['next_cursor', 'has_more', 'total_count'].some((name) => name in properties)
  return lists.length === 1 && (paged || Object.keys(properties).length === 1)
}
