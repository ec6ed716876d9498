import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

// It is saved a second after the end of a visit, and until then there was no visit in the answer at all.
test('of whoever is banned while they are here it is known at once when they were seen last', async () => {
  const chief = await server.register('chief')
  const ada = await server.register('ada')
  await server.sql`update users set role = 'admin' where id = ${chief.id}`
  await connect(server, { token: ada.token })
  const look = async () => {
    const { data } = await server.ask(`GET /admin/users/${ada.id}`, undefined, chief.token)
    return data as { is_online: boolean; last_seen_at: string | null }
  }
  expect(await look()).toMatchObject({ is_online: true, last_seen_at: null })
  await server.ask(`PUT /admin/users/${ada.id}`, { active: false }, chief.token)
  const gone = await eventually('away', async () => {
    const view = await look()
    return !view.is_online && view
  })
  expect(Math.abs(Date.parse(gone.last_seen_at ?? '') - Date.now())).toBeLessThan(10_000)
  const saved = await eventually('saved', async () => {
    const [row] = await server.sql<{ last_seen_at: Date | null }[]>`select last_seen_at from users where id = ${ada.id}`
    return row?.last_seen_at ?? undefined
  })
  expect(saved.toISOString()).toBe(gone.last_seen_at ?? '')
})
