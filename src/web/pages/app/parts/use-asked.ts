import { useCallback, useEffect, useState } from 'react'

/** What was asked of the server: not there yet, there, or refused. */
export type Asked<T> = { value: T; error: null } | { value: null; error: unknown } | { value: null; error: null }

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
        if (!ended.signal.aborted) setState({ of: ask, round, asked: { value: null, error } })
      },
    )
    return () => ended.abort()
  }, [ask, round])
  const again = useCallback(() => setRound((round) => round + 1), [])
  return [state.of === ask ? state.asked : nothing, again]
}
