import { createContext, useContext } from 'react'
import type { Chat, Rest, Session } from 'veza-js-sdk'

/** What every part of the app has at hand once somebody is signed in. */
export interface App {
  chat: Chat
  session: Session
  rest: Rest
  locale: 'en' | 'fr'
  setLocale(locale: 'en' | 'fr'): void
}

export const AppContext = createContext<App | null>(null)

export function useApp(): App {
  const app = useContext(AppContext)
  if (app === null) throw new Error('There is no app around this.')
  return app
}
