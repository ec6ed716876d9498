import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { startServer, type TestServer } from '../services/server.ts'
import { fieldsOf, type Schemas, type Structure, structureOf, unsaid, withTables } from './data-models.ts'

setDefaultTimeout(60_000)
const root = join(import.meta.dir, '../..')
const path = join(root, 'docs/data_models.md')
const update = process.env['UPDATE_DOCUMENTS'] !== undefined

let server: TestServer
let structure: Structure
let schemas: Schemas
let document: string

beforeAll(async () => {
  server = await startServer()
  structure = await structureOf(server.sql)
  const openapi = (await (await fetch(`${server.url}/openapi.json`)).json()) as { components: { schemas: Schemas } }
  schemas = openapi.components.schemas
  document = await Bun.file(path).text()
  if (update) await Bun.write(path, (document = withTables(document, structure, schemas)))
})
afterAll(() => server.close())

const headings = () => [...document.matchAll(/^### (.*)$/gm)].map(([, name = '']) => name)

/** `UPDATE_DOCUMENTS=1 bun test ./test/docs/data-models.test.ts` writes what the database and the schemas say; the last column stays. */
describe('docs/data_models.md', () => {
  test('has a section for each table, and for no other', () => {
    const tables = headings().flatMap((name) => /^`(\w+)`$/.exec(name)?.[1] ?? [])
    expect(tables.toSorted()).toEqual([...structure.tables.keys()].toSorted())
  })

  test('has the columns, their types and the constraints of the database, and the fields of the API', () => {
    expect(withTables(document, structure, schemas)).toBe(document)
  })

  test('says something of each', () => {
    expect(unsaid(document)).toEqual([])
  })

  test('has the objects that others refer to', () => {
    const objects = headings().filter((name) => !name.startsWith('`'))
    expect(objects.filter((name) => fieldsOf(name, schemas) === undefined)).toEqual([])
    for (const name of ['User', 'Room', 'Member', 'Message', 'Invite', 'Session', 'ApiKey', 'Bot'])
      expect(objects).toContain(name)
  })

  test('says the error of each constraint that the code turns into one', async () => {
    const files = await Array.fromAsync(new Bun.Glob('src/features/**/*.ts').scan({ cwd: root }))
    const texts = await Promise.all(files.map((file) => Bun.file(join(root, file)).text()))
    const named = texts.flatMap((text) => [...text.matchAll(/onConstraint\('(\w+)'/g)].map(([, name = '']) => name))
    expect(new Set(named).size).toBeGreaterThan(1)
    for (const name of named) expect(document).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\`[A-Z]+_[A-Z_]+\``, 'm'))
  })
})
