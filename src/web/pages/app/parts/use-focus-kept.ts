import { useLayoutEffect, useRef, type FocusEvent, type RefObject } from 'react'

/** Where what has the focus goes by itself, such as a line of a list, the focus goes to `place`. What it returns is the `onFocus` of what the lines are in. */
export function useFocusKept(place: RefObject<HTMLElement | null>): (event: FocusEvent) => void {
  const last = useRef<Element | null>(null)
  useLayoutEffect(() => {
    if (last.current === null || last.current.isConnected) return
    last.current = null
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true })
  })
  return ({ target }) => {
    last.current = target
  }
}
