import { expect, test } from 'bun:test'

import { datesOf, regionIn } from '../../../sdks/react/src/format.ts'
import { wordsOf } from '../../../sdks/react/src/words.ts'

test.each([
  ['the first that is a kind of the language', ['fr-FR', 'en-GB', 'en-US'], 'en', 'en-GB'],
  ['the language itself, where it is the first', ['en', 'en-GB'], 'en', 'en'],
  ['the language, where there is no other', ['de-DE'], 'fr', 'fr'],
  ['the language, where nothing is known', [], 'fr', 'fr'],
  ['what is a tag of one under the locale C', ['en-US@posix'], 'en', 'en-US'],
  ['what is a tag of one with a set of characters', ['en_US.UTF-8'], 'en', 'en'],
  ['the kind that a number says', ['en-150'], 'en', 'en-150'],
  ['a tag in capitals', ['EN-GB'], 'en', 'EN-GB'],
  ['the language of what looks like a tag', ['en-12', 'en-GB'], 'en', 'en'],
  ['the language of one with a script', ['en-Latn-GB'], 'en', 'en'],
] as const)('dates are as they are written in %s', (_, languages, locale, region) => {
  expect(regionIn(languages, locale)).toBe(region)
  const dates = datesOf(locale, wordsOf[locale], 'UTC', regionIn(languages, locale))
  expect(dates.time('2026-01-01T14:05:00Z')).toContain(':05')
})
