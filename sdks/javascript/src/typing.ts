import type { Store, Typing } from './api.ts'
import { cell } from './store.ts'

/** The server forgets who types after 6 s. */
const repeat_ms = 4000
const idle_ms = 5000
const forget_ms = 7000

export interface TypingState {
  readonly others: Store<readonly Typing[]>
  hear(type: 'typing_start' | 'typing_stop', who: Typing): void
  /** A message of theirs came. */
  wrote(user_id: number): void
  /** Oneself. */
  set(typing: boolean): void
  /** One's own message was sent, which ends it. */
  sent(): void
  clear(): void
}

/** Who types in one conversation, and telling that oneself does. */
export function createTyping(tell: (type: 'typing_start' | 'typing_stop') => void): TypingState {
  const others = cell<readonly Typing[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let told = 0
  let idle: ReturnType<typeof setTimeout> | undefined

  const types = (user_id: number) => others.get().some((each) => each.user_id === user_id)

  function remove(user_id: number): void {
    clearTimeout(timers.get(user_id))
    timers.delete(user_id)
    if (types(user_id)) others.set(others.get().filter((each) => each.user_id !== user_id))
  }

  function sent(): void {
    clearTimeout(idle)
    told = 0
  }

  function set(typing: boolean): void {
    if (!typing) {
      if (told > 0) tell('typing_stop')
      return sent()
    }
    clearTimeout(idle)
    idle = setTimeout(() => set(false), idle_ms)
    if (Date.now() - told < repeat_ms) return
    told = Date.now()
    tell('typing_start')
  }

  return {
    others,
    hear: (type, { user_id, username }) => {
      if (type === 'typing_stop') return remove(user_id)
      clearTimeout(timers.get(user_id))
      timers.set(
        user_id,
        setTimeout(() => remove(user_id), forget_ms),
      )
      if (!types(user_id)) others.set([...others.get(), { user_id, username }])
    },
    wrote: remove,
    set,
    sent,
    clear: () => {
      sent()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      if (others.get().length > 0) others.set([])
    },
  }
}
