// Where both read a text, the package `marked` is the second opinion on what it means. Our own reader is for what a message may hold, and takes no longer for a text that wants to be slow.
import { expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'

import { parseMarkdown, type Block, type Inline } from '../../../sdks/react/src/markdown/parse.ts'
import { readWithMarked } from './marked-reader.ts'

setDefaultTimeout(60_000)

const texts = [
  'plain text',
  'two\nlines',
  'two\n\nparagraphs',
  '  blanks around  ',
  '**bold** and *italic* and ~~gone~~ and `code`',
  '__bold__ and _italic_ and ~gone~',
  '***both***',
  '**bold *italic* bold**',
  '*italic **bold** italic*',
  '*a **b* c**',
  '**a *b** c*',
  'snake_case_name and 2*3*4',
  'a * b * c',
  'a*b*c and a_b_c',
  '**not closed',
  '*not **closed*',
  'stars ** alone',
  '*(in brackets)*, **"in quotes"**.',
  '`a`` b` ``c`d`` `` ` ``',
  '`*not italic*`',
  '`not closed',
  '\\*not italic\\* \\`not code\\` \\[a](b)',
  'C:\\path\\n and \\\\',
  '[site](https://example.com)',
  '[site](https://example.com "title") and (so on)',
  '[**bold** site](https://example.com/a_(b)?c=d&e=f#g)',
  '[a [b] c](https://example.com)',
  '[a [b](https://b.example) c](https://c.example)',
  '[script](javascript:alert(1)) [data](data:text/html,x) [here](/path)',
  '[mail](mailto:ada@example.com)',
  '![picture](https://example.com/a.png)',
  '[no target] [empty]() [open](https://example.com',
  '[in <angles>](<https://example.com/a b>)',
  '*[a](https://example.com)*',
  '*a [b*](https://example.com)',
  'see https://example.com/a?b=c, or http://example.com.',
  '(https://example.com/a_(b)) and **https://example.com**',
  'www.example.com and ada@example.com',
  '<https://example.com> <ada@example.com> <b>x</b> <nothing>',
  '> quoted',
  '> one\n> two\nlazy',
  '> one\n\n> two',
  '> outer\n>> inner',
  '>no blank',
  '> ```\n> code\n> ```',
  '> - a\n> - b',
  'text\n> quote',
  '- one\n- two',
  '* one\n* two\n\n* three',
  '+ one\n  more of one\n+ two',
  '1. one\n2. two',
  '7) seven\n8) eight',
  '- one\n  - inner\n  - inner\n- two',
  '- one\n\n  more of one',
  '- a\n+ b',
  'text\n- item',
  'in the year\n1984. it was',
  '- `code` and **bold**\n- [a](https://example.com)',
  '- one\n\nafter',
  '-no item',
  '```\ncode\n```',
  '```js\nconst a = `b`\n\n  **not bold**\n```\nafter',
  '~~~\ncode\n~~~',
  '````\n```\n````',
  '```\nnot closed',
  'text\n```\ncode\n```',
  '``` not `` a fence',
  '- ```\n  code\n  ```',
  '# no heading',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '@ada @here :tada: and ada@example.com',
  '**@ada** _:tada:_ `@ada :tada:`',
  '&amp; &lt;b&gt;',
  'été *été*é _é_ **日本**語',
  '👍 **👍** :thumbsup:',
  '[https://example.com](https://example.com)',
  '[see www.example.com for more](https://example.com)',
  '_https://example.com/a_b_ and __www.example.com__',
  '_ada@example.com_ and (ada@example.com)',
  '**a**, **"b"** and **c (d)**.',
  '- one\n---',
  '* * *',
  '-\n\nafter',
  '> 1.\nafter',
  '> one\n\nafter',
  '1. one\n   - inner\n2. two',
]

/** Without what nobody sees: blanks at the ends of lines, and where one text ends and the next begins. */
function seen(blocks: Block[]): Block[] {
  return blocks.map((block) => {
    if (block.kind === 'paragraph') return { ...block, inlines: joined(block.inlines) }
    if (block.kind === 'quote') return { ...block, blocks: seen(block.blocks) }
    return block.kind === 'list' ? { ...block, items: block.items.map(seen) } : block
  })
}

function joined(inlines: Inline[]): Inline[] {
  const found: Inline[] = []
  for (const inline of inlines) {
    const last = found.at(-1)
    if (inline.kind === 'text' && last?.kind === 'text') last.text += inline.text
    else found.push('inlines' in inline ? { ...inline, inlines: joined(inline.inlines) } : { ...inline })
  }
  for (const [at, inline] of found.entries()) {
    if (inline.kind !== 'text') continue
    const isFirst = at === 0 || found[at - 1]?.kind === 'break'
    const isLast = at === found.length - 1 || found[at + 1]?.kind === 'break'
    if (isFirst) inline.text = inline.text.trimStart()
    if (isLast) inline.text = inline.text.trimEnd()
  }
  return found.filter((inline) => inline.kind !== 'text' || inline.text !== '')
}

test.each(texts)('%j is read as marked does', (text) => {
  expect(seen(parseMarkdown(text))).toEqual(seen(readWithMarked(text)))
})

const words = ['tea', 'is', 'snake_case', "don't", 'quoted,', '(so)', 'été', '日本', '👍', '12:30', 'x=1', 'a/b', '50%', '&amp;', '<b>', '@ada', '@here,', ':tada:', ':)', '#7', '—', 'v1.2.3', 'foo()', '[x]', 'end.', 'what?', 'https://example.com/a_b?c=d', 'https://example.com.', 'www.example.com', 'ada@example.com', '(https://example.com)'] // prettier-ignore
const ends = [['**', '**'], ['*', '*'], ['_', '_'], ['~~', '~~'], ['`', '`'], ['(', ')'], ['[', '](https://example.com/x)'], ['[', '](<https://example.com/y>)']] // prettier-ignore
const { line } = fc.letrec<{ line: string; part: string; marked: string }>((tie) => ({
  part: fc.oneof({ maxDepth: 2 }, { arbitrary: fc.constantFrom(...words), weight: 3 }, tie('marked')),
  // Signs beside letters: what they mean beside each other is where marked goes its own ways.
  marked: fc.tuple(fc.constantFrom(...ends), tie('line')).map(([[start, end], inner]) => `${start}a ${inner} z${end}`),
  line: fc.array(tie('part'), { minLength: 1, maxLength: 5 }).map((parts) => `see ${parts.join(' ')}`),
}))
const lines = (start: string) => fc.array(line, { minLength: 1, maxLength: 3 }).map((all) => all.map((one) => start + one).join('\n')) // prettier-ignore
const block = fc.oneof(
  ...['', '> ', '- ', '1. ', '> - '].map(lines),
  lines('').map((text) => `\`\`\`js\n${text}\n\`\`\``),
  fc.tuple(line, line).map(([outer, inner]) => `- ${outer}\n  - ${inner}\n- ${outer}`),
  fc.tuple(line, line).map(([first, more]) => `> ${first}\n${more}`),
)

test('what people write is read as marked does', () => {
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 2 }), (blocks) => {
      const text = blocks.join('\n\n')
      expect(seen(parseMarkdown(text))).toEqual(seen(readWithMarked(text)))
    }),
    { numRuns: 1000, seed: 5 },
  )
})
