import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Pending, SendOptions, TimelineItem } from 'veza-js-sdk'

import { useAround } from './provider.tsx'
import { placeText, refOfText, type Place } from './ref.ts'
import { useStore } from './store.ts'
import { useConnected } from './veza-provider.tsx'

export interface WebSocketView {
  /** Of the room one is in, oldest first, with what is not sent yet. */
  messages: readonly TimelineItem[]
  /** To the room one is in; null where one is in none. Without a connection it waits, and is sent later. */
  sendMessage(content: string, options?: SendOptions): Pending | null
  /** From now on this is the room one is in. */
  joinRoom(place: Place): void
  isConnected: boolean
}

const none: readonly TimelineItem[] = []

/**
 * Everything for a small chat in one hook. It uses the connection of the `VezaProvider` around; where that was given only a token, it connects to `url`. One begins in the provider's `room`.
 */
export function useWebSocket(url?: string): WebSocketView {
  const around = useAround()
  const own = around.chat === null && url !== undefined ? around.chatAt(url) : null
  const chat = around.chat ?? own
  useConnected(own, around.hold)

  const [joined, setJoined] = useState<Place | null>(null)
  const place = joined ?? around.room
  const text = place === null ? null : placeText(place)
  const conversation = useMemo(
    () => (text === null ? null : (chat?.conversation(refOfText(text)) ?? null)),
    [chat, text],
  )
  useEffect(() => conversation?.open(), [conversation])

  const timeline = useStore(conversation?.timeline ?? null, null)
  const connection = useStore(chat?.connection ?? null, null)
  const sendMessage = useCallback(
    (content: string, options?: SendOptions) => conversation?.send(content, options) ?? null,
    [conversation],
  )
  const joinRoom = useCallback((next: Place) => setJoined(next), [])
  return { messages: timeline?.items ?? none, sendMessage, joinRoom, isConnected: connection?.status === 'connected' }
}
