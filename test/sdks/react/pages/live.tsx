import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

import {
  ChatRoom,
  LiveMemberList,
  LiveRoomList,
  LiveSearch,
  useMe,
  useUnread,
  VezaProvider,
  type Place,
} from '../../../../sdks/react/src/index.ts'

/** `#<url>|<token>|<room>`: who is here, and where. */
const [url = '', token = '', room = ''] = decodeURIComponent(location.hash.slice(1)).split('|')

function Everything() {
  const [place, setPlace] = useState<Place>(Number(room))
  const [query, setQuery] = useState('')
  const [target, setTarget] = useState<{ message_id: number } | null>(null)
  const me = useMe()
  Object.assign(globalThis, { controls: { go: setPlace } })
  const { unread } = useUnread(place)
  return (
    <div style={{ height: 640, display: 'flex' }}>
      <h1 className="vz-hidden">{me?.username}</h1>
      <output id="unread">{unread}</output>
      <div style={{ width: 220, overflow: 'auto' }}>
        <LiveRoomList selected={place} onSelect={({ ref }) => setPlace(ref)} />
        <LiveMemberList of={place} onSelect={({ user_id }) => setQuery(String(user_id))} />
        <input aria-label="Search" value={query} onInput={(event) => setQuery(event.currentTarget.value)} />
        <LiveSearch query={query} onSelect={({ message }) => setTarget({ message_id: message.id })} />
      </div>
      <div style={{ flex: 1, minWidth: 0 }}>
        <ChatRoom of={place} target={target} />
      </div>
    </div>
  )
}

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <VezaProvider url={url} token={token} theme="light">
        <Everything />
      </VezaProvider>
    </StrictMode>,
  )
