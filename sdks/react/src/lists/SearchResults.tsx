import type { protocol } from 'veza-js-sdk'

import { Avatar } from '../Avatar.tsx'
import { plainSnippet } from '../markdown/snippet.ts'
import { useShownName } from '../names.ts'
import { useSettings } from '../settings.tsx'

export type SearchResult = protocol.SearchResultsData['results'][number]

export interface SearchResultsProps {
  /** Null while one waits for them. */
  results: readonly SearchResult[] | null
  hasMore?: boolean
  onMore?(): unknown
  onSelect(result: SearchResult): unknown
}

/** What a search found, with what fits marked. */
export function SearchResults({ results, hasMore = false, onMore, onSelect }: SearchResultsProps) {
  const { words, dates } = useSettings()
  const shownName = useShownName()
  return (
    <section className="vz-results" aria-label={words.search} aria-busy={results === null}>
      <p className="vz-hidden" role="status">
        {results === null ? '' : words.found(results.length)}
      </p>
      {results?.length === 0 && !hasMore && <div className="vz-empty">{words.nothingFound}</div>}
      <ul>
        {results?.map((result) => {
          const { message, snippet } = result
          const name = shownName(message.username)
          return (
            <li key={message.id}>
              <button type="button" className="vz-result" onClick={() => onSelect(result)}>
                <Avatar user_id={message.author_id} name={name} size="small" />
                <span className="vz-result-body">
                  <span className="vz-message-head">
                    <span className="vz-name">{name}</span>
                    {message.room_name !== undefined && <span className="vz-time">#{message.room_name}</span>}
                    <time className="vz-time" dateTime={message.created_at}>
                      {dates.day(message.created_at)} {dates.time(message.created_at)}
                    </time>
                  </span>
                  <span className="vz-result-text">
                    {(message.content_type === 'code' ? snippet : plainSnippet(snippet)).map(({ text, is_match }, at) =>
                      is_match ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
                    )}
                  </span>
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      {hasMore && (
        <button type="button" className="vz-button" onClick={() => onMore?.()}>
          {words.loadMore}
        </button>
      )}
    </section>
  )
}
