import { useEffect, useMemo, useState } from 'react'
import type { Summary } from 'veza-js-sdk'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { createKept } from '../stored.ts'
import { routeTo, summaryOf } from './order.ts'
import { frame_words } from './words.ts'

/** Rooms that this person has seen in the list of this device; null before the first list. */
interface Seen {
  ids: readonly number[] | null
}

function seenOf(kept: unknown): Seen {
  const ids = (kept as Partial<Seen> | null)?.ids
  return { ids: Array.isArray(ids) ? ids.filter((id) => typeof id === 'number') : null }
}

const idOf = ({ ref }: Summary): number | null => ('room_id' in ref ? ref.room_id : null)

/** Which rooms are in the list since one was here last and were not opened yet: somebody has added one to them, or one has joined elsewhere. */
export function useNewRooms(): (summary: Summary) => boolean {
  const chat = useSignedIn()
  const { session } = useShell()
  const { route } = usePlace()
  const user_id = useStore(session.user)?.id ?? 0
  const [seen] = useState(() => createKept<Seen>(`veza.rooms ${user_id}`, seenOf))
  const { ids } = useStore(seen)
  const conversations = useStore(chat.conversations)
  useEffect(() => {
    if (conversations === null) return
    if (ids === null) return seen.set({ ids: conversations.flatMap((one) => idOf(one) ?? []) })
    const open = summaryOf(conversations, route)
    const id = open === null ? null : idOf(open)
    if (id !== null && !ids.includes(id)) seen.set({ ids: [...ids, id] })
  }, [conversations, route, ids, seen])
  // Whoever comes back to a room that they left finds it new again. What is not in the list is not to be dropped for that: another tab may know better.
  useEffect(() => {
    const drop = (room_id: number) => {
      const before = seen.get().ids
      if (before?.includes(room_id) === true) seen.set({ ids: before.filter((id) => id !== room_id) })
    }
    const ends = [
      chat.on('room_deleted', ({ room_id }) => drop(room_id)),
      chat.on('member_left', ({ room_id, user_id }) => {
        if (user_id === chat.me.get()?.id) drop(room_id)
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [chat, seen])
  return useMemo(() => {
    const known = ids === null ? null : new Set(ids)
    return (summary) => {
      const id = idOf(summary)
      return known !== null && id !== null && !known.has(id)
    }
  }, [ids])
}

/** Says where one was added just now, and leads there. */
export function useAdded(): void {
  const chat = useSignedIn()
  const { tell } = useShell()
  const words = useText(frame_words)
  const [added, setAdded] = useState<number | null>(null)
  const conversations = useStore(chat.conversations)
  useEffect(
    () =>
      chat.on('member_joined', ({ room_id, user_id, by }) => {
        const me = chat.me.get()?.id
        if (user_id === me && by !== undefined && by !== me) setAdded(room_id)
      }),
    [chat],
  )
  // Its name comes a moment later, with the list.
  const summary = conversations?.find((one) => idOf(one) === added) ?? null
  const is_named = summary !== null && summary.slug !== null
  useEffect(() => {
    if (!is_named || summary === null) return
    tell(words.added(summary.name), { to: routeTo(summary), label: words.open })
    setAdded(null)
    // Of the list it is the name alone that counts here.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [is_named])
}
