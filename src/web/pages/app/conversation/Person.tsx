import { Avatar } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { conversation_words } from './words.ts'

/** Somebody with their presence and what they say beside it. */
export function Person({ user_id, username }: { user_id: number; username: string }) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const presence = useStore(chat.presence(user_id))
  const status = presence?.status ?? 'offline'
  return (
    <div className="app-person">
      <Avatar user_id={user_id} name={username} size="large" status={status} />
      <div>
        <strong>@{username}</strong>
        <p className="app-small">{presence?.message ?? (status === 'offline' ? words.offline : words.online)}</p>
      </div>
    </div>
  )
}
