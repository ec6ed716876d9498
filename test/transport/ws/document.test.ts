import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { alike } from '../../services/alike.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'
import { startServer } from '../../services/server.ts'
import { unsaid, withTables } from './document-tables.ts'
import { play, type Played, type World } from './document.ts'

setDefaultTimeout(90_000)
const path = join(import.meta.dir, '../../../docs/websocket_api.md')
const update = process.env['UPDATE_DOCUMENTS'] !== undefined
const limits = { max_connections_per_user: 5, max_messages_per_minute: 60, max_typing_per_minute: 3 }

let database: TestDatabase
let world: World
let document: string
let played: Played
/** The names of commands and events, by the AsyncAPI document. */
let names: Record<'command' | 'event', string[]>

beforeAll(async () => {
  database = await createDatabase()
  // Carol has a token that is about to end.
  const short = await startServer({ security: { jwt_access_duration: 59_000 } }, database)
  const people = {
    ada: await short.register('ada'),
    bob: await short.register('bob'),
    carol: await short.register('carol'),
  }
  await short.close()

  const server = await startServer({ limits, server: { drain_seconds: 1 } }, database)
  let stopping: Promise<void> | undefined
  world = {
    server,
    people: { ...people, ada: await server.login('ada'), bob: await server.login('bob') },
    stop: () => (stopping ??= server.close()),
  }
  const asyncapi = (await (await fetch(`${server.url}/asyncapi.json`)).json()) as { components: { messages: object } }
  const all = Object.keys(asyncapi.components.messages)
  const of = (kind: string) => all.filter((each) => each.startsWith(kind)).map((each) => each.slice(kind.length))
  names = { command: of('command.'), event: of('event.') }

  document = await Bun.file(path).text()
  played = await play(world, document)
  const written = withTables(played.document)
  if (update) await Bun.write(path, (document = written))
})
afterAll(async () => {
  await world.stop()
  await database.drop()
})

/** `UPDATE_DOCUMENTS=1 bun test ./test/transport/ws/document.test.ts` writes what the server answers, and what the source says, into the document. */
describe('docs/websocket_api.md', () => {
  test('shows what the server answers', () => {
    if (!update) expect(played.document).toBe(document)
  })

  test('has the tables that the source gives, and says something of each row', () => {
    expect(withTables(document)).toBe(document)
    expect(unsaid(document)).toEqual([])
  })

  test('has a section for each command and each event, and an example of each', () => {
    const headings = document.split('\n').filter((line) => line.startsWith('#')).flatMap((line) => line.match(/\w+/g) ?? []) // prettier-ignore
    const all = [...names.command, ...names.event]
    expect(all.length).toBeGreaterThan(40)
    expect(all.filter((name) => !headings.includes(name))).toEqual([])
    expect(names.command.filter((name) => !played.sent.has(name))).toEqual([])
    const told = new Set([...played.told, ...(played.answered.has('error') ? ['error'] : [])])
    expect(names.event.filter((name) => !told.has(name))).toEqual([])
  })
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
