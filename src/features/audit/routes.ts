import { Elysia } from 'elysia'

import type { Rates } from '../../platform/limits/index.ts'
import { countedAs, type Guard } from '../../transport/http/index.ts'
import { type Conversations, RoomPath, roomRef } from '../conversations/index.ts'
import { AuditLogs, RoomAuditQuery, ServerAuditPage, ServerAuditQuery } from './schema.ts'
import type { AuditTrail } from './service.ts'

export interface AuditRoutesParts {
  audit: AuditTrail
  conversations: Pick<Conversations, 'member'>
  guard: Guard
  rates: Rates
}

export const auditRoutes = ({ audit, conversations, guard, rates }: AuditRoutesParts) =>
  new Elysia({ name: 'audit', detail: { tags: ['insight'] } })
    .use(guard)
    .get(
      '/rooms/:id/audit',
      async ({ actor, params, query: { limit, cursor, action } }) => {
        const place = await conversations.member(actor, { room_id: roomRef(params.id) })
        return audit.page(actor, place, { limit, cursor, action })
      },
      {
        beforeHandle: countedAs(rates, 'searches'),
        params: RoomPath,
        query: RoomAuditQuery,
        response: AuditLogs,
        detail: { summary: 'What was done in a room', 'x-permission': 'view_audit_logs' },
      },
    )
    .get('/admin/audit', ({ actor, query }) => audit.everywhere(actor, query), {
      beforeHandle: countedAs(rates, 'searches'),
      query: ServerAuditQuery,
      response: ServerAuditPage,
      detail: { summary: 'What was done on the whole server', tags: ['admin'], 'x-permission': 'view_audit_logs' },
    })
