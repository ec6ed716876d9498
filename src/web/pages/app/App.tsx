import { useEffect, useMemo, useState } from 'react'
import { createChat, type Chat, type Session } from 'veza-js-sdk'
import { VezaProvider } from 'veza-react-components'

import { ChatContext, ShellContext, usePreferences, useShell, useStore, type Shell } from './context.ts'
import { Frame } from './frame/Frame.tsx'
import { Told, type Saying } from './parts/Told.tsx'
import type { PreferencesStore } from './preferences.ts'
import type { Router } from './router.ts'
import { Entrance } from './sign/Entrance.tsx'
import { createStore } from './stored.ts'

interface Props {
  session: Session
  router: Router
  preferences: PreferencesStore
}

/** The whole app: the entrance, or the chat of the person who is signed in. */
export function App({ session, router, preferences }: Props) {
  const saying = useMemo(() => createStore<Saying | null>(null), [])
  const shell = useMemo<Shell>(
    () => ({ session, router, preferences, tell: (text) => saying.set({ text, at: Date.now() }) }),
    [session, router, preferences, saying],
  )
  const user = useStore(session.user)
  const { locale } = useStore(preferences)
  useEffect(() => {
    document.documentElement.lang = locale
  }, [locale])
  return (
    <ShellContext.Provider value={shell}>
      {user === null ? <Entrance /> : <SignedIn key={user.id} />}
      <Told saying={saying} />
    </ShellContext.Provider>
  )
}

function SignedIn() {
  const { router } = useShell()
  const { locale } = usePreferences()
  const chat = useOwnChat()
  useEffect(() => {
    // The doors are behind one.
    const { at } = router.get().route
    if (at === 'sign-in' || at === 'sign-up') router.go({ at: 'home' }, { replace: true })
  }, [router])
  if (chat === null) return null
  return (
    <ChatContext.Provider value={chat}>
      <VezaProvider chat={chat} locale={locale}>
        <Frame />
      </VezaProvider>
    </ChatContext.Provider>
  )
}

/** One chat for one person; in another language it is another one, since the server's sentences are. */
function useOwnChat(): Chat | null {
  const { session } = useShell()
  const { locale } = usePreferences()
  const [chat, setChat] = useState<Chat | null>(null)
  useEffect(() => {
    const made = createChat({ url: location.origin, token: session.token, locale })
    setChat(made)
    // What keeps it from connecting is in its `connection`, which the page shows.
    made.connect().catch((error: unknown) => error)
    return () => made.close()
  }, [session, locale])
  return chat
}
