import type { ChatError } from 'veza-js-sdk'

import { useText } from '../context.ts'
import { codeOf, useExplain } from '../parts/explain.ts'
import { sign_words } from './words.ts'

/** Why one could not sign in or up. The server does not know yet which language one reads, so these are in words of our own. */
export function useRefusalText(): (error: unknown) => string {
  const words = useText(sign_words)
  const explain = useExplain()
  const texts: Record<string, string> = {
    INVALID_CREDENTIALS: words.wrong,
    ACCOUNT_LOCKED: words.locked,
    USER_BANNED: words.banned,
    REGISTRATION_CLOSED: words.closed,
  }
  return (error) => {
    const code = codeOf(error)
    const { retry_after = null } = error as Partial<ChatError>
    if (code === 'ACCOUNT_LOCKED' && retry_after !== null) return words.locked_for(Math.ceil(retry_after / 60))
    return texts[code] ?? explain(error)
  }
}
