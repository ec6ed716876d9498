import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'

import { useText } from '../context.ts'
import { Button } from './Button.tsx'
import { useExplain } from './explain.ts'
import { focusAround } from './focus-around.ts'
import type { Asked } from './use-asked.ts'
import { part_words } from './words.ts'

/** The shape of what will be there; seen only if it takes longer than one waits without noticing. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const words = useText(part_words)
  return (
    <output className="app-skeleton" aria-label={words.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </output>
  )
}

/** In place of what could not be loaded. */
export function Failed({ error, onAgain }: { error: unknown; onAgain(): void }) {
  const words = useText(part_words)
  const explain = useExplain()
  const root = useRef<HTMLDivElement>(null)
  const [told, setTold] = useState({ error, times: 1 })
  if (told.error !== error) setTold({ error, times: told.times + 1 })
  useLayoutEffect(() => {
    const shown = root.current
    return () => {
      if (shown?.contains(document.activeElement) === true) focusAround(shown)
    }
  }, [])
  return (
    <div ref={root} className="app-empty" role="alert">
      {/* Another sentence each time, so that it is said again. */}
      <p key={told.times}>{explain(error)}</p>
      <Button onClick={onAgain}>{words.again}</Button>
    </div>
  )
}

interface Props<T> {
  asked: Asked<T>
  onAgain(): void
  lines?: number
  children(value: T): ReactNode
}

/** What was asked for, once it is there. */
export function Waiting<T>({ asked: { value, error }, onAgain, lines = 3, children }: Props<T>) {
  if (value !== null) return children(value)
  return error === null ? <Skeleton lines={lines} /> : <Failed error={error} onAgain={onAgain} />
}
