import { useEffect, useState } from 'react'
import type { protocol } from 'veza-js-sdk'
import { isOf } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { levelChanged } from '../notify/levels.ts'
import { Choice } from '../parts/Field.tsx'
import { useTry } from '../parts/use-deed.ts'
import { conversation_words } from './words.ts'

type Level = protocol.NotificationLevel

/** What one wants to hear of a room. The server keeps it, so it is the same on all devices. */
export function NotificationLevel({ room_id }: { room_id: number }) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const attempt = useTry()
  const [chosen, setChosen] = useState<Level | null>(null)
  const row = useStore(chat.conversations)?.find((each) => isOf(each, { room_id }))
  useEffect(() => {
    // Another device may have changed it. Without a connection, what is known has to do.
    chat.refresh().catch((error: unknown) => error)
  }, [chat])
  if (row === undefined) return null
  const choose = async (level: Level) => {
    setChosen(level)
    try {
      await chat.rest('PUT /rooms/{id}/members/me', {
        path: { id: String(room_id) },
        body: { notification_level: level },
      })
      levelChanged(chat)
    } catch (error) {
      setChosen(null)
      throw error
    }
  }
  return (
    <Choice
      label={words.notify}
      hint={words.notify_hint}
      value={chosen ?? row.notification_level}
      onChange={(event) => attempt(choose(event.target.value as Level))}
      options={[
        { value: 'all', label: words.notify_all },
        { value: 'mentions', label: words.notify_mentions },
        { value: 'none', label: words.notify_none },
      ]}
    />
  )
}
