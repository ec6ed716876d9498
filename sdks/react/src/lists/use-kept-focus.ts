import { useLayoutEffect, useRef, type RefObject } from 'react'

/** The line that has just gone with the focus. */
export type Gone = RefObject<string | number | null>

/** For a list whose lines go from one section to another. */
export function useGone(): Gone {
  const gone = useRef<string | number | null>(null)
  // Whatever was to take its place has done so.
  useLayoutEffect(() => {
    gone.current = null
  })
  return gone
}

/** For each of its lines: in another section it is another element, which takes the focus of the one that it was. The browser would leave it with nobody. */
export function useKeptFocus(gone: Gone, key: string | number): RefObject<HTMLButtonElement | null> {
  const line = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const own = line.current
    if (own === null) return
    if (gone.current === key && isNobodys()) own.focus({ preventScroll: true })
    return () => {
      // Also in a window that is not in front, where nothing matches `:focus`.
      const now = (own.getRootNode() as Partial<DocumentOrShadowRoot>).activeElement
      if (now === own) gone.current = key
    }
  }, [gone, key])
  return line
}

/** Nothing here has the focus, nor has what is around a frame. */
const isNobodys = () =>
  [null, document.body].includes(document.activeElement as HTMLElement | null) &&
  (document.hasFocus() || parent === window)
