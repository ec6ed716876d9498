import { Elysia } from 'elysia'

import type { Limits } from '../../platform/limits/index.ts'
import { type Guard, takeOne } from '../../transport/http/index.ts'
import { RoomPath, roomRef } from '../conversations/index.ts'
import { RoomStatsOver, StatsQuery } from './schema.ts'
import type { Analytics } from './service.ts'

export interface AnalyticsRoutesParts {
  analytics: Analytics
  guard: Guard
  isOnline(user_id: number): boolean
  limits: Limits
  /** Shared with searches, over a socket too; 0 means no limit. */
  max_searches_per_minute: number
}

export const analyticsRoutes = ({
  analytics,
  guard,
  isOnline,
  limits,
  max_searches_per_minute,
}: AnalyticsRoutesParts) =>
  new Elysia({ name: 'analytics', prefix: '/rooms', detail: { tags: ['insight'] } }).use(guard).get(
    '/:id/stats',
    async ({ actor, exchange, params, query }) => {
      await takeOne(exchange, limits, 'searches', actor.id, { points: max_searches_per_minute, duration_s: 60 })
      return analytics.roomStatsOver(actor, { room_id: roomRef(params.id) }, query, isOnline)
    },
    {
      params: RoomPath,
      query: StatsQuery,
      response: RoomStatsOver,
      detail: { summary: 'Figures of a room', 'x-permission': 'view_stats' },
    },
  )
