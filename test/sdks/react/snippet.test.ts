import { expect, test } from 'bun:test'

import { plainSnippet } from '../../../sdks/react/src/markdown/snippet.ts'

/** Matches stand between `[` and `]`. */
const parts = (text: string) =>
  text.split(/[[\]]/).flatMap((part, at) => (part === '' ? [] : [{ text: part, is_match: at % 2 === 1 }]))
const shown = (text: string) =>
  plainSnippet(parts(text))
    .map(({ text, is_match }) => (is_match ? `[${text}]` : text))
    .join('')

test.each([
  ['plain text', 'The [oolong] is here', 'The [oolong] is here'],
  ['a match at both ends', '[oolong] and [tea]', '[oolong] and [tea]'],
  ['marks around a match', 'The **[oolong]** is _[here]_', 'The [oolong] is [here]'],
  ['marks around more than it', '**the [oolong] tea** is', 'the [oolong] tea is'],
  ['a match in code', 'run `[boil] --hot`', 'run [boil] --hot'],
  ['a list and a quote', '> [said]\n\n- [one]\n- two', '[said] [one], two'],
  ['what is cut in the middle', '…* and **[oolong]', '…* and **[oolong]'],
  ['signs that mean something within', '\uE000a\uE001 [b\uE001c]', 'a [bc]'],
  ['HTML, which is text', '<b>[bold]</b>', '<b>[bold]</b>'],
])('a snippet of %s', (_, given, expected) => {
  expect(shown(given)).toBe(expected)
})
