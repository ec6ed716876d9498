import type { ReactNode } from 'react'

import { type Loaded, useWords } from './hooks.ts'

/** What was loaded; before that, lines that appear after 150 ms, or how to try again. */
export function Waiting<T>({ on, children }: { on: Loaded<T>; children(value: T): ReactNode }) {
  const words = useWords()
  if (on.value !== null) return children(on.value)
  if (on.failed) {
    return (
      <p className="vs-failed" role="alert">
        {words.notLoaded}{' '}
        <button className="vs-button" type="button" onClick={on.reload}>
          {words.tryAgain}
        </button>
      </p>
    )
  }
  return (
    <div className="vs-skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  )
}
