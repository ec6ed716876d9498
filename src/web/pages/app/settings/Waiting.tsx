import type { ReactNode } from 'react'
import { Button } from '../parts/Button.tsx'

import { type Loaded, useWords } from './hooks.ts'

/** What was loaded; before that, lines that appear after 150 ms, or how to try again. */
export function Waiting<T>({
  on,
  children,
}: {
  on: Pick<Loaded<T>, 'value' | 'failed' | 'reload'>
  children(value: T): ReactNode
}) {
  const words = useWords()
  if (on.value !== null) return children(on.value)
  if (on.failed) {
    return (
      <p className="vs-failed" role="alert">
        {words.notLoaded} <Button onClick={on.reload}>{words.tryAgain}</Button>
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
