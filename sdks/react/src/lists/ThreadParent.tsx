import { useRef, type FocusEvent, type KeyboardEvent } from 'react'
import type { Message as ChatMessage } from 'veza-js-sdk'

import { useShownName } from '../names.ts'
import { useSettings } from '../settings.tsx'
import type { MessageActions } from '../timeline/actions.ts'
import { Message } from '../timeline/Message.tsx'
import { useActive } from '../timeline/use-active.ts'
import { runKey } from '../timeline/use-row-keys.ts'

interface ThreadParentProps {
  parent: ChatMessage
  me: number | null
  username: string | undefined
  actions: MessageActions
  picture: string | undefined
}

const own_key = 'parent'

/** What the replies answer: what one may do with it appears as it does in a timeline. */
export function ThreadParent({ parent, me, username, actions, picture }: ThreadParentProps) {
  const { words, dates } = useSettings()
  const shownName = useShownName()
  const root = useRef<HTMLDivElement>(null)
  const { active, setActive, onPointerLeave } = useActive(root)
  const is = (selector: string) => root.current?.matches(selector) === true
  const left = ({ relatedTarget: next }: FocusEvent) => {
    // Whoever is asked in a dialog comes back to what they pressed.
    const isBeside =
      next instanceof Element && next.closest('.vz-thread') !== null && root.current?.contains(next) !== true
    if (isBeside && !is(':hover')) setActive(null)
  }
  return (
    <div
      ref={root}
      className="vz-thread-parent"
      onPointerEnter={({ pointerType }) => pointerType !== 'touch' && setActive(own_key)}
      onPointerUp={() => setActive(own_key)}
      onPointerLeave={(event) => !is(':has(:focus-visible)') && onPointerLeave(event)}
      onFocus={() => setActive(own_key)}
      onBlur={left}
    >
      <div className="vz-thread-scroller">
        <article
          className="vz-message"
          aria-label={words.messageOf(shownName(parent.username), dates.time(parent.created_at))}
          tabIndex={0}
          onKeyDown={(event) => pressed(event, parent, actions, me)}
        >
          <Message
            message={{ ...parent, thread_count: 0 }}
            me={me}
            username={username}
            actions={actions}
            isActive={active !== null}
            picture={picture}
          />
        </article>
      </div>
    </div>
  )
}

function pressed(event: KeyboardEvent<HTMLElement>, parent: ChatMessage, actions: MessageActions, me: number | null) {
  const article = event.currentTarget
  if (event.altKey || event.ctrlKey || event.metaKey) return
  if (event.target !== article) {
    if (event.key !== 'Escape') return
    // From within the message back to it, and no further.
    article.focus({ preventScroll: true })
  } else if (!runKey(event.key, parent, actions, me, article)) return
  event.preventDefault()
}
