import { useEffect, useMemo } from 'react'
import { createChat, type Chat, type Session } from 'veza-js-sdk'
import { VezaProvider } from 'veza-react-components'

import { ChatContext, ShellContext, useLocale, useShell, useStore, type Shell } from './context.ts'
import { Frame } from './frame/Frame.tsx'
import { Boundary } from './parts/Boundary.tsx'
import { Told, type Saying } from './parts/Told.tsx'
import type { LocaleStore } from './locale.ts'
import type { Router } from './router.ts'
import { Entrance } from './sign/Entrance.tsx'
import { Reset } from './sign/Reset.tsx'
import { createStore } from './stored.ts'

interface Props {
  session: Session
  router: Router
  locale: LocaleStore
}

/** The whole app: the entrance, or the chat of the person who is signed in. */
export function App({ session, router, locale }: Props) {
  const saying = useMemo(() => createStore<Saying | null>(null), [])
  const shell = useMemo<Shell>(
    () => ({ session, router, locale, tell: (text) => saying.set({ text, at: Date.now() }) }),
    [session, router, locale, saying],
  )
  const user = useStore(session.user)
  const { at } = useStore(router).route
  const language = useStore(locale)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => {
    locale.adopt(user?.locale ?? null)
  }, [locale, user])
  return (
    <ShellContext.Provider value={shell}>
      <Boundary>
        {at === 'reset' ? <Reset /> : user === null ? <Entrance /> : <SignedIn key={user.id} user_id={user.id} />}
      </Boundary>
      <Told saying={saying} />
    </ShellContext.Provider>
  )
}

function SignedIn({ user_id }: { user_id: number }) {
  const { router } = useShell()
  const locale = useLocale()
  const chat = useOwnChat(user_id)
  useEffect(() => {
    // The doors are behind one.
    const { at } = router.get().route
    if (at === 'sign-in' || at === 'sign-up') router.go({ at: 'home' }, { replace: true })
  }, [router])
  return (
    <ChatContext.Provider value={chat}>
      <VezaProvider chat={chat} locale={locale}>
        <Frame />
      </VezaProvider>
    </ChatContext.Provider>
  )
}

/** One chat for one person. The server is told when they read another language, since its sentences are in it too. */
function useOwnChat(user_id: number): Chat {
  const { session, locale } = useShell()
  const chat = useMemo(
    () => createChat({ url: location.origin, token: session.token, user_id, locale: locale.get }),
    [session, user_id, locale],
  )
  useEffect(() => {
    // What keeps it from connecting is in its `connection`, which the page shows.
    chat.connect().catch((error: unknown) => error)
    return () => chat.close()
  }, [chat])
  useEffect(
    () =>
      locale.subscribe(() => {
        // Who is not connected tells it when connecting.
        chat.refresh().catch((error: unknown) => error)
      }),
    [chat, locale],
  )
  return chat
}
