import { Elysia } from 'elysia'

import type { Limits } from '../../platform/limits/index.ts'
import { type Guard, streamed, takeOne } from '../../transport/http/index.ts'
import { UserExport } from './export-schema.ts'
import type { Exports } from './export.ts'

export interface ExportRoutesParts {
  exports: Exports
  guard: Guard
  limits: Limits
  /** 0 means no limit. */
  max_exports_per_hour: number
}

export const exportRoutes = ({ exports, guard, limits, max_exports_per_hour }: ExportRoutesParts) =>
  new Elysia({ name: 'user-export', prefix: '/users/me', detail: { tags: ['users'] } }).use(guard).get(
    '/export',
    async ({ actor, exchange }) => {
      await takeOne(exchange, limits, 'exports', actor.id, { points: max_exports_per_hour, duration_s: 3600 })
      return streamed(await exports.begin(actor), {
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': `attachment; filename="veza-chat-${actor.username}.json"`,
      })
    },
    { response: UserExport, detail: { summary: 'Everything that is kept about the caller, as one document' } },
  )
