import { Elysia } from 'elysia'

import type { Limits } from '../../platform/limits/index.ts'
import { type Guard, takeOne } from '../../transport/http/index.ts'
import { type Conversations, RoomPath, roomRef } from '../conversations/index.ts'
import { AuditLogs, RoomAuditQuery, ServerAuditPage, ServerAuditQuery } from './schema.ts'
import type { AuditTrail } from './service.ts'

export interface AuditRoutesParts {
  audit: AuditTrail
  conversations: Pick<Conversations, 'member'>
  guard: Guard
  limits: Limits
  /** Shared with searches, over a socket too; 0 means no limit. */
  max_searches_per_minute: number
}

export function auditRoutes({ audit, conversations, guard, limits, max_searches_per_minute }: AuditRoutesParts) {
  const rule = { points: max_searches_per_minute, duration_s: 60 }
  return new Elysia({ name: 'audit', detail: { tags: ['insight'] } })
    .use(guard)
    .get(
      '/rooms/:id/audit',
      async ({ actor, exchange, params, query: { limit, cursor, action } }) => {
        await takeOne(exchange, limits, 'searches', actor.id, rule)
        const place = await conversations.member(actor, { room_id: roomRef(params.id) })
        return audit.page(actor, place, { limit, cursor, action })
      },
      {
        params: RoomPath,
        query: RoomAuditQuery,
        response: AuditLogs,
        detail: { summary: 'What was done in a room', 'x-permission': 'view_audit_logs' },
      },
    )
    .get(
      '/admin/audit',
      async ({ actor, exchange, query }) => {
        await takeOne(exchange, limits, 'searches', actor.id, rule)
        return audit.serverPage(actor, query)
      },
      {
        query: ServerAuditQuery,
        response: ServerAuditPage,
        detail: { summary: 'What was done on the whole server', tags: ['admin'], 'x-permission': 'view_audit_logs' },
      },
    )
}
