import { useEffect, useReducer, useState } from 'react'
import type { ConnectionState } from 'veza-js-sdk'

import { useWords } from '../settings.tsx'
import type { Words } from '../words.ts'

export interface ConnectionBarProps {
  connection: ConnectionState
  /** Messages that wait to be sent. */
  queued?: number
  /** The browser says so; the connection may not know yet. */
  isOffline?: boolean
  onRetry?(): unknown
}

/** A thin bar while there is no connection, with what is kept. Nothing while all is well. */
export function ConnectionBar({ connection, queued = 0, isOffline = false, onRetry }: ConnectionBarProps) {
  const words = useWords()
  const isWaiting = connection.status === 'waiting'
  const [, again] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(again, 1000)
    return () => clearInterval(timer)
  }, [isWaiting])
  // The first connecting of a page is no news; coming back is.
  const [wasDown, setWasDown] = useState(false)
  const isDown = isWaiting || (wasDown && connection.status !== 'connected')
  if (isDown !== wasDown) setWasDown(isDown)
  const isConnected = connection.status === 'connected'
  const cut = isOffline ? words.offline(queued) : words.away(queued)
  const known = connection.status === 'connecting' && !isDown ? '' : textOf(connection, cut, words)
  const text = isConnected && isOffline ? cut : known
  return (
    <div className={text === '' ? 'vz-hidden' : 'vz-connection'}>
      {/* The seconds count down for the eye only. */}
      <span className="vz-hidden" role="status">
        {isWaiting ? cut : text}
      </span>
      <span aria-hidden="true">{text}</span>
      {text !== '' && !isConnected && connection.status !== 'connecting' && onRetry !== undefined && (
        <button type="button" className="vz-button" onClick={() => onRetry()}>
          {words.retryNow}
        </button>
      )}
    </div>
  )
}

function textOf(connection: ConnectionState, cut: string, words: Words): string {
  switch (connection.status) {
    case 'idle':
    case 'connected':
      return ''
    case 'connecting':
      return words.connecting
    case 'waiting': {
      const seconds = Math.ceil((connection.retry_at - Date.now()) / 1000)
      return seconds > 1 ? `${cut} ${words.nextTry(seconds)}` : cut
    }
    case 'stopped':
      if (connection.code === 4403) return words.banned
      return connection.code === 4401 ? words.signInAgain : `${words.stopped} ${connection.reason}`.trim()
  }
}
