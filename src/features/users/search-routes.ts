import { Elysia } from 'elysia'

import type { Rates } from '../../platform/limits/index.ts'
import { countedAs, type Guard } from '../../transport/http/index.ts'
import { FoundUsers, UserSearch } from './schema.ts'
import type { UserDirectory } from './search.ts'

export interface UserSearchRoutesParts {
  directory: UserDirectory
  guard: Guard
  rates: Rates
}

export const userSearchRoutes = ({ directory, guard, rates }: UserSearchRoutesParts) =>
  new Elysia({ name: 'user-search', prefix: '/users', detail: { tags: ['users'] } })
    .use(guard)
    .get('/search', ({ actor, query }) => directory.search(actor, query), {
      beforeHandle: countedAs(rates, 'searches'),
      query: UserSearch,
      response: FoundUsers,
      detail: { summary: 'Find people by the beginning of their name', 'x-permission': 'read_messages' },
    })
