import type { Page } from 'playwright-core'

/**
 * Every message of the timeline in its order, by scrolling through it, and by place, so that one that is there twice comes twice. What is not sent, or failed, says so. The whole conversation must
 * be loaded: then the places of messages do not change.
 */
export const walk = (page: Page, root = 'document'): Promise<string[]> =>
  page.evaluate<string[]>(`(async () => {
    const scroller = ${root}.querySelector('.vz-conversation .vz-scroller')
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    const seen = new Map()
    for (let top = 0; ; top += scroller.clientHeight / 2) {
      scroller.scrollTop = top
      await frames()
      for (const row of scroller.querySelectorAll('.vz-message')) {
        const state = row.querySelector('.vz-failed') ? ' (failed)' : row.querySelector('.vz-pending') ? ' (pending)' : ''
        seen.set(Number(row.getAttribute('aria-posinset')), (row.querySelector('.vz-markdown')?.textContent ?? '') + state)
      }
      if (top > scroller.scrollHeight) break
    }
    return [...seen].toSorted(([a], [b]) => a - b).map(([, text]) => text)
  })()`)
