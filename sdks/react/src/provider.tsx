import { createContext, useContext, useMemo } from 'react'
import type { Chat } from 'veza-js-sdk'

import type { Place } from './ref.ts'
import { VezaSettings, type SettingsProps } from './settings.tsx'
import { useStore } from './store.ts'
import { useCutOffOf, type CutOff } from './use-cut-off.ts'

export interface Around {
  /** Null where only a token was given: then `useWebSocket(url)` connects. */
  chat: Chat | null
  /** The chat of this address, with the provider's token and language; the same one for the same address. */
  chatAt(url: string): Chat | null
  /** Connects such a chat. Returns what ends that; without a holder it is closed. */
  hold(chat: Chat): () => void
  room: Place | null
}

const AroundContext = createContext<Around | null>(null)
const CutOffContext = createContext<CutOff>(null)

/** What keeps one from the server: the browser is offline, which the connection may not know of yet, or the server does not answer. Null while neither is so. */
export const useCutOff = (): CutOff => useContext(CutOffContext)

export interface ChatProviderProps extends SettingsProps {
  /** A client of yours. Connecting and closing it stays with you. */
  chat: Chat
}

/** `VezaProvider` with a `chat`, without what makes one of an address: for pages that count bytes. */
export function ChatProvider({ chat, ...settings }: ChatProviderProps) {
  const around = useMemo((): Around => ({ chat, chatAt: () => null, hold: () => () => undefined, room: null }), [chat])
  return <Surroundings around={around} {...settings} />
}

/** Gives everything inside what is around it. */
export function Surroundings({ around, ...settings }: { around: Around } & SettingsProps) {
  const me = useStore(around.chat?.me ?? null, null)
  const cutOff = useCutOffOf(around.chat)
  return (
    <AroundContext.Provider value={around}>
      <CutOffContext.Provider value={cutOff}>
        <VezaSettings reader={me} {...settings} />
      </CutOffContext.Provider>
    </AroundContext.Provider>
  )
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
