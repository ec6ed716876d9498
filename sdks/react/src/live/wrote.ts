import { useEffect, useReducer } from 'react'
import type { Conversation } from 'veza-js-sdk'

const listeners = new WeakMap<Conversation, Set<() => void>>()

/** Somebody wrote here into a conversation: its timelines on this page go to the end, to show it. */
export function wrote(conversation: Conversation): void {
  for (const listener of listeners.get(conversation) ?? []) listener()
  // Further back it would not be seen. Without a connection one stays there, and it is sent all the same.
  if (conversation.timeline.get().has_newer) conversation.jumpToNewest().catch(() => undefined)
}

/** How often it was. */
export function useWrote(conversation: Conversation): number {
  const [count, again] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const own = listeners.get(conversation) ?? new Set()
    listeners.set(conversation, own.add(again))
    return () => {
      own.delete(again)
    }
  }, [conversation])
  return count
}
