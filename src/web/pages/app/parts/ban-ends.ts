import type { Locale } from '../languages.ts'

const day_ms = 86_400_000
/** When a ban ends that is given now, in milliseconds; null: when it is lifted. */
const ban_ends = { never: null, day: day_ms, week: 7 * day_ms, month: 30 * day_ms }
export type BanEnd = keyof typeof ban_ends

const names = Object.keys(ban_ends) as BanEnd[]

interface Words {
  ban_ends: string
  ends: Record<BanEnd, string>
  was_banned(name: string): string
}

export const ban_words: Record<Locale, Words> = {
  en: {
    ban_ends: 'Ends',
    ends: { never: 'When it is lifted', day: 'After a day', week: 'After a week', month: 'After 30 days' },
    was_banned: (name) => `${name} is banned.`,
  },
  fr: {
    ban_ends: 'Fin',
    ends: { never: 'Quand on le lève', day: 'Après un jour', week: 'Après une semaine', month: 'Après 30 jours' },
    was_banned: (name) => `${name} est banni.`,
  },
}

export const banEndOf = (value: string): BanEnd => names.find((one) => one === value) ?? 'never'

export const banChoices = ({ ends }: Words) => names.map((value) => ({ value, label: ends[value] }))

/** What an account is changed to by a ban. */
export function banOf(end: BanEnd, reason: string) {
  const ms = ban_ends[end]
  return {
    active: false,
    banned_until: ms === null ? null : new Date(Date.now() + ms).toISOString(),
    ban_reason: reason.trim() === '' ? null : reason.trim(),
  }
}
