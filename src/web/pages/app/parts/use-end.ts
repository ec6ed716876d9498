import { useEffect } from 'react'

/** What a browser's timer can hold. */
const longest_timer_ms = 2 ** 31 - 1
/** Between two questions whether it is over, at first; each pause is twice as long as the one before. */
const first_pause_ms = 5000
const longest_pause_ms = 300_000
/** A server that is asked at the very moment may still say no. */
const grace_ms = 1000

/** Asks once a moment has come; and then, as the clock of the device may be ahead, until `until` is another or null. `ask` is to be kept by `useCallback`. */
export function useEnd(until: string | null, ask: () => void): void {
  useEffect(() => {
    if (until === null) return
    let pause_ms = first_pause_ms
    const wait = () => {
      const left_ms = new Date(until).getTime() + grace_ms - Date.now()
      if (left_ms > 0) return setTimeout(askAndWait, Math.min(left_ms, longest_timer_ms))
      const timer = setTimeout(askAndWait, pause_ms)
      pause_ms = Math.min(2 * pause_ms, longest_pause_ms)
      return timer
    }
    const askAndWait = () => {
      ask()
      timer = wait()
    }
    let timer = wait()
    return () => clearTimeout(timer)
  }, [until, ask])
}
