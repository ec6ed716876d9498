import { locales, type Locale } from './errors.ts'

/** A header longer than this is no wish of a person. */
const max_length = 1024

/**
 * The language of ours that `Accept-Language` prefers (RFC 9110, 12.5.4), or null when it names none. A region counts as its language, `fr-CA` as `fr`; of equals the
 * one named first wins, and `*` stands for English while that is not refused. A single tag, as a user has one, reads the same.
 */
export function localeOf(accepted: string | null | undefined): Locale | null {
  if (accepted === null || accepted === undefined) return null
  const weights = new Map<string, number>()
  for (const range of accepted.slice(0, max_length).split(',')) {
    const [tag = '', ...parameters] = range.toLowerCase().split(';')
    const language = tag.trim().split('-', 1)[0] ?? ''
    const weight = weightOf(parameters)
    if (weight !== null) weights.set(language, Math.max(weight, weights.get(language) ?? 0))
  }
  const others = weights.get('*') ?? 0
  const named = [...weights.keys()].filter((language) => locales.some((locale) => locale === language))
  let best: { locale: Locale | null; weight: number } = { locale: null, weight: 0 }
  for (const locale of [...(named as Locale[]), ...locales]) {
    const weight = weights.get(locale) ?? others
    if (weight > best.weight) best = { locale, weight }
  }
  return best.locale
}

/** The quality value, 1 where none is given; null for what is none. */
function weightOf(parameters: readonly string[]): number | null {
  const q = parameters.map((each) => each.trim()).find((each) => /^q\s*=/.test(each))
  if (q === undefined) return 1
  const value = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(q)?.[1]
  return value === undefined ? null : Number(value)
}
