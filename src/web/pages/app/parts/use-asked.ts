import { useCallback, useEffect, useState } from 'react'

import { isPassing } from './explain.ts'

/** What was asked of the server: not there yet, there, or refused. Beside an error that passes, what was there before stays. */
export interface Asked<T> {
  value: T | null
  error: unknown
}

const nothing = { value: null, error: null } as const

/** Asks when `ask` changes and when told `again`; what is there stays until the new answer comes. `ask` is to be kept by `useCallback`. */
export function useAsked<T>(ask: ((signal: AbortSignal) => Promise<T>) | null): [Asked<T>, () => void] {
  const [state, setState] = useState<{ of: unknown; round: number; asked: Asked<T> }>({
    of: ask,
    round: 0,
    asked: nothing,
  })
  const [round, setRound] = useState(0)
  useEffect(() => {
    if (ask === null) return
    const ended = new AbortController()
    ask(ended.signal).then(
      (value) => {
        if (!ended.signal.aborted) setState({ of: ask, round, asked: { value, error: null } })
      },
      (error: unknown) => {
        if (ended.signal.aborted) return
        setState((before) => {
          const stays = before.of === ask && isPassing(error)
          return { of: ask, round, asked: { value: stays ? before.asked.value : null, error } }
        })
      },
    )
    return () => ended.abort()
  }, [ask, round])
  const again = useCallback(() => setRound((round) => round + 1), [])
  return [state.of === ask ? state.asked : nothing, again]
}
