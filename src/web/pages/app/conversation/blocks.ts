import { useEffect } from 'react'
import type { Chat } from 'veza-js-sdk'
import { useCutOff } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'
import { createStore } from '../settable.ts'

/** As many as the server says at once. Who has blocked more people lifts the others' block in the settings. */
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
        if (own === asked) blocked.set(new Set(blocks.map(({ user }) => user.id)))
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

/** The same for all menus; asked for as one opens, and as the connection comes back. */
export function useBlocks(): Blocks {
  const { blocked, ask, changed } = blocksOf(useSignedIn())
  const is_connected = useCutOff() === null
  useEffect(() => {
    if (is_connected) ask()
  }, [ask, is_connected])
  return { blocked: useStore(blocked), changed }
}
