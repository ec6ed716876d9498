/** Puts text on the clipboard. Rejects with a `NotAllowedError` where the browser does not let the page. Without https there is no clipboard, and the old way remains. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const holder = document.createElement('textarea')
  holder.value = text
  // Out of sight without a style sheet: it may stand in the page of somebody else.
  Object.assign(holder.style, { position: 'fixed', opacity: '0' })
  const before = document.activeElement
  // What lies outside of an open dialog takes no focus.
  const place = before?.closest('dialog') ?? document.body
  place.append(holder)
  holder.select()
  const done = document.execCommand('copy')
  holder.remove()
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  if (!done) throw new DOMException('The browser did not copy.', 'NotAllowedError')
}
