import type { Chat, Ref } from 'veza-js-sdk'

import { summaryOf } from '../frame/order.ts'
import { refKey } from '../route.ts'
import type { Router } from '../router.ts'
import { hold, isHeld } from './tabs.ts'

export interface Looking {
  /** Whether somebody has a conversation in front of them, here or in another tab. */
  at(key: string): Promise<boolean>
  end(): void
}

/** The conversation that is open in the tab in front, told to the other tabs. */
export function createLooking(chat: Chat, router: Router, user_id: number): Looking {
  const nameOf = (key: string) => `veza looks ${user_id} ${key}`
  let now: string | null = null
  let release = (): void => undefined

  function keyNow(): string | null {
    if (document.visibilityState !== 'visible' || !document.hasFocus()) return null
    const ref: Ref | undefined = summaryOf(chat.conversations.get(), router.get().route)?.ref
    return ref === undefined ? null : refKey(ref)
  }
  function look(): void {
    const key = keyNow()
    if (key === now) return
    now = key
    release()
    release = key === null ? () => undefined : hold(nameOf(key))
  }

  look()
  const ended = new AbortController()
  const { signal } = ended
  for (const type of ['focus', 'blur'] as const) addEventListener(type, look, { signal })
  document.addEventListener('visibilitychange', look, { signal })
  const ends = [router.subscribe(look), chat.conversations.subscribe(look)]
  return {
    at: async (key) => keyNow() === key || isHeld(nameOf(key)),
    end: () => {
      ended.abort()
      release()
      for (const end of ends) end()
    },
  }
}
