/** Notes what has the focus, and returns what brings it back there; to where one writes, if nothing had it or that is gone meanwhile. */
export function focusBack(): () => void {
  const before = document.activeElement
  return () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus()
    if (document.activeElement !== before || before === document.body) focusMain()
  }
}

/** On a phone the field would bring up the keyboard. */
function focusMain(): void {
  const field = document.querySelector<HTMLElement>('.vz-conversation .vz-composer-field')
  const is_wanted = field !== null && !matchMedia('(pointer: coarse)').matches
  const place = is_wanted ? field : document.querySelector<HTMLElement>('main')
  place?.focus({ preventScroll: true })
}
