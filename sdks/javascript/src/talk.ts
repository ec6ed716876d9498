import type { Chat, ChatOptions, Fetch, Me } from './api.ts'
import { addressesOf } from './address.ts'
import { createCore } from './core.ts'
import { Refusal } from './errors.ts'
import { ownChanges } from './own.ts'
import { createRest } from './rest.ts'
import { defaultOutbox } from './storage.ts'
import { cell } from './store.ts'
import { createTokens } from './token.ts'

/** `createChat` without uploads, which are refused as by a server that takes no files: for pages that count bytes. */
export function createTalk(options: ChatOptions, tokens = createTokens(options.token)): Chat {
  const { origin } = addressesOf(options.url)
  const rest = createRest({
    origin,
    fetch: fetchOf(options),
    token: (refused) => (refused ? tokens.another() : tokens.get()),
    ...(options.locale && { locale: options.locale }),
  })
  const me = cell<Me | null>(null)
  const core = createCore({ outbox: defaultOutbox(), ...options, me }, tokens)
  const endChanges = ownChanges.subscribe(({ origin: at, user }) => {
    const now = me.get()
    if (at === origin && now?.id === user.id) me.set({ ...now, username: user.username, user })
  })
  return {
    ...core,
    close: () => {
      endChanges()
      core.close()
    },
    rest,
    upload: () => Promise.reject(new Refusal('FEATURE_DISABLED')),
  }
}

export const fetchOf = ({ fetch }: { fetch?: Fetch }): Fetch =>
  fetch ?? ((address, init) => globalThis.fetch(address, init))
