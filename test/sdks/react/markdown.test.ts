import { describe, expect, test } from 'bun:test'

import {
  parseMarkdown,
  plainText,
  safeAddress,
  type Block,
  type Inline,
} from '../../../sdks/react/src/markdown/parse.ts'

const text = (content: string): Inline => ({ kind: 'text', text: content })
const line = (...inlines: Inline[]): Block => ({ kind: 'paragraph', inlines })
const link = (href: string, label: string): Inline => ({ kind: 'link', href, inlines: [text(label)] })

describe('a message’s text', () => {
  test.each<[string, string, Block[]]>([
    ['plain words', 'Good morning', [line(text('Good morning'))]],
    ['two lines', 'one\ntwo', [line(text('one'), { kind: 'break' }, text('two'))]],
    ['two paragraphs', 'one\n\ntwo', [line(text('one')), line(text('two'))]],
    ['bold', 'a **b**', [line(text('a '), { kind: 'bold', inlines: [text('b')] })]],
    ['italic', '*a* _b_', [line({ kind: 'italic', inlines: [text('a')] }, text(' '), { kind: 'italic', inlines: [text('b')] })]], // prettier-ignore
    ['strike', '~~a~~', [line({ kind: 'strike', inlines: [text('a')] })]],
    ['one in another', '**a _b_**', [line({ kind: 'bold', inlines: [text('a '), { kind: 'italic', inlines: [text('b')] }] })]], // prettier-ignore
    ['code, in which nothing else is', '`**a** @ada <b>`', [line({ kind: 'code', text: '**a** @ada <b>' })]],
    ['a block of code', '```js\nlet a = 1\n<b>\n```', [{ kind: 'code', text: 'let a = 1\n<b>', language: 'js' }]],
    ['a quote', '> said\n> so', [{ kind: 'quote', blocks: [line(text('said'), { kind: 'break' }, text('so'))] }]],
    ['a list', '- a\n- b', [{ kind: 'list', start: null, items: [[line(text('a'))], [line(text('b'))]] }]],
    ['a numbered list', '3. a\n4. b', [{ kind: 'list', start: 3, items: [[line(text('a'))], [line(text('b'))]] }]],
    ['a link', '[tea](https://example.com/tea)', [line(link('https://example.com/tea', 'tea'))]],
    ['an address', 'see https://example.com/a_b_c.', [line(text('see '), link('https://example.com/a_b_c', 'https://example.com/a_b_c'), text('.'))]], // prettier-ignore
    ['a mailbox', 'to ada@example.com', [line(text('to '), link('mailto:ada@example.com', 'ada@example.com'))]],
    ['a mention', 'hi @ada.', [line(text('hi '), { kind: 'mention', name: 'ada', everyone: false }, text('.'))]],
    ['a mention of all', '@here', [line({ kind: 'mention', name: 'here', everyone: true })]],
    ['a mention of a name with marks', '@a_b_c', [line({ kind: 'mention', name: 'a_b_c', everyone: false })]],
    ['an emoji name', 'well :tada:', [line(text('well '), text('🎉'))]],
    ['a name that is no emoji', ':nothing: 12:30:45', [line(text(':nothing: 12:30:45'))]],
    // What is not in the subset is shown as it was written.
    ['a heading', '# tea', [line(text('# tea'))]],
    ['a rule', '---', [line(text('---'))]],
    ['HTML', '<b onclick="x()">a</b>', [line(text('<b onclick="x()">a</b>'))]],
    ['indented text', '    four blanks', [line(text('    four blanks'))]],
    ['a link of another kind', '[tea](javascript:alert(1))', [line(text('[tea](javascript:alert(1))'))]],
    ['a link to nowhere', '[tea](/docs)', [line(text('[tea](/docs)'))]],
    ['an address within a word', 'xhttps://example.com', [line(text('xhttps://example.com'))]],
    ['a number that stands for a sign', '&#42;a&#42; &amp;', [line(text('&#42;a&#42; &amp;'))]],
    ['a task', '- [x] tea', [{ kind: 'list', start: null, items: [[line(text('[x] tea'))]] }]],
    ['a table', '| a |\n|---|', [line(text('| a |'), { kind: 'break' }, text('|---|'))]],
    ['an address in quotation marks', '"www.example.com"', [line(text('"'), link('http://www.example.com/', 'www.example.com'), text('"'))]], // prettier-ignore
    ['a link that is an address', '[https://a.example](https://b.example)', [line(link('https://b.example/', 'https://a.example'))]], // prettier-ignore
    ['bold and italic around brackets', '**a (*b?*)**', [line({ kind: 'bold', inlines: [text('a ('), { kind: 'italic', inlines: [text('b?')] }, text(')')] })]], // prettier-ignore
    ['one bold after another that is quoted', '**"a"**, **"b"**', [line({ kind: 'bold', inlines: [text('"a"')] }, text(', '), { kind: 'bold', inlines: [text('"b"')] })]], // prettier-ignore
    ['an escaped sign', '\\*a\\*', [line(text('*'), text('a'), text('*'))]],
  ])('has %s', (_, source, blocks) => {
    expect(merged(parseMarkdown(source))).toEqual(merged(blocks))
  })

  test('has no picture: its address stays a link, or text', () => {
    expect(JSON.stringify(parseMarkdown('![x](https://example.com/x.png)'))).not.toContain('image')
  })

  test.each([
    ['quotes', '>'.repeat(10_000), 7],
    ['quotes with blanks', `${'> '.repeat(9000)}a`, 7],
    ['lists', `${'- '.repeat(9000)}a`, 7],
    ['lists in quotes', `${'> - 1. '.repeat(2500)}a`, 7],
    ['numbers, each line deeper', Array.from({ length: 150 }, (_, at) => `${' '.repeat(at)}- a`).join('\n'), 7],
    ['stars', `${'*'.repeat(9000)}a${'*'.repeat(9000)}`, 10],
    ['stars of each kind', `${'**a _b '.repeat(1200)}${'b_ a** '.repeat(1200)}`, 10],
    ['brackets', '['.repeat(5000) + '](https://example.com)'.repeat(600), 3],
  ])('nests no deeper than what can be shown, for thousands of %s', (_, source, most) => {
    expect(depth(parseMarkdown(source))).toBeLessThanOrEqual(most)
    expect(plainText(source).length).toBeLessThanOrEqual(source.length)
  })

  test('stands as it was written past the depth, in one paragraph', () => {
    expect(JSON.stringify(parseMarkdown(`${'> '.repeat(6)}a\n${'> '.repeat(6)}> b\n${'> '.repeat(6)}- c`))).toContain(
      JSON.stringify([text('a'), { kind: 'break' }, text('> b'), { kind: 'break' }, text('- c')]),
    )
  })

  test('is one line without marks for a preview', () => {
    expect(plainText('**Tea** is\n\n- `ready`\n- [here](https://example.com) :tea: @ada')).toBe(
      'Tea is ready, here 🍵 @ada',
    )
  })

  test.each(['https://example.com', 'http://example.com/a?b#c', 'mailto:ada@example.com'])(
    'may lead to %s',
    (address) => {
      expect(safeAddress(address)).not.toBeNull()
    },
  )

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<b>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    '//example.com',
    '/docs',
    'example.com',
    '', // prettier-ignore
  ])('may not lead to %j', (address) => {
    expect(safeAddress(address)).toBeNull()
  })
})

/** How many blocks and inlines are in each other. */
function depth(parts: (Block | Inline)[]): number {
  let most = 0
  for (const part of parts) {
    const inner: (Block | Inline)[][] = []
    if ('inlines' in part) inner.push(part.inlines)
    if ('blocks' in part) inner.push(part.blocks)
    if ('items' in part) inner.push(...part.items)
    for (const one of inner) most = Math.max(most, 1 + depth(one))
  }
  return most
}

/** Texts side by side are one. */
function merged(blocks: Block[]): Block[] {
  const joined = (inlines: Inline[]): Inline[] =>
    inlines.reduce<Inline[]>((done, inline) => {
      const last = done.at(-1)
      if (last?.kind === 'text' && inline.kind === 'text') return [...done.slice(0, -1), text(last.text + inline.text)]
      return [...done, 'inlines' in inline ? { ...inline, inlines: joined(inline.inlines) } : inline]
    }, [])
  return blocks.map((block) => {
    if (block.kind === 'paragraph') return { ...block, inlines: joined(block.inlines) }
    if (block.kind === 'quote') return { ...block, blocks: merged(block.blocks) }
    return block.kind === 'list' ? { ...block, items: block.items.map(merged) } : block
  })
}
