import type { AnyElysia } from 'elysia'
import { expect, test } from 'bun:test'
import { dmRoutes, readRoutes } from '../../../src/features/conversations/index.ts'
import {
  dmListRoutes,
  messageRoutes,
  reactionRoutes,
  searchRoutes,
  timelineRoutes,
} from '../../../src/features/messages/index.ts'
import { createLimits } from '../../../src/platform/limits/index.ts'
import { createGuard } from '../../../src/transport/http/index.ts'

const guard = createGuard({
  authenticate: () => Promise.reject(new Error('nobody asks')),
  limits: createLimits(),
  rule: { points: 0, duration_s: 60 },
})
/** Wiring alone: nothing of it is called. */
const parts = { guard } as never
const plugins: AnyElysia[] = [
  timelineRoutes(parts),
  messageRoutes(parts),
  reactionRoutes(parts),
  dmListRoutes(parts),
  dmRoutes(parts),
  readRoutes(parts),
  searchRoutes(parts),
]

interface Route {
  method: string
  path: string
  hooks: {
    detail?: { summary?: string; tags?: string[]; 'x-permission'?: string | string[] }
    response?: unknown
  }
}
const routes = plugins.flatMap((plugin) => plugin.routes as unknown as Route[])

test('every address says what an API key needs for it', () => {
  const needed = Object.fromEntries(
    routes.map(({ method, path, hooks }) => [`${method} ${path}`, hooks.detail?.['x-permission']]),
  )
  expect(needed).toEqual({
    'GET /rooms/:id/messages': 'read_messages',
    'POST /rooms/:id/messages': 'send_messages',
    'GET /conversations/:id/messages': 'read_messages',
    'POST /conversations/:id/messages': 'send_dm',
    'GET /messages/:id': 'read_messages',
    'PUT /messages/:id': 'edit_own_messages',
    'DELETE /messages/:id': ['delete_own_messages', 'delete_all_messages'],
    'GET /messages/:id/thread': 'read_messages',
    'GET /messages/:id/history': 'read_messages',
    'POST /messages/:id/pin': 'pin_messages',
    'POST /messages/:id/report': 'read_messages',
    'GET /messages/:id/reactions': 'read_messages',
    'POST /messages/:id/reactions': 'add_reactions',
    'DELETE /messages/:id/reactions/:emoji': 'add_reactions',
    'GET /conversations': 'read_messages',
    'GET /conversations/:id': 'read_messages',
    'POST /conversations': 'send_dm',
    'POST /conversations/:id/block': 'edit_profile',
    'POST /rooms/:id/read': 'read_messages',
    'POST /conversations/:id/read': 'read_messages',
    'GET /rooms/:id/receipts': 'read_messages',
    'GET /conversations/:id/receipts': 'read_messages',
    'GET /search/messages': 'read_messages',
  })
})

test.each(routes.map((route): [string, Route] => [`${route.method} ${route.path}`, route]))(
  '%s says in the document what it does and answers',
  (_, { hooks }) => {
    expect(hooks.detail?.summary).toMatch(/^[A-Z].*[^.]$/)
    expect(hooks.detail?.tags).toHaveLength(1)
    expect(hooks.response).toBeDefined()
  },
)
