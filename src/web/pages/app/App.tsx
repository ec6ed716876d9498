import { useEffect, useLayoutEffect, useMemo } from 'react'

import { expectChat, styleChat } from './chat-files.ts'
import { ShellContext, useStore, type Shell } from './context.ts'
import { Boundary } from './parts/Boundary.tsx'
import { later } from './parts/later.tsx'
import { Told, type Saying } from './parts/Told.tsx'
import { Skeleton } from './parts/Waiting.tsx'
import type { LocaleStore } from './locale.ts'
import type { Router } from './router.ts'
import type { OwnSession } from './sign/ended.ts'
import { Entrance } from './sign/Entrance.tsx'
import { Reset } from './sign/Reset.tsx'
import { createStore } from './settable.ts'

interface Props {
  session: OwnSession
  router: Router
  locale: LocaleStore
}

export const SignedIn = later(() => import('./SignedIn.tsx'), <Skeleton />, styleChat)

/** The whole app: the entrance, or the chat of the person who is signed in. */
export function App({ session, router, locale }: Props) {
  const saying = useMemo(() => createStore<Saying | null>(null), [])
  const shell = useMemo<Shell>(
    () => ({
      session,
      router,
      locale,
      tell: (text, leads) => saying.set({ text, at: Date.now(), ...(leads !== undefined && { leads }) }),
    }),
    [session, router, locale, saying],
  )
  const user = useStore(session.user)
  const { at } = useStore(router).route
  const language = useStore(locale)
  useLayoutEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => {
    locale.adopt(user?.locale ?? null)
  }, [locale, user])
  // Before anybody sees the other page, and may load it again.
  useLayoutEffect(() => expectChat(user !== null), [user])
  return (
    <ShellContext.Provider value={shell}>
      <Boundary>
        {at === 'reset' ? <Reset /> : user === null ? <Entrance /> : <SignedIn key={user.id} user_id={user.id} />}
      </Boundary>
      <Told saying={saying} />
    </ShellContext.Provider>
  )
}
