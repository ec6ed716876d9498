import { Avatar, useWords } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'

/** Somebody with their presence and what they say beside it. */
export function Person({ user_id, username }: { user_id: number; username: string }) {
  const chat = useSignedIn()
  const words = useWords()
  const presence = useStore(chat.presence(user_id))
  const status = presence?.status ?? 'offline'
  return (
    <div className="app-person">
      <Avatar user_id={user_id} name={username} size="large" status={status} />
      <div>
        <strong>@{username}</strong>
        <p className="app-small">{words.statuses[status]}</p>
        {presence !== null && presence.message !== null && (
          <p className="app-small" dir="auto">
            {presence.message}
          </p>
        )}
      </div>
    </div>
  )
}
