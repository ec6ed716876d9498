import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

import {
  useConnection,
  useMe,
  useRoom,
  useWebSocket,
  VezaProvider,
  type Locale,
} from '../../../../sdks/react/src/index.ts'

/** `#<url>|<token>`: where the server is, and a good token. */
const [url = '', good = ''] = decodeURIComponent(location.hash.slice(1)).split('|')

/** Gives what it has, as one that keeps its token does, until it hears that this one was refused. */
const asked: (string | undefined)[] = []
let kept = 'one that the server does not know'
function token(refused?: string): string {
  asked.push(refused)
  if (refused === kept) kept = good
  return kept
}

const calls: string[] = []

function Connected({ room }: { room: string | null }) {
  const { status } = useConnection()
  return (
    <>
      <output>{`${status} ${useMe()?.username ?? ''}`}</output>
      {room !== null && <Room of={room} />}
    </>
  )
}

function Room({ of: place }: { of: string }) {
  const { conversation } = useRoom(place)
  const told = () => {
    conversation.markRead(1_000_000_000).catch((error: Error) => calls.push(error.message))
  }
  return <button onClick={told}>Ask for what is not there</button>
}

/** By itself it connects to its own address. */
function Alone() {
  return <output>{useWebSocket(url).isConnected ? 'connected' : 'not connected'}</output>
}

function ProviderPage() {
  const [shown, show] = useState<'connected' | 'alone' | null>('connected')
  const [locale, setLocale] = useState<Locale>('en')
  const [room, setRoom] = useState<string | null>(null)
  Object.assign(globalThis, { controls: { asked, calls, show, locale: setLocale, room: setRoom } })
  if (shown === null) return <output>nothing</output>
  return (
    <VezaProvider {...(shown === 'connected' && { url })} token={token} locale={locale}>
      {shown === 'connected' ? <Connected room={room} /> : <Alone />}
    </VezaProvider>
  )
}

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <ProviderPage />
    </StrictMode>,
  )
