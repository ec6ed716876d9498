import { lazy, Suspense, useEffect, useMemo } from 'react'
import { createChat, type Session } from 'veza-js-sdk'
import { VezaProvider } from 'veza-react-components'

import { ChatContext, ShellContext, usePreferences, useShell, useStore, type Shell } from './context.ts'
import { Told, type Saying } from './parts/Told.tsx'
import type { PreferencesStore } from './preferences.ts'
import type { Router } from './router.ts'
import { Entrance } from './sign/Entrance.tsx'
import { createStore } from './stored.ts'

const Signed = lazy(() => import('./frame/Frame.tsx'))

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

/** One chat for one person: another person's is another one. */
function SignedIn() {
  const { session } = useShell()
  const { locale } = usePreferences()
  const chat = useMemo(
    () => createChat({ url: location.origin, token: session.token, locale, client: { name: 'veza-web', version: '0.2.0' } }),
    [session, locale],
  )
  useEffect(() => {
    // Refusals show in `connection`, which the frame looks at.
    chat.connect().catch((error: unknown) => error)
    return () => chat.disconnect()
  }, [chat])
  return (
    <ChatContext.Provider value={chat}>
      <VezaProvider chat={chat} locale={locale}>
        <Suspense fallback={null}>
          <Signed />
        </Suspense>
      </VezaProvider>
    </ChatContext.Provider>
  )
}
