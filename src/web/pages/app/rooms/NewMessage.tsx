import { useCallback, useDeferredValue, useState } from 'react'
import { Avatar } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Field } from '../parts/Field.tsx'
import { Outcome } from '../parts/Form.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useDeed } from '../parts/use-deed.ts'
import { Failed } from '../parts/Waiting.tsx'
import { room_words } from './words.ts'

const shown = 12

/** Finds a person by the beginning of a name and opens the DM with them. */
export function NewMessage({ onClose }: { onClose(): void }) {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(room_words)
  const me = useStore(chat.me)
  const [text, setText] = useState('')
  const query = useDeferredValue(text.trim().replace(/^@/, ''))
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /users/search', { query: { q: query, limit: shown }, signal }),
    [chat, query],
  )
  const [{ value, error }, again] = useAsked(query === '' ? null : ask)
  const deed = useDeed()

  const write = (user_id: number) =>
    deed.run(async () => {
      const { ref } = await chat.directMessage(user_id)
      onClose()
      router.go({ at: 'conversation', ref, message: null })
    })

  return (
    <Dialog title={words.message} onClose={onClose}>
      <div className="app-form">
        <Field
          label={words.find_person}
          hint={words.find_person_hint}
          type="search"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Outcome of={deed} />
        {value === null && error !== null && <Failed error={error} onAgain={again} />}
        {value?.users.length === 0 && <p className="app-muted">{words.nobody}</p>}
        <ul className="app-people">
          {value?.users.map(({ id, username, display_name }) => (
            <li key={id}>
              <button type="button" aria-disabled={deed.busy} onClick={() => write(id)}>
                <Avatar user_id={id} name={display_name ?? username} size="small" />
                <span>{display_name ?? username}</span>
                <span className="app-muted">{id === me?.id ? words.yourself : `@${username}`}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}
