import { lazy, Suspense, useEffect, useRef } from 'react'
import type { Conversation, Summary } from 'veza-js-sdk'

import { useShell, useText } from '../context.ts'
import { IconButton } from '../parts/Button.tsx'
import { Skeleton } from '../parts/Waiting.tsx'
import type { Side } from '../route.ts'
import { Details } from './Details.tsx'
import { sideTitle } from './Header.tsx'
import { Members } from './Members.tsx'
import { Pins } from './Pins.tsx'
import { Thread } from './Thread.tsx'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

const Search = lazy(() => import('./Search.tsx'))

interface Props {
  side: Side
  conversation: Conversation
  summary: Summary | null
  room: RoomFacts
}

/** The pane beside the conversation; where there is no room for two, over it. */
export function SidePane({ side, conversation, summary, room }: Props) {
  const words = useText(conversation_words)
  const { router } = useShell()
  const pane = useRef<HTMLElement>(null)
  const title = sideTitle(side, words)
  const key = side.show === 'thread' ? `thread ${side.message}` : side.show
  useEffect(() => {
    const opened_by = document.activeElement
    const first = pane.current?.querySelector<HTMLElement>('textarea, input, .app-side-head h2')
    first?.focus({ preventScroll: true })
    return () => {
      if (opened_by instanceof HTMLElement && opened_by.isConnected) opened_by.focus({ preventScroll: true })
    }
  }, [key])
  return (
    <aside ref={pane} className="app-side" aria-label={title}>
      <header className="app-side-head">
        <h2 tabIndex={-1}>{title}</h2>
        <IconButton icon="close" label={words.close} onClick={() => router.show(null)} />
      </header>
      <Suspense fallback={<Skeleton />}>
        {side.show === 'thread' && <Thread key={key} conversation={conversation} message={side.message} room={room} />}
        {side.show === 'details' && <Details conversation={conversation} summary={summary} room={room} />}
        {side.show === 'members' && <Members conversation={conversation} room={room} />}
        {side.show === 'pins' && <Pins conversation={conversation} room={room} />}
        {side.show === 'search' && <Search conversation={conversation} name={room.asked.value?.name ?? summary?.name ?? ''} />}
      </Suspense>
    </aside>
  )
}
