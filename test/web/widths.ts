import type { Page } from 'playwright-core'

/** Of the page: `scrolled` is where one scrolls to the side on purpose, `most` is by how much the mark stands out where lines were cut off. */
const beyond = String.raw`((scrolled, most) => {
  // Where an ellipsis says that there is more, there may be.
  const isCut = (style) => style.overflowX !== 'visible' && style.textOverflow === 'ellipsis'
  /* By how much a box leaves what shows it. */
  function excess({ right }, from) {
    for (let at = from; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (at.matches(scrolled) || isCut(style)) return 0
      if (style.overflowX !== 'visible') return right - at.getBoundingClientRect().right
      if (style.position === 'fixed') break
    }
    return right - innerWidth
  }
  /* A text that leaves the box it is in lies over what is beside. */
  function over({ right }, from) {
    let box = from
    while (getComputedStyle(box).display.startsWith('inline') && box.parentElement !== null) box = box.parentElement
    return box.closest(scrolled) !== null || isCut(getComputedStyle(box)) ? 0 : right - box.getBoundingClientRect().right
  }
  const found = new Set()
  const note = (by, what, { localName, className, parentElement }) => {
    if (by > most) found.add(Math.round(by) + ' px of ' + what + localName + '.' + className + ' in ' + parentElement.className)
  }
  for (const element of document.querySelectorAll('#app *, dialog *')) {
    if (element.closest('svg, .vz-hidden, .app-skip, option') !== null || !element.checkVisibility()) continue
    note(excess(element.getBoundingClientRect(), element.parentElement), '', element)
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue
      const text = document.createRange()
      text.selectNodeContents(node)
      for (const rect of text.getClientRects())
        note(Math.max(over(rect, element), excess(rect, element)), '"' + node.data.slice(0, 20) + '" of ', element)
    }
  }
  return [...found]
})('pre, .vs-nav', 3)`

/** What of the page, and of the dialog over it, is out of sight at the right, or lies over what is beside. */
export const tooWide = (page: Page): Promise<string[]> => page.evaluate<string[]>(beyond)
