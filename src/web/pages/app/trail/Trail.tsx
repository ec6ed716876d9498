import { useMemo, type ReactNode } from 'react'
import { Avatar } from 'veza-react-components'

import { useText } from '../context.ts'
import { Paged } from '../parts/Paged.tsx'
import type { Pages } from '../parts/use-pages.ts'
import { useRegion } from '../parts/use-region.ts'
import type { Entry } from './facts.ts'
import type { Told } from './telling.ts'
import { useTelling } from './use-telling.ts'
import { trail_words } from './words.ts'

interface Props {
  list: Pages<{ logs: Entry[]; next_cursor: string | null }>
  /** Below a deed, such as where it was done. */
  children(entry: Entry): ReactNode
}

const none: Entry[] = []

/** Deeds in words, the latest first. */
export function Trail({ list, children }: Props) {
  const words = useText(trail_words)
  const entries = useMemo(() => list.pages?.flatMap((page): Entry[] => page.logs) ?? none, [list.pages])
  const told = useTelling(entries)
  return (
    <Paged list={list} more={words.more}>
      {() => (
        <>
          {entries.length === 0 && <p className="app-muted">{words.nothing}</p>}
          <ol className="app-trail">
            {entries.map((entry) => (
              <Line key={entry.id} entry={entry} told={told(entry)}>
                {children(entry)}
              </Line>
            ))}
          </ol>
        </>
      )}
    </Paged>
  )
}

function Line({ entry, told, children }: { entry: Entry; told: Told; children: ReactNode }) {
  const words = useText(trail_words)
  const locale = useRegion()
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li>
      <p className="app-excerpt-head">
        {entry.actor_id !== null && <Avatar user_id={entry.actor_id} name={told.actor} size="small" />}
        <strong>{told.actor}</strong>
        {entry.outcome !== 'success' && <span className="app-danger">{words.outcomes[entry.outcome]}</span>}
        <time dateTime={entry.at}>{date.format(new Date(entry.at))}</time>
      </p>
      <p>{told.sentence}</p>
      {told.notes.map((note) => (
        <p key={note} className="app-small">
          {note}
        </p>
      ))}
      {children}
    </li>
  )
}
