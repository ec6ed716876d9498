import { expect, test } from 'bun:test'
import { type ErrorCode, errors, errorText } from '../../src/kernel/errors.ts'

test.each(Object.keys(errors) as ErrorCode[])('%s has a sentence in English and another in French', (code) => {
  const [en, fr] = [errorText(code, 'en'), errorText(code, 'fr')]
  expect(en).toMatch(/^[A-Z].+\.$/)
  expect(fr).toMatch(/^[A-ZÀÉÊ].+\.$/)
  expect(fr).not.toBe(en)
})

test('no two codes say the same', () => {
  for (const locale of ['en', 'fr'] as const) {
    const texts = (Object.keys(errors) as ErrorCode[]).map((code) => errorText(code, locale))
    expect(new Set(texts).size).toBe(texts.length)
  }
})
