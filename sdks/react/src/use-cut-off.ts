import { useEffect, useState } from 'react'
import type { Chat } from 'veza-js-sdk'

import { useStore } from './store.ts'

/** What keeps one from the server: the browser is offline, or the server does not answer. Null while all is well, and while one connects for the first time. */
export type CutOff = 'offline' | 'away' | null

/** So long a browser is believed that says it is offline; then, and again after each time without an answer, the server is asked. */
const believed_ms = 3000

/**
 * Whether the browser has said that it is offline, and nothing has shown the contrary: it says online, or the server answers. A connection that was cut may take
 * half a minute to be known as dead, and one to a server nearby may be well. Sending goes on as ever.
 */
function useOffline(chat: Chat | null): boolean {
  const [isOffline, setOffline] = useState(false)
  useEffect(() => {
    if (chat === null || typeof addEventListener === 'undefined') return
    let timer: ReturnType<typeof setTimeout> | undefined
    /** Counts the times it was said, so that no answer of an earlier one counts. */
    let turn = 0
    const isOver = () => {
      turn++
      clearTimeout(timer)
      setOffline(false)
    }
    const doubt = (own: number) => {
      timer = setTimeout(() => {
        chat.command('ping', {}).then(
          () => own === turn && isOver(),
          () => own === turn && doubt(own),
        )
      }, believed_ms)
    }
    const isSaid = () => {
      isOver()
      setOffline(true)
      doubt(turn)
    }
    const unsubscribe = chat.connection.subscribe(() => chat.connection.get().status === 'connected' && isOver())
    if (!navigator.onLine) isSaid()
    addEventListener('offline', isSaid)
    addEventListener('online', isOver)
    return () => {
      isOver()
      unsubscribe()
      removeEventListener('offline', isSaid)
      removeEventListener('online', isOver)
    }
  }, [chat])
  return isOffline
}

/** What keeps one from the server of this client. */
export function useCutOffOf(chat: Chat | null): CutOff {
  const isOffline = useOffline(chat)
  const status = useStore(chat?.connection ?? null, null)?.status
  const [wasAway, setWasAway] = useState(false)
  // The first connecting is no news; coming back is.
  const isAway = status === 'waiting' || (wasAway && status === 'connecting')
  if (isAway !== wasAway) setWasAway(isAway)
  return isOffline ? 'offline' : isAway ? 'away' : null
}
