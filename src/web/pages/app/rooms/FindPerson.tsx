import { useCallback, useDeferredValue, useState, type ReactNode } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useSignedIn, useText } from '../context.ts'
import { Field } from '../parts/Field.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useSettled } from '../parts/use-settled.ts'
import { Failed } from '../parts/Waiting.tsx'
import { room_words } from './words.ts'

const shown = 12
/** The server finds nobody by less. */
const least = 2

interface Props {
  label: string
  hint?: string
  /** The line of somebody who was found. */
  children(user: shapes.User): ReactNode
}

/** Finds people by the beginning of a name. */
export function FindPerson({ label, hint, children }: Props) {
  const chat = useSignedIn()
  const words = useText(room_words)
  const [text, setText] = useState('')
  const query = useDeferredValue(useSettled(text.trim().replace(/^@/, '')))
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /users/search', { query: { q: query, limit: shown }, signal }),
    [chat, query],
  )
  const [{ value, error }, again] = useAsked(query.length < least ? null : ask)
  return (
    <>
      <Field
        label={label}
        hint={hint ?? words.find_person_hint}
        type="search"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {value === null && error !== null && <Failed error={error} onAgain={again} />}
      {value?.users.length === 0 && <p className="app-muted">{words.nobody}</p>}
      <ul className="app-people">
        {value?.users.map((user) => (
          <li key={user.id}>{children(user)}</li>
        ))}
      </ul>
    </>
  )
}
