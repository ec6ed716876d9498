import type { Locator } from 'playwright-core'

import { eventually } from './eventually.ts'

/**
 * Scrolls until `holds`, at least once, a step of `by` pixels after the other. What is drawn comes a frame or more after the step, on a busy machine after the next one: where an end is reached and it was passed
 * by, it goes on from the other end.
 */
export const scrollUntil = (
  scroller: Locator,
  what: string,
  by: number,
  holds: () => Promise<boolean>,
): Promise<true> =>
  eventually(what, async () => {
    await scroller.evaluate((outer, by) => {
      const { scrollTop, scrollHeight, clientHeight } = outer
      const is_over = by < 0 ? scrollTop <= 0 : scrollTop + clientHeight >= scrollHeight - 1
      if (is_over) outer.scrollTop = by < 0 ? scrollHeight : 0
      else outer.scrollBy(0, by)
    }, by)
    await scroller.page().evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    return (await holds()) || undefined
  })
