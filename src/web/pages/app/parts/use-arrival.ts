import { useLayoutEffect, type RefObject } from 'react'

import { useShell } from '../context.ts'

/** Brings the focus to the heading of a page one went to; where the browser has just opened the app, it stays. */
export function useArrival(heading: RefObject<HTMLElement | null>): void {
  const { router } = useShell()
  useLayoutEffect(() => {
    if (router.hasMoved()) heading.current?.focus({ preventScroll: true })
  }, [router, heading])
}
