import { expect, setDefaultTimeout, test } from 'bun:test'

import { findBrowser, openBrowser } from '../../services/browser.ts'
import { startServer } from '../../services/server.ts'
import { open, serve } from './served.ts'

setDefaultTimeout(60_000)
const found = await findBrowser()

test.skipIf('missing' in found)('two panes of the parts leave nothing of the page behind them uncovered', async () => {
  if ('missing' in found) return
  const browser = await openBrowser(found)
  const served = await serve({ entry: 'pages/two-panes.tsx' })
  const server = await startServer({ security: { allowed_origins: [served.url] } })
  try {
    const ada = await server.register('ada')
    const { page } = await open(browser, `${served.url}/#${encodeURIComponent(`${server.url}|${ada.token}`)}`)
    await page.locator('.vz-room', { hasText: 'General' }).waitFor()
    await page.locator('.vz-conversation, .vz-timeline .vz-empty').waitFor()
    /** Where one looks through to the page, every four pixels. */
    const bare = await page.evaluate<string[]>(`(() => {
      const { left, top, right, bottom } = document.querySelector('#panes').getBoundingClientRect()
      const isDrawn = (element) => element.closest('#panes') !== null && getComputedStyle(element).backgroundColor !== 'rgba(0, 0, 0, 0)'
      const bare = []
      for (let y = top + 1; y < bottom; y += 4)
        for (let x = left + 1; x < right; x += 4)
          if (!document.elementsFromPoint(x, y).some(isDrawn)) bare.push(Math.round(x) + ',' + Math.round(y))
      return bare
    })()`)
    expect(bare.slice(0, 5)).toEqual([])
  } finally {
    await browser.close()
    await served.close()
    await server.close()
  }
})
