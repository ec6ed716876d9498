import { useLayoutEffect, useRef, useState } from 'react'
import type { Conversation, Summary } from 'veza-js-sdk'

import { useShell, useText } from '../context.ts'
import { Boundary } from '../parts/Boundary.tsx'
import { IconButton } from '../parts/Button.tsx'
import { focusBack } from '../parts/focus-back.ts'
import { later } from '../parts/later.tsx'
import { Skeleton } from '../parts/Waiting.tsx'
import type { Side } from '../route.ts'
import { sideTitle } from './Header.tsx'
import { Thread } from './Thread.tsx'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

const Details = later(() => import('./Details.tsx'), <Skeleton />)
const Members = later(() => import('./Members.tsx'), <Skeleton />)
const Pins = later(() => import('./Pins.tsx'), <Skeleton />)
const Search = later(() => import('./Search.tsx'), <Skeleton />)
const RoomTrail = later(() => import('../trail/RoomTrail.tsx'), <Skeleton />)

export const side_files = [Details, Members, Pins, Search, RoomTrail]

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
  return <Panes {...props} />
}

/** Of several in a row, the first was opened from what is there still when the last one goes. */
function Panes(props: Props) {
  const [goBack] = useState(focusBack)
  return <Pane key={props.side.show} {...props} goBack={goBack} />
}

function Pane({ side, conversation, summary, room, goBack }: Props & { goBack(): void }) {
  const words = useText(conversation_words)
  const { router } = useShell()
  const pane = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const was_seen = useRef(false)
  const title = sideTitle(side, words)
  useLayoutEffect(() => {
    const opened = pane.current
    was_seen.current = true
    // What is in it may have taken the focus already.
    if (opened?.contains(document.activeElement) !== true) heading.current?.focus({ preventScroll: true })
    return () => {
      const now = document.activeElement
      // Whoever is elsewhere stays there.
      if (now === null || now === document.body || opened?.contains(now) === true) goBack()
    }
  }, [goBack])
  return (
    <aside ref={pane} className="app-side" aria-label={title}>
      <header className="app-side-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon="close" label={words.close} onClick={() => router.show(null)} />
      </header>
      <Boundary>
        {side.show === 'details' && <Details conversation={conversation} summary={summary} room={room} />}
        {side.show === 'members' && <Members room={room} />}
        {side.show === 'pins' && <Pins conversation={conversation} room={room} heading={heading} />}
        {side.show === 'search' && (
          <Search
            conversation={conversation}
            name={room.asked.value?.name ?? summary?.name ?? ''}
            begun={side}
            isLate={was_seen}
          />
        )}
        {side.show === 'trail' && room.asked.value !== null && (
          <RoomTrail room_id={room.asked.value.id} at={conversation.ref} />
        )}
      </Boundary>
    </aside>
  )
}
