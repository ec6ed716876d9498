import { Elysia } from 'elysia'

import type { Rates } from '../../platform/limits/index.ts'
import { countedAs, type Guard } from '../../transport/http/index.ts'
import { RoomPath, roomRef } from '../conversations/index.ts'
import { RoomStatsOver, StatsQuery } from './schema.ts'
import type { Analytics } from './service.ts'

export interface AnalyticsRoutesParts {
  analytics: Analytics
  guard: Guard
  isOnline(user_id: number): boolean
  rates: Rates
}

export const analyticsRoutes = ({ analytics, guard, isOnline, rates }: AnalyticsRoutesParts) =>
  new Elysia({ name: 'analytics', prefix: '/rooms', detail: { tags: ['insight'] } })
    .use(guard)
    .get(
      '/:id/stats',
      ({ actor, params, query }) => analytics.roomStatsOver(actor, { room_id: roomRef(params.id) }, query, isOnline),
      {
        beforeHandle: countedAs(rates, 'searches'),
        params: RoomPath,
        query: StatsQuery,
        response: RoomStatsOver,
        detail: { summary: 'Figures of a room', 'x-permission': 'view_stats' },
      },
    )
