import { useLayoutEffect, useRef, type RefObject } from 'react'

/** Where what had the focus goes with what it changed: brings it to an element once `what` is another, not at first. */
export function useFocusAgain(place: RefObject<HTMLElement | null>, what: unknown): void {
  const last = useRef(what)
  useLayoutEffect(() => {
    if (last.current !== what) place.current?.focus({ preventScroll: true })
    last.current = what
  }, [place, what])
}
