import { useCallback } from 'react'
import { Avatar, isGone, useShownName, useWords } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { useAsked } from '../parts/use-asked.ts'
import { useRegion } from '../parts/use-region.ts'
import { conversation_words } from './words.ts'

interface Props {
  user_id: number
  username: string
  /** Since when one talks with them. */
  since: string
}

/** Somebody one talks with: their names, their presence and what they say beside it, and since when they are here. */
export function Person({ user_id, username, since }: Props) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const of_presence = useWords()
  const locale = useRegion()
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /users/{id}', { path: { id: user_id }, signal }),
    [chat, user_id],
  )
  const [{ value: user }] = useAsked(ask)
  const presence = useStore(chat.presence(user_id))
  const status = presence?.status ?? 'offline'
  const seen = status === 'offline' ? (presence?.last_seen ?? null) : null
  const is_gone = isGone(username)
  const shownName = useShownName()
  const name = is_gone ? shownName(username) : (user?.display_name ?? null)
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long' })
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' })
  const facts: [string, string | null][] = [
    [words.last_seen, seen && moment.format(new Date(seen))],
    [words.here_since, user && day.format(new Date(user.created_at))],
    [words.talking_since, day.format(new Date(since))],
  ]
  return (
    <>
      <div className="app-person">
        <Avatar user_id={user_id} name={name ?? username} size="large" status={is_gone ? undefined : status} />
        <div>
          {name !== null && <strong dir="auto">{name}</strong>}
          {name === null ? <strong>@{username}</strong> : !is_gone && <p className="app-muted">@{username}</p>}
          {!is_gone && <p className="app-small">{of_presence.statuses[status]}</p>}
          {presence !== null && presence.message !== null && (
            <p className="app-small" dir="auto">
              {presence.message}
            </p>
          )}
        </div>
      </div>
      <dl className="app-facts">
        {facts.map(
          ([fact, value]) =>
            value !== null && (
              <div key={fact}>
                <dt>{fact}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </>
  )
}
