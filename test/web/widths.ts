import type { Page } from 'playwright-core'

/** Runs in the page: what is drawn beyond what one can see of it. Where an ellipsis says that there is more, and where one scrolls to the side, it may be. */
function beyond(scrolled: string): string[] {
  // The mark where lines were cut off stands out by two.
  const most = 3
  const isHidden = (element: Element) => element.closest('.vz-hidden, .app-skip, script, style, option') !== null
  /** By how much the text or the box leaves what shows it. */
  function excess({ right }: DOMRect, from: Element): number {
    for (let at: Element | null = from; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (at.matches(scrolled) || (style.overflowX !== 'visible' && style.textOverflow === 'ellipsis')) return 0
      if (style.overflowX !== 'visible') return right - at.getBoundingClientRect().right
      if (style.position === 'fixed') break
    }
    return right - innerWidth
  }
  /** The box that a text is in: it stays there, or it lies over what is beside. */
  function boxOf(text: Element): Element {
    let at = text
    while (getComputedStyle(at).display.startsWith('inline') && at.parentElement !== null) at = at.parentElement
    return at
  }
  const nameOf = (element: Element) =>
    `${element.localName}.${element.className} in ${element.parentElement?.className}`
  const found: string[] = []
  for (const element of document.querySelectorAll('#app *, dialog *')) {
    if (element.closest('svg') !== null || isHidden(element) || !element.checkVisibility()) continue
    const by = excess(element.getBoundingClientRect(), element.parentElement ?? element)
    if (by > most) found.push(`${Math.round(by)} px of ${nameOf(element)}`)
    const text = document.createRange()
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue
      text.selectNodeContents(node)
      const box = boxOf(element)
      for (const rect of text.getClientRects()) {
        const is_free = box.closest(scrolled) !== null || getComputedStyle(box).textOverflow === 'ellipsis'
        const over = is_free ? 0 : rect.right - box.getBoundingClientRect().right
        const by = Math.max(over, excess(rect, element))
        if (by > most)
          found.push(`${Math.round(by)} px of the text "${node.textContent?.slice(0, 20)}" of ${nameOf(element)}`)
      }
    }
  }
  return [...new Set(found)]
}

/** Where one scrolls to the side on purpose. */
const scrolled = 'pre, .vs-nav'

/** What of the page, and of the dialog over it, is out of sight at the right. */
export const tooWide = (page: Page): Promise<string[]> => page.evaluate(beyond, scrolled)
