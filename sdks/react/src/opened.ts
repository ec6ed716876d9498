import { createChat, type Chat, type ChatOptions } from 'veza-js-sdk'

import type { Locale } from './words.ts'

/** React may draw what it never shows: a client that nobody has come to hold for so long is closed. */
const unheld_ms = 5000

interface Own {
  key: string
  chat: Chat
  holders: number
  closing?: ReturnType<typeof setTimeout>
}

/**
 * The clients a provider made, one for each address and language. They ask for the token that the provider was given last, and are closed once nobody holds them. `onClosed` is called when one is held that is
 * closed: a component was hidden and is shown again.
 */
export function createOpened(onClosed: () => void) {
  const all = new Map<string, Own>()
  let token: ChatOptions['token'] | undefined
  const tokenNow = (refused?: string) => {
    if (token === undefined) throw new Error('The VezaProvider has no token any more.')
    return typeof token === 'string' ? token : token(refused)
  }
  const nothing = (): void => undefined

  function hold(chat: Chat): () => void {
    const own = [...all.values()].find((one) => one.chat === chat)
    if (own === undefined) {
      onClosed()
      return nothing
    }
    clearTimeout(own.closing)
    own.holders++
    // What keeps it from connecting is in its `connection`.
    chat.connect().then(nothing, nothing)
    return () => release(own)
  }
  function release(own: Own): void {
    if (--own.holders > 0) return
    own.chat.disconnect()
    // React may unmount what it mounts again at once.
    closeIn(0, own)
  }
  function closeIn(ms: number, own: Own): void {
    own.closing = setTimeout(() => {
      all.delete(own.key)
      own.chat.close()
    }, ms)
  }

  return {
    hold,
    tell: (given: ChatOptions['token'] | undefined): void => {
      token = given
    },
    at: (url: string, locale: Locale | undefined): Chat => {
      const key = `${locale ?? ''} ${url}`
      const known = all.get(key)
      if (known !== undefined) return known.chat
      const chat = createChat({ url, token: tokenNow, ...(locale !== undefined && { locale }) })
      const own: Own = { key, chat, holders: 0 }
      all.set(key, own)
      closeIn(unheld_ms, own)
      return chat
    },
  }
}
