import { useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react'
import type { Message as ChatMessage } from 'veza-js-sdk'

import { Icon } from '../Icon.tsx'
import { useWords } from '../settings.tsx'
import { ChatMessages, type ChatMessagesProps } from '../timeline/ChatMessages.tsx'
import { ThreadParent } from './ThreadParent.tsx'

export interface ThreadPaneProps extends Omit<ChatMessagesProps, 'lastRead'> {
  /** What the replies answer; null until known. */
  parent: ChatMessage | null
  onClose(): unknown
  /** Of what conversation it is. */
  place?: string | undefined
  /** The field to reply with. */
  children?: ReactNode
}

const none = {}

/** A message and its replies. Takes the focus when it opens, and gives it back; Escape closes it. */
export function ThreadPane({ parent, onClose, place, children, ...timeline }: ThreadPaneProps) {
  const words = useWords()
  const root = useRef<HTMLElement>(null)
  useFocusHere(root)
  return (
    <aside
      ref={root}
      className="vz-thread"
      part="thread"
      aria-label={words.thread}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        // So that the page does not take it as well.
        event.preventDefault()
        onClose()
      }}
    >
      <header className="vz-pane-head">
        <h2>
          {words.thread} {place !== undefined && <span className="vz-quiet">{place}</span>}
        </h2>
        <button
          type="button"
          className="vz-icon-button"
          aria-label={words.close}
          title={words.close}
          onClick={() => onClose()}
        >
          <Icon name="close" />
        </button>
      </header>
      {parent !== null && (
        <ThreadParent
          parent={parent}
          me={timeline.me ?? null}
          username={timeline.username}
          actions={timeline.actions ?? none}
          picture={timeline.picture?.(parent.author_id)}
        />
      )}
      <ChatMessages
        label={words.replies(parent?.thread_count ?? 0)}
        empty={<p>{words.noReplies}</p>}
        beginning={null}
        {...timeline}
      />
      {children}
    </aside>
  )
}

/** Takes the focus. When it goes with it, that goes back to where it was before: to what was pressed, its message, or the timeline. */
function useFocusHere(area: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const own = area.current
    if (own === null) return
    const before = (own.getRootNode() as Partial<DocumentOrShadowRoot>).activeElement
    const find = (selector: string) => before?.closest<HTMLElement>(selector)
    // The toolbar goes with the mouse, and would take the focus along.
    const places = [find('.vz-toolbar') ? null : (before as HTMLElement | null), find('.vz-message')]
    const timeline = find('.vz-timeline')
    if (!own.matches(':focus-within')) {
      // On a phone a field would bring up the keyboard, over what one came to read.
      const field = globalThis.matchMedia?.('(pointer: coarse)').matches ? null : own.querySelector('textarea')
      ;(field ?? own).focus({ preventScroll: true })
    }
    return () => {
      if (!own.matches(':focus-within')) return
      const now = [...places, timeline?.querySelector<HTMLElement>('.vz-message[tabindex="0"]')]
      now.find((one) => one?.isConnected)?.focus({ preventScroll: true })
    }
  }, [area])
}
