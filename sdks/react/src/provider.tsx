import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useState } from 'react'
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
  const [opened] = useState(createOpened)
  useLayoutEffect(() => opened.tell(token))
  const hasToken = token !== undefined
  const { locale } = settings
  const around = useMemo((): Around => {
    const chatAt = (address: string) => (hasToken ? opened.at(address, locale) : null)
    return { chat: given ?? (url === undefined ? null : chatAt(url)), chatAt, room: room ?? null }
  }, [opened, given, url, hasToken, locale, room])

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

/** The clients a provider made, one for each address. They ask for the token that the provider was given last. */
function createOpened() {
  const chats = new Map<string, Chat>()
  let token: ChatOptions['token'] | undefined
  const tokenNow = (refused?: string) => {
    if (token === undefined) throw new Error('The VezaProvider has no token any more.')
    return typeof token === 'string' ? token : token(refused)
  }
  return {
    tell: (given: ChatOptions['token'] | undefined): void => {
      token = given
    },
    at: (url: string, locale: ChatOptions['locale']): Chat => {
      const chat = chats.get(url) ?? createChat({ url, token: tokenNow, ...(locale !== undefined && { locale }) })
      chats.set(url, chat)
      return chat
    },
  }
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
