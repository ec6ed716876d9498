import { useEffect } from 'react'
import type { Chat } from 'veza-js-sdk'
import { useCutOff } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'
import { createStore } from '../settable.ts'

/** As many as the server says at once. Whom somebody has blocked beyond them is known where it was done on this page; the settings list all. */
const blocks_known = 100

interface Blocks {
  /** Whom one has blocked, as far as it is known. */
  blocked: ReadonlySet<number>
  /** One has just blocked them, or lifted it. */
  changed(user_id: number, is_blocked: boolean): void
}

const kept = new WeakMap<Chat, ReturnType<typeof createBlocks>>()

function createBlocks(chat: Chat) {
  const blocked = createStore<ReadonlySet<number>>(new Set())
  let asked = 0
  function ask(): void {
    const own = ++asked
    chat.rest('GET /users/me/blocks', { query: { limit: blocks_known } }).then(
      ({ blocks }) => {
        // Another one was blocked meanwhile.
        if (own !== asked) return
        const beyond = blocks.length < blocks_known ? [] : blocked.get()
        blocked.set(new Set([...beyond, ...blocks.map(({ user }) => user.id)]))
      },
      (error: unknown) => error,
    )
  }
  function changed(user_id: number, is_blocked: boolean): void {
    const next = new Set(blocked.get())
    if (is_blocked) next.add(user_id)
    else next.delete(user_id)
    blocked.set(next)
    ask()
  }
  return { blocked, ask, changed }
}

function blocksOf(chat: Chat): ReturnType<typeof createBlocks> {
  const blocks = kept.get(chat) ?? createBlocks(chat)
  kept.set(chat, blocks)
  return blocks
}

/** The same for all menus; asked for as a pane or a dialog with them opens, and as the connection comes back. */
export function useBlocks(): Blocks {
  const { blocked, ask, changed } = blocksOf(useSignedIn())
  const is_connected = useCutOff() === null
  useEffect(() => {
    if (is_connected) ask()
  }, [ask, is_connected])
  return { blocked: useStore(blocked), changed }
}
