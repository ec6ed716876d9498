import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { startServer, type TestServer } from '../../services/server.ts'
import { alike, play } from './document.ts'

setDefaultTimeout(30_000)
const path = join(import.meta.dir, '../../../docs/websocket_api.md')
let server: TestServer

beforeAll(async () => {
  server = await startServer({ limits: { max_connections_per_user: 5, max_messages_per_minute: 60 } })
})
afterAll(() => server.close())

/** `UPDATE_DOCUMENTS=1 bun test ./test/transport/ws/document.test.ts` writes what the server answers into the document. */
test('docs/websocket_api.md shows what the server answers', async () => {
  const people = { ada: await server.register('ada'), bob: await server.register('bob') }
  const document = await Bun.file(path).text()
  const played = await play(server, people, document)
  if (process.env['UPDATE_DOCUMENTS']) await Bun.write(path, played)
  else expect(played).toBe(document)
})

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  ['2026-01-02T03:04:05.678Z', '2030-01-02T03:04:05.000Z', true],
  ['2026-01-02T03:04:05.678Z', '2030-01-02', false],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [[1, 2], [1], false],
  [{ retry_after: 3 }, { retry_after: 60 }, true],
  [{ retry_after: 3 }, { retry_after: null }, false],
  [{ seq: 3 }, { seq: 4 }, false],
])('%j and %j: %p', (said, got, expected) => {
  expect(alike(said, got)).toBe(expected)
})
