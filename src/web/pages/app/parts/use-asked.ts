import { useCallback, useEffect, useRef, useState } from 'react'

import { isPassing } from './explain.ts'

/** What was asked of the server: not there yet, there, or refused. Beside an error that passes, what was there before stays. */
export interface Asked<T> {
  value: T | null
  error: unknown
}

const nothing = { value: null, error: null } as const

/**
 * Asks when `ask` changes and when told `again`, which makes void what is on its way, or `next`, which lets it come first: told ever so often, there are answers. What is there
 * stays until the new answer comes. `ask` is to be kept by `useCallback`.
 */
export function useAsked<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | null,
): [asked: Asked<T>, again: () => void, next: () => void] {
  const [state, setState] = useState<{ of: unknown; round: number; asked: Asked<T> }>({
    of: ask,
    round: 0,
    asked: nothing,
  })
  const [round, setRound] = useState(0)
  const again = useCallback(() => setRound((round) => round + 1), [])
  const is_asking = useRef(false)
  const is_next = useRef(false)
  useEffect(() => {
    if (ask === null) return
    const ended = new AbortController()
    is_asking.current = true
    is_next.current = false
    const end = (become: (before: { of: unknown; asked: Asked<T> }) => Asked<T>) => {
      if (ended.signal.aborted) return
      is_asking.current = false
      setState((before) => ({ of: ask, round, asked: become(before) }))
      if (is_next.current) again()
    }
    ask(ended.signal).then(
      (value) => end(() => ({ value, error: null })),
      (error: unknown) =>
        end((before) => ({ value: before.of === ask && isPassing(error) ? before.asked.value : null, error })),
    )
    return () => ended.abort()
  }, [ask, round, again])
  const next = useCallback(() => {
    if (is_asking.current) is_next.current = true
    else again()
  }, [again])
  return [state.of === ask ? state.asked : nothing, again, next]
}
