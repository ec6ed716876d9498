// One sender must not make every reader wait: reading takes time in proportion to the length, whatever the text.
import { describe, expect, setDefaultTimeout, test } from 'bun:test'

import { parseMarkdown } from '../../../sdks/react/src/markdown/parse.ts'

setDefaultTimeout(60_000)

/** How many times longer than eight short texts one that is eight times as long takes: 1 if in proportion, 8 if by the square. The best of several looks, as a machine has other things to do. */
function growth(read: (text: string) => unknown, textOf: (length: number) => string): number {
  const [short, long] = [textOf(2000), textOf(16_000)]
  const best = { short: Infinity, long: Infinity }
  for (let look = 0; look < 20; look++) {
    best.short = Math.min(
      best.short,
      took(() => read(short), 8),
    )
    best.long = Math.min(
      best.long,
      took(() => read(long), 1),
    )
    if (look >= 3 && best.long < best.short * 2) break
  }
  // What takes less than a millisecond says nothing.
  return best.long / Math.max(best.short, 1)
}

function took(run: () => unknown, times: number): number {
  const begun = performance.now()
  for (let time = 0; time < times; time++) run()
  return performance.now() - begun
}

const repeated = (part: string) => (length: number) => part.repeat(Math.ceil(length / part.length)).slice(0, length)
const most = 4

const parts = [
  '*', '**', '_', '*a', '*a_', '*a_ ', '_*', '_*~', '**a ', 'a**b', 'a**b_c', '**a _b ~~c ', '*a **b ', '*_a_* ', '~~a~ ', '~', '***a_ **', '*(', ')*"_',
  '[', '[]', '](', '[](', '[[](', '[a](', '[a](<', '[a](<b', '[a](b "', '[a](b (', '[a](\\(', '![', '[a][', '[*a_](', '[a](b)', '[http://a](', '[http://a.b/](',
  '`', '``', '` ``', '`a ``b ```c ', '``` `', '```\n', '```\n~~~\n', '\\', '\\`',
  '>', '> ', '> \n', '>\n\n', '> > a\n', '> - 1. ', '> a\nb\n', '> ```\n', '- ', '- \n', '- a\n', '  - a\n', '- a\n\n', '1. ', '1. a\n   - b\n', '* * *\n', '- - -', '-\n', '- > ',
  'http://', 'http://a)(', 'http://a.', 'http://a ', 'https://a_', 'www.', 'www.a ', '_www.', '__a', 'a@', 'a@a.', 'a@b.c ', 'a.b-c_', '<a@', '<http:', '<http://a> ', '<', '<!--', '&', '&#42;',
  '@a', '@a:b:', ':a:', ':a', '\n', '\n\n', ' ', ' \n', '\t', 'a\n', '\u0000', '\u0301', '👍', '日本*', '| ', '#',
] // prettier-ignore

describe('time in proportion to the length', () => {
  test('is measured: what goes back to the beginning for each letter is found', () => {
    const square = (text: string) => Array.from(text, (sign, at) => text.lastIndexOf(`${sign}!`, at)).length
    expect(growth(square, repeated('a'))).toBeGreaterThan(most)
  })

  test.each(parts)('is what %j takes, again and again', (part) => {
    expect(growth(parseMarkdown, repeated(part))).toBeLessThan(most)
  })

  test.each([
    ['many stars, then many more', (length: number) => `${'*'.repeat(length / 2)}a${'*'.repeat(length / 2)}`],
    ['stars that open, then stars that close', (length: number) => '*a '.repeat(length / 6) + ' a*'.repeat(length / 6)],
    ['lines that open, stars that close', (length: number) => '_a '.repeat(length / 6) + 'a* '.repeat(length / 6)],
    ['brackets that open, then brackets that close', (length: number) => '['.repeat(length / 2) + ']'.repeat(length / 2)],
    ['brackets around brackets', (length: number) => '['.repeat(length / 6) + '](a)'.repeat(length / 6)],
    ['targets that nest', (length: number) => `[a]${'('.repeat(length / 2)}${')'.repeat(length / 2)}`],
    ['backticks, each run one longer', (length: number) => Array.from({ length: Math.sqrt(length * 2) }, (_, at) => '`'.repeat(at)).join(' ')],
    ['quotes, each one deeper', (length: number) => Array.from({ length: Math.sqrt(length * 2) }, (_, at) => '>'.repeat(at)).join('\n')],
    ['lists, each one deeper', (length: number) => Array.from({ length: Math.sqrt(length) }, (_, at) => `${' '.repeat(at * 2)}- a`).join('\n')],
    ['an address that ends in brackets', (length: number) => `http://a${')'.repeat(length)}`],
    ['one word', (length: number) => 'a'.repeat(length)],
  ])('is what %s take', (_, textOf) => {
    expect(growth(parseMarkdown, textOf)).toBeLessThan(most)
  })
}) // prettier-ignore
