import type { RefObject } from 'react'

/** Notes what has the focus, and returns what brings it back there; to where one writes, if nothing had it, that is gone meanwhile, or one leaves. */
export function focusBack(): (leaves?: RefObject<boolean>) => void {
  const before = document.activeElement
  return (leaves) => {
    if (leaves?.current === true) return focusMain()
    if (before instanceof HTMLElement && before.isConnected) before.focus()
    if (document.activeElement !== before || before === document.body) focusMain()
  }
}

/** On a phone the field would bring up the keyboard; and it may be behind a thread, or for reading only. */
function focusMain(): void {
  const places = matchMedia('(pointer: coarse)').matches ? ['main'] : ['.vz-conversation .vz-composer-field', 'main']
  for (const place of places) {
    const found = document.querySelector<HTMLElement>(place)
    found?.focus({ preventScroll: true })
    if (found !== null && found === document.activeElement) return
  }
}
