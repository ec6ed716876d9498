import { type Command, command } from '../../transport/ws/index.ts'
import type { Search } from './search.ts'
import { SearchMessages, SearchResults } from './search-schema.ts'

export const searchCommands = ({ search }: Search): Command[] => [
  command({
    type: 'search_messages',
    permission: 'read_messages',
    short: 'Finds messages by their words, in one conversation or in all that the caller is in.',
    data: SearchMessages,
    answers: { search_results: SearchResults },
    limit: 'searches',
    run: (actor, asked) => search(actor, asked),
  }),
]
