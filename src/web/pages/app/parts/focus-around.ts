/** Gives the focus to what is around something that goes: the heading of its pane, or the page's main part. */
export function focusAround(gone: Element): void {
  const around = gone.closest<HTMLElement>('.app-side, main')
  ;(around?.querySelector<HTMLElement>('h2[tabindex]') ?? around)?.focus()
}
