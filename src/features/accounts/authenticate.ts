import type { Caller } from '../../kernel/actor.ts'
import { key_start } from '../../kernel/credential.ts'
import type { ApiKeys } from './api-keys.ts'
import type { createIssuers, Issuer } from './issuers.ts'
import type { Authenticated } from './sessions.ts'

export interface AuthenticationParts<I extends Issuer> {
  /** Of tokens of ours. */
  sessions(token: string): Promise<Authenticated>
  apiKeys: Pick<ApiKeys, 'authenticate'>
  issuers: Pick<ReturnType<typeof createIssuers<I>>, 'issuerOf' | 'authenticate'>
}

/** Who comes with a text: an API key, a token of an issuer that is configured, or one of ours. Each of them judges its own kind alone. */
export const createAuthentication =
  <I extends Issuer>({ sessions, apiKeys, issuers }: AuthenticationParts<I>) =>
  (text: string, caller: Caller): Promise<Authenticated> => {
    if (text.startsWith(key_start)) return apiKeys.authenticate(text, caller)
    const issuer = issuers.issuerOf(text)
    return issuer === undefined ? sessions(text) : issuers.authenticate(issuer, text, caller)
  }
