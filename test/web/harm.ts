import { expect } from 'bun:test'
import type { Page } from 'playwright-core'

/** In a page that has `mark`: what ran, and the elements and attributes that no text may become, in its chats, else in its main part. */
const found = `(() => {
  const chats = [...document.querySelectorAll('veza-chat')].map((chat) => chat.shadowRoot)
  const within = chats.length > 0 ? chats : [document.querySelector('main')]
  const elements = /^(script|iframe|img|object|embed|style|link|base|meta|video|audio|source|math|marquee|template|noscript|animate|use|foreignobject|body|x|veza-chat)$/i
  const attributes = /^(on.*|srcdoc|srcset|formaction|action|xlink:href)$/i
  const isOdd = (element) =>
    elements.test(element.localName) ||
    element.getAttributeNames().some((name) => attributes.test(name)) ||
    /^\\s*(javascript|data|vbscript):/i.test(element.getAttribute('href') ?? element.getAttribute('src') ?? '')
  const odd = within.flatMap((root) => [...root.querySelectorAll('*')]).filter(isOdd)
  return [...(ran === 0 ? [] : [ran + ' ran']), ...odd.map((element) => element.outerHTML)]
})()`

interface Visit {
  page: Page
  notes: { asked: string[]; complaints: string[] }
}

/** Nothing ran, nothing was asked of another host, and the browser had nothing to refuse but what is `expected`. */
export async function isUnharmed({ page, notes }: Visit, expected = /^(?!)/): Promise<void> {
  expect(await page.evaluate<string[]>(found)).toEqual([])
  expect(notes.asked.filter((url) => new URL(url).hostname === 'leak.invalid')).toEqual([])
  expect(notes.complaints.filter((text) => !expected.test(text))).toEqual([])
}
