import { useCallback, useEffect, useRef } from 'react'

/** Runs at once, and then no more often than every `apart_ms`: what is asked for in between is done once, at the end of it. */
export function useCalm(run: () => void, apart_ms: number): () => void {
  const last = useRef(-Infinity)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  useEffect(() => {
    const held = timer
    return () => {
      if (held.current !== null) clearTimeout(held.current)
      held.current = null
    }
  }, [])
  return useCallback(() => {
    if (timer.current !== null) return
    const wait_ms = last.current + apart_ms - performance.now()
    const runNow = () => {
      timer.current = null
      last.current = performance.now()
      run()
    }
    if (wait_ms <= 0) runNow()
    else timer.current = setTimeout(runNow, wait_ms)
  }, [run, apart_ms])
}
