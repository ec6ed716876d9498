import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { Conversation, protocol, Ref } from 'veza-js-sdk'
import { plainSnippet, useCutOff } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { isOnePane } from '../frame/one-pane.ts'
import { refInList } from '../frame/order.ts'
import { Button } from '../parts/Button.tsx'
import { failureOf, useExplain } from '../parts/explain.ts'
import { Choice, Field } from '../parts/Field.tsx'
import { momentOf } from '../parts/moment.ts'
import { Paged } from '../parts/Paged.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useRegion } from '../parts/use-region.ts'
import { usePages } from '../parts/use-pages.ts'
import { useSettled } from '../parts/use-settled.ts'
import type { SearchFilters, SearchSide } from '../route.ts'
import { Excerpt } from './Excerpt.tsx'
import { conversation_words } from './words.ts'

const page_size = 20

const no_filters: SearchFilters = { where: 'here', author: '', after: '', before: '' }

const refOf = ({ room_id, conversation_id }: protocol.Message): Ref =>
  room_id === undefined ? { conversation_id: conversation_id ?? 0 } : { room_id }

const isSame = (one: SearchFilters, other: SearchFilters): boolean => JSON.stringify(one) === JSON.stringify(other)

interface Props {
  conversation: Conversation
  name: string
  /** What is looked for from the beginning. */
  begun: SearchSide
  /** Whether the pane was there before it. */
  isLate: RefObject<boolean>
}

/** Finds messages by their words, here or wherever one is. */
export default function Search({ conversation, name, begun, isLate }: Props) {
  const words = useText(conversation_words)
  const { text: begun_text = '', filters: begun_filters = no_filters } = begun
  const [text, setText] = useState(begun_text)
  const [filters, setFilters] = useState(begun_filters)
  const now = JSON.stringify(begun)
  const [known, setKnown] = useState(now)
  if (now !== known) {
    setKnown(now)
    // Another search, or one that one comes back to; not that of this field, of which a result was opened.
    if (begun_text !== text.trim()) setText(begun_text)
    if (!isSame(begun_filters, filters)) setFilters(begun_filters)
  }
  const query = useDeferredValue(useSettled(text.trim()))
  const choose = (some: Partial<SearchFilters>) => setFilters({ ...filters, ...some })
  const form = useRef<HTMLFormElement>(null)
  useLayoutEffect(() => {
    // Who went on while it was on its way stays there.
    const is_wanted = !isLate.current || form.current?.closest('.app-side')?.contains(document.activeElement)
    if (is_wanted === true) form.current?.querySelector('input')?.focus()
  }, [isLate])
  const dates = new Intl.DateTimeFormat(useRegion(), { dateStyle: 'medium' })
  const day = (date: string) => dates.format(new Date(momentOf(date)))
  const authors = useAuthors(conversation, filters.author)
  const set = [
    authors.find(({ value }) => value === filters.author)?.label,
    filters.after !== '' && `${words.after} ${day(filters.after)}`,
    filters.before !== '' && `${words.before} ${day(filters.before)}`,
  ]
  const clear = () => {
    choose({ author: '', after: '', before: '' })
    // The button that was pressed goes.
    form.current?.querySelector('input')?.focus()
  }
  return (
    <div className="app-side-body">
      <search>
        <form ref={form} className="app-form" onSubmit={(event) => event.preventDefault()}>
          <Field
            label={words.search_words}
            hint={words.search_hint}
            type="search"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <div className="app-form-row">
            <Choice
              label={words.where}
              value={filters.where}
              onChange={(event) => choose({ where: event.target.value as SearchFilters['where'] })}
              options={[
                { value: 'here', label: name === '' ? words.here : name },
                { value: 'everywhere', label: words.everywhere },
              ]}
            />
            <Choice
              label={words.from}
              value={filters.author}
              onChange={(event) => choose({ author: event.target.value })}
              options={[{ value: '', label: words.anybody }, ...authors]}
            />
          </div>
          <div className="app-form-row">
            <Field
              label={words.after}
              type="date"
              value={filters.after}
              onChange={(event) => choose({ after: event.target.value })}
            />
            <Field
              label={words.before}
              type="date"
              value={filters.before}
              onChange={(event) => choose({ before: event.target.value })}
            />
          </div>
        </form>
      </search>
      {query === '' ? (
        <p className="app-muted">{words.search_empty}</p>
      ) : (
        <Results
          key={JSON.stringify([query, filters])}
          conversation={conversation}
          query={query}
          filters={filters}
          set={set.filter((one) => typeof one === 'string')}
          onClear={clear}
        />
      )}
    </div>
  )
}

