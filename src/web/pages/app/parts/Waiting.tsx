import { useEffect, useState } from 'react'

import { useText } from '../context.ts'
import { Button } from './Button.tsx'
import { useExplain } from './explain.ts'
import { part_words } from './words.ts'

const patience_ms = 150

/** The shape of what will be there, if it takes longer than one waits without noticing. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const words = useText(part_words)
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patience_ms)
    return () => clearTimeout(timer)
  }, [])
  if (!late) return null
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
  return (
    <div className="app-empty" role="alert">
      <p>{explain(error)}</p>
      <Button onClick={onAgain}>{words.again}</Button>
    </div>
  )
}
