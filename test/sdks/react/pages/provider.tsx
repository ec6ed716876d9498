import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

import {
  useChat,
  useConnection,
  useMe,
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

const controls = { asked }
Object.assign(globalThis, { controls })

function Connected() {
  const chat = useChat()
  const { status } = useConnection()
  const ask = () => chat.command('get_members', { room_id: 999_999 }).catch((error: unknown) => String(error))
  Object.assign(controls, { ask })
  return <output>{`${status} ${useMe()?.username ?? ''}`}</output>
}

/** By itself it connects to its own address. */
function Alone() {
  return <output>{useWebSocket(url).isConnected ? 'connected' : 'not connected'}</output>
}

function ProviderPage() {
  const [shown, show] = useState<'connected' | 'alone' | null>('connected')
  const [locale, setLocale] = useState<Locale>('en')
  Object.assign(controls, { show, locale: setLocale })
  if (shown === null) return <output>nothing</output>
  return (
    <VezaProvider {...(shown === 'connected' && { url })} token={token} locale={locale}>
      {shown === 'connected' ? <Connected /> : <Alone />}
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
