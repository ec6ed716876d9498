import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { parseMarkdown } from '../../sdks/react/src/markdown/parse.ts'

const root = join(import.meta.dir, '../..')
const desk = mkdtempSync(join(tmpdir(), 'veza-markdown-'))
afterAll(() => rmSync(desk, { recursive: true }))

let parse: typeof parseMarkdown
let small: typeof parseMarkdown

/** The components' reader as it is, and as it is in the widget. */
async function built(name: string, plugins: Bun.BunPlugin[]): Promise<typeof parseMarkdown> {
  const entry = join(root, 'sdks/react/src/markdown/parse.ts')
  const { outputs } = await Bun.build({ entrypoints: [entry], target: 'bun', plugins })
  const path = join(desk, `${name}.mjs`)
  await Bun.write(path, (await outputs[0]?.text()) ?? '')
  return ((await import(path)) as { parseMarkdown: typeof parseMarkdown }).parseMarkdown
}

beforeAll(async () => {
  const own = join(root, 'src/web/pages/widget/marked/index.ts')
  const inPlace: Bun.BunPlugin = {
    name: 'in place of marked',
    setup: (build) => {
      build.onResolve({ filter: /^marked$/ }, () => ({ path: own }))
    },
  }
  parse = await built('marked', [])
  small = await built('small', [inPlace])
})

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
]

/** Blanks at the ends of lines are seen by nobody. */
const seen = (blocks: unknown): unknown => JSON.parse(JSON.stringify(blocks).replaceAll(/[ \t]+"/g, '"').replaceAll(/"text":"[ \t]+/g, '"text":"')) // prettier-ignore

test.each(texts)('%j is in the widget what it is elsewhere', (text) => {
  expect(seen(small(text))).toEqual(seen(parse(text)))
})

const long = 20_000
const fill = (part: string, end = '') => part.repeat(Math.floor(long / part.length)) + end

test.each([
  '*',
  '**a ',
  '*a_ ',
  'a**b',
  '_*~',
  '~~a~ ',
  '`',
  '` ``',
  '[',
  '](',
  '[](',
  '[a](',
  '[a](<',
  '[a](b "',
  '[a](b (',
  '![',
  '\\',
  '>',
  '> ',
  '- ',
  '  - a\n',
  '> - 1. ',
  '1. ',
  '```\n',
  '``` `',
  'www.',
  'http://',
  'http://a)(',
  'a@a.',
  'a.b-c_',
  '<a@',
  '<http:',
  '@a:b:',
  '\n',
  ' ',
  '\u{0}',
])('twenty thousand letters of %j take no time', (part) => {
  const begun = performance.now()
  small(fill(part))
  small(`${fill(part, 'x')}\n\n${part}`.slice(0, long))
  expect(performance.now() - begun).toBeLessThan(1000)
})
