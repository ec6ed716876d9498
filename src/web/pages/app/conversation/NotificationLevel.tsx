import { useCallback, useState } from 'react'
import type { protocol } from 'veza-js-sdk'

import { useSignedIn, useText } from '../context.ts'
import { Choice } from '../parts/Field.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { useTry } from '../parts/use-deed.ts'
import { conversation_words } from './words.ts'

type Level = protocol.NotificationLevel

/** What one wants to hear of a room. The server keeps it, so it is the same on all devices. */
export function NotificationLevel({ room_id }: { room_id: number }) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const attempt = useTry()
  const [chosen, setChosen] = useState<Level | null>(null)
  const put = useCallback(
    (level?: Level) =>
      chat.rest('PUT /rooms/{id}/members/me', {
        path: { id: String(room_id) },
        body: level === undefined ? {} : { notification_level: level },
      }),
    [chat, room_id],
  )
  const ask = useCallback(() => put(), [put])
  const [{ value }] = useAsked(ask)
  const now = chosen ?? value?.notification_level
  if (now === undefined) return null
  const choose = (level: Level) => {
    setChosen(level)
    attempt(
      put(level).catch((error: unknown) => {
        setChosen(null)
        throw error
      }),
    )
  }
  return (
    <Choice
      label={words.notify}
      value={now}
      onChange={(event) => choose(event.target.value as Level)}
      options={[
        { value: 'all', label: words.notify_all },
        { value: 'mentions', label: words.notify_mentions },
        { value: 'none', label: words.notify_none },
      ]}
    />
  )
}
