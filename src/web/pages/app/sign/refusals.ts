import { useText } from '../context.ts'
import { detailsOf, type Failures } from '../parts/explain.ts'
import { useRegion } from '../parts/use-region.ts'
import { sign_words } from './words.ts'

/** That one is banned, until when and why, as far as the server says. */
export function useBan(error: unknown): string {
  const words = useText(sign_words)
  const locale = useRegion()
  return banOf(error, words, locale)
}

function banOf(error: unknown, words: (typeof sign_words)['en'], locale: string): string {
  const { banned_until, reason } = detailsOf<{ banned_until: string; reason: string }>(error)
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' })
  const until = banned_until === undefined ? words.banned : words.banned_until(date.format(new Date(banned_until)))
  return [until, reason !== undefined && words.banned_because(reason), words.banned_ask].filter(Boolean).join(' ')
}

/** Why one could not sign in or up. The server does not know yet which language one reads, so these are in words of our own. */
export function useRefusals(): Failures {
  const words = useText(sign_words)
  const locale = useRegion()
  return {
    INVALID_CREDENTIALS: { says: words.wrong },
    ACCOUNT_LOCKED: ({ retry_after }) => ({
      says: retry_after === null ? words.locked : words.locked_for(Math.ceil(retry_after / 60)),
    }),
    USER_BANNED: (error) => ({ says: banOf(error, words, locale) }),
    REGISTRATION_CLOSED: { says: words.closed },
  }
}
