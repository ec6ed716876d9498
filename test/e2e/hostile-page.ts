import { expect } from 'bun:test'

import type { Visitor } from '../web/app-visit.ts'

/** What a hostile text must never become, within the app: elements that load or run, attributes that run, addresses of other kinds. */
const oddities = `(() => {
  const kinds = /^(script|iframe|img|object|embed|style|link|base|meta|video|audio|source|math|marquee|template|noscript|use|animate|set|foreignobject|x|veza-chat)$/i
  const good = ['http:', 'https:', 'mailto:']
  return [...document.querySelectorAll('body *:not(body > script, body > noscript)')].flatMap((element) => [
    ...(kinds.test(element.localName) ? [element.outerHTML] : []),
    ...element.getAttributeNames().filter((name) => /^(on|srcdoc$|formaction$|background$)/.test(name)).map((name) => name + ' on ' + element.outerHTML),
    ...['href', 'src', 'action', 'xlink:href'].filter((name) => element.hasAttribute(name) && !good.includes(new URL(element.getAttribute(name), location.href).protocol)).map(() => element.outerHTML),
    ...(element.localName === 'a' && element.origin !== location.origin && !/noopener/.test(element.rel) ? [element.outerHTML] : []),
  ])
})()`

export interface Guard {
  /** Nothing ran, was asked of another host, opened a window or a dialog, or became markup, and the policy had nothing to refuse. */
  isUnharmed(): Promise<void>
}

/** Watches the page of somebody at whom hostile texts are thrown; the page has `mark` of the payloads. */
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
      expect(await page.evaluate<string[]>(oddities)).toEqual([])
      expect(await page.evaluate<number>('ran')).toBe(0)
      // What the server refuses stands in the log of every browser.
      expect([...told, ...complaints.filter((text) => !/status of 4\d\d/.test(text))]).toEqual([])
    },
  }
}
