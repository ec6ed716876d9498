import type { RefObject } from 'react'

const field = '.vz-composer-field:read-write'

/** Notes what has the focus, and returns what brings it back there; to where one writes, if nothing had it, that is gone meanwhile, or one leaves. In a thread, that is its field. */
export function focusBack(): (leaves?: RefObject<boolean>) => void {
  const before = document.activeElement
  const thread = before?.closest('.vz-thread') ?? null
  return (leaves) => {
    if (leaves?.current === true) return focusMain()
    if (before instanceof HTMLElement && before.isConnected) before.focus()
    if (document.activeElement === before && before !== document.body) return
    if (thread?.isConnected === true && focusFirst([isCoarse() ? null : thread.querySelector(field), thread])) return
    focusMain()
  }
}

/** The field may be behind a thread, or for reading only. */
function focusMain(): void {
  const main = document.querySelector('main')
  focusFirst([isCoarse() ? null : document.querySelector(`.vz-conversation ${field}`), main])
}

/** On a phone a field would bring up the keyboard. */
const isCoarse = () => matchMedia('(pointer: coarse)').matches

/** Whether one of them took it. */
const focusFirst = (places: readonly (Element | null)[]): boolean =>
  places.some((place) => {
    if (place instanceof HTMLElement) place.focus({ preventScroll: true })
    return place !== null && place === document.activeElement
  })
