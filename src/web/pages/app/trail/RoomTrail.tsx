import { useCallback, useState } from 'react'
import type { Ref } from 'veza-js-sdk'

import { useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Link } from '../parts/Link.tsx'
import { usePages } from '../parts/use-pages.ts'
import { ActionChoice } from './ActionChoice.tsx'
import type { Entry } from './facts.ts'
import { Trail } from './Trail.tsx'
import { room_actions, trail_words } from './words.ts'

/** What was done in a room, for those who moderate it. */
export default function RoomTrail({ room_id, at }: { room_id: number; at: Ref }) {
  const chat = useSignedIn()
  const words = useText(trail_words)
  const [action, setAction] = useState('')
  const ask = useCallback(
    (cursor: string | null, signal: AbortSignal) =>
      chat.rest('GET /rooms/{id}/audit', {
        path: { id: String(room_id) },
        query: { ...(action !== '' && { action }), ...(cursor !== null && { cursor }) },
        signal,
      }),
    [chat, room_id, action],
  )
  const list = usePages(ask)
  return (
    <div className="app-side-body">
      <p className="app-small">{words.about}</p>
      <div className="app-form-row app-form-foot">
        <ActionChoice actions={room_actions} value={action} onChange={setAction} />
        <Button onClick={list.again}>{words.refresh}</Button>
      </div>
      <Trail list={list}>{(entry) => <ToMessage entry={entry} at={at} />}</Trail>
    </div>
  )
}

/** The way to a message that is still there. */
function ToMessage({ entry, at }: { entry: Entry; at: Ref }) {
  const words = useText(trail_words)
  const { action, target_type, target_id, outcome } = entry
  if (target_type !== 'message' || outcome !== 'success' || action === 'message.delete') return null
  return (
    <Link to={{ at: 'conversation', ref: at, message: Number(target_id) }} className="app-small">
      {words.show_message}
    </Link>
  )
}
