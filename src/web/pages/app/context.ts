import { createContext, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Chat, Rest, Session, Store } from 'veza-js-sdk'

import type { Locale } from './locale.ts'
import type { Route } from './route.ts'
import type { Place, Router } from './router.ts'
import type { Settable } from './settable.ts'
import type { OwnSession } from './sign/ended.ts'

/** What all of the app knows, signed in or not. */
export interface Shell {
  session: OwnSession
  router: Router
  locale: Settable<Locale>
  /** Says something in passing, at the edge of the page; also to those who hear. */
  tell(text: string, leads?: { to: Route; label: string }): void
}

export const ShellContext = createContext<Shell | null>(null)
export const ChatContext = createContext<Chat | null>(null)

export function useShell(): Shell {
  const shell = useContext(ShellContext)
  if (shell === null) throw new Error('useShell is for what is inside the app.')
  return shell
}

/** The chat of the person who is signed in; connected or not, it can ask the REST API. */
export function useSignedIn(): Chat {
  const chat = useContext(ChatContext)
  if (chat === null) throw new Error('useSignedIn is for those who are signed in.')
  return chat
}

/** What the settings need of the app, whatever else it is. */
export interface App {
  chat: Chat
  session: Session
  rest: Rest
  locale: Locale
  setLocale(locale: Locale): void
}

export function useApp(): App {
  const { session, locale: chosen } = useShell()
  const chat = useSignedIn()
  const locale = useLocale()
  return useMemo(
    () => ({ chat, session, rest: chat.rest, locale, setLocale: chosen.set }),
    [chat, session, chosen, locale],
  )
}

export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.get)
export const usePlace = (): Place => useStore(useShell().router)
export const useLocale = (): Locale => useStore(useShell().locale)

/** The words of an area in the reader's language. */
export const useText = <T>(table: Record<Locale, T>): T => table[useLocale()]
