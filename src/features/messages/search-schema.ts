import { type Static, Type } from '@sinclair/typebox'

import { Id } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { titled } from '../../kernel/titled.ts'
import { ConversationRef } from '../conversations/index.ts'
import { Message } from './schema.ts'

/** RFC 3339, in any zone. */
const Moment = Text({
  pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)$',
  error: 'must be a time such as 2026-01-31T12:00:00Z',
})

export const SearchMessages = Type.Object({
  query: Type.String({
    description:
      'Words that must all be there, in any order; "a phrase"; a beginning*; -what must not be there. Accents and case do not count.',
  }),
  ...ConversationRef,
  author_id: Type.Optional(Id),
  before: Type.Optional(Moment),
  after: Type.Optional(Moment),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '20 by default.' })),
  cursor: Type.Optional(Text({ maxLength: 200 })),
})
export type SearchMessages = Static<typeof SearchMessages>

const SearchResult = Type.Object(
  {
    message: Message,
    snippet: Type.Array(Type.Object({ text: Type.String(), is_match: Type.Boolean() }), {
      description: 'A part of the content around what was found, in pieces: joined, they are that part.',
    }),
    rank: Type.Number({ description: 'How well it fits, by relevance and age; to compare within one reply only.' }),
  },
  { title: 'SearchResult' },
)
export type SearchResult = Static<typeof SearchResult>

export const SearchResults = Type.Object({
  query: Type.String(),
  results: Type.Array(SearchResult),
  total_count: Type.Optional(Type.Integer({ description: 'How many messages fit, when that is known.' })),
  is_complete: Type.Boolean({
    description: 'False while the newest messages are still being indexed, which some results may be missing for.',
  }),
  next_cursor: Type.Union([Type.String(), Type.Null()], {
    description:
      'For the next page, which may be short or even empty when there is much to look through; null at the end.',
  }),
})

const { query: Words, ...others } = SearchMessages.properties

/** As an address has it. */
export const SearchQuery = Type.Object({ q: Words, ...others })
export type SearchQuery = Static<typeof SearchQuery>

export const FoundMessages = titled(SearchResults, 'SearchResults')
