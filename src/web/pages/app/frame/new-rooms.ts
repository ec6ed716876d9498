import { useEffect, useLayoutEffect, useMemo, useState } from 'react'
import type { Summary } from 'veza-js-sdk'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { createKept } from '../stored.ts'
import { routeTo, summaryOf } from './order.ts'
import { frame_words } from './words.ts'

/** Rooms that this person has seen in the list of this device, each with when they came in; null before the first list. */
interface Seen {
  rooms: readonly string[] | null
}

function seenOf(kept: unknown): Seen {
  const rooms = (kept as Partial<Seen> | null)?.rooms
  return { rooms: Array.isArray(rooms) ? rooms.filter((room) => typeof room === 'string') : null }
}

const idOf = ({ ref }: Summary): number | null => ('room_id' in ref ? ref.room_id : null)

/** Whoever comes back to a room that they left, or were put out of, finds it new again. */
const stayIn = (summary: Summary): string | null => {
  const id = idOf(summary)
  return id === null ? null : `${id} ${summary.joined_at}`
}

/** Which rooms are in the list since one was here last and were not opened yet: somebody has added one to them, or one has joined elsewhere. */
export function useNewRooms(): (summary: Summary) => boolean {
  const chat = useSignedIn()
  const { session } = useShell()
  const { route } = usePlace()
  const user_id = useStore(session.user)?.id ?? 0
  const [seen] = useState(() => createKept<Seen>(`veza.rooms ${user_id}`, seenOf))
  const { rooms } = useStore(seen)
  const conversations = useStore(chat.conversations)
  // At once: the page may be left before it is painted.
  useLayoutEffect(() => {
    if (conversations === null) return
    if (rooms === null) return seen.set({ rooms: conversations.flatMap((one) => stayIn(one) ?? []) })
    const open = summaryOf(conversations, route)
    const stay = open === null ? null : stayIn(open)
    // Nothing is dropped, as another tab may know better.
    if (stay !== null && !rooms.includes(stay)) seen.set({ rooms: [...rooms, stay] })
  }, [conversations, route, rooms, seen])
  return useMemo(() => {
    const known = rooms === null ? null : new Set(rooms)
    return (summary) => {
      const stay = stayIn(summary)
      return known !== null && stay !== null && !known.has(stay)
    }
  }, [rooms])
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
