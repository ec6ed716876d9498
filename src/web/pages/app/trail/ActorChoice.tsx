import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { Avatar } from 'veza-react-components'

import { useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { FindPerson } from '../rooms/FindPerson.tsx'
import { trail_words } from './words.ts'

interface Props {
  actor_id: number | null
  onChange(actor_id: number | null): void
}

/** Whose deeds one looks for: everybody's, or those of one whom one finds by name. */
export function ActorChoice({ actor_id, onChange }: Props) {
  const words = useText(trail_words)
  const [is_asking, ask] = useState(false)
  const choose = (id: number | null) => {
    ask(false)
    onChange(id)
  }
  const row = useRef<HTMLDivElement>(null)
  const last = useRef(actor_id)
  useLayoutEffect(() => {
    if (last.current !== actor_id) row.current?.querySelector('button')?.focus()
    last.current = actor_id
  }, [actor_id])
  return (
    <div ref={row} className="app-form-row">
      <strong className="app-small">{words.who}</strong>
      {actor_id === null ? (
        <Button aria-expanded={is_asking} onClick={() => ask(!is_asking)}>
          {words.anybody}
        </Button>
      ) : (
        <Chosen key={actor_id} actor_id={actor_id} onForget={() => choose(null)} />
      )}
      {is_asking && actor_id === null && (
        <div className="app-form app-full">
          <FindPerson label={words.choose_person}>
            {({ id, username, display_name }) => (
              <button type="button" onClick={() => choose(id)}>
                <Avatar user_id={id} name={display_name ?? username} size="small" />
                <span>{display_name ?? username}</span>
                <span className="app-muted">@{username}</span>
              </button>
            )}
          </FindPerson>
        </div>
      )}
    </div>
  )
}

function Chosen({ actor_id, onForget }: { actor_id: number; onForget(): void }) {
  const chat = useSignedIn()
  const words = useText(trail_words)
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /users/{id}', { path: { id: actor_id }, signal }),
    [chat, actor_id],
  )
  const [{ value }] = useAsked(ask)
  const name = value === null ? words.user(actor_id) : `@${value.username}`
  return (
    <Button aria-label={words.forget_person(name)} title={words.forget_person(name)} onClick={onForget}>
      {name} <span aria-hidden="true">×</span>
    </Button>
  )
}
