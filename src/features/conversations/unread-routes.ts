import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { UnreadQuery, UnreadSummary } from './read-schema.ts'
import type { Reads } from './reads.ts'

export const unreadRoutes = ({ reads, guard }: { reads: Pick<Reads, 'unreadOf'>; guard: Guard }) =>
  new Elysia({ name: 'unread', prefix: '/users/me', detail: { tags: ['users'] } })
    .use(guard)
    .get('/unread', ({ actor, query }) => reads.unreadOf(actor, query), {
      query: UnreadQuery,
      response: UnreadSummary,
      detail: {
        operationId: 'users.me.unread.list',
        summary: 'What the caller has not read',
        'x-permission': 'read_messages',
      },
    })
