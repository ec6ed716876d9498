import { useLayoutEffect, useRef, type RefObject } from 'react'

/** What was given last, for functions that stay the same. Not to be read while rendering. */
export function useLatest<T>(value: T): RefObject<T> {
  const ref = useRef(value)
  useLayoutEffect(() => {
    ref.current = value
  })
  return ref
}
