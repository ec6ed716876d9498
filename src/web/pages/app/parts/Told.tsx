import { useEffect } from 'react'

import { useStore } from '../context.ts'
import type { Settable } from '../stored.ts'

const shown_ms = 6000

export interface Saying {
  text: string
  /** So that the same words twice are said twice. */
  at: number
}

/** What was said in passing, for a while. */
export function Told({ saying }: { saying: Settable<Saying | null> }) {
  const said = useStore(saying)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => saying.set(null), shown_ms)
    return () => clearTimeout(timer)
  }, [said, saying])
  return <output className="app-told">{said !== null && <p key={said.at}>{said.text}</p>}</output>
}
