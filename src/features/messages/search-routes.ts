import { Elysia } from 'elysia'

import { AppError } from '../../kernel/errors.ts'
import type { Rates } from '../../platform/limits/index.ts'
import { countedAs, type Guard } from '../../transport/http/index.ts'
import type { Search } from './search.ts'
import { FoundMessages, type SearchMessages, SearchQuery } from './search-schema.ts'

export interface SearchRouteParts {
  search: Search
  guard: Guard
  rates: Rates
}

export const searchRoutes = ({ search, guard, rates }: SearchRouteParts) =>
  new Elysia({ name: 'search', prefix: '/search', detail: { tags: ['search'] } })
    .use(guard)
    .get('/messages', ({ actor, query }) => search.search(actor, asked(query)).catch(asWritten), {
      query: SearchQuery,
      response: FoundMessages,
      beforeHandle: countedAs(rates, 'searches'),
      detail: { summary: 'Find messages by their words', 'x-permission': 'read_messages' },
    })

/** In one order, whichever the address has: a cursor serves only the search that it was made for. */
const asked = ({
  q,
  room_id,
  conversation_id,
  author_id,
  before,
  after,
  limit,
  cursor,
}: SearchQuery): SearchMessages => ({
  query: q,
  ...(room_id !== undefined && { room_id }),
  ...(conversation_id !== undefined && { conversation_id }),
  ...(author_id !== undefined && { author_id }),
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
  ...(limit !== undefined && { limit }),
  ...(cursor !== undefined && { cursor }),
})

/** An error about `query` is about `q` here. */
function asWritten(cause: unknown): never {
  if (!(cause instanceof AppError) || !Array.isArray(cause.details)) throw cause
  const details = cause.details.map((each) => (each['field'] === 'query' ? { ...each, field: 'q' } : each))
  throw new AppError(cause.code, details, cause.retry_after)
}
