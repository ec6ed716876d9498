import type { TSchema } from '@sinclair/typebox'

import type { Shapes } from '../../kernel/shapes.ts'
import { exampleOf } from './examples.ts'
import { type Described, hasField, isKept } from './route.ts'

type Part = Record<string, unknown>

/** What the house means by a name wherever it stands, for schemas that do not say it themselves. */
const known: Readonly<Record<string, string>> = {
  limit: 'How many at most.',
  offset: 'How many to pass over.',
  cursor: 'The `next_cursor` of the page before.',
  before_id: 'Only what is older than this message.',
  after_id: 'Only what is newer than this message.',
  since_seq: 'Only what has changed since this sequence number.',
  user_id: 'The id of the user.',
  room_id: 'The id or the slug of the room.',
  conversation_id: 'The id of the conversation.',
  search: 'Words to look for.',
  q: 'Words to look for.',
  author_id: 'Only what this user wrote.',
  before: 'Only what is older than this time.',
  after: 'Only what is newer than this time.',
  outcome: 'Only what ended like this.',
  reason: 'Why, for the record.',
  emoji: 'One emoji, percent-encoded.',
}

const headerNames: Readonly<Record<string, string>> = {
  'idempotency-key': 'Idempotency-Key',
  'if-none-match': 'If-None-Match',
}

/** Parameters of the path, the query and headers, as the route's own schemas have them. */
export function parametersOf(route: Described, shapes: Shapes): Part[] {
  const { params, query, headers } = route
  const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const gives = route.cookies && [...route.answers.values()].some((schema) => hasField(schema, 'refresh_token'))
  const inPath = named.map((name) => {
    const schema = propertyOf(params, name) ?? ({ type: 'string' } as unknown as TSchema)
    return parameter('path', name, schema, true, subjectOf(route.path, name), shapes)
  })
  const inQuery = propertiesOf(query).map(([name, schema, required]) =>
    parameter('query', name, schema, required, known[name], shapes),
  )
  const inHeader = propertiesOf(headers).map(([name, schema, required]) =>
    parameter('header', headerNames[name.toLowerCase()] ?? name, schema, required, undefined, shapes),
  )
  return [
    ...inPath,
    ...inQuery,
    ...inHeader,
    ...(isKept(route) ? [if_none_match] : []),
    ...(gives ? [refresh_cookie] : []),
  ]
}

const if_none_match = { $ref: '#/components/parameters/IfNoneMatch' }
const refresh_cookie = { $ref: '#/components/parameters/RefreshCookie' }

export const parameters = {
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of an answer that the client still has; while it holds, the answer is 304 without a body.',
    schema: { type: 'string' },
  },
  RefreshCookie: {
    name: 'X-Refresh-Cookie',
    in: 'header',
    description:
      '`true` puts the refresh token into a cookie instead of the body, for pages; only with `security.refresh_cookie`.',
    schema: { type: 'string', enum: ['true'] },
  },
}

function parameter(
  place: 'path' | 'query' | 'header',
  name: string,
  schema: TSchema,
  required: boolean,
  otherwise: string | undefined,
  shapes: Shapes,
): Part {
  const { description = otherwise ?? known[name], examples, ...rest } = schema
  // An address cannot be asked for without; elsewhere what is left out says more than an example of chance.
  const example = ((examples ?? []) as unknown[])[0] ?? (place === 'path' ? exampleOf(schema) : undefined)
  return {
    name,
    in: place,
    ...(required && { required: true }),
    ...(description !== undefined && { description }),
    // What has a name is described where it is defined.
    schema: shapes.plain('title' in schema ? schema : rest),
    // Readers fill an example in: where it may be left out, it would ask for something that is not there.
    ...(required && example !== undefined && { example }),
  }
}

const propertiesOf = (schema: TSchema | undefined): [string, TSchema, boolean][] => {
  const required = (schema?.['required'] ?? []) as string[]
  return Object.entries((schema?.['properties'] ?? {}) as Record<string, TSchema>).map(([name, each]) => [name, each, required.includes(name)]) // prettier-ignore
}

const propertyOf = (schema: TSchema | undefined, name: string): TSchema | undefined =>
  (schema?.['properties'] as Record<string, TSchema> | undefined)?.[name]

/** What `:id` names is said by the word before it. */
function subjectOf(path: string, name: string): string | undefined {
  const word = new RegExp(`/([\\w-]+)/:${name}(/|$)`).exec(path)?.[1]
  if (word === undefined) return known[name]
  return `The ${name === 'id' ? 'id' : name.replaceAll('_', ' ')} of the ${word.replaceAll('-', ' ').replace(/s$/, '')}.`
}
