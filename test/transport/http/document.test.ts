import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { type Account, startServer, type TestServer } from '../../services/server.ts'
import {
  errorsMisplaced,
  fieldsUnsaid,
  ghosts,
  listed,
  statusesUnsaid,
  type OpenApi,
  withPermissions,
} from './document-tables.ts'
import { play, type Played } from './document.ts'

setDefaultTimeout(90_000)
const path = join(import.meta.dir, '../../../docs/rest_api.md')
const update = process.env['UPDATE_DOCUMENTS'] !== undefined

let server: TestServer
let openapi: OpenApi
let document: string
let played: Played

beforeAll(async () => {
  server = await startServer({ limits: { max_requests_per_minute: 600 } })
  openapi = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi
  const named = ({ username, token }: Account): [string, string] => [`${username}'s access token`, token]
  await server.register('root')
  await server.sql`update users set role = 'admin' where username = 'root'`
  const known = new Map([named(await server.login('root')), named(await server.register('bob'))])
  document = await Bun.file(path).text()
  played = await play(server.url, document, known)
  if (update) await Bun.write(path, (document = withPermissions(played.document, openapi)))
})
afterAll(() => server.close())

/** `UPDATE_DOCUMENTS=1 bun test ./test/transport/http/document.test.ts` writes what the server answers, and what API keys need, into the document. */
describe('docs/rest_api.md', () => {
  test('shows what the server answers', () => {
    if (!update) expect(played.document).toBe(document)
    expect(played.asked.length).toBeGreaterThan(60)
  })

  test('has a row for each operation, and no other', () => {
    expect(listed(document).toSorted()).toEqual(Object.keys(operationsOf()).toSorted())
  })

  test('names no operation that there is not', () => {
    expect(ghosts(document, Object.keys(operationsOf()))).toEqual([])
  })

  test('says what an API key needs for each', () => {
    expect(withPermissions(document, openapi)).toBe(document)
  })

  test('says how each answers when all is well, if not with 200', () => {
    expect(statusesUnsaid(document, openapi)).toEqual([])
  })

  test('names each field of a body and of a query in the section of its operation', () => {
    expect(fieldsUnsaid(document, openapi)).toEqual([])
  })

  test('has each error in the row of its status', () => {
    expect(errorsMisplaced(document)).toEqual([])
  })

  test('has an example of each group of operations, and of each status that a client has to know', () => {
    const groups = Object.entries(operationsOf()).map(([line, { tags = [] }]) => ({ line, tag: tags[0] ?? '' }))
    const shown = groups.filter(({ line }) => played.asked.some((each) => fits(line, each)))
    expect([...new Set(groups.map(({ tag }) => tag))].filter((tag) => !shown.some((each) => each.tag === tag))).toEqual([]) // prettier-ignore
    const statuses = new Set(played.asked.map(({ status }) => status))
    for (const status of [200, 201, 202, 204, 304, 401, 403, 404, 409, 422, 429]) expect(statuses).toContain(status)
  })
})

const operationsOf = () =>
  Object.fromEntries(
    Object.entries(openapi.paths).flatMap(([address, methods]) =>
      Object.entries(methods).map(([method, each]) => [`${method.toUpperCase()} ${address}`, each] as const),
    ),
  )

function fits(line: string, { method, path }: { method: string; path: string }): boolean {
  const [wanted, address = ''] = line.split(' ')
  const pattern = address.replaceAll(/\{\w+\}/g, '[^/]+')
  return method === wanted && new RegExp(`^${pattern}$`).test(path.replace(/\?.*/, ''))
}
