import type { RefObject } from 'react'
import type { Conversation } from 'veza-js-sdk'
import { plainText } from 'veza-react-components'

import { useShell, useStore, useText } from '../context.ts'
import { isOnePane } from '../frame/one-pane.ts'
import { Button } from '../parts/Button.tsx'
import { useTry } from '../parts/use-deed.ts'
import { useFocusKept } from '../parts/use-focus-kept.ts'
import { Excerpt } from './Excerpt.tsx'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

interface Props {
  conversation: Conversation
  room: RoomFacts
  /** Of the pane. */
  heading: RefObject<HTMLElement | null>
}

export default function Pins({ conversation, room, heading }: Props) {
  const words = useText(conversation_words)
  const { router } = useShell()
  const attempt = useTry()
  const pinned = useStore(conversation.pinned)
  // What is unpinned, by whomever, goes with its buttons.
  const kept = useFocusKept(heading)
  if (pinned.length === 0) return <p className="app-side-body app-muted">{words.no_pins}</p>
  return (
    <ul className="app-side-body app-excerpts" onFocus={kept}>
      {pinned.map((message) => (
        <li key={message.id}>
          <Excerpt message={message}>{plainText(message.content)}</Excerpt>
          <div className="app-form-row">
            <Button
              kind="quiet"
              className="app-excerpt-show"
              onClick={() =>
                router.go(
                  { at: 'conversation', ref: conversation.ref, message: message.id },
                  { side: isOnePane() ? null : { show: 'pins' } },
                )
              }
            >
              {words.show}
            </Button>
            {room.may('pin_messages') && (
              <Button kind="quiet" onClick={() => attempt(conversation.pin(message.id, false))}>
                {words.unpin}
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
