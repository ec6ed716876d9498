import { useLayoutEffect } from 'react'

/** Who arrives wants to write; on a phone, where that brings up the keyboard, to read. */
export function arrive(): void {
  const wanted = matchMedia('(pointer: coarse)').matches ? 'h1' : '.vz-conversation .vz-composer-field'
  document.querySelector<HTMLElement>(`.app-conversation ${wanted}`)?.focus({ preventScroll: true })
}

/** Of a conversation that is there from now on. */
export function useArrival(): void {
  useLayoutEffect(() => {
    // Whoever walks the list by keyboard, has a dialog open or a thread beside stays there; unless that has just gone out of sight, which the browser heeds only later.
    const around = document.activeElement?.closest('dialog, .app-list, .app-side, .vz-thread')
    if ((around?.getClientRects().length ?? 0) === 0) arrive()
  }, [])
}
