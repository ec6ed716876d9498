import { useCallback, useEffect, useRef } from 'react'
import type { Conversation } from 'veza-js-sdk'

import { useChat } from '../provider.tsx'
import { leadBack, type Way } from './first-after.ts'
import type { Problems } from './problem.tsx'

interface Walk {
  ended: AbortController
  /** The id of the message it has come to; null when it was given up. */
  begun: Promise<number | null>
}

/** Loads the piece in which the line "new" stands, or as far back as one is led at a time: one walk, and the next goes on from where it stopped. */
export function useToFirstNew(
  conversation: Conversation,
  lastRead: number | null,
  { watch }: Problems,
): { go(): Promise<number | null>; stop(): void } {
  const chat = useChat()
  const walk = useRef<Walk | null>(null)
  const way = useRef<Way>({ first: Infinity })
  const stop = useCallback(() => {
    if (walk.current === null) return
    walk.current.ended.abort()
    walk.current = null
    // A jump to where one is takes the place of one that is under way, and asks for nothing.
    const here = oldestOf(conversation)
    if (here !== null) conversation.jumpTo(here).catch(() => undefined)
  }, [conversation])
  useEffect(() => stop, [stop])

  async function lead(number: number, signal: AbortSignal): Promise<number | null> {
    const ask = (before_id: number) => chat.command('get_history', { ...conversation.ref, before_id, limit: 100 })
    try {
      await leadBack(ask, number, way.current, signal)
      if (signal.aborted) return null
      await conversation.jumpTo(way.current.first)
    } catch (error) {
      if (signal.aborted) return null
      // That message is gone meanwhile.
      if ((error as { code?: string }).code === 'MESSAGE_NOT_FOUND') way.current = { first: Infinity }
      throw error
    }
    return signal.aborted ? null : way.current.first
  }

  const go = () => {
    if (walk.current !== null) return walk.current.begun
    const oldest = oldestOf(conversation)
    if (oldest === null || lastRead === null) return Promise.resolve(null)
    way.current.first = Math.min(way.current.first, oldest)
    const ended = new AbortController()
    const begun = lead(lastRead, ended.signal).finally(() => {
      if (walk.current?.ended === ended) walk.current = null
    })
    walk.current = { ended, begun }
    watch(begun)
    return begun
  }
  return { go, stop }
}

/** The id of the oldest message that is loaded. */
function oldestOf({ timeline }: Conversation): number | null {
  const item = timeline.get().items.find((one) => one.kind === 'message')
  return item?.kind === 'message' ? item.message.id : null
}
