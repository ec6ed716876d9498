import { useEffect, useRef, useState } from 'react'
import type { Conversation, Summary } from 'veza-js-sdk'

import { useShell, useText } from '../context.ts'
import { Boundary } from '../parts/Boundary.tsx'
import { IconButton } from '../parts/Button.tsx'
import { later } from '../parts/later.tsx'
import { Skeleton } from '../parts/Waiting.tsx'
import type { Side } from '../route.ts'
import { Details } from './Details.tsx'
import { sideTitle } from './Header.tsx'
import { Members } from './Members.tsx'
import { Pins } from './Pins.tsx'
import { Thread } from './Thread.tsx'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

export const Search = later(() => import('./Search.tsx'), <Skeleton />)
export const RoomTrail = later(() => import('../trail/RoomTrail.tsx'), <Skeleton />)

interface Props {
  side: Side
  conversation: Conversation
  summary: Summary | null
  room: RoomFacts
}

/** The pane beside the conversation; where there is no room for two, over it. */
export function SidePane(props: Props) {
  const { side, conversation, room } = props
  // It has a head of its own.
  if (side.show === 'thread') return <Thread key={side.message} at={conversation.ref} side={side} room={room} />
  return <Pane key={side.show} {...props} />
}

function Pane({ side, conversation, summary, room }: Props) {
  const words = useText(conversation_words)
  const { router } = useShell()
  const pane = useRef<HTMLElement>(null)
  const title = sideTitle(side, words)
  const [opened_by] = useState(() => document.activeElement)
  useEffect(() => {
    // What is in it may have taken the focus already.
    if (pane.current?.contains(document.activeElement) !== true)
      pane.current?.querySelector('h2')?.focus({ preventScroll: true })
    return () => {
      if (opened_by instanceof HTMLElement && opened_by.isConnected) opened_by.focus({ preventScroll: true })
    }
  }, [opened_by])
  return (
    <aside ref={pane} className="app-side" aria-label={title}>
      <header className="app-side-head">
        <h2 tabIndex={-1}>{title}</h2>
        <IconButton icon="close" label={words.close} onClick={() => router.show(null)} />
      </header>
      <Boundary>
        {side.show === 'details' && <Details conversation={conversation} summary={summary} room={room} />}
        {side.show === 'members' && <Members room={room} />}
        {side.show === 'pins' && <Pins conversation={conversation} room={room} />}
        {side.show === 'search' && (
          <Search conversation={conversation} name={room.asked.value?.name ?? summary?.name ?? ''} begun={side} />
        )}
        {side.show === 'trail' && room.asked.value !== null && (
          <RoomTrail room_id={room.asked.value.id} at={conversation.ref} />
        )}
      </Boundary>
    </aside>
  )
}
