import { useEffect } from 'react'

import { useStore } from '../context.ts'
import type { Route } from '../route.ts'
import type { Settable } from '../settable.ts'
import { Link } from './Link.tsx'

const shown_ms = 6000
/** There must be time to reach a link. */
const shown_with_link_ms = 20_000

export interface Saying {
  text: string
  /** So that the same words twice are said twice. */
  at: number
  /** Where it leads. */
  leads?: { to: Route; label: string }
}

/** What was said in passing, for a while. */
export function Told({ saying }: { saying: Settable<Saying | null> }) {
  const said = useStore(saying)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => saying.set(null), said.leads === undefined ? shown_ms : shown_with_link_ms)
    return () => clearTimeout(timer)
  }, [said, saying])
  return (
    <output className="app-told">
      {said !== null && (
        <p key={said.at}>
          {said.text}
          {said.leads !== undefined && (
            <>
              {' '}
              <Link to={said.leads.to} onClick={() => saying.set(null)}>
                {said.leads.label}
              </Link>
            </>
          )}
        </p>
      )}
    </output>
  )
}
