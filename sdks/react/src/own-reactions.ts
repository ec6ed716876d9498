import { useMemo } from 'react'
import type { Chat, Me, Message, Timeline, TimelineItem } from 'veza-js-sdk'

import { useStore } from './store.ts'

/** So many people of an emoji the server names; of the others it only tells the number. */
const most_named = 10
const most_remembered = 5000

const remembered = new WeakMap<Chat, Set<string>>()

const keyOf = (user_id: number, message_id: number, emoji: string): string => `${user_id} ${message_id} ${emoji}`

/** One's own reactions of this visit that were the eleventh or later. */
function ownReactions(chat: Chat): ReadonlySet<string> {
  const known = remembered.get(chat)
  if (known !== undefined) return known
  const own = new Set<string>()
  remembered.set(chat, own)
  chat.on('reaction_added', ({ message_id, user_id, emoji, count }) => {
    if (user_id !== chat.me.get()?.id || count <= most_named) return
    own.add(keyOf(user_id, message_id, emoji))
    for (const oldest of own) {
      if (own.size <= most_remembered) break
      own.delete(oldest)
    }
  })
  chat.on('reaction_removed', ({ message_id, user_id, emoji }) => own.delete(keyOf(user_id, message_id, emoji)))
  return own
}

/** The same objects for the same messages, so that what shows them need not draw them again. */
const shown = new WeakMap<TimelineItem, TimelineItem>()

/** A timeline in which one is among the people of each emoji that one has reacted with, as far as that is known. */
export function useOwnReactions(chat: Chat, items: Timeline['items']): Timeline['items'] {
  const me = useStore(chat.me)
  const own = ownReactions(chat)
  return useMemo(() => {
    if (me === null || own.size === 0) return items
    return items.map((item) => {
      if (item.kind === 'pending') return item
      const message = withOwn(item.message, own, me)
      if (message === item.message) return item
      const now = shown.get(item) ?? { ...item, message }
      shown.set(item, now)
      return now
    })
  }, [items, own, me])
}

/** The same of one message. */
export function useOwnReactionsOf(chat: Chat, message: Message | null): Message | null {
  const me = useStore(chat.me)
  const own = ownReactions(chat)
  return useMemo(() => (me === null || message === null ? message : withOwn(message, own, me)), [message, own, me])
}

function withOwn(message: Message, own: ReadonlySet<string>, { id, username }: Me): Message {
  const isHidden = ({ emoji, count, users }: Message['reactions'][number]): boolean =>
    count > users.length && !users.some(({ user_id }) => user_id === id) && own.has(keyOf(id, message.id, emoji))
  if (!message.reactions.some(isHidden)) return message
  const reactions = message.reactions.map((each) =>
    isHidden(each) ? { ...each, users: [...each.users, { user_id: id, username }] } : each,
  )
  return { ...message, reactions }
}
