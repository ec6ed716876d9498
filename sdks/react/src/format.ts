import type { Locale, Words } from './words.ts'

/** Dates and times as the reader's locale and time zone have them. */
export interface Dates {
  /** `14:05`, or `2:05 PM`. */
  time(at: string): string
  /** The same without the half of the day, where that is known from what stands above: `2:05`. */
  clock(at: string): string
  /** Today, yesterday, or the date. */
  day(at: string): string
  /** Date and time, in full. */
  full(at: string): string
  /** What two moments of one day have in common. */
  dayKey(at: string): string
  /** `in 5 minutes`. */
  until(at: string): string
}

const minute = 60_000

/**
 * A reader of English in London writes dates as they do there: the first of these that is a kind of the language, such as `en-GB`, or the language itself. Of a tag
 * such as `en-US@posix`, which browsers have under the locale `C` and `Intl` throws at, what is one by BCP 47.
 */
export const regionIn = (languages: readonly string[], locale: Locale): string =>
  languages.find((tag) => tag.toLowerCase().startsWith(locale))?.match(/^..(-([a-z]{2}|\d{3})\b)?/i)?.[0] ?? locale

/** The kind of the language that the browser's user prefers. */
export const regionalOf = (locale: Locale): string =>
  regionIn(typeof navigator === 'undefined' ? [] : (navigator.languages ?? []), locale)

export function datesOf(locale: Locale, words: Words, timeZone?: string, region = regionalOf(locale)): Dates {
  const zone = timeZone === undefined ? {} : { timeZone }
  const time = new Intl.DateTimeFormat(region, { ...zone, timeStyle: 'short' })
  const thisYear = new Intl.DateTimeFormat(region, { ...zone, weekday: 'long', day: 'numeric', month: 'long' })
  const otherYear = new Intl.DateTimeFormat(region, { ...zone, day: 'numeric', month: 'long', year: 'numeric' })
  const full = new Intl.DateTimeFormat(region, { ...zone, dateStyle: 'full', timeStyle: 'short' })
  const key = new Intl.DateTimeFormat('en-CA', { ...zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const relative = new Intl.RelativeTimeFormat(region, { numeric: 'auto' })
  const dayKey = (at: string | number): string => key.format(new Date(at))

  return {
    time: (at) => time.format(new Date(at)),
    clock: (at) =>
      time
        .formatToParts(new Date(at))
        .map(({ type, value }) => (type === 'dayPeriod' ? '' : value))
        .join('')
        .trim(),
    full: (at) => full.format(new Date(at)),
    dayKey,
    day: (at) => {
      const now = Date.now()
      const day = dayKey(at)
      if (day === dayKey(now)) return words.today
      if (day === dayKey(now - 24 * 60 * minute)) return words.yesterday
      return (day.slice(0, 4) === dayKey(now).slice(0, 4) ? thisYear : otherYear).format(new Date(at))
    },
    until: (at) => {
      const minutes = Math.round((new Date(at).getTime() - Date.now()) / minute)
      if (Math.abs(minutes) < 60) return relative.format(minutes, 'minute')
      const hours = Math.round(minutes / 60)
      return Math.abs(hours) < 48 ? relative.format(hours, 'hour') : relative.format(Math.round(hours / 24), 'day')
    },
  }
}

/** How long, to the minute or, below one, to the second: `5 h 59 min`, `40 s`; the same in English and French. */
export function spanOf(seconds: number): string {
  if (seconds < 60) return `${seconds}\u00a0s`
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return [hours && `${hours}\u00a0h`, minutes && `${minutes}\u00a0min`].filter(Boolean).join('\u00a0')
}

/** The first letters of up to two words of a name. */
export const initials = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .filter((part) => part !== '')
    .slice(0, 2)
    .map((part) => (Array.from(part)[0] ?? '').toUpperCase())
    .join('')

/** Length as the server counts it. */
export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
