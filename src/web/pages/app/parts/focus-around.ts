/** Gives the focus to what is around something that goes: the heading of its pane or dialog, or the page's main part. */
export function focusAround(gone: Element): void {
  const around = gone.closest<HTMLElement>('.app-side, dialog, main')
  const heading = around?.querySelector<HTMLElement>('dialog h2, h2[tabindex]')
  if (around?.matches('dialog') === true) heading?.setAttribute('tabindex', '-1')
  ;(heading ?? around)?.focus()
}
