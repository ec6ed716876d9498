import { createTalk, type Chat, type Store } from 'veza-js-sdk'
import type { Locale } from 'veza-react-components'

import { isSameSource, tokenOf, type TokenError, type TokenSource } from './token.ts'

/** A connection that the chats of a page share: one for each server and source of tokens. */
export interface Line {
  readonly chat: Chat
  /** Why there is no token; null once there is one again. */
  readonly problem: Store<TokenError | null>
  /** Tries at once. */
  retry(): void
}

interface Held {
  server: string
  source: TokenSource
  line: Line
  holders: number
}

const held: Held[] = []

/** The line to a server as whoever the tokens say, until it is released by all who hold it. The language of the server's sentences is that of the first. */
export function hold(server: string, source: TokenSource, locale: Locale): { line: Line; release(): void } {
  const known = held.find((each) => each.server === server && isSameSource(each.source, source))
  const own = known ?? { server, source, line: open(server, source, locale), holders: 0 }
  if (known === undefined) held.push(own)
  own.holders++
  let isOver = false
  return {
    line: own.line,
    release: () => {
      if (isOver) return
      isOver = true
      if (--own.holders > 0) return
      held.splice(held.indexOf(own), 1)
      own.line.chat.close()
    },
  }
}

function open(server: string, source: TokenSource, locale: Locale): Line {
  const listeners = new Set<() => void>()
  let problem: TokenError | null = null
  let retries = 0
  const found = (next: TokenError | null) => {
    if (next === problem) return
    problem = next
    for (const listener of Array.from(listeners)) listener()
  }
  const token = async (): Promise<string> => {
    const turn = retries
    const answer = await tokenOf(source).catch((error: unknown) => error as TokenError)
    // Whoever said so meanwhile may have signed in since this was asked.
    if (turn !== retries) return token()
    found(answer instanceof Error ? answer : null)
    if (answer instanceof Error) throw answer
    return answer
  }
  const chat = createTalk({ url: server, token, locale, client: { name: 'veza-chat-widget', version: '1' } })
  // Whether it worked is in `chat.connection`.
  const told = (): void => undefined
  const connect = () => {
    chat.connect().then(told, told)
  }
  connect()
  return {
    chat,
    problem: {
      get: () => problem,
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    retry: () => {
      retries++
      const { status } = chat.connection.get()
      // One that is still open goes on with the new token.
      if (status === 'connected' && problem !== null) chat.refresh().then(told, told)
      // One that waits for its next try is to try now.
      if (status === 'waiting') chat.disconnect()
      connect()
    },
  }
}
