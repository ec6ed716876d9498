import { Elysia } from 'elysia'

import type { Limits } from '../../platform/limits/index.ts'
import { type Guard, takeOne } from '../../transport/http/index.ts'
import { FoundUsers, UserSearch } from './schema.ts'
import type { UserDirectory } from './search.ts'

export interface UserSearchRoutesParts {
  directory: UserDirectory
  guard: Guard
  limits: Limits
  /** Shared with every other search of the user; 0 means no limit. */
  max_searches_per_minute: number
}

export const userSearchRoutes = ({ directory, guard, limits, max_searches_per_minute }: UserSearchRoutesParts) =>
  new Elysia({ name: 'user-search', prefix: '/users', detail: { tags: ['users'] } }).use(guard).get(
    '/search',
    async ({ actor, exchange, query }) => {
      await takeOne(exchange, limits, 'searches', actor.id, { points: max_searches_per_minute, duration_s: 60 })
      return directory.search(actor, query)
    },
    {
      query: UserSearch,
      response: FoundUsers,
      detail: { summary: 'Find people by the beginning of their name', 'x-permission': 'read_messages' },
    },
  )
