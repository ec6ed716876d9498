import { expect } from 'bun:test'

import type { Visitor } from './app-visit.ts'
import { mark } from './payloads.ts'

/**
 * Put into a page before anything else: what the payloads call, and a list of what a hostile text must never become within the app, be it for a moment only: elements that load or run, attributes that
 * run, addresses of other kinds.
 */
export const watched = `${mark}
;(() => {
  const kinds = /^(script|iframe|img|object|embed|style|link|base|meta|video|audio|source|math|marquee|template|noscript|use|animate|set|foreignobject|x|veza-chat)$/i
  const good = ['http:', 'https:', 'mailto:']
  const isOwn = (element) => element.closest('head') !== null || element === document.documentElement || element.matches('body > script, body > noscript, meta[name=theme-color], link[href^="/assets/"]')
  const isOdd = (element) =>
    kinds.test(element.localName) ||
    element.getAttributeNames().some((name) => /^(on|srcdoc$|formaction$|background$)/.test(name)) ||
    ['href', 'src', 'action', 'xlink:href'].some((name) => element.hasAttribute(name) && !good.includes(new URL(element.getAttribute(name), location.href).protocol)) ||
    (element.localName === 'a' && element.origin !== location.origin && !/noopener/.test(element.rel))
  globalThis.odd = []
  const look = (element) => { if (!isOwn(element) && isOdd(element)) odd.push(element.outerHTML) }
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'attributes') look(target)
      for (const node of addedNodes) if (node instanceof Element) [node, ...node.querySelectorAll('*')].forEach(look)
    }
  }).observe(document, { subtree: true, childList: true, attributes: true })
})()`

export interface Guard {
  /** Since the page was loaded nothing ran, was asked of another host, opened a window or a dialog, or became markup, and the policy had nothing to refuse. */
  isUnharmed(): Promise<void>
}

/** Watches the page of somebody at whom hostile texts are thrown; the page has `watched`. */
export function guard({ page, complaints }: Visitor, url: string): Guard {
  const told: string[] = []
  const own = new URL(url).host
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && new URL(request.url()).host !== own) told.push(`asked ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    told.push(`a dialog: ${dialog.message()}`)
    dialog.dismiss().catch((cause: unknown) => told.push(String(cause)))
  })
  page.context().on('page', (other) => told.push(`a window: ${other.url()}`))
  return {
    isUnharmed: async () => {
      // Once what is under way is on screen.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
      expect(await page.evaluate<Seen>('({ ran, odd })')).toEqual({ ran: 0, odd: [] })
      // What the server refuses stands in the log of every browser.
      expect([...told, ...complaints.filter((text) => !/status of 4\d\d/.test(text))]).toEqual([])
    },
  }
}

interface Seen {
  ran: number
  odd: string[]
}
