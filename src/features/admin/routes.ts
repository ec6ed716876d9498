import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import {
  AdminUserDetail,
  AdminUserPage,
  Draining,
  Nodes,
  ServerStats,
  UserChange,
  UserPath,
  UsersQuery,
} from './schema.ts'
import type { Admin } from './service.ts'

export const adminRoutes = ({ admin, guard }: { admin: Admin; guard: Guard }) =>
  new Elysia({ name: 'admin', prefix: '/admin', detail: { tags: ['admin'] } })
    .use(guard)
    .get('/stats', ({ actor }) => admin.stats(actor), {
      response: ServerStats,
      detail: { summary: 'Figures of the server', 'x-permission': 'view_stats' },
    })
    .get('/users', ({ actor, query }) => admin.users.list(actor, query), {
      query: UsersQuery,
      response: AdminUserPage,
      detail: { summary: 'Accounts', 'x-permission': 'manage_users' },
    })
    .get('/users/:id', ({ actor, params }) => admin.users.find(actor, params.id), {
      params: UserPath,
      response: AdminUserDetail,
      detail: { summary: 'An account', 'x-permission': 'manage_users' },
    })
    .put('/users/:id', ({ actor, params, body }) => admin.users.change(actor, params.id, body), {
      params: UserPath,
      body: UserChange,
      response: AdminUserDetail,
      detail: { summary: 'Give a role, ban, or lift a ban', 'x-permission': 'manage_users' },
    })
    .post('/users/:id/revoke-sessions', ({ actor, params }) => admin.users.revokeSessions(actor, params.id), {
      params: UserPath,
      response: { 204: Type.Void({ description: 'All sessions of the user have ended.' }) },
      detail: { summary: 'End all sessions of a user', 'x-permission': 'manage_users' },
    })
    .get('/nodes', ({ actor }) => admin.nodes(actor), {
      response: Nodes,
      detail: { summary: 'The nodes of the server', 'x-permission': 'view_stats' },
    })
    .post(
      '/drain',
      async ({ actor, set }) => {
        const draining = await admin.drain(actor)
        set.status = 202
        return draining
      },
      {
        response: { 202: Draining },
        detail: { summary: 'Send everybody away and end this server', 'x-permission': 'drain' },
      },
    )
