import { useCallback, useRef, useState } from 'react'

import { useShell } from '../context.ts'
import { useExplain } from './explain.ts'

interface State {
  busy: boolean
  error: unknown
  /** What to say now that it is done. */
  done: string | null
}

/** Something one asks the server for: whether it is under way, and what came of it the last time. */
export interface Deed extends State {
  /** One at a time: asked again meanwhile it does nothing. What the deed resolves to is said when it is done. */
  run(deed: () => Promise<string | void>): void
}

export function useDeed(): Deed {
  const [state, setState] = useState<State>({ busy: false, error: null, done: null })
  const busy = useRef(false)
  const run = useCallback((deed: () => Promise<string | void>) => {
    if (busy.current) return
    busy.current = true
    const become = (state: State) => {
      busy.current = state.busy
      setState(state)
    }
    become({ busy: true, error: null, done: null })
    deed().then(
      (done) => become({ busy: false, error: null, done: done ?? null }),
      (error: unknown) => become({ busy: false, error, done: null }),
    )
  }, [])
  return { ...state, run }
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
