import { expect, test } from 'bun:test'
import { localeOf } from '../../src/kernel/locale.ts'

test.each<[string | null | undefined, 'en' | 'fr' | null]>([
  [null, null],
  [undefined, null],
  ['', null],
  ['fr', 'fr'],
  ['FR', 'fr'],
  ['fr-CA', 'fr'],
  ['en-GB', 'en'],
  ['de', null],
  ['french', null],
  ['de, fr;q=0.8, en;q=0.7', 'fr'],
  ['de, fr;q=0.7, en;q=0.8', 'en'],
  ['en;q=0.1, fr', 'fr'],
  ['fr;q=0.5,en;q=0.5', 'fr'],
  ['en;q=0.5,fr;q=0.5', 'en'],
  ['fr;q=0', null],
  ['fr;q=0.000, en;q=0.001', 'en'],
  ['fr-CH;q=0.2, en;q=0.3, fr;q=0.9', 'fr'],
  ['*', 'en'],
  ['*;q=0', null],
  ['de, *;q=0.5', 'en'],
  ['de, *;q=0.5, fr;q=0.4', 'en'],
  ['*, fr', 'fr'],
  ['en;q=0, *', 'fr'],
  ['fr;q=0.3, *;q=0.2', 'fr'],
  [' fr ; q=0.9 , en ; q=1.0 ', 'en'],
  ['fr;Q=0.9,en;q=0.5', 'fr'],
  ['en;q=0.5, fr;level=1;q=0.9', 'fr'],
  // What is no quality value says nothing.
  ['fr;q=2, en;q=0.1', 'en'],
  ['fr;q=, en;q=0.1', 'en'],
  ['fr;q=-1, en;q=0.1', 'en'],
  ['fr;q=0.1234', null],
  [',,;;q=1,,', null],
  [`${'de,'.repeat(10_000)}fr`, null],
])('%p asks for %p', (accepted, locale) => {
  expect(localeOf(accepted)).toBe(locale)
})
