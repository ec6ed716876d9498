import type { Chat } from 'veza-js-sdk'

import { refKey } from '../route.ts'

/** The notifications that this tab has shown: closed once their conversation is read, wherever that is. */
export function createShown({ conversations }: Chat): { add(key: string, shown: Notification): void; end(): void } {
  const all = new Map<string, Notification[]>()
  const unreadNow = () => {
    const unread = (conversations.get() ?? []).filter(({ unread_count }) => unread_count > 0)
    return new Set(unread.map(({ ref }) => refKey(ref)))
  }
  let before = unreadNow()
  // What has just come may be told before it is counted, so only what was unread is read.
  const end = conversations.subscribe(() => {
    const now = unreadNow()
    for (const key of before) {
      if (now.has(key)) continue
      for (const shown of all.get(key) ?? []) shown.close()
      all.delete(key)
    }
    before = now
  })
  return {
    add: (key, shown) => all.set(key, [...(all.get(key) ?? []), shown]),
    end,
  }
}
