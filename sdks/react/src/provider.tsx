import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useReducer, useState } from 'react'
import type { Chat, ChatOptions } from 'veza-js-sdk'

import { createOpened } from './opened.ts'
import type { Place } from './ref.ts'
import { VezaSettings, type SettingsProps } from './settings.tsx'
import { useStore } from './store.ts'
import { useCutOffOf, type CutOff } from './use-cut-off.ts'

interface Around {
  /** Null where only a token was given: then `useWebSocket(url)` connects. */
  chat: Chat | null
  /** The chat of this address, with the provider's token and language; the same one for the same address. */
  chatAt(url: string): Chat | null
  /** Connects such a chat. Returns what ends that; without a holder it is closed. */
  hold(chat: Chat): () => void
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
const CutOffContext = createContext<CutOff>(null)

/** What keeps one from the server: the browser is offline, which the connection may not know of yet, or the server does not answer. Null while neither is so. */
export const useCutOff = (): CutOff => useContext(CutOffContext)

/** Gives everything inside a connection, a language and a theme. */
export function VezaProvider({ chat: given, url, token, room, children, ...settings }: VezaProviderProps) {
  const [turn, again] = useReducer((count: number) => count + 1, 0)
  const [opened] = useState(() => createOpened(again))
  useLayoutEffect(() => opened.tell(token))
  const hasToken = token !== undefined
  const { locale } = settings
  const around = useMemo((): Around => {
    const chatAt = (address: string) => (hasToken ? opened.at(address, locale) : null)
    const { hold } = opened
    return { chat: given ?? (url === undefined ? null : chatAt(url)), chatAt, hold, room: room ?? null }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `turn`: what was closed is to be made anew.
  }, [opened, given, url, hasToken, locale, room, turn])

  const own = given === undefined ? around.chat : null
  useConnected(own, opened.hold)
  const me = useStore(around.chat?.me ?? null, null)
  const cutOff = useCutOffOf(around.chat)
  return (
    <AroundContext.Provider value={around}>
      <CutOffContext.Provider value={cutOff}>
        <VezaSettings reader={me} {...settings}>
          {children}
        </VezaSettings>
      </CutOffContext.Provider>
    </AroundContext.Provider>
  )
}

/** Connected while mounted. What keeps it from connecting is in its `connection`. */
export function useConnected(chat: Chat | null, hold: Around['hold']): void {
  useEffect(() => (chat === null ? undefined : hold(chat)), [chat, hold])
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
