import { expect, test } from 'bun:test'
import { parseSync, Visitor } from 'oxc-parser'

import { conversation_words } from '../../src/web/pages/app/conversation/words.ts'

/** A blank where a line could break between a word and a sign that belongs to it, as French writes them. */
const breakable = / (?=[;:!?»](?:\s|$))|« /
/** The apostrophe of a typewriter, where French leaves a letter out. */
const straight = /(?:\b[cdjlmnst]|qu|aujourd)'\p{L}/iu

const roots = ['src/web/pages', 'sdks/react/src']
/** What the server says. */
const own = ['errors.ts', 'phrases.ts', 'wordings.ts'].map((name) => `src/kernel/${name}`)
const files = roots
  .flatMap((root) => Array.from(new Bun.Glob('**/*.{ts,tsx}').scanSync(root), (path) => `${root}/${path}`))
  .concat(own, 'src/web/lost.ts')

/** Every piece of text in a source, whatever quotes are around it. */
function textsOf(file: string, source: string): string[] {
  const texts: string[] = []
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') texts.push(value)
    },
    TemplateElement: ({ value }) => {
      texts.push(value.raw)
    },
    JSXText: ({ value }) => {
      texts.push(value)
    },
  }).visit(parseSync(file, source).program)
  return texts
}

test.each([
  ['a question mark', 'const ask = `Supprimer ${name} ?`', 1],
  ['a colon between what is filled in', 'const say = `${name} : ${text}`', 1],
  ['quotation marks', "const say = 'Salon « thé »'", 1],
  ['blanks that do not break', "const say = 'Salon «\u202fthé\u202f»\u00a0: ouvert\u202f!'", 0],
  ['code', "const pick = '.body :is(input)', go = 'if err := f(); err != nil'", 0],
])('a breakable blank is found in %s', (_, source, count) => {
  expect(textsOf('words.ts', source).filter((text) => breakable.test(text))).toHaveLength(count)
})

test.each([
  ["l'heure", true],
  ["quelqu'un d'autre", true],
  ['l’heure', false],
  ["the key's owner", false],
  ["don't", false],
])('%p is French with an apostrophe of a typewriter: %p', (text, is_straight) => {
  expect(straight.test(text)).toBe(is_straight)
})

test.each([
  ['no line of French begins with a sign that belongs to the word before', breakable],
  ['no apostrophe of French is that of a typewriter', straight],
])('%s', async (_, wrong) => {
  const found: string[] = []
  for (const file of files)
    for (const text of textsOf(file, await Bun.file(file).text())) if (wrong.test(text)) found.push(`${file}: ${text}`)
  expect(found).toEqual([])
})

test.each([
  ['ada', 'Un message d’ada'],
  ['Émile', 'Un message d’Émile'],
  ['bob', 'Un message de bob'],
  ['henri', 'Un message de henri'],
])('a name as %s stands in French as in %p', (name, text) => {
  expect(conversation_words.fr.message_of(name)).toBe(text)
})

test('the tables of all pages and of the components are among what is read', () => {
  for (const table of ['app/settings/words-fr.ts', 'app/sign/words.ts', 'widget/words.ts', 'playground/texts.ts'])
    expect(files).toContain(`src/web/pages/${table}`)
  for (const table of ['words.ts', 'words-fr.ts']) expect(files).toContain(`sdks/react/src/${table}`)
})
