import { errors } from '../../../src/kernel/errors.ts'

interface Schema {
  $ref?: string
  properties?: Record<string, unknown>
}

interface Operation {
  tags?: string[]
  parameters?: { $ref?: string; name?: string; in?: string }[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  responses: Record<string, object>
  'x-permission'?: string | string[]
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** A row of an operation: `POST /rooms` in its first cell, what a key needs in its last. */
const row = /^\| `(?<method>GET|POST|PUT|DELETE) (?<path>\/[^`]*)` \|.*\|$/gm

/** Addresses of the API are written without what they all begin with. */
const whole = (path: string): string => (/^\/(health|ready|metrics)$/.test(path) ? path : `/api/v1${path}`)

const bare = (path: string): string => path.replace(/\?.*/, '')

/** The operations that have a row. */
export const listed = (document: string): string[] =>
  [...document.matchAll(row)].map(({ groups }) => `${groups?.['method']} ${whole(groups?.['path'] ?? '')}`)

/** What the text names like an operation and is none. */
export function ghosts(document: string, operations: string[]): string[] {
  const beside = ['/openapi.json', '/asyncapi.json', '/docs', '/ws']
  const names = [...document.matchAll(/`(GET|POST|PUT|DELETE) (\/[^`\s]*)`/g)]
  return names
    .map(([, method = '', path = '']) => `${method} ${beside.includes(path) ? path : whole(bare(path))}`)
    .filter((line) => !operations.includes(line) && !beside.some((each) => line.endsWith(` ${each}`)))
}

const operationAt = (document: OpenApi, method: string, path: string): Operation | undefined =>
  document.paths[whole(path)]?.[method.toLowerCase()]

/** The rows with what an API key needs, which the routes say. */
export const withPermissions = (document: string, openapi: OpenApi): string =>
  document.replaceAll(row, (line: string, method: string, path: string) => {
    const operation = operationAt(openapi, method, path)
    if (operation === undefined || !path.startsWith('/') || whole(path) === path) return line
    const permissions = [operation['x-permission'] ?? []].flat().map((name) => `\`${name}\``)
    const cells = line.split(' | ')
    return [...cells.slice(0, -1), `${permissions.length === 0 ? 'no key' : permissions.join(' or ')} |`].join(' | ')
  })

/** Operations whose row does not say a status of success other than 200. */
export const statusesUnsaid = (document: string, openapi: OpenApi): string[] =>
  [...document.matchAll(row)].flatMap(([line, method = '', path = '']) =>
    Object.keys(operationAt(openapi, method, path)?.responses ?? {})
      .filter((status) => status < '300' && status !== '200' && !line.includes(status))
      .map((status) => `${method} ${path}: ${status}`),
  )

/** Fields that are taken, and not named between the heading before the row and the next of the same kind. */
export function fieldsUnsaid(document: string, openapi: OpenApi): string[] {
  const sections = document.split(/^(?=##)/m)
  return [...document.matchAll(row)].flatMap(([line, method = '', path = '']) => {
    const section = sections.find((each) => each.includes(line)) ?? ''
    return fieldsOf(operationAt(openapi, method, path), openapi)
      .filter((name) => !new RegExp(`\`[^\`\\n]*\\b${name}\\b[^\`\\n]*\``).test(section))
      .map((name) => `${method} ${path}: ${name}`)
  })
}

function fieldsOf(operation: Operation | undefined, { components }: OpenApi): string[] {
  const schema = operation?.requestBody?.content['application/json'].schema ?? {}
  const named = components.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema
  const inQuery = (operation?.parameters ?? []).filter((each) => each.in === 'query').map(({ name = '' }) => name)
  return [...Object.keys(named.properties ?? {}), ...inQuery]
}

/** Errors that no answer over HTTP has. */
const elsewhere = ['UNKNOWN_COMMAND', 'AUTH_TIMEOUT', 'CONNECTION_LIMIT_EXCEEDED', 'CONTENT_REJECTED']

/** Errors that the table of statuses does not have in their row, and those that it has in another. */
export function errorsMisplaced(document: string): string[] {
  const said = [...document.matchAll(/^\| (\d{3}) \| (.*) \|$/gm)].flatMap(([, status, cell = '']) =>
    [...cell.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => `${code} ${status}`),
  )
  const meant = Object.entries(errors)
    .filter(([code]) => !elsewhere.includes(code))
    .map(([code, { status }]) => `${code} ${status}`)
  return [...said.filter((each) => !meant.includes(each)), ...meant.filter((each) => !said.includes(each))]
}
