import { useText } from '../context.ts'
import type { Failures } from '../parts/explain.ts'
import { sign_words } from './words.ts'

/** Why one could not sign in or up. The server does not know yet which language one reads, so these are in words of our own. */
export function useRefusals(): Failures {
  const words = useText(sign_words)
  return {
    INVALID_CREDENTIALS: { says: words.wrong },
    ACCOUNT_LOCKED: ({ retry_after }) => ({
      says: retry_after === null ? words.locked : words.locked_for(Math.ceil(retry_after / 60)),
    }),
    USER_BANNED: { says: words.banned },
    REGISTRATION_CLOSED: { says: words.closed },
  }
}
