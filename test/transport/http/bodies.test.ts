import { expect, test } from 'bun:test'
import { describeServer } from '../../../src/app/documents.ts'
import { defaults } from '../../../src/platform/config/index.ts'

interface Schema {
  $ref?: string
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
}
interface Document {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
  components: { schemas: Record<string, Schema> }
}

const document = describeServer(defaults)['/openapi.json']() as Document

/** The objects within a schema, by where they are, and whether they stand in an intersection. */
function* objectsWithin(schema: Schema, path: string, kept = false): Generator<{ path: string; kept: boolean }> {
  const { $ref, type, properties = {}, items, anyOf = [], allOf = [] } = schema
  if ($ref !== undefined) {
    yield* objectsWithin(document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}, path, kept)
    return
  }
  if (type === 'object' && path !== '') yield { path, kept }
  for (const [name, each] of Object.entries(properties)) yield* objectsWithin(each, `${path}.${name}`)
  if (items !== undefined) yield* objectsWithin(items, `${path}[]`)
  for (const each of anyOf) yield* objectsWithin(each, path, kept)
  for (const each of allOf) yield* objectsWithin(each, path, true)
}

// Before it judges a body, Elysia makes a new one of what its schema knows, and where that says object, it makes one of a text, a number or null too: `metadata: "x"`
// would be taken as `{}`. Of an intersection, as `Type.Intersect([schema, Type.Unknown()])`, it makes nothing.
test('an object within a body stands in an intersection, so that nothing else is taken for it', () => {
  const found = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) =>
      Object.values(requestBody?.content ?? {}).flatMap(({ schema }) =>
        [...objectsWithin(schema, '')].map((each) => ({ ...each, line: `${method} ${path} ${each.path}` })),
      ),
    ),
  )
  expect(found.filter(({ kept }) => !kept).map(({ line }) => line)).toEqual([])
  expect(found.map(({ line }) => line)).toContain('post /api/v1/rooms/{id}/messages .metadata')
})
