import { createContext, useContext, useEffect, useMemo, useRef } from 'react'
import { createChat, type Chat, type ChatOptions } from 'veza-js-sdk'

import type { Place } from './ref.ts'
import { VezaSettings, type SettingsProps } from './settings.tsx'
import { useStore } from './store.ts'

interface Around {
  /** Null where only a token was given: then `useWebSocket(url)` connects. */
  chat: Chat | null
  /** The chat of this address, with the provider's token; the same one for the same address. */
  chatAt(url: string): Chat | null
  room: Place | null
}

export interface VezaProviderProps extends SettingsProps {
  /** A client of yours. Connecting and closing it stays with you. */
  chat?: Chat
  /** Or where the server is, and how to get an access token: the provider connects while it is mounted. */
  url?: string
  token?: ChatOptions['token']
  /** What `useWebSocket` begins in. */
  room?: Place
}

const AroundContext = createContext<Around | null>(null)

/** Gives everything inside a connection, a language and a theme. */
export function VezaProvider({ chat: given, url, token, room, children, ...settings }: VezaProviderProps) {
  const latest = useRef(token)
  latest.current = token
  const locale = useRef(settings.locale)
  locale.current = settings.locale
  const opened = useRef(new Map<string, Chat>())

  const around = useMemo((): Around => {
    const chatAt = (address: string): Chat | null => {
      const known = opened.current.get(address)
      if (known !== undefined || latest.current === undefined) return known ?? null
      const chat = createChat({
        url: address,
        // Asked each time, so that a new token of the page is the one that is used.
        token: () => tokenNow(latest.current),
        ...(locale.current !== undefined && { locale: locale.current }),
      })
      opened.current.set(address, chat)
      return chat
    }
    return { chat: given ?? (url === undefined ? null : chatAt(url)), chatAt, room: room ?? null }
  }, [given, url, room])

  const own = given === undefined ? around.chat : null
  useConnected(own)
  const me = useStore(around.chat?.me ?? null, null)
  return (
    <AroundContext.Provider value={around}>
      <VezaSettings reader={me} {...settings}>
        {children}
      </VezaSettings>
    </AroundContext.Provider>
  )
}

function tokenNow(token: ChatOptions['token'] | undefined): string | Promise<string> {
  if (token === undefined) throw new Error('The VezaProvider has no token any more.')
  return typeof token === 'string' ? token : token()
}

/** Connected while mounted. What keeps it from connecting is in its `connection`. */
export function useConnected(chat: Chat | null): void {
  useEffect(() => {
    if (chat === null) return
    const told = (): void => undefined
    chat.connect().then(told, told)
    return () => chat.disconnect()
  }, [chat])
}

export function useAround(): Around {
  const around = useContext(AroundContext)
  if (around === null) throw new Error('There is no VezaProvider around this component.')
  return around
}

/** The client of the provider around. */
export function useChat(): Chat {
  const { chat } = useAround()
  if (chat === null) throw new Error('The VezaProvider around needs `chat`, or `url` and `token`.')
  return chat
}
