import { expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { plannedRoutes } from '../../../src/transport/http/index.ts'

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
