import { useLayoutEffect, useRef } from 'react'

import { useShell } from '../context.ts'
import { Link } from './Link.tsx'

interface Props {
  says: string
  /** What leads home. */
  way: string
  /** Something else was here until now: the focus goes to the heading only if it went with that. Else where one comes from elsewhere in the app. */
  is_news?: boolean
}

/** In place of a page that does not exist, or not for this person. */
export function EmptyPage({ says, way, is_news = false }: Props) {
  const { router } = useShell()
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    if (is_news ? document.activeElement === document.body : router.hasMoved())
      heading.current?.focus({ preventScroll: true })
  }, [router, is_news])
  return (
    <div className="app-empty">
      <h1 ref={heading} tabIndex={-1} className="app-empty-title">
        {says}
      </h1>
      <Link to={{ at: 'home' }} className="app-button app-button-main">
        {way}
      </Link>
    </div>
  )
}
