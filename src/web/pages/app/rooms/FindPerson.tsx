import { useCallback, useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react'
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
  /** Enter takes the only one who was found; before the answer is there, that one once it is. */
  onOnly?(user: shapes.User): void
  /** The line of somebody who was found. */
  children(user: shapes.User): ReactNode
}

/** Finds people by the beginning of a name. */
export function FindPerson({ label, hint, onOnly, children }: Props) {
  const chat = useSignedIn()
  const words = useText(room_words)
  const [text, setText] = useState('')
  const is_entered = useRef(false)
  const typed = text.trim().replace(/^@/, '')
  const query = useDeferredValue(useSettled(typed))
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /users/search', { query: { q: query, limit: shown }, signal }),
    [chat, query],
  )
  const [{ value, error }, again] = useAsked(Array.from(query).length < least ? null : ask)
  const found = typed === query ? value : null
  const take = () => {
    if (!is_entered.current || found === null) return
    is_entered.current = false
    const [only, other] = found.users
    if (only !== undefined && other === undefined) onOnly?.(only)
  }
  useEffect(take)
  return (
    <>
      <Field
        label={label}
        hint={hint ?? words.find_person_hint}
        type="search"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          is_entered.current = false
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
          is_entered.current = true
          take()
        }}
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
