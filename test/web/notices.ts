import type { Page } from 'playwright-core'

/** Headless, nothing is shown; what the page asked the browser to show is what counts. */
export const recording = `globalThis.shown = []
globalThis.Notification = class extends Notification {
  // A headless shell grants it, and says here that it is denied.
  static permission = 'granted'
  constructor(title, options) {
    super(title, options)
    globalThis.shown.push({ title, body: options.body, tag: options.tag, notification: this, is_closed: false })
  }
  close() {
    globalThis.shown.find(({ notification }) => notification === this).is_closed = true
    super.close()
  }
}`

/** What a page asked to be shown, each as its title and its text. */
export const shownBy = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>('shown.map(({ title, body }) => `${title}: ${body}`)')

/** Chooses what this device tells of; pages that are opened later know it. */
export const wish = (page: Page, notify: 'all' | 'mentions' | 'none'): Promise<void> =>
  page.evaluate((notify) => localStorage.setItem('veza.preferences', JSON.stringify({ notify })), notify)
