import { useEffect, useState } from 'react'
import type { Chat } from 'veza-js-sdk'

/** So long a browser is believed that says it is offline; then, and again after each time without an answer, the server is asked. */
const believed_ms = 3000

/**
 * Whether the browser has said that it is offline, and nothing has shown the contrary: it says online, or the server answers. A connection that was cut may take
 * half a minute to be known as dead, and one to a server nearby may be well. Sending goes on as ever.
 */
export function useOffline(chat: Chat | null): boolean {
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
