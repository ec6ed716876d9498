import { useRef } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useSignedIn, useText } from '../context.ts'
import { BackLine } from '../frame/BackLine.tsx'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../parts/explain.ts'
import { Outcome } from '../parts/Form.tsx'
import { Link } from '../parts/Link.tsx'
import { useArrival } from '../parts/use-arrival.ts'
import { useDeed } from '../parts/use-deed.ts'
import { room_words } from '../rooms/words.ts'
import { NotThere } from './NotThere.tsx'
import { conversation_words } from './words.ts'

/** A public room that one is no member of: what outsiders may know of it, and the way in. */
export function Preview({ room, onTried }: { room: shapes.Room; onTried(): void }) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const of_rooms = useText(room_words)
  const deed = useDeed()
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  const join = () =>
    deed.run(async () => {
      // Where it is refused, the room is another by now, or none.
      await chat.rest('POST /rooms/{id}/join', { path: { id: String(room.id) } }).finally(onTried)
    })
  // It was deleted, or closed to outsiders, while one pressed.
  if (codeOf(deed.error) === 'ROOM_NOT_FOUND') return <NotThere is_news />
  return (
    <>
      <BackLine />
      <div className="app-empty app-preview">
        <h1 ref={heading} tabIndex={-1}>
          {room.name}
        </h1>
        {room.topic !== null && <p>{room.topic}</p>}
        {room.description !== null && <p className="app-muted">{room.description}</p>}
        <p className="app-small">{words.members(room.member_count)}</p>
        <p className="app-muted">{room.is_archived ? words.archived : words.preview}</p>
        {!room.is_archived && (
          <Button kind="main" aria-disabled={deed.busy} aria-label={of_rooms.join_room(room.name)} onClick={join}>
            {of_rooms.join}
          </Button>
        )}
        <Outcome of={deed} />
        <Link to={{ at: 'home' }} className="app-button app-button-plain">
          {words.browse}
        </Link>
      </div>
    </>
  )
}
