import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'

import { payloads as ofWidget } from '../../web/payloads.ts'
import { payloads } from './payloads.ts'

// By its path, as what browsers run has types of its own.
const { markupOf } = (await import(join(import.meta.dir, 'pages/markup.tsx'))) as { markupOf: (text: string) => string }

const tags = /<\/?([a-z\d]+)((?: [a-z-]+="[^"<>]*")*)\/?>/g
const elements = new Set(['div', 'p', 'strong', 'em', 'del', 'code', 'pre', 'br', 'a', 'span', 'ul', 'ol', 'li', 'blockquote', 'button']) // prettier-ignore
const attributes = new Set(['class', 'type', 'tabindex', 'aria-label', 'start', 'href', 'target', 'rel'])

/** Whatever of the markup is not one of the elements that a message is shown with. */
function oddities(markup: string): string[] {
  const odd: string[] = []
  for (const [tag, name = '', rest = ''] of markup.matchAll(tags)) {
    if (!elements.has(name)) odd.push(tag)
    for (const [, key = '', value = ''] of rest.matchAll(/ ([a-z-]+)="([^"]*)"/g))
      if (!attributes.has(key) || (key === 'href' && !/^(https?|mailto):/.test(value))) odd.push(tag)
  }
  if (/[<>]/.test(markup.replaceAll(tags, ''))) odd.push(markup)
  if (/<a (?:(?!<\/a>).)*<a /s.test(markup)) odd.push(markup)
  return odd
}

const all = [...new Set([...payloads, ...ofWidget])]

describe('a message that wants to run', () => {
  test('is one of more than a hundred and fifty', () => expect(all.length).toBeGreaterThan(150))

  test.each(['<script>x</script>', '<a href="javascript:x">a</a>', '<b onclick="x">a</b>', '<a href="https://a"><em><a href="https://b">b</a></em></a>', '<'])(
    'would be seen: %j',
    (markup) => {
      expect(oddities(markup)).not.toEqual([])
    },
  ) // prettier-ignore

  test.each(all)('is a text: %j', (payload) => {
    for (const text of [payload, `**${payload}**`, `> - ${payload}`, `[${payload}](https://example.com)`, `[a](${payload})`, `<${payload}>`])
      expect(oddities(markupOf(text))).toEqual([])
  }) // prettier-ignore
})
