import { useRef } from 'react'

import { useText } from '../context.ts'
import { BackLine } from '../frame/BackLine.tsx'
import { Link } from '../parts/Link.tsx'
import { useArrival } from '../parts/use-arrival.ts'
import { conversation_words } from './words.ts'

/** In place of a conversation that does not exist, or not for this person. */
export function NotThere() {
  const words = useText(conversation_words)
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  return (
    <>
      <BackLine />
      <div className="app-empty">
        <h1 ref={heading} tabIndex={-1} className="app-empty-title">
          {words.not_there}
        </h1>
        <Link to={{ at: 'home' }} className="app-button app-button-main">
          {words.browse}
        </Link>
      </div>
    </>
  )
}
