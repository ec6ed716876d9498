import { useCallback, useRef, useState } from 'react'

import { useShell } from '../context.ts'
import { useExplain } from './explain.ts'

/** Something one asks the server for: whether it is under way, and what was wrong the last time. One at a time. */
export interface Deed {
  busy: boolean
  error: unknown
  run(deed: () => Promise<void>): void
  forget(): void
}

export function useDeed(): Deed {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null })
  const busy = useRef(false)
  const run = useCallback((deed: () => Promise<void>) => {
    if (busy.current) return
    busy.current = true
    setState({ busy: true, error: null })
    deed().then(
      () => {
        busy.current = false
        setState({ busy: false, error: null })
      },
      (error: unknown) => {
        busy.current = false
        setState({ busy: false, error })
      },
    )
  }, [])
  const forget = useCallback(() => setState((state) => ({ ...state, error: null })), [])
  return { ...state, run, forget }
}

/** For what has no place of its own to say what was wrong: it is told in passing. */
export function useTry(): (deed: Promise<unknown>) => void {
  const { tell } = useShell()
  const explain = useExplain()
  return useCallback(
    (deed) => {
      deed.catch((error: unknown) => tell(explain(error)))
    },
    [tell, explain],
  )
}
