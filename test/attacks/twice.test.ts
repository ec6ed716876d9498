// A parameter that stands twice in an address is refused, whatever its kind: each is judged by another part of the schema library.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(60_000)

let server: TestServer
let chief: Account
beforeAll(async () => {
  server = await startServer({})
  chief = await server.register('chief')
  await server.sql`update users set role = 'admin' where id = ${chief.id}`
})
afterAll(() => server.close())

interface Parameter {
  in: string
  name: string
}
interface Document {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>
}

test('every parameter of every query', async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
  let asked = 0
  for (const [path, operations] of Object.entries(paths))
    for (const { name, in: where } of operations['get']?.parameters ?? []) {
      if (where !== 'query' || !path.startsWith('/api/v1')) continue
      const line = `GET ${path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '1')}`
      for (const value of ['null', '1', 'a']) {
        const { status, error } = await server.ask(`${line}?${name}=${value}&${name}=${value}`, undefined, chief.token)
        expect([line, name, value, status]).toEqual([line, name, value, 422])
        expect(error.details).toContainEqual({ field: name, reason: 'must not be given more than once' })
        asked++
      }
    }
  expect(asked).toBeGreaterThan(60)
})