/** Those who are there, and whoever is chosen, also when they are there no more. */
function useAuthors(conversation: Conversation, chosen: string): { value: string; label: string }[] {
  const words = useText(conversation_words)
  const ask = useCallback(() => conversation.members(), [conversation])
  const [{ value: members }] = useAsked(ask)
  const authors = (members ?? []).map(({ user_id, username, display_name }) => ({
    value: String(user_id),
    label: display_name ?? username,
  }))
  const is_gone = chosen !== '' && members !== null && authors.every(({ value }) => value !== chosen)
  return is_gone ? [...authors, { value: chosen, label: words.no_member }] : authors
}

interface ResultsProps {
  conversation: Conversation
  query: string
  filters: SearchFilters
  /** The filters that leave something out, in words. */
  set: readonly string[]
  onClear(): void
}

function Results({ conversation, query, filters, set, onClear }: ResultsProps) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const { router } = useShell()
  const conversations = useStore(chat.conversations)
  const ask = useCallback(
    (cursor: string | null) =>
      chat.command('search_messages', {
        query,
        limit: page_size,
        ...(filters.where === 'here' && conversation.ref),
        ...(filters.author !== '' && { author_id: Number(filters.author) }),
        ...(filters.after !== '' && { after: momentOf(filters.after) }),
        ...(filters.before !== '' && { before: momentOf(filters.before, 1) }),
        ...(cursor !== null && { cursor }),
      }),
    [chat, conversation, query, filters],
  )
  const list = usePages(ask)
  const is_cut_off = useCutOff() !== null
  const { pages, error, again } = list
  const explain = useExplain()
  const waits = is_cut_off && pages === null
  const waited = useRef(false)
  useEffect(() => {
    if (waited.current && !is_cut_off) again()
    waited.current = waits
  }, [waits, is_cut_off, again])

  const nameOf = ({ room_name, conversation_id }: protocol.Message) =>
    room_name ??
    conversations?.find(({ ref }) => 'conversation_id' in ref && ref.conversation_id === conversation_id)?.name
  const lead = (message: protocol.Message) => {
    const side = { show: 'search', text: query, filters } as const
    // Whoever comes back finds what was searched for.
    router.show(side)
    router.go(
      { at: 'conversation', ref: refInList(conversations, refOf(message)), message: message.id },
      { side: isOnePane() ? null : side },
    )
  }
  const line = ({ message, snippet }: Result) => (
    <li key={message.id}>
      <button type="button" className="app-excerpt-button" onClick={() => lead(message)}>
        <Excerpt message={message} where={filters.where === 'everywhere' ? nameOf(message) : undefined}>
          <Marked message={message} snippet={snippet} />
        </Excerpt>
      </button>
    </li>
  )
  if (waits) return <output className="app-muted">{words.search_waits}</output>
  const reason = failureOf(error, explain).fields['query']
  if (reason !== undefined) return <output className="app-muted">{words.not_searched(reason)}</output>
  return (
    <Paged list={list} lines={5} more={words.more}>
      {(pages) => {
        const results = pages.flatMap(({ results }) => results)
        return (
          <>
            <output className="app-small">
              {results.length > 0
                ? words.found(pages[0]?.total_count ?? results.length)
                : set.length > 0
                  ? words.nothing_with(set.join(', '))
                  : words.nothing}
            </output>
            {results.length === 0 && set.length > 0 && <Button onClick={onClear}>{words.clear_filters}</Button>}
            {pages.at(-1)?.is_complete === false && <p className="app-small">{words.not_complete}</p>}
            <ul className="app-excerpts">{results.map(line)}</ul>
          </>
        )
      }}
    </Paged>
  )
}

type Result = protocol.SearchResultsData['results'][number]

/** What was found, as a pin shows it; code as it is. */
function Marked({ message, snippet }: Pick<Result, 'message' | 'snippet'>) {
  const parts = message.content_type === 'code' ? snippet : plainSnippet(snippet)
  return parts.map(({ text, is_match }, part) => (is_match ? <mark key={part}>{text}</mark> : text))
}
