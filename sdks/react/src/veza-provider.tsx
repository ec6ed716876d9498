import { useEffect, useLayoutEffect, useMemo, useReducer, useState } from 'react'
import type { Chat, ChatOptions } from 'veza-js-sdk'

import { createOpened } from './opened.ts'
import { Surroundings, type Around } from './provider.tsx'
import type { Place } from './ref.ts'
import type { SettingsProps } from './settings.tsx'

export interface VezaProviderProps extends SettingsProps {
  /** A client of yours. Connecting and closing it stays with you. */
  chat?: Chat
  /** Or where the server is, and how to get an access token: the provider connects while it is mounted. */
  url?: string
  token?: ChatOptions['token']
  /** What `useWebSocket` begins in. */
  room?: Place
}

/** Gives everything inside a connection, a language and a theme. */
export function VezaProvider({ chat: given, url, token, room, ...settings }: VezaProviderProps) {
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
  return <Surroundings around={around} {...settings} />
}

/** Connected while mounted. What keeps it from connecting is in its `connection`. */
export function useConnected(chat: Chat | null, hold: Around['hold']): void {
  useEffect(() => (chat === null ? undefined : hold(chat)), [chat, hold])
}
