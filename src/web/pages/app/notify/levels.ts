import type { Chat } from 'veza-js-sdk'

import { keep } from '../stored.ts'

const name = 'veza.levels'

/** The level of a conversation is another one. The server tells nobody, so each tab reads its list again. */
export function levelChanged(chat: Chat): void {
  keep(name, String(Date.now()))
  refresh(chat)
}

/** Follows what other tabs change, until the function it returns is called. */
export function followLevels(chat: Chat): () => void {
  const ended = new AbortController()
  addEventListener('storage', ({ key }) => key === name && refresh(chat), { signal: ended.signal })
  return () => ended.abort()
}

/** Without a connection it is read with the next one. */
function refresh(chat: Chat): void {
  chat.refresh().catch((error: unknown) => error)
}
