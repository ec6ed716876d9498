import { useCallback, useState } from 'react'

import { Icon } from '../Icon.tsx'
import { useLatest } from '../latest.ts'
import { useWords } from '../settings.tsx'

export interface Problems {
  /** The sentence to show, null while all is well. */
  text: string | null
  /** Waits for what was begun, and tells if it failed. */
  watch(begun: Promise<unknown> | undefined): void
  clear(): void
}

/** What the server refused: to the host if it wants to know, else to be shown. */
export function useProblems(onError: ((error: Error) => unknown) | undefined): Problems {
  const [text, setText] = useState<string | null>(null)
  const latest = useLatest(onError)
  const watch = useCallback(
    (begun: Promise<unknown> | undefined) => {
      begun?.catch((error: unknown) => {
        const problem = error instanceof Error ? error : new Error(String(error))
        if (latest.current !== undefined) latest.current(problem)
        else setText(problem.message)
      })
    },
    [latest],
  )
  const clear = useCallback(() => setText(null), [])
  return { text, watch, clear }
}

export function Problem({ problems }: { problems: Problems }) {
  const words = useWords()
  if (problems.text === null) return null
  return (
    <div className="vz-problem" role="alert">
      <span>{problems.text}</span>
      <button type="button" className="vz-icon-button" aria-label={words.close} onClick={problems.clear}>
        <Icon name="close" />
      </button>
    </div>
  )
}
