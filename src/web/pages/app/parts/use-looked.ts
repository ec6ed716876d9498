import { useEffect } from 'react'

/** Asks whenever the page comes into view, and every `apart_ms` while it is: for what nobody tells of. Null asks nothing; `ask` is to be kept by `useCallback`. */
export function useLooked(ask: (() => void) | null, apart_ms: number): void {
  useEffect(() => {
    if (ask === null) return
    const look = () => {
      if (document.visibilityState === 'visible') ask()
    }
    const timer = setInterval(look, apart_ms)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [ask, apart_ms])
}
