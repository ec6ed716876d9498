import { useLayoutEffect } from 'react'

/** Who arrives wants to write; on a phone, where that brings up the keyboard, to read. */
export function arrive(): void {
  const wanted = matchMedia('(pointer: coarse)').matches ? 'h1' : '.vz-conversation .vz-composer-field'
  document.querySelector<HTMLElement>(`.app-conversation ${wanted}`)?.focus({ preventScroll: true })
}

/** Of a conversation that is there from now on. */
export function useArrival(): void {
  useLayoutEffect(() => {
    const now = document.activeElement
    // Whoever walks the list by keyboard, or has a dialog open, stays there.
    if (now === null || now === document.body || now.closest('dialog, .app-list') === null) arrive()
  }, [])
}
