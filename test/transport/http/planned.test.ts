import { expect, setDefaultTimeout, test } from 'bun:test'
import { Elysia } from 'elysia'
import { plannedRoutes } from '../../../src/transport/http/index.ts'
import { startServer } from '../../services/server.ts'

setDefaultTimeout(30_000)

test.each([
  ['POST', '/files/upload', 'file_uploads'],
  ['GET', '/webhooks', 'webhooks'],
  ['DELETE', '/webhooks/4', 'webhooks'],
  ['GET', '/push/vapid-key', 'push_notifications'],
  ['POST', '/auth/email/verify', 'email'],
])('%s %s answers that its feature is not here', async (method, path, feature) => {
  const refused: unknown[] = []
  const app = new Elysia()
    .onError({ as: 'global' }, ({ error }) => {
      refused.push(error)
      return new Response(null, { status: 403 })
    })
    .use(plannedRoutes())
  expect((await app.handle(new Request(`http://localhost${path}`, { method }))).status).toBe(403)
  expect(refused).toMatchObject([{ code: 'FEATURE_DISABLED', details: { feature } }])
})

test('a file that is sent is answered like that too, and not by what it is made of', async () => {
  const server = await startServer()
  const { token } = await server.register('ada')
  const body = new FormData()
  body.set('file', new Blob(['x'.repeat(3_000_000)]), 'large.bin')
  const response = await fetch(`${server.url}/api/v1/files/upload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  })
  expect([response.status, await response.json()]).toMatchObject([
    403,
    { error: { code: 'FEATURE_DISABLED', details: { feature: 'file_uploads' } } },
  ])
  await server.close()
})
